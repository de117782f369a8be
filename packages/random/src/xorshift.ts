import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import { exp } from './transcendental.js';

const MULTIPLIER_HIGH = 0x2545f491;
const MULTIPLIER_LOW = 0x4f6cdd1d;
const LARGEST_POISSON_BLOCK = 500;
const BLOCK_LIMIT = exp(-LARGEST_POISSON_BLOCK);

/**
 * xorshift64*, on two 32-bit halves (spec 01 §3). In a simulation, arrivals are its only consumer. The halves are signed, because these are
 * the integers that JavaScript engines calculate with.
 *
 * It is also a pure-rand `RandomGenerator`, so that pure-rand's distributions can draw from it.
 */
export class Xorshift64Star implements RandomGenerator {
  #stateHigh: number;
  #stateLow: number;
  /** The halves of the latest output. */
  #high = 0;
  #low = 0;

  /** `seed` is an unsigned 64-bit number; 0 stands for 1. */
  constructor(seed: bigint) {
    const state = seed === 0n ? 1n : BigInt.asUintN(64, seed);
    this.#stateHigh = Number(state >> 32n) | 0;
    this.#stateLow = Number(state & 0xffffffffn) | 0;
  }

  /** The state after the latest draw; seeding a generator with it continues the stream. */
  get state(): bigint {
    return joined(this.#stateHigh, this.#stateLow);
  }

  /** The next 64-bit output. */
  next64(): bigint {
    this.#advance();
    return joined(this.#high, this.#low);
  }

  /** Upper half of the next output as a signed 32-bit number (the form that pure-rand uses). */
  next(): number {
    this.#advance();
    return this.#high;
  }

  clone(): Xorshift64Star {
    return new Xorshift64Star(this.state);
  }

  getState(): readonly number[] {
    return [this.#stateHigh, this.#stateLow];
  }

  /** Uniform in [0, 1), a multiple of 2^−53. */
  nextDouble(): number {
    this.#advance();
    return ((this.#high >>> 0) * 2097152 + (this.#low >>> 11)) * 2 ** -53;
  }

  /** Uniform whole number in [min, max) by plain remainder, slightly biased as the reference is. */
  range(min: number, max: number): number {
    const size = max - min;
    if (size > 2 ** 32) return Number(BigInt(min) + (this.next64() % (BigInt(max) - BigInt(min))));
    this.#advance();
    // The 64 bits in three chunks, so that every intermediate value is below 2^53.
    const top = this.#high >>> 10;
    const middle = ((this.#high & 0x3ff) << 11) | (this.#low >>> 21);
    const bottom = this.#low & 0x1fffff;
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

  #advance(): void {
    let high = this.#stateHigh;
    let low = this.#stateLow;
    // x ^= x >>> 12
    low ^= (low >>> 12) | (high << 20);
    high ^= high >>> 12;
    // x ^= x << 25
    high ^= (high << 25) | (low >>> 7);
    low ^= low << 25;
    // x ^= x >>> 27
    low ^= (low >>> 27) | (high << 5);
    high ^= high >>> 27;
    this.#stateHigh = high;
    this.#stateLow = low;
    // Output = x · multiplier mod 2^64, the low product in 16-bit limbs.
    const a0 = low & 0xffff;
    const a1 = low >>> 16;
    const b0 = MULTIPLIER_LOW & 0xffff;
    const b1 = MULTIPLIER_LOW >>> 16;
    const p00 = Math.imul(a0, b0);
    const p01 = Math.imul(a0, b1);
    const p10 = Math.imul(a1, b0);
    const middle = (p00 >>> 16) + (p01 & 0xffff) + (p10 & 0xffff);
    const carry = (Math.imul(a1, b1) + (p01 >>> 16) + (p10 >>> 16) + (middle >>> 16)) | 0;
    this.#low = (middle << 16) | (p00 & 0xffff);
    this.#high = (carry + Math.imul(low, MULTIPLIER_HIGH) + Math.imul(high, MULTIPLIER_LOW)) | 0;
  }
}

/** The unsigned 64-bit number of two signed halves. */
function joined(high: number, low: number): bigint {
  return (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
}

/** Whole blocks of a rate that is drawn in blocks. */
const blocksOf = (rate: number): number => (rate <= LARGEST_POISSON_BLOCK ? 0 : Math.floor(rate / LARGEST_POISSON_BLOCK));

/** What the product of uniform numbers is compared with: e to the minus of the rate, or of what is left of it after whole blocks. */
export function poissonLimit(rate: number): number {
  return exp(-Math.max(0, rate - LARGEST_POISSON_BLOCK * blocksOf(rate)));
}
