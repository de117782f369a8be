import { DOUBLE, DuckDBDataChunk, type DuckDBConnection } from '@duckdb/node-api';
import bindings from '@duckdb/node-bindings';

/** Rows of a data chunk; DuckDB's limit. */
const CHUNK_ROWS = 2048;

/**
 * Numeric rows in columns, collected in memory and copied into a temporary table of doubles as a whole (spec 09 §5.4).
 *
 * Doubles hold every number that the engine knows exactly; SQL casts them to their real types.
 */
export class ColumnStage<Name extends string> {
  #columns: Record<Name, Float64Array>;
  #length = 0;
  #marked = 0;
  #capacity = 1024;

  constructor(
    readonly table: string,
    private readonly names: readonly Name[],
  ) {
    this.#columns = this.#allocate();
  }

  get length(): number {
    return this.#length;
  }

  /** The statement that creates the temporary table. */
  get ddl(): string {
    return `CREATE OR REPLACE TEMP TABLE ${this.table} (${this.names.map((name) => `"${name}" DOUBLE`).join(', ')})`;
  }

  /** Appends one row; members that are missing are NaN. */
  add(row: Partial<Record<Name, number>>): void {
    this.#reserve(1);
    for (const name of this.names) this.#columns[name][this.#length] = row[name] ?? NaN;
    this.#length++;
  }

  /** Appends rows given in columns; a number stands for a column that is the same in all of them. */
  addColumns(length: number, columns: Readonly<Record<Name, ArrayLike<number> | number>>): void {
    this.#reserve(length);
    const from = this.#length;
    for (const name of this.names) {
      const values = columns[name];
      const column = this.#columns[name];
      if (typeof values === 'number') column.fill(values, from, from + length);
      else if (values.length === length) column.set(values, from);
      else for (let i = 0; i < length; i++) column[from + i] = values[i]!;
    }
    this.#length += length;
  }

  /** Rows up to here belong to days that are complete. */
  mark(): void {
    this.#marked = this.#length;
  }

  /** Rows that {@link move} would take. */
  rows(onlyMarked: boolean): number {
    return onlyMarked ? this.#marked : this.#length;
  }

  /** Copies rows into the temporary table and forgets them. Nothing else may be running on the connection. */
  async move(connection: DuckDBConnection, onlyMarked: boolean): Promise<void> {
    const length = this.rows(onlyMarked);
    if (length === 0) return;
    const appender = await connection.createAppender(this.table, null, 'temp');
    const chunk = DuckDBDataChunk.create(this.names.map(() => DOUBLE));
    for (let from = 0; from < length; from += CHUNK_ROWS) {
      const rows = Math.min(CHUNK_ROWS, length - from);
      bindings.data_chunk_set_size(chunk.chunk, rows);
      this.names.forEach((name, i) => {
        const column = this.#columns[name];
        const vector = bindings.data_chunk_get_vector(chunk.chunk, i);
        bindings.copy_data_to_vector(vector, 0, column.buffer as ArrayBuffer, column.byteOffset + from * 8, rows * 8);
      });
      appender.appendDataChunk(chunk);
    }
    appender.closeSync();
    for (const name of this.names) this.#columns[name].copyWithin(0, length, this.#length);
    this.#length -= length;
    this.#marked = 0;
  }

  #reserve(rows: number): void {
    if (this.#length + rows <= this.#capacity) return;
    this.#capacity = Math.max(this.#capacity * 2, this.#length + rows);
    const larger = this.#allocate();
    for (const name of this.names) larger[name].set(this.#columns[name].subarray(0, this.#length));
    this.#columns = larger;
  }

  #allocate(): Record<Name, Float64Array> {
    return Object.fromEntries(this.names.map((name) => [name, new Float64Array(this.#capacity)])) as Record<Name, Float64Array>;
  }
}
