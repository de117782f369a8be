import type { MoneyForm, TimeFrame } from '../figures.js';

/** What a comparison shows of two to five runs; the first is what the others are measured by. Money is cents (spec 16 §8). */
export interface ComparisonFigures {
  /** In the order in which they are compared. */
  readonly runs: readonly ComparedHead[];
  /** Of the first run. */
  readonly time: TimeFrame;
  /** How amounts are written. */
  readonly money: MoneyForm;
  /** Indicators of the system; null where a run has no value. */
  readonly indicators: readonly { readonly name: string; readonly values: readonly (number | null)[] }[];
  /** Settings whose values differ, as JSON; null where a run does not have them. */
  readonly settings: readonly { readonly path: string; readonly values: readonly (string | null)[] }[];
  /** By tick and run: what settled within the day, credit in use, payments waiting. */
  readonly series: readonly {
    readonly settled: readonly number[];
    readonly credit: readonly number[];
    readonly waiting: readonly number[];
  }[];
  /** Banks of all runs whose costs, or whose peak of credit, change most. */
  readonly banks: readonly {
    readonly bank: string;
    readonly costs: readonly (number | null)[];
    readonly peak_credit: readonly (number | null)[];
  }[];
  /** Payments that another run shares with the first, in the order of the other runs. */
  readonly pairs: readonly PairedFigures[];
  /** Where the log of another run parts from that of the first; null if nowhere, or one of them is not stored. */
  readonly first_event: readonly (PartingFigures | null)[];
}

/** What is said of a compared run before its figures. */
export interface ComparedHead {
  /** The run by id. */
  readonly run: string;
  /** How far it has come. */
  readonly status: string;
  /** The seed of the random numbers. */
  readonly seed: string;
  /** Number of ticks. */
  readonly ticks: number;
  /** Number of banks. */
  readonly banks: number;
  /** Number of payments; null if they are not known. */
  readonly payments: number | null;
  /** SHA-256 of the event log; null if it is not known. */
  readonly event_log_hash: string | null;
}

/** The payments of two runs, paired. */
export interface PairedFigures {
  /** Payments that both runs have. */
  readonly paired: number;
  /** Payments that only the baseline has. */
  readonly only_baseline: number;
  /** Payments that only the other run has. */
  readonly only_other: number;
  /** Settled earlier, in the same tick, later; in the first run only, in the other only, in neither: number and value. */
  readonly outcomes: readonly (readonly [text: string, count: number, value: number])[];
  /** Ticks, by value; null for runs of different lengths. */
  readonly wait_difference_mean: number | null;
}

/** The first event in which two runs differ. */
export interface PartingFigures {
  /** Ticks are counted from 0 over all days. */
  readonly tick: number;
  /** The number of the event within its run. */
  readonly event_seq: number;
  /** The event in the baseline; null if it has ended. */
  readonly baseline: string | null;
  /** The event in the other run; null if it has ended. */
  readonly other: string | null;
}
