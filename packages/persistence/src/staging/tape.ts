import { DOUBLE, DuckDBDataChunk, INTEGER, LIST, type DuckDBConnection } from '@duckdb/node-api';
import bindings from '@duckdb/node-bindings';

const CHUNK_ROWS = 2048;

/**
 * Records of different lengths on a tape of doubles, copied into a temporary table `(rec DOUBLE[], tick INTEGER, seq INTEGER)`.
 *
 * The tape goes to DuckDB as it is; SQL takes the records apart. So storing an event costs the tick loop a memory copy.
 */
export class TapeStage {
  #tape = new Float64Array(1 << 16);
  #starts = new Int32Array((1 << 13) + 1);
  #ticks = new Int32Array(1 << 13);
  #length = 0;
  #marked = 0;

  constructor(readonly table: string) {}

  get length(): number {
    return this.#length;
  }

  get ddl(): string {
    return `CREATE OR REPLACE TEMP TABLE ${this.table} (rec DOUBLE[], tick INTEGER, seq INTEGER)`;
  }

  /** Appends records `from … to - 1` of another tape. */
  append(tick: number, tape: Float64Array, starts: Int32Array, from: number, to: number): void {
    const begin = starts[from]!;
    const width = starts[to]! - begin;
    const at = this.#starts[this.#length]!;
    this.#reserve(to - from, at + width);
    this.#tape.set(tape.subarray(begin, begin + width), at);
    for (let i = from; i < to; i++) this.#starts[this.#length + i - from + 1] = at + starts[i + 1]! - begin;
    this.#ticks.fill(tick, this.#length, this.#length + to - from);
    this.#length += to - from;
  }

  /** Appends one record. */
  add(tick: number, record: readonly number[]): void {
    const at = this.#starts[this.#length]!;
    this.#reserve(1, at + record.length);
    this.#tape.set(record, at);
    this.#starts[this.#length + 1] = at + record.length;
    this.#ticks[this.#length] = tick;
    this.#length++;
  }

  /** Forgets the latest records. */
  dropLast(records: number): void {
    this.#length = Math.max(0, this.#length - records);
  }

  /** Records up to here belong to days that are complete. */
  mark(): void {
    this.#marked = this.#length;
  }

  /** Records that {@link move} would take. */
  rows(onlyMarked: boolean): number {
    return onlyMarked ? this.#marked : this.#length;
  }

  /** Copies records into the temporary table, numbered from 0, and forgets them. */
  async move(connection: DuckDBConnection, onlyMarked: boolean): Promise<void> {
    const length = this.rows(onlyMarked);
    if (length === 0) return;
    const appender = await connection.createAppender(this.table, null, 'temp');
    const chunk = DuckDBDataChunk.create([LIST(DOUBLE), INTEGER, INTEGER]);
    for (let from = 0; from < length; from += CHUNK_ROWS) {
      this.#fill(chunk, from, Math.min(CHUNK_ROWS, length - from));
      appender.appendDataChunk(chunk);
    }
    appender.closeSync();
    this.#forget(length);
  }

  #forget(records: number): void {
    const begin = this.#starts[records]!;
    this.#tape.copyWithin(0, begin, this.#starts[this.#length]);
    for (let i = records; i <= this.#length; i++) this.#starts[i - records] = this.#starts[i]! - begin;
    this.#ticks.copyWithin(0, records, this.#length);
    this.#length -= records;
    this.#marked = 0;
  }

  /** A list vector is one array of all elements, and per row where its part begins and how long it is (two 64-bit numbers). */
  #fill(chunk: DuckDBDataChunk, from: number, rows: number): void {
    const begin = this.#starts[from]!;
    const width = this.#starts[from + rows]! - begin;
    const entries = new Uint32Array(rows * 4);
    const numbers = new Int32Array(rows);
    for (let r = 0; r < rows; r++) {
      entries[r * 4] = this.#starts[from + r]! - begin;
      entries[r * 4 + 2] = this.#starts[from + r + 1]! - this.#starts[from + r]!;
      numbers[r] = from + r;
    }
    bindings.data_chunk_set_size(chunk.chunk, rows);
    const [records, ticks, sequence] = [0, 1, 2].map((i) => bindings.data_chunk_get_vector(chunk.chunk, i)) as [
      never,
      never,
      never,
    ];
    bindings.list_vector_reserve(records, width);
    bindings.list_vector_set_size(records, width);
    bindings.copy_data_to_vector(bindings.list_vector_get_child(records), 0, this.#tape.buffer, begin * 8, width * 8);
    bindings.copy_data_to_vector(records, 0, entries.buffer, 0, rows * 16);
    bindings.copy_data_to_vector(ticks, 0, this.#ticks.buffer, from * 4, rows * 4);
    bindings.copy_data_to_vector(sequence, 0, numbers.buffer, 0, rows * 4);
  }

  #reserve(records: number, end: number): void {
    if (end > this.#tape.length) {
      const larger = new Float64Array(Math.max(end, this.#tape.length * 2));
      larger.set(this.#tape);
      this.#tape = larger;
    }
    if (this.#length + records > this.#ticks.length) {
      const capacity = Math.max(this.#length + records, this.#ticks.length * 2);
      const starts = new Int32Array(capacity + 1);
      starts.set(this.#starts);
      this.#starts = starts;
      const ticks = new Int32Array(capacity);
      ticks.set(this.#ticks);
      this.#ticks = ticks;
    }
  }
}
