import { UBIGINT } from '@duckdb/node-api';
import type { Vector } from '@duckdb/node-bindings';
import { copyTo, type Column } from './column.js';

/** Unsigned numbers of 64 bits, such as the states of random generators: more than a double holds. */
export class UnsignedColumn implements Column {
  readonly type = UBIGINT;
  #numbers: bigint[] = [];

  get length(): number {
    return this.#numbers.length;
  }

  add(number: bigint): void {
    this.#numbers.push(number);
  }

  fill(vector: Vector, from: number, rows: number): void {
    copyTo(vector, BigUint64Array.from(this.#numbers.slice(from, from + rows)));
  }

  forget(rows: number): void {
    this.#numbers = this.#numbers.slice(rows);
  }
}
