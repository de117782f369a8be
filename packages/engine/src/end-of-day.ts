import { chargeEndOfDayPenalties } from './costs/accrual.js';
import { returnLiquidity } from './ledger/liquidity-pool.js';
import { clearRegisters } from './policy/registers.js';
import type { World } from './world.js';

/** Closes the books of the day (tick phase 16; spec 03 §9). Returns the penalties charged, in cents. */
export function endDay(world: World): number {
  const penalties = chargeEndOfDayPenalties(world);
  clearRegisters(world);
  world.limits.clearOutflows();
  world.log.endOfDay(world.clock.day, unsettledCount(world), penalties);
  if (world.config.daily_liquidity_reallocation) returnLiquidity(world);
  return penalties;
}

function unsettledCount({ queue1, queue2 }: World): number {
  return queue1.size.reduce((sum, size) => sum + size, queue2.size);
}
