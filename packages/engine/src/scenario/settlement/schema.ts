import { z } from 'zod';
import { nearest } from '@simcash/protocol';
import { boolean, float, integer, plainJson, show, text } from '../scalars.js';
import { writtenAs } from '../written.js';
import { ALGORITHM_TEXTS } from './about.js';
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
import { PRESETS } from './presets.js';

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
      z.strictObject({
        highly_urgent: value.optional().describe('For payments of the most urgent class.'),
        urgent: value.optional().describe('For urgent payments.'),
        normal: value.optional().describe('For all other payments.'),
      }),
    ],
    { error: ({ input }) => `expected ${values}, or one of them by class, got ${show(input)}` },
  ) as never;

const className = oneOf(...CLASSES);
const ids = z.array(text, { error: 'expected a list of banks' });

const untilStable = (fallback: number): z.ZodType<number> =>
  integerOr('until_stable', UNTIL_STABLE, { min: 1, max: UNTIL_STABLE }).default(fallback);

const refill_order = oneOf(...REFILL_ORDERS);
const max_chain = integer({ min: 1, max: 100 }).default(8).describe('Most payments that are put back together, in a chain.');
const legacy = boolean.default(false).describe('Whether limits are judged as without a settlement block.');

type Type = keyof typeof ALGORITHM_TEXTS;
const algorithmOf = <T extends Type, S extends z.ZodRawShape>(
  type: T,
  keys: S,
): z.ZodObject<{ type: z.ZodLiteral<T> } & S, z.core.$strict> =>
  z.strictObject({ type: z.literal(type).describe(ALGORITHM_TEXTS[type]), ...keys }).describe(ALGORITHM_TEXTS[type]) as never;

/** A number of attempts, or as many as the length of the queue leaves time for. */
const attempts = ({ max }: { max: number }) =>
  z.union([z.literal('auto'), integer({ min: 1, max })], { error: 'expected auto, or a whole number' }).default('auto');

/** Algorithms with their parameters by type (spec 12 §6). */
export const ALGORITHM_SCHEMAS = {
  retry: algorithmOf('retry', { passes: untilStable(1).describe('Most scans of the queue, or until_stable.') }),
  bilateral: algorithmOf('bilateral', { legacy }),
  bilateral_subset: algorithmOf('bilateral_subset', {
    max_partners: integer({ min: 1, max: 1000 }).default(10).describe('Most opposite payments that one is set against.'),
    test_alone: boolean.default(false).describe('Whether each payment is first tried alone.'),
  }),
  bilateral_fifo: algorithmOf('bilateral_fifo', {
    heads: oneOf('bank', 'pair').default('bank').describe('Whose first payments meet: of banks, or of the directions of pairs.'),
  }),
  bilateral_partial: algorithmOf('bilateral_partial', {}),
  rings: algorithmOf('rings', {
    max_length: integer({ min: 3, max: 10 }).default(4).describe('Most banks of a ring.'),
    max_attempts: integer({ min: 1, max: 1_000_000 }).default(10).describe('Most rings that are tried.'),
    max_queue: z
      .union([z.literal('unlimited'), integer({ min: 0 })], { error: 'expected a whole number, or unlimited' })
      .default(100)
      .describe('Most queued payments with which rings of more than three banks are searched, or unlimited.'),
    edges: oneOf('all', 'one')
      .default('all')
      .describe('Whether triangles take all parallel payments, or rings one from each bank.'),
    legacy,
  }),
  multilateral: algorithmOf('multilateral', {
    on_shortfall: oneOf('carry', 'drop', 'exclude', 'unwind')
      .default('carry')
      .describe('What happens if a bank cannot pay: nothing settles, payments are dropped, banks are left out, or all go back.'),
  }),
  partial_netting: algorithmOf('partial_netting', {
    drop: oneOf('last', 'best_fit')
      .default('last')
      .describe('Which payments are taken out: the last in the queue, or what fits.'),
    refill: oneOf('none', 'single', 'chain').default('none').describe('Whether payments are put back, alone or in chains.'),
    refill_order: refill_order.default('queue').describe('In which order they are put back.'),
    max_chain,
  }),
  search: algorithmOf('search', {
    max_starts: attempts({ max: 1_000_000 }).describe('Most starts of the search; auto: 500, fewer in long queues.'),
    refill_order: refill_order.default('value').describe('In which order payments are put back.'),
    max_chain,
  }),
  local_search: algorithmOf('local_search', {
    max_steps: attempts({ max: 1_000_000_000 }).describe('Most changes that are tried; auto: 5,000, fewer in long queues.'),
  }),
  receipt_reactive: algorithmOf('receipt_reactive', {
    window: z
      .union([z.literal('day'), integer({ min: 1 })], { error: 'expected day, or a number of ticks' })
      .default('day')
      .describe('Over which ticks receipts count: a number of them, or the day.'),
  }),
  optimal: algorithmOf('optimal', {
    objective: oneOf('value', 'number').default('value').describe('What is made as large as possible: the value, or the number.'),
    node_limit: integer({ min: 1, max: 1_000_000_000 }).default(200_000).describe('Most nodes of the search tree.'),
  }),
  custom: algorithmOf('custom', {
    module: text.describe('Path or name of the module with the code.'),
    name: text.nullable().default(null).describe('What the log calls it; the name of the module unless given.'),
    export: text.default('default').describe('Which export of the module it is.'),
    options: z.unknown().transform(plainJson).default(null).describe('Handed to the code: any JSON.'),
    on_error: oneOf('fail', 'skip').default('fail').describe('Whether an error ends the run (fail) or is passed over (skip).'),
    content_hash: text
      .nullable()
      .default(null)
      .describe('SHA-256 of the module, written in by whoever loads it: other code is another scenario.'),
  }),
} as const;

const TYPES = Object.keys(ALGORITHM_SCHEMAS) as [keyof typeof ALGORITHM_SCHEMAS];

const algorithmByType = z.discriminatedUnion(
  'type',
  Object.values(ALGORITHM_SCHEMAS) as unknown as [typeof ALGORITHM_SCHEMAS.retry],
);

/** An algorithm with its parameters, or its name alone. */
const algorithm = z
  .union(
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
  )
  .meta({
    id: 'AlgorithmDocument',
    description: 'A settlement algorithm with its parameters, or its name alone.',
  }) as unknown as typeof algorithmByType;

const EVERY_TICK_OR_MORE = 'expected every_tick, end_of_day, or a mapping with one of every, ticks, times_per_day';

const when = z.union(
  [
    oneOf('every_tick', 'end_of_day'),
    z
      .strictObject({
        every: integer({ min: 1 }).optional().describe('Every so many ticks.'),
        offset: integer({ min: 0 }).optional().describe('Tick of the day at which every begins, from 0; 0 unless given.'),
        ticks: z
          .array(integer({ min: 0 }))
          .optional()
          .describe('At these ticks of the day, from 0.'),
        times_per_day: integer({ min: 1 }).optional().describe('So many times, evenly over the day.'),
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

const run = z
  .strictObject({
    name: text
      .refine((name) => /^[a-z0-9_-]{1,32}$/.test(name), { error: 'must be 1 to 32 of a-z, 0-9, _ and -' })
      .optional()
      .describe('What the log calls it, 1 to 32 of a-z, 0-9, _ and -; run1, run2, … unless given.'),
    when: when.default('every_tick').describe('At which ticks of the day it is due.'),
    classes: z
      .union([z.literal('all').transform(() => [...CLASSES]), z.array(className).min(1, { error: 'must name a class' })], {
        error: 'expected all, or a list of classes',
      })
      .default([...CLASSES])
      .describe('Which payments it looks at, by their classes.'),
    repeat: untilStable(1).describe(
      'How often the list is gone through at the most, or until_stable; ends when nothing settles.',
    ),
    retry_after: boolean
      .default(true)
      .describe('Whether single payments are tried after every algorithm that settled something.'),
    algorithms: z
      .array(algorithm)
      .min(1, { error: 'must have at least one algorithm' })
      .describe('What is tried, one after another: names, or mappings with parameters.'),
  })
  .meta({ id: 'SettlementRunDocument', description: 'Algorithms, and when they are due.' });

const reservation = z
  .strictObject({
    agents: z
      .union([z.literal('all'), ids], { error: 'expected all, or a list of banks' })
      .default('all')
      .describe('Ids of the banks that reserve money, or all.'),
    class: oneOf('highly_urgent', 'urgent').describe('The class that may use it, and more urgent ones.'),
    amount: integer({ min: 0 }).optional().describe('How much is reserved, in cents; this or fraction.'),
    fraction: float({ min: 0, max: 1 })
      .optional()
      .describe('Share of what a bank has available when the day begins, 0 to 1; this or amount.'),
    mode: oneOf('floor', 'consumed')
      .default('floor')
      .describe('Whether the reservation stays all day (floor) or is used up by payments (consumed).'),
  })
  .refine(({ amount, fraction }) => (amount === undefined) !== (fraction === undefined), {
    error: 'needs exactly one of amount and fraction',
  });

const preset = writtenAs(text, { form: z.enum(Object.keys(PRESETS)) });

export const settlementSchema = z
  .strictObject({
    preset: preset.optional().describe('A design by its name; the other keys then change it.'),
    entry: z
      .strictObject({
        gross: byClass('true or false', boolean)
          .optional()
          .describe('Whether a released payment may settle at once, on its own; for all classes or by class; true unless given.'),
        offset: oneOf(...OFFSETS_AT_ENTRY)
          .optional()
          .describe('What a payment that lacks only liquidity is set off against: nothing (none), unless given.'),
      })
      .optional()
      .describe('What happens to a payment when its bank releases it.'),
    queue: z
      .strictObject({
        priority: oneOf(...CLASS_SOURCES)
          .optional()
          .describe('What makes the class of a payment: nothing (none, unless given), its RTGS priority, or its internal one.'),
        urgent_receivers: ids.optional().describe('Ids of banks to which every payment is highly urgent.'),
        discipline: byClass(DISCIPLINES.join(', '), oneOf(...DISCIPLINES))
          .optional()
          .describe('Which payments may overtake others of their bank; for all classes or by class; bypass unless given.'),
      })
      .optional()
      .describe('The central queue.'),
    limits: oneOf('gross', 'net')
      .optional()
      .describe('Whether limits count what was paid (gross, unless given) or what was paid less what was received (net).'),
    reservations: z.array(reservation).optional().describe('Money that only urgent payments may use.'),
    runs: z.array(run).optional().describe('What settles payments of the queue, and when; required without preset.'),
    report: oneOf('changes', 'all')
      .optional()
      .describe('Which reports are logged: those that say something (changes, unless given), or all.'),
  })
  .meta({ id: 'SettlementDocument', description: 'How the central system settles.' });

/** The block as it is written, checked key by key. */
export type SettlementBlock = Omit<z.infer<typeof settlementSchema>, 'runs' | 'reservations'> & {
  runs?: (Omit<SettlementConfig['runs'][number], 'name'> & { name?: string | undefined })[] | undefined;
  reservations?: SettlementConfig['reservations'] | undefined;
};
