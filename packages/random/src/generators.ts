import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';
import { xorshift128plusFromState } from 'pure-rand/generator/xorshift128plus';
import { PureRandStream, spread, wordsOf } from './pure-rand-stream.js';
import type { RandomStream } from './stream.js';
import { Xorshift64Star } from './xorshift.js';

/** A generator of random numbers by its name (spec 01 §3.6). */
export interface Generator {
  /** Bits of its state, which is never 0. */
  readonly stateBits: number;
  /** @param seed an unsigned 64-bit number */
  fromSeed(seed: bigint): RandomStream;
  /** @param state what `state` of a stream gave */
  fromState(state: bigint): RandomStream;
}

const pureRand = (fromWords: typeof xoroshiro128plusFromState): Generator => {
  const fromState = (state: bigint): RandomStream => new PureRandStream(fromWords(wordsOf(state)));
  return { stateBits: 128, fromState, fromSeed: (seed) => fromState(spread(seed)) };
};

const xorshift = (state: bigint): RandomStream => new Xorshift64Star(state);

/** The generators that a scenario may choose from, the default first. */
export const GENERATORS = {
  xorshift64star: { stateBits: 64, fromSeed: xorshift, fromState: xorshift },
  xoroshiro128plus: pureRand(xoroshiro128plusFromState),
  xorshift128plus: pureRand(xorshift128plusFromState),
} as const satisfies Record<string, Generator>;

/** The name of one of the {@link GENERATORS}. */
export type GeneratorName = keyof typeof GENERATORS;
