import { worstLimit } from './extraction.js';
import type { NettingProblem } from './problem.js';
import { refillOrder } from './refill.js';
import { isBetter, type Selection } from './selection.js';

/** Payments that move in a chain, at most. */
const MAX_MOVES = 8;

const NONE = new Int32Array(0);

/**
 * Chains of payments that join a feasible set or leave it, one for the sake of the other, until the set is feasible again and better
 * (spec 12 §6.13; Glover 1996, after Lin and Kernighan 1973).
 */
export class EjectionChains {
  readonly #moved: number[] = [];
  readonly #queue: Int32Array;

  constructor(private readonly selection: Selection) {
    this.#queue = refillOrder(selection.problem, 'queue');
  }

  /** Whether a chain that begins with some payments makes the set better. If not, the set is as before. */
  improveBy(first: readonly number[]): boolean {
    const { size, value } = this.selection;
    this.#moved.length = 0;
    for (const i of first) this.#move(i);
    while (this.#moved.length <= MAX_MOVES) {
      const limit = worstLimit(this.selection);
      const bank = limit < 0 ? this.#worstBank() : -1;
      if (limit < 0 && bank < 0 && isBetter(this.selection, { size, value })) return true;
      const next = this.#moved.length < MAX_MOVES ? this.#cheapest(limit, bank) : -1;
      if (next < 0) break;
      this.#move(next);
    }
    while (this.#moved.length > 0) this.selection.move(this.#moved.pop()!);
    return false;
  }

  #move(i: number): void {
    this.selection.move(i);
    this.#moved.push(i);
  }

  /** Only where payments moved can a bank be short: the set was feasible. */
  #worstBank(): number {
    const { receiver, sender } = this.selection.problem;
    let worst = -1;
    let most = 0;
    for (const i of this.#moved)
      for (let b = sender[i]!, other = receiver[i]!, k = 0; k < 2; k++, b = other) {
        const shortfall = this.selection.shortfall(b);
        if (shortfall > most || (shortfall === most && shortfall > 0 && b < worst)) [worst, most] = [b, shortfall];
      }
    return worst;
  }

  /** The move that costs least, for a limit that is exceeded, else for a bank that is short, else for nobody; −1 if there is none. */
  #cheapest(limit: number, bank: number): number {
    const { problem } = this.selection;
    if (limit >= 0) return this.#cheapestOf(...aroundLimit(problem, limit));
    if (bank >= 0) return this.#cheapestOf(problem.from[bank]!, problem.to[bank]!);
    return this.#cheapestOf(NONE, this.#queue);
  }

  /** Of payments that may leave, and payments that may join. */
  #cheapestOf(leaving: ArrayLike<number>, joining: ArrayLike<number>): number {
    const { has, problem } = this.selection;
    problem.work?.did(leaving.length + joining.length);
    let best = -1;
    let least = Infinity;
    for (let isInside = 1, list = leaving; isInside >= 0; isInside--, list = joining)
      for (let k = 0; k < list.length; k++) {
        const i = list[k]!;
        if (has[i] !== isInside) continue;
        const price = this.#price(i);
        if (price < least && !this.#moved.includes(i)) [best, least] = [i, price];
      }
    return best;
  }

  /** What is missing more if a payment moves, less half of what it brings; twice, so that it is whole. */
  #price(i: number): number {
    const amount = this.selection.problem.amount[i]!;
    return 2 * this.selection.addedShortage(i) + (this.selection.has[i] === 1 ? amount : -amount);
  }
}

/** Payments that use up a bilateral limit, and those that relieve it. */
function aroundLimit(problem: NettingProblem, limit: number): [readonly number[], readonly number[]] {
  const { receiver, sender } = problem.limits[limit]!;
  return [problem.between(sender, receiver), problem.netLimits ? problem.between(receiver, sender) : []];
}
