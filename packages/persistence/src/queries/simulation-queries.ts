import { sql } from 'kysely';
import {
  COLLATERAL_ACTIONS,
  CYCLE_TYPES,
  TRANSACTION_OUTCOMES,
  type CallRecord,
  type CollateralAction,
  type SimulationCall,
  type TransactionOutcome,
} from '@simcash/protocol';
import type { SimCashDatabase } from '../database.js';
import { NotStoredError } from '../errors.js';
import {
  queries,
  rows,
  type CollateralRow,
  type LsmCycleRow,
  type PolicyDecisionRow,
  type TickAgentStateRow,
  type TransactionRow,
} from './kysely.js';
import type { Rows } from '../schema/tables.js';
import { type StoredSimulation } from './simulations.js';
import { knownWord } from './words.js';

const rate = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);

/** A simulation in figures (spec 09 §9.1). `total_volume` is the number of arrivals, as it always was; the value is beside it. */
export interface SimulationSummary extends StoredSimulation {
  /** Number of payments. */
  total_transactions: number;
  /** Settled payments as a share of those that arrived, 0 to 1. */
  settlement_rate: number;
  /** Value of all payments, in cents. */
  total_volume: number;
  /** Value of all payments, in cents. */
  total_value_cents: number;
  /** Mean costs of a day, in cents. */
  avg_daily_cost: number;
}

/** The figures of a simulation; null if there is none with this id. */
export async function getSimulationSummary(database: SimCashDatabase, simulationId: string): Promise<SimulationSummary | null> {
  const [simulation] = await rows(
    database,
    queries.selectFrom('v_simulations').selectAll().where('simulation_id', '=', simulationId),
  );
  if (!simulation) return null;
  const value = queries
    .selectFrom('v_payments')
    .select(sql<number>`coalesce(sum(amount), 0)::BIGINT`.as('cents'))
    .where('simulation_id', '=', simulationId);
  const [payments] = await rows(database, value);
  const arrivals = simulation.total_arrivals ?? 0;
  const settlements = simulation.total_settlements ?? 0;
  const cost = simulation.total_cost_cents ?? 0;
  return {
    ...simulation,
    total_arrivals: arrivals,
    total_settlements: settlements,
    total_lsm_releases: simulation.total_lsm_releases ?? 0,
    total_cost_cents: cost,
    total_transactions: arrivals,
    settlement_rate: rate(settlements, arrivals),
    total_volume: arrivals,
    total_value_cents: simulation.total_arrived_value ?? payments!.cents,
    avg_daily_cost: simulation.num_days === 0 ? 0 : cost / simulation.num_days,
  };
}

/** What is stored of an agent, day by day. */
export function getAgentDailyMetrics(
  database: SimCashDatabase,
  simulationId: string,
  agentId: string,
): Promise<Rows['daily_agent_metrics'][]> {
  const query = queries.selectFrom('daily_agent_metrics').selectAll();
  return rows(database, query.where('simulation_id', '=', simulationId).where('agent_id', '=', agentId).orderBy('day'));
}

/** Payments of a simulation, all or those with one outcome. */
export async function getTransactions(
  database: SimCashDatabase,
  simulationId: string,
  status?: TransactionOutcome,
): Promise<TransactionRow[]> {
  let query = queries.selectFrom('transactions').selectAll().where('simulation_id', '=', simulationId);
  if (status !== undefined) query = query.where('status', '=', knownWord(status, TRANSACTION_OUTCOMES, 'status'));
  return rows(database, query.orderBy('created_tick').orderBy('tx_id'));
}

/** How many payments there are, and how they settled. */
export interface TransactionStatistics {
  /** Payments in all. */
  total_count: number;
  /** Payments that settled. */
  settled_count: number;
  /** Settled payments as a share of those that arrived, 0 to 1. */
  settlement_rate: number;
  /** Mean delay of settled payments, in ticks. */
  avg_delay_ticks: number;
}

/** Over payments, so a split one counts once; delays of settled ones. */
export async function getTransactionStatistics(database: SimCashDatabase, simulationId: string): Promise<TransactionStatistics> {
  const query = queries
    .selectFrom('v_payments')
    .select([
      sql<number>`count(*)`.as('total'),
      sql<number>`count(*) FILTER (WHERE is_settled)`.as('settled'),
      sql<number>`coalesce(avg(settlement_tick - arrival_tick) FILTER (WHERE is_settled), 0)`.as('delay'),
    ])
    .where('simulation_id', '=', simulationId);
  const [{ delay, settled, total } = { delay: 0, settled: 0, total: 0 }] = await rows(database, query);
  return { total_count: total, settled_count: settled, settlement_rate: rate(settled, total), avg_delay_ticks: delay };
}

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

/** A policy and since when an agent has had it. */
export interface PolicyInForce {
  /** The day since when it has been in force. */
  snapshot_day: number;
  /** The tick since when it has been in force. */
  snapshot_tick: number;
  /** SHA-256 of the policy. */
  policy_hash: string;
  /** The policy as JSON. */
  policy_json: string;
  /** Where the policy came from. */
  created_by: string;
}

/** The policies that an agent had, in order. */
export function getAgentPolicyHistory(
  database: SimCashDatabase,
  simulationId: string,
  agentId: string,
): Promise<PolicyInForce[]> {
  const query = queries
    .selectFrom('policy_snapshots')
    .select(['snapshot_day', 'snapshot_tick', 'policy_hash', 'policy_json', 'created_by']);
  const ofAgent = query.where('simulation_id', '=', simulationId).where('agent_id', '=', agentId);
  return rows(database, ofAgent.orderBy('snapshot_day').orderBy('snapshot_tick'));
}

/** The policy in force on a day; null if there is none. */
export async function getPolicyAtDay(
  database: SimCashDatabase,
  simulationId: string,
  agentId: string,
  day: number,
): Promise<(Omit<PolicyInForce, 'policy_json'> & { policy_config: unknown }) | null> {
  const history = await getAgentPolicyHistory(database, simulationId, agentId);
  const latest = history.findLast((snapshot) => snapshot.snapshot_day <= day);
  if (!latest) return null;
  const { policy_json, ...snapshot } = latest;
  return { ...snapshot, policy_config: JSON.parse(policy_json) as unknown };
}

/** Settled payments by the day of their arrival. */
export function getSettlementRateByDay(
  database: SimCashDatabase,
  simulationId: string,
): Promise<{ day: number; total_transactions: number; settled_transactions: number; settlement_rate: number }[]> {
  const query = queries
    .selectFrom('v_payments')
    .select([
      'arrival_day as day',
      sql<number>`count(*)`.as('total_transactions'),
      sql<number>`count(*) FILTER (WHERE is_settled)`.as('settled_transactions'),
      sql<number>`count(*) FILTER (WHERE is_settled) / count(*)`.as('settlement_rate'),
    ])
    .where('simulation_id', '=', simulationId);
  return rows(database, query.groupBy('arrival_day').orderBy('arrival_day'));
}

/** What became of the payments that arrived on a day. */
export interface DailyTransactionSummary {
  /** Days are counted from 0. */
  day: number;
  /** Payments in all. */
  total_count: number;
  /** Payments that settled. */
  settled_count: number;
  /** Payments that were still pending. */
  pending_count: number;
  /** Payments that were overdue. */
  overdue_count: number;
  /** Payments that were dropped. */
  dropped_count: number;
  /** Value of all payments, in cents. */
  total_amount: number;
  /** Value that settled, in cents. */
  settled_amount: number;
}

/** What became of the payments of each day. */
export function getDailyTransactionSummary(database: SimCashDatabase, simulationId: string): Promise<DailyTransactionSummary[]> {
  const having = (status: string) => sql<number>`count(*) FILTER (WHERE status = ${sql.lit(status)})`;
  const query = queries
    .selectFrom('transactions')
    .select([
      'arrival_day as day',
      sql<number>`count(*)`.as('total_count'),
      having('settled').as('settled_count'),
      having('pending').as('pending_count'),
      having('overdue').as('overdue_count'),
      having('dropped').as('dropped_count'),
      sql<number>`sum(amount)::BIGINT`.as('total_amount'),
      sql<number>`sum(amount_settled)::BIGINT`.as('settled_amount'),
    ])
    .where('simulation_id', '=', simulationId)
    .where('status', '<>', 'split');
  return rows(database, query.groupBy('arrival_day').orderBy('arrival_day'));
}

/** Delays of settled payments by the day of their arrival; percentiles are continuous. */
export function getTransactionDelays(
  database: SimCashDatabase,
  simulationId: string,
): Promise<
  { day: number; avg_delay_ticks: number; max_delay_ticks: number; p50_delay_ticks: number; p95_delay_ticks: number }[]
> {
  const delay = sql`settlement_tick - arrival_tick`;
  const query = queries
    .selectFrom('v_payments')
    .select([
      'arrival_day as day',
      sql<number>`avg(${delay})`.as('avg_delay_ticks'),
      sql<number>`max(${delay})`.as('max_delay_ticks'),
      sql<number>`quantile_cont(${delay}, 0.5)`.as('p50_delay_ticks'),
      sql<number>`quantile_cont(${delay}, 0.95)`.as('p95_delay_ticks'),
    ])
    .where('simulation_id', '=', simulationId)
    .where('is_settled', '=', true);
  return rows(database, query.groupBy('arrival_day').orderBy('arrival_day'));
}

/** Costs of the run by bank, the most expensive first. */
export async function getCostBreakdownByAgent(database: SimCashDatabase, simulationId: string): Promise<AgentCostBreakdown[]> {
  const costs = await getDailyCosts(database, simulationId, 'bank');
  return costs.map(({ day: _, dropped_value: __, num_dropped: ___, ...row }) => row).sort((a, b) => b.total_cost - a.total_cost);
}

/** Arrivals and settlements of one tick. */
export async function getTransactionsByTick(
  database: SimCashDatabase,
  simulationId: string,
  tick: number,
): Promise<{ arrivals: TransactionRow[]; settlements: TransactionRow[] }> {
  const all = queries.selectFrom('transactions').selectAll().where('simulation_id', '=', simulationId).orderBy('tx_id');
  return {
    arrivals: await rows(database, all.where('arrival_tick', '=', tick)),
    settlements: await rows(database, all.where('settlement_tick', '=', tick)),
  };
}

/** Figures of a range of ticks, both ends included. */
export async function getTickRangeSummary(
  database: SimCashDatabase,
  simulationId: string,
  from: number,
  to: number,
): Promise<{ total_arrivals: number; total_settlements: number; total_cost: number; avg_delay_ticks: number }> {
  const ticks = queries
    .selectFrom('tick_summaries')
    .select([
      sql<number>`coalesce(sum(num_arrivals), 0)::BIGINT`.as('total_arrivals'),
      sql<number>`coalesce(sum(num_settlements), 0)::BIGINT`.as('total_settlements'),
      sql<number>`coalesce(sum(total_cost), 0)::BIGINT`.as('total_cost'),
    ])
    .where('simulation_id', '=', simulationId)
    .where('tick', '>=', from)
    .where('tick', '<=', to);
  const delays = queries
    .selectFrom('v_payments')
    .select(sql<number>`coalesce(avg(settlement_tick - arrival_tick), 0)`.as('avg_delay_ticks'))
    .where('simulation_id', '=', simulationId)
    .where('is_settled', '=', true)
    .where('settlement_tick', '>=', from)
    .where('settlement_tick', '<=', to);
  const [totals] = await rows(database, ticks);
  const [delay] = await rows(database, delays);
  return { ...totals!, ...delay! };
}

/** Collateral posted and withdrawn. */
export async function getCollateralEvents(
  database: SimCashDatabase,
  simulationId: string,
  filter: { tick?: number; day?: number; agent_id?: string; action?: CollateralAction } = {},
): Promise<CollateralRow[]> {
  let query = queries.selectFrom('collateral_events').selectAll().where('simulation_id', '=', simulationId);
  if (filter.tick !== undefined) query = query.where('tick', '=', filter.tick);
  if (filter.day !== undefined) query = query.where('day', '=', filter.day);
  if (filter.agent_id !== undefined) query = query.where('agent_id', '=', filter.agent_id);
  if (filter.action !== undefined) query = query.where('action', '=', knownWord(filter.action, COLLATERAL_ACTIONS, 'action'));
  return rows(database, query.orderBy('collateral_seq'));
}

/** Offsets of a simulation. */
export async function getLsmCycles(
  database: SimCashDatabase,
  simulationId: string,
  filter: { tick?: number; day?: number; cycle_type?: (typeof CYCLE_TYPES)[number] } = {},
): Promise<LsmCycleRow[]> {
  let query = queries.selectFrom('lsm_cycles').selectAll().where('simulation_id', '=', simulationId);
  if (filter.tick !== undefined) query = query.where('tick', '=', filter.tick);
  if (filter.day !== undefined) query = query.where('day', '=', filter.day);
  if (filter.cycle_type !== undefined)
    query = query.where('cycle_type', '=', knownWord(filter.cycle_type, CYCLE_TYPES, 'cycle_type'));
  return rows(database, query.orderBy('event_seq'));
}

/** What policies decided in a tick. */
export function getPolicyDecisionsByTick(
  database: SimCashDatabase,
  simulationId: string,
  tick: number,
): Promise<PolicyDecisionRow[]> {
  const query = queries
    .selectFrom('policy_decisions')
    .selectAll()
    .where('simulation_id', '=', simulationId)
    .where('tick', '=', tick);
  return rows(database, query.orderBy('id'));
}

/** States of all agents at the end of a tick. */
export function getTickAgentStates(database: SimCashDatabase, simulationId: string, tick: number): Promise<TickAgentStateRow[]> {
  const query = queries
    .selectFrom('tick_agent_states')
    .selectAll()
    .where('simulation_id', '=', simulationId)
    .where('tick', '=', tick);
  return rows(database, query.orderBy('agent_id'));
}

/** Queue contents after a tick: bank → queue → payments in order. */
export async function getTickQueueSnapshots(
  database: SimCashDatabase,
  simulationId: string,
  tick: number,
): Promise<Record<string, Partial<Record<'queue1' | 'queue2', string[]>>>> {
  const query = queries
    .selectFrom('tick_queue_snapshots')
    .selectAll()
    .where('simulation_id', '=', simulationId)
    .where('tick', '=', tick);
  const snapshots = new Map<string, Partial<Record<'queue1' | 'queue2', string[]>>>();
  for (const row of await rows(database, query.orderBy('agent_id').orderBy('queue_type').orderBy('position'))) {
    const queues = snapshots.get(row.agent_id) ?? {};
    snapshots.set(row.agent_id, queues);
    (queues[row.queue_type] ??= []).push(row.tx_id);
  }
  return Object.fromEntries(snapshots);
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

/** Calls from outside that changed a run, in order (spec 09 §3.23). */
export async function getCalls(database: SimCashDatabase, simulationId: string): Promise<CallRecord[]> {
  const query = queries.selectFrom('simulation_calls').selectAll().where('simulation_id', '=', simulationId);
  const stored = await rows(database, query.orderBy('call_seq'));
  return stored.map(({ agent_id, arguments: values, call_type, tick, tx_id }) => ({
    tick,
    agent_id,
    tx_id,
    call: { call: call_type, ...(JSON.parse(values) as object) } as SimulationCall,
  }));
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
