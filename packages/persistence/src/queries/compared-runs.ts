import { sql } from 'kysely';
import type { SimCashDatabase } from '../database.js';
import { NotStoredError } from '../errors.js';
import { queries, rows } from './kysely.js';
import { rate } from './rate.js';
import { getSimulationSummary } from './simulation-queries.js';

/** What is compared of a simulation; money is cents, delays are ticks. */
export interface ComparedSimulation {
  /** The simulation's id. */
  simulation_id: string;
  /** Payments that arrived. */
  total_arrivals: number;
  /** Payments that settled. */
  total_settlements: number;
  /** Settled payments as a share of those that arrived, 0 to 1. */
  settlement_rate: number;
  /** Value that settled, in cents. */
  total_settled_value: number;
  /** Mean delay of settled payments, in ticks. */
  avg_delay_ticks: number;
  /** Payments that did not settle. */
  unsettled_count: number;
  /** Value that did not settle, in cents. */
  unsettled_value: number;
  /** Payments that were dropped. */
  total_dropped: number;
  /** Value of dropped payments, in cents. */
  total_dropped_value: number;
  /** Payments that were found overdue. */
  total_overdue: number;
  /** All costs, in cents. */
  total_cost: number;
}

/** The figures of two simulations, and their differences. */
export interface Comparison {
  /** The first simulation. */
  sim1: ComparedSimulation;
  /** The second simulation. */
  sim2: ComparedSimulation;
  /** The second less the first. */
  delta: Omit<ComparedSimulation, 'simulation_id'>;
}

/** Two simulations side by side. @throws NotStoredError */
export async function compareSimulations(database: SimCashDatabase, id1: string, id2: string): Promise<Comparison> {
  const [sim1, sim2] = [await compared(database, id1), await compared(database, id2)];
  const names = Object.keys(sim1).filter((name) => name !== 'simulation_id') as (keyof Comparison['delta'])[];
  const delta = Object.fromEntries(names.map((name) => [name, sim2[name] - sim1[name]])) as unknown as Comparison['delta'];
  return { sim1, sim2, delta };
}

async function compared(database: SimCashDatabase, id: string): Promise<ComparedSimulation> {
  const simulation = await getSimulationSummary(database, id);
  if (!simulation) throw new NotStoredError('One or both simulations not found');
  const settlements = simulation.total_settlements ?? 0;
  return {
    simulation_id: id,
    total_arrivals: simulation.total_arrivals ?? 0,
    total_settlements: settlements,
    settlement_rate: simulation.settlement_rate,
    total_settled_value: simulation.total_settled_value ?? 0,
    avg_delay_ticks: rate(simulation.total_delay_ticks ?? 0, settlements),
    unsettled_count: simulation.unsettled_count ?? 0,
    unsettled_value: simulation.unsettled_value ?? 0,
    total_dropped: simulation.total_dropped ?? 0,
    total_dropped_value: simulation.total_dropped_value ?? 0,
    total_overdue: simulation.total_overdue ?? 0,
    total_cost: simulation.total_cost_cents ?? 0,
  };
}

/** What became of the payments that two simulations share. */
export interface PairedPayments {
  /** Same number, sender, receiver, amount and tick of arrival in both. */
  paired: number;
  /** Payments that only the first run has. */
  only_first: number;
  /** Payments that only the second run has. */
  only_second: number;
  /** The first `arrival_seq` under which the two have different payments; null if there is none. */
  first_unpaired: number | null;
  /** Of the paired: settled earlier in the second, at the same tick, later, in one of them only, in neither. */
  earlier: number;
  /** Payments that settled in the same tick. */
  same_tick: number;
  /** Payments that settled later in the other run. */
  later: number;
  /** Payments that settled in the first run only. */
  settled_only_first: number;
  /** Payments that settled in the second run only. */
  settled_only_second: number;
  /** Payments that settled in neither run. */
  unsettled_in_both: number;
}

/**
 * Pairs the payments of two simulations by `arrival_seq`: ids of payments count the parts of splits, too, and mean other payments as
 * soon as one bank splits (spec 13 §8).
 */
export async function pairPayments(database: SimCashDatabase, id1: string, id2: string): Promise<PairedPayments> {
  const [row] = await database.query<PairedPayments>(
    `WITH a AS (SELECT * FROM v_payments WHERE simulation_id = $1), b AS (SELECT * FROM v_payments WHERE simulation_id = $2),
     matched AS (
       SELECT a.arrival_seq IS NOT NULL AS in_a, b.arrival_seq IS NOT NULL AS in_b, coalesce(a.arrival_seq, b.arrival_seq) AS seq,
         coalesce(a.sender_id = b.sender_id AND a.receiver_id = b.receiver_id AND a.amount = b.amount AND a.arrival_tick = b.arrival_tick, false) AS paired,
         a.settlement_tick AS s, b.settlement_tick AS t
       FROM a FULL JOIN b USING (arrival_seq)
     )
     SELECT count(*) FILTER (paired) AS paired, count(*) FILTER (in_a AND NOT paired) AS only_first,
       count(*) FILTER (in_b AND NOT paired) AS only_second, min(seq) FILTER (NOT paired) AS first_unpaired,
       count(*) FILTER (paired AND t < s) AS earlier, count(*) FILTER (paired AND t = s) AS same_tick, count(*) FILTER (paired AND t > s) AS later,
       count(*) FILTER (paired AND s IS NOT NULL AND t IS NULL) AS settled_only_first,
       count(*) FILTER (paired AND s IS NULL AND t IS NOT NULL) AS settled_only_second,
       count(*) FILTER (paired AND s IS NULL AND t IS NULL) AS unsettled_in_both
     FROM matched`,
    [id1, id2],
  );
  return row!;
}

/** Costs of a bank in two simulations on the days that both have. */
export function compareAgentPerformance(
  database: SimCashDatabase,
  id1: string,
  id2: string,
  agentId: string,
): Promise<{ day: number; sim1_total_cost: number; sim2_total_cost: number; cost_delta: number }[]> {
  const query = queries
    .selectFrom('daily_agent_metrics as a')
    .innerJoin('daily_agent_metrics as b', (join) => join.onRef('a.agent_id', '=', 'b.agent_id').onRef('a.day', '=', 'b.day'))
    .select([
      'a.day',
      'a.total_cost as sim1_total_cost',
      'b.total_cost as sim2_total_cost',
      sql<number>`b.total_cost - a.total_cost`.as('cost_delta'),
    ])
    .where('a.simulation_id', '=', id1)
    .where('b.simulation_id', '=', id2)
    .where('a.agent_id', '=', agentId)
    .orderBy('a.day');
  return rows(database, query);
}
