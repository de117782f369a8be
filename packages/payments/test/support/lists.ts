import * as fc from 'fast-check';
import { Calendar, clockSchema, loadPayments, sourceSchema, type Loaded, type SourceConfig } from '../../src/index.js';
import '../../../engine/test/support/seed.js';

/** Lists of a week around a change of the clock, with rows of every kind, and the ways in which they can be written. */

export const BANKS = ['A', 'B', 'Zürich', 'D€'];

export const CALENDAR = new Calendar(
  clockSchema.parse({
    time_zone: 'Europe/Berlin',
    tick: '30m',
    opening: '01:00',
    closing: '18:00',
    first_day: '2024-03-28',
    weekdays: ['mon', 'tue', 'wed', 'thu', 'fri', 'sun'],
    exceptions: { '2024-03-29': { closing: '12:10' } },
  }),
  4,
);

export const HEADER = [
  'external_ref',
  'time',
  'sender',
  'receiver',
  'amount',
  'currency',
  'priority',
  'rtgs_priority',
  'deadline',
  'time_critical',
  'payment_type',
  'divisible',
] as const;

const two = (n: number): string => String(n).padStart(2, '0');

const times = fc
  .tuple(
    fc.integer({ min: 27, max: 33 }),
    fc.integer({ min: 0, max: 23 }),
    fc.integer({ min: 0, max: 59 }),
    fc.constantFrom('', '', ':30.5', ':59'),
  )
  .map(([day, hour, minute, rest]) => {
    const date = day > 31 ? `2024-04-${two(day - 31)}` : `2024-03-${day}`;
    return `${date} ${two(hour)}:${two(minute)}${rest}`;
  });

/** Mostly what is meant, sometimes anything else. */
const mostly = (good: fc.Arbitrary<string>, ...bad: string[]): fc.Arbitrary<string> =>
  fc.oneof({ weight: 30, arbitrary: good }, { weight: 1, arbitrary: fc.constantFrom('', ...bad) });

const words = fc.constantFrom(
  '',
  'plain',
  'with "quotes"',
  "it's",
  'a,b',
  'a;b|c',
  'two\nlines',
  'three\r\nlines\r',
  'ä€𝄞',
  '""',
);

export const rows: fc.Arbitrary<string[]> = fc
  .tuple(
    fc.oneof(
      fc.constant(''),
      fc.integer({ min: 1, max: 60 }).map((n) => `R-${n}`),
    ),
    mostly(times, 'yesterday', '2024-02-30 10:00', '2024-03-31 02:30', '2025-01-01 10:00'),
    mostly(fc.constantFrom(...BANKS), 'Nobody'),
    mostly(fc.constantFrom(...BANKS), 'Nobody'),
    mostly(
      fc.integer({ min: 1, max: 999_999 }).map((n) => (n / 100).toFixed(2)),
      '1.005',
      '0',
      '-3',
      '1e3',
      '99999999999999999',
    ),
    fc.constantFrom('', '', '', 'EUR', 'EUR', 'USD'),
    mostly(fc.integer({ min: 0, max: 10 }).map(String), '11', 'high'),
    mostly(fc.constantFrom('', 'Urgent', 'Normal', 'HighlyUrgent'), 'urgent'),
    mostly(fc.constantFrom('', '12:00', '18:30', '00:30'), '25:00', 'noon'),
    mostly(fc.constantFrom('', 'yes', 'No', 'TRUE', '0'), 'maybe'),
    words,
    mostly(fc.constantFrom('', 'y', 'n'), '2'),
  )
  .map((values) => [...values]);

/** How a file is written. */
export interface Dialect {
  delimiter: string;
  quote: string;
  newline: string;
  mark: boolean;
  quotesAll: boolean;
}

export const dialects = (delimiters: readonly string[], quotes: readonly string[]): fc.Arbitrary<Dialect> =>
  fc.record({
    delimiter: fc.constantFrom(...delimiters),
    quote: fc.constantFrom(...quotes),
    newline: fc.constantFrom('\n', '\r\n', '\r'),
    mark: fc.boolean(),
    quotesAll: fc.boolean(),
  });

export function written(
  records: readonly (readonly string[])[],
  { delimiter, mark, newline, quote, quotesAll }: Dialect,
): Buffer {
  const field = (text: string): string =>
    quotesAll || text.startsWith(quote) || [delimiter, '\n', '\r'].some((part) => text.includes(part))
      ? `${quote}${text.replaceAll(quote, quote + quote)}${quote}`
      : text;
  const lines = [HEADER, ...records].map((record) => record.map(field).join(delimiter) + newline);
  return Buffer.from(`${mark ? '\ufeff' : ''}${lines.join('')}`);
}

export const config = ({ delimiter = ',', quote = '"' }: Partial<Dialect> = {}, changes: object = {}): SourceConfig =>
  sourceSchema.parse({ file: 'pay.csv', csv: { delimiter, quote }, amount: { currency: 'EUR' }, ...changes });

/** Loads the bytes, cut in pieces at these places. */
export function load(bytes: Buffer, source: SourceConfig, cuts: readonly number[] = []): Loaded {
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  const pieces = places.slice(1).map((to, i) => bytes.subarray(places[i], to));
  const ticks = { numDays: CALENDAR.days.length, ticksPerDay: CALENDAR.ticksPerDay, calendar: CALENDAR };
  return loadPayments([{ config: source, content: { bytes: pieces } }], BANKS, ticks);
}
