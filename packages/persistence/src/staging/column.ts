import type { DuckDBType } from '@duckdb/node-api';
import bindings, { type Vector } from '@duckdb/node-bindings';

/** One column of a stage: values wait in memory, close to the form in which DuckDB's vectors hold them, until they are copied there. */
export interface Column {
  /** Type of the column. */
  readonly type: DuckDBType;
  /** Number of values. */
  readonly length: number;
  /** Copies the values `from … from + rows - 1` to the beginning of a vector. */
  fill(vector: Vector, from: number, rows: number): void;
  /** Forgets the first values. */
  forget(rows: number): void;
}

let words = new Uint32Array(1 << 14);

/** Zeros to be used at once, in place of a new array each time. */
export function scratchWords(size: number): Uint32Array {
  words = withRoom(words, size);
  return words.subarray(0, size).fill(0);
}

/** Copies numbers to the beginning of a vector. */
export function copyTo(vector: Vector, numbers: Float64Array | Uint32Array | BigUint64Array): void {
  bindings.copy_data_to_vector(vector, 0, numbers.buffer as ArrayBuffer, numbers.byteOffset, numbers.byteLength);
}

/** Makes those values of a vector NULL for which it is asked. */
export function setNulls(vector: Vector, rows: number, isNull: (row: number) => boolean): void {
  let bits: Uint8Array<ArrayBuffer> | null = null;
  for (let row = 0; row < rows; row++) {
    if (!isNull(row)) continue;
    bits ??= new Uint8Array(Math.ceil(rows / 64) * 8).fill(0xff);
    bits[row >> 3]! &= ~(1 << (row & 7));
  }
  if (bits === null) return;
  bindings.vector_ensure_validity_writable(vector);
  bindings.copy_data_to_vector_validity(vector, 0, bits.buffer, 0, bits.length);
}

/** The numbers, or as many again, so that there is room for `size` of them. */
export function withRoom<Numbers extends Float64Array | Int32Array | Uint8Array | Uint32Array>(
  numbers: Numbers,
  size: number,
): Numbers {
  if (size <= numbers.length) return numbers;
  const larger = new (numbers.constructor as new (length: number) => Numbers)(Math.max(size, numbers.length * 2));
  larger.set(numbers);
  return larger;
}
