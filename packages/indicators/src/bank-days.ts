import { LowestPositions } from './bank-day-sums.js';
import type { BankTicks } from './bank-ticks.js';
import { ExactSum } from './exact.js';
import type { Leg } from './legs.js';
import type { IndicatorLog } from './log.js';
import type { BankDayIndicators } from './sheet.js';
import { dayOf, DelaySums, endOfDay, numberOfDays, type Days } from './waiting.js';

/** Parts of a day by whose ends throughput is cumulated without a clock (spec 14 §8). */
const BUCKETS = 10;

/** Indicators of every bank's days, by bank, then day (spec 14 §4, §6). */
export function bankDays(log: IndicatorLog, legs: readonly Leg[], series: BankTicks, days: Days): BankDayIndicators[] {
  const count = numberOfDays(days);
  const perBankDay = <T>(make: () => T): T[] => Array.from({ length: log.banks.length * count }, make);
  const delays = perBankDay(() => new DelaySums());
  for (const leg of legs) delays[leg.sender * count + dayOf(leg.arrival, days)]!.add(leg, days);
  const due = lowestDue(log);
  return delays.map((delay, i) => {
    const [bank, day] = [Math.floor(i / count), i % count];
    const figures = ofDay(series, bank, day, days);
    const opening = openingOf(log, series, bank, day * days.ticksPerDay);
    return {
      bank: log.banks[bank]!,
      day,
      ...figures,
      max_net_debit_event: log.flows.of(day, bank),
      upper_bound_event: due.of(day, bank),
      ...opening,
      ...delay.figures,
      total_cost: log.costs.totalOf(day, bank),
    };
  });
}

function ofDay(series: BankTicks, bank: number, day: number, days: Days) {
  const [first, end] = [day * days.ticksPerDay, endOfDay(day, days)];
  const { balance, base, due, limit, netDue, received, sent, ticks, unsettled } = series;
  const figures = {
    value_due: 0,
    value_sent: 0,
    value_received: 0,
    net_end: 0,
    max_net_debit: 0,
    max_net_credit: 0,
    upper_bound: 0,
    lower_bound: 0,
    min_balance: Infinity,
    min_available: Infinity,
    peak_credit: 0,
    peak_credit_ratio: null as number | null,
    unsettled_value_eod: unsettled[bank * ticks + end - 1]!,
    funding_incoming: 0,
    funding_balance: 0,
    funding_credit: 0,
  };
  const credit = new ExactSum();
  let net = 0;
  let netOfDues = 0;
  for (let t = first; t < end; t++) {
    const i = bank * ticks + t;
    const [paid, got] = [sent[i]!, received[i]!];
    figures.value_due += due[i]!;
    figures.value_sent += paid;
    figures.value_received += got;
    net += got - paid;
    netOfDues += netDue[i]!;
    figures.max_net_debit = Math.max(figures.max_net_debit, -net);
    figures.max_net_credit = Math.max(figures.max_net_credit, net);
    figures.upper_bound = Math.max(figures.upper_bound, -netOfDues);
    const used = Math.max(-balance[i]!, 0);
    credit.add(used);
    figures.min_balance = Math.min(figures.min_balance, balance[i]!);
    figures.min_available = Math.min(figures.min_available, available(balance[i]!, limit[i]!));
    figures.peak_credit = Math.max(figures.peak_credit, used);
    if (limit[i]! > 0) figures.peak_credit_ratio = Math.max(figures.peak_credit_ratio ?? 0, used / limit[i]!);
    const rest = Math.max(paid - got, 0);
    const fromBalance = Math.min(rest, Math.max(base[i]!, 0));
    figures.funding_incoming += Math.min(paid, got);
    figures.funding_balance += fromBalance;
    figures.funding_credit += rest - fromBalance;
  }
  return {
    ...figures,
    net_end: net,
    lower_bound: Math.max(-netOfDues, 0),
    throughput_buckets: throughput(sent.subarray(bank * ticks + first, bank * ticks + end), day, days),
    credit_value_ticks: credit.value,
  };
}

/** Value sent by the end of each part of the day, by full local hours where there is a clock: null for hours that the day has not. */
function throughput(sent: Float64Array, day: number, { calendar, ticksPerDay }: Days): (number | null)[] {
  const cumulated = sent.slice();
  for (let k = 1; k < cumulated.length; k++) cumulated[k]! += cumulated[k - 1]!;
  const by = (k: number): number => cumulated[Math.min(k, cumulated.length - 1)]!;
  if (calendar !== null) return calendar.hours[day]!.map((k) => (k === null ? null : by(k)));
  const parts = Math.min(ticksPerDay, BUCKETS);
  // Tick k is in part ⌊k·parts/N⌋, so the last one of part i is the last below (i + 1)·N/parts.
  return Array.from({ length: parts }, (_, i) => by(Math.ceil(((i + 1) * ticksPerDay) / parts) - 1));
}

const available = (balance: number, limit: number): number => Math.max(balance, 0) + Math.max(limit - Math.max(-balance, 0), 0);

/** What a bank has before the first event of a day but what its accounts set and the allocation of its pool (spec 14 §6). */
function openingOf({ opening: { agents } }: IndicatorLog, series: BankTicks, bank: number, first: number) {
  const { allocated, base, limit, openingLimits, setLimits, ticks } = series;
  const i = bank * ticks + first;
  const pool_allocated = allocated[i]!;
  const opening_balance = first === 0 ? agents[bank]!.opening_balance : base[i]! - pool_allocated - series.transferred[i]!;
  const credit_line = first === 0 ? openingLimits[bank]! : (setLimits[bank]!.get(first) ?? limit[i - 1]!);
  return {
    opening_balance,
    pool_allocated,
    credit_line,
    opening_available: available(opening_balance + pool_allocated, credit_line),
  };
}

/** Positions as if every obligation settled at once, in the order of the log. */
function lowestDue({ banks, opening, scheduled, transactions }: IndicatorLog): LowestPositions {
  const positions = new LowestPositions(banks.length, opening.ticks_per_day);
  const settle = (tick: number, sender: number, receiver: number, amount: number): void => {
    if (sender === receiver) return;
    positions.add(tick, sender, -amount);
    positions.add(tick, receiver, amount);
  };
  let next = 0;
  const settleScheduled = (before: number): void => {
    for (let one = scheduled[next]; one !== undefined && one.after <= before; one = scheduled[++next])
      settle(one.tick, one.sender, one.receiver, one.amount);
  };
  for (const { amount, created, index, parent, receiver, sender } of transactions) {
    settleScheduled(index);
    if (parent === null) settle(created, sender, receiver, amount);
  }
  settleScheduled(Infinity);
  return positions;
}
