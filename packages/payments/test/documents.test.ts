import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FileError, PaymentsError, readPayments, RowsRejectedError } from '../src/index.js';
import '../../engine/test/support/seed.js';

/** Scenarios whose clock or payments are not what they should be: one error that names the key, and nothing else. */

const CLOCK = {
  time_zone: 'Europe/Berlin',
  tick: '30m',
  opening: '07:00',
  closing: '18:00',
  first_day: '2024-03-27',
  weekdays: ['mon', 'tue', 'wed', 'thu', 'fri'],
  holidays: ['2024-03-29'],
  exceptions: { '2024-03-28': { closing: '12:00' } },
  disambiguation: 'reject',
};
const SOURCE = {
  file: 'pay.csv',
  csv: {
    delimiter: ',',
    quote: '"',
    decimal: '.',
    thousands: null,
    encoding: 'utf-8',
    header: true,
    skip_lines: 0,
    comment: null,
    trim: true,
  },
  columns: { external_ref: 'ref', time: 'time', sender: 'from', receiver: 'to', amount: 'amount' },
  time: { format: 'iso', disambiguation: 'later' },
  amount: { currency: 'EUR', unit: 'major', exponent: 2, rounding: 'reject' },
  banks: { map: { X: 'A' } },
  priority: { map: { high: 9 }, default: 5 },
  rtgs_priority: { map: { U: 'Urgent' } },
  deadline: { as: 'time', default: 'end_of_day' },
  outside_hours: { before_opening: 'first_tick', after_closing: 'last_tick', non_business_day: 'next_day' },
  self_payments: 'keep',
  duplicates: 'keep',
  on_error: 'skip',
  max_rejects: 5,
};
const DOCUMENT = {
  simulation: { num_days: 2, ticks_per_day: 30 },
  agents: [{ id: 'A' }, { id: 'B' }],
  clock: CLOCK,
  payments: SOURCE,
};
const CSV = 'ref,time,from,to,amount\nR,2024-03-27 10:00,A,B,1.00\n';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** Paths to all values of a document. */
function paths(value: unknown, at: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [at];
  return [at, ...Object.entries(value).flatMap(([key, member]) => paths(member, [...at, key]))];
}

function changed(document: Json, path: readonly string[], value: Json): Json {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  const copy = Array.isArray(document) ? [...document] : { ...(document as { [key: string]: Json }) };
  (copy as Record<string, Json>)[key] = changed((copy as Record<string, Json>)[key]!, rest, value);
  return copy as Json;
}

const read = (document: Json): unknown =>
  readPayments(document as Record<string, unknown>, () => ({ bytes: [Buffer.from(CSV)] }));

const values: fc.Arbitrary<Json> = fc.oneof(
  fc.constantFrom<Json>(
    null,
    true,
    0,
    -1,
    1.5,
    1e9,
    '',
    'x',
    [],
    {},
    [null],
    [{}],
    { x: 1 },
    '24:00',
    '-1 12:00',
    '2024-03-29',
    'open',
    '%Y',
    '%Q',
    '€',
  ),
  fc.string({ maxLength: 5 }),
  fc.integer({ min: -10, max: 10 }),
);

describe('a scenario with payments', () => {
  const changes = (from: Json, roots: readonly string[]): fc.Arbitrary<[readonly string[], Json]> =>
    fc.tuple(fc.constantFrom(...paths(from).filter(([root]) => root !== undefined && roots.includes(root))), values);

  it('is read, or refused in words, whatever stands in the place of a value', () => {
    expect(read(DOCUMENT as Json)).toMatchObject({ report: { accepted: 1 } });
    let refused = 0;
    fc.assert(
      fc.property(changes(DOCUMENT as Json, ['clock', 'payments']), ([path, value]) => {
        try {
          read(changed(DOCUMENT as Json, path, value));
        } catch (error) {
          if (error instanceof RowsRejectedError || error instanceof FileError) return;
          expect(error).toBeInstanceOf(PaymentsError);
          const { issues } = error as PaymentsError;
          expect(issues.length).toBeGreaterThan(0);
          for (const { message, path: place } of issues) {
            expect(['clock', 'payments']).toContain(place[0]);
            expect(message).not.toBe('');
          }
          refused++;
        }
      }),
      { numRuns: 1500 },
    );
    expect(refused).toBeGreaterThan(500);
  });

  it.each([
    ['opening', '10:30:00'],
    ['opening', 630],
    ['closing', '48:00'],
    ['tick', '0m'],
    ['tick', '5'],
    ['first_day', '2024-02-30'],
    ['first_day', '2024-03-29'],
    ['first_day', '2024-03-30'],
    ['closing', '07:00'],
    ['closing', '06:00'],
    ['closing', '47:00'],
    ['weekdays', []],
    ['weekdays', ['someday']],
    ['holidays', ['tomorrow']],
    ['exceptions', { '2024-03-28': 'shut' }],
    ['exceptions', { '28.3.': 'open' }],
    ['time_zone', '+01:00'],
    ['time_zone', 'Berlin'],
    ['disambiguation', 'guess'],
    ['hours', 8],
  ])('has no clock whose %s is %j', (key, value) => {
    expect(() => read({ ...DOCUMENT, clock: { ...CLOCK, [key]: value } } as Json)).toThrow(PaymentsError);
  });

  it.each([
    [{ delimiter: ';', quote: ';' }, 'delimiter and quote are the same character'],
    [{ decimal: ',', thousands: ',' }, 'decimal and thousands are the same character'],
    [{ decimal: '1' }, 'a mark is neither a digit nor a sign'],
    [{ thousands: '-' }, 'a mark is neither a digit nor a sign'],
  ])('has no dialect %j', (csv, message) => {
    const payments = { ...(DOCUMENT as { payments: object }).payments, csv };
    expect(() => read({ ...DOCUMENT, payments } as Json)).toThrow(message);
  });

  it('needs as many ticks per day as its longest day has', () => {
    const ticks = (ticks_per_day: number): unknown => read({ ...DOCUMENT, simulation: { num_days: 2, ticks_per_day } });
    expect(() => ticks(21)).toThrow('simulation.ticks_per_day is 21, but 2024-03-27 has 22 ticks');
    expect(ticks(22)).toMatchObject({ ticksPerDay: 22 });
    expect(ticks(23)).toMatchObject({ ticksPerDay: 23 });
    expect(read({ ...DOCUMENT, simulation: { num_days: 2 } })).toMatchObject({ ticksPerDay: 22 });
  });

  it('tells which column of which source is missing', () => {
    const open = (): { bytes: Buffer[] } => ({ bytes: [Buffer.from('tick,sender,receiver\n1,A,B\n')] });
    const source = { file: 'pay.csv', columns: { tick: 'tick', sender: 'sender', receiver: 'receiver', amount: 'Betrag' } };
    const issueOf = (payments: unknown): unknown => {
      try {
        readPayments({ ...DOCUMENT, payments }, open);
      } catch (error) {
        return (error as PaymentsError).issues;
      }
      return null;
    };
    const message = "pay.csv has no column 'Betrag' (it has: tick, sender, receiver)";
    expect(issueOf(source)).toEqual([{ path: ['payments', 'columns', 'amount'], message }]);
    const sound = { file: 'pay.csv', columns: { tick: 'tick', sender: 'sender', receiver: 'receiver', amount: 'tick' } };
    expect(issueOf([sound, source])).toEqual([{ path: ['payments', 1, 'columns', 'amount'], message }]);
  });

  it('asks for a closed tick or one outside the run in vain', () => {
    const codes = (tick: string): string[] => {
      const csv = `tick,sender,receiver,amount\n${tick},A,B,1\n`;
      const document = { ...DOCUMENT, payments: { file: 'pay.csv', on_error: 'skip' } };
      return readPayments(document, () => ({ bytes: [Buffer.from(csv)] }))!.report.rejections.map(({ code }) => code);
    };
    expect(['0', '21', '30', '39'].flatMap(codes)).toEqual([]);
    // The first day has 22 open ticks of 30, the second, which is short, 10.
    const outside = ['22', '29', '40', '59', '60', '-1', '999999999999999', '99999999999999999999'];
    expect(outside.map(codes)).toEqual(outside.map(() => ['tick_range']));
    expect(['1.0', '1e1', '+1', 'one'].map(codes)).toEqual(Array.from({ length: 4 }, () => ['time_format']));
  });
});
