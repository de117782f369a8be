import type { CostComponent } from '@simcash/protocol';
import type { Concentration } from './concentration.js';
import type { Whole } from './exact.js';
import type { LsmKind } from './log.js';
import type { NetworkIndicators } from './network-sheet.js';

/**
 * The indicators of a run (spec 14): money in cents, times in ticks, shares 0 … 1, value·ticks in cents × ticks. Keys are those of
 * the JSON of `simcash indicators` and mean the same at every level. Ratios without a denominator, and means of nothing, are null.
 */
export interface IndicatorSheet {
  /** The whole system, the whole run. */
  readonly system: SystemIndicators;
  /** The whole system, day by day. */
  readonly days: readonly DayIndicators[];
  /** By id. */
  readonly banks: readonly BankIndicators[];
  /** By bank, then day. */
  readonly bank_days: readonly BankDayIndicators[];
  /** Pairs with a payment, also to oneself. */
  readonly pairs: readonly PairIndicators[];
  /** Monitoring tools of the Basel Committee. */
  readonly bcbs248: readonly Bcbs248[];
  /** The network of payments. */
  readonly network: NetworkIndicators;
  /** The course of the run, tick by tick. */
  readonly profile: Profile;
}

/** Sections of the sheet in order. */
export const SECTIONS = ['system', 'days', 'banks', 'bank_days', 'pairs', 'bcbs248', 'network', 'profile'] as const;
/** A part of the sheet of indicators. */
export type Section = (typeof SECTIONS)[number];

/** Costs by component, and in all, in cents. */
export type CostIndicators = Readonly<Record<CostComponent | 'total', number>>;

interface DelayIndicators {
  readonly delay_numerator: Whole;
  readonly delay_denominator: Whole;
  /** 0: everything settled in the tick in which it arrived; 1: nothing settled on its day. */
  readonly delay_indicator: number | null;
}

interface WaitIndicators extends DelayIndicators {
  readonly delay_value_ticks: Whole;
  readonly avg_delay_value: number | null;
  readonly wait_value_ticks: Whole;
  readonly avg_wait_value: number | null;
  readonly avg_relative_delay: number | null;
  readonly internal_value_ticks: Whole;
  readonly central_value_ticks: Whole;
}

interface FundingIndicators {
  readonly funding_incoming: number;
  readonly funding_balance: number;
  readonly funding_credit: number;
}

interface LiquidityIndicators {
  readonly liquidity_used: number;
  readonly lower_bound: number;
  readonly upper_bound: number;
  readonly liquidity_used_event: number;
  readonly upper_bound_event: number;
  readonly liquidity_usage_indicator: number | null;
  readonly turnover_ratio: number | null;
}

/** What became of a payment with regard to its deadline. */
export const OUTCOMES = ['on_time', 'late', 'missed_unsettled', 'open'] as const;
/** What became of a payment with regard to its deadline. */
export type Outcome = (typeof OUTCOMES)[number];
/** All payments, and the bands of priorities. */
export const BANDS = ['all', 'urgent', 'normal', 'low'] as const;
/** All payments, or a band of priorities. */
export type Band = (typeof BANDS)[number];

/** How many payments, and what value, kept their deadlines. */
export type DeadlineIndicators = Readonly<Record<Outcome, { readonly count: number; readonly value: number }>> & {
  /** Value that settled in time as a share of the value due; null if nothing was due. */
  readonly on_time_share_value: number | null;
  /** Payments that settled in time as a share of those due; null if none was due. */
  readonly on_time_share_count: number | null;
};

/** Indicators of the whole system over the whole run. */
export interface SystemIndicators extends WaitIndicators, FundingIndicators, LiquidityIndicators, Concentration {
  /** Number of banks. */
  readonly banks: number;
  /** Number of days. */
  readonly days: number;
  /** Number of ticks. */
  readonly ticks: number;
  /** Ticks of a day. */
  readonly ticks_per_day: number;
  /** Number of payments that were due. */
  readonly payments_due: number;
  /** Value of the payments that were due, in cents. */
  readonly value_due: number;
  /** Number of payments that settled in full. */
  readonly payments_settled: number;
  /** Number of payments and parts of payments that settled. */
  readonly legs_settled: number;
  /** Value that settled, in cents. */
  readonly value_settled: number;
  /** Settled payments as a share of those due; null if none was due. */
  readonly settlement_rate_count: number | null;
  /** Settled value as a share of the value due; null if nothing was due. */
  readonly settlement_rate_value: number | null;
  /** Scheduled settlements and how many took place. */
  readonly scheduled_settlements: { readonly count: number; readonly settled: number; readonly value_settled: number };
  /** Value that had not settled at the end, in cents. */
  readonly unsettled_value_end: number;
  /** Value that ended in the banks' own queues, in cents. */
  readonly unsettled_own_queue: number;
  /** Value that ended in the central queue, in cents. */
  readonly unsettled_central_queue: number;
  /** Value of dropped payments, in cents. */
  readonly unsettled_dropped: number;
  /** Payments that had not settled at the end. */
  readonly unsettled_payments_end: number;
  /** Mean delay of settled payments, in ticks; null if none settled. */
  readonly avg_delay_count: number | null;
  /** The longest delay, in ticks; null if none settled. */
  readonly max_delay: number | null;
  /** Median delay, in ticks; null if none settled. */
  readonly delay_p50: number | null;
  /** 95 % quantile of delays, in ticks; null if none settled. */
  readonly delay_p95: number | null;
  /** `time_critical` only in runs that have such payments. */
  readonly deadlines: Readonly<Record<Band, DeadlineIndicators>> & { readonly time_critical?: DeadlineIndicators };
  /** Mean number of payments in the banks' own queues. */
  readonly queue1_len_mean: number | null;
  /** Most payments in the banks' own queues. */
  readonly queue1_len_peak: number | null;
  /** Mean number of payments in the central queue. */
  readonly queue2_len_mean: number | null;
  /** Most payments in the central queue. */
  readonly queue2_len_peak: number | null;
  /** Greatest value in the banks' own queues, in cents. */
  readonly queue1_value_peak: number | null;
  /** Greatest value in the central queue, in cents. */
  readonly queue2_value_peak: number | null;
  /** Greatest value that waited, in cents. */
  readonly unsettled_value_peak: number | null;
  /** Ticks at whose end payments waited centrally and in which nothing settled. */
  readonly stalled_ticks: number;
  /** Stalled ticks in which some payments could have settled together; null if it cannot be told. */
  readonly gridlock_ticks: number | null;
  /** Stalled ticks in which nothing could have settled; null if it cannot be told. */
  readonly deadlock_ticks: number | null;
  /** By settlement type. */
  readonly mechanisms: Readonly<Record<string, { readonly count: number; readonly value: number; readonly share_value: number }>>;
  /** What offsetting settled. */
  readonly lsm: Readonly<
    Partial<
      Record<LsmKind, { readonly operations: number; readonly gross: number; readonly net: number; readonly saved: number }>
    >
  >;
  /** The share of settled value that was offset; null if nothing settled. */
  readonly lsm_share_value: number | null;
  /** Costs by component, in cents. */
  readonly costs: CostIndicators;
  /** Costs in basis points of the settled value; null if nothing settled. */
  readonly cost_bps_of_value: number | null;
}

/** Indicators of the whole system on one day. */
export interface DayIndicators extends DelayIndicators, LiquidityIndicators {
  /** Days are counted from 0. */
  readonly day: number;
  /** Number of payments that were due. */
  readonly payments_due: number;
  /** Value of the payments that were due, in cents. */
  readonly value_due: number;
  /** Number of payments and parts of payments that settled. */
  readonly legs_settled: number;
  /** Number of payments that settled in full. */
  readonly payments_settled: number;
  /** Value that settled, in cents. */
  readonly value_settled: number;
  /** Value that settled on the day of its arrival, in cents. */
  readonly value_settled_same_day: number;
  /** Settled value as a share of the value due; null if nothing was due. */
  readonly settlement_rate_value: number | null;
  /** Value that had not settled at the end of the day, in cents. */
  readonly unsettled_value_eod: number;
  /** Payments that had not settled at the end of the day. */
  readonly unsettled_payments_eod: number;
  /** What could be paid with at the beginning, in cents. */
  readonly opening_available: number;
  /** The first tick of the day by which 50 % of the value that settled on it had settled; null if nothing did. */
  readonly settle_tick_50: number | null;
  /** The first tick of the day by which 75 % of the value that settled on it had settled; null if nothing did. */
  readonly settle_tick_75: number | null;
  /** The first tick of the day by which 90 % of the value that settled on it had settled; null if nothing did. */
  readonly settle_tick_90: number | null;
  /** Mean tick of the day of settlement, weighted by value; null if nothing settled. */
  readonly settle_tick_mean: number | null;
  /** All costs, in cents. */
  readonly total_cost: number;
}

/** Time-critical payments of a bank; missing where no payment of the run is one (spec 14 §7). */
export interface TimeCritical {
  /** Number of time-specific obligations. */
  readonly a4_due_number?: number;
  /** Their value, in cents. */
  readonly a4_due?: number;
  /** Late or unsettled. */
  readonly a4_missed_number?: number;
  /** Value of those that were missed, in cents. */
  readonly a4_missed?: number;
}

/** Indicators of a bank over the whole run. */
export interface BankIndicators extends WaitIndicators, FundingIndicators, TimeCritical {
  /** The bank's id. */
  readonly bank: string;
  /** Number of payments that were due. */
  readonly payments_due: number;
  /** Value of the payments that were due, in cents. */
  readonly value_due: number;
  /** Number of payments that settled in full. */
  readonly payments_settled: number;
  /** Payments only, without scheduled settlements. */
  readonly value_sent: number;
  /** Value that the bank was paid, in cents. */
  readonly value_received: number;
  /** Value that had not settled at the end, in cents. */
  readonly unsettled_value_end: number;
  /** Value that ended in the banks' own queues, in cents. */
  readonly unsettled_own_queue: number;
  /** Value that ended in the central queue, in cents. */
  readonly unsettled_central_queue: number;
  /** Value of dropped payments, in cents. */
  readonly unsettled_dropped: number;
  /** The most liquidity that was in use, in cents. */
  readonly liquidity_used: number;
  /** How often a used cent was paid: value sent over liquidity used; null if none was used. */
  readonly turnover_ratio: number | null;
  /** Above 1: the bank provides more liquidity than its share of the payments. */
  readonly liquidity_provision: number | null;
  /** Mean tick of the day of sending, weighted by value; null if nothing was sent. */
  readonly sent_tick_mean: number | null;
  /** Mean tick of the day of receiving, weighted by value; null if nothing was. */
  readonly received_tick_mean: number | null;
  /** Value that settled in time as a share of the value due; null if nothing was due. */
  readonly on_time_share_value: number | null;
  /** Costs by component, in cents. */
  readonly costs: CostIndicators;
}

/** Indicators of a bank on one day. */
export interface BankDayIndicators extends DelayIndicators, FundingIndicators {
  /** The bank's id. */
  readonly bank: string;
  /** Days are counted from 0. */
  readonly day: number;
  /** Value of the payments that were due, in cents. */
  readonly value_due: number;
  /** With scheduled settlements. */
  readonly value_sent: number;
  /** Value that the bank was paid, in cents. */
  readonly value_received: number;
  /** Received minus sent on the day, in cents. */
  readonly net_end: number;
  /** The largest negative net position, at the ends of ticks, in cents. */
  readonly max_net_debit: number;
  /** The largest positive net position, at the ends of ticks, in cents. */
  readonly max_net_credit: number;
  /** The largest negative net position, after every settlement, in cents. */
  readonly max_net_debit_event: number;
  /** Liquidity needed if every payment settled as it arrives, in cents. */
  readonly upper_bound: number;
  /** Liquidity needed to settle everything by the end of the day, in cents. */
  readonly lower_bound: number;
  /** The upper bound, after every arrival, in cents. */
  readonly upper_bound_event: number;
  /** Balance at the beginning, in cents. */
  readonly opening_balance: number;
  /** Liquidity that was allocated for the day, in cents. */
  readonly pool_allocated: number;
  /** Credit with and without collateral, in cents. */
  readonly credit_line: number;
  /** What could be paid with at the beginning, in cents. */
  readonly opening_available: number;
  /** The lowest balance, in cents. */
  readonly min_balance: number;
  /** The least that could be paid with at the end of a tick, in cents. */
  readonly min_available: number;
  /** The most credit in use at the end of a tick, in cents. */
  readonly peak_credit: number;
  /** Credit in use summed over ticks, in cents times ticks. */
  readonly credit_value_ticks: Whole;
  /** The greatest share of the credit line in use at the end of a tick; null without a credit line. */
  readonly peak_credit_ratio: number | null;
  /** Value that had not settled at the end of the day, in cents. */
  readonly unsettled_value_eod: number;
  /** Cumulated value sent at the ends of at most ten equal parts of the day; with a clock, by full local hours: null for those it lacks. */
  readonly throughput_buckets: readonly (number | null)[];
  /** All costs, in cents. */
  readonly total_cost: number;
}

/** What one bank had to pay to another, and paid. */
export interface PairIndicators {
  /** The bank that pays. */
  readonly sender: string;
  /** The bank that is paid. */
  readonly receiver: string;
  /** Value of the payments that were due, in cents. */
  readonly value_due: number;
  /** Number of payments that were due. */
  readonly payments_due: number;
  /** Value that settled, in cents. */
  readonly value_settled: number;
  /** Number of payments and parts of payments that settled. */
  readonly legs_settled: number;
}

/** Monitoring tools of the Basel Committee, lists of at most three days, worst first (spec 14 §11). */
export interface Bcbs248 extends TimeCritical {
  /** The bank's id. */
  readonly bank: string;
  /** The largest negative net positions of a day, in cents. */
  readonly a1_max_negative: readonly number[];
  /** Mean over days, in cents. */
  readonly a1_max_negative_mean: number;
  /** The largest positive net positions of a day, in cents. */
  readonly a1_max_positive: readonly number[];
  /** Mean over days, in cents. */
  readonly a1_max_positive_mean: number;
  /** The lowest liquidity at the beginning of a day, in cents. */
  readonly a2_available_lowest: readonly number[];
  /** Mean over days, in cents. */
  readonly a2_available_mean: number;
  /** The greatest values sent on a day, in cents. */
  readonly a3_sent: readonly number[];
  /** Mean over days, in cents. */
  readonly a3_sent_mean: number;
  /** The greatest values received on a day, in cents. */
  readonly a3_received: readonly number[];
  /** Mean over days, in cents. */
  readonly a3_received_mean: number;
  /** Mean share sent by the end of each part of the day; null where there is none. */
  readonly c1_throughput_mean: readonly (number | null)[];
  /** Sent on behalf of customers, the five largest of them; missing where no payment of the run is. */
  readonly b1_value?: number;
  /** The customers that the bank paid for, and the value, in cents. */
  readonly b1_customers?: readonly { readonly on_behalf_of: string; readonly value: number }[];
}

/** By tick. */
export interface Profile {
  /** Payments that arrived in each tick. */
  readonly payments_due: readonly number[];
  /** Value that arrived in each tick, in cents. */
  readonly value_due: readonly number[];
  /** Payments and parts that settled in each tick. */
  readonly legs_settled: readonly number[];
  /** Value that settled in each tick, in cents. */
  readonly value_settled: readonly number[];
  /** Payments in the banks' own queues at the end of each tick. */
  readonly queue1_length: readonly number[];
  /** Payments in the central queue at the end of each tick. */
  readonly queue2_length: readonly number[];
  /** Value in the banks' own queues at the end of each tick, in cents. */
  readonly queue1_value: readonly number[];
  /** Value in the central queue at the end of each tick, in cents. */
  readonly queue2_value: readonly number[];
  /** Value given up by the end of each tick, in cents. */
  readonly dropped_value: readonly number[];
  /** Value that waited at the end of each tick, in cents. */
  readonly unsettled_value: readonly number[];
}
