import type { LsmRecord } from '@simcash/protocol';
import type { Clock } from '../clock.js';
import { transactionId } from '../payments/identifiers.js';

interface Row {
  type: LsmRecord['cycle_type'];
  /** Of pairs and rings a closed list: the first bank is repeated at the end. */
  agents: readonly number[];
  transactions: readonly number[];
  amounts: readonly number[];
  /** Aligned with `agents`. */
  nets: readonly number[];
  settledValue: number;
  totalValue: number;
  maxNetOutflow: number;
  /** −1: nobody. */
  maxNetOutflowAgent: number;
  algorithm: string;
  eventSeq: number;
}

/** The settled pairs and rings of the run, for the queries by day (spec 04 §12). */
export class LsmRecords {
  #open: Row[] = [];
  #records: LsmRecord[] = [];

  constructor(
    private readonly clock: Clock,
    private readonly bankIds: readonly string[],
    /** Whether the scenario has a settlement design of its own. */
    private readonly isDesigned: boolean,
  ) {}

  add(row: Row): void {
    this.#open.push(row);
  }

  /** Number and settled value of the tick's rows of a kind. */
  open(type: Row['type']): { count: number; value: number } {
    const rows = this.#open.filter((row) => row.type === type);
    return { count: rows.length, value: rows.reduce((sum, row) => sum + row.settledValue, 0) };
  }

  /** Files the tick's rows in the order of the records. Returns how many there are. */
  closeTick(): number {
    const count = this.#open.length;
    if (count === 0) return 0;
    for (const row of this.#open.sort(compareRows)) {
      this.#records.push({
        tick: this.clock.tick,
        day: this.clock.day,
        cycle_type: row.type,
        cycle_length: isClosed(row) ? row.agents.length - 1 : row.agents.length,
        agents: row.agents.map((b) => this.bankIds[b]!),
        transactions: row.transactions.map(transactionId),
        settled_value: row.settledValue,
        total_value: row.totalValue,
        tx_amounts: [...row.amounts],
        net_positions: isClosed(row) ? row.nets.slice(0, -1) : [...row.nets],
        max_net_outflow: row.maxNetOutflow,
        max_net_outflow_agent: row.maxNetOutflowAgent < 0 ? null : this.bankIds[row.maxNetOutflowAgent]!,
        algorithm: this.isDesigned ? row.algorithm : null,
        event_seq: row.eventSeq,
      });
    }
    this.#open = [];
    return count;
  }

  ofDay(day: number): LsmRecord[] {
    return this.#records.filter((record) => record.day === day);
  }

  /** Hands over the records and forgets them. */
  take(): LsmRecord[] {
    const records = this.#records;
    this.#records = [];
    return records;
  }
}

/** Pairs and rings repeat their first bank at the end. */
const isClosed = ({ type }: Row): boolean => type !== 'netted';

function compareRows(x: Row, y: Row): number {
  return (
    (x.type === y.type ? 0 : x.type < y.type ? -1 : 1) ||
    y.settledValue - x.settledValue ||
    y.totalValue - x.totalValue ||
    compareLists(x.agents, y.agents) ||
    compareLists(x.transactions, y.transactions)
  );
}

function compareLists(x: readonly number[], y: readonly number[]): number {
  for (let i = 0; i < Math.min(x.length, y.length); i++) if (x[i] !== y[i]) return x[i]! - y[i]!;
  return x.length - y.length;
}
