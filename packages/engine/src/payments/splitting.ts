import { RTGS_PRIORITIES } from '@simcash/protocol';
import { logArrival } from '../arrivals/arrival.js';
import { checkCeiling } from '../ceilings.js';
import { singleCost } from '../costs/accounts.js';
import { NONE, NORMAL } from './payments.js';
import type { World } from '../world.js';

/** How a split payment's parts go out; without `stagger` all at once and with their parent's declared priority. */
export interface Stagger {
  firstNow: number;
  /** Ticks between the later parts; 0 releases them at once, too. */
  gap: number;
  boost: number;
}

/**
 * Cuts a payment of Queue 1 into parts that are payments of their own (spec 01 §5.6, spec 03 §8c).
 *
 * The last part takes the remainder. The payment itself leaves the queue for good.
 */
export function splitPayment(world: World, p: number, parts: number, stagger: Stagger | null): void {
  const { clock, log, payments, queue1 } = world;
  const sender = payments.sender[p]!;
  checkCeiling('parts_per_split', parts, `parts of ${payments.id(p)}`);
  const base = Math.floor(payments.amount[p]! / parts);
  const remainder = payments.amount[p]! - base * parts;
  queue1.remove(p, clock.tick);
  payments.parts[p] = payments.openParts[p] = parts;
  const children: number[] = [];
  for (let i = 0; i < parts; i++) {
    const child = createPart(world, p, i + 1, i === parts - 1 ? base + remainder : base, stagger?.boost ?? 0);
    children.push(child);
    if (stagger === null) releasePart(world, p, child);
  }
  const scheduled = stagger === null ? [] : scheduleParts(world, children, stagger);
  chargeFriction(world, sender, parts);
  log.policySplit(sender, payments.number[p]!, parts, payments.number[children[0]!]!);
  for (const child of scheduled) world.holdUntilScheduled(child);
}

function createPart(world: World, parent: number, index: number, amount: number, boost: number): number {
  const { payments } = world;
  const sender = payments.sender[parent]!;
  const receiver = payments.receiver[parent]!;
  const priority = Math.min(payments.priority[parent]! + boost, 10);
  const child = world.createPayment(sender, receiver, amount, payments.deadlineTick[parent]!, priority, parent);
  payments.splitIndex[child] = index;
  logArrival(world, child, payments.deadlineTick[child]!, payments.priority[child]!);
  return child;
}

function releasePart(world: World, parent: number, child: number): void {
  const { clock, log, payments } = world;
  const declared = payments.declaredPriority[parent]!;
  const priority = declared === NONE ? NORMAL : declared;
  payments.rtgsPriority[child] = priority;
  payments.rtgsSubmissionTick[child] = clock.tick;
  const amount = payments.amount[child]!;
  log.rtgsSubmission(
    payments.number[child]!,
    payments.sender[child]!,
    payments.receiver[child]!,
    amount,
    payments.priority[child]!,
    RTGS_PRIORITIES[priority]!,
  );
  world.release(child);
}

/** Releases the first parts without any RTGS priority (Quirk Q311) and lets the others wait for their ticks; returns these. */
function scheduleParts(world: World, children: readonly number[], { firstNow, gap }: Stagger): number[] {
  const { clock, payments, queue1 } = world;
  const scheduled: number[] = [];
  children.forEach((child, k) => {
    if (k < firstNow || gap === 0) {
      world.release(child);
      return;
    }
    payments.scheduledRelease[child] = Math.min(clock.tick + gap * (k - firstNow + 1), Number.MAX_SAFE_INTEGER);
    scheduled.push(child);
  });
  for (const child of scheduled) queue1.append(child, clock.tick);
  return scheduled;
}

function chargeFriction(world: World, sender: number, parts: number): void {
  const friction = world.formulas.splitFriction(parts);
  if (friction <= 0) return;
  world.costs.charge(sender, 'split_friction_cost', friction);
  world.tickFriction += friction;
  world.log.costAccrual(sender, singleCost('split_friction_cost', friction));
}
