import { Calendar, type BusinessDay } from './calendar.js';
import { isoDate, parseIsoDate } from './dates.js';
import { minutesOf } from './schema.js';
import { DAY_MICROS, MICROS } from './zone.js';

/**
 * The tick in which a time of the clock lies; at the closing time the tick after the last open one of the day (spec 13 §2.6).
 *
 * @param text `HH:MM`, with `@DAY` (number or business date) if the run has several days
 * @throws RangeError in a sentence that says what is wrong
 */
export function tickOfClockTime(calendar: Calendar, text: string): number {
  const [time, dayText] = text.trim().split('@') as [string, string?];
  const minutes = minutesOf(time.replace(/^(\d:)/, '0$1'));
  if (minutes === null) throw new RangeError(`${text}: no time of day (expected as 10:30, or 10:30@2 in a run of several days)`);
  const day = dayOf(calendar, text, dayText);
  const { config, zone } = calendar;
  const instant = zone.instantOf(day.date * DAY_MICROS + minutes * 60 * MICROS, config.disambiguation);
  if (typeof instant === 'string')
    throw new RangeError(`${text}: the change of the clock ${instant === 'time_gap' ? 'skips' : 'repeats'} it`);
  if (instant === day.closing) return calendar.lastOpenTick(day) + 1;
  if (instant < day.opening || instant > day.closing)
    throw new RangeError(
      `${text} is outside the hours of ${isoDate(day.date)}: ${clockTimeOf(calendar, day.opening)} to ${clockTimeOf(calendar, day.closing)}`,
    );
  return calendar.tickAt(day, instant);
}

function dayOf({ days }: Calendar, text: string, dayText: string | undefined): BusinessDay {
  if (dayText === undefined) {
    if (days.length > 1)
      throw new RangeError(
        `${text}: the run has ${days.length} days; name one, as ${text}@0 or ${text}@${isoDate(days[0]!.date)}`,
      );
    return days[0]!;
  }
  const date = parseIsoDate(dayText);
  const day = date === null ? (/^\d+$/.test(dayText) ? days[Number(dayText)] : undefined) : days.find((one) => one.date === date);
  if (day === undefined)
    throw new RangeError(
      `${text}: ${dayText} is no day of the run (days 0 to ${days.length - 1}, ${isoDate(days[0]!.date)} to ${isoDate(days.at(-1)!.date)})`,
    );
  return day;
}

/** Local time of an instant, as `10:30`; with seconds where they are not 0. */
export function clockTimeOf({ zone }: Calendar, instant: number): string {
  const text = new Date(zone.localAt(instant) / 1000).toISOString().slice(11, 19);
  return text.endsWith(':00') ? text.slice(0, 5) : text;
}

/** Local time at which a tick begins; null for a closed tick and beyond the run. */
export function startOfTick(calendar: Calendar, tick: number): string | null {
  const day = calendar.days[Math.floor(tick / calendar.ticksPerDay)];
  const place = tick % calendar.ticksPerDay;
  if (day === undefined || place >= day.openTicks) return null;
  return clockTimeOf(calendar, day.opening + place * calendar.tickLength);
}
