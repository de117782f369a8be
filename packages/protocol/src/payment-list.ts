import type { RtgsPriority } from './records.js';

/** A payment that somebody recorded, in ticks and cents (spec 13 §7). */
export interface ListedPayment {
  readonly tick: number;
  readonly sender_id: string;
  readonly receiver_id: string;
  readonly amount: number;
  /** Raw: the engine caps it when the payment arrives. */
  readonly deadline_tick: number;
  readonly priority: number;
  /** Declared by its sender; null for none. */
  readonly rtgs_priority: RtgsPriority | null;
  readonly is_divisible: boolean;
  readonly external_ref: string | null;
  readonly payment_type: string | null;
  readonly on_behalf_of: string | null;
  readonly time_critical: boolean;
  /** Position of its source, from 0, and its row there, from 1. */
  readonly source: number;
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
  readonly column: string | null;
  readonly code: string;
  /** The text as it was given, or the number of fields; null if it is missing, or cannot be read. */
  readonly value: string | number | null;
}

/** Where a list was read, and what was not taken. */
export interface ListOrigin {
  /** Names of its sources. */
  readonly names: readonly string[];
  readonly rejections: readonly ListRejection[];
}

/** Payments in the order in which they arrive. */
export interface PaymentList {
  /** Names the list: SHA-256 over its payments (spec 13 §9.1). */
  readonly sha256: string;
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
  readonly list: PaymentList;
  /** Cents. */
  readonly total_value: number | string;
  readonly ticks_per_day: number;
  readonly currency: string | null;
  /** JSON: how each source was read. */
  readonly sources: string;
  readonly num_rows: number;
  readonly num_rejected: number;
}

/** Business days of a run with a clock; instants in microseconds (spec 13 §9.3). */
export interface CalendarRecord {
  readonly time_zone: string;
  readonly tick_seconds: number;
  readonly days: readonly {
    readonly day: number;
    /** `YYYY-MM-DD` */
    readonly business_date: string;
    readonly opening: number;
    readonly closing: number;
    readonly open_ticks: number;
  }[];
}
