import { DummyDriver, Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler, type Compilable } from 'kysely';
import type { DailyAgentMetrics } from '@simcash/protocol';
import type { SimCashDatabase } from '../database.js';
import type { StoredSimulation } from './simulations.js';

/** Rows of the tables that queries read, as {@link SimCashDatabase.query} gives them. */
export interface Tables {
  simulations: StoredSimulation;
  simulation_events: EventRow;
  transactions: TransactionRow;
  v_payments: TransactionRow & { num_legs: number; is_settled: boolean };
  daily_agent_metrics: DailyAgentMetrics & { simulation_id: string };
  tick_summaries: TickSummaryRow;
  tick_agent_states: TickAgentStateRow;
  tick_queue_snapshots: {
    simulation_id: string;
    tick: number;
    queue_type: string;
    agent_id: string;
    position: number;
    tx_id: string;
  };
  collateral_events: CollateralRow;
  lsm_cycles: LsmCycleRow;
  policy_snapshots: PolicySnapshotRow;
  policy_decisions: PolicyDecisionRow;
}

export interface EventRow {
  event_id: string;
  event_seq: number;
  simulation_id: string;
  tick: number;
  day: number;
  event_type: string;
  agent_id: string | null;
  tx_id: string | null;
  agent_ids: string[];
  tx_ids: string[];
  details: string;
}

export interface TransactionRow {
  simulation_id: string;
  tx_id: string;
  sender_id: string;
  receiver_id: string;
  amount: number;
  amount_settled: number;
  priority: number;
  original_priority: number;
  is_divisible: boolean;
  arrival_tick: number;
  arrival_day: number;
  created_tick: number;
  deadline_tick: number;
  settlement_tick: number | null;
  settlement_day: number | null;
  settlement_type: string | null;
  status: string;
  overdue_since_tick: number | null;
  drop_reason: string | null;
  parent_tx_id: string | null;
  split_index: number | null;
  queue1_ticks: number;
  queue2_ticks: number;
  total_delay_ticks: number | null;
  rtgs_priority: string | null;
  declared_rtgs_priority: string | null;
  rtgs_submission_tick: number | null;
}

export interface TickSummaryRow {
  simulation_id: string;
  tick: number;
  day: number;
  num_arrivals: number;
  num_settlements: number;
  num_lsm_releases: number;
  total_cost: number;
  first_event_seq: number;
  num_events: number;
  rng_state: bigint;
}

export interface TickAgentStateRow {
  simulation_id: string;
  tick: number;
  day: number;
  agent_id: string;
  balance: number;
  balance_change: number;
  unsecured_cap: number;
  posted_collateral: number;
  allowed_overdraft: number;
  queue1_size: number;
  queue2_size: number;
  liquidity_cost: number;
  delay_cost: number;
  collateral_cost: number;
  penalty_cost: number;
  split_friction_cost: number;
  liquidity_opportunity_cost: number;
  liquidity_cost_delta: number;
  delay_cost_delta: number;
  collateral_cost_delta: number;
  penalty_cost_delta: number;
  split_friction_cost_delta: number;
  liquidity_opportunity_cost_delta: number;
}

export interface CollateralRow {
  simulation_id: string;
  collateral_seq: number;
  agent_id: string;
  tick: number;
  day: number;
  action: string;
  amount: number;
  reason: string;
  layer: string;
  balance_before: number;
  balance_after: number;
  posted_collateral_before: number;
  posted_collateral_after: number;
  available_capacity_after: number;
  event_seq: number | null;
}

export interface LsmCycleRow {
  simulation_id: string;
  cycle_id: string;
  tick: number;
  day: number;
  cycle_type: string;
  num_agents: number;
  num_transactions: number;
  total_amount: number;
  settled_value: number;
  agent_ids: string[];
  tx_ids: string[];
  tx_amounts: number[];
  net_positions: number[];
  max_net_outflow: number;
  max_net_outflow_agent: string | null;
  event_seq: number;
}

export interface PolicySnapshotRow {
  simulation_id: string;
  agent_id: string;
  snapshot_day: number;
  snapshot_tick: number;
  policy_hash: string;
  policy_json: string;
  created_by: string;
}

export interface PolicyDecisionRow {
  simulation_id: string;
  id: number;
  agent_id: string;
  tick: number;
  day: number;
  decision_type: string;
  tx_id: string;
  reason: string | null;
  num_splits: number | null;
  child_tx_ids: string[] | null;
}

/** Builds and types queries; DuckDB speaks PostgreSQL's dialect as far as they go. Queries run through {@link rows}. */
export const build = new Kysely<Tables>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
});

/** Runs a built query. */
export function rows<Row>(database: SimCashDatabase, query: Compilable<Row>): Promise<Row[]> {
  const { parameters, sql } = query.compile();
  return database.query<Row>(sql, [...parameters] as never[]);
}
