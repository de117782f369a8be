import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import { exp } from './transcendental.js';

const LARGEST_POISSON_BLOCK = 500;
const BLOCK_LIMIT = exp(-LARGEST_POISSON_BLOCK);

/**
 * A stream of 64-bit numbers, and what is drawn from it (spec 01 §3.2). In a simulation, arrivals are its only consumer. The halves of
 * an output are signed, because these are the integers that JavaScript engines calculate with.
 *
 * It is also a pure-rand `RandomGenerator`, so that pure-rand's distributions can draw from it.
 */
export abstract class RandomStream implements RandomGenerator {
  /** The upper half of the latest output. */
  protected high = 0;
  /** The lower half of it. */
  protected low = 0;

  /** The state after the latest draw, as a whole number: from it the stream goes on. */
  abstract get state(): bigint;

  /** The same stream from here on, which draws for itself. */
  abstract clone(): RandomStream;

  /** The state in words of 32 bits. */
  abstract getState(): readonly number[];

  /** Makes the next output. */
  protected abstract advance(): void;

  /** The next 64-bit output. */
  next64(): bigint {
    this.advance();
    return joined(this.high, this.low);
  }

  /** Upper half of the next output as a signed 32-bit number (the form that pure-rand uses). */
  next(): number {
    this.advance();
    return this.high;
  }

  /** Uniform in [0, 1), a multiple of 2^−53. */
  nextDouble(): number {
    this.advance();
    return ((this.high >>> 0) * 2097152 + (this.low >>> 11)) * 2 ** -53;
  }

  /** Uniform whole number in [min, max) by plain remainder, slightly biased as the reference is. */
  range(min: number, max: number): number {
    const size = max - min;
    if (size > 2 ** 32) return Number(BigInt(min) + (this.next64() % (BigInt(max) - BigInt(min))));
    this.advance();
    // The 64 bits in three chunks, so that every intermediate value is below 2^53.
    const top = this.high >>> 10;
    const middle = ((this.high & 0x3ff) << 11) | (this.low >>> 21);
    const bottom = this.low & 0x1fffff;
    const remainder = ((top % size) * 2097152 + middle) % size;
    return min + ((remainder * 2097152 + bottom) % size);
  }

  /**
   * Number of events of a Poisson process with mean `rate`; above 500 in blocks (spec 01 §3.2, Corrected Q101).
   *
   * @param limit {@link poissonLimit} of the rate, for whoever draws with the same rate again and again
   */
  poisson(rate: number, limit = poissonLimit(rate)): number {
    let count = 0;
    const blocks = blocksOf(rate);
    for (let i = 0; i < blocks; i++) count += this.#poissonBlock(BLOCK_LIMIT);
    return rate > LARGEST_POISSON_BLOCK * blocks ? count + this.#poissonBlock(limit) : count;
  }

  /** Multiplies uniform numbers until the product is no larger than e to the minus mean. */
  #poissonBlock(limit: number): number {
    let count = 0;
    let product = 1;
    do {
      count++;
      product *= this.nextDouble();
    } while (product > limit);
    return count - 1;
  }
}

/** The unsigned 64-bit number of two signed halves. */
export function joined(high: number, low: number): bigint {
  return (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
}

/** Whole blocks of a rate that is drawn in blocks. */
const blocksOf = (rate: number): number => (rate <= LARGEST_POISSON_BLOCK ? 0 : Math.floor(rate / LARGEST_POISSON_BLOCK));

/** What the product of uniform numbers is compared with: e to the minus of the rate, or of what is left of it after whole blocks. */
export function poissonLimit(rate: number): number {
  return exp(-Math.max(0, rate - LARGEST_POISSON_BLOCK * blocksOf(rate)));
}
