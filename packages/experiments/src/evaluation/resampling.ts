import { Xorshift64Star } from '@simcash/random';
import type { AgentHistory, HistoryRecord } from './history.js';

/** A payment drawn from a history: same parties, amount and priority, another moment of the day (spec 11 §7.2). */
export interface DrawnRecord {
  /** `{tx_id}:out:{i}` or `{tx_id}:in:{i}`. */
  id: string;
  /** In cents. */
  amount: number;
  /** From 0 to 10; the higher, the more urgent. */
  priority: number;
  /** The tick in which the payment arrived. */
  arrival_tick: number;
  /** The last tick in which the payment is in time. */
  deadline_tick: number;
  /** Null if it did not settle in the history. */
  settlement_tick: number | null;
}

/** A day drawn from an agent's history. */
export interface Sample {
  /** The number of it, counted from 0. */
  index: number;
  /** The seed of the random numbers. */
  seed: number;
  /** What the bank has to pay. */
  outgoing: readonly DrawnRecord[];
  /** What the bank is paid. */
  incoming: readonly DrawnRecord[];
}

/**
 * Draws a sample with replacement: as many outgoing payments as the history has, then as many incoming ones as settled, each at a
 * uniformly drawn tick, out of one stream of random numbers. A sample depends on its seed alone, not on other samples.
 */
export function resample(history: AgentHistory, index: number, seed: number, ticks: number): Sample {
  const rng = new Xorshift64Star(BigInt(seed));
  const draw = (records: readonly HistoryRecord[], direction: 'out' | 'in'): DrawnRecord[] =>
    records.map((_, i) => {
      const record = records[rng.range(0, records.length)]!;
      const arrival = rng.range(0, ticks);
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
