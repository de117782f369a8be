import type { IndicatorSheet } from '@simcash/indicators';

/**
 * What a report shows of a run: money in cents, times in ticks. Series are lists by tick; of several banks a list per bank. The same
 * numbers stand in the report's tables and in `simcash report --json` (spec 16 §4).
 */
export interface RunFigures {
  readonly head: RunHead;
  readonly time: TimeFrame;
  readonly money: MoneyForm;
  readonly sheet: IndicatorSheet;
  /** What settled by tick, by group of mechanisms. */
  readonly settled: Readonly<Record<MechanismGroup, readonly number[]>>;
  readonly liquidity: SystemLiquidity;
  /** Every bank, by id. */
  readonly banks: readonly BankFigures[];
  /** What waited at the end of the tick in which most did; null if nothing ever waited. */
  readonly worstQueue: WaitingAt | null;
  readonly delays: readonly DelaysOfBand[];
  /** The payments that were latest, the latest first. */
  readonly latest: readonly LatePayment[];
  /** Offsets, cycles and netted sets, in the order of the log. */
  readonly offsets: readonly OffsetMark[];
  /** Costs by tick and component. */
  readonly costs: Readonly<Record<string, readonly number[]>>;
  readonly events: readonly ScenarioFact[];
}

/** What is said of a run before its figures. */
export interface RunHead {
  readonly simulation_id: string;
  readonly name: string | null;
  readonly description: string | null;
  readonly config_file: string | null;
  readonly seed: string;
  readonly status: string;
  readonly error_message: string | null;
  readonly level: string;
  readonly banks: number;
  readonly days: number;
  readonly ticks: number;
  readonly planned_ticks: number;
  readonly ticks_per_day: number;
  readonly payments: number;
  readonly events: number;
  readonly config_hash: string;
  readonly event_log_hash: string | null;
  readonly engine_version: string;
  /** Policies by name, with the number of banks that have them. */
  readonly policies: readonly (readonly [name: string, banks: number])[];
  /** Whether anything offsets payments in this run. */
  readonly offsetting: boolean;
}

/** How ticks are called. */
export interface TimeFrame {
  readonly ticksPerDay: number;
  readonly days: number;
  /** Local time of the first tick, in minutes from midnight; null without a clock. */
  readonly startMinutes: number | null;
  /** The same by day, where the scenario has a clock. */
  readonly openings: readonly number[] | null;
  readonly tickSeconds: number | null;
  /** Business dates by day; null without a clock. */
  readonly dates: readonly string[] | null;
}

/** How amounts are written. */
export interface MoneyForm {
  /** Put behind amounts; null for none. */
  readonly currency: string | null;
  readonly minorDigits: number;
}

/** Mechanisms as they are drawn (spec 16 §3). */
export const MECHANISM_GROUPS = ['at_once', 'from_queue', 'lsm_retry', 'entry_offset', 'pair_offset', 'cycles_and_sets'] as const;
/** A group of ways in which payments settle. */
export type MechanismGroup = (typeof MECHANISM_GROUPS)[number];

/** The group of a settlement type. */
export function groupOf(type: string): MechanismGroup {
  if (type === 'rtgs_immediate') return 'at_once';
  if (type === 'queue2_release' || type === 'receipt_reactive') return 'from_queue';
  if (type === 'lsm_queue_retry') return 'lsm_retry';
  if (type === 'entry_disposition') return 'entry_offset';
  return type === 'lsm_bilateral' ? 'pair_offset' : 'cycles_and_sets';
}

/** Sums over all banks at the end of each tick. */
export interface SystemLiquidity {
  readonly positive_balances: readonly number[];
  readonly credit_used: readonly number[];
  readonly credit_limit: readonly number[];
}

/** The figures of a bank in a report; amounts are cents. */
export interface BankFigures {
  readonly bank: string;
  readonly policy: string;
  /** At the end of each tick, before the liquidity return of a day. */
  readonly balance: readonly number[];
  readonly credit_limit: readonly number[];
  readonly lowest_balance: number;
  /** Largest share of its credit limit that it used; null for a bank without credit. */
  readonly peak_use: number | null;
  readonly ticks_at_limit: number;
  readonly payments_due: number;
  readonly value_sent: number;
  readonly value_received: number;
  readonly unsettled: number;
  readonly delay_indicator: number | null;
  readonly total_cost: number;
}

/** Groups of the ages of waiting payments, in ticks. */
export const AGES = ['0–5', '6–20', '21–60', '> 60'] as const;

/** What waited at a tick. */
export interface WaitingAt {
  readonly tick: number;
  readonly payments: number;
  readonly value: number;
  /** By sender, the largest first: value by age in ticks. */
  readonly senders: readonly {
    readonly bank: string;
    readonly payments: number;
    readonly value: number;
    readonly byAge: readonly number[];
  }[];
}

/** How long the payments of a band took. */
export interface DelaysOfBand {
  readonly band: string;
  readonly payments: number;
  readonly unsettled: number;
  /** Settled payments by delay in ticks, ascending. */
  readonly counts: readonly (readonly [delay: number, payments: number])[];
}

/** A payment that settled after its deadline, or not at all. */
export interface LatePayment {
  readonly tx_id: string;
  readonly sender: string;
  readonly receiver: string;
  readonly amount: number;
  readonly arrival_tick: number;
  readonly deadline_tick: number;
  /** Null if it never settled. */
  readonly settlement_tick: number | null;
  readonly late_by: number;
}

/** An offset in a drawing. */
export interface OffsetMark {
  readonly tick: number;
  readonly kind: 'bilateral' | 'multilateral' | 'netted';
  readonly payments: number;
  /** Gross, and the money that did not have to move. */
  readonly value: number;
  readonly saved: number;
  readonly banks: readonly string[];
}

/** Something that the scenario made happen. */
export interface ScenarioFact {
  readonly tick: number;
  readonly text: string;
}
