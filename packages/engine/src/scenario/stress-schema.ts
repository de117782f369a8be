import { z } from 'zod';
import { float, identifier, integer } from './scalars.js';

/** The keys of stress events beside `schedule` (spec 15 §1), in a document and in a configuration alike. */

const end = { until_tick: integer({ min: 1 }).nullish(), ticks: integer({ min: 1 }).nullish() };
const cents = integer();

const reaction = z
  .strictObject({
    after_ticks: integer({ min: 0 }).nullish(),
    exposure: integer({ min: 1 }).nullish(),
    banks: z.union([z.literal('all'), z.array(identifier)], { error: 'expected all, or a list of bank ids' }).default('all'),
    central_queue: z.enum(['keep', 'withdraw']).default('keep'),
  })
  .refine(({ after_ticks, exposure }) => (after_ticks ?? exposure ?? null) !== null, {
    error: 'at least one of after_ticks, exposure is needed',
  });

const STRESS_KEYS = {
  ParticipantOutage: {
    agent: identifier,
    ...end,
    incoming: z.enum(['accept', 'block']).default('accept'),
    central_queue: z.enum(['process', 'freeze']).default('process'),
    reaction: reaction.nullish(),
  },
  SystemOutage: end,
  LiquidityShock: {
    agent: identifier,
    balance_delta: cents.nullish(),
    balance_factor: float({ min: 0, max: 1 }).nullish(),
    unsecured_cap_delta: cents.nullish(),
    posted_collateral_delta: cents.nullish(),
    collateral_haircut: float({ min: 0, max: 1 }).nullish(),
    ...end,
  },
  PaymentDelay: {
    agent: identifier,
    delay_ticks: integer({ min: 1 }),
    ...end,
    receiver: identifier.nullish(),
    min_amount: integer({ min: 0 }).nullish(),
    payment_type: z.string().nullish(),
  },
} as const;

type StressKeys = typeof STRESS_KEYS;

/** The four stress events as variants of a union by `type`, each with the keys of its schedule. */
export function stressVariants<S extends z.ZodRawShape>(
  schedule: S,
): { [T in keyof StressKeys]: z.ZodObject<{ type: z.ZodLiteral<T> } & StressKeys[T] & S, z.core.$strict> } {
  return Object.fromEntries(
    Object.entries(STRESS_KEYS).map(([type, keys]) => [type, z.strictObject({ type: z.literal(type), ...keys, ...schedule })]),
  ) as never;
}
