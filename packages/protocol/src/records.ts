import type { EventOf } from './events.js';

/** Records that the engine answers and the store keeps. Money is whole cents, times are ticks counted from 0. */

/** How urgently a payment is treated in the central queue; served in this order (spec 01 §5.4). */
export const RTGS_PRIORITIES = ['HighlyUrgent', 'Urgent', 'Normal'] as const;
/** The priority that a bank declares to the central settlement. */
export type RtgsPriority = (typeof RTGS_PRIORITIES)[number];

/** How a payment was settled (spec 09 §3.5, spec 12 §8.5). */
export const SETTLEMENT_TYPES = [
  'rtgs_immediate',
  'queue2_release',
  'lsm_bilateral',
  'lsm_cycle',
  'entry_disposition',
  'lsm_queue_retry',
  'receipt_reactive',
  'lsm_netted_bilateral_subset',
  'lsm_netted_bilateral_fifo',
  'lsm_netted_bilateral_partial',
  'lsm_netted_multilateral',
  'lsm_netted_partial_netting',
  'lsm_netted_search',
  'lsm_netted_local_search',
  'lsm_netted_optimal',
  'lsm_netted_custom',
] as const;
/** The way in which a payment settled. */
export type SettlementType = (typeof SETTLEMENT_TYPES)[number];

/** Those by which queued payments settle against each other: pairs, cycles, netted sets. */
export const OFFSETTING_TYPES: readonly SettlementType[] = SETTLEMENT_TYPES.filter(
  (type) => type === 'lsm_bilateral' || type === 'lsm_cycle' || type.startsWith('lsm_netted_'),
);

/** Why a policy drops a payment: the log knows one text only (spec 06 §7.2). */
export const DROP_REASONS = ['Expired deadline'] as const;

/** Outcome of one tick (spec 03 §9). */
export interface TickResult {
  tick: number;
  /** Payments created by the arrival generator in this tick. */
  num_arrivals: number;
  /** Settlement operations: payments settled gross or from the queue, and each pair or cycle once. */
  num_settlements: number;
  /** Pairs and cycles settled by the liquidity-saving mechanism. */
  num_lsm_releases: number;
  /** Costs charged in this tick, in cents. */
  total_cost: number;
}

/** Time spent in the parts of a tick, in microseconds. */
export interface TickTiming {
  arrivals_micros: number;
  policy_eval_micros: number;
  rtgs_settlement_micros: number;
  rtgs_queue_micros: number;
  lsm_micros: number;
  cost_accrual_micros: number;
  total_micros: number;
}

/** A bank at this moment (spec 01 §4.5.6). */
export interface AgentState {
  agent_id: string;
  balance: number;
  available_liquidity: number;
  queue1_size: number;
  posted_collateral: number;
  collateral_haircut: number;
  unsecured_cap: number;
  credit_used: number;
  allowed_overdraft_limit: number;
  /** Overdraft limit less used credit; negative when the limit is exceeded. */
  overdraft_headroom: number;
  max_withdrawable_collateral: number;
  max_collateral_capacity: number;
  remaining_collateral_capacity: number;
  allocated_liquidity: number;
}

/** Costs of a bank over a day or a run; `deadline_penalty` holds all penalties (spec 05 §2). */
export interface AgentCosts {
  liquidity_cost: number;
  collateral_cost: number;
  delay_cost: number;
  split_friction_cost: number;
  deadline_penalty: number;
  liquidity_opportunity_cost: number;
  total_cost: number;
}

/** What a bank did in a day or a run (spec 03 §10). */
export interface AgentCounters {
  num_arrivals: number;
  num_sent: number;
  num_received: number;
  num_settled: number;
  /** `PolicyDrop` events, and the cents of their payments. */
  num_dropped: number;
  dropped_value: number;
  num_collateral_posts: number;
  num_collateral_withdrawals: number;
}

/** The state of a payment. */
export type TransactionStatus = 'Pending' | 'Settled' | 'Overdue';

/** A payment as it stands now. */
export interface TransactionDetails {
  tx_id: string;
  parent_tx_id: string | null;
  sender_id: string;
  receiver_id: string;
  amount: number;
  remaining_amount: number;
  arrival_tick: number;
  deadline_tick: number;
  /** Current internal priority, 0–10. */
  priority: number;
  original_priority: number;
  status: TransactionStatus;
  settlement_tick: number | null;
  overdue_since_tick: number | null;
  rtgs_priority: RtgsPriority | null;
  rtgs_submission_tick: number | null;
  declared_rtgs_priority: RtgsPriority | null;
  /** Tick at which a payment waiting in Queue 1 is released by itself. */
  scheduled_release_tick: number | null;
  is_divisible: boolean;
}

/** One day of one bank, as defined in spec 03 §10 and spec 09 §3.6. */
export interface DailyAgentMetrics extends AgentCounters {
  agent_id: string;
  day: number;
  opening_balance: number;
  closing_balance: number;
  min_balance: number;
  max_balance: number;
  unsecured_cap: number;
  peak_overdraft: number;
  opening_posted_collateral: number;
  closing_posted_collateral: number;
  peak_posted_collateral: number;
  collateral_capacity: number;
  queue1_peak_size: number;
  queue1_eod_size: number;
  queue2_peak_size: number;
  queue2_eod_size: number;
  liquidity_cost: number;
  delay_cost: number;
  collateral_cost: number;
  split_friction_cost: number;
  deadline_penalty_cost: number;
  liquidity_opportunity_cost: number;
  total_cost: number;
  /** Brought in from the liquidity pool, as it stands at the end of the day before it is given back. */
  allocated_liquidity: number;
}

/** What a policy may decide about collateral. */
export const COLLATERAL_ACTIONS = ['post', 'withdraw', 'hold'] as const;
/** What a policy decided about collateral. */
export type CollateralAction = (typeof COLLATERAL_ACTIONS)[number];
/** Who decided. */
export const COLLATERAL_LAYERS = ['strategic', 'end_of_tick', 'timer', 'scenario', 'manual'] as const;
/** The moment of a tick at which collateral was moved. */
export type CollateralLayer = (typeof COLLATERAL_LAYERS)[number];

/** A decision about collateral with the true values around it (spec 01 §7, spec 09 §3.11). */
export interface CollateralRecord {
  agent_id: string;
  tick: number;
  day: number;
  action: CollateralAction;
  /** Cents moved; 0 for `hold`. */
  amount: number;
  reason: string;
  layer: CollateralLayer;
  balance_before: number;
  posted_collateral_before: number;
  posted_collateral_after: number;
  available_capacity_after: number;
  /** Position of the matching event in the log; null for `hold`, which has none. */
  event_seq: number | null;
}

/** What settles together in the central queue: a pair of banks, a ring of them, or a set at its net positions. */
export const CYCLE_TYPES = ['bilateral', 'multilateral', 'netted'] as const;

/** A settled pair or cycle (spec 04 §12). */
export interface LsmRecord {
  tick: number;
  day: number;
  cycle_type: (typeof CYCLE_TYPES)[number];
  /** Banks. */
  cycle_length: number;
  /** Of pairs and cycles a closed list, in which the first bank is repeated at the end; of netted sets each bank once. */
  agents: string[];
  transactions: string[];
  settled_value: number;
  total_value: number;
  /** Original amounts, in the order of `transactions`. */
  tx_amounts: number[];
  /** Receipts less payments of the distinct banks, in ring order. */
  net_positions: number[];
  max_net_outflow: number;
  max_net_outflow_agent: string | null;
  /** Algorithm of the scenario's settlement design; null without one. */
  algorithm: string | null;
  /** Position of the event in the log. */
  event_seq: number;
}

/** What an algorithm did, as in event `AlgorithmRun`, also where `report: changes` kept it out of the log (spec 12 §8.3). */
export type AlgorithmReport = Omit<EventOf<'AlgorithmRun'>, 'event_type'> & { day: number; event_seq: number | null };

/** How a run of the central system ended, as in event `SettlementRun`. */
export type SettlementReport = Omit<EventOf<'SettlementRun'>, 'event_type'> & { day: number; event_seq: number | null };

/** The system as a whole (spec 03 §12). */
export interface SystemMetrics {
  total_arrivals: number;
  total_settlements: number;
  settlement_rate: number;
  avg_delay_ticks: number;
  max_delay_ticks: number;
  queue1_total_size: number;
  queue2_total_size: number;
  peak_overdraft: number;
  agents_in_overdraft: number;
}

/** What is counted over a run; payments are those without parent, legs those that carry money, money is cents. */
export interface RunTotals {
  /** Payments. */
  arrivals: number;
  arrived_value: number;
  /** Payments settled as a whole, and the sum of their delays from arrival in ticks. */
  settlements: number;
  delay_ticks: number;
  /** Of all settled legs. */
  settled_value: number;
  /** Payments that offsets or cycles settled, whole or in part. */
  lsm_releases: number;
  /** Offsets and cycles. */
  lsm_operations: number;
  /** `TransactionWentOverdue` events. */
  overdue: number;
  /** `PolicyDrop` events. */
  dropped: number;
  dropped_value: number;
  /** `PaymentCancelled` events. */
  cancelled: number;
  cancelled_value: number;
  /** Legs that wait in a queue now. */
  unsettled: number;
  unsettled_value: number;
}

/** Numbers of payments by origin and state. */
export interface TransactionCounts {
  total_transactions: number;
  arrivals: number;
  children: number;
  settled_arrivals: number;
  settled_children: number;
}
