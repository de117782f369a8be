import { AmountReader } from '../fields/amount.js';
import { FileError } from '../file-error.js';
import type { StatedAmount, Statement } from './statements.js';

/** Money of a payment that reached or left an account on a day. */
export interface SettledAmount {
  /** The payment's id. */
  readonly tx_id: string;
  /** The payment's reference in the list. */
  readonly external_ref: string | null;
  /** Cents; below zero if it left. */
  readonly amount: number;
}

/** What a run knows of a bank's day. Money is cents. */
export interface BankDay {
  /** The bank's id. */
  readonly bank: string;
  /** The date, as `YYYY-MM-DD`; null without a calendar. */
  readonly date: string | null;
  /** Balance at the beginning, in cents. */
  readonly opening_balance: number;
  /** Balance at the end, in cents. */
  readonly closing_balance: number;
  /** Payments that settled, with their amounts. */
  readonly settled: readonly SettledAmount[];
}

/** Two sides of one balance; null for what a statement does not say. */
interface BalancePair {
  readonly run: number;
  readonly statement: number | null;
  readonly difference: number | null;
}

/** A statement beside a bank's day of a run (spec 13 §18). Money is cents, below zero if it left the account. */
export interface Reconciliation {
  /** The account as the statement names it. */
  readonly account: string;
  /** The bank's id. */
  readonly bank: string;
  /** The date, as `YYYY-MM-DD`; null without a calendar. */
  readonly date: string | null;
  /** At the beginning. */
  readonly opening: BalancePair;
  /** At the end. */
  readonly closing: BalancePair;
  /** Entries that both have. */
  readonly matched: number;
  /** There on both sides, with other amounts. */
  readonly differing: readonly { readonly reference: string; readonly run: number; readonly statement: number }[];
  /** Payments that only the run has. */
  readonly only_run: readonly SettledAmount[];
  /** Entries that only the statement has. */
  readonly only_statement: readonly { readonly references: readonly string[]; readonly amount: number }[];
}

/**
 * Compares a statement with what happened in a run: balances, and entries by their references.
 *
 * @param currency of the run's amounts, if it is known
 * @throws FileError for amounts that are none, or of another currency
 */
export function reconcile(file: string, statement: Statement, day: BankDay, currency: string | null): Reconciliation {
  const cents = (stated: StatedAmount): number => {
    const other = stated.currency !== null && currency !== null && stated.currency !== currency;
    if (other) throw new FileError(`${file}: account ${statement.account} is in ${stated.currency}, the run in ${currency}`);
    const reader = new AmountReader(
      { currency: stated.currency, exponent: null, rounding: 'reject', unit: 'major' },
      { decimal: '.', thousands: null },
    );
    const read = reader.read(stated.text);
    if (typeof read !== 'number')
      throw new FileError(`${file}: account ${statement.account}: '${stated.text}' is no amount in whole cents`);
    return stated.isCredit || read === 0 ? read : -read;
  };
  const pair = (run: number, stated: StatedAmount | null): BalancePair => {
    const other = stated === null ? null : cents(stated);
    return { run, statement: other, difference: other === null ? null : run - other };
  };
  const open = new Map<string, SettledAmount[]>();
  for (const one of day.settled) {
    const name = one.external_ref ?? one.tx_id;
    open.set(name, [...(open.get(name) ?? []), one]);
  }
  const differing: { reference: string; run: number; statement: number }[] = [];
  const onlyStatement: { references: readonly string[]; amount: number }[] = [];
  let matched = 0;
  for (const entry of statement.entries) {
    const amount = cents(entry);
    const reference = entry.references.find((name) => (open.get(name)?.length ?? 0) > 0);
    if (reference === undefined) {
      onlyStatement.push({ references: entry.references, amount });
      continue;
    }
    const candidates = open.get(reference)!;
    const place = Math.max(
      0,
      candidates.findIndex((one) => one.amount === amount),
    );
    const [found] = candidates.splice(place, 1) as [SettledAmount];
    if (found.amount === amount) matched++;
    else differing.push({ reference, run: found.amount, statement: amount });
  }
  return {
    account: statement.account,
    bank: day.bank,
    date: day.date,
    opening: pair(day.opening_balance, statement.opening),
    closing: pair(day.closing_balance, statement.closing),
    matched,
    differing,
    only_run: [...open.values()].flat(),
    only_statement: onlyStatement,
  };
}

/** Whether both sides say the same. */
export const isReconciled = ({ closing, differing, only_run, only_statement, opening }: Reconciliation): boolean =>
  (opening.difference ?? 0) === 0 &&
  (closing.difference ?? 0) === 0 &&
  differing.length + only_run.length + only_statement.length === 0;
