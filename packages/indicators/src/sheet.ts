import type { CostComponent } from '@simcash/protocol';
import type { Whole } from './exact.js';
import type { LsmKind } from './log.js';

/**
 * The indicators of a run (spec 14): money in cents, times in ticks, shares 0 … 1, value·ticks in cents × ticks. Keys are those of
 * the JSON of `simcash indicators` and mean the same at every level. Ratios without a denominator, and means of nothing, are null.
 */
export interface IndicatorSheet {
  readonly system: SystemIndicators;
  readonly days: readonly DayIndicators[];
  /** By id. */
  readonly banks: readonly BankIndicators[];
  /** By bank, then day. */
  readonly bank_days: readonly BankDayIndicators[];
  /** Pairs with a payment, also to oneself. */
  readonly pairs: readonly PairIndicators[];
  readonly bcbs248: readonly Bcbs248[];
  readonly network: NetworkIndicators;
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
  readonly on_time_share_value: number | null;
  readonly on_time_share_count: number | null;
};

/** Indicators of the whole system over the whole run. */
export interface SystemIndicators extends WaitIndicators, FundingIndicators, LiquidityIndicators {
  readonly banks: number;
  readonly days: number;
  readonly ticks: number;
  readonly ticks_per_day: number;
  readonly payments_due: number;
  readonly value_due: number;
  readonly payments_settled: number;
  readonly legs_settled: number;
  readonly value_settled: number;
  readonly settlement_rate_count: number | null;
  readonly settlement_rate_value: number | null;
  readonly scheduled_settlements: { readonly count: number; readonly settled: number; readonly value_settled: number };
  readonly unsettled_value_end: number;
  readonly unsettled_own_queue: number;
  readonly unsettled_central_queue: number;
  readonly unsettled_dropped: number;
  readonly unsettled_payments_end: number;
  readonly avg_delay_count: number | null;
  readonly max_delay: number | null;
  readonly delay_p50: number | null;
  readonly delay_p95: number | null;
  /** `time_critical` only in runs that have such payments. */
  readonly deadlines: Readonly<Record<Band, DeadlineIndicators>> & { readonly time_critical?: DeadlineIndicators };
  readonly queue1_len_mean: number | null;
  readonly queue1_len_peak: number | null;
  readonly queue2_len_mean: number | null;
  readonly queue2_len_peak: number | null;
  readonly queue1_value_peak: number | null;
  readonly queue2_value_peak: number | null;
  readonly unsettled_value_peak: number | null;
  readonly stalled_ticks: number;
  readonly gridlock_ticks: number | null;
  readonly deadlock_ticks: number | null;
  /** By settlement type. */
  readonly mechanisms: Readonly<Record<string, { readonly count: number; readonly value: number; readonly share_value: number }>>;
  readonly lsm: Readonly<
    Partial<
      Record<LsmKind, { readonly operations: number; readonly gross: number; readonly net: number; readonly saved: number }>
    >
  >;
  readonly lsm_share_value: number | null;
  readonly hhi_sent: number | null;
  readonly hhi_received: number | null;
  readonly top3_share_sent: number | null;
  readonly costs: CostIndicators;
  readonly cost_bps_of_value: number | null;
}

/** Indicators of the whole system on one day. */
export interface DayIndicators extends DelayIndicators, LiquidityIndicators {
  readonly day: number;
  readonly payments_due: number;
  readonly value_due: number;
  readonly legs_settled: number;
  readonly payments_settled: number;
  readonly value_settled: number;
  readonly value_settled_same_day: number;
  readonly settlement_rate_value: number | null;
  readonly unsettled_value_eod: number;
  readonly unsettled_payments_eod: number;
  readonly opening_available: number;
  /** Ticks of the day. */
  readonly settle_tick_50: number | null;
  readonly settle_tick_75: number | null;
  readonly settle_tick_90: number | null;
  readonly settle_tick_mean: number | null;
  readonly total_cost: number;
}

/** Time-critical payments of a bank; missing where no payment of the run is one (spec 14 §7). */
export interface TimeCritical {
  readonly a4_due_number?: number;
  readonly a4_due?: number;
  /** Late or unsettled. */
  readonly a4_missed_number?: number;
  readonly a4_missed?: number;
}

/** Indicators of a bank over the whole run. */
export interface BankIndicators extends WaitIndicators, FundingIndicators, TimeCritical {
  readonly bank: string;
  readonly payments_due: number;
  readonly value_due: number;
  readonly payments_settled: number;
  /** Payments only, without scheduled settlements. */
  readonly value_sent: number;
  readonly value_received: number;
  readonly unsettled_value_end: number;
  readonly unsettled_own_queue: number;
  readonly unsettled_central_queue: number;
  readonly unsettled_dropped: number;
  readonly liquidity_used: number;
  readonly turnover_ratio: number | null;
  /** Above 1: the bank provides more liquidity than its share of the payments. */
  readonly liquidity_provision: number | null;
  readonly sent_tick_mean: number | null;
  readonly received_tick_mean: number | null;
  readonly on_time_share_value: number | null;
  readonly costs: CostIndicators;
}

/** Indicators of a bank on one day. */
export interface BankDayIndicators extends DelayIndicators, FundingIndicators {
  readonly bank: string;
  readonly day: number;
  readonly value_due: number;
  /** With scheduled settlements. */
  readonly value_sent: number;
  readonly value_received: number;
  readonly net_end: number;
  readonly max_net_debit: number;
  readonly max_net_credit: number;
  readonly max_net_debit_event: number;
  readonly upper_bound: number;
  readonly lower_bound: number;
  readonly upper_bound_event: number;
  readonly opening_balance: number;
  readonly pool_allocated: number;
  readonly credit_line: number;
  readonly opening_available: number;
  readonly min_balance: number;
  readonly min_available: number;
  readonly peak_credit: number;
  readonly credit_value_ticks: Whole;
  readonly peak_credit_ratio: number | null;
  readonly unsettled_value_eod: number;
  /** Cumulated value sent at the ends of at most ten equal parts of the day; with a clock, by full local hours: null for those it lacks. */
  readonly throughput_buckets: readonly (number | null)[];
  readonly total_cost: number;
}

/** What one bank had to pay to another, and paid. */
export interface PairIndicators {
  readonly sender: string;
  readonly receiver: string;
  readonly value_due: number;
  readonly payments_due: number;
  readonly value_settled: number;
  readonly legs_settled: number;
}

/** Monitoring tools of the Basel Committee, lists of at most three days, worst first (spec 14 §11). */
export interface Bcbs248 extends TimeCritical {
  readonly bank: string;
  readonly a1_max_negative: readonly number[];
  readonly a1_max_negative_mean: number;
  readonly a1_max_positive: readonly number[];
  readonly a1_max_positive_mean: number;
  readonly a2_available_lowest: readonly number[];
  readonly a2_available_mean: number;
  readonly a3_sent: readonly number[];
  readonly a3_sent_mean: number;
  readonly a3_received: readonly number[];
  readonly a3_received_mean: number;
  readonly c1_throughput_mean: readonly (number | null)[];
  /** Sent on behalf of customers, the five largest of them; missing where no payment of the run is. */
  readonly b1_value?: number;
  readonly b1_customers?: readonly { readonly on_behalf_of: string; readonly value: number }[];
}

/** The directed graph of settled value between banks (spec 14 §10). */
export interface NetworkIndicators {
  readonly nodes: number;
  readonly links: number;
  readonly value: number;
  readonly density: number | null;
  readonly reciprocity_links: number | null;
  readonly reciprocity_value: number | null;
  /** Null for more than 2,000 banks, like betweenness. */
  readonly avg_path_length: number | null;
  readonly reachable_share: number | null;
  readonly largest_scc: number | null;
  readonly core_periphery: {
    readonly errors: number;
    readonly error_score: number;
    readonly core: readonly string[];
  } | null;
  readonly banks: readonly NodeIndicators[];
}

/** A bank in the network of payments. */
export interface NodeIndicators {
  readonly bank: string;
  readonly out_degree: number;
  readonly in_degree: number;
  readonly out_strength: number;
  readonly in_strength: number;
  readonly betweenness: number | null;
  readonly pagerank: number;
  /** Null outside the largest strongly connected component, and if that has more than 500 banks. */
  readonly sinkrank: number | null;
}

/** By tick. */
export interface Profile {
  readonly payments_due: readonly number[];
  readonly value_due: readonly number[];
  readonly legs_settled: readonly number[];
  readonly value_settled: readonly number[];
  readonly queue1_length: readonly number[];
  readonly queue2_length: readonly number[];
  readonly queue1_value: readonly number[];
  readonly queue2_value: readonly number[];
  readonly dropped_value: readonly number[];
  readonly unsettled_value: readonly number[];
}
