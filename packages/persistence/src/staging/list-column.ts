import { LIST, type DuckDBListType } from '@duckdb/node-api';
import bindings, { type Vector } from '@duckdb/node-bindings';
import { copyTo, scratchWords, withRoom, type Column } from './column.js';

/** Lists: their elements are added to {@link elements}, and {@link end} closes a list. */
export class ListColumn<Elements extends Column> implements Column {
  readonly type: DuckDBListType;
  length = 0;
  /** Number of elements behind each list. */
  #ends = new Int32Array(1024);

  constructor(readonly elements: Elements) {
    this.type = LIST(elements.type);
  }

  /** Number of elements of the open list. */
  get open(): number {
    return this.elements.length - this.#endOf(this.length - 1);
  }

  end(): void {
    if (this.length === this.#ends.length) this.#ends = withRoom(this.#ends, this.length + 1);
    this.#ends[this.length++] = this.elements.length;
  }

  /** A list vector is one vector of all elements, and per row where its part begins and how long it is (two 64-bit numbers). */
  fill(vector: Vector, from: number, rows: number): void {
    const first = this.#endOf(from - 1);
    const size = this.#endOf(from + rows - 1) - first;
    bindings.list_vector_reserve(vector, size);
    bindings.list_vector_set_size(vector, size);
    this.elements.fill(bindings.list_vector_get_child(vector), first, size);
    const entries = scratchWords(rows * 4);
    for (let row = 0, begin = first; row < rows; row++) {
      const end = this.#ends[from + row]!;
      entries[row * 4] = begin - first;
      entries[row * 4 + 2] = end - begin;
      begin = end;
    }
    copyTo(vector, entries);
  }

  forget(rows: number): void {
    const elements = this.#endOf(rows - 1);
    this.elements.forget(elements);
    for (let i = rows; i < this.length; i++) this.#ends[i - rows] = this.#ends[i]! - elements;
    this.length -= rows;
  }

  #endOf(row: number): number {
    return row < 0 ? 0 : this.#ends[row]!;
  }
}
