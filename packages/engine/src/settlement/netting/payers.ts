import { firstPlace } from '../../numeric/first-place.js';
import type { Selection } from './selection.js';

/** Payments to a bank that are outside of a set, the largest first, equal ones in queue order. */
interface Ranking {
  readonly payments: Int32Array;
  /** At each place the payment that costs its sender least among those up to there. */
  readonly cheapest: Int32Array;
  /** Of those of the largest amount the one that costs its sender least. */
  readonly largest: number;
}

/**
 * Finds the payment that helps a bank in a chain best: enough if there is one, and at the smallest expense of its sender (spec 12 §6.8).
 *
 * A chain is tried for every payment and few succeed. Where money is all that matters, payments to a bank are therefore ranked once for
 * a set; a chain changes what a payment costs for the few banks that it touches only.
 */
export class Payers {
  /** What each bank had left before the chain. */
  readonly #left: Float64Array;
  readonly #rankings: (Ranking | undefined)[] = [];
  readonly #onlyMoneyMatters: boolean;

  /** The set, which is feasible, and a payment that stays outside, −1 for none. */
  constructor(
    private readonly selection: Selection,
    private readonly without = -1,
  ) {
    const { availableBelow, banks, hasNoLimits } = selection.problem;
    this.#onlyMoneyMatters = hasNoLimits && availableBelow === null;
    this.#left = new Float64Array(this.#onlyMoneyMatters ? banks : 0);
    for (let b = 0; b < this.#left.length; b++) this.#left[b] = -selection.lack(b);
  }

  /** The payment that helps `b` best, which lacks something with the chain in the set; −1 if there is none. */
  best(b: number, chain: readonly number[]): number {
    if (!this.#onlyMoneyMatters) return this.#scanned(b);
    const { has, problem } = this.selection;
    const { amount, receiver, sender } = problem;
    const { cheapest, largest, payments } = (this.#rankings[b] ??= this.#ranked(b, chain));
    const d = this.selection.lack(b);
    // The largest come first.
    const enough = firstPlace(payments.length, (k) => amount[payments[k]!]! < d);
    let best = enough > 0 ? cheapest[enough - 1]! : largest;
    if (best < 0) return -1;
    // Its sender has less now, so that others may cost less than it does.
    if (has[best] === 1 || this.#gained(sender[best]!) < 0) return this.#scanned(b);
    for (const i of chain) {
      best = this.#bestWith(sender[i]!, b, d, best);
      best = this.#bestWith(receiver[i]!, b, d, best);
    }
    return best;
  }

  /** The best payment, if those of a bank count, too, which cost less if it has more than before the chain. */
  #bestWith(s: number, b: number, d: number, known: number): number {
    if (this.#gained(s) <= 0) return known;
    const { has, problem } = this.selection;
    let best = known;
    for (const i of problem.between(s, b)) {
      if (has[i] === 1 || i === this.without) continue;
      if (this.#isPreferred(i, this.selection.addedLack(i), best, this.selection.addedLack(best), d)) best = i;
    }
    return best;
  }

  /** The payments of a chain have joined the set for good. */
  joined(chain: readonly number[]): void {
    if (!this.#onlyMoneyMatters) return;
    const { from, receiver, sender } = this.selection.problem;
    for (const i of chain)
      for (const b of [sender[i]!, receiver[i]!]) {
        this.#left[b] = -this.selection.lack(b);
        this.#rankings[b] = undefined;
        for (const own of from[b]!) this.#rankings[receiver[own]!] = undefined;
      }
  }

  /** What a bank has more than before the chain. */
  #gained(b: number): number {
    return -this.selection.lack(b) - this.#left[b]!;
  }

  #ranked(b: number, chain: readonly number[]): Ranking {
    const { has, problem } = this.selection;
    const { amount, sender } = problem;
    const payments = problem
      .byAmountTo(b)
      .filter((i) => sender[i] !== b && i !== this.without && (has[i] === 0 || chain.includes(i)));
    const cheapest = new Int32Array(payments.length);
    const adds = (i: number): number => Math.max(amount[i]! - this.#left[sender[i]!]!, 0);
    let best = -1;
    let bestAdds = Infinity;
    let largest = -1;
    for (let k = 0; k < payments.length; k++) {
      const i = payments[k]!;
      const iAdds = adds(i);
      // Of equal cost the smaller amount, then the one that comes first in the queue.
      if (iAdds < bestAdds || (iAdds === bestAdds && amount[i]! < amount[best]!)) [best, bestAdds] = [i, iAdds];
      cheapest[k] = best;
      if (amount[i] === amount[payments[0]!] && (largest < 0 || iAdds < adds(largest))) largest = i;
    }
    return { payments, cheapest, largest };
  }

  /** The same by looking at all payments to the bank. */
  #scanned(b: number): number {
    const { has, problem } = this.selection;
    const { amount, sender } = problem;
    const d = this.selection.lack(b);
    const candidates = problem.to[b]!;
    let best = -1;
    let bestAdds = 0;
    for (let k = 0; k < candidates.length; k++) {
      const i = candidates[k]!;
      if (has[i] === 1 || sender[i] === b || i === this.without) continue;
      if (best >= 0 && amount[i]! < d && amount[best]! >= d) continue;
      const adds = this.selection.addedLack(i);
      if (best >= 0 && !this.#isPreferred(i, adds, best, bestAdds, d)) continue;
      if (this.selection.allowsAlso(i)) [best, bestAdds] = [i, adds];
    }
    return best;
  }

  #isPreferred(i: number, iAdds: number, j: number, jAdds: number, d: number): boolean {
    const { amount } = this.selection.problem;
    const [x, y] = [amount[i]!, amount[j]!];
    if (x >= d !== y >= d) return x >= d;
    if (x >= d) return iAdds < jAdds || (iAdds === jAdds && (x < y || (x === y && i < j)));
    return x > y || (x === y && (iAdds < jAdds || (iAdds === jAdds && i < j)));
  }
}
