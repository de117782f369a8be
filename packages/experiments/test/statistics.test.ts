import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { costStatistics, referenceTQuantile } from '../src/index.js';
import { property } from './support/property.js';

/** Statistics of costs (spec 11 §8.1). */
describe('the quantile of Student’s t', () => {
  it.each([
    [1, 12.706],
    [2, 4.303],
    [9, 2.262],
    [10, 2.228],
    [11, 2.228],
    [14, 2.228],
    [15, 2.131],
    [29, 2.06],
    [30, 2.042],
    [49, 2.021],
    [50, 2.009],
    [59, 2.009],
    [79, 2],
    [99, 1.99],
    [100, 1.984],
    [101, 1.96],
    [10_000, 1.96],
  ])('with %i degrees of freedom is %f', (degrees, t) => expect(referenceTQuantile(degrees)).toBe(t));
});

describe('statistics of costs', () => {
  it.each([[[]], [[7]]])('of fewer than two are not known: %j', (costs) => {
    expect(costStatistics(costs)).toEqual({ mean: costs[0] ?? 0, std_dev: null, ci_95_lower: null, ci_95_upper: null });
  });

  it('are cut off toward zero, not rounded', () => {
    // Mean 2.5, deviation 1.29, margin 3.182 · 1.29 / 2 = 2.05.
    expect(costStatistics([1, 2, 3, 4])).toEqual({ mean: 2, std_dev: 1, ci_95_lower: 0, ci_95_upper: 4 });
    expect(costStatistics([-1, -2, -3, -4])).toMatchObject({ mean: -2, ci_95_lower: -4, ci_95_upper: -0 });
  });

  it('are exact where squares exceed what a double holds', () => {
    const base = 9_007_199_254_740_000;
    expect(costStatistics([base, base + 2, base + 4])).toMatchObject({ mean: base + 2, std_dev: 2 });
  });

  const cents = fc.array(fc.maxSafeInteger(), { minLength: 2, maxLength: 120 });
  property('have the mean in the interval', 300, cents, (costs) => {
    const { ci_95_lower, ci_95_upper, mean, std_dev } = costStatistics(costs);
    expect(std_dev).toBeGreaterThanOrEqual(0);
    expect(ci_95_lower).toBeLessThanOrEqual(mean);
    expect(ci_95_upper).toBeGreaterThanOrEqual(mean);
  });

  const constant = fc.tuple(fc.maxSafeInteger(), fc.integer({ min: 2, max: 120 }));
  property('of equal costs are that cost', 100, constant, ([cost, n]) => {
    const same = Array.from({ length: n }, () => cost);
    expect(costStatistics(same)).toEqual({ mean: cost, std_dev: 0, ci_95_lower: cost, ci_95_upper: cost });
  });

  property('do not depend on the order', 100, fc.tuple(cents, fc.func(fc.nat())), ([costs, weight]) => {
    const shuffled = costs
      .map((cost, i) => ({ cost, weight: weight(i) }))
      .sort((a, b) => a.weight - b.weight)
      .map(({ cost }) => cost);
    expect(costStatistics(shuffled)).toEqual(costStatistics(costs));
  });

  const small = fc.array(fc.integer({ min: -1e6, max: 1e6 }), { minLength: 2, maxLength: 120 });
  property('follow the textbook', 200, small, (costs) => {
    const n = costs.length;
    const mean = costs.reduce((sum, cost) => sum + cost, 0) / n;
    const deviation = Math.sqrt(costs.reduce((sum, cost) => sum + (cost - mean) ** 2, 0) / (n - 1));
    const found = costStatistics(costs);
    // A cent of tolerance: the textbook's sum rounds, and cutting off makes a cent of the last bit.
    expect(Math.abs(found.std_dev! - deviation)).toBeLessThanOrEqual(1);
    const margin = (referenceTQuantile(n - 1) * deviation) / Math.sqrt(n);
    expect(Math.abs(found.ci_95_lower! - (mean - margin))).toBeLessThanOrEqual(1);
    expect(Math.abs(found.ci_95_upper! - (mean + margin))).toBeLessThanOrEqual(1);
  });
});
