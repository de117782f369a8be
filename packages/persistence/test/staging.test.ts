import { BIGINT, BOOLEAN, DOUBLE, DuckDBInstance, INTEGER, type DuckDBConnection } from '@duckdb/node-api';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { transactionId } from '../../engine/src/index.js';
import { EnumColumn } from '../src/staging/enum-column.js';
import { ListColumn } from '../src/staging/list-column.js';
import { NameColumn } from '../src/staging/name-column.js';
import { NumberColumn } from '../src/staging/number-column.js';
import { PaymentColumn } from '../src/staging/payment-column.js';
import { Stage, type Portion } from '../src/staging/stage.js';
import { TextColumn } from '../src/staging/text-column.js';
import { UnsignedColumn } from '../src/staging/unsigned-column.js';
import { Vocabulary } from '../src/staging/vocabulary.js';
import { SimulationRows } from '../src/writing/simulation-rows.js';
import { describeRun } from '../../runs/src/describe.js';
import { openDatabase, reference } from './support/storing.js';

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
const ID = "a simulation's id";

interface Row {
  number: number | null;
  cents: number | null;
  tick: number | null;
  flag: boolean | null;
  seed: bigint;
  kind: number | null;
  name: string | null;
  payment: number | string | null;
  names: string[];
  payments: (number | string)[];
  text: string;
}

const row: fc.Arbitrary<Row> = fc.record({
  number: fc.option(fc.double({ noNaN: true })),
  cents: fc.option(fc.oneof(fc.maxSafeInteger(), fc.constantFrom(-1, 2 ** 32, -(2 ** 32), 2 ** 31, -(2 ** 53) + 1))),
  tick: fc.option(fc.integer()),
  flag: fc.option(fc.boolean()),
  seed: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
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
    number: new NumberColumn(DOUBLE),
    cents: new NumberColumn(BIGINT),
    tick: new NumberColumn(INTEGER),
    flag: new NumberColumn(BOOLEAN),
    seed: new UnsignedColumn(),
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
    stage.addRows(1);
    columns.number.add(one.number ?? NaN);
    columns.cents.add(one.cents ?? NaN);
    columns.tick.add(one.tick ?? NaN);
    columns.flag.add(one.flag === null ? NaN : Number(one.flag));
    columns.seed.add(one.seed);
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
    columns.text.overwrite(begin, '>'.charCodeAt(0));
    columns.text.add(begin, begin + bytes.length - '{"event_type"'.length - 2);
  };
  const stage = new Stage('stored', ID, columns);
  return { stage, add };
}

const idOf = (one: number | string | null): string | null => (typeof one === 'number' ? transactionId(one) : one);

/** A row as the store should show it. */
const shown = (one: Row): unknown[] => [
  ID,
  one.number,
  one.cents === null ? null : BigInt(one.cents),
  one.tick,
  one.flag,
  one.seed,
  one.kind === null ? null : KINDS[one.kind],
  one.name,
  idOf(one.payment),
  one.names,
  one.payments.map(idOf),
  `>${one.text}`,
];

const COMPLETE_DAYS: Portion = { completeDays: true, rowGroups: false };

describe('staged rows', () => {
  let connection: DuckDBConnection;
  beforeAll(async () => {
    connection = await (await DuckDBInstance.create(':memory:')).connect();
  });

  async function emptyStore(): Promise<void> {
    await connection.run(`CREATE OR REPLACE TABLE stored
      (simulation_id VARCHAR, number DOUBLE, cents BIGINT, tick INTEGER, flag BOOLEAN, seed UBIGINT, kind VARCHAR, name VARCHAR, payment VARCHAR, names VARCHAR[], payments VARCHAR[], text VARCHAR)`);
  }

  /** Moves rows in the way in which the writer moves few of them, or through a temporary table as it moves many. */
  async function move(stage: Stage, portion: Portion, to: 'table' | 'temporary'): Promise<void> {
    const { chunks } = stage.take(portion);
    if (to === 'temporary') await connection.run(stage.createTemporary);
    await stage.append(connection, chunks, to);
    if (to === 'temporary') await connection.run(stage.moveFromTemporary);
  }

  async function stored(): Promise<unknown[][]> {
    return (await connection.runAndReadAll('SELECT * FROM stored')).getRowsJS() as unknown[][];
  }

  it('arrive as they were, whatever they contain and wherever days end', async () => {
    const day = fc.record({
      rows: fc.array(row, { maxLength: 12 }),
      times: fc.constantFrom(1, 1, 40, 300),
      packed: fc.boolean(),
    });
    const route = fc.constantFrom('table' as const, 'temporary' as const);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(day, fc.boolean()), { maxLength: 5 }), route, async (days, to) => {
        await emptyStore();
        const { add, stage } = makeStage();
        const expected: unknown[][] = [];
        for (const [{ packed, rows, times }, moved] of days) {
          for (let i = 0; i < times; i++) rows.forEach(add);
          for (let i = 0; i < times; i++) expected.push(...rows.map(shown));
          if (packed) stage.pack();
          stage.completeDay();
          if (moved) await move(stage, COMPLETE_DAYS, to);
        }
        await move(stage, COMPLETE_DAYS, to);
        expect(await stored()).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });

  it('of the open day stay behind when complete days are moved', async () => {
    await emptyStore();
    const { add, stage } = makeStage();
    const numbered = (number: number): Row => ({
      ...{ cents: 0, tick: 0, flag: false, seed: 0n, kind: 0, name: 'known', names: [], payments: [], text: '' },
      ...{ number, payment: number },
    });
    for (let i = 0; i < 5_000; i++) add(numbered(i));
    stage.completeDay();
    for (let i = 5_000; i < 12_000; i++) add(numbered(i));
    stage.pack();
    await move(stage, COMPLETE_DAYS, 'table');
    expect((await stored()).length).toBe(5_000);
    await move(stage, COMPLETE_DAYS, 'table');
    expect((await stored()).length).toBe(5_000);
    stage.completeDay();
    await move(stage, COMPLETE_DAYS, 'table');
    expect((await stored()).map(([, number]) => number)).toEqual(Array.from({ length: 12_000 }, (_, i) => i));
  });

  it('move in whole row groups when these are asked for', async () => {
    await emptyStore();
    const { stage } = makeStage();
    const { cents, flag, kind, name, names, number, payment, payments, seed, text: texts, tick } = stage.columns;
    const rows = 2 * 122_880 + 5_000;
    for (let i = 0; i < rows; i++) {
      stage.addRows(1);
      for (const column of [cents, flag, kind, name, tick]) column.add(0);
      seed.add(0n);
      for (const column of [number, payment]) column.add(i);
      for (const list of [names, payments]) list.end();
      const at = texts.append(Buffer.from('abc'));
      texts.add(at, at + 3);
    }
    stage.pack();
    await move(stage, { completeDays: false, rowGroups: true }, 'temporary');
    expect((await stored()).length).toBe(2 * 122_880);
    stage.completeDay();
    await move(stage, COMPLETE_DAYS, 'table');
    const found = (
      await connection.runAndReadAll('SELECT count(*), count(DISTINCT number), min(text), max(text) FROM stored')
    ).getRowsJS();
    expect(found).toEqual([[BigInt(rows), BigInt(rows), 'abc', 'abc']]);
  });

  it('have the columns of their tables, in the same order', async () => {
    const database = await openDatabase();
    const scenario = reference('one-bank');
    const { stages } = new SimulationRows('s', describeRun(scenario, { level: 'FULL' }), null);
    for (const { names, table } of stages) {
      const columns = await database.query<{ name: string }>(
        "SELECT column_name AS name FROM duckdb_columns() WHERE table_name = $1 AND column_name <> 'event_id' ORDER BY column_index",
        [table],
      );
      expect(names, table).toEqual(columns.map(({ name }) => name));
    }
    expect(new Set(stages.map(({ table }) => table)).size).toBe(16);
  });
});
