import type { World } from '../world.js';
import { nettingProblem, type BilateralRoom, type NettingProblem } from './netting/problem.js';

/** What a bank can pay for payments of a class: money and credit less what is reserved for more urgent ones (spec 12 §4.1, §4.2). */
export function availableFor({ banks, system }: World, b: number, cls: number): number {
  return Math.max(banks.available(b) - (system.reservations?.before(b, cls) ?? 0), 0);
}

/** Positions since the day began that limits compare with: what was paid, in net mode less what was received (spec 12 §4.3). */
export function bilateralPosition({ limits, system }: World, sender: number, receiver: number): number {
  const paid = limits.bilateralOutflow(sender, receiver);
  return system.netLimits ? paid - limits.bilateralOutflow(receiver, sender) : paid;
}

export function multilateralPosition({ limits, system }: World, b: number): number {
  return limits.totalOutflow[b]! - (system.netLimits ? limits.totalInflow[b]! : 0);
}

/** Whether one payment keeps within the bilateral limit of its sender. */
export function keepsBilateralLimit(world: World, sender: number, receiver: number, amount: number): boolean {
  const { limits, system } = world;
  if (!system.netLimits) return limits.bilateralOk(sender, receiver, amount);
  const limit = limits.bilateralLimit(sender, receiver);
  if (limit === Infinity || sender === receiver) return true;
  return amount <= Math.max(limit - bilateralPosition(world, sender, receiver), 0);
}

export function keepsMultilateralLimit(world: World, sender: number, receiver: number, amount: number): boolean {
  const { limits, system } = world;
  if (!system.netLimits) return limits.multilateralOk(sender, amount);
  const limit = limits.multilateralLimit(sender);
  if (limit === Infinity || sender === receiver) return true;
  return amount <= Math.max(limit - multilateralPosition(world, sender), 0);
}

/** Whether one payment could settle gross now, as far as money, reservations and limits go (spec 12 §4). */
export function maySettleGross(world: World, p: number): boolean {
  const { banks, payments, system } = world;
  const sender = payments.sender[p]!;
  const receiver = payments.receiver[p]!;
  const amount = payments.remaining[p]!;
  if (!banks.canPay(sender, amount)) return false;
  if (system.reservations !== null && amount > availableFor(world, sender, system.classes.of(p))) return false;
  return keepsBilateralLimit(world, sender, receiver, amount) && keepsMultilateralLimit(world, sender, receiver, amount);
}

/** The problem of netting some queued payments, and the banks behind its numbers. */
export interface QueuedProblem {
  readonly problem: NettingProblem;
  /** Rows of the payments, in queue order. */
  readonly rows: readonly number[];
  /** Banks in id order. */
  readonly banks: readonly number[];
}

/** Puts the constraints of some queued payments into numbers as they are now. */
export function problemOf(world: World, rows: readonly number[]): QueuedProblem {
  const { limits, payments, system, work } = world;
  work.did(10 * rows.length);
  const involved = new Set<number>();
  for (const p of rows) involved.add(payments.sender[p]!).add(payments.receiver[p]!);
  const banks = [...involved].sort((a, b) => a - b);
  const place = new Map(banks.map((b, i) => [b, i]));
  const at = (b: number): number => place.get(b)!;
  const available = Float64Array.from(banks, (b) => world.banks.available(b));
  const below = (cls: number): Float64Array => Float64Array.from(banks, (b) => availableFor(world, b, cls));
  return {
    rows,
    banks,
    problem: nettingProblem({
      sender: Int32Array.from(rows, (p) => at(payments.sender[p]!)),
      receiver: Int32Array.from(rows, (p) => at(payments.receiver[p]!)),
      amount: Float64Array.from(rows, (p) => payments.remaining[p]!),
      class: Uint8Array.from(rows, (p) => system.classes.of(p)),
      available,
      availableBelow: system.reservations === null ? null : [below(1), below(2)],
      multilateralRoom: Float64Array.from(banks, (b) =>
        Math.max(limits.multilateralLimit(b) - multilateralPosition(world, b), 0),
      ),
      netLimits: system.netLimits,
      limits: bilateralRooms(world, banks, at),
      work,
    }),
  };
}

function bilateralRooms(world: World, banks: readonly number[], at: (b: number) => number): BilateralRoom[] {
  const involved = new Set(banks);
  return banks.flatMap((b) =>
    [...world.limits.bilateralLimits(b)]
      .filter(([other]) => involved.has(other))
      .sort(([x], [y]) => x - y)
      .map(([other, limit]) => ({
        sender: at(b),
        receiver: at(other),
        room: Math.max(limit - bilateralPosition(world, b, other), 0),
      })),
  );
}
