import type { RefillOrder } from '../../scenario/settlement/config.js';
import { Payers } from './payers.js';
import type { NettingProblem } from './problem.js';
import type { Selection } from './selection.js';

/** How payments are put back into a feasible set (spec 12 §6.8). */
export interface Refill {
  /** All payments of the problem in the order in which they are tried. */
  readonly order: Int32Array;
  /** Payments of a chain at the most, the first included. */
  readonly maxChain: number;
  /** A payment that stays outside whatever happens, −1 for none. */
  readonly without?: number;
}

/** Payments in the order in which they are put back. */
export function refillOrder({ amount, class: cls, payments }: NettingProblem, order: RefillOrder): Int32Array {
  const all = Int32Array.from({ length: payments }, (_, i) => i);
  if (order === 'queue') return all;
  return all.sort((i, j) => (order === 'priority' ? cls[i]! - cls[j]! : 0) || amount[j]! - amount[i]! || i - j);
}

/** Adds payments, each with those that pay for it, until a whole pass adds none. Returns how many were added. */
export function refill(selection: Selection, { maxChain, order, without = -1 }: Refill): number {
  const before = selection.size;
  const payers = new Payers(selection, without);
  let tried = 0;
  // What fails goes on failing until the set changes.
  for (let k = 0; tried < order.length; k = (k + 1) % order.length) {
    const i = order[k]!;
    const isAdded = selection.has[i] === 0 && i !== without && addChain(selection, i, maxChain, payers);
    tried = isAdded ? 0 : tried + 1;
  }
  return selection.size - before;
}

/**
 * Adds a payment, and as long as a bank lacks money, a payment to the bank that lacks most. If that cannot be done the set is as before
 * (spec 12 §6.8, chain).
 */
export function addChain(selection: Selection, i: number, maxChain: number, payers = new Payers(selection)): boolean {
  const chain: number[] = [];
  for (let next = i; next >= 0 && selection.isWithinHope(next);) {
    selection.add(next);
    chain.push(next);
    if (next === i && !selection.limitsAllow(i)) break;
    const b = lackingMost(selection, chain);
    if (b < 0) {
      payers.joined(chain);
      return true;
    }
    next = chain.length < maxChain ? payers.best(b, chain) : -1;
  }
  for (const added of chain) selection.remove(added);
  return false;
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
