import { mkdirSync, statSync } from 'node:fs';
import path from 'node:path';
import type { SimCashDatabase, SqlValue } from './database.js';
import { DatabaseError } from './errors.js';
import { findSimulation } from './queries/simulations.js';
import { LOGICAL_KEYS, SIMULATION_TABLES } from './schema/simulation-tables.js';
import { literal } from './sql-text.js';

/** Columns that tell when or why a simulation was run, not what happened; they take no part in comparisons (spec 09 §1). */
const CONTEXT_COLUMNS: Partial<Record<string, readonly string[]>> = {
  simulations: [
    ...[
      'run_purpose',
      'experiment_run_id',
      'experiment_iteration',
      'sample_index',
      'subject_agent_id',
      'policy_variant',
      'config_file',
    ],
    ...['config_name', 'description', 'started_at', 'completed_at', 'duration_seconds', 'ticks_per_second', 'engine_version'],
  ],
  simulation_checkpoints: ['checkpoint_timestamp'],
};

/** Deletes a simulation from all tables in one transaction. @throws NotStoredError, DatabaseError for a running one */
export async function deleteSimulation(database: SimCashDatabase, simulationId: string): Promise<void> {
  const { status } = await findSimulation(database, simulationId);
  if (status === 'running') throw new DatabaseError(`simulation ${simulationId} is running and cannot be deleted`);
  await database.transaction(async () => {
    for (const table of SIMULATION_TABLES)
      await database.execute(`DELETE FROM ${table} WHERE simulation_id = $1`, [simulationId]);
  });
}

/** The first row in which two simulations differ, per table; wall-clock and context columns do not count (spec 09 §6). */
export async function diffRows(
  database: SimCashDatabase,
  x: string,
  y: string,
): Promise<{ table: string; first: string; second: string }[]> {
  await findSimulation(database, x);
  await findSimulation(database, y);
  const differences: { table: string; first: string; second: string }[] = [];
  for (const table of SIMULATION_TABLES) {
    const rows = await comparable(database, table);
    const difference = await database.query<{ a: string | null; b: string | null }>(
      `WITH x AS (SELECT row_number() OVER (ORDER BY ${LOGICAL_KEYS[table]}) AS n, ${rows(x)} AS r FROM ${table} WHERE simulation_id = $1),
            y AS (SELECT row_number() OVER (ORDER BY ${LOGICAL_KEYS[table]}) AS n, ${rows(y)} AS r FROM ${table} WHERE simulation_id = $2)
       SELECT x.r AS a, y.r AS b FROM x FULL JOIN y USING (n) WHERE x.r IS DISTINCT FROM y.r ORDER BY n LIMIT 1`,
      [x, y],
    );
    const [first] = difference;
    if (first) differences.push({ table, first: first.a ?? '(no such row)', second: first.b ?? '(no such row)' });
  }
  return differences;
}

/** SQL that gives a row as JSON text with the simulation's id replaced, so that equal simulations give equal texts. */
async function comparable(database: SimCashDatabase, table: string): Promise<(id: string) => string> {
  const columns = await database.query<{ column_name: string }>(
    'SELECT column_name FROM duckdb_columns() WHERE table_name = $1 ORDER BY column_index',
    [table],
  );
  const ignored = [...(CONTEXT_COLUMNS[table] ?? []), 'simulation_id', 'event_id'];
  const ids = ['cycle_id', 'checkpoint_id'];
  const kept = columns.map((column) => column.column_name).filter((name) => !ignored.includes(name));
  const member = (id: string) => (name: string) =>
    `"${name}" := ${ids.includes(name) ? `replace("${name}", ${literal(id)}, '')` : `"${name}"`}`;
  return (id) => `CAST(to_json(struct_pack(${kept.map(member(id)).join(', ')})) AS VARCHAR)`;
}

/** Writes every table of a simulation to files in a directory; returns their paths. */
export async function exportSimulation(
  database: SimCashDatabase,
  simulationId: string,
  format: 'parquet' | 'ndjson',
  directory: string,
): Promise<string[]> {
  await findSimulation(database, simulationId);
  mkdirSync(directory, { recursive: true });
  const files: string[] = [];
  for (const table of SIMULATION_TABLES) {
    const file = path.join(directory, `${table}.${format}`);
    const options = format === 'parquet' ? 'FORMAT parquet, COMPRESSION zstd' : 'FORMAT json';
    await database.execute(
      `COPY (SELECT * FROM ${table} WHERE simulation_id = ${literal(simulationId)} ORDER BY ${LOGICAL_KEYS[table]}) TO ${literal(file)} (${options})`,
    );
    files.push(file);
  }
  return files;
}

/** Size of the file and rows per table. */
export async function databaseInfo(
  database: SimCashDatabase,
): Promise<{ path: string; bytes: number; version: number; tables: { table: string; rows: number }[] }> {
  const names = await database.query<{ table_name: string }>(
    'SELECT table_name FROM duckdb_tables() WHERE NOT internal AND NOT temporary ORDER BY table_name',
  );
  const tables: { table: string; rows: number }[] = [];
  for (const { table_name: table } of names) {
    const [count] = await database.query<{ n: number }>(`SELECT count(*) AS n FROM "${table}"`);
    tables.push({ table, rows: count!.n });
  }
  const [version] = await database.query<{ v: SqlValue }>('SELECT max(version) AS v FROM schema_migrations');
  return { path: database.path, bytes: statSync(database.path).size, version: Number(version!.v), tables };
}
