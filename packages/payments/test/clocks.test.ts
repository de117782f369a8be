import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Calendar, CalendarError, clockSchema, isoDate, loadPayments, MICROS, sourceSchema, Zone } from '../src/index.js';
import '../../engine/test/support/seed.js';
import { dateSeconds, dateText, SlowClock, SlowZone, type ClockDocument, type Disambiguation } from './support/slow-clock.js';

/** Zones with a date on which their clocks change, at midnight, by half an hour, by a day, or never. */
const CHANGES = [
  ['Europe/Berlin', '2024-03-31'],
  ['Europe/Berlin', '2024-10-27'],
  ['America/New_York', '2024-11-03'],
  ['America/Sao_Paulo', '2018-11-04'],
  ['Africa/Cairo', '2024-04-26'],
  ['Africa/Cairo', '2024-11-01'],
  ['Australia/Lord_Howe', '2024-04-07'],
  ['Australia/Lord_Howe', '2024-10-06'],
  ['America/St_Johns', '2011-11-06'],
  ['Pacific/Apia', '2011-12-30'],
  ['Asia/Kolkata', '2024-03-31'],
] as const;
const zones = new Map(CHANGES.map(([name, date]) => [`${name} ${date}`, new SlowZone(name, date)]));
const slowZone = (name: string, date: string): SlowZone => zones.get(`${name} ${date}`)!;

const DISAMBIGUATIONS: readonly Disambiguation[] = ['reject', 'compatible', 'earlier', 'later'];
const DAY = 86_400;

describe.each(CHANGES)('in %s around %s', (name, date) => {
  it('local times are the instants at which the clocks show them, or are skipped or there twice', () => {
    const zone = new Zone(name);
    for (let seconds = -DAY; seconds < 2 * DAY; seconds += 900) {
      const local = dateSeconds(date) + seconds;
      for (const disambiguation of DISAMBIGUATIONS) {
        const expected = slowZone(name, date).instantOf(local, disambiguation);
        const found = zone.instantOf(local * MICROS, disambiguation);
        expect(typeof found === 'number' ? found / MICROS : found, `${local} ${disambiguation}`).toBe(expected);
      }
    }
  });
});

const twoDigits = (n: number): string => String(n).padStart(2, '0');
const time = (from: number, to: number): fc.Arbitrary<string> =>
  fc.integer({ min: from * 12, max: to * 12 - 1 }).map((n) => `${twoDigits(Math.floor(n / 12))}:${twoDigits((n % 12) * 5)}`);
const openingTime = fc.oneof(
  { weight: 3, arbitrary: time(0, 12) },
  time(18, 24).map((text) => `-1 ${text}`),
);
const closingTime = fc.oneof({ weight: 3, arbitrary: time(13, 24) }, time(24, 30), fc.constant('24:00'));
const hours = fc.record({ opening: openingTime, closing: closingTime }, { requiredKeys: [] });

interface Case {
  clock: ClockDocument;
  change: string;
  numDays: number;
  outside_hours: {
    before_opening: 'reject' | 'first_tick';
    after_closing: 'reject' | 'last_tick' | 'next_day';
    non_business_day: 'reject' | 'next_day';
  };
  rows: { at: number; offset: number | null; business: number | null; deadline: number | null }[];
  as: 'time' | 'datetime';
}

const cases: fc.Arbitrary<Case> = fc.constantFrom(...CHANGES).chain(([time_zone, change]) => {
  const near = (from: number, to: number): fc.Arbitrary<string> =>
    fc.integer({ min: from, max: to }).map((days) => dateText(dateSeconds(change) + days * DAY));
  const seconds = fc.oneof(
    fc.integer({ min: 0, max: 24 }).map((n) => n * 600),
    fc.integer({ min: -60, max: 200 }).map((n) => n * 1800),
    fc.integer({ min: -2 * DAY, max: 5 * DAY }),
  );
  return fc.record({
    clock: fc.record({
      time_zone: fc.constant(time_zone as string),
      tick: fc.constantFrom('15m', '30m', '1h', '7m', '45m', '3600s', '5h'),
      opening: openingTime,
      closing: closingTime,
      first_day: near(-3, 0),
      weekdays: fc.constantFrom(
        ['mon', 'tue', 'wed', 'thu', 'fri'],
        ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'],
        ['sat', 'sun', 'mon'],
      ),
      holidays: fc.array(near(-2, 4), { maxLength: 2 }),
      exceptions: fc
        .array(fc.tuple(near(-3, 4), fc.oneof(fc.constantFrom('open' as const, 'closed' as const), hours)), { maxLength: 3 })
        .map((entries) => Object.fromEntries(entries)),
      disambiguation: fc.constantFrom(...DISAMBIGUATIONS),
    }),
    change: fc.constant(change as string),
    numDays: fc.integer({ min: 1, max: 4 }),
    outside_hours: fc.record({
      before_opening: fc.constantFrom('reject' as const, 'first_tick' as const),
      after_closing: fc.constantFrom('reject' as const, 'last_tick' as const, 'next_day' as const),
      non_business_day: fc.constantFrom('reject' as const, 'next_day' as const),
    }),
    rows: fc.array(
      fc.record({
        at: seconds,
        offset: fc.option(fc.constantFrom(0, 60, -210, 330, 840), { freq: 2 }),
        business: fc.option(fc.integer({ min: -4, max: 6 }), { freq: 1 }),
        deadline: fc.option(seconds, { freq: 3 }),
      }),
      { minLength: 1, maxLength: 30 },
    ),
    as: fc.constantFrom('time' as const, 'datetime' as const),
  });
});

const dateTime = (local: number): string => new Date(local * 1000).toISOString().slice(0, 19);
const offsetText = (minutes: number): string =>
  `${minutes < 0 ? '-' : '+'}${twoDigits(Math.floor(Math.abs(minutes) / 60))}:${twoDigits(Math.abs(minutes) % 60)}`;
/** Any time of day up to 30:00, whatever the second that it is made of. */
const timeOfDay = (seconds: number): number => ((seconds % (30 * 3600)) + 30 * 3600) % (30 * 3600);
const timeOfDayText = (s: number): string =>
  `${twoDigits(Math.floor(s / 3600))}:${twoDigits(Math.floor(s / 60) % 60)}:${twoDigits(s % 60)}`;

/** What becomes of every row: its tick and raw deadline, or the code of its rejection. */
type Fate = string | { tick: number; deadline: number };

function slowFates({ as, change, clock, outside_hours, rows }: Case, slow: SlowClock): Fate[] {
  const zone = slowZone(clock.time_zone, change);
  return rows.map(({ at, business, deadline, offset }) => {
    const local = dateSeconds(change) + at;
    const instant = offset === null ? zone.instantOf(local, clock.disambiguation) : local - offset * 60;
    if (typeof instant === 'string') return instant;
    const date = business === null ? null : dateText(dateSeconds(change) + business * DAY);
    const tick = slow.arrival(instant, date, outside_hours);
    if (typeof tick === 'string') return tick;
    if (deadline === null) return { tick, deadline: slow.lastOpenTick(tick) };
    const until = as === 'time' ? null : zone.instantOf(dateSeconds(change) + deadline, clock.disambiguation);
    if (typeof until === 'string') return until;
    const raw = until === null ? slow.deadlineAt(timeOfDay(deadline), tick) : slow.deadlineOn(until);
    return typeof raw === 'string' ? raw : { tick, deadline: raw };
  });
}

function fates({ as, change, outside_hours, rows }: Case, calendar: Calendar): Fate[] {
  const lines = rows.map(({ at, business, deadline, offset }) => {
    const date = business === null ? '' : dateText(dateSeconds(change) + business * DAY);
    const until = (seconds: number): string =>
      as === 'time' ? timeOfDayText(timeOfDay(seconds)) : dateTime(dateSeconds(change) + seconds);
    const written = `${dateTime(dateSeconds(change) + at)}${offset === null ? '' : offsetText(offset)}`;
    return `${written},${date},${deadline === null ? '' : until(deadline)},A,B,1`;
  });
  const text = ['time,business_date,deadline,sender,receiver,amount', ...lines].join('\n');
  const config = sourceSchema.parse({ file: 'pay.csv', outside_hours, deadline: { as } });
  const ticks = { numDays: calendar.days.length, ticksPerDay: calendar.ticksPerDay, calendar };
  const { dataSet, report } = loadPayments([{ config, content: { bytes: [Buffer.from(text)] } }], ['A', 'B'], ticks);
  const found: Fate[] = [];
  for (const { code, row } of report.rejections) found[row - 1] = code;
  for (const { deadline_tick, source_row, tick } of dataSet) found[source_row - 1] = { tick, deadline: deadline_tick };
  return found;
}

function attempt<T>(work: () => T): T | null {
  try {
    return work();
  } catch (error) {
    if (error instanceof TypeError || (error as Error).name === 'AssertionError') throw error;
    expect(error instanceof CalendarError || (error as Error).name === 'Error').toBe(true);
    return null;
  }
}

describe('a clock', () => {
  it('has the days, the ticks, the arrivals and the deadlines of a slow one', () => {
    const seen = new Map<string, number>();
    fc.assert(
      fc.property(cases, (given) => {
        const slow = attempt(() => new SlowClock(given.clock, given.numDays, slowZone(given.clock.time_zone, given.change)));
        const calendar = attempt(() => new Calendar(clockSchema.parse(given.clock), given.numDays));
        expect(calendar === null).toBe(slow === null);
        if (calendar === null || slow === null) return;
        expect(
          calendar.days.map(({ closing, date, day, openTicks, opening }) => [
            day,
            isoDate(date),
            opening / MICROS,
            closing / MICROS,
            openTicks,
          ]),
        ).toEqual(slow.days.map(({ closing, date, day, opening, starts }) => [day, date, opening, closing, starts.length]));
        expect(calendar.ticksPerDay).toBe(slow.ticksPerDay);
        const expected = slowFates(given, slow);
        for (const fate of expected) {
          const kind = typeof fate === 'string' ? fate : 'accepted';
          seen.set(kind, (seen.get(kind) ?? 0) + 1);
        }
        expect(fates(given, calendar)).toEqual(expected);
      }),
      { numRuns: 2500 },
    );
    const codes = ['accepted', 'time_gap', 'time_ambiguous', 'before_opening', 'after_closing', 'non_business_day'];
    for (const code of [...codes, 'before_first_day', 'after_last_day', 'deadline'])
      expect(seen.get(code), code).toBeGreaterThan(10);
  });
});
