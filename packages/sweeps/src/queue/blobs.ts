import { createHash } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Redis } from 'ioredis';
import { QueueError } from './connection.js';

const MOST_BYTES_IN_REDIS = 8 * 1024 * 1024;
const KEPT_SECONDS = 7 * 24 * 3600;

/** Texts that portions refer to by their SHA-256: in Redis, large ones in a folder that all machines share. */
export class Blobs {
  constructor(
    private readonly redis: Redis,
    private readonly folder: string | null,
  ) {}

  /** @returns the SHA-256, by which the text is found. @throws QueueError if it is too large for Redis and there is no folder */
  async put(text: string): Promise<string> {
    const sha256 = digest(text);
    if (Buffer.byteLength(text) <= MOST_BYTES_IN_REDIS) {
      await this.redis.set(keyOf(sha256), text, 'EX', KEPT_SECONDS);
      return sha256;
    }
    if (this.folder === null)
      throw new QueueError('the scenario is larger than 8 MiB: name a folder all workers share, --blobs DIR');
    const file = path.join(this.folder, sha256);
    await writeFile(`${file}.part`, text);
    await rename(`${file}.part`, file);
    return sha256;
  }

  /** @throws QueueError if it is nowhere, or is not what its name says */
  async get(sha256: string): Promise<string> {
    const text = (await this.redis.get(keyOf(sha256))) ?? (await this.#inFolder(sha256));
    if (text === null) throw new QueueError(`blob ${sha256} is neither in Redis nor in a folder given with --blobs`);
    if (digest(text) !== sha256) throw new QueueError(`blob ${sha256} has been altered`);
    return text;
  }

  async #inFolder(sha256: string): Promise<string | null> {
    if (this.folder === null) return null;
    return readFile(path.join(this.folder, sha256), 'utf8').catch(() => null);
  }
}

const digest = (text: string): string => createHash('sha256').update(text).digest('hex');
const keyOf = (sha256: string): string => `simcash:${sha256}`;
