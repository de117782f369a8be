import type { Column } from './schema/column.js';
import { EXPERIMENT_TABLES, SIMULATION_TABLES, TABLES, type TableName } from './schema/tables.js';
import { literal } from './sql-text.js';

/** Rows that are summed up together, and the table that keeps the sums (spec 09 §9.5). */
export interface Summed {
  readonly key: 'simulation_id' | 'run_id';
  readonly checksums: 'simulation_checksums' | 'experiment_checksums';
  readonly tables: readonly TableName[];
}

export const OF_SIMULATION: Summed = {
  key: 'simulation_id',
  checksums: 'simulation_checksums',
  // Checkpoints have a hash of their own, and may be made when the simulation is over.
  tables: SIMULATION_TABLES.filter((name) => name !== 'simulation_checksums' && name !== 'simulation_checkpoints'),
};

export const OF_EXPERIMENT: Summed = {
  key: 'run_id',
  checksums: 'experiment_checksums',
  tables: EXPERIMENT_TABLES.filter((name) => name !== 'experiment_checksums'),
};

/** Hash of a row that is known: tells whether this DuckDB hashes as the one did that made the sums. */
export const HASH_CHECK = "hash('simcash', 42::BIGINT, 0.5::DOUBLE, true, ['a', 'b'])";

/** Sums over the rows of a simulation or an experiment as they are now. `columns` are those of an earlier sum. */
export function checksumQuery({ key, tables }: Summed, id: string, columns: (name: TableName) => readonly string[]): string {
  const queries = tables
    .filter((name) => columns(name).length > 0)
    .map((name) => {
      const names = columns(name);
      const row = names.map((column) => `"${column}"`).join(', ');
      const day = key === 'run_id' ? '' : `${dayOf(name, id)} AS day, `;
      return (
        `SELECT ${literal(id)} AS ${key}, ${day}${literal(name)} AS table_name, count(*) AS num_rows, ${literal(names.join(','))} AS column_names, ` +
        `CAST(sum(hash(${row})) AS VARCHAR) AS checksum FROM ${name} WHERE ${key} = ${literal(id)} GROUP BY ALL HAVING count(*) > 0`
      );
    });
  return `SELECT *, ${HASH_CHECK} AS hash_check FROM (${queries.join('\nUNION ALL ')}) ORDER BY ALL`;
}

/** Statement that makes the sums anew. */
export function writeChecksums(summed: Summed, id: string): string {
  return `INSERT INTO ${summed.checksums} BY NAME ${checksumQuery(summed, id, summedColumns)}`;
}

export function deleteChecksums({ checksums, key }: Summed, id: string): string {
  return `DELETE FROM ${checksums} WHERE ${key} = ${literal(id)}`;
}

/** Columns of a table that its sum covers: all but the id, what is computed, and what the hash of the event log covers. */
export function summedColumns(name: TableName): readonly string[] {
  const columns: Readonly<Record<string, Column>> = TABLES[name].columns;
  const { key } = (OF_SIMULATION.tables as readonly string[]).includes(name) ? OF_SIMULATION : OF_EXPERIMENT;
  const hashed = name === 'simulation_events' ? LOGGED : [];
  return Object.keys(columns).filter(
    (column) => column !== key && columns[column]!.computed === undefined && !hashed.includes(column),
  );
}

/** Columns that make the line of an event, which `event_log_hash` covers. */
const LOGGED: readonly string[] = ['event_type', 'tick', 'details'];

function dayOf(name: TableName, id: string): string {
  const columns: Readonly<Record<string, Column>> = TABLES[name].columns;
  if (Object.hasOwn(columns, 'day')) return 'day';
  if (!Object.hasOwn(columns, 'tick')) return '-1';
  return `CAST(tick // (SELECT ticks_per_day FROM simulations WHERE simulation_id = ${literal(id)}) AS INTEGER)`;
}
