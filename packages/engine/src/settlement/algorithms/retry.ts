import { NONE, settlementCode } from '../../payments/payments.js';
import type { World } from '../../world.js';
import { nothing, type Outcome, type Scope, type SettlementAlgorithm } from '../algorithm.js';
import { maySettleGross } from '../constraints.js';
import { mayOvertake } from '../discipline.js';
import { settle } from '../settle.js';

const QUEUE_RELEASE = settlementCode('queue2_release');
const LSM_RETRY = settlementCode('lsm_queue_retry');

/** Tries every payment alone, in queue order, once or until a pass settles nothing (spec 12 §6.1). */
export class Retry implements SettlementAlgorithm {
  readonly type = 'retry';

  constructor(private readonly passes: number) {}

  settle(world: World, scope: Scope): Outcome {
    const outcome = nothing();
    for (let pass = 1; pass <= this.passes; pass++) {
      const { payments, value } = scanQueue(world, scope);
      outcome.payments += payments;
      outcome.value += value;
      if (payments === 0) return outcome;
      if (pass === this.passes) outcome.truncated = 'passes';
    }
    return outcome;
  }
}

/**
 * One pass over the queue in order; money received on the way helps only payments further back (spec 04 §6).
 *
 * Where only money matters, a payment that failed before fails again unless its sender became able to pay more since then, so the
 * payments of all other senders are passed by (spec 04 §16 O3).
 */
export function scanQueue(world: World, scope: Scope): { payments: number; value: number } {
  const { banks, payments, queue2, system } = world;
  const result = { payments: 0, value: 0 };
  banks.scan++;
  world.work.did(queue2.size);
  if (system.onlyMoneyMatters && !banks.anyCouldPayMore) return result;
  for (let p = queue2.first(), next = NONE; p !== NONE; p = next) {
    next = queue2.after(p);
    if (system.onlyMoneyMatters) {
      if (!banks.couldPayMoreSince(payments.sender[p]!)) continue;
    } else if (!scope.includes(world, p) || !mayOvertake(world, p)) continue;
    if (!maySettleGross(world, p)) continue;
    result.payments++;
    result.value += releaseQueued(world, p, system.hasOffset ? LSM_RETRY : QUEUE_RELEASE, 'liquidity_available');
  }
  return result;
}

/** Settles a queued payment gross. Returns its amount. */
export function releaseQueued(world: World, p: number, mechanism: number, reason: string): number {
  const { clock, log, payments, queue2, system } = world;
  const sender = payments.sender[p]!;
  const amount = payments.remaining[p]!;
  const cls = system.classes.of(p);
  queue2.remove(p, clock.tick);
  system.releasedInTick++;
  settle(world, p, mechanism);
  system.reservations?.use(sender, cls, amount);
  const waited = clock.tick - payments.arrivalTick[p]!;
  log.queue2LiquidityRelease(payments.number[p]!, sender, payments.receiver[p]!, amount, waited, reason);
  return amount;
}
