import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';

/** H64: the first 8 bytes of a text's SHA-256, the highest first, as an unsigned number (spec 13 §12.2). */
export function hash64(key: string): bigint {
  return new DataView(sha256(utf8ToBytes(key)).buffer).getBigUint64(0);
}
