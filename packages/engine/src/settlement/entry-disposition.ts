import { NONE, settlementCode } from '../payments/payments.js';
import type { World } from '../world.js';
import { settle } from './settle.js';

const ENTRY_DISPOSITION = settlementCode('entry_disposition');

/**
 * The first queued payment in the opposite direction that settles feasibly together with the released payment `p`, which
 * lacks nothing but liquidity (spec 04 §5.1); null if there is none.
 */
export function findOffsettingPayment(world: World, p: number): number | null {
  const { limits, payments } = world;
  const a = payments.sender[p]!;
  const b = payments.receiver[p]!;
  for (const q of oppositePayments(world, b, a)) {
    const amount = payments.remaining[q]!;
    if (!netsAreAffordable(world, a, b, payments.remaining[p]!, amount)) continue;
    if (limits.bilateralOk(b, a, amount) && limits.multilateralOk(b, amount)) return q;
  }
  return null;
}

/** Queued payments from one bank to another in the queue's current order: what joined in this tick is not sorted in yet. */
function oppositePayments(world: World, from: number, to: number): number[] {
  const { pairs, unsorted } = world.queue2;
  const row = pairs.row(from, to);
  if (row === NONE) return [];
  const list = pairs.list(row);
  if (unsorted.length === 0) return list;
  const recent = unsorted.filter((q) => world.payments.pair[q] === row);
  return [...list.filter((q) => !recent.includes(q)), ...recent];
}

function netsAreAffordable(world: World, a: number, b: number, fromA: number, fromB: number): boolean {
  const { banks } = world;
  return fromA - fromB <= banks.available(a) && fromB - fromA <= banks.available(b);
}

/** Settles the released payment, then the queued one, both in full. */
export function settleTogether(world: World, p: number, q: number): void {
  const { clock, log, payments, queue2 } = world;
  const incoming = payments.remaining[p]!;
  const queued = payments.remaining[q]!;
  queue2.remove(q, clock.tick);
  settle(world, p, ENTRY_DISPOSITION);
  settle(world, q, ENTRY_DISPOSITION);
  const { number, sender, receiver } = payments;
  log.entryDispositionOffset(number[p]!, number[q]!, sender[p]!, receiver[p]!, Math.min(incoming, queued), incoming, queued);
}
