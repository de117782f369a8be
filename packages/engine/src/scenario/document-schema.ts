import { clockSchema } from '@simcash/payments/schema';
import { GENERATORS, type GeneratorName } from '@simcash/random';
import { z } from 'zod';
import { agentSchema } from './agents-schema.js';
import { costToggles, policyToggles } from './categories-schema.js';
import { costRatesSchema } from './costs-schema.js';
import { scenarioEvent } from './events-schema.js';
import { guidelinesSchema } from './guidelines.js';
import { paymentsSchema } from './payments-schema.js';
import { boolean, float, integer, seed, text } from './scalars.js';
import { settlementSchema } from './settlement/schema.js';
import { accountsSchema, limitsSchema } from './tables-schema.js';
import { writtenAs } from './written.js';

/** The scenario document that users write (spec 07 §2–§7): the one definition of its keys, types, defaults, rules and meanings. */

const escalationSchema = z.strictObject({
  enabled: boolean.default(false).describe('Whether the priority of a payment rises as its deadline comes nearer.'),
  curve: text.default('linear').describe('How it rises: linearly, whatever is given.'),
  start_escalating_at_ticks: integer({ min: 0 }).default(20).describe('Ticks to the deadline from which on it rises.'),
  max_boost: integer({ min: 0, max: 255 }).default(3).describe('By how much it has risen at the deadline.'),
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

const queue1OrderingSchema = writtenAs(
  text.refine((name) => Object.hasOwn(QUEUE1_ORDERINGS, name), {
    error: ({ input }) => `Invalid queue1_ordering: '${String(input)}'. Must be 'fifo' or 'priority_deadline'`,
  }),
  { form: z.enum(Object.keys(QUEUE1_ORDERINGS)) },
);

/** The key `end_of_day` (spec 13 §11). */
export const endOfDaySchema = z.strictObject({
  unsettled: z
    .enum(['carry', 'cancel'])
    .default('carry')
    .describe('What becomes of payments that wait at the end of a day: they wait on (carry) or are given up (cancel).'),
});

const simulation = z.strictObject({
  ticks_per_day: integer({ min: 1 }).describe('Ticks of a day; may be left out with a clock: as many as the longest day has.'),
  num_days: integer({ min: 1 }).describe('Days of the run.'),
  rng_seed: seed.describe('Seed of the random numbers, a whole number below 2^64; the same seed gives the same run.'),
  rng: z
    .enum(Object.keys(GENERATORS) as GeneratorName[])
    .optional()
    .describe('The generator of random numbers: xorshift64star unless given.'),
});

const lsm = z.strictObject({
  enable_bilateral: boolean.default(true).describe('Whether payments between two banks are set off against each other.'),
  enable_cycles: boolean.default(true).describe('Whether payments in rings of banks settle together.'),
  max_cycle_length: integer({ min: 3, max: 10 }).default(4).describe('Most banks of a ring.'),
  max_cycles_per_tick: integer({ min: 1, max: 100 }).default(10).describe('Most rings that are tried in a tick.'),
});

export const scenarioSchema = z.strictObject({
  simulation: writtenAs(simulation, { mayLack: ['ticks_per_day'] }).describe('How long the run is, and its seed.'),
  agents: z
    .array(agentSchema, { error: 'expected a list of agents' })
    .min(1, { error: 'at least one agent is needed' })
    .describe('The banks; their order is that in which receivers are drawn.'),
  cost_rates: costRatesSchema.prefault({}).describe('What is charged to banks.'),
  lsm_config: lsm.prefault({}).describe('How payments in the central queue settle together; not with settlement.'),
  scenario_events: z.array(scenarioEvent).nullish().describe('What happens at ticks that are known beforehand.'),
  policy_feature_toggles: policyToggles.nullish().describe('Categories of elements that policies may use; all unless given.'),
  cost_feature_toggles: costToggles
    .nullish()
    .describe('Categories of cost rates that simcash schema costs shows; no effect on runs.'),
  deferred_crediting: boolean.default(false).describe('Whether a bank can pay with what it receives only from the next tick on.'),
  deadline_cap_at_eod: boolean.default(false).describe('Whether deadlines lie at the end of the day of arrival at the latest.'),
  queue1_ordering: queue1OrderingSchema
    .default('fifo')
    .describe('Order of the queue of each bank: by arrival (fifo), or by priority, then deadline (priority_deadline).'),
  priority_mode: boolean
    .default(false)
    .describe('Whether the central queue takes more urgent payments first; not with settlement.'),
  priority_escalation: escalationSchema.prefault({}).describe('How priorities rise as deadlines come nearer.'),
  algorithm_sequencing: boolean
    .default(false)
    .describe('Whether the log tells which algorithms ran in a tick; not with settlement.'),
  entry_disposition_offsetting: boolean
    .default(false)
    .describe('Whether a payment that cannot settle is first set off against one in the central queue; not with settlement.'),
  eod_rush_threshold: float()
    .default(0.8)
    .describe('Share of the day, 0 to 1, from which on the field is_eod_rush of policies is 1.'),
  daily_liquidity_reallocation: boolean
    .default(true)
    .describe('Whether money from the pool goes back at the end of a day and is brought in anew on the next.'),
  settlement: settlementSchema.optional().describe('How the central system settles; what the older keys say unless given.'),
  clock: clockSchema.optional().describe('Time zone, business days and opening hours; without it every tick is open.'),
  payments: paymentsSchema.optional().describe('Payments that are read from files, tables and stored runs: a source, or a list.'),
  accounts: accountsSchema.optional().describe('Balances, credit and collateral by bank and day, from a file.'),
  limits: limitsSchema.optional().describe('Limits by bank and day, from a file.'),
  end_of_day: endOfDaySchema.optional().describe('What happens at the end of a day.'),
  random_streams: z
    .enum(['shared', 'per_bank'])
    .optional()
    .describe(
      'Whether all banks draw from one generator of random numbers (shared, unless given) or each from its own (per_bank).',
    ),
  throughput_guidelines: guidelinesSchema
    .nullish()
    .describe('Shares of the value of a day that banks ought to have sent by some time; no effect on the run.'),
});

/** A valid scenario document with all defaults. */
export type ResolvedDocument = z.output<typeof scenarioSchema>;
export type ResolvedAgent = ResolvedDocument['agents'][number];
