import { SimulationError } from '../errors.js';
import type { RandomStream } from '@simcash/random';

/** Weight of a bank that is missing from the weights (Quirk Q204). */
const UNLISTED = 1;

/** Candidates with a weight of their own, in order. */
interface Listed {
  readonly count: number;
  /** In one array, for the sake of the processor's caches: the weights up to and including each, each weight, each position. */
  readonly table: Float64Array;
  /** All weights, added one by one. */
  readonly total: number;
  /** How far a difference of the weights can be off through rounding; negative weights make it unusable. */
  readonly uncertainty: number;
}

/**
 * Draws the receiver of a payment: the other banks in configuration order, by weight or uniformly (spec 02 §4).
 *
 * Costs and memory follow the weights that are given, not the number of banks: all others weigh the same.
 */
export class Counterparties {
  #listed: Listed | null = null;

  /**
   * @param order all banks, by number, in configuration order
   * @param places the place of each bank in it, by id
   * @param own the sender's place
   * @param weights weights by id; empty for a uniform choice. Banks that do not exist are ignored
   */
  constructor(
    private readonly order: Int32Array,
    private readonly places: ReadonlyMap<string, number>,
    private readonly own: number,
    private readonly weights: ReadonlyMap<string, number>,
  ) {}

  draw(rng: RandomStream): number {
    const candidates = this.order.length - 1;
    if (candidates === 0) throw new SimulationError('Cannot generate transaction: no valid receivers');
    if (this.weights.size === 0) return this.#bank(rng.range(0, candidates));
    const listed = (this.#listed ??= this.#list(candidates));
    const target = rng.nextDouble() * listed.total;
    return this.#bank(find(listed, target) ?? subtract(listed, candidates, target));
  }

  #bank(candidate: number): number {
    return this.order[candidate < this.own ? candidate : candidate + 1]!;
  }

  #list(candidates: number): Listed {
    const { own, places } = this;
    const weights: { position: number; weight: number }[] = [];
    for (const [id, weight] of this.weights) {
      const place = places.get(id);
      if (place !== undefined && place !== own) weights.push({ position: place < own ? place : place - 1, weight });
    }
    weights.sort((x, y) => x.position - y.position);
    const count = weights.length;
    const table = new Float64Array(3 * count);
    let total = 0;
    let monotone = true;
    let next = 0;
    weights.forEach(({ position, weight }, k) => {
      total = addUnlisted(total, position - next) + weight;
      monotone &&= weight >= 0;
      table[k] = total;
      table[count + k] = weight;
      table[2 * count + k] = position;
      next = position + 1;
    });
    total = addUnlisted(total, candidates - next);
    return { count, table, total, uncertainty: monotone ? 8 * candidates * total * 2 ** -53 : Infinity };
  }
}

/** Adds the weight of so many unlisted candidates one by one, as the total is rounded that way; whole numbers need no rounding. */
function addUnlisted(total: number, count: number): number {
  if (Number.isInteger(total) && total + count <= Number.MAX_SAFE_INTEGER && total >= 0) return total + count * UNLISTED;
  for (let i = 0; i < count; i++) total += UNLISTED;
  return total;
}

/** Searches the first candidate up to which the weights reach the target; undefined where rounding could decide otherwise than {@link subtract}. */
function find({ count, table, uncertainty }: Listed, target: number): number | undefined {
  let k = 0;
  for (let high = count; k < high;) {
    const middle = (k + high) >>> 1;
    if (table[middle]! >= target) high = middle;
    else k = middle + 1;
  }
  // Between two listed candidates stand others of equal weight.
  const before = k === 0 ? 0 : table[k - 1]!;
  const first = k === 0 ? 0 : table[2 * count + k - 1]! + 1;
  const unlisted = (k < count ? table[2 * count + k]! : Infinity) - first;
  const steps = Math.max(Math.ceil((target - before) / UNLISTED), 1);
  const isListed = steps > unlisted;
  const below = before + (isListed ? unlisted : steps - 1) * UNLISTED;
  const above = below + (isListed ? table[count + k]! : UNLISTED);
  const isClear = above - target > uncertainty && (target - below > uncertainty || below === 0);
  return isClear ? first + (isListed ? unlisted : steps - 1) : undefined;
}

/** The rule itself: subtract weight after weight until nothing is left. */
function subtract({ count, table }: Listed, candidates: number, target: number): number {
  let rest = target;
  for (let i = 0, k = 0; i < candidates; i++) {
    rest -= k < count && i === table[2 * count + k] ? table[count + k++]! : UNLISTED;
    if (rest <= 0) return i;
  }
  return candidates - 1;
}
