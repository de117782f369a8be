import { HASH_CHECK, checksumQuery, summedColumns, type Summed } from '../checksums.js';
import type { SimCashDatabase } from '../database.js';
import { TABLES, type TableName } from '../schema/tables.js';

interface Sum {
  table_name: TableName;
  day?: number;
  num_rows: number;
  column_names: string;
  checksum: string;
  hash_check: bigint;
}

/** Rows that are not as they were when the simulation or experiment ended; nothing of those that have not ended. */
export async function checksumProblems(database: SimCashDatabase, summed: Summed, id: string): Promise<string[]> {
  const stored = await database.query<Sum>(`SELECT * FROM ${summed.checksums} WHERE ${summed.key} = $1`, [id]);
  const [check] = await database.query<{ now: bigint }>(`SELECT ${HASH_CHECK} AS now`);
  // None were taken, or by another DuckDB: all rows were written by one statement, so where only one differs, it was changed.
  if (stored.every(({ hash_check: then }) => then !== check!.now)) return [];
  const columns = new Map(stored.map((sum) => [sum.table_name, sum.column_names.split(',')]));
  const known = (name: TableName): readonly string[] => {
    const names = columns.get(name) ?? summedColumns(name);
    return names.every((column) => Object.hasOwn(TABLES[name].columns, column)) ? names : summedColumns(name);
  };
  const found = await database.query<Sum>(checksumQuery(summed, id, known));
  const place = ({ day = -1, table_name }: Sum): string => `${table_name}${day < 0 ? '' : ` of day ${day}`}`;
  const now = new Map(found.map((sum) => [place(sum), sum]));
  const problems = stored.flatMap((sum) => {
    const rows = now.get(place(sum));
    if (rows === undefined) return [`${place(sum)}: ${sum.num_rows} rows are gone`];
    const { checksum, column_names, hash_check, num_rows } = rows;
    if (num_rows !== sum.num_rows) return [`${place(sum)}: ${num_rows} rows where ${sum.num_rows} were written`];
    const isSame = checksum === sum.checksum && column_names === sum.column_names && hash_check === sum.hash_check;
    return isSame ? [] : [`${place(sum)}: a value is not as it was written`];
  });
  const places = new Set(stored.map(place));
  return [...problems, ...found.filter((sum) => !places.has(place(sum))).map((sum) => `${place(sum)}: rows were added`)];
}
