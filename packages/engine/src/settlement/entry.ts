import { NONE, NOWHERE, OVERDUE, settlementCode } from '../payments/payments.js';
import type { World } from '../world.js';
import {
  availableFor,
  bilateralPosition,
  keepsBilateralLimit,
  keepsMultilateralLimit,
  multilateralPosition,
} from './constraints.js';
import { blockedAtEntry, Heads } from './discipline.js';
import { findPartner, settleTogether } from './offset-at-entry.js';
import { settle } from './settle.js';

const IMMEDIATE = settlementCode('rtgs_immediate');

/**
 * Tries to settle every payment released in this tick, in release order (tick phase 9; spec 04 §5, spec 12 §3.2). Returns
 * settlements.
 */
export function settleReleased(world: World): number {
  let settlements = 0;
  const heads = new Heads();
  for (const p of world.released) settlements += settleOrQueue(world, p, heads);
  world.released = [];
  return settlements;
}

function settleOrQueue(world: World, p: number, heads: Heads): number {
  const { payments, system } = world;
  payments.place[p] = NOWHERE;
  world.work.did(20);
  if (!system.entersGross(system.classes.of(p))) return queue(world, p, ['entry_off'], NONE, heads);
  const sender = payments.sender[p]!;
  const receiver = payments.receiver[p]!;
  if (world.stress?.outages.blocks(receiver)) return queue(world, p, ['outage'], NONE, heads);
  const amount = payments.remaining[p]!;
  const withinLimits = checkLimits(world, p);
  const blocking = blockedAtEntry(world, p, heads);
  const hasMoney = world.banks.canPay(sender, amount);
  const isReserved = hasMoney && amount > availableFor(world, sender, system.classes.of(p));
  if (hasMoney && !isReserved && withinLimits && blocking === NONE) {
    settleImmediately(world, p);
    return 1;
  }
  if (system.offsetAtEntry !== 'none' && withinLimits && blocking === NONE && sender !== receiver) {
    const partner = findPartner(world, p, heads);
    if (partner !== NONE) {
      settleTogether(world, p, partner, heads);
      return 2;
    }
  }
  return queue(world, p, [...(blocking === NONE ? [] : ['order']), ...(isReserved ? ['reservation'] : [])], blocking, heads);
}

/** Whether a released payment keeps within its sender's limits; what it would exceed is logged. */
function checkLimits(world: World, p: number): boolean {
  const { limits, log, payments } = world;
  const sender = payments.sender[p]!;
  const receiver = payments.receiver[p]!;
  const amount = payments.remaining[p]!;
  const bilateral = keepsBilateralLimit(world, sender, receiver, amount);
  const multilateral = keepsMultilateralLimit(world, sender, receiver, amount);
  if (!bilateral) {
    const position = bilateralPosition(world, sender, receiver);
    log.bilateralLimitExceeded(sender, receiver, payments.number[p]!, amount, position, limits.bilateralLimit(sender, receiver));
  }
  if (!multilateral) {
    const position = multilateralPosition(world, sender);
    log.multilateralLimitExceeded(sender, payments.number[p]!, amount, position, limits.multilateralLimit(sender));
  }
  return bilateral && multilateral;
}

/** The payment joins the central queue; what else than money keeps it from settling is logged. */
function queue(world: World, p: number, reasons: readonly string[], blocking: number, heads: Heads): 0 {
  const { clock, log, payments, queue2, system } = world;
  const sender = payments.sender[p]!;
  const number = payments.number[p]!;
  const blockingNumber = blocking === NONE ? null : payments.number[blocking]!;
  if (reasons.length > 0 && system.reports)
    log.rare('EntryBlocked', { tx_id: number, sender, amount: payments.remaining[p]!, reasons, blocking_tx_id: blockingNumber });
  queue2.append(p, clock.tick);
  heads.joined(world, p);
  log.queuedRtgs(number, sender);
  return 0;
}

function settleImmediately(world: World, p: number): void {
  const { banks, clock, formulas, log, payments, system } = world;
  const sender = payments.sender[p]!;
  const amount = payments.remaining[p]!;
  const wasOverdue = payments.status[p] === OVERDUE;
  const overdueSince = payments.overdueSince[p]!;
  const before = banks.balance[sender]!;
  settle(world, p, IMMEDIATE);
  system.reservations?.use(sender, system.classes.of(p), amount);
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
