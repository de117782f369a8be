import { NONE, settlementCode } from '../payments/payments.js';
import type { World } from '../world.js';
import { settle } from './settle.js';

const QUEUE_RELEASE = settlementCode('queue2_release');
const LSM_RETRY = settlementCode('lsm_queue_retry');

/** What a scan of the central queue settled. */
export interface RetryResult {
  settlements: number;
  value: number;
}

/** Sorts the central queue if the scenario says so, marks late payments and tries every payment once (tick phase 10; spec 04 §6). */
export function retryQueue2(world: World): RetryResult {
  const { clock, config, deadlines, log, queue2 } = world;
  if (config.priority_mode) queue2.sort();
  deadlines.markQueue2(clock.tick);
  const result = scanQueue2(world, QUEUE_RELEASE);
  if (config.algorithm_sequencing) log.algorithmExecution(1, result.settlements, result.value);
  return result;
}

/** The scan that follows offsets and cycles inside the LSM; no sorting, no marking (spec 04 §8). */
export function retryWithinLsm(world: World): number {
  return scanQueue2(world, LSM_RETRY).settlements;
}

/**
 * One pass over the queue in order; money received on the way helps only payments further back.
 *
 * A payment that failed before fails again unless its sender became able to pay more since then, so the payments of all other
 * senders are passed by (spec 04 §16 O3).
 */
function scanQueue2(world: World, mechanism: number): RetryResult {
  const { banks, clock, limits, log, payments, queue2 } = world;
  const result: RetryResult = { settlements: 0, value: 0 };
  banks.scan++;
  if (!banks.anyCouldPayMore) return result;
  for (let p = queue2.first(), next = NONE; p !== NONE; p = next) {
    next = queue2.after(p);
    const sender = payments.sender[p]!;
    if (!banks.couldPayMoreSince(sender)) continue;
    const amount = payments.remaining[p]!;
    const receiver = payments.receiver[p]!;
    if (!banks.canPay(sender, amount) || !limits.bilateralOk(sender, receiver, amount) || !limits.multilateralOk(sender, amount))
      continue;
    queue2.remove(p, clock.tick);
    settle(world, p, mechanism);
    log.queue2LiquidityRelease(payments.number[p]!, sender, receiver, amount, clock.tick - payments.arrivalTick[p]!);
    result.settlements++;
    result.value += amount;
  }
  return result;
}
