import { createHash } from 'node:crypto';
import { listLine, type ListedPayment } from '@simcash/protocol';

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

/** Names a list: SHA-256 over its payments in order (spec 13 §9.1). */
export function listHash(payments: Iterable<ListedPayment>): string {
  const hash = createHash('sha256');
  let text = '';
  for (const payment of payments) {
    text += listLine(payment);
    if (text.length < HASHED_AT_ONCE) continue;
    hash.update(text);
    text = '';
  }
  return hash.update(text).digest('hex');
}

const HASHED_AT_ONCE = 65_536;
