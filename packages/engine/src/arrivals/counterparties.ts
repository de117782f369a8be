import { SimulationError } from '../errors.js';
import type { Xorshift64Star } from './rng.js';

/** Draws the receiver of a payment: candidates in configuration order, by weight or uniformly (spec 02 §4). */
export class Counterparties {
  readonly #weights: Float64Array | null;
  readonly #cumulative: Float64Array;
  readonly #total: number;
  /** How far a running difference of the weights can be off through rounding; negative weights make it unusable. */
  readonly #uncertainty: number;

  /** `candidates` are bank numbers in configuration order; `weightOf` is null for a uniform choice. */
  constructor(
    private readonly candidates: Int32Array,
    weightOf: ((bank: number) => number) | null,
  ) {
    this.#weights = weightOf === null ? null : Float64Array.from(candidates, weightOf);
    this.#cumulative = new Float64Array(candidates.length);
    let total = 0;
    let monotone = true;
    this.#weights?.forEach((weight, i) => {
      total += weight;
      monotone &&= weight >= 0;
      this.#cumulative[i] = total;
    });
    this.#total = total;
    this.#uncertainty = monotone ? 4 * candidates.length * total * 2 ** -53 : Infinity;
  }

  draw(rng: Xorshift64Star): number {
    const { candidates } = this;
    if (candidates.length === 0) throw new SimulationError('Cannot generate transaction: no valid receivers');
    if (this.#weights === null) return candidates[rng.range(0, candidates.length)]!;
    const target = rng.nextDouble() * this.#total;
    return candidates[this.#find(target) ?? this.#subtract(this.#weights, target)]!;
  }

  /** Binary search in the cumulative weights; undefined where rounding could decide otherwise than {@link #subtract}. */
  #find(target: number): number | undefined {
    const cumulative = this.#cumulative;
    let low = 0;
    let high = cumulative.length - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (cumulative[middle]! >= target) high = middle;
      else low = middle + 1;
    }
    const clear =
      cumulative[low]! - target > this.#uncertainty && (low === 0 || target - cumulative[low - 1]! > this.#uncertainty);
    return clear ? low : undefined;
  }

  /** The rule itself: subtract weight after weight until nothing is left. */
  #subtract(weights: Float64Array, target: number): number {
    let rest = target;
    for (let i = 0; i < weights.length; i++) {
      rest -= weights[i]!;
      if (rest <= 0) return i;
    }
    return weights.length - 1;
  }
}
