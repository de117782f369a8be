import type { PaymentOrder } from '@simcash/protocol';
import { logArrival } from '../arrivals/arrival.js';
import { AgentNotFoundError, InvalidConfigError } from '../errors.js';
import { guard } from '../numeric/integers.js';
import type { World } from '../world.js';
import { capDeadline } from './deadline-cap.js';

/**
 * Checks and creates a payment, appends it to its sender's Queue 1 and logs its arrival; returns its row.
 *
 * @throws AgentNotFoundError, InvalidConfigError, MoneyRangeError; nothing has changed then
 */
export function submitPayment(world: World, order: PaymentOrder): number {
  const { banks, clock } = world;
  if (clock.isClosed) throw new InvalidConfigError(`payment arrives in closed tick ${clock.tick}`);
  const sender = banks.indexOf(order.sender);
  if (sender < 0) throw new AgentNotFoundError(order.sender);
  const receiver = banks.indexOf(order.receiver);
  if (receiver < 0) throw new AgentNotFoundError(order.receiver);
  if (!(Number.isSafeInteger(order.amount) && order.amount > 0)) {
    throw new InvalidConfigError(`Transaction amount must be positive, got ${order.amount}`);
  }
  if (!Number.isSafeInteger(order.deadline_tick))
    throw new InvalidConfigError(`Transaction deadline must be a whole number of ticks, got ${order.deadline_tick}`);
  if (order.deadline_tick <= clock.tick) {
    throw new InvalidConfigError(`Transaction deadline ${order.deadline_tick} is in the past (current tick: ${clock.tick})`);
  }
  if (!(Number.isSafeInteger(order.priority) && order.priority >= 0))
    throw new InvalidConfigError(`Transaction priority must be a whole number from 0, got ${order.priority}`);
  // Refused before anything is changed: a call that throws leaves no trace.
  guard(world.queue1.value[sender]! + order.amount, 'the value of a queue');
  const deadline = capDeadline(world, order.deadline_tick);
  const p = world.createPayment(sender, receiver, order.amount, deadline, order.priority);
  world.payments.divisible[p] = order.divisible ? 1 : 0;
  world.queue1.append(p, clock.tick);
  // The event carries the priority as it was asked for (Quirk Q324).
  logArrival(world, p, deadline, order.priority);
  return p;
}
