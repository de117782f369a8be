import { NONE } from '../payments/payments.js';
import type { World } from '../world.js';

/** Logs arrivals when all payments of a source have been created, with the deadlines and priorities that they have. */
export function logArrivals(world: World, created: readonly number[]): void {
  const { deadlineTick, priority } = world.payments;
  for (const p of created) logArrival(world, p, deadlineTick[p]!, priority[p]!);
}

/** Logs an arrival, with its number and reference in runs with a payment list. Deadline and priority are those to be shown. */
export function logArrival(world: World, p: number, deadline: number, priority: number): void {
  const { listed, log, payments, stress } = world;
  if (payments.parent[p] === NONE) stress?.delays.arrived(world, p);
  const [number, sender, receiver] = [payments.number[p]!, payments.sender[p]!, payments.receiver[p]!];
  const [amount, divisible] = [payments.amount[p]!, payments.divisible[p] === 1];
  if (listed === null) return log.arrival(number, sender, receiver, amount, deadline, priority, divisible);
  const seq = payments.arrivalSeq[p]!;
  log.listedArrival(number, sender, receiver, amount, deadline, priority, divisible, seq, listed.referenceOf(seq));
}
