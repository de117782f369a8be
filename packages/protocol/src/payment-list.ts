import type { RtgsPriority } from './records.js';

/** A payment that somebody recorded, in ticks and cents (spec 13 §7). */
export interface ListedPayment {
  /** Ticks are counted from 0 over all days. */
  readonly tick: number;
  /** The bank that pays. */
  readonly sender_id: string;
  /** The bank that is paid. */
  readonly receiver_id: string;
  /** In cents. */
  readonly amount: number;
  /** Raw: the engine caps it when the payment arrives. */
  readonly deadline_tick: number;
  /** From 0 to 10; the higher, the more urgent. */
  readonly priority: number;
  /** Declared by its sender; null for none. */
  readonly rtgs_priority: RtgsPriority | null;
  /** Whether a policy may split the payment. */
  readonly is_divisible: boolean;
  /** The payment's reference in the list. */
  readonly external_ref: string | null;
  /** What kind of payment it is, in the words of the list. */
  readonly payment_type: string | null;
  /** The customer for whom the bank pays. */
  readonly on_behalf_of: string | null;
  /** Whether the payment must settle at a given time. */
  readonly time_critical: boolean;
  /** Position of its source, from 0, and its row there, from 1. */
  readonly source: number;
  /** The row of the file that the payment comes from. */
  readonly source_row: number;
}

/** The line of a payment in the text whose SHA-256 names its list: JSON without blanks (spec 13 §9.1). */
export const listLine = (p: ListedPayment): string =>
  `[${p.tick},${text(p.sender_id)},${text(p.receiver_id)},${p.amount},${p.deadline_tick},${p.priority},${text(p.rtgs_priority)},${p.is_divisible},${text(p.external_ref)},${text(p.payment_type)},${text(p.on_behalf_of)},${p.time_critical}]\n`;

/** What JSON.stringify gives, which takes four times as long for texts that need no escapes. */
const text = (value: string | null): string => (value !== null && PLAIN.test(value) ? `"${value}"` : JSON.stringify(value));
const PLAIN = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;

/** A row of a list that was not taken: where, which, why (spec 13 §7.2). */
export interface ListRejection {
  /** Position of the source, from 0. */
  readonly source: number;
  /** From 1; the header is none. */
  readonly row: number;
  /** Physical line on which the record begins; null for rows of tables. */
  readonly line: number | null;
  /** The column; null if the whole row is meant. */
  readonly column: string | null;
  /** What is wrong, as a word that programs can rely on. */
  readonly code: string;
  /** The text as it was given, or the number of fields; null if it is missing, or cannot be read. */
  readonly value: string | number | null;
}

/** Where a list was read, and what was not taken. */
export interface ListOrigin {
  /** Names of its sources. */
  readonly names: readonly string[];
  /** The first rejections. */
  readonly rejections: readonly ListRejection[];
}

/** Payments in the order in which they arrive. */
export interface PaymentList {
  /** Names the list: SHA-256 over its payments (spec 13 §9.1). */
  readonly sha256: string;
  /** How many there are. */
  readonly length: number;
  /** The payment at a place, from 0. */
  at(index: number): ListedPayment;
  /** Missing for a list that comes from a store. */
  readonly origin?: ListOrigin | undefined;
  /** Of days drawn by the run's seed: those that another seed draws, and the key `payments` that identifies them (spec 13 §12.2). */
  readonly drawnBy?: ((seed: bigint) => { readonly list: PaymentList; readonly config: object }) | undefined;
}

/** A payment list as a store takes it: how it was read, and how much was not taken. */
export interface PaymentListRecord {
  /** The payments. */
  readonly list: PaymentList;
  /** Cents. */
  readonly total_value: number | string;
  /** Ticks of a day. */
  readonly ticks_per_day: number;
  /** The currency's code; null if it is not known. */
  readonly currency: string | null;
  /** JSON: how each source was read. */
  readonly sources: string;
  /** Rows that were read. */
  readonly num_rows: number;
  /** Rows that were rejected. */
  readonly num_rejected: number;
}

/** Business days of a run with a clock; instants in microseconds (spec 13 §9.3). */
export interface CalendarRecord {
  /** The time zone by its name. */
  readonly time_zone: string;
  /** Seconds that a tick lasts. */
  readonly tick_seconds: number;
  /** The business days in order. */
  readonly days: readonly {
    readonly day: number;
    /** `YYYY-MM-DD` */
    readonly business_date: string;
    readonly opening: number;
    readonly closing: number;
    readonly open_ticks: number;
  }[];
}
