import { BLOB, DuckDBDataChunk } from '@duckdb/node-api';
import bindings from '@duckdb/node-bindings';
import { withRoom } from './column.js';

/** Texts that one chunk holds. */
const CHUNK_TEXTS = 2048;

/** 32-bit words of a text in a DuckDB vector (`duckdb_string_t`): its length, then itself if it is short, or where it is. */
export const STRING_WORDS = 4;
/** Bytes of the longest text that is kept in its words. */
export const INLINE_BYTES = 12;

/**
 * Texts that recur (bank ids, reasons, keys of registers), numbered, each in the form in which a DuckDB vector refers to it: a column of
 * names is a column of numbers until it is stored, and then a copy of four words a row.
 */
export class Vocabulary {
  readonly #codes = new Map<string, number>();
  /** They own what the words of long texts point to, so they live as long as these. */
  readonly #chunks: DuckDBDataChunk[] = [];
  #words = new Uint32Array(STRING_WORDS * 64);

  constructor(texts: readonly string[] = []) {
    for (const text of texts) this.code(text);
  }

  /** Four words per text, by code. */
  get words(): Uint32Array {
    return this.#words;
  }

  /** Number of a text: those given first count from 0 in their order, a new one is the next. */
  code(text: string): number {
    return this.#codes.get(text) ?? this.#add(text);
  }

  #add(text: string): number {
    const code = this.#codes.size;
    const at = code % CHUNK_TEXTS;
    if (at === 0) this.#chunks.push(DuckDBDataChunk.create([BLOB], CHUNK_TEXTS));
    const vector = bindings.data_chunk_get_vector(this.#chunks.at(-1)!.chunk, 0);
    bindings.vector_assign_string_element_len(vector, at, Buffer.from(text));
    const { buffer, byteOffset } = bindings.vector_get_data(vector, CHUNK_TEXTS * STRING_WORDS * 4);
    const words = new Uint32Array(buffer, byteOffset + at * STRING_WORDS * 4, STRING_WORDS);
    this.#words = withRoom(this.#words, (code + 1) * STRING_WORDS);
    this.#words.set(words, code * STRING_WORDS);
    this.#codes.set(text, code);
    return code;
  }
}
