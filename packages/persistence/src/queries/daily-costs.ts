import { sql } from 'kysely';
import type { SimCashDatabase } from '../database.js';
import { queries, rows } from './kysely.js';

/** Costs of the run by bank, the most expensive first. */
export async function getCostBreakdownByAgent(database: SimCashDatabase, simulationId: string): Promise<AgentCostBreakdown[]> {
  const costs = await getDailyCosts(database, simulationId, 'bank');
  return costs.map(({ day: _, dropped_value: __, num_dropped: ___, ...row }) => row).sort((a, b) => b.total_cost - a.total_cost);
}

/** The costs of an agent in a tick, in cents. */
export interface CostPoint {
  /** Ticks are counted from 0 over all days. */
  tick: number;
  /** Days are counted from 0. */
  day: number;
  /** The bank's id. */
  agent_id: string;
  /** Costs of the tick, in cents. */
  per_tick_cost: number;
  /** Costs so far, in cents. */
  accumulated_cost: number;
}

/** What each bank was charged, tick by tick, from the `CostAccrual` events alone: they cover everything (spec 09 Q926). */
export function getCostTimeline(database: SimCashDatabase, simulationId: string, agentId?: string): Promise<CostPoint[]> {
  const total = sql<number>`sum(CAST(details -> 'costs' ->> 'total' AS BIGINT))::BIGINT`;
  let charged = queries
    .selectFrom('simulation_events')
    .select(['tick', 'day', sql<string>`agent_id`.as('agent_id'), total.as('per_tick_cost')])
    .where('simulation_id', '=', simulationId)
    .where('event_type', '=', 'CostAccrual');
  if (agentId !== undefined) charged = charged.where('agent_id', '=', agentId);
  const query = queries
    .selectFrom(charged.groupBy(['tick', 'day', 'agent_id']).as('charged'))
    .selectAll()
    .select(sql<number>`sum(per_tick_cost) OVER (PARTITION BY agent_id ORDER BY tick)::BIGINT`.as('accumulated_cost'));
  return rows(database, query.orderBy('tick').orderBy('agent_id'));
}

/** Costs of a bank's day by kind, as in `daily_agent_metrics`. */
export const COST_COLUMNS = [
  'liquidity_cost',
  'delay_cost',
  'collateral_cost',
  'deadline_penalty_cost',
  'split_friction_cost',
  'liquidity_opportunity_cost',
] as const;

/** Costs of a bank, in a day or in all of them, and what its policy gave up; cents. */
export interface DailyCosts extends Record<(typeof COST_COLUMNS)[number], number> {
  /** Null where a row is about the whole run. */
  day: number | null;
  /** The bank's id. */
  agent_id: string;
  /** All costs, in cents. */
  total_cost: number;
  /** Payments that were dropped. */
  num_dropped: number;
  /** Value of dropped payments, in cents. */
  dropped_value: number | null;
}

/** The costs of an agent by component, in cents. */
export type AgentCostBreakdown = Omit<DailyCosts, 'day' | 'num_dropped' | 'dropped_value'>;

const charged = (column: string): string => {
  const key = column === 'deadline_penalty_cost' ? 'penalty_cost' : column === 'total_cost' ? 'total' : column;
  return `CAST(details -> 'costs' ->> '${key}' AS BIGINT)`;
};

/** Days as they were closed, and the day in which a run broke off, from its events. */
const BANK_DAYS = `WITH closed AS (FROM daily_agent_metrics WHERE simulation_id = $1),
open_day AS (
  SELECT e.* FROM simulation_events e WHERE e.simulation_id = $1 AND e.event_type IN ('CostAccrual', 'PolicyDrop')
    AND e.day > (SELECT coalesce(max(day), -1) FROM closed)
)
SELECT day, agent_id, ${[...COST_COLUMNS, 'total_cost'].join(', ')}, num_dropped, dropped_value FROM closed
UNION ALL
SELECT day, agent_id, ${[...COST_COLUMNS, 'total_cost'].map(charged).join(', ')}, 0, 0 FROM open_day WHERE event_type = 'CostAccrual'
UNION ALL
SELECT o.day, o.agent_id, ${[...COST_COLUMNS, 'total_cost'].map(() => '0').join(', ')}, 1, t.amount
FROM open_day o JOIN transactions t USING (simulation_id, tx_id) WHERE o.event_type = 'PolicyDrop'`;

/** Every bank is there, also if nothing has been charged to it yet. */
const ALL_BANKS = `UNION ALL SELECT NULL, agent_id, ${[...COST_COLUMNS, 'total_cost', 'num_dropped', 'dropped_value'].map(() => '0').join(', ')}
FROM simulation_agents WHERE simulation_id = $1`;

/** Costs by bank, or by day and bank. */
export function getDailyCosts(
  database: SimCashDatabase,
  simulationId: string,
  by: 'bank' | 'day',
  agentId?: string,
): Promise<DailyCosts[]> {
  const sums = [...COST_COLUMNS, 'total_cost', 'num_dropped', 'dropped_value'].map(
    (name) => `CAST(sum(${name}) AS BIGINT) AS ${name}`,
  );
  const day = by === 'day' ? 'day' : 'CAST(NULL AS INTEGER) AS day';
  return database.query<DailyCosts>(
    `SELECT ${day}, agent_id, ${sums.join(', ')} FROM (${BANK_DAYS} ${by === 'bank' ? ALL_BANKS : ''})
     WHERE $2 IS NULL OR agent_id = $2 GROUP BY ${by === 'day' ? 'day, agent_id' : 'agent_id'} ORDER BY 1, encode(agent_id)`,
    [simulationId, agentId ?? null],
  );
}
