import { z } from 'zod';
import { float, integer } from './scalars.js';
import { writtenAs } from './written.js';

/** What is charged, and how much (spec 07 §5). */

const fixed = z
  .strictObject({
    mode: z.literal('fixed').describe('Says that the penalty is an amount.'),
    amount: integer().describe('The penalty, in cents.'),
    bps_per_event: z.unknown().optional().describe('Belongs to mode rate; ignored.'),
  })
  .describe('The same amount for every payment.');

const byValue = z
  .strictObject({
    mode: z.literal('rate').describe('Says that the penalty depends on the value of the payment.'),
    bps_per_event: float({ min: 0 }).describe('The penalty, in basis points of the value of the payment.'),
    amount: z.unknown().optional().describe('Belongs to mode fixed; ignored.'),
  })
  .describe('A part of the value of the payment.');

/** A penalty; a bare whole number has become `{mode: fixed, amount}` before this schema sees it. */
const penalty = writtenAs(
  z.discriminatedUnion('mode', [fixed, byValue], {
    error: (issue) =>
      (issue.code as string) === 'invalid_type'
        ? 'expected a whole number of cents, {mode: fixed, amount} or {mode: rate, bps_per_event}'
        : undefined,
  }),
  { form: z.union([integer().describe('The penalty, in cents.'), fixed, byValue]) },
).meta({ id: 'PenaltyDocument', description: 'A penalty: cents, or basis points of the value of the payment.' });

const rate = (fallback: number): z.ZodDefault<z.ZodType<number>> => float({ min: 0 }).default(fallback);

export const costRatesSchema = z
  .strictObject({
    overdraft_bps_per_tick: rate(0.001).describe('Charge for a negative balance, in basis points of the overdraft a tick.'),
    delay_cost_per_tick_per_cent: rate(0.0001).describe(
      'Charge for payments that wait, in the queue of their bank or in the central one, in cents a tick for every cent of their value.',
    ),
    collateral_cost_per_tick_bps: rate(0.0002).describe('Charge for posted collateral, in basis points of its value a tick.'),
    liquidity_cost_per_tick_bps: rate(0).describe(
      'Charge for liquidity brought in from the pool, in basis points of its amount a tick.',
    ),
    eod_penalty: penalty
      .optional()
      .describe(
        'Penalty for every payment that is overdue and waits at the end of a day, on each day again; 10000 cents unless given.',
      ),
    eod_penalty_per_transaction: penalty.optional().describe('Another name of eod_penalty; it counts if both are given.'),
    deadline_penalty: penalty
      .optional()
      .describe('Penalty for a payment, once, when it becomes overdue; 50000 cents unless given.'),
    split_friction_cost: integer({ min: 0 })
      .default(1000)
      .describe('Charge for splitting a payment, in cents for every part but the first.'),
    overdue_delay_multiplier: rate(5).describe('Factor of the charge for delay of payments that are overdue.'),
    priority_delay_multipliers: z
      .strictObject({
        urgent_multiplier: rate(1).describe('Factor for payments with priorities 8 to 10.'),
        normal_multiplier: rate(1).describe('Factor for payments with priorities 4 to 7.'),
        low_multiplier: rate(1).describe('Factor for payments with priorities 0 to 3.'),
      })
      .nullish()
      .describe('Factors of the charge for delay, by priority; none unless given.'),
  })
  .meta({ id: 'CostRatesDocument', description: 'What is charged to banks.' });
