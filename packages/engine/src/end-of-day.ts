import { chargeEndOfDayPenalties } from './costs/accrual.js';
import { returnLiquidity } from './ledger/liquidity-pool.js';
import { guard } from './numeric/integers.js';
import { CANCELLED } from './payments/payments.js';
import { clearRegisters } from './policy/registers.js';
import type { World } from './world.js';

/** Closes the books of the day (tick phase 16; spec 03 §9). Returns the penalties charged, in cents. */
export function endDay(world: World): number {
  const penalties = chargeEndOfDayPenalties(world);
  clearRegisters(world);
  world.limits.clearOutflows();
  world.log.endOfDay(world.clock.day, unsettledCount(world), penalties);
  if (world.config.end_of_day?.unsettled === 'cancel') cancelWaiting(world);
  if (world.config.daily_liquidity_reallocation) returnLiquidity(world);
  return penalties;
}

function unsettledCount({ queue1, queue2 }: World): number {
  return queue1.size.reduce((sum, size) => sum + size, queue2.size);
}

/** Takes every payment out of the queues for good: banks in id order, then the central queue (spec 13 §11). */
function cancelWaiting(world: World): void {
  const { banks, clock, queue1, queue2 } = world;
  for (let b = 0; b < banks.count; b++) {
    for (const p of queue1.list(b)) {
      queue1.remove(p, clock.tick);
      cancel(world, p, 'queue1');
    }
  }
  for (const p of queue2.list()) {
    queue2.remove(p, clock.tick);
    cancel(world, p, 'queue2');
  }
  // The next day begins with an empty queue for whoever reads the index.
  queue2.publishIndex();
}

function cancel({ log, payments, statistics }: World, p: number, queue: string): void {
  const [number, amount, remaining] = [payments.number[p]!, payments.amount[p]!, payments.remaining[p]!];
  payments.givenUp[p] = CANCELLED;
  statistics.cancelled++;
  statistics.cancelledValue = guard(statistics.cancelledValue + amount, 'the value cancelled in a run');
  log.rare('PaymentCancelled', {
    tx_id: number,
    sender_id: payments.sender[p]!,
    receiver_id: payments.receiver[p]!,
    amount,
    remaining_amount: remaining,
    queue,
    reason: 'end_of_day',
  });
}
