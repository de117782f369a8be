import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { describe, expect, it } from 'vitest';
import { getSimulationSummary, listSimulations, SimCashDatabase } from '../src/index.js';
import { close, openDatabase, reference, storeWhole, temporaryDirectory } from './support/storing.js';

/** A database with a run, in which somebody else has been at work. */
async function altered(...statements: string[]): Promise<string> {
  const database = await openDatabase();
  await storeWhole(database, 'x', reference('rtgs-two-banks'));
  close(database);
  const instance = await DuckDBInstance.create(database.path);
  const connection = await instance.connect();
  for (const statement of statements) await connection.run(statement);
  connection.closeSync();
  instance.closeSync();
  return database.path;
}

const secret = path.join(temporaryDirectory(), 'secret.txt');
writeFileSync(secret, 'the secret');

describe.each([{ readOnly: true }, { readOnly: false }])('a database of a stranger, opened with %o', (options) => {
  it('answers by our own views, not by those that it brings', async () => {
    const database = await openDatabase(
      await altered(
        `CREATE OR REPLACE VIEW v_simulations AS SELECT * REPLACE ((SELECT content FROM read_text('${secret}')) AS description) FROM simulations`,
        `CREATE OR REPLACE VIEW v_payments AS SELECT 1 AS simulation_id`,
      ),
      options,
    );
    expect(await listSimulations(database)).toMatchObject([{ simulation_id: 'x', description: null }]);
    expect(await getSimulationSummary(database, 'x')).toMatchObject({ total_arrivals: expect.any(Number) as number });
    await expect(database.query('SELECT * FROM a.main.v_simulations')).rejects.toThrow(
      /Permission Error|file system operations are disabled/,
    );
  });

  it('reads, writes and loads nothing, whatever is asked of it, and lets nobody allow it', async () => {
    const database = await openDatabase(await altered(), options);
    for (const statement of [
      `SELECT * FROM read_text('${secret}')`,
      `COPY (SELECT 1) TO '${secret}.copy'`,
      `ATTACH '${secret}.duckdb'`,
      'INSTALL httpfs',
      'LOAD httpfs',
      'SET enable_external_access = true',
      'SET lock_configuration = false',
    ])
      await expect(database.execute(statement), statement).rejects.toThrow(/./);
  });

  it.each([
    ['a macro in place of a function', 'CREATE MACRO sum(x) AS 42', /has code of somebody else: macro sum/],
    [
      'a view in place of a table',
      'ALTER TABLE queue_snapshots RENAME TO other; CREATE VIEW queue_snapshots AS FROM other',
      /has code of somebody else: view queue_snapshots/,
    ],
  ])('is refused if it has %s', async (_, statement, message) => {
    await expect(SimCashDatabase.open(await altered(statement), options)).rejects.toThrow(message);
  });
});
