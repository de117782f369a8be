import type { ListRejection } from '@simcash/protocol';
import type { AccountField, LimitField } from './accounts/schema.js';
import type { Field } from './source/schema.js';

/** Why a row is not taken (spec 13 §7.1), in the order in which it is looked for. */
export const REJECTION_CODES = [
  'quote',
  'columns',
  'encoding',
  'required',
  'time_format',
  'tick_range',
  'time_gap',
  'time_ambiguous',
  'before_opening',
  'after_closing',
  'non_business_day',
  'before_first_day',
  'after_last_day',
  'unknown_sender',
  'unknown_receiver',
  'same_bank',
  'amount_format',
  'amount_precision',
  'amount_not_positive',
  'amount_range',
  'currency',
  'priority',
  'rtgs_priority',
  'deadline',
  'boolean',
  'duplicate_ref',
] as const;

/** The same of accounts and limits, beside those of payments (spec 13 §10). */
type TableCode = 'unknown_bank' | 'day_outside_run' | 'duplicate_bank_day';

/** Why a row was rejected. */
export type RejectionCode = (typeof REJECTION_CODES)[number] | TableCode;

/** A field of a payment, an account or a limit. */
export type AnyField = Field | AccountField | LimitField;

/** A row that was not taken, and what is allowed instead. */
export interface Rejection extends ListRejection {
  /** The column by name; null if the whole row is meant. */
  readonly column: AnyField | null;
  /** What is wrong, as a word that programs can rely on. */
  readonly code: RejectionCode;
  /** What is wrong, in words. */
  readonly message: string;
}

/** What is wrong with a row, before it is known where it stands. */
export class RowFault extends Error {
  constructor(
    readonly code: RejectionCode,
    readonly column: AnyField | null,
    readonly value: string | number | null,
    message: string,
  ) {
    super(message);
  }
}

const LONGEST_VALUE = 200;

/** At most so many characters of a text. */
export const cut = <T extends string | number | null>(value: T): T =>
  typeof value === 'string' && value.length > LONGEST_VALUE ? ([...value].slice(0, LONGEST_VALUE).join('') as T) : value;
