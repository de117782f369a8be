import type { World } from '../world.js';

/** A posting that is to be withdrawn by itself. */
export interface CollateralTimer {
  amount: number;
  reason: string;
  postedAt: number;
}

const HOLDING_TICKS = 5;
const BUFFER_CENTS = 100;

/** Withdraws the collateral whose timer is up, bank by bank (tick phase 7; spec 03 §7.2, spec 01 §4.5.4). */
export function withdrawTimedCollateral(world: World): void {
  const { tick } = world.clock;
  for (let b = 0; b < world.banks.count; b++) {
    const timers = world.timers[b]!;
    const due = timers.get(tick);
    if (due === undefined) continue;
    for (const timer of due) withdrawTimed(world, b, timer);
    timers.delete(tick);
  }
}

function withdrawTimed(world: World, b: number, timer: CollateralTimer): void {
  const { banks, log } = world;
  const { tick } = world.clock;
  const postedAt = banks.postedAtTick[b]!;
  const withdrawable = banks.maxWithdrawableCollateral(b, BUFFER_CENTS);
  let refusal: string | null = null;
  if (postedAt >= 0 && tick < postedAt + HOLDING_TICKS) {
    refusal = `Minimum holding period not met: ${HOLDING_TICKS - (tick - postedAt)} tick(s) remaining (posted at tick ${postedAt})`;
  } else if (withdrawable <= 0) {
    refusal = `No headroom available for withdrawal: credit_used=${banks.creditUsed(b)}, allowed_limit=${banks.overdraftLimit[b]}, headroom=${banks.headroom(b)}`;
  }
  if (refusal !== null) {
    log.collateralTimerBlocked(b, timer.amount, refusal, timer.reason, timer.postedAt);
    return;
  }
  const posted = banks.postedCollateral[b]!;
  const amount = Math.min(timer.amount, withdrawable, posted);
  banks.setPostedCollateral(b, posted - amount);
  if (posted === amount) banks.postedAtTick[b] = -1;
  world.counters.collateralWithdrawals[b]!++;
  world.recordCollateral(b, 'withdraw', amount, timer.reason, 'timer', posted);
  log.collateralTimerWithdrawn(b, amount, timer.reason, timer.postedAt, posted - amount);
}
