import {
  EVENT_CATALOGUE,
  OFFSETTING_EVENTS,
  SETTLING_EVENTS,
  type AgentTickState,
  type DayTotals,
  type DisplayContext,
  type EventDefinition,
  type QueueContents,
  type SimulationEvent,
  type StateBefore,
  type StateProvider,
  type TickView,
} from '@simcash/protocol';
import type { SimCashDatabase } from '../database.js';
import { literal } from '../sql-text.js';
import { events, LINE, WITH_OTHERS } from './events.js';

/** Events by which a display knows an open payment: its data, its priority, how late it is, what its parts have paid. */
const ABOUT_PAYMENTS = [
  ...['Arrival', 'PolicySplit', 'PriorityEscalated', 'TransactionReprioritized', 'RtgsSubmission'],
  ...['TransactionWentOverdue', 'PolicyDrop', 'PaymentCancelled'],
  ...SETTLING_EVENTS,
];

/** Ticks read together. */
const PAGE = 50;

interface SummaryRow {
  tick: number;
  num_arrivals: number;
  num_settlements: number;
  num_lsm_releases: number;
  total_cost: number;
}

/** Shows a stored simulation tick by tick, from its rows alone; nothing is computed and nothing is guessed (spec 09 §8). */
export class StoredStateProvider implements StateProvider {
  constructor(
    private readonly database: SimCashDatabase,
    private readonly simulationId: string,
    /** What a display has to know of the whole run. */
    readonly context: DisplayContext,
    /** Whether bank states and queues after each tick are stored (level FULL). */
    private readonly hasStates: boolean,
  ) {}

  async *views(from: number, to: number): AsyncGenerator<TickView> {
    for (let first = from; first <= to; first += PAGE) {
      const last = Math.min(first + PAGE - 1, to);
      const events = byTick(await this.#events(first, last), (event) => event.tick);
      const agents = this.hasStates ? byTick(await this.#agents(first, last), (state) => state.tick) : null;
      const queues = this.hasStates ? await this.#queues(first, last) : null;
      for (const summary of await this.#summaries(first, last)) {
        yield {
          result: summary,
          events: events.get(summary.tick) ?? [],
          agents: agents?.get(summary.tick) ?? null,
          queues: queues && (queues.get(summary.tick) ?? { queue1: new Map(), queue2: [] }),
        };
      }
    }
  }

  async before(tick: number): Promise<StateBefore> {
    // Thousands of payments may be open: DuckDB joins them with the log, where a list of them would be looked through for every event.
    const [about] = await this.database.query<{ lines: string | null }>(
      `WITH RECURSIVE family AS (
        SELECT tx_id FROM transactions WHERE simulation_id = $1 AND created_tick < $2 AND (settlement_tick IS NULL OR settlement_tick >= $2)
        UNION SELECT t.tx_id FROM transactions t JOIN family f ON t.parent_tx_id = f.tx_id WHERE t.simulation_id = $1
      ), known AS (
        SELECT event_seq, event_type, tick, tx_id, tx_ids, details FROM simulation_events
        WHERE simulation_id = $1 AND tick < $2 AND event_type IN (${ABOUT_PAYMENTS.map(literal).join(', ')})
      ), named AS (
        SELECT event_seq, unnest(tx_ids) AS tx_id FROM known WHERE tx_id IS NULL OR event_type IN (${WITH_OTHERS})
      )
      SELECT string_agg(${LINE}, chr(10) ORDER BY event_seq) AS lines FROM known
      WHERE tx_id IN (FROM family) OR event_seq IN (SELECT event_seq FROM named WHERE tx_id IN (FROM family))`,
      [this.simulationId, tick],
    );
    const events = about!.lines === null ? [] : parseLines(about!.lines);
    return { events, day: await this.#dayBefore(tick) };
  }

  async #dayBefore(tick: number): Promise<DayTotals> {
    const legs = SETTLING_EVENTS.map((type) => {
      const fields: readonly string[] = (EVENT_CATALOGUE[type] as EventDefinition).settles!;
      const count = fields.map((field) => (field.endsWith('s') ? `json_array_length(details, '$.${field}')` : '1')).join(' + ');
      return `WHEN ${literal(type)} THEN ${count}`;
    });
    const [day] = await this.database.query<DayTotals>(
      `SELECT count(*) FILTER (event_type = 'Arrival') AS arrivals, CAST(coalesce(sum(legs), 0) AS BIGINT) AS settlements,
         CAST(coalesce(sum(legs) FILTER (event_type IN (${OFFSETTING_EVENTS.map(literal).join(', ')})), 0) AS BIGINT) AS lsm,
         CAST(coalesce(sum(CAST(details -> 'costs' ->> 'total' AS BIGINT)) FILTER (event_type = 'CostAccrual'), 0) AS BIGINT) AS cost
       FROM (SELECT event_type, details, CASE event_type ${legs.join(' ')} END AS legs FROM simulation_events
         WHERE simulation_id = $1 AND tick < $2 AND tick >= $2 - $2 % (SELECT ticks_per_day FROM simulations WHERE simulation_id = $1)
           AND event_type IN (${[...SETTLING_EVENTS, 'Arrival', 'CostAccrual'].map(literal).join(', ')}))`,
      [this.simulationId, tick],
    );
    return day!;
  }

  async #events(from: number, to: number): Promise<SimulationEvent[]> {
    const found: SimulationEvent[] = [];
    for await (const event of events(this.database, this.simulationId, { fromTick: from, toTick: to })) found.push(event);
    return found;
  }

  #summaries(from: number, to: number): Promise<SummaryRow[]> {
    return this.database.query<SummaryRow>(
      `SELECT tick, generated_arrivals AS num_arrivals, settlement_operations AS num_settlements, lsm_operations AS num_lsm_releases, total_cost
       FROM tick_summaries
       WHERE simulation_id = $1 AND tick BETWEEN $2 AND $3 ORDER BY tick`,
      [this.simulationId, from, to],
    );
  }

  #agents(from: number, to: number): Promise<(AgentTickState & { tick: number })[]> {
    return this.database.query(
      `SELECT tick, agent_id, balance, unsecured_cap, posted_collateral, allowed_overdraft, queue1_size, queue2_size, liquidity_cost,
         delay_cost, collateral_cost, penalty_cost, split_friction_cost, liquidity_opportunity_cost
       FROM tick_agent_states WHERE simulation_id = $1 AND tick BETWEEN $2 AND $3 ORDER BY tick, encode(agent_id)`,
      [this.simulationId, from, to],
    );
  }

  async #queues(from: number, to: number): Promise<Map<number, QueueContents>> {
    const rows = await this.database.query<{ tick: number; queue_type: string; agent_id: string; tx_id: string }>(
      `SELECT tick, queue_type, agent_id, tx_id FROM tick_queue_snapshots
       WHERE simulation_id = $1 AND tick BETWEEN $2 AND $3 ORDER BY tick, queue_type, CASE WHEN queue_type = 'queue1' THEN agent_id END, position`,
      [this.simulationId, from, to],
    );
    const queues = new Map<number, { queue1: Map<string, string[]>; queue2: string[] }>();
    for (const { agent_id: agent, queue_type: type, tick, tx_id: tx } of rows) {
      const contents = queues.get(tick) ?? { queue1: new Map<string, string[]>(), queue2: [] };
      queues.set(tick, contents);
      if (type === 'queue2') contents.queue2.push(tx);
      else contents.queue1.set(agent, [...(contents.queue1.get(agent) ?? []), tx]);
    }
    return queues;
  }
}

function parseLines(lines: string): SimulationEvent[] {
  return lines
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as SimulationEvent);
}

function byTick<T>(rows: readonly T[], tickOf: (row: T) => number): Map<number, T[]> {
  const groups = new Map<number, T[]>();
  for (const row of rows) {
    const group = groups.get(tickOf(row));
    if (group) group.push(row);
    else groups.set(tickOf(row), [row]);
  }
  return groups;
}
