import { NOWHERE, OVERDUE, settlementCode } from '../payments/payments.js';
import type { World } from '../world.js';
import { findOffsettingPayment, settleTogether } from './entry-disposition.js';
import { settle } from './settle.js';

const IMMEDIATE = settlementCode('rtgs_immediate');

/** Tries to settle every payment released in this tick, in release order (tick phase 9; spec 04 §5). Returns settlements. */
export function settleReleased(world: World): number {
  let settlements = 0;
  for (const p of world.released) settlements += settleOrQueue(world, p);
  world.released = [];
  return settlements;
}

function settleOrQueue(world: World, p: number): number {
  const { banks, clock, config, limits, log, payments, queue2 } = world;
  const sender = payments.sender[p]!;
  const receiver = payments.receiver[p]!;
  const amount = payments.remaining[p]!;
  const affordable = banks.canPay(sender, amount);
  const bilateralOk = limits.bilateralOk(sender, receiver, amount);
  const multilateralOk = limits.multilateralOk(sender, amount);
  payments.place[p] = NOWHERE;
  if (!bilateralOk) {
    const outflow = limits.bilateralOutflow(sender, receiver);
    log.bilateralLimitExceeded(sender, receiver, payments.number[p]!, amount, outflow, limits.bilateralLimit(sender, receiver));
  }
  if (!multilateralOk) {
    log.multilateralLimitExceeded(
      sender,
      payments.number[p]!,
      amount,
      limits.totalOutflow[sender]!,
      limits.multilateralLimit(sender),
    );
  }
  if (affordable && bilateralOk && multilateralOk) {
    settleImmediately(world, p);
    return 1;
  }
  if (config.entry_disposition_offsetting && bilateralOk && multilateralOk && sender !== receiver) {
    const partner = findOffsettingPayment(world, p);
    if (partner !== null) {
      settleTogether(world, p, partner);
      return 2;
    }
  }
  queue2.append(p, clock.tick);
  log.queuedRtgs(payments.number[p]!, sender);
  return 0;
}

function settleImmediately(world: World, p: number): void {
  const { banks, clock, formulas, log, payments } = world;
  const sender = payments.sender[p]!;
  const amount = payments.remaining[p]!;
  const wasOverdue = payments.status[p] === OVERDUE;
  const overdueSince = payments.overdueSince[p]!;
  const before = banks.balance[sender]!;
  settle(world, p, IMMEDIATE);
  const number = payments.number[p]!;
  const receiver = payments.receiver[p]!;
  if (wasOverdue) {
    const total = payments.amount[p]!;
    const ticksOverdue = clock.tick - overdueSince;
    log.overdueTransactionSettled(
      number,
      sender,
      receiver,
      total,
      amount,
      payments.deadlineTick[p]!,
      overdueSince,
      ticksOverdue,
      formulas.deadlinePenalty(total),
      formulas.estimatedOverdueDelay(amount, ticksOverdue),
    );
  }
  log.rtgsImmediateSettlement(number, sender, receiver, amount, before, banks.balance[sender]!);
}
