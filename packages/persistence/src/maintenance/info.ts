import { statSync } from 'node:fs';
import type { SimCashDatabase } from '../database.js';
import type { SqlValue } from '../session.js';

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
