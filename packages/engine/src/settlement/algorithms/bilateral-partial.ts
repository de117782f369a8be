import type { World } from '../../world.js';
import { nothing, type Outcome, type Scope, type SettlementAlgorithm } from '../algorithm.js';
import { availableFor, bilateralPosition, multilateralPosition } from '../constraints.js';
import { pairsOf } from '../pair-view.js';
import { settleSet } from '../settle-set.js';

/** Offsets pairs of banks without the ends of their queues that they cannot cover (spec 12 §6.5). */
export class BilateralPartial implements SettlementAlgorithm {
  readonly type = 'bilateral_partial';

  settle(world: World, scope: Scope): Outcome {
    const outcome = nothing();
    for (const pair of pairsInOrder(world, scope)) offset(world, this, scope, pair, outcome);
    return outcome;
  }
}

/** Payments between two banks, in queue order, by the one that pays: the smaller id first. */
type Pair = readonly [Payer, Payer];

interface Payer {
  readonly bank: number;
  readonly payments: number[];
  /** Sum of its payments in the pair, of all classes, and of classes from 1 and from 2 on. */
  readonly out: [number, number, number];
}

/** The pairs with the smallest difference first, then by their banks. */
function pairsInOrder(world: World, scope: Scope): Pair[] {
  const view = scope.isWhole(world) ? world.queue2.pairs : pairsOf(world, scope.list(world));
  const difference = (row: number): number => Math.abs(view.sum[row]! - view.sum[view.opposite[row]!]!);
  return view.ready
    .filter((row) => view.from[row] !== view.to[row])
    .map((row) => ({ row, difference: difference(row), a: view.from[row]!, b: view.to[row]! }))
    .sort((x, y) => x.difference - y.difference || x.a - y.a || x.b - y.b)
    .map(({ a, b, row }) => [payerOf(world, a, view.list(row)), payerOf(world, b, view.list(view.opposite[row]!))]);
}

function payerOf({ payments: { remaining }, system }: World, bank: number, payments: number[]): Payer {
  const payer: Payer = { bank, payments, out: [0, 0, 0] };
  for (const p of payments) count(payer, system.classes.of(p), remaining[p]!);
  return payer;
}

/** An amount of a class joins what a bank pays, or leaves it if it is negative. */
function count({ out }: Payer, cls: number, amount: number): void {
  for (let c = 0; c <= cls; c++) out[c as 0 | 1 | 2] += amount;
}

function offset(world: World, algorithm: BilateralPartial, scope: Scope, pair: Pair, outcome: Outcome): void {
  const { payments, system, work } = world;
  const [a, b] = pair;
  const before = a.payments.length + b.payments.length;
  work.did(10 * before);
  const [roomOfA, roomOfB] = [roomsOf(world, a, b), roomsOf(world, b, a)];
  while (a.payments.length > 0 && b.payments.length > 0) {
    const [wantOfA, wantOfB] = [excess(roomOfA, a, b), excess(roomOfB, b, a)];
    if (wantOfA <= 0 && wantOfB <= 0) break;
    const payer = wantOfB > wantOfA ? b : a;
    const last = payer.payments.pop()!;
    count(payer, system.classes.of(last), -payments.remaining[last]!);
  }
  outcome.dropped += before - a.payments.length - b.payments.length;
  if (a.payments.length === 0 || b.payments.length === 0) return;
  // Runs begin with a sorted queue.
  const set = [...a.payments, ...b.payments].sort((p, q) => payments.queueKey[p]! - payments.queueKey[q]!);
  outcome.sets++;
  outcome.payments += set.length;
  outcome.value += a.out[0] + b.out[0];
  settleSet(world, algorithm, scope, set, before);
}

/** What a bank may pay in payments from a class on; what it receives may count, too. */
interface Room {
  readonly cls: 0 | 1 | 2;
  readonly cents: number;
  readonly isNet: boolean;
}

/** Money and reservations of a bank, and its limits as far as they concern the other one (spec 12 §4). */
function roomsOf(world: World, { bank: b }: Payer, { bank: other }: Payer): Room[] {
  const { banks, limits, system } = world;
  const { netLimits: isNet } = system;
  const rooms: Room[] = [{ cls: 0, cents: banks.available(b), isNet: true }];
  if (system.reservations !== null)
    for (const cls of [1, 2] as const) rooms.push({ cls, cents: availableFor(world, b, cls), isNet: true });
  const multilateral = limits.multilateralLimit(b);
  if (multilateral !== Infinity) rooms.push({ cls: 0, cents: Math.max(multilateral - multilateralPosition(world, b), 0), isNet });
  const bilateral = limits.bilateralLimit(b, other);
  if (bilateral !== Infinity) rooms.push({ cls: 0, cents: Math.max(bilateral - bilateralPosition(world, b, other), 0), isNet });
  return rooms;
}

/** By how much a bank pays more than it may; not above 0 if it does not. */
function excess(rooms: readonly Room[], { out }: Payer, { out: received }: Payer): number {
  return rooms.reduce((most, { cents, cls, isNet }) => Math.max(most, out[cls] - (isNet ? received[0] : 0) - cents), 0);
}
