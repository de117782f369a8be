import { expendable, type DropRule } from './expendable.js';
import type { NettingProblem } from './problem.js';
import { Selection } from './selection.js';
import { ShortBanks } from './short-banks.js';

/**
 * Takes payments out of a set until it is feasible: first of the worst pair beyond a bilateral limit, then of the bank that is short of
 * most (spec 12 §6.8). Returns how many; null if a step names no payment but the one to be kept.
 */
export function extract(selection: Selection, rule: DropRule, kept = -1): number | null {
  const { problem } = selection;
  if (rule === 'last' && kept < 0 && problem.limits.length === 0) return cutToPrefixes(selection);
  const short = new ShortBanks(selection);
  const left = expendable(selection, rule, kept);
  let dropped = 0;
  for (;;) {
    const limit = worstLimit(selection);
    const b = limit < 0 ? short.worst() : problem.limits[limit]!.sender;
    if (b < 0) return dropped;
    problem.work?.did(problem.limits.length + 10);
    const i = limit < 0 ? left.ofBank(b, selection.shortfall(b)) : left.ofPair(limit, selection.excess(limit));
    if (i < 0) return null;
    selection.remove(i);
    short.changed(problem.sender[i]!);
    short.changed(problem.receiver[i]!);
    dropped++;
  }
}

/**
 * The same for `last` without bilateral limits: each bank keeps the first of its payments, and the result does not depend on the order
 * in which banks are looked at (theorem of spec 12 §6.8).
 */
function cutToPrefixes(selection: Selection): number {
  const { problem } = selection;
  const left = expendable(selection, 'last', -1);
  const before = selection.size;
  const looked = new Uint8Array(problem.banks).fill(1);
  const banks = Array.from({ length: problem.banks }, (_, b) => b);
  for (let b = banks.pop(); b !== undefined; b = banks.pop()) {
    looked[b] = 0;
    for (let d = selection.shortfall(b); d > 0; d = selection.shortfall(b)) {
      problem.work?.did(10);
      const i = left.ofBank(b, d);
      selection.remove(i);
      const receiver = problem.receiver[i]!;
      if (looked[receiver] === 1 || receiver === b) continue;
      looked[receiver] = 1;
      banks.push(receiver);
    }
  }
  return before - selection.size;
}

/** What is left of all payments of a problem. Algorithms that follow each other ask for the same. */
export function extracted(problem: NettingProblem, rule: DropRule): Selection {
  const results = RESULTS.get(problem) ?? {};
  RESULTS.set(problem, results);
  if (results[rule] === undefined) {
    const selection = Selection.all(problem);
    extract(selection, rule);
    results[rule] = selection.list();
  }
  return Selection.of(problem, results[rule]);
}

const RESULTS = new WeakMap<NettingProblem, Partial<Record<DropRule, readonly number[]>>>();

/** The bilateral limit that is exceeded by most, of equal ones the first; −1 if none is. */
export function worstLimit(selection: Selection): number {
  let worst = -1;
  let most = 0;
  for (let k = 0; k < selection.problem.limits.length; k++) {
    const excess = selection.excess(k);
    if (excess > most) [worst, most] = [k, excess];
  }
  return worst;
}
