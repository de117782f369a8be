import { VARCHAR } from '@duckdb/node-api';
import bindings, { type Vector } from '@duckdb/node-bindings';
import { FOUR_DIGITS } from '@simcash/protocol';
import { copyTo, scratchWords, setNulls, withRoom, type Column } from './column.js';
import { STRING_WORDS } from './vocabulary.js';

/** Numbers up to here have eight digits (spec 01 §5.2). */
const EIGHT_DIGITS = 1e8;
const LETTER_T = 'T'.charCodeAt(0);

/** Ids of payments by number, `T` and at least eight digits; NaN stands for NULL. */
export class PaymentColumn implements Column {
  readonly type = VARCHAR;
  length = 0;
  #numbers = new Float64Array(1024);
  /** Ids that are no numbers (of settlements without payment): text n is the number −n−1. */
  #texts: string[] = [];

  add(number: number): void {
    if (this.length === this.#numbers.length) this.#numbers = withRoom(this.#numbers, this.length + 1);
    this.#numbers[this.length++] = number;
  }

  addText(id: string): void {
    this.add(-this.#texts.push(id));
  }

  /** Adds the first `count` of some numbers. */
  addAll(numbers: ArrayLike<number> | number, count: number): void {
    for (let i = 0; i < count; i++) this.add(typeof numbers === 'number' ? numbers : numbers[i]!);
  }

  /** Whether one of the latest `count` payments is this one. */
  endsWith(number: number, count: number): boolean {
    for (let i = this.length - count; i < this.length; i++) if (this.#numbers[i] === number) return true;
    return false;
  }

  fill(vector: Vector, from: number, rows: number): void {
    const words = scratchWords(rows * STRING_WORDS);
    const others: number[] = [];
    for (let row = 0; row < rows; row++) {
      const number = this.#numbers[from + row]!;
      if (number >= 0 && number < EIGHT_DIGITS) writeId(words, row * STRING_WORDS, number);
      else if (!Number.isNaN(number)) others.push(row);
    }
    copyTo(vector, words);
    for (const row of others) bindings.vector_assign_string_element(vector, row, this.#otherId(this.#numbers[from + row]!));
    setNulls(vector, rows, (row) => Number.isNaN(this.#numbers[from + row]!));
  }

  forget(rows: number): void {
    this.#numbers.copyWithin(0, rows, this.length);
    this.length -= rows;
    if (this.length === 0) this.#texts = [];
  }

  #otherId(number: number): string {
    return number < 0 ? this.#texts[-number - 1]! : `T${number}`;
  }
}

/** Writes an id of nine letters as the words of a short text: its length, then its bytes. */
function writeId(words: Uint32Array, at: number, number: number): void {
  const high = (number / 1e4) | 0;
  const first = FOUR_DIGITS[high]!;
  const last = FOUR_DIGITS[number - high * 1e4]!;
  words[at] = 9;
  words[at + 1] = LETTER_T | (first << 8);
  words[at + 2] = (first >>> 24) | (last << 8);
  words[at + 3] = last >>> 24;
}
