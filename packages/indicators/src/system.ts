import type { BankTicks } from './bank-ticks.js';
import { costsByName } from './banks.js';
import { concentration } from './concentration.js';
import { deadlines } from './deadlines.js';
import { liquidity } from './days.js';
import { quantile } from '@simcash/statistics';
import { mean, ratio, sum } from './exact.js';
import type { Leg, Payment } from './legs.js';
import { LSM_KINDS, type IndicatorLog } from './log.js';
import type { QueueTimes } from './queue-times.js';
import { stalls, type Queues } from './queues.js';
import type { BankDayIndicators, BankIndicators, SystemIndicators } from './sheet.js';
import { numberOfDays, WaitSums, type Days } from './waiting.js';
import { COST_COMPONENTS, OFFSETTING_TYPES } from '@simcash/protocol';

export interface Parts {
  readonly log: IndicatorLog;
  readonly legs: readonly Leg[];
  readonly payments: readonly Payment[];
  readonly series: BankTicks;
  readonly queues: Queues;
  readonly times: QueueTimes;
  readonly bankDays: readonly BankDayIndicators[];
  readonly banks: readonly BankIndicators[];
  /** Legs settled by tick. */
  readonly legsSettled: readonly number[];
  readonly days: Days;
}

/** Indicators of the system over the whole run (spec 14 §2–§9). */
export function system(parts: Parts): SystemIndicators {
  const { bankDays, banks, days, legs, legsSettled, log, payments, queues, series, times } = parts;
  const total = (key: keyof BankIndicators): number => sum(banks.map((bank) => bank[key] as number));
  const ofDays = (key: keyof BankDayIndicators): number => sum(bankDays.map((row) => row[key] as number));
  const settled = legs.filter((leg) => leg.settled !== null);
  const [value_due, value_settled] = [total('value_due'), total('value_sent')];
  const payments_settled = total('payments_settled');
  const waits = new WaitSums();
  for (const leg of legs) waits.addLeg(leg, days);
  for (const transaction of log.transactions) waits.addQueues(transaction, times);
  const { gridlock_ticks, deadlock_ticks, stalled } = stalls(log, series, queues.queue2_length, legsSettled, days);
  const mechanisms = mechanismsOf(settled, value_settled);
  const { scheduled } = log;
  const costs = costsByName([...COST_COMPONENTS, 'total' as const].map((name) => sum(banks.map((bank) => bank.costs[name]))));
  return {
    banks: banks.length,
    days: numberOfDays(days),
    ticks: days.ticks,
    ticks_per_day: days.ticksPerDay,
    payments_due: payments.length,
    value_due,
    payments_settled,
    legs_settled: settled.length,
    value_settled,
    settlement_rate_count: ratio(payments_settled, payments.length),
    settlement_rate_value: ratio(value_settled, value_due),
    scheduled_settlements: {
      count: scheduled.length,
      settled: scheduled.filter(({ settled }) => settled).length,
      value_settled: sum(scheduled.map(({ amount, settled }) => (settled ? amount : 0))),
    },
    unsettled_value_end: total('unsettled_value_end'),
    unsettled_own_queue: total('unsettled_own_queue'),
    unsettled_central_queue: total('unsettled_central_queue'),
    unsettled_dropped: total('unsettled_dropped'),
    unsettled_payments_end: payments.length - payments_settled,
    ...waits.figures,
    ...delays(payments),
    deadlines: deadlines(payments, days.ticks),
    ...liquidity(ofDays),
    ...queuePeaks(queues),
    stalled_ticks: stalled.filter(Boolean).length,
    gridlock_ticks,
    deadlock_ticks,
    mechanisms,
    lsm: savings(log),
    lsm_share_value: ratio(sum(OFFSETTING_TYPES.map((type) => mechanisms[type]?.value ?? 0)), value_settled),
    ...concentration(
      banks.map(({ value_sent }) => value_sent),
      banks.map(({ value_received }) => value_received),
    ),
    funding_incoming: total('funding_incoming'),
    funding_balance: total('funding_balance'),
    funding_credit: total('funding_credit'),
    costs,
    cost_bps_of_value: ratio(costs.total * 10_000, value_settled),
  };
}

/** Ticks from arrival to settlement, over settled payments. */
function delays(payments: readonly Payment[]) {
  const ticks = Float64Array.from(
    payments.flatMap(({ arrival, settled }) => (settled === null ? [] : [settled - arrival])),
  ).sort();
  return {
    avg_delay_count: ratio(sum(ticks), ticks.length),
    max_delay: ticks.at(-1) ?? null,
    delay_p50: quantile(ticks, 0.5),
    delay_p95: quantile(ticks, 0.95),
  };
}

function queuePeaks({ queue1_length, queue1_value, queue2_length, queue2_value, unsettled_value }: Queues) {
  const peak = (numbers: readonly number[]): number | null =>
    numbers.length === 0 ? null : numbers.reduce((a, b) => Math.max(a, b));
  return {
    queue1_len_mean: mean(queue1_length),
    queue1_len_peak: peak(queue1_length),
    queue2_len_mean: mean(queue2_length),
    queue2_len_peak: peak(queue2_length),
    queue1_value_peak: peak(queue1_value),
    queue2_value_peak: peak(queue2_value),
    unsettled_value_peak: peak(unsettled_value),
  };
}

/** Settled legs by settlement type. */
function mechanismsOf(
  settled: readonly Leg[],
  value: number,
): Record<string, { count: number; value: number; share_value: number }> {
  const byType = new Map<string, { count: number; value: number }>();
  for (const { amount, transaction } of settled) {
    const entry = byType.get(transaction.type!) ?? { count: 0, value: 0 };
    byType.set(transaction.type!, { count: entry.count + 1, value: entry.value + amount });
  }
  return Object.fromEntries(
    [...byType]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([type, entry]) => [type, { ...entry, share_value: entry.value / value }]),
  );
}

function savings({ lsm, opening }: IndicatorLog): SystemIndicators['lsm'] {
  const kinds = LSM_KINDS.filter((kind) => kind !== 'netted' || opening.has_design);
  return Object.fromEntries(kinds.map((kind) => [kind, { ...lsm[kind], saved: lsm[kind].gross - lsm[kind].net }]));
}
