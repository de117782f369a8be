import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api';
import { DatabaseError, translate } from './errors.js';

/** A value of a result row: money, counts and ticks are numbers, guarded to the exact range; seeds stay bigints. */
export type SqlValue = string | number | bigint | boolean | null | SqlValue[];
/** A row of an answer, by the names of its columns. */
export type SqlRow = Record<string, SqlValue>;

/** A connection to a database file that speaks plain values and one-sentence errors. */
export class Session {
  constructor(
    /** The file of the database. */
    readonly path: string,
    readonly connection: DuckDBConnection,
  ) {}

  /** Runs SQL without result. @throws DatabaseError */
  async execute(sql: string, values?: DuckDBValue[]): Promise<void> {
    try {
      await this.connection.run(sql, values);
    } catch (error) {
      throw translate(error, this.path);
    }
  }

  /** Runs a query and gives its rows as plain objects. @throws DatabaseError */
  async query<Row = SqlRow>(sql: string, values?: DuckDBValue[]): Promise<Row[]> {
    try {
      const reader = await this.connection.runAndReadAll(sql, values);
      const seeds = reader.columnTypes().map((type) => String(type) === 'UBIGINT');
      const names = reader.deduplicatedColumnNames();
      return reader
        .getRowsJS()
        .map((row) => Object.fromEntries(row.map((value, i) => [names[i]!, plain(value, seeds[i]!)])) as Row);
    } catch (error) {
      throw translate(error, this.path);
    }
  }
}

function plain(value: unknown, keepBigints: boolean): SqlValue {
  if (typeof value === 'bigint') {
    if (keepBigints) return value;
    if (value > BigInt(Number.MAX_SAFE_INTEGER) || value < -BigInt(Number.MAX_SAFE_INTEGER)) {
      throw new DatabaseError(`a stored number is outside the exact range: ${value}`);
    }
    return Number(value);
  }
  if (Array.isArray(value)) return value.map((element) => plain(element, keepBigints));
  if (value instanceof Date) return value.toISOString();
  return value as SqlValue;
}
