import { z } from 'zod';
import { nearest } from '@simcash/protocol';
import { boolean, float, integer, plainJson, show, text } from '../scalars.js';
import {
  CLASSES,
  CLASS_SOURCES,
  DISCIPLINES,
  OFFSETS_AT_ENTRY,
  REFILL_ORDERS,
  UNTIL_STABLE,
  type ClassName,
  type SettlementConfig,
} from './config.js';

/** The key `settlement` of a scenario as users write it (spec 12 §2); what is left out is filled in by `resolveSettlement`. */

const oneOf = <const Words extends readonly [string, ...string[]]>(...words: Words): z.ZodEnum<{ [W in Words[number]]: W }> =>
  z.enum(words, { error: ({ input }) => `expected one of ${words.join(', ')}, got ${show(input)}` }) as never;

/** A whole number, or the word that stands for one. */
const integerOr = (word: string, value: number, rules: { min: number; max?: number }): z.ZodType<number> =>
  z.union([z.literal(word).transform(() => value), integer(rules)], {
    error: ({ input }) => `expected a whole number, or ${word}, got ${show(input)}`,
  });

/** One value for all classes, or a mapping by class. */
const byClass = <T>(values: string, value: z.ZodType<T>): z.ZodType<Partial<Record<ClassName, T>>> =>
  z.union(
    [
      value.transform((forAll) => Object.fromEntries(CLASSES.map((name) => [name, forAll]))),
      z.strictObject({ highly_urgent: value.optional(), urgent: value.optional(), normal: value.optional() }),
    ],
    { error: ({ input }) => `expected ${values}, or one of them by class, got ${show(input)}` },
  ) as never;

const className = oneOf(...CLASSES);
const ids = z.array(text, { error: 'expected a list of banks' });

const untilStable = (fallback: number): z.ZodType<number> =>
  integerOr('until_stable', UNTIL_STABLE, { min: 1, max: UNTIL_STABLE }).default(fallback);

const refill = { refill_order: oneOf(...REFILL_ORDERS), max_chain: integer({ min: 1, max: 100 }).default(8) };

/** Algorithms with their parameters by type (spec 12 §6). */
export const ALGORITHM_SCHEMAS = {
  retry: z.strictObject({ type: z.literal('retry'), passes: untilStable(1) }),
  bilateral: z.strictObject({ type: z.literal('bilateral'), legacy: boolean.default(false) }),
  bilateral_subset: z.strictObject({
    type: z.literal('bilateral_subset'),
    max_partners: integer({ min: 1, max: 1000 }).default(10),
    test_alone: boolean.default(false),
  }),
  bilateral_fifo: z.strictObject({ type: z.literal('bilateral_fifo'), heads: oneOf('bank', 'pair').default('bank') }),
  bilateral_partial: z.strictObject({ type: z.literal('bilateral_partial') }),
  rings: z.strictObject({
    type: z.literal('rings'),
    max_length: integer({ min: 3, max: 10 }).default(4),
    max_attempts: integer({ min: 1, max: 1_000_000 }).default(10),
    max_queue: z
      .union([z.literal('unlimited'), integer({ min: 0 })], { error: 'expected a whole number, or unlimited' })
      .default(100),
    edges: oneOf('all', 'one').default('all'),
    legacy: boolean.default(false),
  }),
  multilateral: z.strictObject({
    type: z.literal('multilateral'),
    on_shortfall: oneOf('carry', 'drop', 'exclude', 'unwind').default('carry'),
  }),
  partial_netting: z.strictObject({
    type: z.literal('partial_netting'),
    drop: oneOf('last', 'best_fit').default('last'),
    refill: oneOf('none', 'single', 'chain').default('none'),
    ...refill,
    refill_order: refill.refill_order.default('queue'),
  }),
  search: z.strictObject({
    type: z.literal('search'),
    max_starts: integer({ min: 1, max: 1_000_000 }).default(500),
    ...refill,
    refill_order: refill.refill_order.default('value'),
  }),
  local_search: z.strictObject({
    type: z.literal('local_search'),
    max_steps: integer({ min: 1, max: 1_000_000_000 }).default(20_000),
  }),
  receipt_reactive: z.strictObject({
    type: z.literal('receipt_reactive'),
    window: z.union([z.literal('day'), integer({ min: 1 })], { error: 'expected day, or a number of ticks' }).default('day'),
  }),
  optimal: z.strictObject({
    type: z.literal('optimal'),
    objective: oneOf('value', 'number').default('value'),
    node_limit: integer({ min: 1, max: 1_000_000_000 }).default(200_000),
  }),
  custom: z.strictObject({
    type: z.literal('custom'),
    module: text,
    name: text.nullable().default(null),
    export: text.default('default'),
    options: z.unknown().transform(plainJson).default(null),
    on_error: oneOf('fail', 'skip').default('fail'),
    /** SHA-256 of the module, written in by whoever loads it: other code is another scenario. */
    content_hash: text.nullable().default(null),
  }),
} as const;

const TYPES = Object.keys(ALGORITHM_SCHEMAS) as [keyof typeof ALGORITHM_SCHEMAS];

const algorithmByType = z.discriminatedUnion(
  'type',
  Object.values(ALGORITHM_SCHEMAS) as unknown as [typeof ALGORITHM_SCHEMAS.retry],
);

/** An algorithm with its parameters, or its name alone. */
const algorithm = z.union(
  [
    z
      .enum(TYPES)
      .transform((type) => ({ type }))
      .pipe(algorithmByType as never),
    algorithmByType,
  ],
  {
    error: ({ input }) => {
      const suggestion = typeof input === 'string' ? nearest(input, TYPES) : undefined;
      const hint = suggestion === undefined ? `algorithms are ${TYPES.join(', ')}` : `did you mean '${suggestion}'?`;
      return `unknown algorithm ${show(input)} (${hint})`;
    },
  },
) as unknown as typeof algorithmByType;

const EVERY_TICK_OR_MORE = 'expected every_tick, end_of_day, or a mapping with one of every, ticks, times_per_day';

const when = z.union(
  [
    oneOf('every_tick', 'end_of_day'),
    z
      .strictObject({
        every: integer({ min: 1 }).optional(),
        offset: integer({ min: 0 }).optional(),
        ticks: z.array(integer({ min: 0 })).optional(),
        times_per_day: integer({ min: 1 }).optional(),
      })
      .refine(({ every, ticks, times_per_day }) => [every, ticks, times_per_day].filter((x) => x !== undefined).length === 1, {
        error: EVERY_TICK_OR_MORE,
      })
      .refine(({ every, offset }) => offset === undefined || every !== undefined, { path: ['offset'], error: 'goes with every' })
      .refine(({ every = Infinity, offset = 0 }) => every < 1 || offset < every, {
        path: ['offset'],
        error: 'must be less than every',
      })
      .transform(({ every, offset = 0, ticks, times_per_day }) => {
        if (every !== undefined) return { every, offset };
        return ticks === undefined ? { times_per_day: times_per_day! } : { ticks };
      }),
  ],
  { error: EVERY_TICK_OR_MORE },
);

const run = z.strictObject({
  name: text.refine((name) => /^[a-z0-9_-]{1,32}$/.test(name), { error: 'must be 1 to 32 of a-z, 0-9, _ and -' }).optional(),
  when: when.default('every_tick'),
  classes: z
    .union([z.literal('all').transform(() => [...CLASSES]), z.array(className).min(1, { error: 'must name a class' })], {
      error: 'expected all, or a list of classes',
    })
    .default([...CLASSES]),
  repeat: untilStable(1),
  retry_after: boolean.default(true),
  algorithms: z.array(algorithm).min(1, { error: 'must have at least one algorithm' }),
});

const reservation = z
  .strictObject({
    agents: z.union([z.literal('all'), ids], { error: 'expected all, or a list of banks' }).default('all'),
    class: oneOf('highly_urgent', 'urgent'),
    amount: integer({ min: 0 }).optional(),
    fraction: float({ min: 0, max: 1 }).optional(),
    mode: oneOf('floor', 'consumed').default('floor'),
  })
  .refine(({ amount, fraction }) => (amount === undefined) !== (fraction === undefined), {
    error: 'needs exactly one of amount and fraction',
  });

export const settlementSchema = z.strictObject({
  preset: text.optional(),
  entry: z
    .strictObject({ gross: byClass('true or false', boolean).optional(), offset: oneOf(...OFFSETS_AT_ENTRY).optional() })
    .optional(),
  queue: z
    .strictObject({
      priority: oneOf(...CLASS_SOURCES).optional(),
      urgent_receivers: ids.optional(),
      discipline: byClass(DISCIPLINES.join(', '), oneOf(...DISCIPLINES)).optional(),
    })
    .optional(),
  limits: oneOf('gross', 'net').optional(),
  reservations: z.array(reservation).optional(),
  runs: z.array(run).optional(),
  report: oneOf('changes', 'all').optional(),
});

/** The block as it is written, checked key by key. */
export type SettlementBlock = Omit<z.infer<typeof settlementSchema>, 'runs' | 'reservations'> & {
  runs?: (Omit<SettlementConfig['runs'][number], 'name'> & { name?: string | undefined })[] | undefined;
  reservations?: SettlementConfig['reservations'] | undefined;
};
