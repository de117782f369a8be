import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import { RandomStream } from './stream.js';

const WORD = 32n;
const WORDS = 4;
const GOLDEN_GAMMA = 0x9e3779b97f4a7c15n;

/** A generator of pure-rand with 128 bits of state: two of its 32-bit outputs, the upper half first, make one of the stream's. */
export class PureRandStream extends RandomStream {
  readonly #generator: RandomGenerator;

  constructor(generator: RandomGenerator) {
    super();
    this.#generator = generator;
  }

  get state(): bigint {
    return this.getState().reduce((state, word) => (state << WORD) | BigInt(word >>> 0), 0n);
  }

  clone(): PureRandStream {
    return new PureRandStream(this.#generator.clone());
  }

  getState(): readonly number[] {
    return this.#generator.getState();
  }

  protected advance(): void {
    this.high = this.#generator.next();
    this.low = this.#generator.next();
  }
}

/** The words of a state of 128 bits, the highest first. */
export const wordsOf = (state: bigint): number[] =>
  Array.from({ length: WORDS }, (_, i) => Number(BigInt.asIntN(32, state >> (WORD * BigInt(WORDS - 1 - i)))));

/** 128 bits from a seed of 64 by SplitMix64, as the authors of these generators advise: never all 0. */
export const spread = (seed: bigint): bigint => (splitMix64(seed + GOLDEN_GAMMA) << 64n) | splitMix64(seed + 2n * GOLDEN_GAMMA);

function splitMix64(state: bigint): bigint {
  let z = BigInt.asUintN(64, state);
  z = BigInt.asUintN(64, (z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n);
  z = BigInt.asUintN(64, (z ^ (z >> 27n)) * 0x94d049bb133111ebn);
  return z ^ (z >> 31n);
}
