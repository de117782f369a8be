import { readSync } from 'node:fs';
import { EnvironmentError } from '@simcash/environments';

/** Longest line that is read (spec 18 §6). */
const MAX_LINE_BYTES = 16 * 1024 * 1024;
const CHUNK_BYTES = 64 * 1024;
const NEW_LINE = 10;
const STDIN = 0;

/**
 * Lines of standard input, read one after the other while the process waits: an event loop would cost more than the steps of a small
 * episode. A line that is too long is passed over, and an error given in its place.
 */
export function* stdinLines(): Generator<string | EnvironmentError> {
  const chunk = Buffer.alloc(CHUNK_BYTES);
  let parts: Buffer[] = [];
  let length = 0;
  for (let read = readChunk(chunk); read > 0; read = readChunk(chunk)) {
    let from = 0;
    for (let end = chunk.indexOf(NEW_LINE); end >= 0 && end < read; end = chunk.indexOf(NEW_LINE, from)) {
      length += end - from;
      yield length > MAX_LINE_BYTES ? tooLong() : Buffer.concat([...parts, chunk.subarray(from, end)]).toString('utf8');
      [parts, length, from] = [[], 0, end + 1];
    }
    length += read - from;
    if (length > MAX_LINE_BYTES) parts = [];
    else parts.push(Buffer.from(chunk.subarray(from, read)));
  }
  if (length > 0) yield length > MAX_LINE_BYTES ? tooLong() : Buffer.concat(parts).toString('utf8');
}

const tooLong = (): EnvironmentError => new EnvironmentError('bad_json', `a line has at most ${MAX_LINE_BYTES} bytes`);

/** Bytes that were read; 0 at the end. */
function readChunk(into: Buffer): number {
  for (;;) {
    try {
      return readSync(STDIN, into);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EOF') return 0;
      if (code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
  }
}
