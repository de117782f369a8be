import { minutesOf } from '@simcash/payments/schema';
import { z } from 'zod';
import type { ScenarioIssue } from './issues.js';
import { float, integer } from './scalars.js';

/** A share of a day's value that a bank ought to have sent by some time of the day (spec 14 §8). It has no effect on the simulation. */
export interface ThroughputGuideline {
  /** `HH:MM` on the business date, or without a clock a tick of the day. */
  readonly by: string | number;
  /** Above 0, at most 1. */
  readonly share: number;
}

const time = z
  .string()
  .refine((text) => minutesOf(text) !== null, { error: 'expected a time of day, as "12:00", or a tick' })
  .describe('A time of the business day: "12:00".');

/** The key `throughput_guidelines` of a scenario. */
export const guidelinesSchema = z.array(
  z.strictObject({
    by: z.union([time, integer({ min: 0 })]).describe('Time of the business day; without a clock a tick of the day, from 0.'),
    share: float({ above: 0, max: 1 }).describe('Share of the value of the day that ought to have been sent by then, up to 1.'),
  }),
);

/** Times need a clock, ticks a day that has them. */
export function guidelineIssues(
  guidelines: readonly ThroughputGuideline[],
  hasClock: boolean,
  ticksPerDay: number,
): ScenarioIssue[] {
  return guidelines.flatMap(({ by }, i) => {
    const path = ['throughput_guidelines', i, 'by'];
    if (typeof by === 'string')
      return hasClock ? [] : [{ path, message: `${by} is a time of day, and the scenario has no clock: give a tick of the day` }];
    return by < ticksPerDay ? [] : [{ path, message: `a day has ${ticksPerDay} ticks, from 0` }];
  });
}
