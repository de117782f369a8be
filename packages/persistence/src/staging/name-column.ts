import { VARCHAR } from '@duckdb/node-api';
import type { Vector } from '@duckdb/node-bindings';
import { copyTo, scratchWords, setNulls, withRoom, type Column } from './column.js';
import { STRING_WORDS, type Vocabulary } from './vocabulary.js';

/** Names by their code in a vocabulary. */
export class NameColumn implements Column {
  readonly type = VARCHAR;
  length = 0;
  #codes = new Int32Array(1024);

  constructor(private readonly vocabulary: Vocabulary) {}

  /** Adds a name; −1 and NaN stand for NULL. */
  add(code: number): void {
    if (this.length === this.#codes.length) this.#codes = withRoom(this.#codes, this.length + 1);
    this.#codes[this.length++] = code >= 0 ? code : -1;
  }

  /** Number of a name. */
  code(name: string): number {
    return this.vocabulary.code(name);
  }

  addName(name: string | null): void {
    this.add(name === null ? -1 : this.vocabulary.code(name));
  }

  /** Adds the first `count` of some codes, or one code `count` times. */
  addAll(codes: ArrayLike<number> | number, count: number): void {
    this.#codes = withRoom(this.#codes, this.length + count);
    if (typeof codes === 'number') this.#codes.fill(codes, this.length, this.length + count);
    else for (let i = 0; i < count; i++) this.#codes[this.length + i] = codes[i]! >= 0 ? codes[i]! : -1;
    this.length += count;
  }

  /** Whether one of the latest `count` names is this one. */
  endsWith(code: number, count: number): boolean {
    for (let i = this.length - count; i < this.length; i++) if (this.#codes[i] === code) return true;
    return false;
  }

  fill(vector: Vector, from: number, rows: number): void {
    const { words } = this.vocabulary;
    const codes = this.#codes;
    const target = scratchWords(rows * STRING_WORDS);
    for (let row = 0, to = 0; row < rows; row++, to += STRING_WORDS) {
      const at = codes[from + row]! * STRING_WORDS;
      if (at < 0) continue;
      target[to] = words[at]!;
      target[to + 1] = words[at + 1]!;
      target[to + 2] = words[at + 2]!;
      target[to + 3] = words[at + 3]!;
    }
    copyTo(vector, target);
    setNulls(vector, rows, (row) => codes[from + row]! < 0);
  }

  forget(rows: number): void {
    this.#codes.copyWithin(0, rows, this.length);
    this.length -= rows;
  }
}
