import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { transactionId } from '../../engine/src/index.js';
import { EnumColumn } from '../src/staging/enum-column.js';
import { ListColumn } from '../src/staging/list-column.js';
import { NameColumn } from '../src/staging/name-column.js';
import { NumberColumn } from '../src/staging/number-column.js';
import { PaymentColumn } from '../src/staging/payment-column.js';
import { Stage } from '../src/staging/stage.js';
import { TextColumn } from '../src/staging/text-column.js';
import { Vocabulary } from '../src/staging/vocabulary.js';

/** Texts around the length up to which DuckDB keeps them in place, of one to four bytes a character. */
const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 20 }),
  fc.string({ unit: 'binary-ascii', minLength: 10, maxLength: 15 }),
  fc.string({ minLength: 200, maxLength: 400 }),
);
const payment = fc.oneof(
  fc.integer({ min: 1, max: 99_999_999 }),
  fc.constantFrom(0, 1, 9_999, 10_000, 99_999_999, 100_000_000, 10 ** 11 - 1, 10 ** 11, 2 ** 53 - 1),
  text,
  fc.constant(null),
);
const KINDS = ['post', 'withdraw', 'a rather long name of a kind'];

interface Row {
  number: number | null;
  kind: number | null;
  name: string | null;
  payment: number | string | null;
  names: string[];
  payments: (number | string)[];
  text: string;
}

const row: fc.Arbitrary<Row> = fc.record({
  number: fc.oneof(fc.maxSafeInteger(), fc.double({ noNaN: true }), fc.constant(null)),
  kind: fc.option(fc.nat({ max: KINDS.length - 1 })),
  name: fc.option(text),
  payment,
  names: fc.array(text, { maxLength: 3 }),
  payments: fc.array(
    payment.filter((one) => one !== null),
    { maxLength: 3 },
  ),
  text,
});

function makeStage() {
  const names = new Vocabulary(['known']);
  const columns = {
    number: new NumberColumn(),
    kind: new EnumColumn(KINDS),
    name: new NameColumn(names),
    payment: new PaymentColumn(),
    names: new ListColumn(new NameColumn(names)),
    payments: new ListColumn(new PaymentColumn()),
    text: new TextColumn(),
  };
  const addPayment = (column: PaymentColumn, one: number | string | null): void => {
    if (typeof one === 'string') column.addText(one);
    else column.add(one ?? NaN);
  };
  const add = (one: Row): void => {
    columns.number.add(one.number ?? NaN);
    columns.kind.add(one.kind ?? -1);
    columns.name.add(one.name === null ? -1 : names.code(one.name));
    addPayment(columns.payment, one.payment);
    for (const name of one.names) columns.names.elements.add(names.code(name));
    columns.names.end();
    for (const id of one.payments) addPayment(columns.payments.elements, id);
    columns.payments.end();
    // The text is cut out of others, and its first byte is exchanged, as the details of an event are cut out of its line.
    const bytes = Buffer.from(`{"event_type":${one.text}}\n`);
    const begin = columns.text.append(bytes) + '{"event_type"'.length;
    columns.text.add(begin, begin + bytes.length - '{"event_type"'.length - 2, '>'.charCodeAt(0));
  };
  return { stage: new Stage('staged', columns, (table) => `INSERT INTO stored SELECT * FROM ${table}`), add };
}

const idOf = (one: number | string | null): string | null => (typeof one === 'number' ? transactionId(one) : one);

/** A row as the store should show it. */
const shown = (one: Row): unknown[] => [
  one.number,
  one.kind === null ? null : KINDS[one.kind],
  one.name,
  idOf(one.payment),
  one.names,
  one.payments.map(idOf),
  `>${one.text}`,
];

describe('staged rows', () => {
  let connection: DuckDBConnection;
  beforeAll(async () => {
    connection = await (await DuckDBInstance.create(':memory:')).connect();
  });

  async function emptyStore(): Promise<void> {
    await connection.run(`CREATE OR REPLACE TABLE stored
      (number DOUBLE, kind VARCHAR, name VARCHAR, payment VARCHAR, names VARCHAR[], payments VARCHAR[], text VARCHAR)`);
  }

  async function move(stage: Stage, completeDays: boolean, rowGroups: boolean): Promise<void> {
    const portion = { completeDays, rowGroups };
    if (!stage.hasRows(portion)) return;
    await connection.run(stage.ddl);
    await stage.move(connection, portion);
    await connection.run(`${stage.insert}; ${stage.drop}`);
  }

  async function stored(): Promise<unknown[][]> {
    const rows = (
      await connection.runAndReadAll('SELECT * REPLACE (CASE WHEN isnan(number) THEN NULL ELSE number END AS number) FROM stored')
    ).getRowsJS();
    return rows as unknown[][];
  }

  it('arrive as they were, whatever they contain and wherever days end', async () => {
    const day = fc.record({
      rows: fc.array(row, { maxLength: 12 }),
      times: fc.constantFrom(1, 1, 40, 300),
      packed: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(day, fc.boolean()), { maxLength: 5 }), async (days) => {
        await emptyStore();
        const { add, stage } = makeStage();
        const expected: unknown[][] = [];
        for (const [{ packed, rows, times }, moved] of days) {
          for (let i = 0; i < times; i++) rows.forEach(add);
          for (let i = 0; i < times; i++) expected.push(...rows.map(shown));
          if (packed) stage.pack();
          stage.completeDay();
          if (moved) await move(stage, true, false);
        }
        await move(stage, true, false);
        expect(await stored()).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });

  it('of the open day stay behind when complete days are moved', async () => {
    await emptyStore();
    const { add, stage } = makeStage();
    const numbered = (number: number): Row => ({
      number,
      kind: 0,
      name: 'known',
      payment: number,
      names: [],
      payments: [number],
      text: '',
    });
    for (let i = 0; i < 5_000; i++) add(numbered(i));
    stage.completeDay();
    for (let i = 5_000; i < 12_000; i++) add(numbered(i));
    stage.pack();
    await move(stage, true, false);
    expect((await stored()).length).toBe(5_000);
    await move(stage, true, false);
    expect((await stored()).length).toBe(5_000);
    stage.completeDay();
    await move(stage, true, false);
    expect((await stored()).map(([number]) => number)).toEqual(Array.from({ length: 12_000 }, (_, i) => i));
  });

  it('move in whole row groups when these are asked for', async () => {
    await emptyStore();
    const { stage } = makeStage();
    const { kind, name, names, number, payment, payments, text: texts } = stage.columns;
    const rows = 2 * 122_880 + 5_000;
    for (let i = 0; i < rows; i++) {
      for (const column of [kind, name]) column.add(0);
      for (const column of [number, payment]) column.add(i);
      for (const list of [names, payments]) list.end();
      const at = texts.append(Buffer.from('abc'));
      texts.add(at, at + 3, 0x61);
    }
    stage.pack();
    await move(stage, false, true);
    expect((await stored()).length).toBe(2 * 122_880);
    stage.completeDay();
    await move(stage, true, false);
    const found = (
      await connection.runAndReadAll('SELECT count(*), count(DISTINCT number), min(text), max(text) FROM stored')
    ).getRowsJS();
    expect(found).toEqual([[BigInt(rows), BigInt(rows), 'abc', 'abc']]);
  });
});
