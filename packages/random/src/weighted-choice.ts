import type { RandomStream } from './stream.js';

/** Choices by weight: a uniform number times the sum, from which weights are subtracted in order until nothing is left (spec 02 §4). */
export class WeightedChoice {
  /** Weights up to and including each. */
  readonly #sums: Float64Array;
  readonly #total: number;
  /** How far a difference of the weights can be off through rounding. */
  readonly #uncertainty: number;

  /** @param weights at least one, none below 0, one above 0 */
  constructor(private readonly weights: ArrayLike<number>) {
    this.#sums = new Float64Array(weights.length);
    let total = 0;
    for (let i = 0; i < weights.length; i++) this.#sums[i] = total += weights[i]!;
    this.#total = total;
    this.#uncertainty = 4 * weights.length * total * 2 ** -53;
  }

  /** Position of the chosen one: one draw. */
  draw(rng: RandomStream): number {
    const target = rng.nextDouble() * this.#total;
    let k = 0;
    for (let high = this.#sums.length - 1; k < high;) {
      const middle = (k + high) >>> 1;
      if (this.#sums[middle]! >= target) high = middle;
      else k = middle + 1;
    }
    const below = k === 0 ? -Infinity : this.#sums[k - 1]!;
    const isClear = this.#sums[k]! - target > this.#uncertainty && target - below > this.#uncertainty;
    return isClear ? k : this.#subtract(target);
  }

  /** The rule itself, where rounding could decide. */
  #subtract(target: number): number {
    let rest = target;
    for (let i = 0; i < this.weights.length; i++) {
      rest -= this.weights[i]!;
      if (rest <= 0) return i;
    }
    return this.weights.length - 1;
  }
}
