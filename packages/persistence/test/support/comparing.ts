import { eventLines, type EventRange, type SimCashDatabase } from '../../src/index.js';

/** The stored event log of a simulation. */
export async function storedLog(database: SimCashDatabase, id: string, range?: EventRange): Promise<string> {
  let text = '';
  for await (const lines of eventLines(database, id, range)) text += lines;
  return text;
}

/** Where two texts differ first, undefined if they do not; for texts that are too long to be shown. */
export function firstDifference(found: string, expected: string): unknown {
  if (found === expected) return undefined;
  const [a, b] = [found.split('\n'), expected.split('\n')];
  const at = Math.max(
    0,
    a.findIndex((line, i) => line !== b[i]),
  );
  return { line: at + 1, found: a[at] ?? '(end)', expected: b[at] ?? '(end)', lines: [a.length, b.length] };
}

/** Every table that has rows of simulations, found in the catalogue rather than in a list that could be forgotten; `sweep_jobs` only names them. */
export async function simulationTables(database: SimCashDatabase): Promise<string[]> {
  const rows = await database.query<{ table_name: string }>(
    `SELECT DISTINCT table_name FROM duckdb_columns() JOIN duckdb_tables() USING (table_name)
     WHERE column_name = 'simulation_id' AND table_name <> 'sweep_jobs' AND NOT duckdb_tables.internal AND NOT duckdb_tables.temporary ORDER BY table_name`,
  );
  return rows.map((row) => row.table_name);
}

/** Number of rows that a simulation has in each table, tables without rows left out. */
export async function rowCounts(database: SimCashDatabase, id: string): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const table of await simulationTables(database)) {
    const [row] = await database.query<{ n: number }>(`SELECT count(*) AS n FROM ${table} WHERE simulation_id = $1`, [id]);
    if (row!.n > 0) counts[table] = row!.n;
  }
  return counts;
}
