/**
 * What happens to banks and payments at ticks that the scenario names (spec 07 §6; stress events 15 §1).
 *
 * @module
 */

import { z } from 'zod';
import { priority } from './amounts-schema.js';
import { boolean, float, integer, text } from './scalars.js';
import { stressVariants, TIME_OR_TICK } from './stress-schema.js';
import { valuesOf, variant, writtenAs } from './written.js';

/** A tick; a time of the clock has become one before the schema sees it (spec 13 §2.6). */
const tick = writtenAs(integer({ min: 0 }), { form: TIME_OR_TICK });

export const SCHEDULE_VARIANTS = {
  OneTime: variant('OneTime', 'Once.', { tick: tick.describe('Tick of the run, from 0, or with a clock a time.') }),
  Repeating: variant('Repeating', 'Again and again.', {
    start_tick: tick.describe('First tick, from 0, or with a clock a time.'),
    interval: integer({ min: 1 }).describe('Ticks from one time to the next.'),
  }),
};

const schedule = z
  .discriminatedUnion('type', valuesOf(SCHEDULE_VARIANTS))
  .meta({ id: 'ScheduleDocument', description: 'When an event happens.' });
const scheduled = { schedule: schedule.describe('When the event happens.') };

const cents = integer({ min: 1 });
const from_agent = text.describe('Id of the bank that pays.');
const to_agent = text.describe('Id of the bank that is paid.');
const factor = float({ above: 0 });

export const EVENT_VARIANTS = {
  DirectTransfer: variant('DirectTransfer', 'Moves money from one bank to another, past queues and limits.', {
    ...scheduled,
    from_agent,
    to_agent,
    amount: cents.describe('Amount, in cents.'),
  }),
  CustomTransactionArrival: variant('CustomTransactionArrival', 'A payment arrives at a bank, for it to send.', {
    ...scheduled,
    from_agent,
    to_agent,
    amount: cents.describe('Amount, in cents.'),
    priority: priority.nullish().describe('Priority, 0 to 10, 10 the most urgent; 5 unless given.'),
    deadline: integer({ min: 1 })
      .nullish()
      .describe('Time to the deadline, in ticks after arrival; a tenth of a day unless given, but at least 5 ticks.'),
    is_divisible: boolean.nullish().describe('Stands in the event of the arrival; has no other effect.'),
  }),
  CollateralAdjustment: variant('CollateralAdjustment', 'Changes the unsecured credit of a bank, whatever its name says.', {
    ...scheduled,
    agent: text.describe('Id of the bank.'),
    delta: integer().describe('What is added to its unsecured_cap, in cents; may be negative.'),
  }),
  GlobalArrivalRateChange: variant('GlobalArrivalRateChange', 'Changes how many payments are generated for all banks.', {
    ...scheduled,
    multiplier: factor.describe('Factor of the rates that the scenario gives.'),
  }),
  AgentArrivalRateChange: variant('AgentArrivalRateChange', 'Changes how many payments are generated for one bank.', {
    ...scheduled,
    agent: text.describe('Id of the bank.'),
    multiplier: factor.describe('Factor of the rate that is in force.'),
  }),
  CounterpartyWeightChange: variant('CounterpartyWeightChange', 'Changes how likely a bank is as receiver of another.', {
    ...scheduled,
    agent: text.describe('Id of the bank that pays.'),
    counterparty: text.describe('Id of the bank that is paid.'),
    new_weight: float({ min: 0, max: 1 }).describe('Weight from now on, 0 to 1.'),
    auto_balance_others: boolean.nullish().describe('Stands in the log; has no other effect.'),
  }),
  DeadlineWindowChange: variant('DeadlineWindowChange', 'Changes how far away the deadlines of all banks are.', {
    ...scheduled,
    min_ticks_multiplier: factor.nullish().describe('Factor of the shortest time to the deadline that is in force.'),
    max_ticks_multiplier: factor.nullish().describe('Factor of the longest time to the deadline that is in force.'),
  }),
  ScheduledSettlement: variant('ScheduledSettlement', 'A payment of the system itself: it settles at once, or not at all.', {
    ...scheduled,
    from_agent,
    to_agent,
    amount: cents.describe('Amount, in cents.'),
  }),
};

/** Stress events, whose type must be given. */
const STRESS_VARIANTS = stressVariants(scheduled);

/** As a person writes an event: with `from` and `until` for times of the clock. */
function writtenEvent(event: z.ZodObject, mayLack: readonly string[]): z.ZodObject {
  const from = TIME_OR_TICK.optional().describe('Tick or, with a clock, time at which the event happens, in place of schedule.');
  const until = TIME_OR_TICK.optional().describe('Another name of until_tick.');
  const form = event.safeExtend({ from, ...(Object.hasOwn(event.shape, 'until_tick') ? { until } : {}) });
  const keywords = { anyOf: [{ required: ['schedule'] }, { required: ['from'] }] };
  return writtenAs(form, { mayLack, keywords }).describe(event.description!);
}

const WRITTEN_EVENTS = [
  ...Object.values(EVENT_VARIANTS).map((event) => writtenEvent(event, ['type', 'schedule'])),
  ...Object.values(STRESS_VARIANTS).map((event) => writtenEvent(event, ['schedule'])),
] as [z.ZodObject];

export const scenarioEvent = writtenAs(
  z.discriminatedUnion('type', valuesOf({ ...EVENT_VARIANTS, ...STRESS_VARIANTS })).superRefine(checkEvent),
  { form: z.discriminatedUnion('type', WRITTEN_EVENTS) },
).meta({ id: 'ScenarioEventDocument', description: 'Something that happens at a tick; by type.' });

function checkEvent(
  event: { type: string; min_ticks_multiplier?: unknown; max_ticks_multiplier?: unknown },
  issues: z.RefinementCtx,
): void {
  if (event.type !== 'DeadlineWindowChange') return;
  if ((event.min_ticks_multiplier ?? event.max_ticks_multiplier ?? null) !== null) return;
  issues.addIssue({ code: 'custom', path: [], message: 'at least one of min_ticks_multiplier, max_ticks_multiplier is needed' });
}
