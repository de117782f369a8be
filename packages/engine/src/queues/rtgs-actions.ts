import { RTGS_PRIORITIES } from '@simcash/protocol';
import { SettlementError } from '../errors.js';
import { CANCELLED, IN_QUEUE2, NONE, NOWHERE } from '../payments/payments.js';
import { transactionNumber } from '../payments/identifiers.js';
import type { World } from '../world.js';

/** Row of a payment that exists; one that has settled may have been let go since, which `gone` tells. */
function rowOf(world: World, id: string, gone: string): number {
  const number = transactionNumber(id);
  const p = world.payments.rowOf(number);
  if (p !== NONE) return p;
  const existed = number > 0 && number <= world.payments.lastNumber;
  throw new SettlementError(`Transaction ${id} ${existed ? gone : 'not found'}`);
}

/**
 * Takes a payment from the central queue to the tail of its sender's own (spec 01 §5.4).
 *
 * @throws SettlementError if it does not exist or is not queued
 */
export function withdrawFromRtgs(world: World, id: string): void {
  const { clock, log, payments, queue1, queue2 } = world;
  const notQueued = 'not found in RTGS Queue 2';
  const p = rowOf(world, id, notQueued);
  if (payments.place[p] !== IN_QUEUE2) throw new SettlementError(`Transaction ${id} ${notQueued}`);
  const priority = payments.rtgsPriority[p]!;
  queue2.remove(p, clock.tick);
  payments.rtgsPriority[p] = NONE;
  payments.rtgsSubmissionTick[p] = NONE;
  queue1.append(p, clock.tick);
  log.rtgsWithdrawal(payments.number[p]!, payments.sender[p]!, priority === NONE ? 'None' : RTGS_PRIORITIES[priority]!);
}

/**
 * Declares the priority of a payment's next release; a dropped payment comes back to its sender's queue (spec 01 §5.4).
 *
 * @param priority code of the RTGS priority
 * @throws SettlementError if it does not exist, is still queued centrally, is settled or was split
 */
export function resubmitToRtgs(world: World, id: string, priority: number): void {
  const { clock, log, payments, queue1 } = world;
  const p = rowOf(world, id, 'is already settled');
  if (payments.givenUp[p] === CANCELLED) throw new SettlementError(`Transaction ${id} was cancelled`);
  if (payments.rtgsPriority[p] !== NONE) {
    // A settled payment keeps its priority and gets the same answer as a queued one.
    throw new SettlementError(`Transaction ${id} is still in RTGS Queue 2. Withdraw first.`);
  }
  if (payments.remaining[p] === 0) throw new SettlementError(`Transaction ${id} is already settled`);
  if (payments.parts[p]! > 0) throw new SettlementError(`Transaction ${id} was split`);
  const old = payments.declaredPriority[p]!;
  payments.declaredPriority[p] = priority;
  if (payments.place[p] === NOWHERE) queue1.append(p, clock.tick);
  log.rtgsResubmission(
    payments.number[p]!,
    payments.sender[p]!,
    old === NONE ? 'None' : RTGS_PRIORITIES[old]!,
    RTGS_PRIORITIES[priority]!,
  );
}
