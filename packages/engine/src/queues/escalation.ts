import { roundHalfAway } from '@simcash/protocol';
import { NONE } from '../payments/payments.js';
import type { World } from '../world.js';

/** Raises the priority of waiting payments whose deadline is near, in creation order (tick phase 8a; spec 03 §8a). */
export function escalatePriorities(world: World): void {
  if (!world.config.priority_escalation.enabled) return;
  const { payments } = world;
  const rising = waitingPayments(world).filter((p) => escalation(world, p).priority > payments.priority[p]!);
  for (const p of rising.sort((x, y) => payments.number[x]! - payments.number[y]!)) {
    const { priority, boost, left } = escalation(world, p);
    world.setPriority(p, priority);
    world.log.priorityEscalated(payments.number[p]!, payments.sender[p]!, payments.originalPriority[p]!, priority, left, boost);
  }
}

/** The priority that nearness to the deadline gives a payment: its original one plus a boost that grows linearly. */
function escalation({ clock, config, payments }: World, p: number): { priority: number; boost: number; left: number } {
  const { start_escalating_at_ticks: start, max_boost: maxBoost } = config.priority_escalation;
  const left = Math.max(payments.deadlineTick[p]! - clock.tick, 0);
  if (left > start) return { priority: 0, boost: 0, left };
  const boost = roundHalfAway(maxBoost * (start > 0 ? 1 - left / start : 1));
  return { priority: Math.min(10, payments.originalPriority[p]! + boost), boost, left };
}

function waitingPayments({ banks, queue1, queue2 }: World): number[] {
  const waiting: number[] = [];
  for (let b = 0; b < banks.count; b++) for (let p = queue1.first(b); p !== NONE; p = queue1.after(p)) waiting.push(p);
  for (let p = queue2.first(); p !== NONE; p = queue2.after(p)) waiting.push(p);
  return waiting;
}
