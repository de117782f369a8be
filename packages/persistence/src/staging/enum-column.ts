import { ENUM, type DuckDBEnumType } from '@duckdb/node-api';
import bindings, { type Vector } from '@duckdb/node-bindings';
import { setNulls, withRoom, type Column } from './column.js';

/** Texts out of a short list that is known beforehand, by their position in it. */
export class EnumColumn implements Column {
  readonly type: DuckDBEnumType;
  length = 0;
  #codes = new Uint8Array(1024);

  /** @param texts 254 at the most */
  constructor(texts: readonly string[]) {
    this.type = ENUM(texts);
  }

  /** Adds a text; −1 and NaN stand for NULL. */
  add(code: number): void {
    if (this.length === this.#codes.length) this.#codes = withRoom(this.#codes, this.length + 1);
    this.#codes[this.length++] = code >= 0 ? code : NULL;
  }

  /** Adds the first `count` of some codes, or one code so often. */
  addAll(codes: ArrayLike<number> | number, count: number): void {
    for (let i = 0; i < count; i++) this.add(typeof codes === 'number' ? codes : codes[i]!);
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

const NULL = 255;
