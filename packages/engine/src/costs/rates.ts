import { roundHalfAway } from '@simcash/protocol';
import { guard, multiplyDivide, truncate } from '../numeric/integers.js';
import type { CostRates, Penalty } from '../scenario/config.js';
import { LOW_BAND, NORMAL_BAND, URGENT_BAND, WAITING_CLASSES, type WaitingValue } from '../queues/waiting.js';

/** The cost formulas of spec 05 §4 and §5 with their rates scaled to whole numbers once. All results are whole cents. */
export class CostFormulas {
  readonly #overdraftRate: number;
  readonly #collateralRate: number;
  readonly #opportunityRate: number;
  readonly #delayRate: number;
  /** Per waiting class: on time and overdue for each band, in thousandths. */
  readonly #delayMultipliers: readonly number[];

  constructor(readonly rates: CostRates) {
    this.#overdraftRate = scaledRate(rates.overdraft_bps_per_tick, 1e3);
    this.#collateralRate = scaledRate(rates.collateral_cost_per_tick_bps, 1e6);
    this.#opportunityRate = scaledRate(rates.liquidity_cost_per_tick_bps, 1e6);
    this.#delayRate = scaledRate(rates.delay_cost_per_tick_per_cent, 1e6);
    this.#delayMultipliers = delayMultipliers(rates);
  }

  /** Cost of a negative balance for one tick. */
  overdraft(balance: number): number {
    return balance >= 0 ? 0 : multiplyDivide(-balance, this.#overdraftRate, 5e6, 1e7);
  }

  collateral(posted: number): number {
    return posted <= 0 ? 0 : multiplyDivide(posted, this.#collateralRate, 5e9, 1e10);
  }

  /** Cost of liquidity brought in from the pool, for one tick. */
  opportunity(allocated: number): number {
    return allocated <= 0 ? 0 : multiplyDivide(allocated, this.#opportunityRate, 5e9, 1e10);
  }

  /** Cost of everything a bank has waiting in both queues, rounded once (spec 05 §4.1). */
  delay(waiting: WaitingValue, b: number): number {
    const rate = this.#delayRate;
    if (rate === 0) return 0;
    let weighted = 0;
    for (let c = 0; c < WAITING_CLASSES; c++) weighted += waiting.sum(b, c) * this.#delayMultipliers[c]!;
    if (weighted === 0) return 0;
    if (weighted <= Number.MAX_SAFE_INTEGER) return multiplyDivide(weighted, rate, 5e8, 1e9);
    let exact = 0n;
    for (let c = 0; c < WAITING_CLASSES; c++) exact += BigInt(waiting.sum(b, c)) * BigInt(this.#delayMultipliers[c]!);
    return multiplyDivideBig(exact, rate);
  }

  /** One-time penalty for a payment of `amount` that missed its deadline. */
  deadlinePenalty(amount: number): number {
    return resolvePenalty(this.rates.deadline_penalty, amount);
  }

  /** End-of-day penalty for a payment with `remaining` left to pay. */
  endOfDayPenalty(remaining: number): number {
    return resolvePenalty(this.rates.eod_penalty, remaining);
  }

  splitFriction(parts: number): number {
    return this.rates.split_friction_cost * (parts - 1);
  }

  /** The estimate that is displayed with overdue payments; it may differ from what was charged (spec 05 §7, Quirk Q503). */
  estimatedOverdueDelay(remaining: number, ticks: number): number {
    const { delay_cost_per_tick_per_cent: rate, overdue_delay_multiplier: multiplier } = this.rates;
    return truncate(roundHalfAway(remaining * rate * multiplier * ticks));
  }
}

/** Penalty for an amount: fixed, or a rate whose scaled value is truncated and whose result is floored (spec 05 §5). */
export function resolvePenalty(penalty: Penalty, amount: number): number {
  if (penalty.mode === 'fixed') return penalty.amount;
  const bps = penalty.bps_per_event;
  if (!Number.isFinite(bps) || bps < 0) return 0;
  return multiplyDivide(Math.abs(amount), Math.trunc(bps * 1e6), 0, 1e10);
}

function scaledRate(rate: number, scale: number): number {
  const scaled = rate * scale;
  return Number.isFinite(scaled) && scaled >= 0 ? roundHalfAway(scaled) : 0;
}

function delayMultipliers(rates: CostRates): number[] {
  const thousandths = (factor: number): number => (Number.isFinite(factor) && factor >= 0 ? roundHalfAway(factor * 1000) : 1000);
  const bands = rates.priority_delay_multipliers;
  const multipliers = new Array<number>(WAITING_CLASSES);
  const byBand: [number, number | undefined][] = [
    [URGENT_BAND, bands?.urgent_multiplier],
    [NORMAL_BAND, bands?.normal_multiplier],
    [LOW_BAND, bands?.low_multiplier],
  ];
  for (const [band, factor] of byBand) {
    const ofBand = factor === undefined ? 1000 : thousandths(factor);
    multipliers[band] = ofBand;
    multipliers[band + 3] = multiplyDivide(thousandths(rates.overdue_delay_multiplier), ofBand, 0, 1000);
  }
  return multipliers;
}

function multiplyDivideBig(weighted: bigint, rate: number): number {
  return guard(Number((weighted * BigInt(rate) + 500_000_000n) / 1_000_000_000n), 'a delay cost');
}
