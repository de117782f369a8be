import { DuckDBDataChunk, type DuckDBConnection } from '@duckdb/node-api';
import bindings from '@duckdb/node-bindings';
import type { Column } from './column.js';

/** Rows of a data chunk; DuckDB's limit. */
const CHUNK_ROWS = 2048;
/** Chunks that DuckDB compresses together: what arrives in other portions in the middle of a transaction, it may write twice. */
export const ROW_GROUP_CHUNKS = 60;

/** Which of the rows that wait. */
export interface Portion {
  /** Only those of complete days, or also those of the open one. */
  readonly completeDays: boolean;
  /** Only as many as make whole row groups, or all. */
  readonly rowGroups: boolean;
}

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
  /** Of complete days: packed chunks, and rows that are not packed yet. */
  #completeChunks = 0;
  #completeRows = 0;

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

  /** Number of chunks that are packed. */
  packed(completeDays: boolean): number {
    return completeDays ? this.#completeChunks : this.#packed.length;
  }

  /** Packs rows that fill chunks. No chunk has rows of complete days and of the open day. */
  pack(): void {
    let rest = this.#rows;
    if (rest < CHUNK_ROWS) return;
    for (; rest >= CHUNK_ROWS; rest -= this.#packed.at(-1)!.rowCount) this.#pack(this.#rows - rest);
    this.#forget(this.#rows - rest);
  }

  /** Notes that all rows belong to days that are complete. */
  completeDay(): void {
    this.#completeChunks = this.#packed.length;
    this.#completeRows = this.#rows;
  }

  /** Whether {@link move} would find anything. */
  hasRows(portion: Portion): boolean {
    return this.#chunks(portion) > 0 || (portion.completeDays && !portion.rowGroups && this.#completeRows > 0);
  }

  /** Copies rows into the temporary table and forgets them. */
  async move(connection: DuckDBConnection, portion: Portion): Promise<void> {
    if (portion.completeDays && !portion.rowGroups) this.#packCompleteRows();
    const appender = await connection.createAppender(this.table, null, 'temp');
    const chunks = this.#packed.splice(0, this.#chunks(portion));
    for (const chunk of chunks) appender.appendDataChunk(chunk);
    appender.closeSync();
    this.#spare.push(...chunks);
    this.#completeChunks -= Math.min(this.#completeChunks, chunks.length);
  }

  #chunks({ completeDays, rowGroups }: Portion): number {
    const count = this.packed(completeDays);
    return rowGroups ? count - (count % ROW_GROUP_CHUNKS) : count;
  }

  get #rows(): number {
    return this.#list[0]!.length;
  }

  #packCompleteRows(): void {
    let from = 0;
    while (this.#completeRows > 0) {
      this.#pack(from);
      from += this.#packed.at(-1)!.rowCount;
    }
    this.#forget(from);
  }

  /** Packs a chunk of rows, as many as it can take. */
  #pack(from: number): void {
    const rows = Math.min(CHUNK_ROWS, this.#completeRows || this.#rows - from);
    const chunk = this.#spare.pop() ?? DuckDBDataChunk.create(this.#list.map(({ type }) => type));
    chunk.reset();
    chunk.rowCount = rows;
    this.#list.forEach((column, i) => column.fill(bindings.data_chunk_get_vector(chunk.chunk, i), from, rows));
    this.#packed.push(chunk);
    if (this.#completeRows === 0) return;
    this.#completeRows -= rows;
    this.#completeChunks++;
  }

  #forget(rows: number): void {
    if (rows > 0) for (const column of this.#list) column.forget(rows);
  }
}
