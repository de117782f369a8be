import { DOUBLE } from '@duckdb/node-api';
import type { Vector } from '@duckdb/node-bindings';
import { copyTo, withRoom, type Column } from './column.js';

/**
 * Numbers as doubles, which hold every number that the engine knows exactly; SQL casts them to their real types. What is absent is
 * NaN.
 */
export class NumberColumn implements Column {
  readonly type = DOUBLE;
  length = 0;
  #numbers = new Float64Array(1024);

  add(number: number): void {
    if (this.length === this.#numbers.length) this.#numbers = withRoom(this.#numbers, this.length + 1);
    this.#numbers[this.length++] = number;
  }

  /** Adds the first `count` of some numbers, or one number so often. */
  addAll(numbers: ArrayLike<number> | number, count: number): void {
    this.#numbers = withRoom(this.#numbers, this.length + count);
    if (typeof numbers === 'number') this.#numbers.fill(numbers, this.length, this.length + count);
    else for (let i = 0; i < count; i++) this.#numbers[this.length + i] = numbers[i]!;
    this.length += count;
  }

  fill(vector: Vector, from: number, rows: number): void {
    copyTo(vector, this.#numbers.subarray(from, from + rows));
  }

  forget(rows: number): void {
    this.#numbers.copyWithin(0, rows, this.length);
    this.length -= rows;
  }
}
