import { csvLine, exactJson } from '@simcash/protocol';
import type { SimCashDatabase } from '../database.js';
import { DatabaseError, QueryError, translate } from '../errors.js';

/** A value of any query: integers of all sizes are bigints, dates, decimals and intervals their texts. */
export type AnyValue = string | number | bigint | boolean | null | AnyValue[] | { [key: string]: AnyValue };

/** The rows of a query as they come: names of the columns, then pages of rows. */
export interface AnyRows {
  /** The columns by name. */
  readonly columns: readonly string[];
  /** The rows, some at a time. */
  readonly pages: AsyncIterable<readonly (readonly AnyValue[])[]>;
}

const INTEGERS = /^U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?$/;

/**
 * Any one query of the user's over an open database; what it may reach is what the connection may. Rows are read as they are taken, so
 * that a long result needs no memory.
 *
 * @throws QueryError for what is no single statement, and what the database refuses; DatabaseError where the file is at fault
 */
export async function queryAny(database: SimCashDatabase, sql: string): Promise<AnyRows> {
  const { connection, path } = database;
  if (sql.trim() === '') throw new QueryError('one query is needed, this is none');
  try {
    const statements = await connection.extractStatements(sql);
    if (statements.count !== 1) throw new QueryError(`one query is needed, this is ${statements.count} statements`);
    const result = await connection.stream(sql);
    const isWhole = result.columnTypes().map((type) => INTEGERS.test(String(type)));
    return { columns: result.deduplicatedColumnNames(), pages: pages(result.yieldRowsJson(), isWhole, path) };
  } catch (error) {
    throw refusalOf(error, path);
  }
}

/** The text of a value where there is room for one alone; lists and objects as JSON. */
export const fieldOf = (value: AnyValue): string | number | null => {
  if (value === null || typeof value === 'number') return value;
  return typeof value === 'object' ? exactJson(value) : String(value);
};

/** Rows as CSV, a page of them at a time. */
export async function* csvOf({ columns, pages }: AnyRows): AsyncGenerator<string> {
  yield csvLine(columns);
  for await (const page of pages) yield page.map((row) => csvLine(row.map(fieldOf))).join('');
}

function refusalOf(error: unknown, path: string): Error {
  const translated = translate(error, path);
  return translated instanceof DatabaseError || translated instanceof QueryError
    ? translated
    : new QueryError(translated.message);
}

async function* pages(
  rows: AsyncIterable<readonly (readonly unknown[])[]>,
  isWhole: readonly boolean[],
  path: string,
): AsyncGenerator<readonly (readonly AnyValue[])[]> {
  try {
    for await (const page of rows)
      yield page.map((row) =>
        row.map((value, i) => (isWhole[i] && value !== null ? BigInt(value as string | number) : (value as AnyValue))),
      );
  } catch (error) {
    throw refusalOf(error, path);
  }
}
