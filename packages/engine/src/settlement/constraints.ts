import type { World } from '../world.js';
import { NettingProblem, type BilateralRoom } from './netting/problem.js';

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
  const { placeInProblem: place } = system;
  const count = rows.length;
  work.did(10 * count);
  const banks = banksOf(world, rows);
  banks.forEach((b, i) => (place[b] = i));
  const sender = new Int32Array(count);
  const receiver = new Int32Array(count);
  const amount = new Float64Array(count);
  const cls = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    const p = rows[i]!;
    sender[i] = place[payments.sender[p]!]!;
    receiver[i] = place[payments.receiver[p]!]!;
    amount[i] = payments.remaining[p]!;
    cls[i] = system.classes.of(p);
  }
  const ofBanks = (figure: (b: number) => number): Float64Array => {
    const figures = new Float64Array(banks.length);
    for (let i = 0; i < banks.length; i++) figures[i] = figure(banks[i]!);
    return figures;
  };
  const room = (b: number): number => Math.max(limits.multilateralLimit(b) - multilateralPosition(world, b), 0);
  const below = (c: number): Float64Array => ofBanks((b) => availableFor(world, b, c));
  const problem = new NettingProblem({
    sender,
    receiver,
    amount,
    class: cls,
    available: ofBanks((b) => world.banks.available(b)),
    availableBelow: system.reservations === null ? null : [below(1), below(2)],
    multilateralRoom: ofBanks(room),
    netLimits: system.netLimits,
    limits: bilateralRooms(world, banks),
    work,
  });
  for (const b of banks) place[b] = -1;
  return { rows, banks, problem };
}

/** Senders and receivers of payments in id order. */
function banksOf({ payments, system }: World, rows: readonly number[]): number[] {
  const { placeInProblem: place } = system;
  const banks: number[] = [];
  const add = (b: number): void => {
    if (place[b]! >= 0) return;
    place[b] = 0;
    banks.push(b);
  };
  for (const p of rows) {
    add(payments.sender[p]!);
    add(payments.receiver[p]!);
  }
  return banks.sort((a, b) => a - b);
}

/** Limits between banks that have a place. */
function bilateralRooms(world: World, banks: readonly number[]): BilateralRoom[] {
  const { limits, system } = world;
  const { placeInProblem: place } = system;
  const rooms: BilateralRoom[] = [];
  for (const b of banks) {
    const own = limits.bilateralLimits(b);
    if (own.size === 0) continue;
    for (const [other, limit] of [...own].sort(([x], [y]) => x - y)) {
      if (place[other]! < 0) continue;
      const room = Math.max(limit - bilateralPosition(world, b, other), 0);
      rooms.push({ sender: place[b]!, receiver: place[other]!, room });
    }
  }
  return rooms;
}
