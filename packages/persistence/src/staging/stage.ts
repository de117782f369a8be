import { DuckDBDataChunk, type DuckDBConnection } from '@duckdb/node-api';
import bindings, { type LogicalType } from '@duckdb/node-bindings';
import type { Column } from './column.js';
import { EnumColumn } from './enum-column.js';

/** Rows of a data chunk; DuckDB's limit. */
const CHUNK_ROWS = 2048;
/** Rows that DuckDB compresses together: what arrives in other portions in the middle of a transaction, it may write twice. */
export const ROW_GROUP_ROWS = 60 * CHUNK_ROWS;

/** Which of the rows that wait. */
export interface Portion {
  /** Only those of complete days, or also those of the open one. */
  readonly completeDays: boolean;
  /** Only whole row groups (a little more where chunks are not full), or all. */
  readonly rowGroups: boolean;
}

/** Rows that have been taken out of a stage. */
export interface TakenRows {
  readonly rows: number;
  readonly chunks: DuckDBDataChunk[];
}

/**
 * Rows of a table that wait in memory (spec 09 §5.4). They are packed into DuckDB's own form on the way, so that little is left to
 * do when their turn comes. The first column of every table is the id of the simulation.
 */
export class Stage<Columns extends Readonly<Record<string, Column>> = Readonly<Record<string, Column>>> {
  /** Names of all columns. */
  readonly names: readonly string[];
  readonly #list: readonly Column[];
  /** DuckDB's own form of their types, which takes time to make. */
  readonly #types: LogicalType[];
  readonly #id: EnumColumn;
  readonly #packed: { readonly chunk: DuckDBDataChunk; readonly rows: number }[] = [];
  #packedRows = 0;
  /** Chunks to be used again: DuckDB frees the memory of others only when JavaScript's garbage is collected. */
  readonly #spare: DuckDBDataChunk[] = [];
  /** Rows of complete days: those packed, and those not packed yet. */
  #completePackedRows = 0;
  #completeRows = 0;

  /** @param columns by name, in the order of the table */
  constructor(
    readonly table: string,
    simulationId: string,
    readonly columns: Columns,
  ) {
    this.#id = new EnumColumn([simulationId]);
    this.names = ['simulation_id', ...Object.keys(columns)];
    this.#list = [this.#id, ...Object.values(columns)];
    this.#types = this.#list.map(({ type }) => type.toLogicalType().logical_type);
  }

  /** The statement that creates a temporary table for rows on their way. */
  get createTemporary(): string {
    const columns = this.#list.map(({ type }, i) => `"${this.names[i]}" ${type.toString()}`);
    return `CREATE OR REPLACE TEMP TABLE ${this.temporary} (${columns.join(', ')})`;
  }

  /** Name of that table. */
  get temporary(): string {
    return `stage_${this.table}`;
  }

  /** The statements that move the rows from there to their place in the store. */
  get moveFromTemporary(): string {
    return `INSERT INTO ${this.table} (${this.names.join(', ')}) SELECT * FROM temp.${this.temporary};\nDROP TABLE temp.${this.temporary}`;
  }

  /** Notes that rows have been, or are about to be, added to all columns. */
  addRows(count: number): void {
    this.#id.addAll(0, count);
  }

  /** Number of rows that are packed. */
  packed(completeDays: boolean): number {
    return completeDays ? this.#completePackedRows : this.#packedRows;
  }

  /** Packs rows that fill chunks. No chunk has rows of complete days and of the open day. */
  pack(): void {
    const { length } = this.#id;
    let from = 0;
    while (length - from >= CHUNK_ROWS) from += this.#pack(from);
    this.#forget(from);
  }

  /** Notes that all rows belong to days that are complete. */
  completeDay(): void {
    this.#completePackedRows = this.#packedRows;
    this.#completeRows = this.#id.length;
  }

  /** Hands over rows and forgets them. */
  take({ completeDays, rowGroups }: Portion): TakenRows {
    if (completeDays && !rowGroups) this.#packCompleteRows();
    const packed = this.packed(completeDays);
    const limit = rowGroups ? packed - (packed % ROW_GROUP_ROWS) : packed;
    let [count, rows] = [0, 0];
    while (rows < limit) rows += this.#packed[count++]!.rows;
    this.#packedRows -= rows;
    this.#completePackedRows -= Math.min(this.#completePackedRows, rows);
    return { rows, chunks: this.#packed.splice(0, count).map(({ chunk }) => chunk) };
  }

  /** Appends chunks that were taken to the temporary table or to the table itself. */
  async append(connection: DuckDBConnection, chunks: readonly DuckDBDataChunk[], to: 'temporary' | 'table'): Promise<void> {
    const appender = await (to === 'temporary'
      ? connection.createAppender(this.temporary, null, 'temp')
      : connection.createAppender(this.table));
    for (const chunk of chunks) appender.appendDataChunk(chunk);
    appender.closeSync();
    this.#spare.push(...chunks);
  }

  #packCompleteRows(): void {
    let from = 0;
    while (this.#completeRows > 0) from += this.#pack(from);
    this.#forget(from);
  }

  /** Packs a chunk of rows, as many as it can take. @returns their number */
  #pack(from: number): number {
    const rows = Math.min(CHUNK_ROWS, this.#completeRows || this.#id.length - from);
    const chunk = this.#spare.pop() ?? new DuckDBDataChunk(bindings.create_data_chunk(this.#types));
    chunk.reset();
    chunk.rowCount = rows;
    this.#list.forEach((column, i) => column.fill(bindings.data_chunk_get_vector(chunk.chunk, i), from, rows));
    this.#packed.push({ chunk, rows });
    this.#packedRows += rows;
    if (this.#completeRows > 0) {
      this.#completeRows -= rows;
      this.#completePackedRows += rows;
    }
    return rows;
  }

  #forget(rows: number): void {
    if (rows > 0) for (const column of this.#list) column.forget(rows);
  }
}
