import { NONE, settlementCode } from '../../payments/payments.js';
import type { World } from '../../world.js';
import { nothing, type Outcome, type Scope, type SettlementAlgorithm } from '../algorithm.js';
import { maySettleGross } from '../constraints.js';
import { mayOvertake } from '../discipline.js';
import { releaseQueued } from './retry.js';

const RECEIPT_REACTIVE = settlementCode('receipt_reactive');

/** Settles what banks can pay out of what they received in a window of time, scan by scan (spec 12 §6.10). */
export class ReceiptReactive implements SettlementAlgorithm {
  readonly type = 'receipt_reactive';

  constructor(private readonly window: 'day' | number) {}

  settle(world: World, scope: Scope): Outcome {
    const outcome = nothing();
    for (let before = -1; before < outcome.payments;) {
      before = outcome.payments;
      this.#scan(world, scope, outcome);
    }
    return outcome;
  }

  #scan(world: World, scope: Scope, outcome: Outcome): void {
    const { clock, payments, queue2, system } = world;
    const { room } = system.window(this.window);
    for (let p = queue2.first(), next = NONE; p !== NONE; p = next) {
      next = queue2.after(p);
      const sender = payments.sender[p]!;
      if (!scope.includes(world, p) || payments.remaining[p]! > room[sender]!) continue;
      if (!mayOvertake(world, p) || !maySettleGross(world, p)) continue;
      const amount = releaseQueued(world, p, RECEIPT_REACTIVE, 'receipt_reactive');
      for (const window of system.receipts) window.record(clock.tick, sender, -amount);
      outcome.payments++;
      outcome.value += amount;
    }
  }
}
