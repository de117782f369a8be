import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { acceptanceSettings, costStatistics, decide, type AcceptanceSettings } from '../src/index.js';
import type { PairEvaluation } from '../src/evaluation/evaluation.js';
import { definition } from './support/paper.js';
import { property } from './support/property.js';

/** When a proposal is accepted (spec 11 §8.2, §20.4). */
const lenient: AcceptanceSettings = {
  require_statistical_significance: false,
  max_coefficient_of_variation: null,
  min_settlement_rate: null,
  min_improvement_pct: 0,
  asReference: false,
};

/** A comparison with these costs, sample by sample. */
function comparison(old: readonly number[], now: readonly number[], settlement_rate: number | null = null): PairEvaluation {
  const deltas = old.map((old_cost, index) => {
    const new_cost = now[index]!;
    return { index, seed: index, old_cost, new_cost, delta: old_cost - new_cost };
  });
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  return {
    old_cost: Math.floor(sum(old) / old.length),
    new_cost: Math.floor(sum(now) / now.length),
    delta_sum: sum(deltas.map(({ delta }) => delta)),
    deltas,
    new_statistics: costStatistics(now),
    delta_statistics: costStatistics(deltas.map(({ delta }) => delta)),
    settlement_rate,
    avg_delay: null,
    breakdown: {
      liquidity_cost: 0,
      delay_cost: 0,
      collateral_cost: 0,
      penalty_cost: 0,
      split_friction_cost: 0,
      liquidity_opportunity_cost: 0,
    },
    agent_stats: {},
    scenario_seed: null,
    simulation_id: null,
  };
}

const judge = (pair: PairEvaluation, settings: Partial<AcceptanceSettings> = {}): ReturnType<typeof decide> =>
  decide(pair, { ...lenient, ...settings });

describe('a proposal', () => {
  it('is accepted when it saves a cent in all', () => {
    expect(judge(comparison([100, 100], [101, 98]))).toEqual({ accepted: true, reason: 'passed: delta_sum > 0' });
  });

  it('is rejected when it saves nothing', () => {
    expect(judge(comparison([100, 100], [101, 99]))).toEqual({
      accepted: false,
      reason: 'no improvement: delta_sum 0.00 ≤ 0',
    });
  });

  it('names all checks that it passed', () => {
    const strict = { require_statistical_significance: true, max_coefficient_of_variation: 0.5, min_improvement_pct: 1 };
    expect(judge(comparison([100, 101, 102], [50, 50, 50], 1), { ...strict, min_settlement_rate: 0.95 }).reason).toBe(
      'passed: delta_sum > 0, improvement ≥ 1%, CI > 0, CV ≤ 0.5',
    );
  });

  it.each([
    [0.9499, 0.95, false],
    [0.95, 0.95, true],
    [0.5, null, true],
    [null, 0.95, true],
    [1, 1, true],
  ])('that settles %f is judged by a floor of %f: %s', (rate, min_settlement_rate, accepted) => {
    expect(judge(comparison([100], [50], rate), { min_settlement_rate }).accepted).toBe(accepted);
  });

  it('is told about the floor before its cost', () => {
    expect(judge(comparison([50], [100], 0.5), { min_settlement_rate: 0.95 }).reason).toBe(
      'settlement rate 50% is below the minimum of 95%',
    );
  });

  it.each([
    [[100, 100], [99, 99], 1, true],
    [[100, 100], [99, 100], 1, false],
    [[0, 0], [-5, 0], 1, false],
  ])('that brings %j to %j is judged by an improvement of %f %%: %s', (old, now, min_improvement_pct, accepted) => {
    expect(judge(comparison(old, now), { min_improvement_pct }).accepted).toBe(accepted);
  });

  it.each([
    // The new costs vary by 0.5 of their mean; cents are cut off before dividing.
    [[500, 1000, 1500], 0.5, true],
    [[500, 1000, 1500], 0.499, false],
    [[1000, 1000, 1000], 0.001, true],
  ])('with costs of %j is judged by a variation of %f: %s', (now, max_coefficient_of_variation, accepted) => {
    expect(judge(comparison([5000, 5000, 5000], now), { max_coefficient_of_variation }).accepted).toBe(accepted);
  });

  it('that costs nothing, or that has one sample, has no variation', () => {
    const max_coefficient_of_variation = 0.01;
    expect(judge(comparison([100, 100], [0, 0]), { max_coefficient_of_variation }).accepted).toBe(true);
    expect(judge(comparison([100], [50]), { max_coefficient_of_variation }).accepted).toBe(true);
  });
});

describe('significance', () => {
  // Saves 10 on one sample and loses a little on the others: the savings are not significant, the costs are far from zero.
  const chance = comparison([1000, 1000, 1000, 1000], [990, 1001, 1001, 1001]);

  it('is that of the savings', () => {
    const { accepted, reason } = judge(chance, { require_statistical_significance: true });
    expect(accepted).toBe(false);
    expect(reason).toMatch(/^not significant: 95% confidence interval -?0\.\d\d … 0\.\d\d includes zero$/);
  });

  it('is that of the new costs by the rules of the reference', () => {
    expect(judge(chance, { require_statistical_significance: true, asReference: true }).accepted).toBe(true);
    const wild = comparison([100_000, 100_000, 100_000], [0, 0, 90_000]);
    expect(judge(wild, { require_statistical_significance: true, asReference: true }).accepted).toBe(false);
  });

  it('is not asked of a single sample', () => {
    expect(judge(comparison([100], [50]), { require_statistical_significance: true })).toEqual({
      accepted: true,
      reason: 'passed: delta_sum > 0, CI > 0',
    });
  });
});

const cents = fc.nat(1_000_000);
const costs = fc.array(fc.tuple(cents, cents), { minLength: 1, maxLength: 30 });
const anySettings = fc.record({
  require_statistical_significance: fc.boolean(),
  max_coefficient_of_variation: fc.option(fc.double({ min: 0.01, max: 2, noNaN: true })),
  min_settlement_rate: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
  min_improvement_pct: fc.double({ min: 0, max: 100, noNaN: true }),
  asReference: fc.boolean(),
});
const rate = fc.option(fc.double({ min: 0, max: 1, noNaN: true }));
const unzip = (pairs: readonly (readonly [number, number])[]): [number[], number[]] => [
  pairs.map(([old]) => old),
  pairs.map(([, now]) => now),
];

property(
  'accepted means cheaper and every check passed',
  500,
  fc.tuple(costs, anySettings, rate),
  ([pairs, settings, settled]) => {
    const pair = comparison(...unzip(pairs), settled);
    if (!decide(pair, settings).accepted) return;
    expect(pair.delta_sum).toBeGreaterThan(0);
    if (settled !== null && settings.min_settlement_rate !== null)
      expect(settled).toBeGreaterThanOrEqual(settings.min_settlement_rate);
    const { ci_95_lower } = settings.asReference ? pair.new_statistics : pair.delta_statistics;
    if (settings.require_statistical_significance && ci_95_lower !== null) expect(ci_95_lower).toBeGreaterThan(0);
    const { std_dev } = pair.new_statistics;
    if (settings.max_coefficient_of_variation !== null && std_dev !== null && pair.new_cost > 0)
      expect(std_dev / pair.new_cost).toBeLessThanOrEqual(settings.max_coefficient_of_variation);
  },
);

property(
  'of a policy and its reverse at most one is accepted',
  300,
  fc.tuple(costs, anySettings, rate),
  ([pairs, settings, settled]) => {
    const [old, now] = unzip(pairs);
    const there = decide(comparison(old, now, settled), settings);
    const back = decide(comparison(now, old, settled), settings);
    expect(there.accepted && back.accepted).toBe(false);
  },
);

describe('the settings of a file', () => {
  const settings = (acceptance: object, mode = 'bootstrap', semantics = 'corrected'): AcceptanceSettings =>
    acceptanceSettings(definition(2, { semantics, evaluation: { mode, acceptance } }));

  it('are lenient unless something is said', () => expect(settings({})).toEqual(lenient));

  it.each([
    ['conservative', { require_statistical_significance: true, max_coefficient_of_variation: 0.3, min_improvement_pct: 1 }],
    ['moderate', { require_statistical_significance: true, max_coefficient_of_variation: 0.5, min_improvement_pct: 0 }],
    ['aggressive', { require_statistical_significance: false, max_coefficient_of_variation: null, min_improvement_pct: 0 }],
  ])('%s is a profile', (profile, expected) => expect(settings({ profile })).toEqual({ ...lenient, ...expected }));

  it('say more than the profile', () => {
    expect(settings({ profile: 'conservative', max_coefficient_of_variation: null, min_improvement_pct: 2 })).toMatchObject({
      require_statistical_significance: true,
      max_coefficient_of_variation: null,
      min_improvement_pct: 2,
    });
  });

  it('ask for 95% settled where a whole day is compared', () => {
    expect(settings({}, 'deterministic-pairwise').min_settlement_rate).toBe(0.95);
    expect(settings({ min_settlement_rate: null }, 'deterministic-pairwise').min_settlement_rate).toBeNull();
    expect(settings({ min_settlement_rate: 0.8 }).min_settlement_rate).toBe(0.8);
  });

  it('carry the semantics', () => expect(settings({}, 'bootstrap', 'reference').asReference).toBe(true));
});
