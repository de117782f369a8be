/**
 * The engine configuration: a scenario with every default filled in and every policy text embedded (spec 07 §9). It is what a
 * scenario document resolves to, what the engine runs and what is hashed; keys are spelled as in the files.
 */
export interface EngineConfig {
  ticks_per_day: number;
  num_days: number;
  /** Unsigned 64-bit. */
  rng_seed: bigint;
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
}

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

export type AmountDistribution =
  | { type: 'Uniform'; min: number; max: number }
  | { type: 'Normal'; mean: number; std_dev: number }
  | { type: 'LogNormal'; mean: number; std_dev: number }
  | { type: 'Exponential'; lambda: number };

export type PriorityDistribution =
  | { type: 'Fixed'; value: number }
  | { type: 'Categorical'; values: number[]; weights: number[] }
  | { type: 'Uniform'; min: number; max: number };

export interface ArrivalConfig {
  /** Expected payments per tick (Poisson). */
  rate_per_tick: number;
  amount_distribution: AmountDistribution;
  counterparty_weights: Record<string, number>;
  /** Ticks from arrival to deadline, both ends included. */
  deadline_range: [number, number];
  priority_distribution: PriorityDistribution;
}

export const BANDS = ['urgent', 'normal', 'low'] as const;
export type Band = (typeof BANDS)[number];

export interface ArrivalBand {
  rate_per_tick: number;
  amount_distribution: AmountDistribution;
  deadline_offset_min: number;
  deadline_offset_max: number;
  counterparty_weights: Record<string, number>;
}

export type ArrivalBands = Partial<Record<Band, ArrivalBand>>;

export type Penalty = { mode: 'fixed'; amount: number } | { mode: 'rate'; bps_per_event: number };

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

export interface LsmConfig {
  enable_bilateral: boolean;
  enable_cycles: boolean;
  /** Longest ring that is searched; triangles always are (spec 04 Q409). */
  max_cycle_length: number;
  /** Attempts per iteration (spec 04 Q410). */
  max_cycles_per_tick: number;
}

export interface PriorityEscalation {
  enabled: boolean;
  curve: string;
  start_escalating_at_ticks: number;
  max_boost: number;
}

/** When a scenario event is due: once, or from a tick on at a fixed interval. */
export type Schedule = { schedule: 'OneTime'; tick: number } | { schedule: 'Repeating'; start_tick: number; interval: number };

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
  );

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

export const DEFAULT_LSM: LsmConfig = {
  enable_bilateral: true,
  enable_cycles: true,
  max_cycle_length: 4,
  max_cycles_per_tick: 10,
};

export const DEFAULT_ESCALATION: PriorityEscalation = {
  enabled: false,
  curve: 'linear',
  start_escalating_at_ticks: 20,
  max_boost: 3,
};

/** The default share of posted collateral that gives no credit. */
export const DEFAULT_HAIRCUT = 0.02;
