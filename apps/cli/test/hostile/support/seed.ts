/** The seed of everything that chance decides in these suites: fixed, unless `npm run fuzz` draws one. */
export const SEED = Number(process.env.SIMCASH_FUZZ_SEED ?? 20_261_129);

/** How many times as many cases there are. */
export const TIMES = Number(process.env.SIMCASH_FUZZ_CASES ?? 1);

/** A generator of numbers that is the same everywhere for a seed (mulberry32). */
export class Chance {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** From 0 up to, but not, 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let x = this.#state;
    x = Math.imul(x ^ (x >>> 15), x | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
  }

  below(n: number): number {
    return Math.floor(this.next() * n);
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }

  happens(share: number): boolean {
    return this.next() < share;
  }
}
