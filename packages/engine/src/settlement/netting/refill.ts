import type { RefillOrder } from '../../scenario/settlement/config.js';
import type { NettingProblem } from './problem.js';
import type { Selection } from './selection.js';

/** How payments are put back into a feasible set (spec 12 §6.8). */
export interface Refill {
  /** All payments of the problem in the order in which they are tried. */
  readonly order: readonly number[];
  /** Payments of a chain at the most, the first included. */
  readonly maxChain: number;
  /** A payment that stays outside whatever happens, −1 for none. */
  readonly without?: number;
}

/** Payments in the order in which they are put back. */
export function refillOrder({ amount, class: cls, payments }: NettingProblem, order: RefillOrder): number[] {
  const all = Array.from({ length: payments }, (_, i) => i);
  if (order === 'queue') return all;
  return all.sort((i, j) => (order === 'priority' ? cls[i]! - cls[j]! : 0) || amount[j]! - amount[i]! || i - j);
}

/** Adds payments, each with those that pay for it, until a whole pass adds none. Returns how many were added. */
export function refill(selection: Selection, { maxChain, order, without = -1 }: Refill): number {
  const before = selection.size;
  for (let added = true; added;) {
    added = false;
    for (const i of order) if (selection.has[i] === 0 && i !== without && addChain(selection, i, maxChain, without)) added = true;
  }
  return selection.size - before;
}

/**
 * Adds a payment, and as long as a bank lacks money, a payment to the bank that lacks most. If that cannot be done the set is as before
 * (spec 12 §6.8, chain).
 */
export function addChain(selection: Selection, i: number, maxChain: number, without = -1): boolean {
  const { problem } = selection;
  const chain = [i];
  selection.add(i);
  let done = selection.limitsAllow(i);
  for (let b = done ? lackingMost(selection, chain) : -1; done && b >= 0; b = lackingMost(selection, chain)) {
    const next = chain.length < maxChain ? payerOf(selection, b, without) : -1;
    done = next >= 0;
    if (!done) break;
    selection.add(next);
    chain.push(next);
  }
  if (!done) for (const added of chain) selection.remove(added);
  return done && problem.payments > 0;
}

/** Of the banks that pay in the chain the one that lacks most, equal ones by id; −1 if none lacks anything. Others lack nothing. */
function lackingMost(selection: Selection, chain: readonly number[]): number {
  let worst = -1;
  let most = 0;
  for (const i of chain) {
    const b = selection.problem.sender[i]!;
    const lack = selection.lack(b);
    if (lack > most || (lack === most && lack > 0 && b < worst)) [worst, most] = [b, lack];
  }
  return worst;
}

/** The payment to `b` that helps it best: enough if there is one, and at the smallest expense of its sender. */
function payerOf(selection: Selection, b: number, without: number): number {
  const { amount, class: cls, sender, to } = selection.problem;
  const d = selection.lack(b);
  let best = -1;
  let bestAdds = 0;
  for (const i of to[b]!) {
    const s = sender[i]!;
    if (selection.has[i] === 1 || s === b || i === without) continue;
    const adds = Math.max(selection.lackWith(s, amount[i]!, cls[i]!), 0) - Math.max(selection.lack(s), 0);
    if (best >= 0 && !isPreferred(amount[i]!, adds, amount[best]!, bestAdds, d)) continue;
    selection.add(i);
    const allowed = selection.limitsAllow(i);
    selection.remove(i);
    if (allowed) [best, bestAdds] = [i, adds];
  }
  return best;
}

function isPreferred(x: number, xAdds: number, y: number, yAdds: number, d: number): boolean {
  if (x >= d !== y >= d) return x >= d;
  if (x >= d) return xAdds < yAdds || (xAdds === yAdds && x < y);
  return x > y || (x === y && xAdds < yAdds);
}
