import { createHash } from 'node:crypto';

/** Size and hash of a file. */
export interface Identity {
  readonly bytes: number;
  readonly sha256: string;
}

/** Hands bytes on, and says what they were when all have been read. */
export function* identifiedBytes(bytes: Iterable<Uint8Array>, done: (identity: Identity) => void): Generator<Uint8Array> {
  const hash = createHash('sha256');
  let size = 0;
  for (const chunk of bytes) {
    hash.update(chunk);
    size += chunk.length;
    yield chunk;
  }
  done({ bytes: size, sha256: hash.digest('hex') });
}

/** Size and hash of bytes. */
export function identityOf(bytes: Iterable<Uint8Array>): Identity {
  let found: Identity | undefined;
  for (const _ of identifiedBytes(bytes, (identity) => void (found = identity)));
  return found!;
}
