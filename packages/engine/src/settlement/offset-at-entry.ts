import { NONE, settlementCode } from '../payments/payments.js';
import type { World } from '../world.js';
import { problemOf } from './constraints.js';
import type { Heads } from './discipline.js';
import { Selection } from './netting/selection.js';
import { settle } from './settle.js';
import { useReservations } from './settle-set.js';

const ENTRY_DISPOSITION = settlementCode('entry_disposition');

/**
 * The first queued payment in the opposite direction that settles feasibly together with the released payment `p`, which lacks nothing
 * but liquidity (spec 04 §5.1, spec 12 §3.2 step 4); NONE if there is none.
 */
export function findPartner(world: World, p: number, heads: Heads): number {
  const { stress } = world;
  for (const q of candidates(world, p, heads))
    if ((stress === null || stress.outages.letsSettle(world, q)) && isFeasible(world, p, q)) return q;
  return NONE;
}

function candidates(world: World, p: number, heads: Heads): number[] {
  const { payments, queue2, system } = world;
  const [a, b] = [payments.sender[p]!, payments.receiver[p]!];
  const row = queue2.pairs.row(b, a);
  if (row === NONE || queue2.pairs.count[row] === 0) return [];
  if (system.offsetAtEntry === 'first') return inQueueOrder(world, row);
  const head = heads.of(world, b);
  if (system.offsetAtEntry === 'head') return payments.receiver[head] === a ? [head] : [];
  // The order of the other bank is broken only if it gains.
  const amount = payments.remaining[p]!;
  return byClass(world, inQueueOrder(world, row)).filter((q) => q === head || amount > payments.remaining[q]!);
}

/** Queued payments of a pair in the queue's current order: what joined in this tick is not sorted in yet. */
function inQueueOrder({ queue2 }: World, row: number): number[] {
  const list = queue2.pairs.list(row);
  return queue2.isSorted ? list : list.sort((p, q) => (queue2.comesBefore(p, q) ? -1 : 1));
}

function byClass({ system }: World, list: readonly number[]): number[] {
  if (system.classes.areEqual) return [...list];
  return [0, 1, 2].flatMap((cls) => list.filter((q) => system.classes.of(q) === cls));
}

function isFeasible(world: World, p: number, q: number): boolean {
  const { problem } = problemOf(world, [p, q]);
  return Selection.all(problem).isFeasible();
}

/** Settles the released payment, then the queued one, both in full. */
export function settleTogether(world: World, p: number, q: number, heads: Heads): void {
  const { clock, log, payments, queue2 } = world;
  const incoming = payments.remaining[p]!;
  const queued = payments.remaining[q]!;
  useReservations(world, [p, q]);
  heads.left(world, q);
  queue2.remove(q, clock.tick);
  settle(world, p, ENTRY_DISPOSITION);
  settle(world, q, ENTRY_DISPOSITION);
  const { number, sender, receiver } = payments;
  log.entryDispositionOffset(number[p]!, number[q]!, sender[p]!, receiver[p]!, Math.min(incoming, queued), incoming, queued);
}
