import { type CallRecord, type SimulationCall, TRANSACTION_OUTCOMES, type TransactionOutcome } from '@simcash/protocol';
import { sql } from 'kysely';
import type { SimCashDatabase } from '../database.js';
import type { Rows } from '../schema/tables.js';
import { queries, rows, type TransactionRow } from './kysely.js';
import { rate } from './rate.js';
import type { StoredSimulation } from './simulations.js';
import { knownWord } from './words.js';

/** A simulation in figures (spec 09 §9.1). `total_volume` is the number of arrivals, as it always was; the value is beside it. */
export interface SimulationSummary extends StoredSimulation {
  /** Number of payments. */
  total_transactions: number;
  /** Settled payments as a share of those that arrived, 0 to 1. */
  settlement_rate: number;
  /** Number of payments that arrived. */
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
