import { EVENT_CATALOGUE, EVENT_TYPES, type EventDefinition, type EventOf, type EventType } from '@simcash/protocol';
import type { SimCashDatabase } from '../database.js';
import { literal } from '../sql-text.js';

/** Positions that are read at a time: within them the log is sorted and its lines are joined in DuckDB. */
const PAGE = 40_000;
/** The same where a filter by type may let most events pass. */
const TYPED_PAGE = 250_000;
/** The same where few events of many pass a filter. */
const FILTERED_PAGE = 2_000_000;

/** Which events to read; values within a criterion are alternatives, all criteria must hold. */
export interface EventRange {
  /** The first tick. */
  fromTick?: number;
  /** The last tick. */
  toTick?: number;
  /** Names of events. */
  types?: readonly string[];
  /** Banks that an event concerns: anybody involved, or the acting bank unless it is one of `involving`. */
  agents?: readonly string[];
  /** Events that concern everybody involved; others concern the acting bank. */
  involving?: readonly string[];
  /** Payments that an event is about. */
  transactions?: readonly string[];
}

/** The line of an event: its type and tick followed by the members of its details, byte for byte (spec 09 §3.4). */
export const LINE = `'{"event_type":"' || event_type || '","tick":' || tick || ',' || substr(details, 2)`;

/**
 * The stored event lines of a simulation in order, as they were logged, in large pieces of text (every line ended by `\n`). What a
 * filter leaves out is not read, but for the columns that it looks at.
 */
export async function* eventLines(
  database: SimCashDatabase,
  simulationId: string,
  range: EventRange = {},
): AsyncGenerator<string> {
  const { fromTick, toTick } = await ticksOf(database, simulationId, range);
  const conditions = filterSql(range);
  const [ends] = await database.query<{ first: number | null; last: number | null }>(
    'SELECT min(event_seq) AS first, max(event_seq) AS last FROM simulation_events WHERE simulation_id = $1 AND tick BETWEEN $2 AND $3',
    [simulationId, fromTick, toTick],
  );
  const { first, last } = ends!;
  if (first === null || last === null) return;
  const page = pageOf(range);
  for (let from = first; from <= last; from += page) {
    const to = Math.min(from + page - 1, last);
    const [rows] = await database.query<{ lines: string | null }>(
      `SELECT string_agg(${LINE}, chr(10) ORDER BY event_seq) AS lines FROM simulation_events
       WHERE simulation_id = $1 AND event_seq BETWEEN $2 AND $3 AND tick BETWEEN $4 AND $5${conditions}`,
      [simulationId, BigInt(from), BigInt(to), fromTick, toTick],
    );
    if (rows!.lines !== null) yield `${rows!.lines}\n`;
  }
}

/** Which events to read, by names that a compiler knows. */
export interface TypedEventRange<T extends EventType> extends EventRange {
  types?: readonly T[];
}

/**
 * The stored events of a simulation in order, of the kinds that were asked for. Money is cents.
 *
 * ```ts
 * for await (const { amount, sender_id } of events(database, 'demo', { types: ['Arrival'] })) console.log(sender_id, amount);
 * ```
 */
export async function* events<T extends EventType = EventType>(
  database: SimCashDatabase,
  simulationId: string,
  range: TypedEventRange<T> = {},
): AsyncGenerator<{ [Name in T]: EventOf<Name> }[T]> {
  for await (const lines of eventLines(database, simulationId, range))
    for (const line of lines.split('\n')) if (line !== '') yield JSON.parse(line) as { [Name in T]: EventOf<Name> }[T];
}

function pageOf({ agents, transactions, types }: EventRange): number {
  if (agents !== undefined || transactions !== undefined) return FILTERED_PAGE;
  return types === undefined ? PAGE : TYPED_PAGE;
}

/** Ticks in which there may be such events: nothing happens to a payment before it is created, nor after it settled. */
async function ticksOf(
  database: SimCashDatabase,
  simulationId: string,
  { fromTick = 0, toTick = MAX_TICK, transactions }: EventRange,
): Promise<{ fromTick: number; toTick: number }> {
  if (transactions === undefined) return { fromTick, toTick };
  const [life] = await database.query<{ known: number; first: number | null; last: number | null }>(
    `SELECT count(*) AS known, min(created_tick) AS first, max(coalesce(settlement_tick, ${MAX_TICK})) AS last
     FROM transactions WHERE simulation_id = $1 AND list_contains(CAST(CAST($2 AS JSON) AS VARCHAR[]), tx_id)`,
    [simulationId, JSON.stringify(transactions)],
  );
  // Ids that are no payments, as those of scheduled settlements, may come up at any time.
  if (life!.known < transactions.length) return { fromTick, toTick };
  return { fromTick: Math.max(fromTick, life!.first!), toTick: Math.min(toTick, life!.last!) };
}

const MAX_TICK = 2 ** 31 - 1;

/** Events about one payment that name others, too. */
export const WITH_OTHERS = EVENT_TYPES.filter((type) => {
  const { transaction, transactions } = EVENT_CATALOGUE[type] as EventDefinition;
  return transaction !== undefined && transactions.length > 1;
})
  .map(literal)
  .join(', ');

/** A filter in SQL, for the columns that are there for it (spec 09 §4). */
function filterSql({ agents, involving = [], transactions, types }: EventRange): string {
  const list = (values: readonly string[]): string => `[${values.map(literal).join(', ')}]::VARCHAR[]`;
  const conditions = [
    ...(types === undefined ? [] : [`event_type IN (${types.map(literal).join(', ')})`]),
    ...(agents === undefined
      ? []
      : [
          `(agent_id IN (${agents.map(literal).join(', ')}) OR (event_type IN (${involving.map(literal).join(', ')}) AND list_has_any(agent_ids, ${list(agents)})))`,
        ]),
    ...(transactions === undefined
      ? []
      : [
          `(tx_id IN (${transactions.map(literal).join(', ')}) OR ((tx_id IS NULL OR event_type IN (${WITH_OTHERS})) AND list_has_any(tx_ids, ${list(transactions)})))`,
        ]),
  ];
  return conditions.map((condition) => ` AND ${condition}`).join('');
}
