/**
 * The keys of stress events beside `schedule` (spec 15 §1), in a document and in a configuration alike.
 *
 * @module
 */

import { z } from 'zod';
import { float, identifier, integer } from './scalars.js';
import { variant, writtenAs } from './written.js';

/** A tick as a person writes it: with a clock also as a time, `10:30` or `10:30@2` (spec 13 §2.6). */
export const TIME_OR_TICK = z
  .union([integer({ min: 0 }), z.string().describe('A time of the clock: 10:30, or 10:30@2 on day 2.')])
  .meta({ id: 'TickOrTime', description: 'A tick of the run, from 0, or with a clock a time: 10:30, or 10:30@2 on day 2.' });

const end = {
  until_tick: writtenAs(integer({ min: 1 }), { form: TIME_OR_TICK })
    .nullish()
    .describe('First tick, or with a clock time, at which it is over; the end of the run unless this or ticks is given.'),
  ticks: integer({ min: 1 }).nullish().describe('How long it lasts, in ticks, in place of until_tick.'),
};
const agent = identifier.describe('Id of the bank.');
const cents = integer();

const reaction = z
  .strictObject({
    after_ticks: integer({ min: 0 }).nullish().describe('Ticks of the outage after which a bank withholds its payments.'),
    exposure: integer({ min: 1 })
      .nullish()
      .describe(
        'What a bank has paid to the stricken one beyond what it received, in cents, from which on it withholds payments.',
      ),
    banks: z
      .union([z.literal('all'), z.array(identifier)], { error: 'expected all, or a list of bank ids' })
      .default('all')
      .describe('Ids of the banks that react, or all.'),
    central_queue: z
      .enum(['keep', 'withdraw'])
      .default('keep')
      .describe('Whether payments that wait in the central queue stay there (keep) or are taken back (withdraw).'),
  })
  .refine(({ after_ticks, exposure }) => (after_ticks ?? exposure ?? null) !== null, {
    error: 'at least one of after_ticks, exposure is needed',
  });

const STRESS_KEYS = {
  ParticipantOutage: {
    agent,
    ...end,
    incoming: z
      .enum(['accept', 'block'])
      .default('accept')
      .describe('Whether payments to the bank settle during the outage (accept) or wait (block).'),
    central_queue: z
      .enum(['process', 'freeze'])
      .default('process')
      .describe('Whether payments of the bank that wait in the central queue settle (process) or not (freeze).'),
    reaction: reaction.nullish().describe('How other banks react; not at all unless given.'),
  },
  SystemOutage: end,
  LiquidityShock: {
    agent,
    balance_delta: cents.nullish().describe('What is added to the balance, in cents; may be negative.'),
    balance_factor: float({ min: 0, max: 1 })
      .nullish()
      .describe('Share of a positive balance that is left, 0 to 1, in place of balance_delta.'),
    unsecured_cap_delta: cents.nullish().describe('What is added to unsecured_cap, in cents; may be negative.'),
    posted_collateral_delta: cents.nullish().describe('What is added to posted collateral, in cents; may be negative.'),
    collateral_haircut: float({ min: 0, max: 1 })
      .nullish()
      .describe('Share of the value of collateral that gives no credit from now on, 0 to 1.'),
    ...end,
  },
  PaymentDelay: {
    agent: identifier.describe('Id of the bank whose payments are late, or all.'),
    delay_ticks: integer({ min: 1 }).describe('Ticks after arrival in which a payment cannot be released.'),
    ...end,
    receiver: identifier.nullish().describe('Only payments to the bank with this id.'),
    min_amount: integer({ min: 0 }).nullish().describe('Only payments of at least this amount, in cents.'),
    payment_type: z.string().nullish().describe('Only payments that a list gives this payment_type.'),
  },
} as const;

const ABOUT = {
  ParticipantOutage: 'A bank can send nothing for a while.',
  SystemOutage: 'Nothing is sent and nothing settles for a while.',
  LiquidityShock: 'A bank loses money, credit or collateral, for a while if an end is given.',
  PaymentDelay: 'Payments that arrive in a while can be released only later.',
} as const;

type StressKeys = typeof STRESS_KEYS;

/** The four stress events as variants of a union by `type`, each with the keys of its schedule. */
export function stressVariants<S extends z.ZodRawShape>(
  schedule: S,
): { [T in keyof StressKeys]: z.ZodObject<{ type: z.ZodLiteral<T> } & StressKeys[T] & S, z.core.$strict> } {
  return Object.fromEntries(
    Object.entries(STRESS_KEYS).map(([type, keys]) => [
      type,
      variant(type, ABOUT[type as keyof typeof ABOUT], { ...keys, ...schedule }),
    ]),
  ) as never;
}
