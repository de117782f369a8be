import { AgentNotFoundError, InvalidConfigError } from '../errors.js';
import type { World } from '../world.js';

/** A payment that somebody orders from outside the generator; names as in spec 01 §5.7. */
export interface PaymentOrder {
  sender: string;
  receiver: string;
  /** Cents, > 0. */
  amount: number;
  /** Absolute tick; capped at the end of the run and, if the scenario says so, of the day. */
  deadline_tick: number;
  /** 0–10; larger values count as 10. */
  priority: number;
  divisible: boolean;
}

/**
 * Checks and creates a payment, appends it to its sender's Queue 1 and logs its arrival; returns its row.
 *
 * @throws AgentNotFoundError, InvalidConfigError
 */
export function submitPayment(world: World, order: PaymentOrder): number {
  const { banks, clock } = world;
  const sender = banks.indexOf(order.sender);
  if (sender < 0) throw new AgentNotFoundError(order.sender);
  const receiver = banks.indexOf(order.receiver);
  if (receiver < 0) throw new AgentNotFoundError(order.receiver);
  if (!(Number.isSafeInteger(order.amount) && order.amount > 0)) {
    throw new InvalidConfigError(`Transaction amount must be positive, got ${order.amount}`);
  }
  if (!(order.deadline_tick > clock.tick)) {
    throw new InvalidConfigError(`Transaction deadline ${order.deadline_tick} is in the past (current tick: ${clock.tick})`);
  }
  const deadline = capDeadline(world, order.deadline_tick);
  const p = world.createPayment(sender, receiver, order.amount, deadline, order.priority);
  world.payments.divisible[p] = order.divisible ? 1 : 0;
  world.queue1.append(p, clock.tick);
  // The event carries the priority as it was asked for (Quirk Q324).
  world.log.arrival(world.payments.number[p]!, sender, receiver, order.amount, deadline, order.priority, order.divisible);
  return p;
}

/** Submitted payments are capped at the last tick of the day, one tick before generated ones (Quirk Q203). */
function capDeadline(world: World, raw: number): number {
  const { clock, config } = world;
  let deadline = Math.min(raw, clock.episodeEnd);
  if (config.deadline_cap_at_eod) deadline = Math.min(deadline, (clock.day + 1) * clock.ticksPerDay - 1);
  return Math.max(deadline, clock.tick + 1);
}
