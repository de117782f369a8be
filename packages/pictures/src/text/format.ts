import type { MoneyForm, TimeFrame } from '../figures.js';

/** Numbers as pictures and pages write them: one form for all readers (spec 16 §3). */

const THIN = '\u202F';
const MINUS = '\u2212';
export const NONE = '–';

const grouped = (digits: string): string => digits.replace(/\B(?=(\d{3})+$)/g, THIN);

/** A whole number with its digits in groups. */
export function whole(value: number | bigint): string {
  const text = String(value < 0 ? -value : value);
  return `${value < 0 ? MINUS : ''}${grouped(text)}`;
}

/** A full amount, by its digits and never by a division. */
export function amount(cents: number | bigint, { currency, minorDigits }: MoneyForm): string {
  const text = String(BigInt(cents < 0 ? -cents : cents)).padStart(minorDigits + 1, '0');
  const major = grouped(text.slice(0, text.length - minorDigits));
  const minor = minorDigits === 0 ? '' : `.${text.slice(-minorDigits)}`;
  return `${cents < 0 ? MINUS : ''}${major}${minor}${currency === null ? '' : `${THIN}${currency}`}`;
}

const UNITS = [
  [1e12, 'tn'],
  [1e9, 'bn'],
  [1e6, 'm'],
  [1e3, 'k'],
] as const;

/** Three significant digits with a unit, for axes and headlines. */
export function short(value: number): string {
  const size = Math.abs(value);
  const sign = value < 0 ? MINUS : '';
  for (const [unit, name] of UNITS) {
    // What would be rounded to a thousand of a unit belongs to the next one.
    if (size >= unit * 0.9995) return `${sign}${significant(size / unit)}${THIN}${name}`;
  }
  return `${sign}${Number.isInteger(size) ? String(size) : significant(size)}`;
}

export const shortAmount = (cents: number, { minorDigits }: MoneyForm): string => short(cents / 10 ** minorDigits);

const significant = (x: number): string => (x >= 99.95 ? x.toFixed(0) : x >= 9.995 ? x.toFixed(1) : x.toFixed(2));

/** A share in percent; never 0 for something, never all where something is missing. */
export function share(value: number | null): string {
  if (value === null) return NONE;
  const percent = value * 100;
  if (percent > 0 && percent < 0.05) return `<${THIN}0.1${THIN}%`;
  if (percent < 100 && percent >= 99.95) return `>${THIN}99.9${THIN}%`;
  return `${percent < 0 ? MINUS : ''}${Math.abs(percent).toFixed(1)}${THIN}%`;
}

/** A ratio as text; a dash if there is none. */
export const ratio = (value: number | null, digits = 2): string =>
  value === null ? NONE : `${value < 0 ? MINUS : ''}${Math.abs(value).toFixed(digits)}`;

/** A tick as people read it: `tick 37`, `day 2, tick 37`, with a clock `09:05`, `day 2 09:05`. */
export function moment(tick: number, time: TimeFrame): string {
  const { days, ticksPerDay } = time;
  const [day, ofDay] = [Math.floor(tick / ticksPerDay), tick % ticksPerDay];
  const clock = clockTime(ofDay, time, day);
  if (clock !== null) return days > 1 ? `day ${day} ${clock}` : clock;
  return days > 1 ? `day ${day}, tick ${ofDay}` : `tick ${tick}`;
}

/** Local time at the beginning of a tick of the day; null without a clock. */
export function clockTime(tickOfDay: number, { openings, startMinutes, tickSeconds }: TimeFrame, day = 0): string | null {
  if (startMinutes === null || tickSeconds === null) return null;
  const seconds = (openings?.[day] ?? startMinutes) * 60 + tickOfDay * tickSeconds;
  const two = (x: number): string => String(x).padStart(2, '0');
  const text = `${two(Math.floor(seconds / 3600) % 24)}:${two(Math.floor(seconds / 60) % 60)}`;
  return seconds % 60 === 0 ? text : `${text}:${two(seconds % 60)}`;
}

/** A length in ticks, with a clock in minutes too. */
export function duration(ticks: number, { tickSeconds }: TimeFrame): string {
  const text = `${Number.isInteger(ticks) ? whole(ticks) : ratio(ticks, 1)} tick${ticks === 1 ? '' : 's'}`;
  return tickSeconds === null ? text : `${text} (${Math.round((ticks * tickSeconds) / 60)} min)`;
}

/** A label of at most 16 characters, shortened in the middle. */
export const label = (text: string): string => (text.length <= 16 ? text : `${text.slice(0, 9)}…${text.slice(-6)}`);
