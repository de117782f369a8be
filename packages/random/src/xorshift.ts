import { joined, RandomStream } from './stream.js';

const MULTIPLIER_HIGH = 0x2545f491;
const MULTIPLIER_LOW = 0x4f6cdd1d;

/** xorshift64*, on two 32-bit halves (spec 01 §3.1): the generator of a simulation that names no other. */
export class Xorshift64Star extends RandomStream {
  #stateHigh: number;
  #stateLow: number;

  /** `seed` is an unsigned 64-bit number; 0 stands for 1. */
  constructor(seed: bigint) {
    super();
    const state = seed === 0n ? 1n : BigInt.asUintN(64, seed);
    this.#stateHigh = Number(state >> 32n) | 0;
    this.#stateLow = Number(state & 0xffffffffn) | 0;
  }

  /** The state after the latest draw; seeding a generator with it continues the stream. */
  get state(): bigint {
    return joined(this.#stateHigh, this.#stateLow);
  }

  clone(): Xorshift64Star {
    return new Xorshift64Star(this.state);
  }

  getState(): readonly number[] {
    return [this.#stateHigh, this.#stateLow];
  }

  protected advance(): void {
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
    this.low = (middle << 16) | (p00 & 0xffff);
    this.high = (carry + Math.imul(low, MULTIPLIER_HIGH) + Math.imul(high, MULTIPLIER_LOW)) | 0;
  }
}
