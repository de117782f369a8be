import { createRequire } from 'node:module';
import path from 'node:path';
import { PACKAGES } from './simcash.js';

interface Reader {
  getRowObjectsJson(): Record<string, unknown>[];
}
interface Connection {
  run(sql: string): Promise<unknown>;
  runAndReadAll(sql: string): Promise<Reader>;
  closeSync(): void;
}
interface Instance {
  connect(): Promise<Connection>;
  closeSync(): void;
}

const require = createRequire(path.join(PACKAGES, 'persistence', 'package.json'));
const { DuckDBInstance } = require('@duckdb/node-api') as {
  DuckDBInstance: { create(file: string, options?: Record<string, string>): Promise<Instance> };
};

export type Row = Record<string, unknown>;

/** Works with DuckDB itself, not with the code under test, and closes what it opened. */
async function withConnection<T>(file: string, work: (connection: Connection) => Promise<T>): Promise<T> {
  const instance = await DuckDBInstance.create(file);
  const connection = await instance.connect();
  try {
    return await work(connection);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** Asks a database for rows; 64-bit numbers are texts. */
export type Ask = (sql: string) => Promise<Row[]>;

/** A DuckDB that is kept: to attach a file takes a tenth of the time that it takes to open one. */
let kept: Promise<Connection> | undefined;
let before: Promise<unknown> = Promise.resolve();

/** Attaches databases for reading, under these names, and detaches them again; the first is the one that is asked. */
function reading<T>(files: Readonly<Record<string, string>>, work: (ask: Ask) => Promise<T>): Promise<T> {
  const turn = before.then(async () => {
    kept ??= DuckDBInstance.create(':memory:').then((instance) => instance.connect());
    const connection = await kept;
    const attached: string[] = [];
    try {
      for (const [name, file] of Object.entries(files)) {
        await connection.run(`ATTACH '${file}' AS ${name} (READ_ONLY)`);
        attached.push(name);
      }
      await connection.run(`USE ${attached[0]}`);
      return await work(async (sql) => (await connection.runAndReadAll(sql)).getRowObjectsJson());
    } finally {
      await connection.run('USE memory');
      for (const name of attached) await connection.run(`DETACH ${name}`);
    }
  });
  // One after the other: what a query finds in the catalog is what is attached.
  before = turn.catch(() => undefined);
  return turn;
}

/** Several queries of one state of a database. */
export const queries = <T>(file: string, work: (ask: Ask) => Promise<T>): Promise<T> => reading({ asked: file }, work);

/** Rows of a query; 64-bit numbers are texts. */
export const query = (file: string, sql: string): Promise<Row[]> => queries(file, (ask) => ask(sql));

/** Runs statements on a database, which is created if it does not exist. */
export function execute(file: string, sql: string): Promise<void> {
  return withConnection(file, async (connection) => {
    await connection.run(sql);
  });
}

/** Columns in which the clock speaks: the same run stores other values every time. */
const CLOCK: Readonly<Record<string, readonly string[]>> = {
  // Sums over rows, clocks included.
  simulation_checksums: ['checksum'],
  simulations: ['started_at', 'completed_at', 'duration_seconds', 'ticks_per_second'],
  simulation_checkpoints: ['checkpoint_timestamp'],
};

/** Tables with rows of simulations. */
const TABLES_SQL = `SELECT table_name FROM information_schema.columns JOIN information_schema.tables USING (table_catalog, table_schema, table_name)
  WHERE table_type = 'BASE TABLE' AND column_name = 'simulation_id' AND table_catalog = 'a' ORDER BY table_name`;

/**
 * Rows of a simulation that are in one database and not in the other, per table, a few of each: `{}` for equal ones.
 * What only the clock can know is left out.
 */
export function rowDifferences(a: string, b: string, simulationId: string): Promise<Record<string, object>> {
  return reading({ a, b }, async (rows) => {
    const tables = (await rows(TABLES_SQL)).map((row) => row.table_name as string);
    if (tables.length < 10) throw new Error(`only ${tables.length} tables to compare`);
    const differences: Record<string, object> = {};
    for (const table of tables) {
      const names = (await rows(`DESCRIBE a.${table}`)).map((row) => row.column_name as string);
      const compared = names.filter((name) => !CLOCK[table]?.includes(name));
      const of = (database: string): string =>
        `SELECT ${compared.join(', ')} FROM ${database}.${table} WHERE simulation_id = '${simulationId}'`;
      const [onlyA, onlyB] = [
        await rows(`${of('a')} EXCEPT ALL ${of('b')} LIMIT 3`),
        await rows(`${of('b')} EXCEPT ALL ${of('a')} LIMIT 3`),
      ];
      if (onlyA.length + onlyB.length > 0) differences[table] = shown(onlyA, onlyB);
    }
    return differences;
  });
}

/** Differences as they can be read: of two rows the columns that differ, long texts cut. */
function shown(onlyA: readonly Row[], onlyB: readonly Row[]): object {
  const short = (value: unknown): unknown =>
    typeof value === 'string' && value.length > 200 ? `${value.slice(0, 200)}…` : value;
  const [a, b] = [onlyA[0], onlyB[0]];
  if (onlyA.length !== 1 || onlyB.length !== 1) {
    return { onlyA: onlyA.map((row) => Object.values(row).map(short)), onlyB: onlyB.map((row) => Object.values(row).map(short)) };
  }
  const different = Object.keys(a!).filter((name) => JSON.stringify(a![name]) !== JSON.stringify(b![name]));
  return Object.fromEntries(different.map((name) => [name, [short(a![name]), short(b![name])]]));
}

/** Columns that say in which tick or on which day something was, of all tables with rows of simulations. */
const TIME_COLUMNS = ['tick', 'created_tick', 'settlement_tick', 'snapshot_tick', 'day', 'snapshot_day'];

/** How many rows of a simulation lie after a tick, per table; `{}` if none does. */
export function rowsAfter(
  file: string,
  simulationId: string,
  tick: number,
  ticksPerDay: number,
): Promise<Record<string, number>> {
  return queries(file, async (rows) => {
    const columns = await rows(
      `SELECT table_name, column_name FROM duckdb_columns() WHERE NOT internal AND column_name IN ('${TIME_COLUMNS.join("', '")}')
       AND table_name IN (SELECT table_name FROM duckdb_columns() WHERE column_name = 'simulation_id')
       AND table_name IN (SELECT table_name FROM duckdb_tables())`,
    );
    const found: Record<string, number> = {};
    for (const { column_name: column, table_name: table } of columns as { column_name: string; table_name: string }[]) {
      // The policies at the start of a run are stored with its first row, as of tick 0.
      const latest = column.startsWith('snapshot') ? Math.max(tick, 0) : tick;
      const last = column.endsWith('day') ? Math.floor(latest / ticksPerDay) : latest;
      const [count] = await rows(
        `SELECT count(*)::INTEGER AS n FROM ${table} WHERE simulation_id = '${simulationId}' AND ${column} > ${last}`,
      );
      if (count!.n !== 0) found[`${table}.${column}`] = count!.n as number;
    }
    return found;
  });
}
