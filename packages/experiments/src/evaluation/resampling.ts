import type { AgentHistory, HistoryRecord } from './history.js';

/** A payment drawn from a history: same parties, amount and priority, another moment of the day (spec 11 §7.2). */
export interface DrawnRecord {
  /** `{tx_id}:out:{i}` or `{tx_id}:in:{i}`. */
  id: string;
  amount: number;
  priority: number;
  arrival_tick: number;
  deadline_tick: number;
  /** Null if it did not settle in the history. */
  settlement_tick: number | null;
}

export interface Sample {
  index: number;
  seed: number;
  outgoing: readonly DrawnRecord[];
  incoming: readonly DrawnRecord[];
}

const MASK = (1n << 64n) - 1n;

/** xorshift64*, by which the published samples were drawn. */
export class SampleRng {
  #state: bigint;

  constructor(seed: number | bigint) {
    this.#state = BigInt(seed) || 1n;
  }

  next(): bigint {
    let x = this.#state;
    x ^= x >> 12n;
    x = (x ^ (x << 25n)) & MASK;
    x ^= x >> 27n;
    this.#state = x;
    return (x * 0x2545f4914f6cdd1dn) & MASK;
  }

  /** A number below `bound`; 0 without drawing if there is none. */
  int(bound: number): number {
    return bound <= 0 ? 0 : Number(this.next() % BigInt(bound));
  }
}

/**
 * Draws a sample with replacement: as many outgoing payments as the history has, then as many incoming ones as settled, each at a
 * uniformly drawn tick, out of one stream of random numbers. A sample depends on its seed alone, not on other samples.
 */
export function resample(history: AgentHistory, index: number, seed: number, ticks: number): Sample {
  const rng = new SampleRng(seed);
  const draw = (records: readonly HistoryRecord[], direction: 'out' | 'in'): DrawnRecord[] =>
    records.map((_, i) => {
      const record = records[rng.int(records.length)]!;
      const arrival = rng.int(ticks);
      const settled = record.settlement_offset;
      return {
        id: `${record.tx_id}:${direction}:${i}`,
        amount: record.amount,
        priority: record.priority,
        arrival_tick: arrival,
        deadline_tick: Math.min(arrival + record.deadline_offset, ticks),
        settlement_tick: settled === null ? null : Math.min(arrival + settled, ticks),
      };
    });
  const outgoing = draw(history.outgoing, 'out');
  const incoming = draw(
    history.incoming.filter((record) => record.settlement_offset !== null),
    'in',
  );
  return { index, seed, outgoing, incoming };
}
