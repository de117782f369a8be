import type { SimCashDatabase } from '../database.js';

/** What a bank had sent by a tick of a day, and what it sent, or ought to send, on the day. Money is cents. */
export interface SentByTick {
  /** The number of the guideline. */
  guideline: number;
  /** The bank's id. */
  bank: string;
  /** Days are counted from 0. */
  day: number;
  /** What had been sent by then, in cents. */
  by_then: number;
  /** In all. */
  total: number;
}

/**
 * The value that banks had sent by given ticks of the days of a run.
 *
 * @param ticks by guideline, then day: a tick of the day, −1 for before the first one
 * @param of what they sent on the day, or what was due on it
 */
export async function sentByTicks(
  database: SimCashDatabase,
  simulationId: string,
  ticks: readonly (readonly number[])[],
  of: 'settled' | 'due',
): Promise<SentByTick[]> {
  const asked = ticks.flatMap((days, guideline) => days.map((tick, day) => `(${guideline}, ${day}, ${tick})`));
  if (asked.length === 0) return [];
  const total = of === 'due' ? 'value_due_cum' : 'value_cum';
  return database.query<SentByTick>(
    `SELECT g.guideline, t.agent_id AS bank, t.day, coalesce(max(t.value_cum) FILTER (WHERE t.tick_of_day <= g.tick), 0)::BIGINT AS by_then,
       max(t.${total})::BIGINT AS total
     FROM v_throughput t JOIN (VALUES ${asked.join(', ')}) g(guideline, day, tick) ON g.day = t.day
     WHERE t.simulation_id = $1 GROUP BY g.guideline, t.agent_id, t.day ORDER BY g.guideline, t.agent_id, t.day`,
    [simulationId],
  );
}
