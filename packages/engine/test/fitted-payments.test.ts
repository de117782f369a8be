import { fitPayments, readPayments, type FitOptions, type PaymentsFit } from '@simcash/payments';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readScenario, Simulation } from '../src/index.js';
import { clockOf } from './support/short-days.js';
import './support/seed.js';

/** Spec 13 §14 for any list: what is fitted runs, and expects as many payments as there are. */

const BANKS = ['A', 'B', 'C'];
const LENGTH = 12;

interface Case {
  rows: { tick: number; pair: [string, string]; amount: number; deadline: number; priority: number }[];
  open: number[];
  options: FitOptions;
}

const cases: fc.Arbitrary<Case> = fc
  .record({
    rows: fc.array(
      fc.record({
        tick: fc.nat({ max: 3 * LENGTH - 1 }),
        pair: fc.tuple(fc.constantFrom(...BANKS), fc.constantFrom(...BANKS)),
        amount: fc.oneof(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 1e12 })),
        deadline: fc.nat({ max: 30 }),
        priority: fc.nat({ max: 10 }),
      }),
      { minLength: 1, maxLength: 40 },
    ),
    open: fc.tuple(...Array.from({ length: 3 }, () => fc.integer({ min: 1, max: LENGTH }))),
    options: fc.record(
      {
        buckets: fc.integer({ min: 1, max: LENGTH }),
        weights: fc.constantFrom('value', 'count'),
        profile: fc.constantFrom('shared', 'per_bank'),
        amounts: fc.constantFrom('best', 'empirical'),
      },
      { requiredKeys: [] },
    ),
  })
  .map(({ options, open, rows }) => ({
    options,
    open,
    rows: rows.map((row) => ({
      ...row,
      tick: row.tick - (row.tick % LENGTH) + ((row.tick % LENGTH) % open[Math.floor(row.tick / LENGTH)]!),
    })),
  }));

const scenario = (open: readonly number[]): Record<string, unknown> => ({
  simulation: { num_days: 3, ticks_per_day: LENGTH, rng_seed: 1 },
  agents: BANKS.map((id) => ({ id, opening_balance: 0, policy: { type: 'Fifo' } })),
  clock: clockOf(open),
});

const HEADER = 'tick,sender,receiver,amount,deadline,priority';

function fit({ open, options, rows }: Case): PaymentsFit {
  const lines = rows.map(({ amount, deadline, pair, priority, tick }) => [tick, ...pair, amount, deadline, priority].join(','));
  const payments = { file: 'pay.csv', amount: { unit: 'minor' }, self_payments: 'keep', deadline: { as: 'ticks_after' } };
  const read = readPayments({ ...scenario(open), payments }, () => ({ bytes: [Buffer.from([HEADER, ...lines].join('\n'))] }))!;
  const run = { numDays: 3, ticksPerDay: LENGTH, openTicks: (day: number) => open[day]! };
  return fitPayments(read.dataSet, BANKS, run, options);
}

function create(open: readonly number[], { arrival_configs: configs }: PaymentsFit): Simulation {
  const document = scenario(open);
  for (const agent of document.agents as { id: string; arrival_config?: object }[])
    if (configs[agent.id] !== undefined) agent.arrival_config = configs[agent.id]!;
  return Simulation.create(readScenario(document));
}

describe('a fitted list', () => {
  it('is a scenario, in plain numbers', () => {
    fc.assert(
      fc.property(cases, (given) => {
        const fitted = fit(given);
        expect(JSON.parse(JSON.stringify(fitted))).toEqual(fitted);
        expect(create(given.open, fitted).totalTicks).toBe(3 * LENGTH);
      }),
      { numRuns: 100 },
    );
  });

  it('expects as many payments as there are, although some ticks are closed', () => {
    fc.assert(
      fc.property(cases, (given) => {
        const fitted = fit(given);
        const expected = (profile: readonly number[]): number =>
          given.open
            .flatMap((open) => Array.from({ length: open }, (_, k) => profile[Math.floor((k * profile.length) / LENGTH)]!))
            .reduce((sum, weight) => sum + weight, 0);
        const banks = Object.values(fitted.banks);
        const whole = banks.reduce((sum, bank) => sum + bank.rate_per_tick * expected(bank.profile ?? fitted.profile), 0);
        expect(whole).toBeCloseTo(given.rows.length, 8);
        for (const { payments, profile, rate_per_tick } of banks)
          if (profile !== undefined) expect(rate_per_tick * expected(profile)).toBeCloseTo(payments, 8);
        expect(banks.reduce((sum, { payments }) => sum + payments, 0)).toBe(given.rows.length);
      }),
      { numRuns: 150 },
    );
  });

  it('has weights of all other banks, that add up to one, and deadlines within those of the list', () => {
    fc.assert(
      fc.property(cases, (given) => {
        const fitted = fit(given);
        for (const [bank, { counterparty_weights: weights, deadline_range: range, priorities }] of Object.entries(fitted.banks)) {
          const sent = given.rows.filter(({ pair }) => pair[0] === bank);
          expect(Object.keys(weights)).toEqual(BANKS.filter((id) => id !== bank));
          const isOnlyToItself = sent.every(({ pair }) => pair[1] === bank);
          const sum = Object.values(weights).reduce((total, one) => total + one, 0);
          expect(sum).toBeCloseTo(isOnlyToItself ? BANKS.length - 1 : 1, 9);
          const deadlines = sent.map(({ deadline }) => Math.max(1, deadline));
          expect(range[0]).toBeGreaterThanOrEqual(Math.min(...deadlines));
          expect(range[1]).toBeLessThanOrEqual(Math.max(...deadlines));
          expect(Object.values(priorities).reduce((total, one) => total + one, 0)).toBe(sent.length);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('of amounts that no logarithm tells apart is in plain numbers', () => {
    const most = Number.MAX_SAFE_INTEGER;
    const rows = [most, most - 1].map((amount) => ({
      tick: 0,
      pair: ['A', 'B'] as [string, string],
      amount,
      deadline: 1,
      priority: 5,
    }));
    const fitted = fit({ rows, open: [12, 12, 12], options: {} });
    expect(JSON.parse(JSON.stringify(fitted))).toEqual(fitted);
  });
});
