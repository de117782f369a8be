import type { World } from '../world.js';

const HOLDING_TICKS = 5;

/** Answer to a manual posting or withdrawal. */
export interface CollateralOutcome {
  /** Whether collateral was moved. */
  success: boolean;
  /** What is wrong, in words. */
  message: string;
}

const refuse = (message: string): CollateralOutcome => ({ success: false, message });

/** Posts collateral from outside the tick (spec 01 §4.5.5, spec 03 §11.3). */
export function postCollateral(world: World, agentId: string, amount: number): CollateralOutcome {
  const { banks, clock, counters, log } = world;
  if (!(amount > 0)) return refuse('Collateral amount must be positive');
  if (!Number.isSafeInteger(amount)) return refuse('Collateral amount must be a whole number of cents');
  const b = banks.indexOf(agentId);
  if (b < 0) return refuse(`Agent '${agentId}' not found`);
  const outage = world.stress?.outages.refusal(world, b);
  if (outage) return refuse(outage);
  const before = banks.postedCollateral[b]!;
  banks.setPostedCollateral(b, before + amount);
  banks.postedAtTick[b] = clock.tick;
  counters.collateralPosts[b]!++;
  world.recordCollateral(b, 'post', amount, 'ManualPost', 'manual', before);
  log.collateralPost(b, amount, 'ManualPost', before + amount);
  return { success: true, message: `Posted ${amount} cents collateral at tick ${clock.tick}` };
}

/** Withdraws collateral from outside the tick; all of it or nothing. */
export function withdrawCollateral(world: World, agentId: string, amount: number): CollateralOutcome {
  const { banks, clock, counters, log } = world;
  if (!(amount > 0)) return refuse('Withdrawal amount must be positive');
  if (!Number.isSafeInteger(amount)) return refuse('Withdrawal amount must be a whole number of cents');
  const b = banks.indexOf(agentId);
  if (b < 0) return refuse(`Agent '${agentId}' not found`);
  const outage = world.stress?.outages.refusal(world, b);
  if (outage) return refuse(outage);
  const postedAt = banks.postedAtTick[b]!;
  if (postedAt >= 0 && clock.tick < postedAt + HOLDING_TICKS) {
    return refuse(`Minimum holding period not met. ${postedAt + HOLDING_TICKS - clock.tick} tick(s) remaining`);
  }
  const withdrawable = banks.maxWithdrawableCollateral(b, 0);
  if (amount > withdrawable) {
    const state = `credit_used=${banks.creditUsed(b)}, allowed_limit=${banks.overdraftLimit[b]}, headroom=${banks.headroom(b)}`;
    return refuse(
      `Withdrawal would breach collateralized headroom. Max withdrawable: ${withdrawable}, requested: ${amount}. ` +
        `Current state: ${state}. Ensure balance is restored or post more collateral before withdrawing.`,
    );
  }
  const before = banks.postedCollateral[b]!;
  banks.setPostedCollateral(b, before - amount);
  // Not cleared: the next withdrawal finds a posting at tick 0 (spec 01 §4.5.5).
  if (before === amount) banks.postedAtTick[b] = 0;
  counters.collateralWithdrawals[b]!++;
  world.recordCollateral(b, 'withdraw', amount, 'ManualWithdraw', 'manual', before);
  log.collateralWithdraw(b, amount, 'ManualWithdraw', before - amount);
  return { success: true, message: `Withdrew ${amount} cents collateral` };
}
