import { COST_COMPONENTS, SimcashError } from '@simcash/protocol';
import { bankTicks, type BankTicks } from './bank-ticks.js';
import { costsByName } from './banks.js';
import { isMissed } from './deadlines.js';
import { ExactSum, ratio, type Whole } from './exact.js';
import { legsOf, paymentsOf, type Leg, type Payment } from './legs.js';
import { paymentOf, type IndicatorLog } from './log.js';
import type { CostIndicators } from './sheet.js';

/** Payments of the stricken bank, payments to it, and those that have nothing to do with it (spec 15 §6). */
export const STRESS_GROUPS = ['own', 'to_stricken', 'others'] as const;
/** A group of banks that stress is measured of. */
export type StressGroup = (typeof STRESS_GROUPS)[number];

/** What a stress case does to a group of payments. Money is cents, waiting is ticks from arrival, to the end of the run if unsettled. */
export interface StressGroupMeasures {
  /** Number of payments. */
  readonly payments: number;
  /** In cents. */
  readonly value: number;
  /** At the end of the stressed run, and of the baseline. */
  readonly unsettled_value: number;
  /** Payments that did not settle. */
  readonly unsettled_count: number;
  /** Value that did not settle in the baseline, in cents. */
  readonly baseline_unsettled_value: number;
  /** At the end of the day in which the first window begins. */
  readonly unsettled_value_day: number;
  /** Stressed run less baseline. */
  readonly extra_unsettled_value: number;
  /** Delay beyond that of the baseline, in cents times ticks. */
  readonly extra_delay_value_ticks: Whole;
  /** Ticks, by value; null for a group without payments. */
  readonly extra_delay: number | null;
  /** Value late or missed here only, minus that late or missed in the baseline only, in cents. */
  readonly extra_late_value: number;
}

/** What a stress case does to a bank, as a sender and to its liquidity. */
export interface StressBankMeasures {
  /** The bank's id. */
  readonly bank: string;
  /** Value that did not settle, in cents. */
  readonly unsettled_value: number;
  /** Unsettled value beyond that of the baseline, in cents. */
  readonly extra_unsettled_value: number;
  /** Delay beyond that of the baseline, in cents times ticks. */
  readonly extra_delay_value_ticks: Whole;
  /** Largest loss and largest gain (negative) of available liquidity at a tick end; the tick of the loss, the first of several. */
  readonly deterioration_max: number;
  /** The first tick of the largest loss. */
  readonly deterioration_max_tick: number;
  /** The largest gain of liquidity over the baseline at the end of a tick, below 0, in cents. */
  readonly deterioration_min: number;
  /** The first tick of the largest gain. */
  readonly deterioration_min_tick: number;
  /** Costs beyond those of the baseline, in cents. */
  readonly extra_cost: number;
  /** Costs beyond those of the baseline by component, in cents. */
  readonly extra_costs: CostIndicators;
}

/** A stressed run against its baseline of the same seed (spec 15 §6). */
export interface StressMeasures {
  /** Measures by group of banks. */
  readonly groups: Readonly<Record<StressGroup, StressGroupMeasures>>;
  /** Unsettled of the stricken bank's payments and of those to it. */
  readonly primary_unsettled: number;
  /** What the case does to payments that have nothing to do with the stricken bank. */
  readonly secondary_unsettled: number;
  /** Secondary over primary unsettled value; null if the latter is 0. */
  readonly contagion: number | null;
  /** How many other banks left more unsettled than in the baseline. */
  readonly banks_affected: number;
  /** Money that the stricken bank holds and does not pass on, at most; null without one. */
  readonly sink_peak: number | null;
  /** Costs beyond those of the baseline, in cents. */
  readonly extra_cost: number;
  /** Costs beyond those of the baseline by component, in cents. */
  readonly extra_costs: CostIndicators;
  /** Every bank, by id. */
  readonly banks: readonly StressBankMeasures[];
}

/** Payments of the two runs differ: they cannot be compared one by one. */
export class UnpairedRunsError extends SimcashError {
  override name = 'UnpairedRunsError';
  override readonly code = 'unpaired_runs';
}

/** What a run says that stress is measured by; of a baseline it is asked once. */
export interface StressFacts {
  /** What was counted of the run. */
  readonly log: IndicatorLog;
  /** In the order of their arrival; what was cut into parts stands once. */
  readonly payments: readonly Payment[];
  /** Settled parts of payments. */
  readonly legs: readonly Leg[];
  /** By payment, cents settled up to the end of the run. */
  readonly settled: Float64Array;
  /** Flows and balances, tick by tick. */
  readonly series: BankTicks;
  /** By bank: six components and their total. */
  readonly costs: readonly (readonly number[])[];
}

/** What a run's stress measures are computed from. */
export function stressFacts(log: IndicatorLog): StressFacts {
  const legs = legsOf(log);
  const payments = paymentsOf(log, legs);
  return { log, payments, legs, settled: settledBefore(log, legs, log.ticks), series: bankTicks(log, legs), costs: costsOf(log) };
}

/**
 * Compares a stressed run with its baseline, payment by payment.
 *
 * @param stricken the bank that the case strikes; null if there is not one: then all payments are those of others
 * @param firstTick tick in which the first window begins
 * @throws UnpairedRunsError if the runs have different payments
 */
export function stressMeasures(
  base: StressFacts,
  stress: StressFacts,
  stricken: string | null,
  firstTick: number,
): StressMeasures {
  const { banks, opening, ticks } = stress.log;
  const k = stricken === null ? -1 : banks.indexOf(stricken);
  checkPaired(base, stress);
  const day = Math.floor(firstTick / opening.ticks_per_day);
  const settledByDay = settledBefore(stress.log, stress.legs, Math.min((day + 1) * opening.ticks_per_day, ticks));
  const groups = STRESS_GROUPS.map(() => new GroupSum());
  const senders = banks.map(() => new GroupSum());
  const others = banks.map(() => 0);
  stress.payments.forEach((payment, i) => {
    const before = base.payments[i]!;
    const { amount, sender } = payment;
    const facts = {
      amount,
      unsettled: amount - stress.settled[i]!,
      baseline: amount - base.settled[i]!,
      today: payment.arrival >= (day + 1) * opening.ticks_per_day ? 0 : amount - settledByDay[i]!,
      delay: (payment.settled ?? ticks) - (before.settled ?? base.log.ticks),
      late: Number(isMissed(payment, ticks)) - Number(isMissed(before, base.log.ticks)),
    };
    const group = sender === k ? 0 : payment.receiver === k ? 1 : 2;
    groups[group]!.add(facts);
    senders[sender]!.add(facts);
    if (group === 2) others[sender]! += facts.unsettled - facts.baseline;
  });
  const [own, to_stricken, rest] = groups.map((sum) => sum.measures());
  const primary = own!.unsettled_value + to_stricken!.unsettled_value;
  const costs = stress.costs.map((row, b) => row.map((cents, i) => cents - base.costs[b]![i]!));
  const systemCosts = costsByName(
    costs.reduce((sum, row) => sum.map((cents, i) => cents + row[i]!), new Array<number>(COST_COMPONENTS.length + 1).fill(0)),
  );
  return {
    groups: { own: own!, to_stricken: to_stricken!, others: rest! },
    primary_unsettled: primary,
    secondary_unsettled: rest!.extra_unsettled_value,
    contagion: ratio(rest!.extra_unsettled_value, primary),
    banks_affected: others.filter((value, b) => b !== k && value > 0).length,
    sink_peak: k < 0 ? null : sinkPeak(base.series, stress.series, k),
    extra_cost: systemCosts.total,
    extra_costs: systemCosts,
    banks: banks.map((bank, b) => {
      const { extra_delay_value_ticks, extra_unsettled_value, unsettled_value } = senders[b]!.measures();
      const extra = costsByName(costs[b]!);
      return {
        bank,
        unsettled_value,
        extra_unsettled_value,
        extra_delay_value_ticks,
        ...deterioration(base.series, stress.series, b),
        extra_cost: extra.total,
        extra_costs: extra,
      };
    }),
  };
}

interface PaymentFacts {
  amount: number;
  unsettled: number;
  baseline: number;
  today: number;
  /** Ticks. */
  delay: number;
  late: number;
}

class GroupSum {
  #payments = 0;
  #count = 0;
  readonly #value = new ExactSum();
  readonly #unsettled = new ExactSum();
  readonly #baseline = new ExactSum();
  readonly #today = new ExactSum();
  readonly #delay = new ExactSum();
  readonly #late = new ExactSum();

  add({ amount, baseline, delay, late, today, unsettled }: PaymentFacts): void {
    this.#payments++;
    if (unsettled > 0) this.#count++;
    this.#value.add(amount);
    this.#unsettled.add(unsettled);
    this.#baseline.add(baseline);
    this.#today.add(today);
    this.#delay.addProduct(amount, delay);
    this.#late.add(amount * late);
  }

  measures(): StressGroupMeasures {
    const [value, unsettled, baseline] = [this.#value, this.#unsettled, this.#baseline].map((sum) => Number(sum.value));
    return {
      payments: this.#payments,
      value: value!,
      unsettled_value: unsettled!,
      unsettled_count: this.#count,
      baseline_unsettled_value: baseline!,
      unsettled_value_day: Number(this.#today.value),
      extra_unsettled_value: unsettled! - baseline!,
      extra_delay_value_ticks: this.#delay.value,
      extra_delay: ratio(this.#delay.value, value!),
      extra_late_value: Number(this.#late.value),
    };
  }
}

function checkPaired({ log, payments }: StressFacts, stress: StressFacts): void {
  const isSame = (a: Payment, b: Payment): boolean =>
    a.sender === b.sender && a.receiver === b.receiver && a.amount === b.amount && a.arrival === b.arrival;
  const first = stress.payments.findIndex((payment, i) => payments[i] === undefined || !isSame(payments[i], payment));
  if (first >= 0 || payments.length !== stress.payments.length || log.ticks !== stress.log.ticks)
    throw new UnpairedRunsError(
      `payment ${first < 0 ? stress.payments.length + 1 : first + 1} of the two runs is not the same one`,
    );
}

/** By payment, cents settled before a tick. */
function settledBefore({ transactions }: IndicatorLog, legs: readonly Leg[], tick: number): Float64Array {
  const byTransaction = new Float64Array(transactions.length);
  for (const { amount, settled, transaction } of legs)
    if (settled !== null && settled < tick) byTransaction[paymentOf(transaction).index]! += amount;
  return Float64Array.from(
    transactions.filter(({ parent }) => parent === null),
    ({ index }) => byTransaction[index]!,
  );
}

function costsOf({ banks, costs, opening, ticks }: IndicatorLog): number[][] {
  const days = Math.ceil(ticks / opening.ticks_per_day);
  return banks.map((_, b) =>
    Array.from({ length: days }, (__, day) => costs.of(day, b)).reduce(
      (sum, row) => sum.map((cents, i) => cents + row[i]!),
      new Array<number>(COST_COMPONENTS.length + 1).fill(0),
    ),
  );
}

type Deterioration = Pick<
  StressBankMeasures,
  'deterioration_max' | 'deterioration_max_tick' | 'deterioration_min' | 'deterioration_min_tick'
>;

function deterioration(base: BankTicks, stress: BankTicks, b: number): Deterioration {
  const available = ({ balance, limit }: BankTicks, at: number): number => Math.max(balance[at]! + limit[at]!, 0);
  let [max, maxTick, min, minTick] = [-Infinity, 0, Infinity, 0];
  for (let t = 0; t < stress.ticks; t++) {
    const at = b * stress.ticks + t;
    const loss = available(base, at) - available(stress, at);
    if (loss > max) [max, maxTick] = [loss, t];
    if (loss < min) [min, minTick] = [loss, t];
  }
  if (stress.ticks === 0) [max, min] = [0, 0];
  return { deterioration_max: max, deterioration_max_tick: maxTick, deterioration_min: min, deterioration_min_tick: minTick };
}

function sinkPeak(base: BankTicks, stress: BankTicks, k: number): number {
  let most = -Infinity;
  for (let t = 0; t < stress.ticks; t++) {
    const at = k * stress.ticks + t;
    most = Math.max(most, stress.balance[at]! - base.balance[at]!);
  }
  return stress.ticks === 0 ? 0 : most;
}
