import { VARCHAR } from '@duckdb/node-api';
import type { Vector } from '@duckdb/node-bindings';
import { copyTo, scratchWords, type Column } from './column.js';
import { STRING_WORDS, Vocabulary } from './vocabulary.js';

/** The same text in every row: the id of the simulation. */
export class ConstantColumn implements Column {
  readonly type = VARCHAR;
  length = 0;
  readonly #vocabulary: Vocabulary;

  constructor(text: string) {
    this.#vocabulary = new Vocabulary([text]);
  }

  /** Adds so many rows. */
  addRows(count: number): void {
    this.length += count;
  }

  fill(vector: Vector, _from: number, rows: number): void {
    const words = scratchWords(rows * STRING_WORDS);
    for (let row = 0; row < rows; row++) words.set(this.#vocabulary.words.subarray(0, STRING_WORDS), row * STRING_WORDS);
    copyTo(vector, words);
  }

  forget(rows: number): void {
    this.length -= rows;
  }
}
