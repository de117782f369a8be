import type { PaymentList } from '@simcash/protocol';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PaymentsError, readPayments, type ReadPayments } from '../src/index.js';
import { DrawnDays } from '../src/sample/drawn-days.js';
import '../../engine/test/support/seed.js';

/** Days that are drawn out of a list (spec 13 §12.2). */

const agents = [{ id: 'A' }, { id: 'B' }];
const POOL = [0, 2, 3, 7, 9];
const lines = (rows: readonly string[]): string => `external_ref,tick,sender,receiver,amount\n${rows.join('\n')}\n`;
const LIST = lines(POOL.map((day, j) => `r${day},${day * 4 + (j % 4)},A,B,${day}.50`));

function read(list: string, sample: object, simulation: object = {}, rest: object = {}): ReadPayments {
  const document = {
    simulation: { ticks_per_day: 4, num_days: 8, rng_seed: 42, ...simulation },
    agents,
    payments: { file: 'p.csv', sample },
    ...rest,
  };
  return readPayments(document, () => ({ bytes: [Buffer.from(list)] }))!;
}
const sampleOf = ({ list }: ReadPayments) => (list instanceof DrawnDays ? list.sample : undefined);
const payments = ({ list }: ReadPayments) => Array.from({ length: list.length }, (_, i) => list.at(i));

describe('drawn days', () => {
  it.each([
    ['with replacement', {}, 8, [4, 4, 3, 2, 3, 3, 4, 0]],
    ['without', { replace: false }, 5, [4, 0, 3, 1, 2]],
  ])('%s are the known ones', (_, sample, num_days, drawn) => {
    const found = read(LIST, sample, { num_days });
    expect(sampleOf(found)).toMatchObject({ seed: '42', by: 'day', drawn: drawn.map((j) => POOL[j]) });
    expect(payments(found).map(({ external_ref, tick }) => [external_ref, tick])).toEqual(
      drawn.map((j, day) => [`r${POOL[j]}`, day * 4 + (j % 4)]),
    );
    expect(found.document.payments).toMatchObject({
      sources: [{ sample: { days: num_days, drawn: drawn.map((j) => POOL[j]) }, accepted: 5 }],
      dataset_sha256: found.list.sha256,
      num_payments: num_days,
      total_value: drawn.reduce((sum, j) => sum + POOL[j]! * 100 + 50, 0),
    });
  });

  it('are others under another seed, unless the source has one of its own', () => {
    const free = read(LIST, {});
    const other = (free.list as PaymentList).drawnBy!(7n);
    const again = read(LIST, {}, { rng_seed: 7 });
    expect(other.list.sha256).toBe(again.list.sha256);
    expect(other.config).toEqual(again.document.payments);
    expect(other.list.sha256).not.toBe(free.list.sha256);
    const fixed = read(LIST, { seed: 42 }, { rng_seed: 7 });
    expect((fixed.list as PaymentList).drawnBy).toBeUndefined();
    expect(fixed.list.sha256).toBe(free.list.sha256);
  });

  it('keep their payments, the ticks of the day and the distance to the deadline', () => {
    const row = fc.record({ day: fc.integer({ min: 0, max: 12 }), tick: fc.integer({ min: 0, max: 3 }), after: fc.nat(9) });
    fc.assert(
      fc.property(
        fc.array(row, { minLength: 1, maxLength: 30 }),
        fc.integer({ min: 1, max: 9 }),
        fc.nat(),
        (rows, days, seed) => {
          const text = rows.map(({ after, day, tick }, i) => `${i},${4 * day + tick},A,B,1,${4 * day + tick + after}`);
          const list = `external_ref,tick,sender,receiver,amount,deadline\n${text.join('\n')}\n`;
          const found = read(list, {}, { num_days: days, rng_seed: seed });
          const expected = sampleOf(found)!.drawn.flatMap((drawn, day) =>
            rows
              .map((one, i) => ({ ...one, i }))
              .filter((one) => one.day === drawn)
              .sort((a, b) => a.tick - b.tick || a.i - b.i)
              .map(({ after, i, tick }) => [String(i), 4 * day + tick, 4 * day + tick + after]),
          );
          expect(payments(found).map((one) => [one.external_ref, one.tick, one.deadline_tick])).toEqual(expected);
          const places = fc.sample(fc.nat(Math.max(0, expected.length - 1)), 5);
          for (const place of expected.length === 0 ? [] : places) expect(found.list.at(place).tick).toBe(expected[place]![1]);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('have dates where there is a clock, also beyond the days of the run', () => {
    const clock = { time_zone: 'Europe/Berlin', tick: '6h', opening: '06:00', closing: '18:00', first_day: '2024-03-28' };
    const list = 'time,sender,receiver,amount,deadline\n2024-03-28 07:00,A,B,1,12:00\n2024-04-02 13:00,B,A,2,18:00\n';
    const found = read(list, {}, { ticks_per_day: undefined, num_days: 3, rng_seed: 1 }, { clock });
    expect(sampleOf(found)!.by).toBe('business_date');
    const ticks = sampleOf(found)!.drawn.map((date, day) =>
      date === '2024-03-28' ? [2 * day, 2 * day] : [2 * day + 1, 2 * day + 1],
    );
    expect(payments(found).map(({ deadline_tick, tick }) => [tick, deadline_tick])).toEqual(ticks);
    expect(new Set(sampleOf(found)!.drawn)).toEqual(new Set(['2024-03-28', '2024-04-02']));
  });

  it.each<[string, string, object, object, object, RegExp]>([
    ['too few', LIST, { replace: false }, {}, {}, /8 days cannot be drawn out of 5/],
    ['another number', LIST, { days: 3 }, {}, {}, /sample\.days is 3, but the run has 8/],
    ['dates without a clock', LIST, { by: 'business_date' }, {}, {}, /only lists with a clock have dates/],
    ['none', lines([]), {}, {}, {}, /no day with payments/],
    ['what is no seed', LIST, { seed: -1 }, {}, {}, /./],
    ['no seed at all', LIST, {}, { rng_seed: undefined }, {}, /sample draws by simulation\.rng_seed, which is no seed/],
    ['rows of days beside them', LIST, {}, {}, { accounts: { rows: [{}] } }, /accounts have rows of days/],
    [
      'longer days than a day of the run',
      'time,sender,receiver,amount\n2024-04-02 13:00,A,B,1\n',
      {},
      { ticks_per_day: undefined, num_days: 2 },
      {
        clock: {
          ...{ time_zone: 'Europe/Berlin', tick: '1h', opening: '06:00', closing: '18:00', first_day: '2024-03-28' },
          exceptions: { '2024-03-29': { closing: '12:00' } },
        },
      },
      /2024-04-02 of the list has payments in tick 7, 2024-03-29 has 6 ticks/,
    ],
  ])('are refused: %s', (_, list, sample, simulation, rest, message) => {
    expect(() => read(list, sample, simulation, rest)).toThrow(PaymentsError);
    expect(() => read(list, sample, simulation, rest)).toThrow(message);
  });
});
