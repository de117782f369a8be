import { z } from 'zod';
import { amountDistribution, priority, priorityDistribution, shares, sum } from './amounts-schema.js';
import { boolean, float, identifier, integer, text } from './scalars.js';
import { valuesOf, variant } from './written.js';

/** Banks, their policies, and the payments that are generated for them (spec 07 §3, §4). */

export const POLICY_VARIANTS = {
  Fifo: variant('Fifo', 'Releases every payment at once.', {}),
  Deadline: variant('Deadline', 'Releases payments whose deadline is near, and drops them at the deadline.', {
    urgency_threshold: integer({ min: 1 }).describe('A payment is released when its deadline is at most this many ticks away.'),
  }),
  LiquidityAware: variant('LiquidityAware', 'Keeps a reserve unless a payment is urgent, and drops payments at the deadline.', {
    target_buffer: integer({ min: 0 }).describe('Reserve that only urgent payments may use, in cents.'),
    urgency_threshold: integer({ min: 1 }).describe('A payment is urgent when its deadline is at most this many ticks away.'),
  }),
  LiquiditySplitting: variant(
    'LiquiditySplitting',
    'Splits payments that the balance does not cover, and drops them at the deadline.',
    {
      max_splits: integer({ min: 2, max: 10 }).describe(
        'Parts of a payment whose deadline is at most 5 ticks away; others have two.',
      ),
      min_split_amount: integer({ min: 1 }).describe('Smallest part, in cents; has no effect.'),
    },
  ),
  MockSplitting: variant('MockSplitting', 'Splits every payment; for tests.', {
    num_splits: integer({ min: 2, max: 10 }).describe('Number of parts.'),
  }),
  FromJson: variant('FromJson', 'A policy document in a file of its own.', {
    json_path: text.describe(
      'Path of the policy file, from the folder of the scenario, the working directory or the policy library.',
    ),
  }),
  Inline: variant('Inline', 'A policy document, written here.', {
    decision_trees: z
      .record(z.string(), z.unknown())
      .describe('The whole policy document, with its version, policy_id, parameters and trees.'),
  }),
  InlineJson: variant('InlineJson', 'A policy document as text.', {
    json_string: text.describe('The policy document as JSON text.'),
  }),
};

const policy = z
  .discriminatedUnion('type', valuesOf(POLICY_VARIANTS))
  .meta({ id: 'AgentPolicyDocument', description: 'By what a bank decides: a built-in policy, or a policy document.' });

const rate_per_tick = float({ min: 0 }).describe(
  'Payments that arrive in a tick, on average; their number is Poisson distributed.',
);
const profile = shares
  .optional()
  .describe('Course of the rate over the day: weights of equally long parts of it, with the rate as their mean.');
const weights = z.record(z.string(), float());
const divisible = boolean.default(false).describe('Has no effect; files of earlier versions contain it.');

const arrivalConfig = z
  .strictObject({
    rate_per_tick,
    profile,
    amount_distribution: amountDistribution.describe('How amounts are drawn, in cents.'),
    counterparty_weights: weights
      .refine((map) => Object.keys(map).length > 0, { error: 'must not be empty', abort: true })
      .refine((map) => sum(Object.values(map)) > 0, { error: 'must add up to more than 0' })
      .describe('How likely each bank is as receiver, relative to the others; a bank that is not named has weight 1.'),
    deadline_range: z
      .tuple([integer({ min: 1 }), integer()], { error: 'expected a list of two whole numbers [min, max]' })
      .refine(([min, max]) => max >= min, { error: 'max must be at least min' })
      .describe('Shortest and longest time to the deadline, in ticks after arrival.'),
    priority: priority.default(5).describe('Priority of every payment, 0 to 10, 10 the most urgent.'),
    priority_distribution: priorityDistribution.nullish().describe('How priorities are drawn, in place of priority.'),
    divisible,
  })
  .meta({ id: 'ArrivalConfigDocument', description: 'Payments that are generated for a bank to send.' });

const arrivalBand = z
  .strictObject({
    rate_per_tick,
    profile,
    amount_distribution: amountDistribution.describe('How amounts are drawn, in cents.'),
    deadline_offset_min: integer({ min: 1 }).describe('Shortest time to the deadline, in ticks after arrival.'),
    deadline_offset_max: integer({ min: 1 }).describe(
      'Longest time to the deadline, in ticks after arrival; at least deadline_offset_min.',
    ),
    counterparty_weights: weights
      .default({})
      .describe('How likely each bank is as receiver, relative to the others; a bank that is not named has weight 1.'),
    divisible,
  })
  .refine((band) => band.deadline_offset_max >= band.deadline_offset_min, {
    path: ['deadline_offset_max'],
    error: 'must be at least deadline_offset_min',
  })
  .meta({ id: 'ArrivalBandDocument', description: 'Payments of one urgency that are generated for a bank to send.' });

const arrivalBands = z
  .strictObject({
    urgent: arrivalBand.nullish().describe('Payments with priorities 8 to 10.'),
    normal: arrivalBand.nullish().describe('Payments with priorities 4 to 7.'),
    low: arrivalBand.nullish().describe('Payments with priorities 0 to 3.'),
  })
  .refine((bands) => bands.urgent || bands.normal || bands.low, { error: 'at least one of urgent, normal, low is needed' });

const cents = integer({ min: 0 });

const limits = z.strictObject({
  bilateral_limits: z
    .record(z.string(), integer())
    .nullish()
    .describe('Most that may be paid to a bank in a day, in cents, by its id; 0 or less blocks all payments to it.'),
  multilateral_limit: integer().nullish().describe('Most that may be paid to all banks together in a day, in cents.'),
});

export const agentSchema = z
  .strictObject({
    id: identifier.describe('Name of the bank; no two have the same.'),
    opening_balance: integer().describe('Balance at the beginning, in cents; may be negative.'),
    unsecured_cap: cents.default(0).describe('How far the balance may go below 0 without collateral, in cents.'),
    policy: policy.default({ type: 'Fifo' }).describe('By what the bank decides when to pay.'),
    arrival_config: arrivalConfig
      .nullish()
      .describe('Payments that are generated for the bank to send; not together with arrival_bands.'),
    arrival_bands: arrivalBands
      .nullish()
      .describe('Payments that are generated for the bank to send, by urgency; not together with arrival_config.'),
    max_collateral_capacity: cents
      .nullish()
      .describe('Most collateral that the bank can post, in cents; ten times unsecured_cap unless given.'),
    liquidity_pool: cents.nullish().describe('Money outside the system that the bank can bring in for a day, in cents.'),
    liquidity_allocation_fraction: float({ min: 0, max: 1 })
      .nullish()
      .describe('Share of liquidity_pool that is brought in, 0 to 1; 1 unless this or the policy document says otherwise.'),
    posted_collateral: cents.nullish().describe('Collateral that is posted at the beginning, in cents; 0 unless given.'),
    collateral_haircut: float({ min: 0, max: 1 })
      .nullish()
      .describe('Share of the value of collateral that gives no credit, 0 to 1; 0.02 unless given.'),
    limits: limits.nullish().describe('What the bank pays to others in a day at the most.'),
  })
  .refine((a) => !(a.arrival_config && a.arrival_bands), {
    path: ['arrival_bands'],
    error: 'arrival_config and arrival_bands are mutually exclusive - specify only one',
  })
  .meta({ id: 'AgentDocument', description: 'A bank.' });
