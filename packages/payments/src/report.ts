import type { Calendar } from './clock/calendar.js';
import { isoDate } from './clock/dates.js';
import type { LoadReport } from './load.js';
import { DrawnDays, type DrawnSample } from './sample/drawn-days.js';
import type { ReadPayments } from './scenario.js';

/** What was read and what was not taken, as a document (spec 13 §7.2). */
export interface PaymentsReport extends Omit<LoadReport, 'sources'> {
  /** Σ of the amounts in cents; a text beyond the exact range. */
  readonly value: number | string;
  /** Times of the first and the last payment in UTC; ticks for lists of ticks; null for an empty list. */
  readonly first: string | number | null;
  /** The last tick or moment; null without payments. */
  readonly last: string | number | null;
  /** SHA-256 of the payment list. */
  readonly dataset_sha256: string;
  /** Ticks of a day. */
  readonly ticks_per_day: number;
  /** Which days were drawn, in the order of the run's; missing if none were. */
  readonly sample?: DrawnSample;
  /** Null without a clock. */
  readonly calendar:
    | readonly {
        readonly day: number;
        readonly date: string;
        /** UTC. */
        readonly opening: string;
        readonly closing: string;
        readonly open_ticks: number;
      }[]
    | null;
}

/** The report on a payment list: what was read, and what it holds. */
export function paymentsReport({ calendar, dataSet, list, report, ticksPerDay }: ReadPayments): PaymentsReport {
  const { sources: _, ...counts } = report;
  const timeAt = (index: number): string | number | null => {
    if (dataSet.length === 0) return null;
    const instant = dataSet.instantAt(index);
    return Number.isFinite(instant) ? utc(instant) : dataSet.at(index).tick;
  };
  return {
    ...counts,
    value: exactOrText(dataSet.totalValue),
    first: timeAt(0),
    last: timeAt(dataSet.length - 1),
    dataset_sha256: list.sha256,
    ticks_per_day: ticksPerDay,
    ...(list instanceof DrawnDays ? { sample: list.sample } : {}),
    calendar:
      calendar?.days.map(({ closing, date, day, openTicks, opening }) => ({
        day,
        date: isoDate(date),
        opening: utc(opening),
        closing: utc(closing),
        open_ticks: openTicks,
      })) ?? null,
  };
}

/** Local time of an instant in microseconds, as people read it: `2024-03-27 07:55:00`. */
export const localText = ({ zone }: Calendar, instant: number): string =>
  new Date(Math.floor(zone.localAt(instant) / 1000)).toISOString().slice(0, 19).replace('T', ' ');

/** Seconds, and microseconds where there are any. */
function utc(micros: number): string {
  const text = new Date(Math.floor(micros / 1000)).toISOString();
  const fraction = ((micros % 1_000_000) + 1_000_000) % 1_000_000;
  const digits = fraction === 0 ? '' : `.${String(fraction).padStart(6, '0').replace(/0+$/, '')}`;
  return `${text.slice(0, 19)}${digits}Z`;
}

/** Cents; a text beyond the exact range. */
export const exactOrText = (value: bigint): number | string =>
  value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : String(value);
