import { createHash } from 'node:crypto';
import { canonicalJson } from '@simcash/protocol';
import type { SimCashDatabase } from '../database.js';
import type { Column } from '../schema/column.js';
import { keyOf, TABLES } from '../schema/tables.js';

/** Tables with what an experiment has come to, in the order in which they are compared (spec 17 §22). */
export const RESULT_TABLES = [
  'experiment_iterations',
  'policy_evaluations',
  'policy_evaluation_days',
  'experiment_estimates',
  'experiment_regret',
] as const;
/** A table that holds results of experiments. */
export type ResultTable = (typeof RESULT_TABLES)[number];

/** A row that two runs of one experiment have in common. */
export interface ResultRow {
  /** The table by name. */
  table: ResultTable;
  /** The columns by name. */
  columns: Readonly<Record<string, unknown>>;
}

/** What an experiment has come to, row by row by primary key, without wall-clock columns; its id is `RUN`. */
export async function* resultRows(database: SimCashDatabase, runId: string): AsyncGenerator<ResultRow> {
  for (const table of RESULT_TABLES) {
    const declared: Readonly<Record<string, Column>> = TABLES[table].columns;
    const names = Object.keys(declared).filter((name) => !declared[name]!.wallClock && declared[name]!.computed === undefined);
    const rows = await database.query<Record<string, unknown>>(
      `SELECT ${names.map((name) => `"${name}"`).join(', ')} FROM ${table} WHERE run_id = $1 ORDER BY ${keyOf(table).join(', ')}`,
      [runId],
    );
    for (const row of rows)
      yield { table, columns: Object.fromEntries(Object.entries(row).map(([name, value]) => [name, withoutId(value, runId)])) };
  }
}

const withoutId = (value: unknown, runId: string): unknown =>
  typeof value === 'string' && (value === runId || value.startsWith(`${runId}-iter`)) ? `RUN${value.slice(runId.length)}` : value;

/** SHA-256 over the rows as canonical JSON, a line each. */
export async function resultHash(rows: AsyncIterable<ResultRow>): Promise<string> {
  const hash = createHash('sha256');
  for await (const { columns } of rows) hash.update(`${canonicalJson(columns)}\n`);
  return hash.digest('hex');
}
