import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { Calendar, clockSchema, isoDate, loadPayments, sourceSchema } from '../src/index.js';

/** Payment lists with their arrivals and rejections, worked out by an independent program (spec 13 §20). */

interface Arrival {
  arrival_seq: number;
  row: number;
  tick: number;
  sender: string;
  receiver: string;
  amount: number;
  deadline_raw: number;
  priority: number;
  rtgs_priority: string | null;
  divisible: boolean;
  external_ref: string | null;
  payment_type: string | null;
  on_behalf_of: string | null;
  time_critical: boolean;
}
interface Case {
  scenario: { num_days: number; agents: { id: string }[]; clock: unknown; payments: unknown };
  expected: {
    ticks_per_day: number;
    calendar: { day: number; date: string; opening: string; closing: string; open_ticks: number }[];
    rows: number;
    accepted: number;
    rejected: number;
    reject_counts: Record<string, number>;
    deadlines_raised: number;
    value: number;
    dataset_sha256: string;
    arrivals: Arrival[];
    rejects?: { row: number; line: number; column: string | null; code: string; value: string | null }[];
  };
}

const file = path.join(import.meta.dirname, 'reference/payments.json.gz');
const cases = JSON.parse(gunzipSync(readFileSync(file)).toString('utf8')) as Record<
  string,
  { csv: string; variants: Record<string, Case> }
>;
const all = Object.entries(cases).flatMap(([name, { csv, variants }]) =>
  Object.entries(variants).map(([variant, golden]) => [`${name} ${variant}`, Buffer.from(csv, 'base64'), golden] as const),
);

const utc = (micros: number): string => new Date(micros / 1000).toISOString().replace('.000', '');

function load(csv: Buffer, { scenario: { agents, clock, num_days, payments } }: Case, pieces = csv.length) {
  const calendar = new Calendar(clockSchema.parse(clock), num_days);
  const chunks = Array.from({ length: Math.ceil(csv.length / pieces) }, (_, i) => csv.subarray(i * pieces, (i + 1) * pieces));
  const banks = agents.map(({ id }) => id);
  const ticks = { numDays: num_days, ticksPerDay: calendar.ticksPerDay, calendar };
  return { calendar, ...loadPayments([{ config: sourceSchema.parse(payments), content: { bytes: chunks } }], banks, ticks) };
}

describe.each(all)('%s', (_, csv, golden) => {
  const { expected } = golden;
  const { calendar, dataSet, report } = load(csv, golden);

  it('has the days and ticks', () => {
    expect(calendar.ticksPerDay).toBe(expected.ticks_per_day);
    expect(
      calendar.days.map(({ closing, date, day, openTicks, opening }) => ({
        day,
        date: isoDate(date),
        opening: utc(opening),
        closing: utc(closing),
        open_ticks: openTicks,
      })),
    ).toEqual(expected.calendar);
  });

  it('takes the same rows, and leaves the others for the same reasons', () => {
    const { accepted, counts, deadlines_raised, rejected, rows } = report;
    expect({ rows, accepted, rejected, counts, deadlines_raised }).toEqual({
      rows: expected.rows,
      accepted: expected.accepted,
      rejected: expected.rejected,
      counts: expected.reject_counts,
      deadlines_raised: expected.deadlines_raised,
    });
    const rejections = report.rejections.map(({ code, column, line, row, value }) => ({ row, line, column, code, value }));
    expect(rejections).toEqual(expected.rejects ?? []);
    expect(Number(dataSet.totalValue)).toBe(expected.value);
  });

  it('has the same payments in the same order, and their hash', () => {
    const arrivals = [...dataSet].map((payment) => ({
      arrival_seq: payment.arrival_index,
      row: payment.source_row,
      tick: payment.tick,
      sender: payment.sender_id,
      receiver: payment.receiver_id,
      amount: payment.amount,
      deadline_raw: payment.deadline_tick,
      priority: payment.priority,
      rtgs_priority: payment.rtgs_priority,
      divisible: payment.is_divisible,
      external_ref: payment.external_ref,
      payment_type: payment.payment_type,
      on_behalf_of: payment.on_behalf_of,
      time_critical: payment.time_critical,
    }));
    expect(arrivals).toEqual(
      expected.arrivals.map(({ ...arrival }) => (delete (arrival as { deadline?: number }).deadline, arrival)),
    );
    expect(dataSet.sha256).toBe(expected.dataset_sha256);
  });

  it.each([1, 7, 4096])('is the same in pieces of %d bytes', (pieces) => {
    const again = load(csv, golden, pieces);
    expect(again.dataSet.sha256).toBe(dataSet.sha256);
    expect(again.report).toEqual(report);
  });
});
