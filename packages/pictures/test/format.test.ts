import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { amount, binsOf, moment, roundTicks, share, short, timeTicks, type TimeFrame } from '../src/index.js';

/** Numbers as pictures write them (spec 16 §3). */

const THIN = '\u202F';
const EURO = { currency: null, minorDigits: 2 };

describe('amounts', () => {
  it.each([
    [0, '0.00'],
    [5, '0.05'],
    [844448, `8${THIN}444.48`],
    [-844448, `\u22128${THIN}444.48`],
    [Number.MAX_SAFE_INTEGER, `90${THIN}071${THIN}992${THIN}547${THIN}409.91`],
  ])('%d cents are written digit by digit', (cents, text) => {
    expect(amount(cents, EURO)).toBe(text);
  });

  it('are exact beyond the safe range, with any number of digits, and name their currency', () => {
    expect(amount(123456789012345678901n, EURO)).toBe(`1${THIN}234${THIN}567${THIN}890${THIN}123${THIN}456${THIN}789.01`);
    expect(amount(1500, { currency: 'JPY', minorDigits: 0 })).toBe(`1${THIN}500${THIN}JPY`);
    expect(amount(7, { currency: null, minorDigits: 3 })).toBe('0.007');
  });

  it('keep every digit', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), (cents) => {
        const digits = amount(cents, EURO).replaceAll(/[^\d]/g, '');
        expect(BigInt(digits)).toBe(cents < 0n ? -cents : cents);
      }),
    );
  });
});

it.each([
  [0, '0'],
  [999, '999'],
  [14_300_000_000, `14.3${THIN}bn`],
  [2e12, `2.00${THIN}tn`],
  [850_000, `850${THIN}k`],
  [999_600, `1.00${THIN}m`],
  [-1234, `\u22121.23${THIN}k`],
])('%d is short with three digits', (value, text) => {
  expect(short(value)).toBe(text);
});

it.each([
  [0, `0.0${THIN}%`],
  [0.0001, `<${THIN}0.1${THIN}%`],
  [0.9999, `>${THIN}99.9${THIN}%`],
  [1, `100.0${THIN}%`],
  [0.5, `50.0${THIN}%`],
  [null, '–'],
])('a share of %s is neither nothing nor all by rounding', (value, text) => {
  expect(share(value)).toBe(text);
});

const day = (change: Partial<TimeFrame> = {}): TimeFrame => ({
  ...{ ticksPerDay: 96, days: 1, startMinutes: null, tickSeconds: null, dates: null, openings: null },
  ...change,
});

it('ticks are called by number, or by the clock', () => {
  expect(moment(37, day())).toBe('tick 37');
  expect(moment(133, day({ days: 2 }))).toBe('day 1, tick 37');
  expect(moment(13, day({ startMinutes: 480, tickSeconds: 300 }))).toBe('09:05');
  expect(moment(96 + 13, day({ days: 3, startMinutes: 480, tickSeconds: 300 }))).toBe('day 1 09:05');
});

describe('axes', () => {
  it('of values begin at 0 or show it, in steps of 1, 2 or 5', () => {
    expect(roundTicks(0, 23)).toEqual([0, 5, 10, 15, 20, 25]);
    expect(roundTicks(-40, 90)).toEqual([-50, 0, 50, 100]);
    fc.assert(
      fc.property(
        fc.double({ min: -1e12, max: 0, noNaN: true }),
        fc.double({ min: 1e-3, max: 1e12, noNaN: true }),
        (low, high) => {
          const marks = roundTicks(low, high);
          expect(marks.some((mark) => Math.abs(mark) < 1e-9)).toBe(true);
          expect(marks[0]!).toBeLessThanOrEqual(low + 1e-6 * (high - low));
          expect(marks.at(-1)!).toBeGreaterThanOrEqual(high - 1e-6 * (high - low));
        },
      ),
    );
  });

  it('of time have round times, and not more labels than there is room for', () => {
    const clock = day({ startMinutes: 485, tickSeconds: 300 });
    expect(
      timeTicks(96, clock, 10)
        .map(({ text }) => text)
        .slice(0, 3),
    ).toEqual(['09:00', '10:00', '11:00']);
    expect(timeTicks(96, day(), 10).map(({ text }) => text)).toEqual(['0', '10', '20', '30', '40', '50', '60', '70', '80', '90']);
    expect(timeTicks(960, day({ days: 10 }), 10).map(({ text }) => text)).toContain('day 3');
    expect(timeTicks(96_000, day({ days: 1000 }), 10).length).toBeLessThanOrEqual(11);
  });
});

it('no picture has more points than pixels, and no bin crosses a day', () => {
  expect(binsOf(96, day()).width).toBe(1);
  const bins = binsOf(60_000, day({ ticksPerDay: 600, days: 100 }));
  expect(bins.width).toBe(60);
  expect(bins.starts.filter((start) => start % 600 === 0).length).toBe(101);
});
