import { integer } from '../arrival-time.js';
import type { Calendar } from '../clock/calendar.js';
import { parseIsoDate } from '../clock/dates.js';
import { headerOf, placesOf } from '../columns.js';
import { CsvReader, type CsvRecord } from '../csv/records.js';
import type { CsvConfig } from '../csv/schema.js';
import { AmountReader, type AmountConfig } from '../fields/amount.js';
import { cut, RowFault, type AnyField, type Rejection } from '../rejection.js';
import { checkForm } from '../row.js';

/** Days of a run, and its banks. */
export interface TableContext {
  readonly banks: readonly string[];
  readonly numDays: number;
  /** Null without a clock. */
  readonly calendar: Calendar | null;
}

/** What was read, and what was not taken: any of it refuses the file. */
export interface TableReport {
  /** Number of rows. */
  readonly rows: number;
  /** Rows that were accepted. */
  readonly accepted: number;
  /** Rows that were rejected. */
  readonly rejected: number;
  /** Rejections by code. */
  readonly counts: Readonly<Record<string, number>>;
  /** The first rejections. */
  readonly rejections: readonly Rejection[];
}

/** A file as a table reads it. */
export interface TableConfig<F extends string> {
  readonly file: string;
  readonly csv: CsvConfig;
  readonly amount: AmountConfig;
  readonly columns?: Readonly<Partial<Record<F, string | number>>> | undefined;
}

/**
 * Reads a file of accounts or limits row by row.
 *
 * @param take turns a row into what it says, or throws a RowFault
 * @throws FileError, ColumnsError for a file that cannot be read at all
 */
export function readTable<F extends AnyField, T>(
  config: TableConfig<F>,
  fields: { readonly known: readonly F[]; readonly required: readonly F[] },
  bytes: Iterable<Uint8Array>,
  take: (text: (field: F) => string) => T,
): { accepted: T[]; report: TableReport } {
  const accepted: T[] = [];
  const rejections: Rejection[] = [];
  let columns = config.csv.header ? null : placesOf(config.columns, fields, config, null);
  let rows = 0;
  const reader = new CsvReader(config.csv, (record: CsvRecord) => {
    if (columns === null) {
      columns = placesOf(config.columns, fields, config, headerOf(record, config.file));
      return;
    }
    rows++;
    const { place } = columns;
    try {
      checkForm(record, columns, config.csv.encoding);
      accepted.push(
        take((field) => {
          const at = place[field];
          return at === undefined ? '' : (record.fields[at] ?? '');
        }),
      );
    } catch (error) {
      if (!(error instanceof RowFault)) throw error;
      const { code, column, message, value } = error;
      rejections.push({ source: 0, row: rows, line: record.line, column, code, value: cut(value), message: cut(message) });
    }
  });
  for (const chunk of bytes) reader.write(chunk);
  reader.end(config.file);
  if (columns === null) placesOf(config.columns, fields, config, null);
  const codes = rejections.map(({ code }) => code).sort();
  const counts: Record<string, number> = {};
  for (const code of codes) counts[code] = (counts[code] ?? 0) + 1;
  return { accepted, report: { rows, accepted: accepted.length, rejected: rejections.length, counts, rejections } };
}

/** The day that a row is for; day 0 where it says none. @throws RowFault */
export function dayOf(text: (field: 'business_date' | 'day') => string, { calendar, numDays }: TableContext): number {
  const [date, day] = [text('business_date'), text('day')];
  if (date !== '') {
    const number = parseIsoDate(date);
    if (number === null)
      throw new RowFault('time_format', 'business_date', date, `business date '${date}' is no date as 2024-03-27`);
    const found = calendar?.days.find((one) => one.date === number);
    if (found === undefined)
      throw new RowFault('day_outside_run', 'business_date', date, `business date '${date}' is no business day of the run`);
    return found.day;
  }
  if (day === '') return 0;
  const number = integer(day);
  if (number === null) throw new RowFault('time_format', 'day', day, `day '${day}' is no whole number`);
  if (!(number >= 0 && number < numDays))
    throw new RowFault('day_outside_run', 'day', day, `day '${day}' is none of the run, whose last one is ${numDays - 1}`);
  return number;
}

/** Reads amounts that may be zero, and of balances also negative. */
export class TableAmounts {
  readonly #reader: AmountReader;

  constructor({ amount, csv }: Pick<TableConfig<string>, 'amount' | 'csv'>) {
    this.#reader = new AmountReader(amount, csv);
  }

  /** Cents. @throws RowFault */
  read(field: AnyField, text: string, mayBeNegative = false): number {
    const cents = this.#reader.read(text);
    if (typeof cents === 'number') {
      if (cents >= 0 || mayBeNegative) return cents === 0 ? 0 : cents;
      throw new RowFault('amount_not_positive', field, text, `${field} '${text}' is below zero`);
    }
    const code = cents === 'amount_not_positive' && mayBeNegative ? 'amount_range' : cents;
    throw new RowFault(code, field, text, `${field} '${text}' ${FAULTS[code]}`);
  }
}

const FAULTS = {
  amount_format: 'is no amount as csv.decimal and csv.thousands say',
  amount_precision: 'has more digits behind the mark than the currency has; amount.rounding: half_up rounds them',
  amount_not_positive: 'is below zero',
  amount_range: `is beyond ${Number.MAX_SAFE_INTEGER} cents`,
} as const;
