/**
 * Records that the engine answers and the store keeps. Money is whole cents, times are ticks counted from 0.
 *
 * @module
 */

import type { EventOf } from './events.js';

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
  /** Ticks are counted from 0 over all days. */
  tick: number;
  /** Payments that arrived in this tick, out of lists and generated. */
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
  /** Arrivals, in microseconds. */
  arrivals_micros: number;
  /** Policies, in microseconds. */
  policy_eval_micros: number;
  /** Settlement at entry, in microseconds. */
  rtgs_settlement_micros: number;
  /** The central queue, in microseconds. */
  rtgs_queue_micros: number;
  /** Offsetting, in microseconds. */
  lsm_micros: number;
  /** Costs, in microseconds. */
  cost_accrual_micros: number;
  /** The whole tick, in microseconds. */
  total_micros: number;
}

/** A bank at this moment (spec 01 §4.5.6). */
export interface AgentState {
  /** The bank's id. */
  agent_id: string;
  /** In cents; below 0, credit is in use. */
  balance: number;
  /** What the bank can pay with, in cents. */
  available_liquidity: number;
  /** Payments in the bank's own queue. */
  queue1_size: number;
  /** Collateral that is posted, in cents. */
  posted_collateral: number;
  /** The share of collateral that gives no credit, 0 to 1. */
  collateral_haircut: number;
  /** Credit without collateral, in cents. */
  unsecured_cap: number;
  /** Credit in use, in cents. */
  credit_used: number;
  /** The most that the balance may be below 0, in cents. */
  allowed_overdraft_limit: number;
  /** Overdraft limit less used credit; negative when the limit is exceeded. */
  overdraft_headroom: number;
  /** The most collateral that can be withdrawn, in cents. */
  max_withdrawable_collateral: number;
  /** The most collateral that the bank can post, in cents. */
  max_collateral_capacity: number;
  /** The most collateral that can still be posted, in cents. */
  remaining_collateral_capacity: number;
  /** Liquidity that was allocated from the pool, in cents. */
  allocated_liquidity: number;
}

/** Costs of a bank over a day or a run; `deadline_penalty` holds all penalties (spec 05 §2). */
export interface AgentCosts {
  /** For credit in use, in cents. */
  liquidity_cost: number;
  /** For posted collateral, in cents. */
  collateral_cost: number;
  /** For waiting payments, in cents. */
  delay_cost: number;
  /** For split payments, in cents. */
  split_friction_cost: number;
  /** For missed deadlines, in cents. */
  deadline_penalty: number;
  /** For liquidity that was allocated, in cents. */
  liquidity_opportunity_cost: number;
  /** All costs, in cents. */
  total_cost: number;
}

/** What a bank did in a day or a run (spec 03 §10). */
export interface AgentCounters {
  /** Payments that arrived. */
  num_arrivals: number;
  /** Payments that the bank sent. */
  num_sent: number;
  /** Payments that the bank was paid. */
  num_received: number;
  /** Payments of the bank that settled. */
  num_settled: number;
  /** `PolicyDrop` events, and the cents of their payments. */
  num_dropped: number;
  /** Value of dropped payments, in cents. */
  dropped_value: number;
  /** How often collateral was posted. */
  num_collateral_posts: number;
  /** How often collateral was withdrawn. */
  num_collateral_withdrawals: number;
}

/** The state of a payment. */
export type TransactionStatus = 'Pending' | 'Settled' | 'Overdue';

/** A payment as it stands now. */
export interface TransactionDetails {
  /** The payment's id. */
  tx_id: string;
  /** The payment that this is a part of; null if it is none. */
  parent_tx_id: string | null;
  /** The bank that pays. */
  sender_id: string;
  /** The bank that is paid. */
  receiver_id: string;
  /** In cents. */
  amount: number;
  /** What is still to be paid, in cents. */
  remaining_amount: number;
  /** The tick in which the payment arrived. */
  arrival_tick: number;
  /** The last tick in which the payment is in time. */
  deadline_tick: number;
  /** Current internal priority, 0–10. */
  priority: number;
  /** The priority at arrival. */
  original_priority: number;
  /** The state of the payment. */
  status: TransactionStatus;
  /** The tick in which the payment settled; null if it did not. */
  settlement_tick: number | null;
  /** The tick in which it was found overdue; null if it was not. */
  overdue_since_tick: number | null;
  /** The priority in the central settlement; null if none was declared. */
  rtgs_priority: RtgsPriority | null;
  /** The tick in which it was submitted; null if it was not. */
  rtgs_submission_tick: number | null;
  /** The priority that the bank declared; null without one. */
  declared_rtgs_priority: RtgsPriority | null;
  /** Tick at which a payment waiting in Queue 1 is released by itself. */
  scheduled_release_tick: number | null;
  /** Whether a policy may split the payment. */
  is_divisible: boolean;
}

/** One day of one bank, as defined in spec 03 §10 and spec 09 §3.6. */
export interface DailyAgentMetrics extends AgentCounters {
  /** The bank's id. */
  agent_id: string;
  /** Days are counted from 0. */
  day: number;
  /** Balance at the beginning, in cents. */
  opening_balance: number;
  /** Balance at the end, in cents. */
  closing_balance: number;
  /** The lowest balance, in cents. */
  min_balance: number;
  /** The highest balance, in cents. */
  max_balance: number;
  /** Credit without collateral, in cents. */
  unsecured_cap: number;
  /** The most credit that was in use, in cents. */
  peak_overdraft: number;
  /** Collateral posted at the beginning of the day, in cents. */
  opening_posted_collateral: number;
  /** Collateral posted at the end of the day, in cents. */
  closing_posted_collateral: number;
  /** The most collateral posted on the day, in cents. */
  peak_posted_collateral: number;
  /** The most collateral that the bank can post, in cents. */
  collateral_capacity: number;
  /** The most payments in the bank's own queue. */
  queue1_peak_size: number;
  /** Payments in the bank's own queue at the end of the day. */
  queue1_eod_size: number;
  /** The most payments of the bank in the central queue. */
  queue2_peak_size: number;
  /** Payments of the bank in the central queue at the end of the day. */
  queue2_eod_size: number;
  /** For credit in use, in cents. */
  liquidity_cost: number;
  /** For waiting payments, in cents. */
  delay_cost: number;
  /** For posted collateral, in cents. */
  collateral_cost: number;
  /** For split payments, in cents. */
  split_friction_cost: number;
  /** For missed deadlines, in cents. */
  deadline_penalty_cost: number;
  /** For liquidity that was allocated, in cents. */
  liquidity_opportunity_cost: number;
  /** All costs, in cents. */
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
  /** The bank's id. */
  agent_id: string;
  /** Ticks are counted from 0 over all days. */
  tick: number;
  /** Days are counted from 0. */
  day: number;
  /** Whether collateral was posted or withdrawn. */
  action: CollateralAction;
  /** Cents moved; 0 for `hold`. */
  amount: number;
  /** Why, in words. */
  reason: string;
  /** The moment of the tick. */
  layer: CollateralLayer;
  /** The balance before, in cents. */
  balance_before: number;
  /** Posted collateral before, in cents. */
  posted_collateral_before: number;
  /** Posted collateral after, in cents. */
  posted_collateral_after: number;
  /** The most collateral that can still be posted, in cents. */
  available_capacity_after: number;
  /** Position of the matching event in the log; null for `hold`, which has none. */
  event_seq: number | null;
}

/** What settles together in the central queue: a pair of banks, a ring of them, or a set at its net positions. */
export const CYCLE_TYPES = ['bilateral', 'multilateral', 'netted'] as const;

/** A settled pair or cycle (spec 04 §12). */
export interface LsmRecord {
  /** Ticks are counted from 0 over all days. */
  tick: number;
  /** Days are counted from 0. */
  day: number;
  /** A pair or a cycle of more. */
  cycle_type: (typeof CYCLE_TYPES)[number];
  /** Banks. */
  cycle_length: number;
  /** Of pairs and cycles a closed list, in which the first bank is repeated at the end; of netted sets each bank once. */
  agents: string[];
  /** Payments by id. */
  transactions: string[];
  /** Value that settled, in cents. */
  settled_value: number;
  /** Value of the payments, in cents. */
  total_value: number;
  /** Original amounts, in the order of `transactions`. */
  tx_amounts: number[];
  /** Receipts less payments of the distinct banks, in ring order. */
  net_positions: number[];
  /** The most that a bank had to pay in the end, in cents. */
  max_net_outflow: number;
  /** The bank that had to pay it; null if none had to. */
  max_net_outflow_agent: string | null;
  /** Algorithm of the scenario's settlement design; null without one. */
  algorithm: string | null;
  /** Position of the event in the log. */
  event_seq: number;
}

/** What an algorithm did, as in event `AlgorithmRun`, also where `report: changes` kept it out of the log (spec 12 §8.3). */
export type AlgorithmReport = Omit<EventOf<'AlgorithmRun'>, 'event_type'> & {
  /** Days are counted from 0. */ day: number;
  /** The number of the event within its run. */ event_seq: number | null;
};

/** How a run of the central system ended, as in event `SettlementRun`. */
export type SettlementReport = Omit<EventOf<'SettlementRun'>, 'event_type'> & {
  /** Days are counted from 0. */ day: number;
  /** The number of the event within its run. */ event_seq: number | null;
};

/** The system as a whole (spec 03 §12). */
export interface SystemMetrics {
  /** Payments that arrived. */
  total_arrivals: number;
  /** Payments that settled. */
  total_settlements: number;
  /** Settled payments as a share of those that arrived, 0 to 1. */
  settlement_rate: number;
  /** Mean delay of settled payments, in ticks. */
  avg_delay_ticks: number;
  /** The longest delay of a settled payment, in ticks. */
  max_delay_ticks: number;
  /** Payments in the banks' own queues. */
  queue1_total_size: number;
  /** Payments in the central queue. */
  queue2_total_size: number;
  /** The most credit that was in use, in cents. */
  peak_overdraft: number;
  /** Banks whose balance is below 0. */
  agents_in_overdraft: number;
}

/** What is counted over a run; payments are those without parent, legs those that carry money, money is cents. */
export interface RunTotals {
  /** Payments. */
  arrivals: number;
  /** Value that arrived, in cents. */
  arrived_value: number;
  /** Payments settled as a whole, and the sum of their delays from arrival in ticks. */
  settlements: number;
  /** Sum of the delays of settled payments, in ticks. */
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
  /** Value of dropped payments, in cents. */
  dropped_value: number;
  /** `PaymentCancelled` events. */
  cancelled: number;
  /** Value of cancelled payments, in cents. */
  cancelled_value: number;
  /** Legs that wait in a queue now. */
  unsettled: number;
  /** Value that did not settle, in cents. */
  unsettled_value: number;
}

/** Numbers of payments by origin and state. */
export interface TransactionCounts {
  /** Payments and parts. */
  total_transactions: number;
  /** Payments that arrived. */
  arrivals: number;
  /** Parts. */
  children: number;
  /** Arrived payments that settled. */
  settled_arrivals: number;
  /** Parts that settled. */
  settled_children: number;
}
