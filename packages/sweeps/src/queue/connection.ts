import { SimcashError } from '@simcash/protocol';
import { Redis } from 'ioredis';

/** Why a queue cannot be used: a sentence for its user. */
export class QueueError extends SimcashError {
  override name = 'QueueError';
  override readonly code: string = 'queue_failed';
}

/** A queue cannot have this name. */
export class QueueNameError extends QueueError {
  override name = 'QueueNameError';
  override readonly code = 'invalid_queue_name';
}

/**
 * Connects to a Redis or Valkey server (spec 15 §13.4). Once the connection stood it comes back by itself after a restart of the
 * server; until then commands wait.
 *
 * @param url `redis://` or `rediss://`; a password in it appears in no message
 * @throws QueueError if there is no such server
 */
export async function connectTo(url: string): Promise<Redis> {
  const place = placeOf(url);
  let hasStood = false;
  const redis = new Redis(url, {
    lazyConnect: true,
    maxRetriesPerRequest: null,
    // A socket that is closed already would be waited for so long.
    disconnectTimeout: 100,
    retryStrategy: (times) => (hasStood ? Math.min(times * 200, 2000) : null),
  });
  let reason = '';
  redis.on('error', (error: Error) => (reason = error.message));
  try {
    await redis.connect();
  } catch (error) {
    redis.disconnect();
    throw new QueueError(`no Redis server answers at ${place}: ${reason || (error as Error).message}`);
  }
  hasStood = true;
  return redis;
}

/** Whether a queue may have this name. @throws QueueNameError if not */
export function checkName(queue: string): void {
  if (!/^[\w.-]{1,200}$/.test(queue)) throw new QueueNameError(`a queue's name has letters, digits, _ . and -, got '${queue}'`);
}

/** Looks for a server at this address. @throws QueueError if none answers */
export async function checkServer(url: string): Promise<void> {
  (await connectTo(url)).disconnect();
}

function placeOf(url: string): string {
  try {
    const { host, protocol } = new URL(url);
    if (/^rediss?:$/.test(protocol) && host !== '') return host;
  } catch {
    // Told below.
  }
  throw new QueueError('SIMCASH_REDIS_URL must look like redis://host:6379 or rediss://host:6379');
}
