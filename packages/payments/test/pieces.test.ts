import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CsvReader, csvSchema, type CsvConfig, type CsvRecord } from '../src/index.js';
import { config, dialects, load, rows, written } from './support/lists.js';

/** Spec 13 §19, invariant 3: loading is a function of the list, and of nothing about how its bytes arrive. */

const list = fc.array(rows, { maxLength: 20 });
const cuts = fc.array(fc.nat(), { maxLength: 12 });

function records(bytes: Buffer, piece: number, csv: Partial<CsvConfig>): CsvRecord[] {
  const found: CsvRecord[] = [];
  const reader = new CsvReader(csvSchema.parse(csv), (record) => found.push(record));
  for (let i = 0; i < bytes.length; i += piece) reader.write(bytes.subarray(i, i + piece));
  reader.end('pay.csv');
  return found;
}

describe('a list', () => {
  it('is the same in whatever pieces its bytes arrive', () => {
    const dialect = dialects([',', ';', '|', '\t'], ['"', "'"]);
    fc.assert(
      fc.property(list, dialect, cuts, (given, how, places) => {
        const bytes = written(given, how);
        const [whole, cut] = [load(bytes, config(how)), load(bytes, config(how), places)];
        expect(cut.report).toEqual(whole.report);
        expect(cut.dataSet.sha256).toBe(whole.dataSet.sha256);
        expect([...cut.dataSet]).toEqual([...whole.dataSet]);
      }),
      { numRuns: 300 },
    );
  });

  it('is the same list however it is written', () => {
    const dialect = dialects([',', ';', '|', '\t'], ['"', "'", '`']);
    fc.assert(
      fc.property(list, dialect, dialect, (given, first, second) => {
        const [a, b] = [first, second].map((how) => load(written(given, how), config(how))) as [
          ReturnType<typeof load>,
          ReturnType<typeof load>,
        ];
        expect(a.dataSet.sha256).toBe(b.dataSet.sha256);
        expect(a.report.rejections.map(({ line: _, ...rest }) => rest)).toEqual(
          b.report.rejections.map(({ line: _, ...rest }) => rest),
        );
      }),
      { numRuns: 200 },
    );
  });

  it('has the same payments in whatever order its rows stand, and the same hash if no two share a time', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(rows, { maxLength: 20, selector: ([, time]) => time }),
        fc.infiniteStream(fc.nat()),
        (given, keys) => {
          const unreferenced = given.map(([, ...rest]) => ['', ...rest]);
          const shuffled = unreferenced
            .map((row) => [keys.next().value as number, row] as const)
            .sort(([a], [b]) => a - b)
            .map(([, row]) => row);
          const plain = { delimiter: ',', quote: '"', newline: '\n', mark: false, quotesAll: false };
          const [a, b] = [unreferenced, shuffled].map((one) => load(written(one, plain), config())) as [
            ReturnType<typeof load>,
            ReturnType<typeof load>,
          ];
          expect(b.dataSet.sha256).toBe(a.dataSet.sha256);
          expect(b.report.counts).toEqual(a.report.counts);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('with a delimiter of several bytes is the same in pieces', () => {
    const bytes = Buffer.from('a€b€c\n');
    expect(records(bytes, 4, { delimiter: '€' })).toEqual(records(bytes, 100, { delimiter: '€' }));
  });

  it('may have a quote of several bytes', () => {
    const bytes = Buffer.from('a,‰b‰\n');
    expect(records(bytes, bytes.length, { quote: '‰' })).toEqual([{ line: 1, fields: ['a', 'b'], fault: null, excess: null }]);
  });

  it('with a line break in a field that is too long has the same lines', () => {
    const bytes = Buffer.from(`"${'x'.repeat(70_000)}\r\ny"\nz\n`);
    const lines = (piece: number): (number | null)[] => records(bytes, piece, {}).map(({ line }) => line);
    expect(lines(70_002)).toEqual(lines(bytes.length));
  });
});

describe('text behind a closing quote', () => {
  it.each<[string, Partial<CsvConfig>]>([
    ['"R1"x"y,1\nR2,2\n', {}],
    ['"R1" ",1\nR2,2\n', { trim: true }],
    ['"R1""x"y"z",1\nR2,2\n', {}],
  ])('is the fault of its own record, and of no other: %j', (text, csv) => {
    for (const piece of [1, 2, 100]) {
      const found = records(Buffer.from(text), piece, csv);
      expect(found.map(({ fault, fields, line }) => [fault, fields.at(-1), line])).toEqual([
        ['quote', '1', 1],
        [null, '2', 2],
      ]);
    }
  });

  it('does not move the numbers of lines', () => {
    for (const piece of [1, 2, 100])
      expect(records(Buffer.from('"a\r""\nb",1\nc,2\n'), piece, {}).map(({ line }) => line)).toEqual([1, 4]);
  });
});
