import type { AgentCounters } from '@simcash/protocol';

/** What every bank did (spec 03 §10): once for the open day, once for the run. */
export class Counters {
  readonly arrivals: Int32Array;
  readonly sent: Int32Array;
  readonly received: Int32Array;
  readonly settled: Int32Array;
  readonly dropped: Int32Array;
  readonly collateralPosts: Int32Array;
  readonly collateralWithdrawals: Int32Array;
  /** Cents. */
  readonly droppedValue: Float64Array;
  /** Counts of the days that are over. */
  readonly #past: (Int32Array | Float64Array)[];

  constructor(banks: number) {
    this.arrivals = new Int32Array(banks);
    this.sent = new Int32Array(banks);
    this.received = new Int32Array(banks);
    this.settled = new Int32Array(banks);
    this.dropped = new Int32Array(banks);
    this.collateralPosts = new Int32Array(banks);
    this.collateralWithdrawals = new Int32Array(banks);
    this.droppedValue = new Float64Array(banks);
    this.#past = this.columns.map((column) => column.slice());
  }

  /** The open day's columns, in the order of {@link AgentCounters}. */
  get columns(): (Int32Array | Float64Array)[] {
    return [
      this.arrivals,
      this.sent,
      this.received,
      this.settled,
      this.dropped,
      this.collateralPosts,
      this.collateralWithdrawals,
      this.droppedValue,
    ];
  }

  /** Totals of the days that are over, in the same order. */
  get past(): readonly (Int32Array | Float64Array)[] {
    return this.#past;
  }

  ofDay(b: number): AgentCounters {
    return record(this.columns.map((column) => column[b]!));
  }

  ofRun(b: number): AgentCounters {
    return record(this.columns.map((column, i) => column[b]! + this.#past[i]![b]!));
  }

  /** The day is over: its counts move to the run. */
  closeDay(): void {
    this.columns.forEach((column, i) => {
      column.forEach((count, b) => (this.#past[i]![b]! += count));
      column.fill(0);
    });
  }
}

function record([arrivals, sent, received, settled, dropped, posts, withdrawals, droppedValue]: number[]): AgentCounters {
  return {
    num_arrivals: arrivals!,
    num_sent: sent!,
    num_received: received!,
    num_settled: settled!,
    num_dropped: dropped!,
    dropped_value: droppedValue!,
    num_collateral_posts: posts!,
    num_collateral_withdrawals: withdrawals!,
  };
}
