import type { AgentTickState, DisplayContext, QueueContents, SimulationEvent, StateProvider, TickView } from '@simcash/protocol';
import type { SimCashDatabase } from '../database.js';
import { eventLines } from './events.js';

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

  async *eventsBefore(tick: number): AsyncGenerator<SimulationEvent[]> {
    for await (const lines of eventLines(this.database, this.simulationId, { toTick: tick - 1 })) yield parseLines(lines);
  }

  async #events(from: number, to: number): Promise<SimulationEvent[]> {
    const events: SimulationEvent[] = [];
    const range = { fromTick: from, toTick: to };
    for await (const lines of eventLines(this.database, this.simulationId, range))
      for (const event of parseLines(lines)) events.push(event);
    return events;
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
