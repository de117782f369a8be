import { sql } from 'kysely';
import type { DailyAgentMetrics } from '@simcash/protocol';
import type { SimCashDatabase } from '../database.js';
import { NotStoredError } from '../errors.js';
import {
  build,
  rows,
  type CollateralRow,
  type LsmCycleRow,
  type PolicyDecisionRow,
  type TickAgentStateRow,
  type TransactionRow,
} from './kysely.js';
import { type StoredSimulation } from './simulations.js';

const rate = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);

/** A simulation in figures (spec 09 §9.1). `total_volume` is the number of arrivals, as it always was; the value is beside it. */
export interface SimulationSummary extends StoredSimulation {
  total_transactions: number;
  settlement_rate: number;
  total_volume: number;
  total_value_cents: number;
  avg_daily_cost: number;
}

export async function getSimulationSummary(database: SimCashDatabase, simulationId: string): Promise<SimulationSummary | null> {
  const [simulation] = await rows(
    database,
    build.selectFrom('simulations').selectAll().where('simulation_id', '=', simulationId),
  );
  if (!simulation) return null;
  const value = build
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
    total_value_cents: payments!.cents,
    avg_daily_cost: simulation.num_days === 0 ? 0 : cost / simulation.num_days,
  };
}

export function getAgentDailyMetrics(
  database: SimCashDatabase,
  simulationId: string,
  agentId: string,
): Promise<(DailyAgentMetrics & { simulation_id: string })[]> {
  const query = build.selectFrom('daily_agent_metrics').selectAll();
  return rows(database, query.where('simulation_id', '=', simulationId).where('agent_id', '=', agentId).orderBy('day'));
}

export function getTransactions(database: SimCashDatabase, simulationId: string, status?: string): Promise<TransactionRow[]> {
  let query = build.selectFrom('transactions').selectAll().where('simulation_id', '=', simulationId);
  if (status !== undefined) query = query.where('status', '=', status);
  return rows(database, query.orderBy('created_tick').orderBy('tx_id'));
}

export interface TransactionStatistics {
  total_count: number;
  settled_count: number;
  settlement_rate: number;
  avg_delay_ticks: number;
}

/** Over payments, so a split one counts once; delays of settled ones. */
export async function getTransactionStatistics(database: SimCashDatabase, simulationId: string): Promise<TransactionStatistics> {
  const query = build
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

export interface ComparedSimulation {
  simulation_id: string;
  total_arrivals: number;
  total_settlements: number;
  total_cost: number;
  settlement_rate: number;
}

/** Two simulations side by side; `delta` is the second less the first. @throws NotStoredError */
export async function compareSimulations(
  database: SimCashDatabase,
  id1: string,
  id2: string,
): Promise<{ sim1: ComparedSimulation; sim2: ComparedSimulation; delta: { settlement_rate: number; total_cost: number } }> {
  const find = async (id: string): Promise<ComparedSimulation> => {
    const summary = await getSimulationSummary(database, id);
    if (!summary) throw new NotStoredError('One or both simulations not found');
    const { settlement_rate, simulation_id, total_arrivals, total_cost_cents, total_settlements } = summary;
    return {
      simulation_id,
      total_arrivals: total_arrivals!,
      total_settlements: total_settlements!,
      total_cost: total_cost_cents!,
      settlement_rate,
    };
  };
  const [sim1, sim2] = [await find(id1), await find(id2)];
  const delta = { settlement_rate: sim2.settlement_rate - sim1.settlement_rate, total_cost: sim2.total_cost - sim1.total_cost };
  return { sim1, sim2, delta };
}

/** Costs of a bank in two simulations on the days that both have. */
export function compareAgentPerformance(
  database: SimCashDatabase,
  id1: string,
  id2: string,
  agentId: string,
): Promise<{ day: number; sim1_total_cost: number; sim2_total_cost: number; cost_delta: number }[]> {
  const query = build
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

export interface PolicyInForce {
  snapshot_day: number;
  snapshot_tick: number;
  policy_hash: string;
  policy_json: string;
  created_by: string;
}

export function getAgentPolicyHistory(
  database: SimCashDatabase,
  simulationId: string,
  agentId: string,
): Promise<PolicyInForce[]> {
  const query = build
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
  const query = build
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

export interface DailyTransactionSummary {
  day: number;
  total_count: number;
  settled_count: number;
  pending_count: number;
  overdue_count: number;
  dropped_count: number;
  total_amount: number;
  settled_amount: number;
}

export function getDailyTransactionSummary(database: SimCashDatabase, simulationId: string): Promise<DailyTransactionSummary[]> {
  const having = (status: string) => sql<number>`count(*) FILTER (WHERE status = ${sql.lit(status)})`;
  const query = build
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
  const query = build
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

export interface AgentCostBreakdown {
  agent_id: string;
  liquidity_cost: number;
  delay_cost: number;
  collateral_cost: number;
  split_friction_cost: number;
  deadline_penalty_cost: number;
  liquidity_opportunity_cost: number;
  total_cost: number;
}

/** Costs of the run by bank, the most expensive first. */
export function getCostBreakdownByAgent(database: SimCashDatabase, simulationId: string): Promise<AgentCostBreakdown[]> {
  const total = (column: string) => sql<number>`sum(${sql.ref(column)})::BIGINT`;
  const query = build
    .selectFrom('daily_agent_metrics')
    .select([
      'agent_id',
      total('liquidity_cost').as('liquidity_cost'),
      total('delay_cost').as('delay_cost'),
      total('collateral_cost').as('collateral_cost'),
      total('split_friction_cost').as('split_friction_cost'),
      total('deadline_penalty_cost').as('deadline_penalty_cost'),
      total('liquidity_opportunity_cost').as('liquidity_opportunity_cost'),
      total('total_cost').as('total_cost'),
    ])
    .where('simulation_id', '=', simulationId);
  return rows(database, query.groupBy('agent_id').orderBy('total_cost', 'desc').orderBy('agent_id'));
}

/** Arrivals and settlements of one tick. */
export async function getTransactionsByTick(
  database: SimCashDatabase,
  simulationId: string,
  tick: number,
): Promise<{ arrivals: TransactionRow[]; settlements: TransactionRow[] }> {
  const all = build.selectFrom('transactions').selectAll().where('simulation_id', '=', simulationId).orderBy('tx_id');
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
  const ticks = build
    .selectFrom('tick_summaries')
    .select([
      sql<number>`coalesce(sum(num_arrivals), 0)::BIGINT`.as('total_arrivals'),
      sql<number>`coalesce(sum(num_settlements), 0)::BIGINT`.as('total_settlements'),
      sql<number>`coalesce(sum(total_cost), 0)::BIGINT`.as('total_cost'),
    ])
    .where('simulation_id', '=', simulationId)
    .where('tick', '>=', from)
    .where('tick', '<=', to);
  const delays = build
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

export function getCollateralEvents(
  database: SimCashDatabase,
  simulationId: string,
  filter: { tick?: number; day?: number; agent_id?: string; action?: string } = {},
): Promise<CollateralRow[]> {
  let query = build.selectFrom('collateral_events').selectAll().where('simulation_id', '=', simulationId);
  if (filter.tick !== undefined) query = query.where('tick', '=', filter.tick);
  if (filter.day !== undefined) query = query.where('day', '=', filter.day);
  if (filter.agent_id !== undefined) query = query.where('agent_id', '=', filter.agent_id);
  if (filter.action !== undefined) query = query.where('action', '=', filter.action);
  return rows(database, query.orderBy('collateral_seq'));
}

export function getLsmCycles(
  database: SimCashDatabase,
  simulationId: string,
  filter: { tick?: number; day?: number; cycle_type?: string } = {},
): Promise<LsmCycleRow[]> {
  let query = build.selectFrom('lsm_cycles').selectAll().where('simulation_id', '=', simulationId);
  if (filter.tick !== undefined) query = query.where('tick', '=', filter.tick);
  if (filter.day !== undefined) query = query.where('day', '=', filter.day);
  if (filter.cycle_type !== undefined) query = query.where('cycle_type', '=', filter.cycle_type);
  return rows(database, query.orderBy('cycle_id'));
}

export function getPolicyDecisionsByTick(
  database: SimCashDatabase,
  simulationId: string,
  tick: number,
): Promise<PolicyDecisionRow[]> {
  const query = build
    .selectFrom('policy_decisions')
    .selectAll()
    .where('simulation_id', '=', simulationId)
    .where('tick', '=', tick);
  return rows(database, query.orderBy('id'));
}

export function getTickAgentStates(database: SimCashDatabase, simulationId: string, tick: number): Promise<TickAgentStateRow[]> {
  const query = build
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
  const query = build
    .selectFrom('tick_queue_snapshots')
    .selectAll()
    .where('simulation_id', '=', simulationId)
    .where('tick', '=', tick);
  const snapshots: Record<string, Partial<Record<'queue1' | 'queue2', string[]>>> = {};
  for (const row of await rows(database, query.orderBy('agent_id').orderBy('queue_type').orderBy('position'))) {
    const queues = (snapshots[row.agent_id] ??= {});
    (queues[row.queue_type as 'queue1' | 'queue2'] ??= []).push(row.tx_id);
  }
  return snapshots;
}

export interface CostPoint {
  tick: number;
  day: number;
  agent_id: string;
  per_tick_cost: number;
  accumulated_cost: number;
}

/** What each bank was charged, tick by tick, from the `CostAccrual` events alone: they cover everything (spec 09 Q926). */
export function getCostTimeline(database: SimCashDatabase, simulationId: string, agentId?: string): Promise<CostPoint[]> {
  const total = sql<number>`sum(CAST(details -> 'costs' ->> 'total' AS BIGINT))::BIGINT`;
  let charged = build
    .selectFrom('simulation_events')
    .select(['tick', 'day', sql<string>`agent_id`.as('agent_id'), total.as('per_tick_cost')])
    .where('simulation_id', '=', simulationId)
    .where('event_type', '=', 'CostAccrual');
  if (agentId !== undefined) charged = charged.where('agent_id', '=', agentId);
  const query = build
    .selectFrom(charged.groupBy(['tick', 'day', 'agent_id']).as('charged'))
    .selectAll()
    .select(sql<number>`sum(per_tick_cost) OVER (PARTITION BY agent_id ORDER BY tick)::BIGINT`.as('accumulated_cost'));
  return rows(database, query.orderBy('tick').orderBy('agent_id'));
}
