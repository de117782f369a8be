import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FileError, PaymentsError, readPayments, RowsRejectedError, type ReadPayments } from '../src/index.js';
import { BANKS, dialects, rows, written } from './support/lists.js';

/** Spec 13 §17 and §19, invariant 11: any bytes give a report, or one error that says what is wrong with the file. */

const SCENARIO = {
  simulation: { num_days: 2, ticks_per_day: 40 },
  agents: BANKS.map((id) => ({ id })),
  clock: { time_zone: 'Europe/Berlin', tick: '30m', opening: '01:00', closing: '18:00', first_day: '2024-03-28' },
};

function read(bytes: Uint8Array, payments: object = {}): ReadPayments | FileError | PaymentsError {
  try {
    return readPayments({ ...SCENARIO, payments: { file: 'pay.csv', on_error: 'skip', ...payments } }, () => ({
      bytes: [bytes],
    }))!;
  } catch (error) {
    if (error instanceof FileError || error instanceof PaymentsError) return error;
    throw error;
  }
}

/** Either all rows are accounted for, or the error is a sentence. */
function check(found: ReturnType<typeof read>): void {
  if (found instanceof Error) {
    expect(found.message).toMatch(/pay\.csv|columns/);
    return;
  }
  const { accepted, rejected, rejections, rows: count } = found.report;
  expect(accepted + rejected).toBe(count);
  expect([accepted, rejected]).toEqual([found.dataSet.length, rejections.length]);
}

describe('any bytes', () => {
  const anyDialect = fc.record({
    delimiter: fc.constantFrom(',', ';', '€', '\0', '"'),
    quote: fc.constantFrom('"', "'", '‰'),
    encoding: fc.constantFrom('utf-8', 'latin-1'),
    header: fc.boolean(),
    skip_lines: fc.nat({ max: 3 }),
    comment: fc.constantFrom(null, '#', 'é'),
    trim: fc.boolean(),
  });
  const csv = anyDialect.filter(({ delimiter, quote }) => delimiter !== quote);
  const anyBytes = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc
      .array(fc.constantFrom(...[10, 13, 34, 39, 44, 59, 0, 32, 65, 0xe2, 0x82, 0xac, 0xef, 0xbb, 0xbf]), { maxLength: 300 })
      .map((list) => Uint8Array.from(list)),
  );

  it('are read, or refused as a whole, in any dialect', () => {
    const numbered = { columns: { time: 1, sender: 2, receiver: 3, amount: 4 } };
    fc.assert(
      fc.property(anyBytes, csv, (bytes, dialect) => check(read(bytes, { csv: dialect, ...(dialect.header ? {} : numbered) }))),
      { numRuns: 1000 },
    );
  });

  it('in the place of others in a list leave the rows before them as they are', () => {
    const dialect = dialects([','], ['"']);
    const damage = fc.record({ at: fc.nat(), cut: fc.nat({ max: 40 }), put: fc.uint8Array({ maxLength: 40 }) });
    fc.assert(
      fc.property(fc.array(rows, { minLength: 1, maxLength: 12 }), dialect, damage, (given, how, { at, cut, put }) => {
        const bytes = written(given, { ...how, quotesAll: true });
        const place = at % bytes.length;
        const damaged = Buffer.concat([bytes.subarray(0, place), put, bytes.subarray(place + cut)]);
        const found = read(damaged);
        check(found);
        if (found instanceof Error) return;
        const whole = read(bytes) as ReadPayments;
        const before = written(given, { ...how, quotesAll: true })
          .subarray(0, place)
          .toString('latin1');
        // A record is complete when its line break is; a CR may be half of one.
        const complete = given.findLastIndex(
          (_, i) => written(given.slice(0, i + 1), { ...how, quotesAll: true }).length < before.length,
        );
        const fates = ({ dataSet, report }: ReadPayments): string[] =>
          [
            ...[...dataSet].map(({ amount, source_row: row, tick }) => ({ row, fate: `${row} ${tick} ${amount}` })),
            ...report.rejections.map(({ code, row, value }) => ({ row, fate: `${row} ${code} ${value}` })),
          ]
            .sort((a, b) => a.row - b.row)
            .slice(0, complete + 1)
            .map(({ fate }) => fate);
        expect(fates(found)).toEqual(fates(whole));
      }),
      { numRuns: 200 },
    );
  });
});

describe('the bounds of a list', () => {
  const HEADER = 'time,sender,receiver,amount,payment_type';
  const row = (type: string): string => `2024-03-28 10:00,A,B,1,${type}`;
  const codes = (text: string): unknown => {
    const found = read(Buffer.from(text));
    return found instanceof Error ? found.message : found.report.rejections.map(({ code, value }) => [code, value]);
  };

  it.each([
    ['a field of 65,536 bytes', row('x'.repeat(65_536)), []],
    ['one of a byte more', row('x'.repeat(65_537)), [['columns', 'field longer than 65536']]],
    ['a quoted one', row(`"${'x,\n'.repeat(30_000)}"`), [['columns', 'field longer than 65536']]],
    ['one of many letters of two bytes', row('é'.repeat(32_769)), [['columns', 'field longer than 65536']]],
    ['4,096 fields', row(','.repeat(4091)), [['columns', 4096]]],
    ['a field more', row(','.repeat(4092)), [['columns', 'more than 4096 fields']]],
    ['100,000 fields', row(','.repeat(100_000)), [['columns', 'more than 4096 fields']]],
    ['a NUL', row('a\0b'), []],
    ['NULs only', '\0'.repeat(500), [['columns', 1]]],
    ['half of a surrogate pair', row('\ud800'), []],
  ])('%s', (_, text, expected) => {
    expect(codes(`${HEADER}\n${text}\n${row('')}\n`)).toEqual(expected);
  });

  it.each([
    ['an empty file', '', 'pay.csv has no header: it has no record at all'],
    ['empty lines', '\n\r\n\r', 'pay.csv has no header: it has no record at all'],
    ['a quote that is never closed', `${HEADER}\n${row('"x')}\n${row('')}`, 'pay.csv: quote opened in line 2 is never closed'],
    [
      'a header without amounts',
      'time,sender,receiver\n',
      'payments.columns.amount: pay.csv must have it (it has: time, sender, receiver)',
    ],
  ])('%s', (_, text, message) => {
    expect(codes(text)).toContain(message);
  });

  it('a list that is refused has its report', () => {
    const refused = (): unknown =>
      readPayments({ ...SCENARIO, payments: { file: 'pay.csv' } }, () => ({ bytes: [Buffer.from(`${HEADER}\nx\n`)] }));
    expect(refused).toThrow(RowsRejectedError);
    expect(refused).toThrow('pay.csv: 1 of 1 rows rejected');
  });

  it('a header of more than 4,096 fields is no header', () => {
    const found = read(Buffer.from(`${HEADER}${',x'.repeat(5000)}\n${row(','.repeat(4091))}\n`));
    expect(found instanceof Error ? 0 : found.report.accepted).toBe(0);
  });

  it('a header with names of any length is refused in a few words', () => {
    const found = read(Buffer.from(`${'x'.repeat(60_000)},${'y'.repeat(60_000)}\n`));
    expect((found as Error).message.length).toBeLessThan(10_000);
  });

  it('text behind a quote is told before bytes that are no text', () => {
    const bytes = Buffer.concat([Buffer.from(`${HEADER}\n`), Buffer.from([0xff]), Buffer.from(',"A"x,B,1,\n')]);
    expect((read(bytes) as ReadPayments).report.counts).toEqual({ quote: 1 });
  });

  it('text behind a quote is told before a field that is too long', () => {
    expect(codes(`${HEADER}\n${row('x'.repeat(70_000)).replace('A', '"A"x')}\n`)).toEqual([['quote', null]]);
  });
});
