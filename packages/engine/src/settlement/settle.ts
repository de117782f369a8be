import { OFFSETTING_TYPES } from '@simcash/protocol';
import { guard } from '../numeric/integers.js';
import { NONE, NOWHERE, SETTLED, settlementCode } from '../payments/payments.js';
import type { World } from '../world.js';

const OFFSETTING = new Set(OFFSETTING_TYPES.map(settlementCode));

/**
 * Settles a payment gross: money, outflow, record, parent (spec 04 §5). The caller has checked that it may.
 *
 * With deferred crediting the receiver's part waits in the store until the end of the tick.
 */
export function settle(world: World, p: number, mechanism: number): void {
  const { banks, deferred, limits, payments, stress, system } = world;
  const sender = payments.sender[p]!;
  const receiver = payments.receiver[p]!;
  const amount = payments.remaining[p]!;
  banks.adjust(sender, -amount);
  limits.recordOutflow(sender, receiver, amount);
  if (deferred === null) banks.adjust(receiver, amount);
  else deferred.accumulate(receiver, amount, payments.number[p]!);
  closeRecord(world, p, mechanism);
  system.settled(world, p, amount);
  stress?.outages.settled(world, p, amount);
}

/**
 * Settles payments at the net positions of their banks (spec 12 §5): debits at once, credits at once or, deferred, at the end of the
 * tick. `nets` are banks in id order with what each receives, negative for what it pays.
 */
export function settleNet(
  world: World,
  set: readonly number[],
  nets: readonly (readonly [bank: number, net: number])[],
  mechanism: number,
): void {
  const { banks, deferred, limits, payments, stress, system } = world;
  for (const p of set) limits.recordOutflow(payments.sender[p]!, payments.receiver[p]!, payments.remaining[p]!);
  for (const [b, net] of nets) {
    if (net <= 0 || deferred === null) banks.adjust(b, net);
    else for (const [p, share] of sharesOf(world, set, b, net)) deferred.accumulate(b, share, payments.number[p]!);
  }
  for (const p of set) {
    const amount = payments.remaining[p]!;
    closeRecord(world, p, mechanism);
    system.settled(world, p, amount);
    stress?.outages.settled(world, p, amount);
  }
}

/** A net credit has the payments that its bank receives as sources; the whole sum is booked with the first of them. */
function sharesOf({ payments }: World, set: readonly number[], b: number, net: number): [p: number, share: number][] {
  return set.filter((p) => payments.receiver[p] === b).map((p, i) => [p, i === 0 ? net : 0]);
}

/** A payment is paid: its own record, its parent's, and the counts of the run. */
function closeRecord(world: World, p: number, mechanism: number): void {
  const { clock, counters, payments, statistics } = world;
  const amount = payments.remaining[p]!;
  reduceRemaining(world, p, amount);
  payments.settlementTick[p] = clock.tick;
  payments.settlementType[p] = mechanism;
  payments.status[p] = SETTLED;
  payments.place[p] = NOWHERE;
  // Marked late in this very tick but settled after all: nobody was told, so it never was (Quirk Q422).
  if (payments.overdueSince[p] === clock.tick) payments.overdueSince[p] = NONE;
  statistics.settledValue = guard(statistics.settledValue + amount, 'the value settled in a run');
  statistics.settledValueOf[payments.sender[p]!]! += amount;
  counters.sent[payments.sender[p]!]!++;
  counters.received[payments.receiver[p]!]!++;
  if (OFFSETTING.has(mechanism)) countOffset(world, p);
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
