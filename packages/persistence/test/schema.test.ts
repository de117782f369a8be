import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { describe, expect, it } from 'vitest';
import {
  checkSchema,
  DatabaseError,
  databaseInfo,
  diffRows,
  MIGRATIONS,
  SCHEMA_VERSION,
  SimCashDatabase,
  TABLES,
  verifySimulation,
  VIEWS,
} from '../src/index.js';
import {
  close,
  earlierFile,
  fileWithSweep,
  openDatabase,
  reference,
  reopen,
  storeWhole,
  temporaryDirectory,
} from './support/storing.js';

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
    const tables = [
      ...[
        'agent_state_registers',
        'algorithm_runs',
        'collateral_events',
        'daily_agent_metrics',
        'daily_system_metrics',
        'experiment_checksums',
      ],
      ...[
        'experiment_estimates',
        'experiment_events',
        'experiment_iterations',
        'experiment_regret',
        'experiments',
        'bank_day_series',
        'indicator_sheets',
        'lsm_cycle_transactions',
        'lsm_cycles',
      ],
      ...['payment_dataset_rejects', 'payment_dataset_rows', 'payment_datasets'],
      ...[
        'policy_evaluation_days',
        'policy_evaluations',
        'policy_snapshots',
        'queue_snapshots',
        'schema_migrations',
        'settlement_runs',
        'simulation_agents',
      ],
      ...[
        'simulation_calendar',
        'simulation_calls',
        'simulation_checkpoints',
        'simulation_checksums',
        'simulation_events',
        'simulations',
        'tick_agent_states',
      ],
      ...[
        'stress_banks',
        'sweep_cells',
        'sweep_conflicts',
        'sweep_jobs',
        'sweep_sensitivity',
        'sweep_shards',
        'sweep_statistics',
      ],
      ...['sweep_values', 'sweeps'],
      ...['tick_queue_snapshots', 'tick_summaries', 'transactions'],
    ];
    const views = [
      ...['policy_decisions', 'simulation_runs', 'v_bank_days', 'v_bank_days_intratick', 'v_bank_runs', 'v_bank_ticks'],
      ...['v_bcbs248', 'v_deadlines', 'v_flow_steps', 'v_flows', 'v_legs', 'v_liquidity_moves'],
      ...['v_lsm_savings', 'v_mechanisms', 'v_network', 'v_network_nodes', 'v_obligations', 'v_pair_flows'],
      ...['v_payment_timing', 'v_payments', 'v_queue_steps', 'v_scheduled_settlements', 'v_simulations', 'v_system_days'],
      ...[
        'v_stress_ranking',
        'v_sweep_differences',
        'v_sweep_statistics',
        'v_system_runs',
        'v_system_ticks',
        'v_throughput',
        'v_tick_times',
      ],
    ];
    expect(names.map(({ name }) => name)).toEqual([...tables, ...views].sort());
  });

  it('explains every table, every view and every column to whoever opens it', async () => {
    const database = await openDatabase();
    const unexplained = await database.query(
      `SELECT name FROM (
         SELECT table_name || '.' || column_name AS name, comment FROM duckdb_columns() WHERE NOT internal AND database_name <> 'temp'
         UNION ALL SELECT table_name, comment FROM duckdb_tables() WHERE NOT internal AND NOT temporary
         UNION ALL SELECT view_name, comment FROM duckdb_views() WHERE NOT internal AND NOT temporary
       ) WHERE coalesce(trim(comment), '') = ''`,
    );
    expect(unexplained).toEqual([]);
    const [column] = await database.query(
      "SELECT comment FROM duckdb_columns() WHERE table_name = 'transactions' AND column_name = 'arrival_seq'",
    );
    expect(column).toEqual({ comment: TABLES.transactions.columns.arrival_seq.about });
    for (const [name, { columns }] of Object.entries(VIEWS)) {
      const found = await database.query<{ name: string }>(
        "SELECT column_name AS name FROM duckdb_columns() WHERE table_name = $1 AND database_name <> 'temp' ORDER BY column_index",
        [name],
      );
      expect(
        found.map((row) => row.name),
        name,
      ).toEqual(Object.keys(columns));
    }
  });

  it('refuses words that no program writes', async () => {
    const database = await openDatabase();
    await storeWhole(database, 'x', reference('rtgs-two-banks'));
    for (const change of [
      "simulations SET status = 'done'",
      "transactions SET status = 'paid'",
      "simulations SET run_purpose = 'best'",
    ])
      await expect(database.execute(`UPDATE ${change}`), change).rejects.toThrow(/CHECK constraint|Could not convert/);
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
    const migrated = await openDatabase(earlierFile());
    expect(await checkSchema(migrated)).toEqual([]);
    expect(await migrated.query('SELECT version, description FROM schema_migrations ORDER BY version')).toEqual(
      MIGRATIONS.map(({ description, version }) => ({ version, description })),
    );
    for (const id of ['splits-in-lsm', 'mixed-five-days', 'liquidity-pool-daily', 'events-only'])
      expect(await verifySimulation(migrated, id), id).toEqual([]);
  });

  it('keeps sweeps and runs that were stored when runs of sweeps were not', async () => {
    const migrated = await openDatabase(fileWithSweep());
    expect(await checkSchema(migrated)).toEqual([]);
    expect(await verifySimulation(migrated, 'one')).toEqual([]);
    expect(await migrated.query('SELECT sweep_id, kind, num_cells, status FROM sweeps')).toEqual([
      { sweep_id: 'caps', kind: 'sweep', num_cells: 2, status: 'completed' },
    ]);
    expect(await migrated.query('SELECT cell, labels, is_baseline, case_name FROM sweep_cells ORDER BY cell')).toEqual([
      { cell: 0, labels: '{"cap":"0"}', is_baseline: true, case_name: null },
      { cell: 1, labels: '{"cap":"100000"}', is_baseline: false, case_name: null },
    ]);
    const [counts] = await migrated.query(
      `SELECT count(*) AS jobs, count(simulation_id) AS runs, (SELECT count(*) FROM sweep_values) AS "values",
         (SELECT count(*) FROM simulations WHERE sweep_id IS NULL) AS simulations FROM sweep_jobs`,
    );
    expect(counts).toEqual({ jobs: 6, runs: 0, values: 12, simulations: 1 });
    await migrated.execute("UPDATE sweeps SET kind = 'stress'");
    await migrated.execute(
      "UPDATE simulations SET run_purpose = 'stress', sweep_id = 'caps', sweep_cell = 0, sweep_replication = 0",
    );
  });

  it('fills what the earlier version did not store with what a run of today stores', async () => {
    const migrated = await openDatabase(earlierFile());
    for (const name of ['splits-in-lsm', 'mixed-five-days', 'liquidity-pool-daily']) {
      await storeWhole(migrated, `${name} again`, reference(name), { checkpointEvery: 'day' });
      // Which other runs are of the same scenario is not found out.
      await migrated.execute('UPDATE simulations SET scenario_hash = NULL WHERE simulation_id = $1', [`${name} again`]);
      const differences = await diffRows(migrated, name, `${name} again`);
      // The state of the engine has another format.
      expect(
        differences
          .map(({ table }) => table)
          .filter((table) => !['simulation_checkpoints', 'simulation_checksums'].includes(table)),
      ).toEqual([]);
    }
  });

  it('takes every text of a migration that made the same tables as applied', async () => {
    const database = await openDatabase();
    const [, other] = MIGRATIONS[0]!.checksums;
    await database.execute('UPDATE schema_migrations SET checksum = $1 WHERE version = 1', [other!]);
    expect(await checkSchema(await reopen(database))).toEqual([]);
  });

  it('is done wholly or not at all', async () => {
    const file = earlierFile();
    const instance = await DuckDBInstance.create(file);
    const connection = await instance.connect();
    await connection.run('DROP VIEW IF EXISTS v_payments; CREATE TABLE simulation_calls (mine INTEGER)');
    connection.closeSync();
    instance.closeSync();
    await expect(SimCashDatabase.open(file)).rejects.toThrow(/^Migration 3 failed: .*simulation_calls/);
    await expect(SimCashDatabase.open(file, { readOnly: true })).rejects.toThrow(/has an older schema/);
  });

  it('is not done by reading: an older file is refused with the command that mends it, and not changed', async () => {
    const file = earlierFile();
    const before = readFileSync(file);
    await expect(SimCashDatabase.open(file, { readOnly: true })).rejects.toThrow(
      new DatabaseError(`database ${file} has an older schema: run 'simcash db migrate --db ${file}'`),
    );
    expect(readFileSync(file).equals(before)).toBe(true);
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
    for (const readOnly of [true, false])
      await expect(SimCashDatabase.open(database.path, { readOnly })).rejects.toThrow(/is not a SimCash database/);
  });
});

describe('the check of the schema', () => {
  it.each([
    ['a missing column', 'ALTER TABLE tick_summaries DROP COLUMN rng_state', 'column tick_summaries.rng_state is missing'],
    ['a missing table', 'DROP TABLE queue_snapshots', 'table queue_snapshots is missing'],
    ['a missing view', 'DROP VIEW a.main.v_payments', 'view v_payments is missing'],
    [
      'another type',
      'ALTER TABLE queue_snapshots ALTER position TYPE BIGINT',
      /^column queue_snapshots.position is 6 BIGINT NOT NULL -- .*, should be 6 INTEGER NOT NULL -- /m,
    ],
    [
      'a column that may be NULL',
      'ALTER TABLE queue_snapshots ALTER tx_id DROP NOT NULL',
      /^column queue_snapshots.tx_id is 7 VARCHAR -- .*, should be 7 VARCHAR NOT NULL -- /m,
    ],
    [
      'another comment',
      "COMMENT ON COLUMN transactions.amount IS 'euros'",
      /^column transactions.amount is 5 .* -- euros, should be 5 .* -- cents$/m,
    ],
    ['a table of somebody else', 'CREATE TABLE mine (a INTEGER)', 'table mine is not part of the schema'],
    [
      'another view',
      "CREATE OR REPLACE VIEW a.main.policy_decisions AS SELECT 'x' AS id",
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
