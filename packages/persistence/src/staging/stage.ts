import { DuckDBDataChunk, type DuckDBConnection } from '@duckdb/node-api';
import bindings from '@duckdb/node-bindings';
import type { Column } from './column.js';

/** Rows of a data chunk; DuckDB's limit. */
const CHUNK_ROWS = 2048;
/** Chunks that DuckDB compresses together: what arrives in other portions within a transaction, it writes twice. */
const ROW_GROUP_CHUNKS = 60;
/** Row groups that may wait for their turn. */
const WAITING_ROW_GROUPS = 3;

/**
 * Rows that wait in memory until they are copied into a temporary table as a whole; a statement takes them from there to their
 * place in the store (spec 09 §5.4). They are packed into DuckDB's own form on the way, so that little is left to do when its
 * turn comes.
 */
export class Stage<Columns extends Readonly<Record<string, Column>> = Readonly<Record<string, Column>>> {
  readonly #list: readonly Column[];
  #packed: DuckDBDataChunk[] = [];
  /** Chunks to be used again: DuckDB frees the memory of others only when JavaScript's garbage is collected. */
  readonly #spare: DuckDBDataChunk[] = [];
  /** Packed chunks that belong to days that are complete. */
  #complete = 0;

  constructor(
    private readonly table: string,
    readonly columns: Columns,
    /** SQL that moves the rows on, given the temporary table. */
    private readonly insertFrom: (table: string) => string,
  ) {
    this.#list = Object.values(columns);
  }

  /** The statement that creates the temporary table. */
  get ddl(): string {
    const columns = Object.entries(this.columns).map(([name, { type }]) => `"${name}" ${type.toString()}`);
    return `CREATE OR REPLACE TEMP TABLE ${this.table} (${columns.join(', ')})`;
  }

  /** The statement that moves the rows from there to their place in the store. */
  get insert(): string {
    return this.insertFrom(`temp.${this.table}`);
  }

  /** The statement that drops the temporary table. */
  get drop(): string {
    return `DROP TABLE temp.${this.table}`;
  }

  /** Whether there are rows enough to be moved before their day is complete. */
  get isFull(): boolean {
    return this.#packed.length >= ROW_GROUP_CHUNKS;
  }

  /** Whether so many rows wait that no more should come. */
  get overflows(): boolean {
    return this.#packed.length >= WAITING_ROW_GROUPS * ROW_GROUP_CHUNKS;
  }

  /** Packs the rows that fill a chunk. */
  pack(): void {
    if (this.#rows >= CHUNK_ROWS) this.#pack(this.#rows - (this.#rows % CHUNK_ROWS));
  }

  /** Notes that all rows belong to days that are complete. */
  completeDay(): void {
    if (this.#rows > 0) this.#pack(this.#rows);
    this.#complete = this.#packed.length;
  }

  /** Whether {@link move} would find anything. */
  hasRows(completeDays: boolean): boolean {
    return this.#movable(completeDays) > 0;
  }

  /**
   * Copies rows into the temporary table and forgets them: those of complete days, or of all rows as many as DuckDB can write for
   * good.
   */
  async move(connection: DuckDBConnection, completeDays: boolean): Promise<void> {
    const count = this.#movable(completeDays);
    const appender = await connection.createAppender(this.table, null, 'temp');
    for (const chunk of this.#packed.splice(0, count)) {
      appender.appendDataChunk(chunk);
      this.#spare.push(chunk);
    }
    appender.closeSync();
    this.#complete -= Math.min(this.#complete, count);
  }

  #movable(completeDays: boolean): number {
    return completeDays ? this.#complete : this.#packed.length - (this.#packed.length % ROW_GROUP_CHUNKS);
  }

  get #rows(): number {
    return this.#list[0]!.length;
  }

  #pack(count: number): void {
    for (let from = 0; from < count; from += CHUNK_ROWS) {
      const rows = Math.min(CHUNK_ROWS, count - from);
      const chunk = this.#spare.pop() ?? DuckDBDataChunk.create(this.#list.map(({ type }) => type));
      chunk.reset();
      chunk.rowCount = rows;
      this.#list.forEach((column, i) => column.fill(bindings.data_chunk_get_vector(chunk.chunk, i), from, rows));
      this.#packed.push(chunk);
    }
    for (const column of this.#list) column.forget(count);
  }
}
