import { COST_COMPONENTS } from '@simcash/protocol';
import { z } from 'zod';

/** The document of an environment (spec 18 §1 and §2). Whole numbers may be bigints, as readers of exact documents give them. */

const whole = z
  .union([z.int(), z.bigint()], { error: 'expected a whole number' })
  .transform(Number)
  .refine((x) => Number.isSafeInteger(x), { error: 'is too large' });
/** Numbers with which what is multiplied by them stays a number. */
const number = z
  .union([z.number(), z.bigint()], { error: 'expected a number' })
  .transform(Number)
  .refine((x) => Math.abs(x) <= 1e15, { error: 'must lie between −10^15 and 10^15' });
const atLeast = (n: number): typeof whole => whole.refine((x) => x >= n, { error: `must be at least ${n}` });
/** Payments of a queue that a learner may see, or decide about one by one. */
const most = atLeast(1).refine((x) => x <= 10_000, { error: 'must be at most 10000' });

/** A seed of 64 bits: a whole number, or its digits as text where numbers end at 2^53. */
export const seedSchema = z
  .union([z.int(), z.bigint(), z.string().regex(/^\d{1,20}$/)], { error: 'expected a whole number from 0 to 2^64 − 1' })
  .transform(BigInt)
  .refine((seed) => seed >= 0n && seed < 2n ** 64n, { error: 'must lie between 0 and 2^64 − 1' });

const range = z
  .tuple([number, number], { error: 'expected [lowest, highest]' })
  .refine(([low, high]) => low < high, { error: 'the lowest must be below the highest' });

const dayStart = z.discriminatedUnion('action', [
  z.strictObject({
    at: z.literal('day_start'),
    action: z.literal('fraction'),
    levels: atLeast(2)
      .refine((x) => x <= 1_000_001, { error: 'must be at most 1000001' })
      .optional(),
  }),
  z.strictObject({
    at: z.literal('day_start'),
    action: z.literal('parameters'),
    names: z.array(z.string().min(1)).min(1),
    bounds: z.union([z.record(z.string(), range), z.array(range)], {
      error: 'expected the bounds of each parameter: {name: [lowest, highest]}, or a list of them in the order of names',
    }),
  }),
]);

const tick = z.discriminatedUnion('action', [
  z.strictObject({ at: z.literal('tick'), action: z.literal('release_all') }),
  z.strictObject({ at: z.literal('tick'), action: z.literal('release_count'), max: most }),
  z.strictObject({ at: z.literal('tick'), action: z.literal('release_value') }),
  z.strictObject({ at: z.literal('tick'), action: z.literal('release_mask'), max: most }),
]);

/** What learners decide when a day begins. */
export type DayStartDocument = z.output<typeof dayStart>;
/** What learners decide in a tick. */
export type TickDocument = z.output<typeof tick>;

/** What a learner sees unless the definition says otherwise (spec 18 §3). */
const DEFAULT_FIELDS = [
  'system_tick_in_day',
  'ticks_remaining_in_day',
  'balance',
  'available_liquidity',
  'outgoing_queue_size',
  'queue1_total_value',
  'queue2_count_for_agent',
  'posted_collateral',
];

export const environmentSchema = z.strictObject({
  scenario: z.union([z.string().min(1), z.record(z.string(), z.unknown())], {
    error: 'expected the path of a scenario file, or a scenario',
  }),
  learners: z.array(z.string()).min(1),
  episode: z
    .union([z.strictObject({ days: atLeast(1) }), z.strictObject({ ticks: atLeast(1) })], {
      error: 'expected {days: n} or {ticks: n}',
    })
    .optional(),
  decisions: z.array(z.discriminatedUnion('at', [dayStart, tick])).min(1),
  observation: z
    .strictObject({
      fields: z.array(z.string()).default(DEFAULT_FIELDS),
      scale: z
        .record(
          z.string(),
          number.refine((x) => x !== 0, { error: 'must not be 0' }),
        )
        .default({}),
      queue: z.strictObject({ max: most, fields: z.array(z.string()).min(1) }).optional(),
      clip: number.refine((x) => x > 0, { error: 'must be above 0' }).default(1e9),
    })
    .prefault({}),
  reward: z
    .strictObject({
      costs: z
        .array(z.enum(COST_COMPONENTS))
        .min(1)
        .refine((names) => new Set(names).size === names.length, { error: 'names a component twice' })
        .default([...COST_COMPONENTS]),
      scale: number.default(1),
      per: z.enum(['step', 'episode']).default('step'),
    })
    .prefault({}),
  seed: seedSchema.optional(),
});

/** An environment as users write it. */
export type EnvironmentDefinition = z.input<typeof environmentSchema>;
/** The definition of an environment once it has been checked, with defaults filled in. */
export type EnvironmentDocument = z.output<typeof environmentSchema>;
