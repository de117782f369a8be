import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkSchema, DatabaseError, databaseInfo, MIGRATIONS, SCHEMA_VERSION, SimCashDatabase } from '../src/index.js';
import { close, openDatabase, reference, reopen, storeWhole, temporaryDirectory } from './support/storing.js';

describe('a new database', () => {
  it('has the current schema, every migration recorded, and nothing in it', async () => {
    const database = await openDatabase();
    expect(await checkSchema(database)).toEqual([]);
    const applied = await database.query('SELECT version, description FROM schema_migrations ORDER BY version');
    expect(applied).toEqual(MIGRATIONS.map(({ description, version }) => ({ version, description })));
    const { bytes, tables, version } = await databaseInfo(database);
    expect(version).toBe(SCHEMA_VERSION);
    expect(bytes).toBeGreaterThan(0);
    expect(tables.filter(({ rows, table }) => rows > 0 && table !== 'schema_migrations')).toEqual([]);
  });

  it('has all tables and views of the specification', async () => {
    const database = await openDatabase();
    const names = await database.query<{ name: string }>(
      `SELECT table_name AS name FROM duckdb_tables() WHERE NOT internal AND NOT temporary
       UNION ALL SELECT view_name FROM duckdb_views() WHERE NOT internal AND NOT temporary ORDER BY name`,
    );
    expect(names.map(({ name }) => name)).toEqual([
      ...['agent_state_registers', 'collateral_events', 'daily_agent_metrics', 'daily_system_metrics', 'experiment_events'],
      ...['experiment_iterations', 'experiments', 'lsm_cycle_transactions', 'lsm_cycles', 'policy_decisions'],
      ...['policy_evaluations', 'policy_snapshots', 'queue_snapshots', 'schema_migrations', 'simulation_agents'],
      ...['simulation_checkpoints', 'simulation_events', 'simulation_runs', 'simulations', 'tick_agent_states'],
      ...['tick_queue_snapshots', 'tick_summaries', 'transactions', 'v_payments'],
    ]);
  });

  it('keeps bulk tables free of indexes', async () => {
    const database = await openDatabase();
    const bulk = ['simulation_events', 'transactions', 'tick_summaries', 'tick_agent_states', 'tick_queue_snapshots'];
    const keys = await database.query<{ table_name: string }>(
      "SELECT table_name FROM duckdb_constraints() WHERE constraint_type IN ('PRIMARY KEY', 'UNIQUE', 'FOREIGN KEY')",
    );
    expect(keys.map((row) => row.table_name).filter((table) => bulk.includes(table))).toEqual([]);
    expect(await database.query('SELECT index_name FROM duckdb_indexes()')).toEqual([]);
  });

  it('has names of bulk tables compressed as such, texts and ids of payments as texts', async () => {
    const database = await openDatabase();
    await storeWhole(database, 'x', reference('events-all-kinds'));
    await database.execute('CHECKPOINT');
    const methods = async (table: string): Promise<unknown> =>
      Object.fromEntries(
        (
          await database.query<{ name: string; method: string }>(
            `SELECT DISTINCT column_name AS name, compression AS method FROM pragma_storage_info('${table}')
             WHERE segment_type IN ('VARCHAR', 'JSON') AND column_path NOT LIKE '%,%'`,
          )
        ).map(({ method, name }) => [name, method]),
      );
    expect(await methods('simulation_events')).toEqual({
      simulation_id: 'Dictionary',
      event_type: 'Dictionary',
      agent_id: 'Dictionary',
      tx_id: 'FSST',
      details: 'FSST',
    });
    expect(await methods('tick_agent_states')).toEqual({ simulation_id: 'Dictionary', agent_id: 'Dictionary' });
  });
});

describe('migrating', () => {
  it('twice is migrating once', async () => {
    const database = await openDatabase();
    const before = await database.query('SELECT * FROM schema_migrations ORDER BY version');
    expect(await database.migrate()).toEqual([]);
    const again = await reopen(database);
    expect(await again.query('SELECT * FROM schema_migrations ORDER BY version')).toEqual(before);
    expect(await checkSchema(again)).toEqual([]);
  });

  it('brings a database of an earlier version to the schema of a new one, with its rows', async () => {
    const database = await openDatabase();
    await storeWhole(database, 'kept', reference('rtgs-two-banks'));
    await database.execute('DELETE FROM schema_migrations WHERE version > 1');
    const rows = await database.query('SELECT * FROM simulations');
    const migrated = await reopen(database);
    expect(await checkSchema(migrated)).toEqual([]);
    expect(await migrated.query('SELECT * FROM simulations')).toEqual(rows);
    expect(await migrated.query('SELECT max(version) AS version FROM schema_migrations')).toEqual([{ version: SCHEMA_VERSION }]);
  });

  it('takes an earlier text that made the same tables as applied', async () => {
    const database = await openDatabase();
    const [earlier] = MIGRATIONS[0]!.equivalents!;
    await database.execute('UPDATE schema_migrations SET checksum = $1 WHERE version = 1', [earlier!]);
    expect(await checkSchema(await reopen(database))).toEqual([]);
  });

  it('is not done by reading: an older file is refused with the command that mends it, and not changed', async () => {
    const database = await openDatabase();
    await database.execute('DELETE FROM schema_migrations WHERE version > 1');
    close(database);
    await expect(SimCashDatabase.open(database.path, { readOnly: true })).rejects.toThrow(
      new DatabaseError(`database ${database.path} has an older schema: run 'simcash db migrate --db ${database.path}'`),
    );
    const other = await reopen(database);
    expect(await other.query('SELECT count(*) AS n FROM schema_migrations')).toEqual([{ n: MIGRATIONS.length }]);
  });
});

describe('a database that this program cannot trust', () => {
  it.each([{ readOnly: true }, { readOnly: false }])('is refused if its schema is newer: %o', async (options) => {
    const database = await openDatabase();
    await database.execute("INSERT INTO schema_migrations VALUES (999, 'from the future', 'x', now()::TIMESTAMP)");
    close(database);
    await expect(SimCashDatabase.open(database.path, options)).rejects.toThrow(
      new DatabaseError(`database ${database.path} has schema version 999, this program knows ${SCHEMA_VERSION}: update simcash`),
    );
  });

  it('is refused if a migration was applied with another text', async () => {
    const database = await openDatabase();
    await database.execute("UPDATE schema_migrations SET checksum = 'other' WHERE version = 1");
    close(database);
    await expect(SimCashDatabase.open(database.path)).rejects.toThrow(/migration 1 was applied with another text/);
  });

  it('is refused if it is no DuckDB file, or one of somebody else, and is left alone', async () => {
    const text = path.join(temporaryDirectory(), 'notes.txt');
    writeFileSync(text, 'these are my notes\n'.repeat(1000));
    await expect(SimCashDatabase.open(text)).rejects.toThrow(new DatabaseError(`${text} is not a DuckDB database`));
    const database = await openDatabase();
    await database.execute('DROP TABLE schema_migrations');
    close(database);
    await expect(SimCashDatabase.open(database.path, { readOnly: true })).rejects.toThrow(/is not a SimCash database/);
  });
});

describe('the check of the schema', () => {
  it.each([
    ['a missing column', 'ALTER TABLE tick_summaries DROP COLUMN rng_state', 'column tick_summaries.rng_state is missing'],
    ['a missing table', 'DROP TABLE queue_snapshots', 'table queue_snapshots is missing'],
    ['a missing view', 'DROP VIEW v_payments', 'view v_payments is missing'],
    [
      'another type',
      'ALTER TABLE queue_snapshots ALTER position TYPE BIGINT',
      'column queue_snapshots.position is BIGINT NOT NULL, should be INTEGER NOT NULL',
    ],
    [
      'a column that may be NULL',
      'ALTER TABLE queue_snapshots ALTER tx_id DROP NOT NULL',
      'column queue_snapshots.tx_id is VARCHAR, should be VARCHAR NOT NULL',
    ],
    [
      'another view',
      "CREATE OR REPLACE VIEW policy_decisions AS SELECT 'x' AS id",
      /^view policy_decisions is CREATE .*, should be CREATE /m,
    ],
  ])('finds %s', async (_, mutilation, problem) => {
    const database = await openDatabase();
    await database.execute(mutilation);
    const problems = await checkSchema(database);
    const text = problems.join('\n');
    if (typeof problem === 'string') expect(problems).toContain(problem);
    else expect(text).toMatch(problem);
  });
});
