import type { SimCashDatabase } from '../database.js';

/** Rows fetched at a time by readers that go through a whole log. */
const PAGE = 50_000;

/** Which events to read, by position, tick or kind. */
export interface EventRange {
  fromTick?: number;
  toTick?: number;
}

/**
 * The stored event lines of a simulation in order, as they were logged, in large pieces of text (every line ended by `\n`).
 * An event's line is its type and tick followed by the members of its details, byte for byte (spec 09 §3.4).
 */
export async function* eventLines(
  database: SimCashDatabase,
  simulationId: string,
  range: EventRange = {},
): AsyncGenerator<string> {
  const { fromTick = 0, toTick = Number.MAX_SAFE_INTEGER } = range;
  for (let from = -1; ;) {
    const rows = await database.query<{ event_seq: number; line: string }>(
      `SELECT event_seq, '{"event_type":"' || event_type || '","tick":' || tick || ',' || substr(details, 2) AS line
       FROM simulation_events WHERE simulation_id = $1 AND event_seq > $2 AND tick BETWEEN $3 AND $4 ORDER BY event_seq LIMIT ${PAGE}`,
      [simulationId, from, fromTick, toTick],
    );
    if (rows.length === 0) return;
    from = rows.at(-1)!.event_seq;
    yield `${rows.map((row) => row.line).join('\n')}\n`;
  }
}
