import { comparePayments, pairsOf, type IndicatorSheet, type PairedPayments, type PaymentsOfRun } from '@simcash/indicators';
import type { Scenario } from '@simcash/engine';
import { bankFigures, systemFigures, type ByRun } from './figures.js';
import { changedSettings, type ChangedSetting } from './settings.js';

/** What the first section says of a run. */
export interface ComparedRun {
  /** The run by id. */
  readonly run: string;
  /** How far it has come. */
  readonly status: string;
  /** How much of the run is stored. */
  readonly level: string;
  /** Decimal. */
  readonly seed: string;
  /** Number of ticks. */
  readonly ticks: number;
  /** Number of banks. */
  readonly banks: number;
  /** Number of payments; null if they are not known. */
  readonly payments: number | null;
  /** Cents. */
  readonly value: number | null;
  /** SHA-256 of the event log; null if it is not known. */
  readonly event_log_hash: string | null;
}

/** A payment whose wait differs most, by amount × ticks. */
export interface ChangedPayment {
  /** The number of the arrival within its run. */
  readonly arrival_seq: number;
  /** The bank that pays. */
  readonly sender: string;
  /** The bank that is paid. */
  readonly receiver: string;
  /** In cents. */
  readonly amount: number;
  /** The tick in which the payment arrived. */
  readonly arrival_tick: number;
  /** The tick in which the payment settled; null if it did not. */
  readonly settlement_tick: { readonly baseline: number | null; readonly other: number | null };
}

/** Where two logs part. */
export interface FirstEvent {
  /** The number of the event within its run. */
  readonly event_seq: number;
  /** Ticks are counted from 0 over all days. */
  readonly tick: number;
  /** The event in the baseline; null if it has ended. */
  readonly baseline: string | null;
  /** The event in the other run; null if it has ended. */
  readonly other: string | null;
}

/** Figures of stored runs beside each other; the first run is the baseline (spec 14 §14). */
export interface RunComparison {
  /** The run, design or case that the others are compared with. */
  readonly baseline: string;
  /** In the order in which they were named, the baseline first. */
  readonly runs: readonly ComparedRun[];
  /** Keys of the scenario that differ. */
  readonly changed_settings: readonly ChangedSetting[];
  /** Indicators of the system, by run. */
  readonly system: Readonly<Record<string, ByRun>>;
  /** Banks of any of the runs, with indicators by name. */
  readonly banks: readonly { readonly bank: string; readonly figures: Readonly<Record<string, ByRun>> }[];
  /** By run, the baseline left out. */
  readonly payments: Readonly<Record<string, PairedPayments & { readonly largest: readonly ChangedPayment[] }>>;
  /** By run: null if the logs are equal, or one of them is not stored. */
  readonly first_event: Readonly<Record<string, FirstEvent | null>>;
  /** By run, as they were read: for tables by day and pair. */
  readonly sheets: Readonly<Record<string, IndicatorSheet>>;
}

/** What is compared of a run, wherever it comes from. */
export interface ComparableRun {
  readonly id: string;
  readonly about: ComparedRun;
  readonly scenario: Scenario;
  readonly sheet: IndicatorSheet;
  readonly payments: PaymentsOfRun;
}

/**
 * Runs beside each other; the first one is the baseline.
 *
 * @param firstEvents where the logs of the others part from its own, in their order
 * @param largest so many payments of each run whose wait changed most
 */
export function comparisonOf(
  runs: readonly ComparableRun[],
  firstEvents: readonly (FirstEvent | null)[],
  largest = 0,
): RunComparison {
  const [base, ...others] = runs as readonly [ComparableRun, ...ComparableRun[]];
  return {
    baseline: base.id,
    runs: runs.map(({ about }) => about),
    changed_settings: changedSettings(runs),
    system: systemFigures(runs),
    banks: bankFigures(runs),
    payments: Object.fromEntries(
      others.map(({ id, payments }) => [
        id,
        { ...comparePayments(base.payments, payments), largest: largestChanges(base.payments, payments, largest) },
      ]),
    ),
    first_event: Object.fromEntries(others.map(({ id }, i) => [id, firstEvents[i]!])),
    sheets: Object.fromEntries(runs.map(({ id, sheet }) => [id, sheet])),
  };
}

/** Paired payments by amount × difference of the wait, largest first; of runs of different lengths none: their waits say nothing. */
function largestChanges(base: PaymentsOfRun, other: PaymentsOfRun, count: number): ChangedPayment[] {
  if (base.ticks !== other.ticks) return [];
  const change = (pair: { base: { amount: number; settled: number | null }; other: { settled: number | null } }): number =>
    pair.base.amount * Math.abs((pair.other.settled ?? other.ticks) - (pair.base.settled ?? base.ticks));
  return pairsOf(base, other)
    .pairs.filter((pair) => change(pair) > 0)
    .sort((a, b) => change(b) - change(a) || a.arrival_seq - b.arrival_seq)
    .slice(0, count)
    .map(({ arrival_seq, base: a, other: b }) => ({
      arrival_seq,
      sender: base.banks[a.sender]!,
      receiver: base.banks[a.receiver]!,
      amount: a.amount,
      arrival_tick: a.arrival,
      settlement_tick: { baseline: a.settled, other: b.settled },
    }));
}
