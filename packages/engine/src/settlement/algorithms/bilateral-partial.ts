import type { World } from '../../world.js';
import { nothing, type Outcome, type Scope, type SettlementAlgorithm } from '../algorithm.js';
import { problemOf } from '../constraints.js';
import { Selection } from '../netting/selection.js';
import { settleSet } from '../settle-set.js';

/** Offsets pairs of banks without the ends of their queues that they cannot cover (spec 12 §6.5). */
export class BilateralPartial implements SettlementAlgorithm {
  readonly type = 'bilateral_partial';

  settle(world: World, scope: Scope): Outcome {
    const outcome = nothing();
    for (const pair of pairsInOrder(world, scope.list(world))) offset(world, this, scope, pair, outcome);
    return outcome;
  }
}

/** Two banks with payments both ways. */
interface Pair {
  a: number;
  b: number;
  sums: [fromA: number, fromB: number];
  /** In queue order. */
  payments: number[];
}

/** The pairs with the smallest difference first, then by their banks. */
function pairsInOrder({ banks, payments }: World, considered: readonly number[]): Pair[] {
  const pairs = new Map<number, Pair>();
  for (const p of considered) {
    const [s, r] = [payments.sender[p]!, payments.receiver[p]!];
    if (s === r) continue;
    const [a, b] = [Math.min(s, r), Math.max(s, r)];
    const pair = pairs.get(a * banks.count + b) ?? { a, b, sums: [0, 0], payments: [] };
    pairs.set(a * banks.count + b, pair);
    pair.sums[s === a ? 0 : 1] += payments.remaining[p]!;
    pair.payments.push(p);
  }
  const difference = ({ sums: [x, y] }: Pair): number => Math.abs(x - y);
  return [...pairs.values()]
    .filter(({ sums }) => sums[0] > 0 && sums[1] > 0)
    .sort((x, y) => difference(x) - difference(y) || x.a - y.a || x.b - y.b);
}

function offset(world: World, algorithm: BilateralPartial, scope: Scope, pair: Pair, outcome: Outcome): void {
  const { problem, rows } = problemOf(world, pair.payments);
  const selection = Selection.all(problem);
  const before = selection.size;
  // Two banks only: a is the first of the problem, b the second.
  const count = [0, 0];
  for (let i = 0; i < rows.length; i++) count[problem.sender[i]!]!++;
  const want = (bank: number): number => {
    const limit = problem.limits.findIndex(({ receiver, sender }) => sender === bank && receiver !== bank);
    return Math.max(selection.shortfall(bank), limit < 0 ? 0 : selection.excess(limit));
  };
  while (count[0]! > 0 && count[1]! > 0 && !selection.isFeasible()) {
    const bank = want(1) > want(0) ? 1 : 0;
    selection.remove(lastFrom(selection, bank));
    count[bank]!--;
  }
  outcome.dropped += before - selection.size;
  if (count[0] === 0 || count[1] === 0) return;
  const set = selection.list().map((i) => rows[i]!);
  settleSet(world, algorithm, scope, set, before);
  outcome.sets++;
  outcome.payments += set.length;
  outcome.value += selection.value;
}

function lastFrom({ has, problem }: Selection, bank: number): number {
  return problem.from[bank]!.findLast((i) => has[i] === 1)!;
}
