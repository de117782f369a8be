import { z } from 'zod';
import { boolean, float, identifier, integer, seed, text } from './scalars.js';

import { clockSchema } from '@simcash/payments/schema';
import { guidelinesSchema } from './guidelines.js';
import { paymentsSchema } from './payments-schema.js';
import { settlementSchema } from './settlement/schema.js';
import { stressVariants } from './stress-schema.js';
import { accountsSchema, limitsSchema } from './tables-schema.js';

/** The scenario document that users write (spec 07 §2–§7): the one definition of its keys, types, defaults and rules. */

const values = <T extends Record<string, z.ZodObject>>(variants: T): [T[keyof T], ...T[keyof T][]] =>
  Object.values(variants) as [T[keyof T], ...T[keyof T][]];

const weight = float({ min: 0 });
const shares = z.array(weight).refine((list) => list.some((x) => x > 0), { error: 'at least one must be above 0' });

const SIMPLE_AMOUNTS = {
  Normal: z.strictObject({ type: z.literal('Normal'), mean: integer(), std_dev: integer({ min: 1 }) }),
  LogNormal: z.strictObject({ type: z.literal('LogNormal'), mean: float(), std_dev: float({ above: 0 }) }),
  Uniform: z.strictObject({ type: z.literal('Uniform'), min: integer({ min: 0 }), max: integer() }),
  Exponential: z.strictObject({ type: z.literal('Exponential'), lambda: float({ above: 0 }) }),
  Pareto: z.strictObject({ type: z.literal('Pareto'), threshold: float({ above: 0 }), alpha: float({ above: 0 }) }),
  Empirical: z.strictObject({
    type: z.literal('Empirical'),
    values: z.array(integer({ min: 1 })).min(1, { error: 'at least one amount is needed' }),
    weights: shares.optional(),
  }),
};

/** Amount distributions, in the order in which an omitted `type` is tried. */
export const AMOUNT_VARIANTS = {
  ...SIMPLE_AMOUNTS,
  Mixture: z.strictObject({
    type: z.literal('Mixture'),
    components: z
      .array(
        z.strictObject({ weight, distribution: z.discriminatedUnion('type', values(SIMPLE_AMOUNTS)).superRefine(checkAmounts) }),
      )
      .refine((list) => list.some((component) => component.weight > 0), { error: 'at least one weight must be above 0' }),
  }),
};

/** What a distribution's keys must be to each other. */
function checkAmounts(
  distribution: {
    type: string;
    min?: number;
    max?: number;
    values?: readonly unknown[];
    weights?: readonly unknown[] | undefined;
  },
  issues: z.RefinementCtx,
): void {
  const { max, min, type, values: amounts, weights: given } = distribution;
  if (type === 'Uniform' && max! < min!)
    issues.addIssue({ code: 'custom', path: ['max'], message: `must be at least min (${min})` });
  if (type === 'Empirical' && given !== undefined && given.length !== amounts!.length)
    issues.addIssue({ code: 'custom', path: ['weights'], message: `must be as long as values (${amounts!.length})` });
}

const priority = integer({ min: 0, max: 10 });

export const PRIORITY_VARIANTS = {
  Fixed: z.strictObject({ type: z.literal('Fixed'), value: priority }),
  Categorical: z.strictObject({ type: z.literal('Categorical'), values: z.array(priority), weights: z.array(float()) }),
  Uniform: z.strictObject({ type: z.literal('Uniform'), min: priority, max: priority }),
};

export const POLICY_VARIANTS = {
  Fifo: z.strictObject({ type: z.literal('Fifo') }),
  Deadline: z.strictObject({ type: z.literal('Deadline'), urgency_threshold: integer({ min: 1 }) }),
  LiquidityAware: z.strictObject({
    type: z.literal('LiquidityAware'),
    target_buffer: integer({ min: 0 }),
    urgency_threshold: integer({ min: 1 }),
  }),
  LiquiditySplitting: z.strictObject({
    type: z.literal('LiquiditySplitting'),
    max_splits: integer({ min: 2, max: 10 }),
    min_split_amount: integer({ min: 1 }),
  }),
  MockSplitting: z.strictObject({ type: z.literal('MockSplitting'), num_splits: integer({ min: 2, max: 10 }) }),
  FromJson: z.strictObject({ type: z.literal('FromJson'), json_path: text }),
  Inline: z.strictObject({ type: z.literal('Inline'), decision_trees: z.record(z.string(), z.unknown()) }),
  InlineJson: z.strictObject({ type: z.literal('InlineJson'), json_string: text }),
};

export const SCHEDULE_VARIANTS = {
  OneTime: z.strictObject({ type: z.literal('OneTime'), tick: integer({ min: 0 }) }),
  Repeating: z.strictObject({ type: z.literal('Repeating'), start_tick: integer({ min: 0 }), interval: integer({ min: 1 }) }),
};

const schedule = z.discriminatedUnion('type', [SCHEDULE_VARIANTS.OneTime, SCHEDULE_VARIANTS.Repeating]);
const cents = integer({ min: 1 });
const multiplier = float({ above: 0 });

export const EVENT_VARIANTS = {
  DirectTransfer: z.strictObject({
    type: z.literal('DirectTransfer'),
    schedule,
    from_agent: text,
    to_agent: text,
    amount: cents,
  }),
  CustomTransactionArrival: z.strictObject({
    type: z.literal('CustomTransactionArrival'),
    schedule,
    from_agent: text,
    to_agent: text,
    amount: cents,
    priority: priority.nullish(),
    deadline: integer({ min: 1 }).nullish(),
    is_divisible: boolean.nullish(),
  }),
  CollateralAdjustment: z.strictObject({ type: z.literal('CollateralAdjustment'), schedule, agent: text, delta: integer() }),
  GlobalArrivalRateChange: z.strictObject({ type: z.literal('GlobalArrivalRateChange'), schedule, multiplier }),
  AgentArrivalRateChange: z.strictObject({ type: z.literal('AgentArrivalRateChange'), schedule, agent: text, multiplier }),
  CounterpartyWeightChange: z.strictObject({
    type: z.literal('CounterpartyWeightChange'),
    schedule,
    agent: text,
    counterparty: text,
    new_weight: float({ min: 0, max: 1 }),
    auto_balance_others: boolean.nullish(),
  }),
  DeadlineWindowChange: z.strictObject({
    type: z.literal('DeadlineWindowChange'),
    schedule,
    min_ticks_multiplier: multiplier.nullish(),
    max_ticks_multiplier: multiplier.nullish(),
  }),
  ScheduledSettlement: z.strictObject({
    type: z.literal('ScheduledSettlement'),
    schedule,
    from_agent: text,
    to_agent: text,
    amount: cents,
  }),
};

/** Stress events, whose type must be given. */
const STRESS_VARIANTS = stressVariants({ schedule });

const amountDistribution = z.discriminatedUnion('type', values(AMOUNT_VARIANTS)).superRefine(checkAmounts);

const priorityDistribution = z.discriminatedUnion('type', values(PRIORITY_VARIANTS)).superRefine((distribution, issues) => {
  if (distribution.type === 'Uniform' && distribution.max < distribution.min) {
    issues.addIssue({ code: 'custom', path: ['max'], message: `must be at least min (${distribution.min})` });
  }
  if (distribution.type !== 'Categorical') return;
  if (distribution.values.length !== distribution.weights.length) {
    const lengths = `${distribution.values.length} values, ${distribution.weights.length} weights`;
    issues.addIssue({ code: 'custom', path: ['weights'], message: `must be as long as values (${lengths})` });
  }
  if (!(sum(distribution.weights) > 0))
    issues.addIssue({ code: 'custom', path: ['weights'], message: 'must add up to more than 0' });
});

const weights = z.record(z.string(), float());

const arrivalConfig = z.strictObject({
  rate_per_tick: float({ min: 0 }),
  profile: shares.optional(),
  amount_distribution: amountDistribution,
  counterparty_weights: weights
    .refine((map) => Object.keys(map).length > 0, { error: 'must not be empty', abort: true })
    .refine((map) => sum(Object.values(map)) > 0, { error: 'must add up to more than 0' }),
  deadline_range: z
    .tuple([integer({ min: 1 }), integer()], { error: 'expected a list of two whole numbers [min, max]' })
    .refine(([min, max]) => max >= min, { error: 'max must be at least min' }),
  priority: priority.default(5),
  priority_distribution: priorityDistribution.nullish(),
  divisible: boolean.default(false),
});

const arrivalBand = z
  .strictObject({
    rate_per_tick: float({ min: 0 }),
    profile: shares.optional(),
    amount_distribution: amountDistribution,
    deadline_offset_min: integer({ min: 1 }),
    deadline_offset_max: integer({ min: 1 }),
    counterparty_weights: weights.default({}),
    divisible: boolean.default(false),
  })
  .refine((band) => band.deadline_offset_max >= band.deadline_offset_min, {
    path: ['deadline_offset_max'],
    error: 'must be at least deadline_offset_min',
  });

const arrivalBands = z
  .strictObject({ urgent: arrivalBand.nullish(), normal: arrivalBand.nullish(), low: arrivalBand.nullish() })
  .refine((bands) => bands.urgent || bands.normal || bands.low, { error: 'at least one of urgent, normal, low is needed' });

const nonNegative = integer({ min: 0 });

const agent = z
  .strictObject({
    id: identifier,
    opening_balance: integer(),
    unsecured_cap: nonNegative.default(0),
    policy: z.discriminatedUnion('type', values(POLICY_VARIANTS)).default({ type: 'Fifo' }),
    arrival_config: arrivalConfig.nullish(),
    arrival_bands: arrivalBands.nullish(),
    max_collateral_capacity: nonNegative.nullish(),
    liquidity_pool: nonNegative.nullish(),
    liquidity_allocation_fraction: float({ min: 0, max: 1 }).nullish(),
    posted_collateral: nonNegative.nullish(),
    collateral_haircut: float({ min: 0, max: 1 }).nullish(),
    limits: z
      .strictObject({ bilateral_limits: z.record(z.string(), integer()).nullish(), multilateral_limit: integer().nullish() })
      .nullish(),
  })
  .refine((a) => !(a.arrival_config && a.arrival_bands), {
    path: ['arrival_bands'],
    error: 'arrival_config and arrival_bands are mutually exclusive - specify only one',
  });

/** A penalty; a bare whole number has become `{mode: fixed, amount}` before this schema sees it. */
const penalty = z.discriminatedUnion(
  'mode',
  [
    z.strictObject({ mode: z.literal('fixed'), amount: integer(), bps_per_event: z.unknown().optional() }),
    z.strictObject({ mode: z.literal('rate'), bps_per_event: float({ min: 0 }), amount: z.unknown().optional() }),
  ],
  {
    error: (issue) =>
      (issue.code as string) === 'invalid_type'
        ? 'expected a whole number of cents, {mode: fixed, amount} or {mode: rate, bps_per_event}'
        : undefined,
  },
);

const rate = (fallback: number): z.ZodDefault<z.ZodType<number>> => float({ min: 0 }).default(fallback);

export const costRatesSchema = z.strictObject({
  overdraft_bps_per_tick: rate(0.001),
  delay_cost_per_tick_per_cent: rate(0.0001),
  collateral_cost_per_tick_bps: rate(0.0002),
  liquidity_cost_per_tick_bps: rate(0),
  eod_penalty: penalty.optional(),
  eod_penalty_per_transaction: penalty.optional(),
  deadline_penalty: penalty.optional(),
  split_friction_cost: nonNegative.default(1000),
  overdue_delay_multiplier: rate(5),
  priority_delay_multipliers: z
    .strictObject({ urgent_multiplier: rate(1), normal_multiplier: rate(1), low_multiplier: rate(1) })
    .nullish(),
});

export const escalationSchema = z.strictObject({
  enabled: boolean.default(false),
  curve: text.default('linear'),
  start_escalating_at_ticks: nonNegative.default(20),
  max_boost: integer({ min: 0, max: 255 }).default(3),
});

/** Spellings of the two orders of Queue 1. */
export const QUEUE1_ORDERINGS: Record<string, 'fifo' | 'priority_deadline'> = {
  fifo: 'fifo',
  Fifo: 'fifo',
  FIFO: 'fifo',
  priority_deadline: 'priority_deadline',
  PriorityDeadline: 'priority_deadline',
  'priority-deadline': 'priority_deadline',
};

export const queue1OrderingSchema = text.refine((name) => Object.hasOwn(QUEUE1_ORDERINGS, name), {
  error: ({ input }) => `Invalid queue1_ordering: '${String(input)}'. Must be 'fifo' or 'priority_deadline'`,
});

const toggles = (categories: readonly string[]) => {
  const category = text.refine((name) => categories.includes(name), {
    error: ({ input }) => `Unknown category: ${String(input)}. Valid categories: ${[...categories].sort().join(', ')}`,
  });
  return z
    .strictObject({ include: z.array(category).nullish(), exclude: z.array(category).nullish() })
    .refine((t) => !(t.include && t.exclude), {
      error: "Cannot specify both 'include' and 'exclude' - choose one",
    });
};

/** Categories of policy elements that a scenario can include or exclude (spec 07 §7.1). */
export const POLICY_CATEGORIES = [
  ...[
    'AgentField',
    'BankAction',
    'BinaryArithmetic',
    'CollateralAction',
    'CollateralField',
    'ComparisonOperator',
    'CostField',
    'DerivedField',
  ],
  ...[
    'LogicalOperator',
    'LsmField',
    'NaryArithmetic',
    'NodeType',
    'PaymentAction',
    'QueueField',
    'RtgsAction',
    'StateRegisterField',
  ],
  ...['SystemField', 'TernaryMath', 'ThroughputField', 'TimeField', 'TransactionField', 'TreeType', 'UnaryMath', 'ValueType'],
] as const;

export const COST_CATEGORIES = ['PerTick', 'OneTime', 'Daily', 'Modifier'] as const;

/** The key `end_of_day` (spec 13 §11). */
export const endOfDaySchema = z.strictObject({ unsettled: z.enum(['carry', 'cancel']).default('carry') });

export const scenarioSchema = z.strictObject({
  simulation: z.strictObject({ ticks_per_day: integer({ min: 1 }), num_days: integer({ min: 1 }), rng_seed: seed }),
  agents: z.array(agent, { error: 'expected a list of agents' }).min(1, { error: 'at least one agent is needed' }),
  cost_rates: costRatesSchema.prefault({}),
  lsm_config: z
    .strictObject({
      enable_bilateral: boolean.default(true),
      enable_cycles: boolean.default(true),
      max_cycle_length: integer({ min: 3, max: 10 }).default(4),
      max_cycles_per_tick: integer({ min: 1, max: 100 }).default(10),
    })
    .prefault({}),
  scenario_events: z
    .array(z.discriminatedUnion('type', values({ ...EVENT_VARIANTS, ...STRESS_VARIANTS })).superRefine(checkEvent))
    .nullish(),
  policy_feature_toggles: toggles(POLICY_CATEGORIES).nullish(),
  cost_feature_toggles: toggles(COST_CATEGORIES).nullish(),
  deferred_crediting: boolean.default(false),
  deadline_cap_at_eod: boolean.default(false),
  queue1_ordering: queue1OrderingSchema.default('fifo'),
  priority_mode: boolean.default(false),
  priority_escalation: escalationSchema.prefault({}),
  algorithm_sequencing: boolean.default(false),
  entry_disposition_offsetting: boolean.default(false),
  eod_rush_threshold: float().default(0.8),
  daily_liquidity_reallocation: boolean.default(true),
  settlement: settlementSchema.optional(),
  clock: clockSchema.optional(),
  payments: paymentsSchema.optional(),
  accounts: accountsSchema.optional(),
  limits: limitsSchema.optional(),
  end_of_day: endOfDaySchema.optional(),
  random_streams: z.enum(['shared', 'per_bank']).optional(),
  throughput_guidelines: guidelinesSchema.nullish(),
});

/** A valid scenario document with all defaults. */
export type ScenarioDocument = z.output<typeof scenarioSchema>;
export type AgentDocument = ScenarioDocument['agents'][number];

function checkEvent(
  event: { type: string; min_ticks_multiplier?: unknown; max_ticks_multiplier?: unknown },
  issues: z.RefinementCtx,
): void {
  if (event.type !== 'DeadlineWindowChange') return;
  if ((event.min_ticks_multiplier ?? event.max_ticks_multiplier ?? null) !== null) return;
  issues.addIssue({ code: 'custom', path: [], message: 'at least one of min_ticks_multiplier, max_ticks_multiplier is needed' });
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, x) => total + x, 0);
