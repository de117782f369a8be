import { ENUM, type DuckDBEnumType } from '@duckdb/node-api';
import bindings, { type Vector } from '@duckdb/node-bindings';
import { setNulls, withRoom, type Column } from './column.js';

/** Stands for NULL. */
const NULL = 255;

/** Texts out of a short list that is known beforehand, by their position in it: a byte a row, which DuckDB turns into the text. */
export class EnumColumn implements Column {
  readonly type: DuckDBEnumType;
  length = 0;
  #codes = new Uint8Array(1024);

  /** @param texts 254 at the most */
  constructor(private readonly texts: readonly string[]) {
    this.type = ENUM(texts);
  }

  /** Adds a text; −1 and NaN stand for NULL. */
  add(code: number): void {
    if (this.length === this.#codes.length) this.#codes = withRoom(this.#codes, this.length + 1);
    this.#codes[this.length++] = code >= 0 ? code : NULL;
  }

  addWord(word: string): void {
    this.add(this.texts.indexOf(word));
  }

  /** Adds the first `count` of some codes, or one code `count` times. */
  addAll(codes: ArrayLike<number> | number, count: number): void {
    this.#codes = withRoom(this.#codes, this.length + count);
    if (typeof codes === 'number') this.#codes.fill(codes, this.length, this.length + count);
    else for (let i = 0; i < count; i++) this.#codes[this.length + i] = codes[i]! >= 0 ? codes[i]! : NULL;
    this.length += count;
  }

  fill(vector: Vector, from: number, rows: number): void {
    const codes = this.#codes;
    bindings.copy_data_to_vector(vector, 0, codes.buffer, from, rows);
    setNulls(vector, rows, (row) => codes[from + row] === NULL);
  }

  forget(rows: number): void {
    this.#codes.copyWithin(0, rows, this.length);
    this.length -= rows;
  }
}
