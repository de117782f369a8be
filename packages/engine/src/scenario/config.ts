import type { AccountChange, ClockConfig, LimitChange } from '@simcash/payments/schema';
import type { GeneratorName } from '@simcash/random';
import type { SettlementConfig } from './settlement/config.js';

/**
 * The engine configuration: a scenario with every default filled in and every policy text embedded (spec 07 §9). It is what a
 * scenario document resolves to, what the engine runs and what is hashed; keys are spelled as in the files.
 */
export interface EngineConfig {
  ticks_per_day: number;
  num_days: number;
  /** Unsigned 64-bit. */
  rng_seed: bigint;
  /** The generator of random numbers; `xorshift64star` without the key (spec 01 §3.6). */
  rng?: GeneratorName;
  agent_configs: AgentConfig[];
  cost_rates: CostRates;
  lsm_config: LsmConfig;
  scenario_events: ScenarioEvent[];
  deferred_crediting: boolean;
  deadline_cap_at_eod: boolean;
  /** Fraction of the day from which `is_eod_rush` is 1. */
  eod_rush_threshold: number;
  queue1_ordering: 'fifo' | 'priority_deadline';
  priority_mode: boolean;
  priority_escalation: PriorityEscalation;
  algorithm_sequencing: boolean;
  entry_disposition_offsetting: boolean;
  daily_liquidity_reallocation: boolean;
  /** How the central system settles; what the keys before it say if there is none (spec 12). */
  settlement?: SettlementConfig;
  /** Business days and opening hours; without it every tick is open (spec 13 §2). */
  clock?: ClockConfig;
  /** The payment list that the run was made from (spec 13 §9.1). */
  payments?: PaymentsConfig;
  /** Balances, credit and collateral that are set on later days, and limits (spec 13 §10). */
  accounts?: { rows: AccountChange[] };
  limits?: { rows: LimitChange[] };
  /** What becomes of payments that wait at the end of a day; they wait on unless given (spec 13 §11). */
  end_of_day?: { unsettled: 'cancel' };
  /** Every bank draws from a generator of its own; all from one unless given (spec 13 §13.2). */
  random_streams?: 'per_bank';
}

/** What identifies a payment list, and how it was read. */
export interface PaymentsConfig {
  /** Mapping keys of each source, with size and hash of its file. */
  sources: Record<string, unknown>[];
  dataset_sha256: string;
  num_payments: number;
  /** Cents; a text beyond the exact range. */
  total_value: number | string;
}

/** A bank as the engine takes it: what it has, how it decides, what arrives at it. */
export interface AgentConfig {
  id: string;
  opening_balance: number;
  unsecured_cap: number;
  policy: PolicyConfig;
  arrival_config?: ArrivalConfig;
  arrival_bands?: ArrivalBands;
  posted_collateral?: number;
  /** Share of the collateral's value that does not count, 0–1; 0.02 unless given. */
  collateral_haircut?: number;
  max_collateral_capacity?: number;
  limits?: { bilateral_limits: Record<string, number>; multilateral_limit: number | null };
  liquidity_pool?: number;
  liquidity_allocation_fraction?: number;
}

/** A built-in policy with its parameters, or a policy document as JSON text (spec 06 §1.2). */
export type PolicyConfig =
  | { type: 'Fifo' }
  | { type: 'Deadline'; urgency_threshold: number }
  | { type: 'LiquidityAware'; target_buffer: number; urgency_threshold: number }
  | { type: 'LiquiditySplitting'; max_splits: number; min_split_amount: number }
  | { type: 'MockSplitting'; num_splits: number }
  | { type: 'FromJson'; json: string };

/** A distribution of amounts, which are whole cents. */
export type SimpleDistribution =
  | { type: 'Uniform'; min: number; max: number }
  | { type: 'Normal'; mean: number; std_dev: number }
  | { type: 'LogNormal'; mean: number; std_dev: number }
  | { type: 'Exponential'; lambda: number }
  | { type: 'Pareto'; threshold: number; alpha: number }
  /** Amounts that are drawn by weight; alike unless weights are given. */
  | { type: 'Empirical'; values: number[]; weights?: number[] | undefined };

/** A distribution of amounts, or a mixture of several. */
export type AmountDistribution =
  SimpleDistribution | { type: 'Mixture'; components: { weight: number; distribution: SimpleDistribution }[] };

/** How the priority of an arriving payment is drawn, 0 to 10. */
export type PriorityDistribution =
  | { type: 'Fixed'; value: number }
  | { type: 'Categorical'; values: number[]; weights: number[] }
  | { type: 'Uniform'; min: number; max: number };

/** Payments that arrive at a bank at random. */
export interface ArrivalConfig {
  /** Expected payments per tick (Poisson). */
  rate_per_tick: number;
  /** Weights of equal parts of the day: how the expected payments of a day spread over it (spec 13 §13.1). */
  profile?: number[] | undefined;
  amount_distribution: AmountDistribution;
  counterparty_weights: Record<string, number>;
  /** Ticks from arrival to deadline, both ends included. */
  deadline_range: [number, number];
  priority_distribution: PriorityDistribution;
}

/** Bands of priorities: 8 to 10, 4 to 7, 0 to 3. */
export const BANDS = ['urgent', 'normal', 'low'] as const;
/** A band of priorities. */
export type Band = (typeof BANDS)[number];

/** Random arrivals within one band of priorities. */
export interface ArrivalBand {
  rate_per_tick: number;
  profile?: number[] | undefined;
  amount_distribution: AmountDistribution;
  deadline_offset_min: number;
  deadline_offset_max: number;
  counterparty_weights: Record<string, number>;
}

/** Random arrivals of a bank, by band. */
export type ArrivalBands = Partial<Record<Band, ArrivalBand>>;

/** A penalty: a fixed amount, or a share of what the payment still owes. */
export type Penalty = { mode: 'fixed'; amount: number } | { mode: 'rate'; bps_per_event: number };

/** What is charged, and how much. */
export interface CostRates {
  overdraft_bps_per_tick: number;
  delay_cost_per_tick_per_cent: number;
  collateral_cost_per_tick_bps: number;
  liquidity_cost_per_tick_bps: number;
  eod_penalty: Penalty;
  deadline_penalty: Penalty;
  split_friction_cost: number;
  overdue_delay_multiplier: number;
  priority_delay_multipliers: { urgent_multiplier: number; normal_multiplier: number; low_multiplier: number } | null;
}

/** Offsetting as the original knows it: pairs and cycles. */
export interface LsmConfig {
  enable_bilateral: boolean;
  enable_cycles: boolean;
  /** Longest ring that is searched; triangles always are (spec 04 Q409). */
  max_cycle_length: number;
  /** Attempts per iteration (spec 04 Q410). */
  max_cycles_per_tick: number;
}

/** How priorities rise as deadlines come nearer. */
export interface PriorityEscalation {
  enabled: boolean;
  curve: string;
  start_escalating_at_ticks: number;
  max_boost: number;
}

/** When a scenario event is due: once, or from a tick on at a fixed interval. */
export type Schedule = { schedule: 'OneTime'; tick: number } | { schedule: 'Repeating'; start_tick: number; interval: number };

/** Something that a scenario makes happen at given ticks. */
export type ScenarioEvent = Schedule &
  (
    | { type: 'DirectTransfer'; from_agent: string; to_agent: string; amount: number }
    | {
        type: 'CustomTransactionArrival';
        from_agent: string;
        to_agent: string;
        amount: number;
        priority?: number;
        deadline?: number;
        is_divisible?: boolean;
      }
    | { type: 'CollateralAdjustment'; agent: string; delta: number }
    | { type: 'GlobalArrivalRateChange'; multiplier: number }
    | { type: 'AgentArrivalRateChange'; agent: string; multiplier: number }
    | { type: 'CounterpartyWeightChange'; agent: string; counterparty: string; new_weight: number; auto_balance_others: boolean }
    | { type: 'DeadlineWindowChange'; min_ticks_multiplier?: number; max_ticks_multiplier?: number }
    | { type: 'ScheduledSettlement'; from_agent: string; to_agent: string; amount: number }
    | (WindowEnd & {
        type: 'ParticipantOutage';
        agent: string;
        incoming: 'accept' | 'block';
        central_queue: 'process' | 'freeze';
        reaction?: OutageReaction;
      })
    | (WindowEnd & { type: 'SystemOutage' })
    | (WindowEnd & {
        type: 'LiquidityShock';
        agent: string;
        balance_delta?: number;
        balance_factor?: number;
        unsecured_cap_delta?: number;
        posted_collateral_delta?: number;
        collateral_haircut?: number;
      })
    | (WindowEnd & {
        type: 'PaymentDelay';
        /** A bank, or `all`. */
        agent: string;
        delay_ticks: number;
        receiver?: string;
        min_amount?: number;
        payment_type?: string;
      })
  );

/** Until when a stress event is in force: the first tick after it, or its length; to the end of the run if neither is given. */
export interface WindowEnd {
  until_tick?: number;
  ticks?: number;
}

/** When and how other banks stop paying a bank that is in an outage (spec 15 §2.2). */
export interface OutageReaction {
  after_ticks?: number;
  /** Cents settled to the stricken bank, less what came from it. */
  exposure?: number;
  banks: 'all' | string[];
  central_queue: 'keep' | 'withdraw';
}

/** Cost rates of a scenario that says nothing about costs (spec 05 §1). */
export const DEFAULT_COST_RATES: CostRates = {
  overdraft_bps_per_tick: 0.001,
  delay_cost_per_tick_per_cent: 0.0001,
  collateral_cost_per_tick_bps: 0.0002,
  liquidity_cost_per_tick_bps: 0,
  eod_penalty: { mode: 'fixed', amount: 10_000 },
  deadline_penalty: { mode: 'fixed', amount: 50_000 },
  split_friction_cost: 1_000,
  overdue_delay_multiplier: 5,
  priority_delay_multipliers: null,
};

/** Offsetting in scenarios that do not say otherwise. */
export const DEFAULT_LSM: LsmConfig = {
  enable_bilateral: true,
  enable_cycles: true,
  max_cycle_length: 4,
  max_cycles_per_tick: 10,
};

/** Priority escalation in scenarios that do not say otherwise. */
export const DEFAULT_ESCALATION: PriorityEscalation = {
  enabled: false,
  curve: 'linear',
  start_escalating_at_ticks: 20,
  max_boost: 3,
};

/** The default share of posted collateral that gives no credit. */
export const DEFAULT_HAIRCUT = 0.02;
