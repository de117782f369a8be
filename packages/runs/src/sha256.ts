import { sha256 as digest } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

/** Lower-case hex SHA-256 of a text's UTF-8 bytes, in browsers, too. */
export const sha256 = (text: string): string => bytesToHex(digest(utf8ToBytes(text)));
