import type { TickTiming } from '@simcash/protocol';
import { table } from './table.js';

const PARTS = ['arrivals', 'policy_eval', 'rtgs_settlement', 'rtgs_queue', 'lsm', 'cost_accrual', 'total'] as const;

/** Adds up how long the parts of the ticks took. */
export class TimingTable {
  readonly totals: Record<string, number> = Object.fromEntries(PARTS.map((part) => [`${part}_micros`, 0]));

  add(timing: TickTiming): void {
    for (const part of PARTS) this.totals[`${part}_micros`]! += timing[`${part}_micros`];
  }

  toString(): string {
    const total = this.totals.total_micros!;
    const rows = PARTS.map((part) => {
      const micros = this.totals[`${part}_micros`]!;
      return [part, (micros / 1000).toFixed(1), total === 0 ? '–' : `${((micros / total) * 100).toFixed(1)}%`];
    });
    return table(['Part', 'ms', 'Share'], rows);
  }
}
