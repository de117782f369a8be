import { isoDate, weekday } from '../clock/dates.js';
import { WEEKDAYS } from '../clock/schema.js';
import { DAY_MICROS } from '../clock/zone.js';
import { csvSchema, type CsvConfig } from '../csv/schema.js';
import { readBoolean } from '../fields/boolean.js';
import { timeReader } from '../fields/time.js';
import { FIELDS, RTGS_WORDS, type Field } from '../source/schema.js';
import { guessColumns, isExport, type Places } from './columns.js';
import type { Texts } from './dialect.js';
import { guessFormats, guessMarks } from './values.js';

/** What a list seems to be: blocks for a scenario, to be read and corrected by a person (spec 13 §16). */
export interface ListProfile {
  /** Null for lists of ticks. */
  readonly clock: Readonly<Record<string, unknown>> | null;
  /** A block for the key `payments`. */
  readonly payments: Readonly<Record<string, unknown>>;
  /** Number of days. */
  readonly num_days: number;
  /** Names of senders and receivers, sorted. */
  readonly banks: readonly string[];
  /** What could not be known, or was decided between several. */
  readonly remarks: readonly string[];
}

/** How a CSV file is written, as far as it is not as usual. */
export function dialectBlock(csv: CsvConfig): Partial<CsvConfig> {
  const usual = csvSchema.parse({});
  return Object.fromEntries(Object.entries(csv).filter(([key, value]) => value !== usual[key as keyof CsvConfig]));
}

/**
 * Guesses what the columns of a list mean, how its amounts and times are written, and when its system is open.
 *
 * @param source keys of the source that are known
 * @param csv how the file is written
 */
export function profileList(texts: Texts, source: Readonly<Record<string, unknown>>, csv: object): ListProfile {
  const places = guessColumns(texts);
  const remarks: string[] = [];
  const values = (field: Field): string[] =>
    places[field] === undefined ? [] : texts.rows.map((row) => row[places[field]!]!).filter((text) => text !== '');
  for (const field of ['sender', 'receiver', 'amount'] as const)
    if (places[field] === undefined) remarks.push(`no column looks like ${field}: name it under columns`);
  const currencies = [...new Set(values('currency'))];
  const currency = currencies.length === 1 && /^[A-Z]{3}$/.test(currencies[0]!) ? currencies[0]! : null;
  if (currencies.length > 1) remarks.push(`there are payments in ${currencies.slice(0, 5).join(', ')}: a run has one currency`);
  const marks = guessMarks(values('amount'), currency);
  const times = timesOf(texts, places);
  const formats = guessFormats(times);
  if (times.length > 0 && formats.length === 0) remarks.push('times of no known format: time.format says how they are written');
  const [format = 'iso', other] = formats;
  if (other !== undefined && format.startsWith('%d') && other.startsWith('%m'))
    remarks.push(`days or months may stand first: ${format} was taken, ${other} fits as well`);
  if (times.length === 0 && places.time_of_day !== undefined)
    remarks.push('there are times of day without a date: a query of DuckDB can join a date and a time');
  const hours = times.length > 0 && formats.length > 0 ? openHours(times, format, remarks) : null;
  const ticks = values('tick').map(Number);
  const days = values('day').map(Number);
  return {
    clock: hours?.clock ?? null,
    payments: {
      ...source,
      ...changed('csv', {
        ...csv,
        ...(marks.decimal === '.' ? {} : { decimal: marks.decimal }),
        ...(marks.thousands === null ? {} : { thousands: marks.thousands }),
      }),
      columns: columnsOf(texts, places),
      ...(format === 'iso' ? {} : { time: { format } }),
      ...changed('amount', { ...(currency === null ? {} : { currency }), ...(isExport(texts.names) ? { unit: 'minor' } : {}) }),
      ...classes('priority', values('priority'), /^(\d|10)$/, 5, remarks),
      ...classes('rtgs_priority', values('rtgs_priority'), new RegExp(`^(${RTGS_WORDS.join('|')})$`), 'Normal', remarks),
      ...deadlineOf(values('deadline'), hours !== null),
    },
    num_days: hours?.numDays ?? 1 + days.reduce((most, day) => Math.max(most, day), 0),
    banks: [...new Set([...values('sender'), ...values('receiver')])].sort(),
    remarks: [
      ...remarks,
      ...(values('time_critical').some((text) => readBoolean(text) === null)
        ? ['time_critical has words that are neither yes nor no']
        : []),
      ...(ticks.length > 0
        ? [`ticks reach to ${ticks.reduce((most, tick) => Math.max(most, tick), 0)}: simulation says how many a day has`]
        : []),
    ],
  };
}

/** Date and time of every row, joined where they stand apart. */
function timesOf({ rows }: Texts, { date, time, time_of_day: clock }: Places): string[] {
  const joined =
    time !== undefined
      ? rows.map((row) => row[time]!)
      : date !== undefined && clock !== undefined
        ? rows.map((row) => `${row[date]} ${row[clock]}`)
        : [];
  return joined.filter((text) => text.trim() !== '');
}

function columnsOf({ names }: Texts, places: Places): Record<string, string | number> {
  const placed = FIELDS.filter((field) => places[field] !== undefined);
  return Object.fromEntries(placed.map((field) => [field, names?.[places[field]!] ?? places[field]! + 1]));
}

const changed = (key: string, settings: object): object => (Object.keys(settings).length === 0 ? {} : { [key]: settings });

/** A map to fill in for words that stand where a list has classes of its own. */
function classes(key: string, values: readonly string[], known: RegExp, usual: unknown, remarks: string[]): object {
  const words = [...new Set(values.filter((text) => !known.test(text)))].sort();
  if (words.length === 0 || words.length > 20) return {};
  remarks.push(`${key}: ${words.join(', ')} all became ${String(usual)}: say what they mean`);
  return { [key]: { map: Object.fromEntries(words.map((word) => [word, usual])) } };
}

function deadlineOf(values: readonly string[], hasClock: boolean): object {
  if (values.length === 0) return {};
  const most = (shape: RegExp): boolean => values.filter((text) => shape.test(text)).length > values.length / 2;
  if (most(/^\d{1,2}:\d{2}(:\d{2})?$/)) return { deadline: { as: 'time' } };
  return { deadline: { as: hasClock && !most(/^\d+$/) ? 'datetime' : 'tick' } };
}

const HOUR = 3_600_000_000;

/** The hours in which all payments fall, and the days on which there are any. */
function openHours(
  times: readonly string[],
  format: string,
  remarks: string[],
): { clock: Record<string, unknown>; numDays: number } | null {
  const reader = timeReader(format);
  const read = times.map((text) => reader(text)).filter((time) => time !== null);
  const hasOffsets = read.some(({ isInstant }) => isInstant);
  const dates = new Set(read.map(({ micros }) => Math.floor(micros / DAY_MICROS)));
  const clock = read.map(({ micros }) => micros - Math.floor(micros / DAY_MICROS) * DAY_MICROS);
  const ends = clock.reduce(({ first, last }, time) => ({ first: Math.min(first, time), last: Math.max(last, time) }), {
    first: Infinity,
    last: -Infinity,
  });
  const ascending = [...dates].sort((a, b) => a - b);
  const [from, to] = [ascending[0]!, ascending.at(-1)!];
  const weekdays = WEEKDAYS.filter((name, day) => day < 5 || ascending.some((date) => WEEKDAYS[weekday(date)] === name));
  const business = Array.from({ length: to - from + 1 }, (_, i) => from + i).filter((date) =>
    weekdays.includes(WEEKDAYS[weekday(date)]!),
  );
  const holidays = business.filter((date) => !dates.has(date));
  remarks.push(
    hasOffsets
      ? 'time_zone: times have offsets and hours are UTC; say in which zone the system is open'
      : 'time_zone: the file does not say which time zone its times are in',
  );
  if (holidays.length > 0) remarks.push('holidays are the days without a payment');
  return {
    clock: {
      time_zone: 'UTC',
      tick: '10m',
      opening: hour(Math.floor(ends.first / HOUR)),
      closing: hour(Math.floor(ends.last / HOUR) + 1),
      first_day: isoDate(from),
      ...(weekdays.length > 5 ? { weekdays } : {}),
      ...(holidays.length === 0 || holidays.length > MOST_HOLIDAYS ? {} : { holidays: holidays.map(isoDate) }),
    },
    numDays: business.length - (holidays.length > MOST_HOLIDAYS ? 0 : holidays.length),
  };
}

const MOST_HOLIDAYS = 40;
const hour = (hours: number): string => `${String(hours).padStart(2, '0')}:00`;
