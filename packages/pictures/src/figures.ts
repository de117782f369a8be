import type { IndicatorSheet } from '@simcash/indicators';

/**
 * What a report shows of a run: money in cents, times in ticks. Series are lists by tick; of several banks a list per bank. The same
 * numbers stand in the report's tables and in `simcash report --json` (spec 16 §4).
 */
export interface RunFigures {
  /** What the run is. */
  readonly head: RunHead;
  /** The axis of time. */
  readonly time: TimeFrame;
  /** How amounts are written. */
  readonly money: MoneyForm;
  /** The indicators of the run. */
  readonly sheet: IndicatorSheet;
  /** What settled by tick, by group of mechanisms. */
  readonly settled: Readonly<Record<MechanismGroup, readonly number[]>>;
  /** Liquidity of the whole system. */
  readonly liquidity: SystemLiquidity;
  /** Every bank, by id. */
  readonly banks: readonly BankFigures[];
  /** What waited at the end of the tick in which most did; null if nothing ever waited. */
  readonly worstQueue: WaitingAt | null;
  /** Delays by band of priorities. */
  readonly delays: readonly DelaysOfBand[];
  /** The payments that were latest, the latest first. */
  readonly latest: readonly LatePayment[];
  /** Offsets, cycles and netted sets, in the order of the log. */
  readonly offsets: readonly OffsetMark[];
  /** Costs by tick and component. */
  readonly costs: Readonly<Record<string, readonly number[]>>;
  /** What the scenario did, in the order of the log. */
  readonly events: readonly ScenarioFact[];
}

/** What is said of a run before its figures. */
export interface RunHead {
  /** The simulation's id. */
  readonly simulation_id: string;
  /** What it is called. */
  readonly name: string | null;
  /** What it is, in words. */
  readonly description: string | null;
  /** The file that the scenario came from. */
  readonly config_file: string | null;
  /** The seed of the random numbers. */
  readonly seed: string;
  /** How far it has come. */
  readonly status: string;
  /** Why it failed; null if it did not. */
  readonly error_message: string | null;
  /** How much of the run is stored. */
  readonly level: string;
  /** Number of banks. */
  readonly banks: number;
  /** Number of days. */
  readonly days: number;
  /** Number of ticks. */
  readonly ticks: number;
  /** Ticks that the scenario has. */
  readonly planned_ticks: number;
  /** Ticks of a day. */
  readonly ticks_per_day: number;
  /** Number of payments. */
  readonly payments: number;
  /** Number of events. */
  readonly events: number;
  /** SHA-256 of the scenario. */
  readonly config_hash: string;
  /** SHA-256 of the event log; null if it is not known. */
  readonly event_log_hash: string | null;
  /** The version of the engine. */
  readonly engine_version: string;
  /** Policies by name, with the number of banks that have them. */
  readonly policies: readonly (readonly [name: string, banks: number])[];
  /** Whether anything offsets payments in this run. */
  readonly offsetting: boolean;
}

/** How ticks are called. */
export interface TimeFrame {
  /** Ticks of a day. */
  readonly ticksPerDay: number;
  /** Number of days. */
  readonly days: number;
  /** Local time of the first tick, in minutes from midnight; null without a clock. */
  readonly startMinutes: number | null;
  /** The same by day, where the scenario has a clock. */
  readonly openings: readonly number[] | null;
  /** Seconds that a tick lasts; null without a clock. */
  readonly tickSeconds: number | null;
  /** Business dates by day; null without a clock. */
  readonly dates: readonly string[] | null;
}

/** How amounts are written. */
export interface MoneyForm {
  /** Put behind amounts; null for none. */
  readonly currency: string | null;
  /** Digits behind the decimal point. */
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
  /** Sum of the balances above 0, tick by tick, in cents. */
  readonly positive_balances: readonly number[];
  /** Sum of the credit in use, tick by tick, in cents. */
  readonly credit_used: readonly number[];
  /** The most that can be paid with credit, tick by tick, in cents. */
  readonly credit_limit: readonly number[];
}

/** The figures of a bank in a report; amounts are cents. */
export interface BankFigures {
  /** The bank's id. */
  readonly bank: string;
  /** The policy as a document. */
  readonly policy: string;
  /** At the end of each tick, before the liquidity return of a day. */
  readonly balance: readonly number[];
  /** The most that can be paid with credit, tick by tick, in cents. */
  readonly credit_limit: readonly number[];
  /** The lowest balance, in cents. */
  readonly lowest_balance: number;
  /** Largest share of its credit limit that it used; null for a bank without credit. */
  readonly peak_use: number | null;
  /** Ticks at whose end the bank had nothing to pay with. */
  readonly ticks_at_limit: number;
  /** Number of payments that were due. */
  readonly payments_due: number;
  /** Value that the bank paid, in cents. */
  readonly value_sent: number;
  /** Value that the bank was paid, in cents. */
  readonly value_received: number;
  /** Payments that have not settled. */
  readonly unsettled: number;
  /** Delay in relation to the longest possible one, 0 to 1; null without payments. */
  readonly delay_indicator: number | null;
  /** All costs, in cents. */
  readonly total_cost: number;
}

/** Groups of the ages of waiting payments, in ticks. */
export const AGES = ['0–5', '6–20', '21–60', '> 60'] as const;

/** What waited at a tick. */
export interface WaitingAt {
  /** Ticks are counted from 0 over all days. */
  readonly tick: number;
  /** Number of payments. */
  readonly payments: number;
  /** In cents. */
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
  /** The band of priorities. */
  readonly band: string;
  /** Number of payments. */
  readonly payments: number;
  /** Payments that have not settled. */
  readonly unsettled: number;
  /** Settled payments by delay in ticks, ascending. */
  readonly counts: readonly (readonly [delay: number, payments: number])[];
}

/** A payment that settled after its deadline, or not at all. */
export interface LatePayment {
  /** The payment's id. */
  readonly tx_id: string;
  /** The bank that pays. */
  readonly sender: string;
  /** The bank that is paid. */
  readonly receiver: string;
  /** In cents. */
  readonly amount: number;
  /** The tick in which the payment arrived. */
  readonly arrival_tick: number;
  /** The last tick in which the payment is in time. */
  readonly deadline_tick: number;
  /** Null if it never settled. */
  readonly settlement_tick: number | null;
  /** How late it is, in ticks. */
  readonly late_by: number;
}

/** An offset in a drawing. */
export interface OffsetMark {
  /** Ticks are counted from 0 over all days. */
  readonly tick: number;
  /** How payments were offset. */
  readonly kind: 'bilateral' | 'multilateral' | 'netted';
  /** Number of payments. */
  readonly payments: number;
  /** Gross, and the money that did not have to move. */
  readonly value: number;
  /** Value that did not have to be paid, in cents. */
  readonly saved: number;
  /** Those whose payments settled in it, each once. */
  readonly banks: readonly string[];
}

/** Something that the scenario made happen. */
export interface ScenarioFact {
  /** Ticks are counted from 0 over all days. */
  readonly tick: number;
  /** What is written there. */
  readonly text: string;
}
