import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkRunMeasure, measureRun, QueryError, type SimCashDatabase } from '../src/index.js';
import { openDatabase, reference, storeWhole, temporaryDirectory } from './support/storing.js';

/** Queries of strangers that measure a stored run (spec 15 §8): one number, read where nothing can be written. */

const cwd = temporaryDirectory();
const secret = path.join(cwd, 'secret.txt');
writeFileSync(secret, 'the secret');

let database: SimCashDatabase;
beforeAll(async () => {
  // Open for writing, as it is while a sweep runs.
  database = await openDatabase();
  await storeWhole(database, 'x', reference('rtgs-two-banks'));
  await storeWhole(database, 'y', reference('events-all-kinds'));
});

describe('a query that measures a run', () => {
  it('is asked of that run alone', async () => {
    const sql = 'SELECT count(*) FROM transactions WHERE simulation_id = $run -- the payments';
    for (const id of ['x', 'y']) {
      const [row] = await database.query<{ n: number }>('SELECT count(*) AS n FROM transactions WHERE simulation_id = $1', [id]);
      expect(await measureRun(database, sql, id)).toBe(row!.n);
    }
  });

  it.each([
    ['SELECT sum(amount) FROM transactions WHERE simulation_id = $run', expect.any(Number)],
    ['SELECT avg(amount)::DECIMAL(18, 2) FROM transactions WHERE simulation_id = $run', expect.any(Number)],
    ['SELECT amount FROM transactions WHERE simulation_id = $run AND amount < 0', null],
    ['SELECT max(amount) FROM transactions WHERE simulation_id = $run AND amount < 0', null],
    ["WITH a AS (SELECT 0.5::DOUBLE AS half WHERE $run = 'x') SELECT half FROM a", 0.5],
  ])('may be %j', async (sql, value) => {
    await checkRunMeasure(database, sql);
    expect(await measureRun(database, sql, 'x')).toEqual(value);
  });

  it.each([
    ['DELETE FROM simulations WHERE simulation_id = $run', /must be one SELECT/],
    ['SELECT 1 FROM simulations WHERE simulation_id = $run; DROP TABLE simulations', /must be one SELECT/],
    ['', /no SQL/],
    ['PRAGMA database_size', /must say whose rows it reads/],
    ["COPY (SELECT 1) TO 'stolen.csv'", /must be one SELECT|Permission/],
    ["ATTACH 'other.duckdb'", /must be one SELECT|Permission/],
    ['SET lock_configuration = false', /must be one SELECT/],
    ['INSTALL httpfs', /must be one SELECT/],
    [`SELECT length(content) FROM read_text('${secret}') WHERE $run = 'x'`, /Permission|disabled/],
    ["SELECT count(*) FROM query('DELETE FROM transactions') WHERE $run = 'x'", /single SELECT/],
    ['SELEC 1', /no SQL/],
    ['SELECT n FROM nowhere WHERE simulation_id = $run', /nowhere/],
    ['SELECT count(*) FROM transactions', /must say whose rows it reads/],
    ['SELECT count(*) FROM transactions WHERE simulation_id = $1', /must say whose rows it reads/],
    ['SELECT count(*) FROM transactions WHERE simulation_id = $run AND amount > $least', /no other parameter/],
    ['SELECT tx_id FROM transactions WHERE simulation_id = $run', /must give one number/],
    ['SELECT amount, amount FROM transactions WHERE simulation_id = $run', /must give one number/],
  ])('may not be %j', async (sql, message) => {
    const before = await database.query('SELECT count(*) AS n FROM transactions');
    for (const work of [() => checkRunMeasure(database, sql), () => measureRun(database, sql, 'x')]) {
      await expect(work()).rejects.toThrow(QueryError);
      await expect(work()).rejects.toThrow(message);
    }
    expect(await database.query('SELECT count(*) AS n FROM transactions')).toEqual(before);
    expect(existsSync(path.join(cwd, 'stolen.csv')) || existsSync('stolen.csv')).toBe(false);
  });

  it('writes nothing by way of a function, either', async () => {
    await database.execute('CREATE SEQUENCE counter');
    await expect(measureRun(database, "SELECT nextval('counter') WHERE $run = 'x'", 'x')).rejects.toThrow(/read-only/);
    await database.execute('DROP SEQUENCE counter');
  });

  it.each([
    ['SELECT amount FROM transactions WHERE simulation_id = $run', /more than one row/],
    ["SELECT 'Infinity'::DOUBLE WHERE $run = 'x'", /gives Infinity/],
    ["SELECT 1 + error('stop')::INTEGER WHERE $run = 'x'", /stop/],
  ])('fails when it is asked: %j', async (sql, message) => {
    await checkRunMeasure(database, sql);
    await expect(measureRun(database, sql, 'x')).rejects.toThrow(message);
  });
});
