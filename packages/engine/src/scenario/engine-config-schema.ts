import { GENERATORS, type GeneratorName } from '@simcash/random';
import { z } from 'zod';
import { DEFAULT_COST_RATES, DEFAULT_ESCALATION, DEFAULT_LSM, type EngineConfig, type ScenarioEvent } from './config.js';
import { endOfDaySchema, QUEUE1_ORDERINGS } from './document-schema.js';
import { stressVariants } from './stress-schema.js';
import { cancelsOnly, otherGenerator, withoutNulls } from './convert.js';
import { windowProblem } from '../stress/windows.js';
import { clockSchema } from '@simcash/payments/schema';
import { paymentsSchema } from './payments-schema.js';
import { settlementSchema } from './settlement/schema.js';
import { accountsSchema, limitsSchema } from './tables-schema.js';

/** The engine configuration as a file (spec 07 §9): flat, strict types, no coercion, few range checks. */

const int = z
  .union([z.int(), z.bigint()], { error: 'expected a whole number' })
  .transform(Number)
  .refine(Number.isSafeInteger, { error: 'must lie between −(2^53 − 1) and 2^53 − 1' });
const count = int.refine((x) => x >= 0, { error: 'must not be negative' });
const float = z.union([z.number(), z.bigint()], { error: 'expected a finite number' }).transform(Number);
const seed = z
  .union([z.int(), z.bigint()], { error: 'expected a whole number' })
  .transform(BigInt)
  .refine((x) => x >= 0n && x < 2n ** 64n, { error: 'must lie between 0 and 2^64 − 1' });

const above = float.refine((x) => x > 0, { error: 'must be above 0' });
const isWeights = (list: readonly number[]): boolean => list.every((x) => x >= 0) && list.some((x) => x > 0);
const shares = z.array(float).refine(isWeights, { error: 'must not be negative, and one above 0' });

const capped = int.transform((priority) => Math.min(priority, 10));
const literal = <T extends string>(name: T): z.ZodLiteral<T> => z.literal(name);

const simpleAmounts = [
  z.strictObject({ type: literal('Uniform'), min: int, max: int }),
  z.strictObject({ type: literal('Normal'), mean: int, std_dev: int }),
  z.strictObject({ type: literal('LogNormal'), mean: float, std_dev: float }),
  z.strictObject({ type: literal('Exponential'), lambda: float }),
  z.strictObject({ type: literal('Pareto'), threshold: above, alpha: above }),
  z
    .strictObject({ type: literal('Empirical'), values: z.array(int.refine((x) => x >= 1)).min(1), weights: shares.optional() })
    .refine(({ values, weights: given }) => given === undefined || given.length === values.length, {
      error: 'weights must be as many as values',
    }),
] as const;

const amounts = z.discriminatedUnion('type', [
  ...simpleAmounts,
  z.strictObject({
    type: literal('Mixture'),
    components: z
      .array(z.strictObject({ weight: float, distribution: z.discriminatedUnion('type', simpleAmounts) }))
      .refine((list) => isWeights(list.map(({ weight }) => weight)), { error: 'weights must not be negative, and one above 0' }),
  }),
]);

const priorities = z.discriminatedUnion('type', [
  z.strictObject({ type: literal('Fixed'), value: capped }),
  z.strictObject({ type: literal('Categorical'), values: z.array(capped), weights: z.array(float) }),
  z.strictObject({ type: literal('Uniform'), min: capped, max: capped }),
]);

const weights = z.record(z.string(), float);

const arrivals = z
  .strictObject({
    rate_per_tick: float,
    profile: shares.optional(),
    amount_distribution: amounts,
    counterparty_weights: weights,
    deadline_range: z.tuple([int, int], { error: 'deadline_range must have exactly 2 elements [min, max]' }).default([10, 50]),
    priority: capped.optional(),
    priority_distribution: priorities.optional(),
    divisible: z.boolean().optional(),
  })
  .transform(({ priority, divisible: _, ...config }) => ({
    ...config,
    priority_distribution: config.priority_distribution ?? { type: 'Fixed' as const, value: priority ?? 5 },
  }));

const band = z
  .strictObject({
    rate_per_tick: float,
    profile: shares.optional(),
    amount_distribution: amounts,
    deadline_offset_min: int,
    deadline_offset_max: int,
    counterparty_weights: weights.default({}),
    divisible: z.boolean().optional(),
  })
  .transform(({ divisible: _, ...config }) => config);

const policy = z.discriminatedUnion('type', [
  z.strictObject({ type: literal('Fifo') }),
  z.strictObject({ type: literal('Deadline'), urgency_threshold: count }),
  z.strictObject({ type: literal('LiquidityAware'), target_buffer: int, urgency_threshold: count }),
  z.strictObject({ type: literal('LiquiditySplitting'), max_splits: count, min_split_amount: int }),
  z.strictObject({ type: literal('MockSplitting'), num_splits: count }),
  z.strictObject({ type: literal('FromJson'), json: z.string() }),
]);

const agent = z.strictObject({
  id: z.string(),
  opening_balance: int,
  unsecured_cap: int,
  policy,
  arrival_config: arrivals.optional(),
  arrival_bands: z.strictObject({ urgent: band.optional(), normal: band.optional(), low: band.optional() }).optional(),
  posted_collateral: int.optional(),
  collateral_haircut: float.optional(),
  max_collateral_capacity: int.optional(),
  limits: z
    .strictObject({ bilateral_limits: z.record(z.string(), int).default({}), multilateral_limit: int.nullable().default(null) })
    .optional(),
  liquidity_pool: int.optional(),
  liquidity_allocation_fraction: float.optional(),
});

const penaltyMapping = z.discriminatedUnion('mode', [
  z.strictObject({ mode: literal('fixed'), amount: int }),
  z.strictObject({ mode: literal('rate'), bps_per_event: float }),
]);
const penalty = z.preprocess(
  (value) => (typeof value === 'bigint' || Number.isInteger(value) ? { mode: 'fixed', amount: value } : value),
  penaltyMapping,
);

const { eod_penalty, deadline_penalty, ...rates } = DEFAULT_COST_RATES;
const multiplier = float.default(1);

const costRates = z
  .strictObject({
    overdraft_bps_per_tick: float.default(rates.overdraft_bps_per_tick),
    delay_cost_per_tick_per_cent: float.default(rates.delay_cost_per_tick_per_cent),
    collateral_cost_per_tick_bps: float.default(rates.collateral_cost_per_tick_bps),
    liquidity_cost_per_tick_bps: float.default(rates.liquidity_cost_per_tick_bps),
    eod_penalty: penalty.optional(),
    eod_penalty_per_transaction: penalty.optional(),
    deadline_penalty: penalty.default(deadline_penalty),
    split_friction_cost: int.default(rates.split_friction_cost),
    overdue_delay_multiplier: float.default(rates.overdue_delay_multiplier),
    priority_delay_multipliers: z
      .strictObject({ urgent_multiplier: multiplier, normal_multiplier: multiplier, low_multiplier: multiplier })
      .nullable()
      .default(null),
  })
  // In a configuration the short spelling wins (Quirk Q714).
  .transform(({ eod_penalty_per_transaction: other, ...config }) => ({
    ...config,
    eod_penalty: config.eod_penalty ?? other ?? eod_penalty,
  }));

const schedules = [
  { schedule: literal('OneTime'), tick: count },
  {
    schedule: literal('Repeating'),
    start_tick: count,
    interval: count.refine((x) => x > 0, { error: 'must be greater than 0' }),
  },
] as const;

const transfer = { from_agent: z.string(), to_agent: z.string(), amount: int };

const events = schedules.flatMap((schedule) => [
  z.strictObject({ type: literal('DirectTransfer'), ...transfer, ...schedule }),
  z.strictObject({
    type: literal('CustomTransactionArrival'),
    ...transfer,
    priority: count.optional(),
    deadline: count.optional(),
    is_divisible: z.boolean().optional(),
    ...schedule,
  }),
  z.strictObject({ type: literal('CollateralAdjustment'), agent: z.string(), delta: int, ...schedule }),
  z.strictObject({ type: literal('GlobalArrivalRateChange'), multiplier: float, ...schedule }),
  z.strictObject({ type: literal('AgentArrivalRateChange'), agent: z.string(), multiplier: float, ...schedule }),
  z.strictObject({
    type: literal('CounterpartyWeightChange'),
    agent: z.string(),
    counterparty: z.string(),
    new_weight: float,
    auto_balance_others: z.boolean().default(false),
    ...schedule,
  }),
  z.strictObject({
    type: literal('DeadlineWindowChange'),
    min_ticks_multiplier: float.optional(),
    max_ticks_multiplier: float.optional(),
    ...schedule,
  }),
  z.strictObject({ type: literal('ScheduledSettlement'), ...transfer, ...schedule }),
  ...Object.values(stressVariants(schedule)),
]);

const half = events.length / 2;
const event = z.discriminatedUnion('schedule', [
  z.discriminatedUnion('type', events.slice(0, half) as never),
  z.discriminatedUnion('type', events.slice(half) as never),
]);

const configSchema = z.strictObject({
  ticks_per_day: count,
  num_days: count,
  rng_seed: seed,
  agent_configs: z.array(agent),
  cost_rates: costRates.prefault({}),
  lsm_config: z
    .strictObject({
      enable_bilateral: z.boolean().default(DEFAULT_LSM.enable_bilateral),
      enable_cycles: z.boolean().default(DEFAULT_LSM.enable_cycles),
      max_cycle_length: count.default(DEFAULT_LSM.max_cycle_length),
      max_cycles_per_tick: count.default(DEFAULT_LSM.max_cycles_per_tick),
    })
    .prefault({}),
  scenario_events: z.array(event.transform(withoutNulls)).default([]),
  deferred_crediting: z.boolean().default(false),
  deadline_cap_at_eod: z.boolean().default(false),
  eod_rush_threshold: float.default(0.8),
  queue1_ordering: z
    .string()
    .refine((name) => Object.hasOwn(QUEUE1_ORDERINGS, name), {
      error: ({ input }) => `Invalid queue1_ordering: '${String(input)}'. Must be 'fifo' or 'priority_deadline'`,
    })
    .transform((name) => QUEUE1_ORDERINGS[name]!)
    .default('fifo'),
  priority_mode: z.boolean().default(false),
  priority_escalation: z
    .strictObject({
      enabled: z.boolean().default(DEFAULT_ESCALATION.enabled),
      curve: z.string().default(DEFAULT_ESCALATION.curve),
      start_escalating_at_ticks: count.default(DEFAULT_ESCALATION.start_escalating_at_ticks),
      max_boost: count.default(DEFAULT_ESCALATION.max_boost),
    })
    .prefault({}),
  algorithm_sequencing: z.boolean().default(false),
  entry_disposition_offsetting: z.boolean().default(false),
  daily_liquidity_reallocation: z.boolean().default(true),
  settlement: settlementSchema.optional(),
  clock: clockSchema.optional(),
  payments: paymentsSchema.optional(),
  accounts: accountsSchema.optional(),
  limits: limitsSchema.optional(),
  end_of_day: endOfDaySchema.transform(cancelsOnly).optional(),
  rng: z
    .enum(Object.keys(GENERATORS) as GeneratorName[])
    .transform(otherGenerator)
    .optional(),
  random_streams: z.literal('per_bank').optional(),
});

export const engineConfigSchema = configSchema.superRefine(({ agent_configs, scenario_events }, issues) => {
  const found = windowProblem(
    scenario_events as ScenarioEvent[],
    agent_configs.map(({ id }) => id),
  );
  if (found !== null)
    issues.addIssue({ code: 'custom', path: ['scenario_events', found.index, found.key], message: found.message });
}) as unknown as z.ZodType<EngineConfig>;
