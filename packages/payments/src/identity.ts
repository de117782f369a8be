import { createHash } from 'node:crypto';

/** Size and hash of a file. */
export interface Identity {
  readonly bytes: number;
  readonly sha256: string;
}

/** Hands bytes on, and knows what they were. */
export class IdentifiedBytes {
  readonly #hash = createHash('sha256');
  #size = 0;

  *of(bytes: Iterable<Uint8Array>): Generator<Uint8Array> {
    for (const chunk of bytes) {
      this.#hash.update(chunk);
      this.#size += chunk.length;
      yield chunk;
    }
  }

  /** Of all that was handed on so far. */
  get identity(): Identity {
    return { bytes: this.#size, sha256: this.#hash.copy().digest('hex') };
  }
}

/** Size and hash of bytes. */
export function identityOf(bytes: Iterable<Uint8Array>): Identity {
  const all = new IdentifiedBytes();
  for (const _ of all.of(bytes));
  return all.identity;
}
