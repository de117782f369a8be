import { ExactSum, ratio, type Whole } from './exact.js';
import type { Payment } from './legs.js';

/** A number of payments and their cents. */
export interface Counted {
  /** How many there are. */
  count: number;
  /** In cents. */
  value: number;
}

/** What became of the payments that two runs have in common (spec 14 §14.6). */
export interface PairedPayments {
  /** Payments that both runs have. */
  paired: number;
  /** Payments that only the baseline has. */
  only_baseline: number;
  /** Payments that only the other run has. */
  only_other: number;
  /** Number of the first payment that differs, from 1; null if none does. */
  first_difference: number | null;
  /** Paired payments whose deadline or priority differs. */
  other_deadlines: number;
  /** Payments whose priorities differ. */
  other_priorities: number;
  /** Settled in both runs: sooner in the other one, in the same tick, later. */
  earlier: Counted;
  /** Payments that settled in the same tick. */
  same: Counted;
  /** Payments that settled later in the other run. */
  later: Counted;
  /** Settled in one of them only, or in neither. */
  only_settled_in_baseline: Counted;
  /** Payments that settled in the other run only. */
  only_settled_in_other: Counted;
  /** Payments that settled in neither run. */
  unsettled_in_both: Counted;
  /** Σ a·(wait in the other run − wait in the baseline), cents × ticks; null for runs of different length. */
  wait_difference_value_ticks: Whole | null;
  /** The same by Σ a, ticks. */
  wait_difference_mean: number | null;
  /** Mean difference of the settlement tick of payments settled in both. */
  tick_difference_mean: number | null;
  /** Mean difference of settlement ticks, weighted by value; null without payments. */
  tick_difference_mean_by_value: number | null;
}

/** Payments in the order of their arrival, and how long their run was. */
export interface PaymentsOfRun {
  /** What was cut into parts stands once. */
  readonly payments: readonly Payment[];
  /** Ids of the banks that payments name by position. */
  readonly banks: readonly string[];
  /** Number of ticks. */
  readonly ticks: number;
}

/** A payment as both runs have it. */
export interface Pair {
  /** Number of the payment, from 1. */
  arrival_seq: number;
  /** The payment in the baseline. */
  base: Payment;
  /** The same in the other run. */
  other: Payment;
}

/** Payments with the same number, parties, amount and tick, up to the first that differs. */
export function pairsOf(base: PaymentsOfRun, other: PaymentsOfRun): { pairs: Pair[]; firstDifference: number | null } {
  const isSame = (a: Payment, b: Payment): boolean =>
    a.amount === b.amount &&
    a.arrival === b.arrival &&
    base.banks[a.sender] === other.banks[b.sender] &&
    base.banks[a.receiver] === other.banks[b.receiver];
  const length = Math.min(base.payments.length, other.payments.length);
  const pairs: Pair[] = [];
  for (let i = 0; i < length; i++) {
    const [a, b] = [base.payments[i]!, other.payments[i]!];
    if (!isSame(a, b)) return { pairs, firstDifference: i + 1 };
    pairs.push({ arrival_seq: i + 1, base: a, other: b });
  }
  const differ = base.payments.length !== other.payments.length;
  return { pairs, firstDifference: differ ? length + 1 : null };
}

/** Pairs the payments of two runs; throws `UnpairedRunsError` if the runs have not the same payments. */
export function comparePayments(base: PaymentsOfRun, other: PaymentsOfRun): PairedPayments {
  const { firstDifference, pairs } = pairsOf(base, other);
  const counts = {
    earlier: nothing(),
    same: nothing(),
    later: nothing(),
    only_settled_in_baseline: nothing(),
    only_settled_in_other: nothing(),
    unsettled_in_both: nothing(),
  };
  const waits = new ExactSum();
  const byValue = new ExactSum();
  let [value, both, valueOfBoth, ticks, deadlines, priorities] = [0, 0, 0, 0, 0, 0];
  for (const { base: a, other: b } of pairs) {
    const counted = counts[fateOf(a, b)];
    counted.count++;
    counted.value += a.amount;
    value += a.amount;
    waits.addProduct(a.amount, (b.settled ?? other.ticks) - (a.settled ?? base.ticks));
    deadlines += Number(a.deadline !== b.deadline);
    priorities += Number(a.priority !== b.priority);
    if (a.settled === null || b.settled === null) continue;
    both++;
    valueOfBoth += a.amount;
    ticks += b.settled - a.settled;
    byValue.addProduct(a.amount, b.settled - a.settled);
  }
  const comparable = base.ticks === other.ticks;
  return {
    paired: pairs.length,
    only_baseline: base.payments.length - pairs.length,
    only_other: other.payments.length - pairs.length,
    first_difference: firstDifference,
    other_deadlines: deadlines,
    other_priorities: priorities,
    ...counts,
    wait_difference_value_ticks: comparable ? waits.value : null,
    wait_difference_mean: comparable ? ratio(waits.value, value) : null,
    tick_difference_mean: ratio(ticks, both),
    tick_difference_mean_by_value: ratio(byValue.value, valueOfBoth),
  };
}

const nothing = (): Counted => ({ count: 0, value: 0 });

function fateOf({ settled: a }: Payment, { settled: b }: Payment) {
  if (a === null) return b === null ? 'unsettled_in_both' : 'only_settled_in_other';
  if (b === null) return 'only_settled_in_baseline';
  return b < a ? 'earlier' : b > a ? 'later' : 'same';
}
