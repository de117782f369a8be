import type { TickTiming } from '@simcash/protocol';
import type { TickPart } from './tick.js';

/** Measures the parts of a tick with the caller's clock, if there is one. */
export class Stopwatch {
  readonly #micros: Partial<Record<TickPart, number>> = {};
  #part: TickPart | null = null;
  #since = 0;
  readonly #start: number;

  constructor(private readonly now: (() => number) | undefined) {
    this.#start = now?.() ?? 0;
  }

  begin(part: TickPart): void {
    if (!this.now) return;
    this.#finish();
    this.#part = part;
    this.#since = this.now();
  }

  timing(): TickTiming | null {
    if (!this.now) return null;
    this.#finish();
    const micros = (part: TickPart): number => Math.round(this.#micros[part] ?? 0);
    return {
      arrivals_micros: micros('arrivals'),
      policy_eval_micros: micros('policy_eval'),
      rtgs_settlement_micros: micros('rtgs_settlement'),
      rtgs_queue_micros: micros('rtgs_queue'),
      lsm_micros: micros('lsm'),
      cost_accrual_micros: micros('cost_accrual'),
      total_micros: Math.round((this.now() - this.#start) * 1000),
    };
  }

  #finish(): void {
    const part = this.#part;
    if (part !== null) this.#micros[part] = (this.#micros[part] ?? 0) + (this.now!() - this.#since) * 1000;
    this.#part = null;
  }
}
