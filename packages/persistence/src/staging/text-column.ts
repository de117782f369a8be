import { VARCHAR } from '@duckdb/node-api';
import bindings, { type Vector } from '@duckdb/node-bindings';
import { copyTo, scratchWords, withRoom, type Column } from './column.js';
import { INLINE_BYTES, STRING_WORDS } from './vocabulary.js';

const WORD = 2 ** 32;

/** Texts that occur once, cut from one buffer of UTF-8 bytes. */
export class TextColumn implements Column {
  readonly type = VARCHAR;
  length = 0;
  #bytes = new Uint8Array(1 << 16);
  #used = 0;
  #begins = new Int32Array(1024);
  #ends = new Int32Array(1024);

  /** Takes over bytes; texts are cut from them with {@link add}. Returns where they begin. */
  append(bytes: Uint8Array): number {
    const at = this.#used;
    this.#bytes = withRoom(this.#bytes, at + bytes.length);
    this.#bytes.set(bytes, at);
    this.#used += bytes.length;
    return at;
  }

  /** Adds a text of its own. */
  addText(text: string): void {
    const bytes = Buffer.from(text);
    const begin = this.append(bytes);
    this.add(begin, begin + bytes.length);
  }

  /** Changes a byte that was taken over. */
  overwrite(position: number, byte: number): void {
    this.#bytes[position] = byte;
  }

  /** Adds the text between two positions. */
  add(begin: number, end: number): void {
    if (this.length === this.#ends.length) {
      this.#begins = withRoom(this.#begins, this.length + 1);
      this.#ends = withRoom(this.#ends, this.length + 1);
    }
    this.#begins[this.length] = begin;
    this.#ends[this.length++] = end;
  }

  /**
   * The vector takes the bytes of all rows as one text; then the words of long texts point into it, at their own part, and repeat
   * its first four bytes.
   */
  fill(vector: Vector, from: number, rows: number): void {
    const first = this.#begins[from]!;
    bindings.vector_assign_string_element_len(vector, 0, this.#bytes.subarray(first, this.#ends[from + rows - 1]));
    const { buffer, byteOffset } = bindings.vector_get_data(vector, STRING_WORDS * 4);
    const [, , low, high] = new Uint32Array(buffer, byteOffset, STRING_WORDS) as unknown as [number, number, number, number];
    const words = scratchWords(rows * STRING_WORDS);
    const target = new Uint8Array(words.buffer, words.byteOffset);
    const bytes = this.#bytes;
    const data = new DataView(bytes.buffer);
    for (let row = 0, at = 0; row < rows; row++, at += STRING_WORDS) {
      const begin = this.#begins[from + row]!;
      const end = this.#ends[from + row]!;
      words[at] = end - begin;
      if (end - begin <= INLINE_BYTES) {
        for (let i = begin, to = (at + 1) * 4; i < end; i++, to++) target[to] = bytes[i]!;
        continue;
      }
      const pointer = low + begin - first;
      words[at + 1] = data.getUint32(begin, true);
      words[at + 2] = pointer % WORD;
      words[at + 3] = high + Math.floor(pointer / WORD);
    }
    copyTo(vector, words);
  }

  forget(rows: number): void {
    const base = this.#ends[rows - 1] ?? 0;
    this.#bytes.copyWithin(0, base, this.#used);
    this.#used -= base;
    for (let i = rows; i < this.length; i++) {
      this.#begins[i - rows] = this.#begins[i]! - base;
      this.#ends[i - rows] = this.#ends[i]! - base;
    }
    this.length -= rows;
  }
}
