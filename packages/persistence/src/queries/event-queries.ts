import { EVENT_TYPES, type EventType } from '@simcash/protocol';
import { sql } from 'kysely';
import type { SimCashDatabase } from '../database.js';
import { DatabaseError } from '../errors.js';
import { queries, rows, type EventRow } from './kysely.js';
import { knownWord } from './words.js';

/** Which events to read; all given criteria must hold (spec 09 §9.2). */
export interface EventQuery {
  /** Ticks are counted from 0 over all days. */
  tick?: number;
  /** Inclusive. */
  tick_min?: number;
  /** The last tick. */
  tick_max?: number;
  /** Days are counted from 0. */
  day?: number;
  /** Matches any bank that the event involves. */
  agent_id?: string;
  /** Matches any transaction that the event involves. */
  tx_id?: string;
  /** Names of events; in a text several are separated by commas. */
  event_type?: string | readonly EventType[];
  /** 1 … 1000, 100 unless given. */
  limit?: number;
  /** How many are passed over first. */
  offset?: number;
  /** The first events first, or the last. */
  sort?: 'tick_asc' | 'tick_desc';
}

/** A page of events. */
export interface EventPage {
  /** In the order of the log, details read as JSON. */
  events: (Omit<EventRow, 'details'> & { details: Record<string, unknown> })[];
  /** Number of matching events before paging. */
  total: number;
  /** How many at most. */
  limit: number;
  /** How many are passed over first. */
  offset: number;
  /** What was asked for. */
  filters: Omit<EventQuery, 'limit' | 'offset'>;
}

/** A page of events. @throws DatabaseError for contradictory criteria */
export async function getSimulationEvents(
  database: SimCashDatabase,
  simulationId: string,
  query: EventQuery = {},
): Promise<EventPage> {
  const { limit: wanted = 100, offset: from = 0, sort = 'tick_asc', ...criteria } = query;
  if (sort !== 'tick_asc' && sort !== 'tick_desc')
    throw new DatabaseError(`sort must be tick_asc or tick_desc, got ${String(sort)}`);
  const { tick, tick_max: last = Infinity, tick_min: first = 0 } = criteria;
  if (first > last) throw new DatabaseError('tick_min cannot be greater than tick_max');
  if (tick !== undefined && (tick < first || tick > last))
    throw new DatabaseError(`tick ${tick} lies outside tick_min … tick_max: no event can match`);
  const limit = Math.min(Math.max(Math.trunc(wanted), 1), 1000);
  const offset = Math.max(Math.trunc(from), 0);
  const matching = matchingEvents(simulationId, criteria);
  const [count] = await rows(database, matching.select(sql<number>`count(*)`.as('total')));
  const page = await rows(
    database,
    matching
      .selectAll()
      .orderBy('event_seq', sort === 'tick_asc' ? 'asc' : 'desc')
      .limit(limit)
      .offset(offset),
  );
  const events = page.map((row) => ({ ...row, details: JSON.parse(row.details) as Record<string, unknown> }));
  return { events: events.map(withCopies), total: count!.total, limit, offset, filters: { ...criteria, sort } };
}

function matchingEvents(simulationId: string, criteria: EventQuery) {
  let query = queries.selectFrom('simulation_events').where('simulation_id', '=', simulationId);
  if (criteria.tick !== undefined) query = query.where('tick', '=', criteria.tick);
  if (criteria.tick_min !== undefined) query = query.where('tick', '>=', criteria.tick_min);
  if (criteria.tick_max !== undefined) query = query.where('tick', '<=', criteria.tick_max);
  if (criteria.day !== undefined) query = query.where('day', '=', criteria.day);
  if (criteria.agent_id !== undefined) query = query.where(sql<boolean>`list_contains(agent_ids, ${criteria.agent_id})`);
  if (criteria.tx_id !== undefined) query = query.where(sql<boolean>`list_contains(tx_ids, ${criteria.tx_id})`);
  if (criteria.event_type !== undefined) {
    const { event_type: wanted } = criteria;
    const names = typeof wanted === 'string' ? wanted.split(',').map((type) => type.trim()) : wanted;
    const types = names.map((name) => knownWord(name, EVENT_TYPES, 'event_type'));
    query = types.length === 0 ? query.where(sql<boolean>`false`) : query.where('event_type', 'in', types);
  }
  return query;
}

/** Details that are asked for most stand at the top level, too. */
function withCopies<Row extends { details: Record<string, unknown> }>(row: Row): Row {
  const copies = ['sender_id', 'receiver_id', 'amount', 'deadline', 'priority'].filter((name) =>
    Object.hasOwn(row.details, name),
  );
  return { ...row, ...Object.fromEntries(copies.map((name) => [name, row.details[name]])) };
}

/** How many events a simulation has. */
export interface EventSummary {
  /** Number of events. */
  total_events: number;
  /** The last tick with an event; 0 without events. */
  total_ticks: number;
  /** Number of days. */
  total_days: number;
  /** By number of events, then name. */
  event_type_counts: Record<string, number>;
  /** The banks. */
  agents: string[];
}

/** How many events a simulation has, by kind, and when they happened. */
export async function getSimulationEventSummary(database: SimCashDatabase, simulationId: string): Promise<EventSummary> {
  const events = queries.selectFrom('simulation_events').where('simulation_id', '=', simulationId);
  const [totals] = await rows(
    database,
    events.select([
      sql<number>`count(*)`.as('total_events'),
      sql<number>`coalesce(max(tick), 0)`.as('total_ticks'),
      sql<number>`coalesce(max(day), 0)`.as('total_days'),
    ]),
  );
  const counts = await rows(
    database,
    events
      .select(['event_type', sql<number>`count(*)`.as('n')])
      .groupBy('event_type')
      .orderBy('n', 'desc')
      .orderBy(sql`CAST(event_type AS VARCHAR)`),
  );
  const agents = await rows(
    database,
    events
      .select(sql<string>`unnest(agent_ids)`.as('agent_id'))
      .distinct()
      .orderBy('agent_id'),
  );
  return {
    ...totals!,
    event_type_counts: Object.fromEntries(counts.map((row) => [row.event_type, row.n])),
    agents: agents.map((row) => row.agent_id),
  };
}
