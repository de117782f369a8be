import type { BusinessDay, Calendar } from './calendar.js';
import { DAY_MICROS } from './zone.js';

const HOUR = 3_600_000_000;

/** The full local hours of a run's days: those after the opening, up to and with the closing (spec 14 §8). */
export interface DayHours {
  /** `08:00`, ascending; hours after midnight of the business day go on to count: `25:00`. */
  readonly names: readonly string[];
  /** By day, then hour: the last tick of the day that begins by then; null where the day has no such hour. */
  readonly ticks: readonly (readonly (number | null)[])[];
}

/** The opening hours of the calendar's days. */
export function hoursOf(calendar: Calendar): DayHours {
  const byDay = calendar.days.map((day) => hoursOfDay(calendar, day));
  const all = [...new Set(byDay.flatMap((hours) => [...hours.keys()]))].sort((a, b) => a - b);
  return {
    names: all.map((hour) => `${hour < 0 ? '-1 ' : ''}${String(hour < 0 ? hour + 24 : hour).padStart(2, '0')}:00`),
    ticks: byDay.map((hours) => all.map((hour) => hours.get(hour) ?? null)),
  };
}

/**
 * The last tick of a day that begins at or before a time of the day; −1 if the day begins later.
 *
 * @param minutes from midnight of the business date
 */
export function lastTickBy({ tickLength, zone }: Calendar, { date, openTicks, opening }: BusinessDay, minutes: number): number {
  const instant = zone.instantOf(date * DAY_MICROS + minutes * (HOUR / 60), 'compatible') as number;
  return Math.max(-1, Math.min(Math.floor((instant - opening) / tickLength), openTicks - 1));
}

/** Ticks by the number of hours from midnight of the business date. */
function hoursOfDay({ tickLength, zone }: Calendar, { closing, date, openTicks, opening }: BusinessDay): Map<number, number> {
  const midnight = date * DAY_MICROS;
  const hours = new Map<number, number>();
  const first = Math.floor((zone.localAt(opening) - midnight) / HOUR);
  for (let hour = first; ; hour++) {
    const instant = zone.instantOf(midnight + hour * HOUR, 'compatible') as number;
    if (instant > closing) return hours;
    if (instant > opening) hours.set(hour, Math.min(Math.floor((instant - opening) / tickLength), openTicks - 1));
  }
}
