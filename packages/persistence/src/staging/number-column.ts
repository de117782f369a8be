import { BIGINT, BOOLEAN, DOUBLE, INTEGER, type DuckDBType } from '@duckdb/node-api';
import bindings, { type Vector } from '@duckdb/node-bindings';
import { copyTo, scratchWords, setNulls, withRoom, type Column } from './column.js';

const WORD = 2 ** 32;

/** Numbers, kept as doubles, which hold every number that the engine knows exactly; NaN stands for NULL. */
export class NumberColumn implements Column {
  readonly type: DuckDBType;
  length = 0;
  #numbers = new Float64Array(1024);

  constructor(type: typeof BIGINT | typeof INTEGER | typeof BOOLEAN | typeof DOUBLE) {
    this.type = type;
  }

  add(number: number): void {
    if (this.length === this.#numbers.length) this.#numbers = withRoom(this.#numbers, this.length + 1);
    this.#numbers[this.length++] = number;
  }

  /** Adds the first `count` of some numbers, or one number `count` times. */
  addAll(numbers: Float64Array | Int32Array | number, count: number): void {
    this.#numbers = withRoom(this.#numbers, this.length + count);
    if (typeof numbers === 'number') this.#numbers.fill(numbers, this.length, this.length + count);
    else this.#numbers.set(numbers.subarray(0, count), this.length);
    this.length += count;
  }

  fill(vector: Vector, from: number, rows: number): void {
    const numbers = this.#numbers.subarray(from, from + rows);
    switch (this.type) {
      case BIGINT:
        copyTo(vector, inPairsOfWords(numbers));
        break;
      case INTEGER:
        copyTo(vector, inWords(numbers));
        break;
      case BOOLEAN:
        bindings.copy_data_to_vector(vector, 0, Uint8Array.from(numbers).buffer, 0, rows);
        break;
      default:
        copyTo(vector, numbers);
    }
    setNulls(vector, rows, (row) => Number.isNaN(numbers[row]!));
  }

  forget(rows: number): void {
    this.#numbers.copyWithin(0, rows, this.length);
    this.length -= rows;
  }
}

function inWords(numbers: Float64Array): Uint32Array {
  const words = scratchWords(numbers.length);
  for (let i = 0; i < numbers.length; i++) words[i] = numbers[i]!;
  return words;
}

/** 64-bit integers, the lower half first. */
function inPairsOfWords(numbers: Float64Array): Uint32Array {
  const words = scratchWords(2 * numbers.length);
  for (let i = 0; i < numbers.length; i++) {
    const number = numbers[i]!;
    words[2 * i] = number;
    words[2 * i + 1] = Math.floor(number / WORD);
  }
  return words;
}
