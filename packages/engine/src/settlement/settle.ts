import { guard } from '../numeric/integers.js';
import { NONE, NOWHERE, SETTLED, settlementCode } from '../payments/payments.js';
import type { World } from '../world.js';

const BILATERAL = settlementCode('lsm_bilateral');
const CYCLE = settlementCode('lsm_cycle');

/**
 * Settles a payment in full: money, outflow, record, parent (spec 04 §5). The caller has checked that it may.
 *
 * With deferred crediting the receiver's part waits in the store until the end of the tick.
 */
export function settle(world: World, p: number, mechanism: number): void {
  const { banks, clock, deferred, limits, payments } = world;
  const sender = payments.sender[p]!;
  const receiver = payments.receiver[p]!;
  const amount = payments.remaining[p]!;
  banks.adjust(sender, -amount);
  limits.recordOutflow(sender, receiver, amount);
  if (deferred === null) banks.adjust(receiver, amount);
  else deferred.accumulate(receiver, amount, payments.number[p]!);
  reduceRemaining(world, p, amount);
  payments.settlementTick[p] = clock.tick;
  payments.settlementType[p] = mechanism;
  payments.status[p] = SETTLED;
  payments.place[p] = NOWHERE;
  // Marked late in this very tick but settled after all: nobody was told, so it never was (Quirk Q422).
  if (payments.overdueSince[p] === clock.tick) payments.overdueSince[p] = NONE;
  world.statistics.settledValue = guard(world.statistics.settledValue + amount, 'the value settled in a run');
  world.counters.sent[sender]!++;
  world.counters.received[receiver]!++;
  if (mechanism === BILATERAL || mechanism === CYCLE) countOffset(world, p);
  const parent = payments.parent[p]!;
  if (parent !== NONE) settlePartOf(world, parent, amount);
  becomeEffectivelySettled(world, p);
}

/** A part settled: its direct parent owes that much less and is settled when nothing is left (Quirk Q116.2: not recursive). */
function settlePartOf(world: World, parent: number, amount: number): void {
  const { clock, payments } = world;
  reduceRemaining(world, parent, amount);
  if (payments.remaining[parent] === 0 && payments.status[parent] !== SETTLED) {
    payments.status[parent] = SETTLED;
    payments.settlementTick[parent] = clock.tick;
  }
}

/** Counts the original payment behind `p` once, however many of its parts are offset. */
function countOffset({ payments, statistics }: World, p: number): void {
  let root = p;
  while (payments.parent[root] !== NONE) root = payments.parent[root]!;
  if (payments.offset[root] === 1) return;
  payments.offset[root] = 1;
  statistics.offsetPayments++;
}

function reduceRemaining(world: World, p: number, amount: number): void {
  const { payments, statistics } = world;
  payments.remaining[p]! -= amount;
  statistics.settledAmount[payments.sender[p]!]! += amount;
  if (payments.remaining[p] === 0) {
    if (payments.parent[p] === NONE) statistics.settledArrivals++;
    else statistics.settledChildren++;
  }
}

/** A payment is effectively settled when it settled itself or all its parts did; the last part settles the whole family. */
function becomeEffectivelySettled(world: World, p: number): void {
  const { clock, counters, payments, statistics } = world;
  world.closed.push(p);
  const parent = payments.parent[p]!;
  if (parent !== NONE) {
    if (--payments.openParts[parent]! === 0) becomeEffectivelySettled(world, parent);
    return;
  }
  counters.settled[payments.sender[p]!]!++;
  statistics.recordSettlement(clock.tick - payments.arrivalTick[p]!);
}
