import { ratio, sum } from './exact.js';
import type { Leg, Payment } from './legs.js';
import type { BankDayIndicators, DayIndicators } from './sheet.js';
import { dayOf, DelaySums, endOfDay, numberOfDays, type Days } from './waiting.js';

/** Indicators of the system's days (spec 14 §2–§6, §8). */
export function systemDays(
  legs: readonly Leg[],
  payments: readonly Payment[],
  banks: readonly BankDayIndicators[],
  days: Days,
): DayIndicators[] {
  const list = Array.from({ length: numberOfDays(days) }, (_, day) => ({
    day,
    payments_due: 0,
    legs_settled: 0,
    payments_settled: 0,
    value_settled: 0,
    value_settled_same_day: 0,
    unsettled_payments_eod: 0,
    delay: new DelaySums(),
    banks: [] as BankDayIndicators[],
    /** Value settled by tick of the day. */
    profile: new Array<number>(days.ticksPerDay).fill(0),
  }));
  for (const row of banks) list[row.day]!.banks.push(row);
  for (const leg of legs) {
    const { amount, arrival, settled } = leg;
    list[dayOf(arrival, days)]!.delay.add(leg, days);
    if (settled === null) continue;
    const day = list[dayOf(settled, days)]!;
    day.legs_settled++;
    day.value_settled += amount;
    if (dayOf(arrival, days) === day.day) day.value_settled_same_day += amount;
    day.profile[settled % days.ticksPerDay]! += amount;
  }
  for (const { arrival, settled } of payments) {
    list[dayOf(arrival, days)]!.payments_due++;
    if (settled !== null) list[dayOf(settled, days)]!.payments_settled++;
    for (const day of list.slice(dayOf(arrival, days))) {
      if (settled !== null && settled < endOfDay(day.day, days)) break;
      day.unsettled_payments_eod++;
    }
  }
  return list.map(({ banks, delay, profile, ...day }) => {
    const total = (key: keyof BankDayIndicators): number => sum(banks.map((row) => row[key] as number));
    const value_due = total('value_due');
    return {
      ...day,
      value_due,
      settlement_rate_value: ratio(day.value_settled_same_day, value_due),
      unsettled_value_eod: total('unsettled_value_eod'),
      ...liquidity(total),
      opening_available: total('opening_available'),
      ...delay.figures,
      settle_tick_50: tickOfShare(profile, 1, 2),
      settle_tick_75: tickOfShare(profile, 3, 4),
      settle_tick_90: tickOfShare(profile, 9, 10),
      settle_tick_mean: ratio(sum(profile.map((value, k) => value * k)), day.value_settled),
      total_cost: total('total_cost'),
    };
  });
}

/** Liquidity of a set of bank-days (spec 14 §6). */
export function liquidity(total: (key: keyof BankDayIndicators) => number) {
  const liquidity_used = total('max_net_debit');
  const [lower_bound, upper_bound] = [total('lower_bound'), total('upper_bound')];
  return {
    liquidity_used,
    lower_bound,
    upper_bound,
    liquidity_used_event: total('max_net_debit_event'),
    upper_bound_event: total('upper_bound_event'),
    liquidity_usage_indicator: ratio(liquidity_used - lower_bound, upper_bound - lower_bound),
    turnover_ratio: ratio(total('value_sent'), liquidity_used),
  };
}

/** First tick of the day by which a share of its settled value had settled. */
function tickOfShare(profile: readonly number[], numerator: number, denominator: number): number | null {
  const total = sum(profile);
  if (total === 0) return null;
  let settled = 0;
  return profile.findIndex((value) => (settled += value) * denominator >= total * numerator);
}
