import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';

/** Random numbers of a search; the same seed gives the same numbers everywhere. */
export class SearchRandom {
  readonly #generator: RandomGenerator;

  constructor(seed: number) {
    this.#generator = xoroshiro128plus(seed);
  }

  /** A whole number from 0 to `bound` − 1. */
  int(bound: number): number {
    return uniformInt(this.#generator, 0, bound - 1);
  }

  /** A number from 0 up to, but not including, 1. */
  unit(): number {
    return uniformFloat64(this.#generator);
  }

  /**
   * A standard normal number as the sum of twelve uniform ones: no logarithm or sine, whose last digits differ between machines.
   */
  normal(): number {
    let total = -6;
    for (let i = 0; i < 12; i++) total += this.unit();
    return total;
  }

  pick<T>(values: readonly T[]): T {
    return values[this.int(values.length)]!;
  }
}
