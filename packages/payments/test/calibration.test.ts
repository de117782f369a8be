import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import {
  balancedMatrix,
  Calendar,
  clockSchema,
  fitPayments,
  loadPayments,
  sourceSchema,
  synthesisSchema,
  synthesize,
  type BankFit,
  type SyntheticPayment,
} from '../src/index.js';

/** Fits and synthetic lists that an independent program has computed (spec 13 §20). */
const reference = (name: string): string => readFileSync(path.join(import.meta.dirname, 'reference', name), 'utf8');

const HEADER = 'external_ref,tick,sender,receiver,amount\n';
const csvOf = (payments: Iterable<SyntheticPayment>): string =>
  HEADER +
  [...payments]
    .map(({ amount, external_ref, receiver, sender, tick }) => `${external_ref},${tick},${sender},${receiver},${amount}\n`)
    .join('');

describe('a synthetic list', () => {
  it.each(['gravity', 'matrix'])('is the known one: %s', (name) => {
    const spec = synthesisSchema.parse(JSON.parse(reference(`synthesize/${name}.json`)));
    expect(csvOf(synthesize(spec))).toBe(reference(`synthesize/${name}.csv`));
  });

  it('has the pairs of the known totals', () => {
    const { column_totals, matrix, row_totals } = JSON.parse(reference('synthesize/ras.json')) as {
      row_totals: number[];
      column_totals: number[];
      matrix: number[][];
    };
    balancedMatrix(row_totals, column_totals).forEach((row, i) =>
      row.forEach((value, j) => expect(value).toBeCloseTo(matrix[i]![j]!, 6)),
    );
  });

  const SPEC = {
    seed: 3,
    days: 40,
    ticks_per_day: 20,
    payments_per_day: 800,
    banks: { count: 4, zipf: 0.5 },
    profile: [1, 3],
    amounts: { median: 20_000, sigma: 1.1 },
  };

  it('is fitted by what it was made from', () => {
    const payments = [...synthesize(synthesisSchema.parse(SPEC))];
    const n = payments.length;
    expect(n).toBeGreaterThan(20_000);
    const list = {
      sha256: '',
      length: n,
      at: (index: number) => {
        const { amount, external_ref, receiver, sender, tick } = payments[index]!;
        const rest = { rtgs_priority: null, is_divisible: false, payment_type: null, on_behalf_of: null, time_critical: false };
        const place = { source: 0, source_row: index + 1, external_ref, priority: 5, deadline_tick: tick + 4 };
        return { tick, sender_id: sender, receiver_id: receiver, amount, ...rest, ...place };
      },
    };
    const run = { numDays: SPEC.days, ticksPerDay: SPEC.ticks_per_day, openTicks: () => SPEC.ticks_per_day };
    const fit = fitPayments(list, ['B1', 'B2', 'B3', 'B4'], run, { buckets: 2 });
    const near = (found: number, expected: number, error: number): void =>
      expect(Math.abs(found - expected)).toBeLessThan(4 * error);
    near(fit.profile[0]!, 0.5, 2 * Math.sqrt((0.25 * 0.75) / n));
    const total = Object.values(fit.banks).reduce((sum, bank) => sum + bank.rate_per_tick, 0);
    near(total, 40, 40 / Math.sqrt(n));
    for (const bank of Object.values(fit.banks)) {
      expect(bank.distribution).toBe('LogNormal');
      const { mean, std_dev } = bank.lognormal!;
      const variance = Math.log(1 + (std_dev / mean) ** 2);
      near(Math.log(mean) - variance / 2, Math.log(20_000), 1.1 / Math.sqrt(bank.payments));
      near(Math.sqrt(variance), 1.1, 1.1 / Math.sqrt(2 * bank.payments));
      expect(bank.deadline_range).toEqual([4, 4]);
    }
  });

  it.each([
    [{ ...SPEC, banks: { names: ['A', 'A'] } }, 'a name stands twice'],
    [{ ...SPEC, banks: {} }, 'either names or count is needed'],
    [{ ...SPEC, banks: { count: 2, sizes: [1, 2, 3] } }, 'sizes must be 2'],
    [{ ...SPEC, row_totals: [1, 2, 3, 4] }, 'go together'],
    [{ ...SPEC, value_matrix: [[1]] }, 'must have 4 rows of 4 numbers'],
    [
      {
        ...SPEC,
        banks: { count: 2 },
        value_matrix: [
          [1, 0],
          [0, 1],
        ],
      },
      'at least one pair of different banks',
    ],
    [{ ...SPEC, profile: [0] }, 'at least one must be above 0'],
  ])('is refused when it cannot be drawn: %#', (spec, message) => {
    expect(synthesisSchema.safeParse(spec).error?.message).toContain(message);
  });
});

describe('a fit', () => {
  const { buckets, fit: expected } = JSON.parse(reference('calibration/large.json')) as {
    buckets: number;
    fit: { profile: number[]; banks: Record<string, BankFit> };
  };
  const cases = JSON.parse(
    gunzipSync(Buffer.from(readFileSync(path.join(import.meta.dirname, 'reference/payments.json.gz')))).toString(),
  ) as {
    large: {
      csv: string;
      variants: Record<string, { scenario: { num_days: number; agents: { id: string }[]; clock: unknown; payments: unknown } }>;
    };
  };
  const { scenario } = Object.values(cases.large.variants)[0]!;
  const calendar = new Calendar(clockSchema.parse(scenario.clock), scenario.num_days);
  const banks = scenario.agents.map(({ id }) => id);
  const source = { config: sourceSchema.parse(scenario.payments), content: { bytes: [Buffer.from(cases.large.csv, 'base64')] } };
  const run = { numDays: scenario.num_days, ticksPerDay: calendar.ticksPerDay };
  const { dataSet } = loadPayments([source], banks, { ...run, calendar });
  const fit = fitPayments(dataSet, banks, { ...run, openTicks: (day) => calendar.days[day]!.openTicks }, { buckets });

  it('has the known profile, rates, amounts, receivers, deadlines and priorities', () => {
    fit.profile.forEach((weight, i) => expect(weight).toBeCloseTo(expected.profile[i]!, 9));
    expect(Object.keys(fit.banks)).toEqual(Object.keys(expected.banks));
    for (const [bank, { aic, counterparty_weights, deadline_range, lognormal, ...rest }] of Object.entries(expected.banks)) {
      const found = fit.banks[bank]!;
      expect(found).toMatchObject({
        payments: rest.payments,
        distribution: rest.distribution,
        priorities: rest.priorities,
        deadline_range,
      });
      expect(found.rate_per_tick).toBeCloseTo(rest.rate_per_tick, 9);
      expect(found.ks_lognormal).toBeCloseTo(rest.ks_lognormal!, 9);
      expect(found.sample_mean).toBeCloseTo(rest.sample_mean, 6);
      for (const [name, value] of Object.entries(aic!)) expect(found.aic![name as 'Normal']).toBeCloseTo(value, 3);
      for (const [name, value] of Object.entries(lognormal!)) expect(found.lognormal![name as 'mean']).toBeCloseTo(value, 3);
      for (const [other, share] of Object.entries(counterparty_weights))
        expect(found.counterparty_weights[other]).toBeCloseTo(share, 9);
    }
  });
});
