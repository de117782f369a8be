import { SimcashError } from '@simcash/protocol';
import { judgeGuidelines, type Guideline, type GuidelineRow } from '@simcash/indicators';
import { Calendar, lastTickBy, minutesOf } from '@simcash/payments/schema';
import { sentByTicks, type SimCashDatabase } from '@simcash/persistence';
import type { StoredRun } from './stored-run.js';

/** A guideline that the days of a run cannot follow. */
export class GuidelineError extends SimcashError {
  override name = 'GuidelineError';
  override readonly code = 'invalid_guideline';
}

/** The guidelines that the scenario of a stored run had. */
export const guidelinesOf = ({ simulation: { throughput_guidelines: text } }: StoredRun): Guideline[] =>
  text === null ? [] : (JSON.parse(text) as Guideline[]);

/**
 * How far the banks of a stored run kept to guidelines (spec 14 §8).
 *
 * @param of whether shares are of what a bank sent on a day, or of what was due
 * @throws GuidelineError for a time without a clock, and a tick that no day has
 */
export async function throughputAgainst(
  database: SimCashDatabase,
  run: StoredRun,
  guidelines: readonly Guideline[],
  of: 'settled' | 'due' = 'settled',
): Promise<GuidelineRow[]> {
  if (guidelines.length === 0) return [];
  const { simulation } = run;
  const { clock, num_days, ticks_per_day } = run.scenario.config;
  const calendar = clock === undefined ? null : new Calendar(clock, num_days, ticks_per_day);
  const ticks = guidelines.map(({ by }) => {
    if (typeof by === 'number') {
      if (by >= ticks_per_day) throw new GuidelineError(`${by} is no tick of a day: a day has ${ticks_per_day}, from 0`);
      return Array.from({ length: num_days }, () => by);
    }
    const minutes = minutesOf(by);
    if (minutes === null) throw new GuidelineError(`${by} is neither a time of day, as 12:00, nor a tick`);
    if (calendar === null)
      throw new GuidelineError(`${simulation.simulation_id} has no clock, and ${by} is a time of day: give a tick of the day`);
    return calendar.days.map((day) => lastTickBy(calendar, day, minutes));
  });
  const sent = await sentByTicks(database, simulation.simulation_id, ticks, of);
  return judgeGuidelines(guidelines, simulation.agent_ids, sent);
}
