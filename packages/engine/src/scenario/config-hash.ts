import { canonicalJson } from '@simcash/protocol';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { EngineConfig } from './config.js';

/** Lower-case hex SHA-256 of a text's UTF-8 bytes. */
function sha256Hex(text: string): string {
  return bytesToHex(sha256(utf8ToBytes(text)));
}

/** Hash of the configuration as given at creation; policy updates of a run do not change it (spec 03 §12.2). */
export function configHash(config: EngineConfig): string {
  return sha256Hex(canonicalJson(config));
}
