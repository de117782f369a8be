import type { CostDocument, PenaltyDocument } from './scenarios.js';

/** The cost formulas of spec 05 §§4–7 in exact integers, as their text has them. */

const round = (x: number): number => Math.sign(x) * Math.floor(Math.abs(x) + 0.5);

const scaled = (rate: number, scale: number): bigint => (Number.isFinite(rate) && rate >= 0 ? BigInt(round(rate * scale)) : 0n);

export function overdraftCost({ overdraft_bps_per_tick: rate = 0.001 }: CostDocument, balance: number): number {
  return balance >= 0 ? 0 : Number((BigInt(-balance) * scaled(rate, 1000) + 5_000_000n) / 10_000_000n);
}

export function collateralCost({ collateral_cost_per_tick_bps: rate = 0.0002 }: CostDocument, posted: number): number {
  return posted <= 0 ? 0 : Number((BigInt(posted) * scaled(rate, 1e6) + 5_000_000_000n) / 10_000_000_000n);
}

export function opportunityCost({ liquidity_cost_per_tick_bps: rate = 0 }: CostDocument, allocated: number): number {
  return allocated <= 0 ? 0 : Number((BigInt(allocated) * scaled(rate, 1e6) + 5_000_000_000n) / 10_000_000_000n);
}

export interface Waiting {
  remaining: number;
  priority: number;
  overdue: boolean;
}

/** Delay cost of everything that a bank has waiting, rounded once. */
export function delayCost(rates: CostDocument, waiting: readonly Waiting[]): number {
  const { delay_cost_per_tick_per_cent: rate = 0.0001, overdue_delay_multiplier = 5, priority_delay_multipliers: bands } = rates;
  const thousandths = (factor: number): bigint => (Number.isFinite(factor) && factor >= 0 ? BigInt(round(factor * 1000)) : 1000n);
  const ofBand = (priority: number): number | undefined =>
    priority >= 8 ? bands?.urgent_multiplier : priority >= 4 ? bands?.normal_multiplier : bands?.low_multiplier;
  let weighted = 0n;
  for (const { overdue, priority, remaining } of waiting) {
    const late = overdue ? thousandths(overdue_delay_multiplier) : 1000n;
    weighted += BigInt(Math.max(remaining, 0)) * ((late * thousandths(ofBand(priority) ?? 1)) / 1000n);
  }
  return Number((weighted * scaled(rate, 1e6) + 500_000_000n) / 1_000_000_000n);
}

export function penaltyFor(penalty: PenaltyDocument, amount: number): number {
  if (typeof penalty === 'number') return penalty;
  if (penalty.mode === 'fixed') return penalty.amount;
  return Number((BigInt(Math.abs(amount)) * BigInt(Math.trunc(penalty.bps_per_event * 1e6))) / 10_000_000_000n);
}

/** The estimate in events about overdue payments: doubles, multiplied from left to right. */
export function estimatedDelay(rates: CostDocument, remaining: number, ticks: number): number {
  const { delay_cost_per_tick_per_cent = 0.0001, overdue_delay_multiplier = 5 } = rates;
  return round(remaining * delay_cost_per_tick_per_cent * overdue_delay_multiplier * ticks);
}
