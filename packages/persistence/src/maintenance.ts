import { mkdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { createHash } from 'node:crypto';
import type { SimCashDatabase, SqlValue } from './database.js';
import { DatabaseError } from './errors.js';
import { eventLines } from './queries/events.js';
import { findSimulation } from './queries/simulations.js';
import { literal } from './staging/sql-text.js';

/** Tables with rows of simulations, children before `simulations` itself. */
export const SIMULATION_TABLES = [
  ...['simulation_agents', 'simulation_events', 'transactions', 'daily_agent_metrics', 'daily_system_metrics', 'tick_summaries'],
  ...[
    'tick_agent_states',
    'tick_queue_snapshots',
    'queue_snapshots',
    'collateral_events',
    'lsm_cycle_transactions',
    'lsm_cycles',
  ],
  ...['policy_snapshots', 'agent_state_registers', 'simulation_checkpoints', 'simulations'],
] as const;

/** Logical key of each table, in which its rows are compared and exported. */
const KEYS: Record<(typeof SIMULATION_TABLES)[number], string> = {
  simulation_agents: 'agent_id',
  simulation_events: 'event_seq',
  transactions: 'tx_id',
  daily_agent_metrics: 'day, agent_id',
  daily_system_metrics: 'day',
  tick_summaries: 'tick',
  tick_agent_states: 'tick, agent_id',
  tick_queue_snapshots: 'tick, queue_type, agent_id, position',
  queue_snapshots: 'tick, queue_type, agent_id, position',
  collateral_events: 'collateral_seq',
  lsm_cycle_transactions: 'cycle_id, position',
  lsm_cycles: 'cycle_id',
  policy_snapshots: 'agent_id, snapshot_tick',
  agent_state_registers: 'tick, agent_id, register_key',
  simulation_checkpoints: 'checkpoint_tick, checkpoint_type',
  simulations: 'simulation_id',
};

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
      `WITH x AS (SELECT row_number() OVER (ORDER BY ${KEYS[table]}) AS n, ${rows(x)} AS r FROM ${table} WHERE simulation_id = $1),
            y AS (SELECT row_number() OVER (ORDER BY ${KEYS[table]}) AS n, ${rows(y)} AS r FROM ${table} WHERE simulation_id = $2)
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

/** What does not add up about a stored simulation; empty if all is well (spec 09 §9.5). */
export async function verifySimulation(database: SimCashDatabase, simulationId: string): Promise<string[]> {
  const simulation = await findSimulation(database, simulationId);
  const problems: string[] = [];
  for (const table of SIMULATION_TABLES) {
    const [duplicate] = await database.query<{ n: number }>(
      `SELECT count(*) AS n FROM (SELECT 1 FROM ${table} WHERE simulation_id = $1 GROUP BY ${KEYS[table]} HAVING count(*) > 1)`,
      [simulationId],
    );
    if (duplicate!.n > 0) problems.push(`${table}: ${duplicate!.n} keys occur more than once`);
  }
  if (simulation.persistence_level === 'SUMMARY') return problems;
  const [events] = await database.query<{ n: number; last: number | null }>(
    'SELECT count(*) AS n, max(event_seq) AS last FROM simulation_events WHERE simulation_id = $1',
    [simulationId],
  );
  if (events!.n !== (events!.last ?? -1) + 1)
    problems.push(`simulation_events: positions have gaps (${events!.n} events, last position ${events!.last})`);
  const hash = createHash('sha256');
  for await (const lines of eventLines(database, simulationId)) hash.update(lines);
  const { event_count: count, event_log_hash: stored } = simulation;
  if (count !== null && count !== events!.n) problems.push(`simulations: event_count is ${count}, stored are ${events!.n}`);
  if (stored !== null && stored !== hash.digest('hex'))
    problems.push('simulations: event_log_hash does not match the stored events');
  const books = await database.query<{ agent_id: string; day: number }>(BOOKS_SQL, [simulationId]);
  for (const row of books)
    problems.push(`daily_agent_metrics: costs of ${row.agent_id} on day ${row.day} differ from its CostAccrual events`);
  return problems;
}

const BOOKS_SQL = `SELECT m.agent_id, m.day FROM daily_agent_metrics m LEFT JOIN (
    SELECT agent_id, day, sum(CAST(details -> 'costs' ->> 'total' AS BIGINT)) AS cents FROM simulation_events
    WHERE simulation_id = $1 AND event_type = 'CostAccrual' GROUP BY ALL
  ) e USING (agent_id, day)
  WHERE m.simulation_id = $1 AND coalesce(e.cents, 0) <> m.total_cost ORDER BY m.day, m.agent_id`;

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
      `COPY (SELECT * FROM ${table} WHERE simulation_id = ${literal(simulationId)} ORDER BY ${KEYS[table]}) TO ${literal(file)} (${options})`,
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
