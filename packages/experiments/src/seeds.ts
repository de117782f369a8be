import { createHash } from 'node:crypto';

/** First 4 bytes of the SHA-256 of a key, as a number below 2^31 (spec 11 §4). */
export function shortHash(key: string): number {
  return createHash('sha256').update(key).digest().readUInt32BE(0) % 2 ** 31;
}

/** First 8 bytes of the SHA-256 of a key, modulo 2^31. */
function longHash(key: string): number {
  return Number(createHash('sha256').update(key).digest().readBigUInt64BE(0) % 2n ** 31n);
}

/** Seed of an iteration (counted from 0) as seen by one bank. */
export function iterationSeed(masterSeed: string, iteration: number, agentId: string): number {
  return shortHash(`${masterSeed}:iter:${iteration}:agent:${agentId}`);
}

/** Seed of the k-th bootstrap sample of an iteration; also the seed of the simulation that runs it. */
export function sampleSeed(samplerSeed: number, sample: number): number {
  return longHash(`${samplerSeed}:sample:${sample}`);
}

/** Seed of a search optimizer's own generator (spec 11 §20.8). */
export function optimizerSeed(seed: number, kind: string, agentId: string): number {
  return longHash(`${seed}:${kind}:${agentId}`);
}
