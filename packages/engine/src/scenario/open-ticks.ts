import { Calendar, CalendarError, clockSchema } from '@simcash/payments/schema';
import type { EngineConfig } from './config.js';
import { ScenarioError } from './issues.js';

/** Open ticks of each day of the run; null without a clock, when all are open (spec 13 §2.2). */
export function openTicks({ clock, num_days, ticks_per_day }: EngineConfig): readonly number[] | null {
  return clock === undefined ? null : new Calendar(clock, num_days, ticks_per_day).days.map((day) => day.openTicks);
}

/**
 * With a clock a scenario need not say how many ticks a day has: as many as its longest day. Answers the document with them; as it is
 * where the check that follows has something to say.
 *
 * @throws ScenarioError for days that cannot be
 */
export function withTicksPerDay<T extends object>(document: T): T {
  const { clock, simulation } = document as { clock?: unknown; simulation?: Record<string, unknown> };
  const config = clockSchema.safeParse(clock);
  const days = Number(simulation?.num_days);
  if (clock === undefined || !(Number.isSafeInteger(days) && days > 0)) return document;
  const given = simulation!.ticks_per_day;
  // Only the clock is to be blamed for what is wrong with it.
  if (!config.success) return given === undefined ? { ...document, simulation: { ...simulation, ticks_per_day: 1 } } : document;
  try {
    const { ticksPerDay } = new Calendar(config.data, days, given === undefined ? undefined : Number(given));
    return given === undefined ? { ...document, simulation: { ...simulation, ticks_per_day: ticksPerDay } } : document;
  } catch (error) {
    if (error instanceof CalendarError) throw new ScenarioError([{ path: ['clock'], message: error.message }]);
    throw error;
  }
}
