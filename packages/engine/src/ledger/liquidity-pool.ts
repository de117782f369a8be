import type { World } from '../world.js';

/** Share of its pool that a bank brings in: its policy document's, else its own, else all of it (spec 01 §4.6). */
function allocationFraction(world: World, b: number): number {
  return world.policies.of(b).initialLiquidityFraction ?? world.allocationFraction[b]!;
}

/** Banks with a liquidity pool bring in their share for the day (construction and tick phase 2; spec 03 §6.2). */
export function allocateLiquidity(world: World): void {
  const { banks, clock, log } = world;
  for (let b = 0; b < banks.count; b++) {
    const pool = world.liquidityPool[b]!;
    if (Number.isNaN(pool)) continue;
    const fraction = allocationFraction(world, b);
    const amount = Math.floor(pool * fraction);
    banks.adjust(b, amount);
    banks.allocatedLiquidity[b] = amount;
    world.daily.allocation[b] = amount;
    log.liquidityAllocation(clock.day, b, fraction, amount, banks.balance[b]!);
  }
}

/** Banks give back what they had brought in (tick phase 16.5); their balances may become negative. */
export function returnLiquidity(world: World): void {
  const { banks, log } = world;
  for (let b = 0; b < banks.count; b++) {
    const allocated = banks.allocatedLiquidity[b]!;
    if (Number.isNaN(world.liquidityPool[b]!) || allocated === 0) continue;
    banks.adjust(b, -allocated);
    banks.allocatedLiquidity[b] = 0;
    log.liquidityReturn(b, allocated, banks.balance[b]!);
  }
}
