import { settlementCode } from '../../payments/payments.js';
import type { World } from '../../world.js';
import { nothing, type Outcome, type Scope, type SettlementAlgorithm } from '../algorithm.js';
import { maySettleGross, problemOf } from '../constraints.js';
import { mayOvertake } from '../discipline.js';
import { Selection } from '../netting/selection.js';
import { settleSet } from '../settle-set.js';
import { releaseQueued } from './retry.js';

/** Sets one payment after another against as few of the opposite ones as it takes, in queue order (spec 12 §6.3). */
export class BilateralSubset implements SettlementAlgorithm {
  readonly type = 'bilateral_subset';

  constructor(
    private readonly maxPartners: number,
    private readonly testAlone: boolean,
  ) {}

  settle(world: World, scope: Scope): Outcome {
    const { payments } = world;
    const outcome = nothing();
    const considered = scope.list(world);
    const opposite = new OppositePayments(world, considered);
    for (const p of considered) {
      if (!opposite.waits(p)) continue;
      if (this.testAlone && mayOvertake(world, p) && maySettleGross(world, p)) {
        opposite.remove(p);
        const mechanism = settlementCode(world.system.hasOffset ? 'lsm_queue_retry' : 'queue2_release');
        outcome.value += releaseQueued(world, p, mechanism, 'liquidity_available');
        outcome.payments++;
      } else if (payments.sender[p] !== payments.receiver[p]) this.#against(world, scope, p, opposite, outcome);
    }
    if (outcome.skipped > 0) outcome.truncated = 'max_partners';
    return outcome;
  }

  #against(world: World, scope: Scope, p: number, opposite: OppositePayments, outcome: Outcome): void {
    const partners = opposite.of(p);
    if (partners.length === 0) return;
    const tried = partners.slice(0, this.maxPartners);
    const { problem } = problemOf(world, [p, ...tried]);
    const selection = Selection.of(problem, [0]);
    for (let m = 1; m <= tried.length; m++) {
      selection.add(m);
      if (!selection.isFeasible()) continue;
      const set = [p, ...tried.slice(0, m)];
      const between = opposite.between(p);
      for (const q of set) opposite.remove(q);
      settleSet(world, this, scope, set, between);
      outcome.sets++;
      outcome.payments += set.length;
      outcome.value += selection.value;
      return;
    }
    if (partners.length > this.maxPartners) outcome.skipped++;
  }
}

/** The considered payments that still wait, by ordered pair of banks, in queue order. */
class OppositePayments {
  readonly #byPair = new Map<number, number[]>();
  readonly #waiting: Set<number>;

  constructor(
    private readonly world: World,
    considered: readonly number[],
  ) {
    this.#waiting = new Set(considered);
    for (const p of considered) {
      const list = this.#byPair.get(this.#pair(p));
      if (list) list.push(p);
      else this.#byPair.set(this.#pair(p), [p]);
    }
  }

  waits(p: number): boolean {
    return this.#waiting.has(p);
  }

  remove(p: number): void {
    this.#waiting.delete(p);
    const list = this.#byPair.get(this.#pair(p))!;
    list.splice(list.indexOf(p), 1);
  }

  /** Those in the direction opposite to a payment. */
  of(p: number): readonly number[] {
    const { banks, payments } = this.world;
    return this.#byPair.get(payments.receiver[p]! * banks.count + payments.sender[p]!) ?? [];
  }

  /** Number of payments between the two banks of a payment. */
  between(p: number): number {
    return this.#byPair.get(this.#pair(p))!.length + this.of(p).length;
  }

  #pair(p: number): number {
    const { banks, payments } = this.world;
    return payments.sender[p]! * banks.count + payments.receiver[p]!;
  }
}
