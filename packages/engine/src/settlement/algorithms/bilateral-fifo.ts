import type { World } from '../../world.js';
import { nothing, type Outcome, type Scope, type SettlementAlgorithm } from '../algorithm.js';
import { problemOf } from '../constraints.js';
import { Selection } from '../netting/selection.js';
import { settleSet } from '../settle-set.js';

/** Sets the heads of queues against each other: of two banks, or of the two directions of a pair (spec 12 §6.4). */
export class BilateralFifo implements SettlementAlgorithm {
  readonly type = 'bilateral_fifo';

  constructor(private readonly heads: 'bank' | 'pair') {}

  settle(world: World, scope: Scope): Outcome {
    const { payments } = world;
    const outcome = nothing();
    let waiting = scope.list(world);
    for (let found: readonly [number, number] | null; (found = this.#pairOfHeads(world, waiting)) !== null;) {
      const [p, o] = found;
      const [a, b] = [payments.sender[p]!, payments.receiver[p]!];
      const between = waiting.filter((q) => isBetween(world, q, a, b)).length;
      outcome.sets++;
      outcome.payments += 2;
      outcome.value += payments.remaining[p]! + payments.remaining[o]!;
      settleSet(world, this, scope, [p, o], between);
      waiting = waiting.filter((q) => q !== p && q !== o);
    }
    return outcome;
  }

  /** The first two heads, in queue order, that settle feasibly. */
  #pairOfHeads(world: World, waiting: readonly number[]): readonly [number, number] | null {
    const { banks, payments } = world;
    const key = (sender: number, receiver: number): number => (this.heads === 'bank' ? sender : sender * banks.count + receiver);
    const heads = new Map<number, number>();
    for (const p of waiting) {
      const own = key(payments.sender[p]!, payments.receiver[p]!);
      if (!heads.has(own)) heads.set(own, p);
    }
    for (const p of heads.values()) {
      const [s, r] = [payments.sender[p]!, payments.receiver[p]!];
      const o = heads.get(key(r, s));
      if (s === r || o === undefined || payments.receiver[o] !== s) continue;
      if (Selection.all(problemOf(world, [p, o]).problem).isFeasible()) return [p, o];
    }
    return null;
  }
}

function isBetween({ payments }: World, p: number, a: number, b: number): boolean {
  const [s, r] = [payments.sender[p], payments.receiver[p]];
  return (s === a && r === b) || (s === b && r === a);
}
