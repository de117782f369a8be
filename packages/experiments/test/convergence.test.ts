import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BootstrapDetector, CostDetector, hasTrend, StabilityTracker } from '../src/index.js';
import { property } from './support/property.js';

/** When a run has found its end (spec 11 §9). */
const settings = {
  max_iterations: 50,
  stability_threshold: 0.05,
  stability_window: 5,
  cv_threshold: 0.03,
  regret_threshold: 0.1,
};

/** How many costs it takes until a detector says stop, and what it says; null if it goes on. */
function stop(detector: CostDetector | BootstrapDetector, costs: readonly number[]): { after: number; text: string } | null {
  for (const [i, cost] of costs.entries()) {
    detector.record(cost);
    if (detector.verdict) return { after: i + 1, text: detector.verdict.text };
  }
  return null;
}

const repeated = (n: number, cost: number): number[] => Array.from({ length: n }, () => cost);
const STABLE = 'Stability achieved (5 consecutive stable iterations)';
const ALL_CRITERIA = 'All convergence criteria satisfied (CV, trend, regret)';

describe('the detector of stable cost', () => {
  it.each<[string, number[], ReturnType<typeof stop>]>([
    ['needs one cost more than its window', repeated(6, 100), { after: 6, text: STABLE }],
    ['begins anew after a jump', [...repeated(5, 100), 200, ...repeated(5, 200)], { after: 11, text: STABLE }],
    ['takes 5% for stable', [10000, 9500, 9975, 9975, 9975, 9975], { after: 6, text: STABLE }],
    ['takes more than 5% for unstable', [10000, 9499, 9499, 9499, 9499, 9499], null],
    ['goes up and down within the threshold', [100, 104, 100, 104, 100, 104], { after: 6, text: STABLE }],
    ['takes only 0 after 0 for stable', [0, 1, 0, 1, 0, 1, 0], null],
    ['ends at costs of 0', repeated(6, 0), { after: 6, text: STABLE }],
    [
      'ends after the last iteration',
      Array.from({ length: 60 }, (_, i) => 2 ** (i % 7)),
      { after: 50, text: 'Max iterations reached (50)' },
    ],
  ])('%s', (_, costs, expected) => expect(stop(new CostDetector(settings), costs)).toEqual(expected));

  const costs = fc.array(fc.nat(1_000_000), { maxLength: 30 });
  property(
    'never speaks of stability before its window is over',
    200,
    fc.tuple(costs, fc.integer({ min: 1, max: 8 })),
    ([values, window]) => {
      const found = stop(new CostDetector({ ...settings, stability_window: window }), values);
      if (found !== null) expect(found.after).toBeGreaterThan(window);
    },
  );

  property(
    'is at most a window away from the end when the cost stays',
    200,
    fc.tuple(costs, fc.nat(1_000_000)),
    ([values, last]) => {
      const found = stop(new CostDetector({ ...settings, max_iterations: 100 }), [...values, ...repeated(6, last)]);
      expect(found?.text).toBe(STABLE);
    },
  );
});

describe('the detector of bootstrap mode', () => {
  it.each<[string, number[], ReturnType<typeof stop>]>([
    ['needs its window of costs', repeated(5, 100), { after: 5, text: ALL_CRITERIA }],
    ['waits while costs vary', [100, 110, 100, 110, 100], null],
    ['waits while there is a trend', [1000, 1001, 1002, 1003, 1004], null],
    ['ends when the trend is broken', [1000, 1001, 1002, 1004, 1003], { after: 5, text: ALL_CRITERIA }],
    ['waits far above the best', [800, 1000, 1000, 1000, 1000, 1000], null],
    ['accepts 10% above the best', [1000, 1100, 1100, 1100, 1100, 1100], { after: 6, text: ALL_CRITERIA }],
    ['ends at costs of 0', repeated(5, 0), { after: 5, text: ALL_CRITERIA }],
    ['never ends above a best of 0', [0, ...repeated(20, 100)], null],
    [
      'ends after the last iteration',
      Array.from({ length: 60 }, (_, i) => 2 ** (i % 7)),
      { after: 50, text: 'Max iterations reached (50)' },
    ],
  ])('%s', (_, costs, expected) => expect(stop(new BootstrapDetector(settings), costs)).toEqual(expected));

  it('takes a variation below its threshold only', () => {
    // Deviation 1 around 100: the coefficient is exactly 0.01.
    const costs = [99, 101, 99, 101];
    const detector = (cv_threshold: number): BootstrapDetector =>
      new BootstrapDetector({ ...settings, stability_window: 4, cv_threshold });
    expect(stop(detector(0.01), costs)).toBeNull();
    expect(stop(detector(0.010001), costs)).toEqual({ after: 4, text: ALL_CRITERIA });
  });

  const start = fc.integer({ min: 100_000, max: 1_000_000 });
  const steps = fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 4, maxLength: 4 });
  property(
    'never ends on a monotone window',
    200,
    fc.tuple(start, steps, fc.constantFrom(1, -1)),
    ([first, differences, sign]) => {
      const costs = [first];
      for (const difference of differences) costs.push(costs.at(-1)! + sign * difference);
      expect(stop(new BootstrapDetector(settings), costs)).toBeNull();
    },
  );

  property('ends on a constant positive cost', 50, start, (cost) => {
    expect(stop(new BootstrapDetector(settings), repeated(5, cost))).toEqual({ after: 5, text: ALL_CRITERIA });
  });
});

describe('the test for a trend', () => {
  /** Differences that go up minus those that go down. */
  const score = (values: readonly number[]): number =>
    values.reduce((sum, x, i) => sum + values.slice(i + 1).reduce((inner, y) => inner + Math.sign(y - x), 0), 0);
  const tiedPairs = (values: readonly number[]): number =>
    values.reduce((sum, x, i) => sum + values.slice(i + 1).filter((y) => y === x).length, 0);

  it('finds one in five values exactly when all pairs go one way, but for one tied pair', () => {
    const found: number[][] = [];
    const expected: number[][] = [];
    for (let n = 0; n < 5 ** 5; n++) {
      const values = Array.from({ length: 5 }, (_, i) => Math.floor(n / 5 ** i) % 5);
      if (hasTrend(values)) found.push(values);
      const ties = tiedPairs(values);
      const s = Math.abs(score(values));
      if ((s === 10 && ties === 0) || (s === 9 && ties === 1)) expected.push(values);
    }
    expect(found).toEqual(expected);
    expect(found.length).toBeGreaterThan(2);
  });

  it.each([
    [[], false],
    [[1], false],
    [[1, 2], true],
    [[2, 2], false],
    [[1, 2, 3], true],
    [[1, 3, 2], false],
    [[1, 2, 2], false],
    [[1, 2, 3, 4], false],
    [repeated(10, 4), false],
    [[1, 2, 3, 4, 5, 6, 7, 8], true],
    [[8, 7, 6, 5, 4, 3, 2, 1], true],
    [[1, 8, 2, 7, 3, 6, 4, 5], false],
  ])('of %j: %s', (values, expected) => expect(hasTrend(values)).toBe(expected));

  property('sees the same forwards and backwards', 300, fc.array(fc.nat(10), { maxLength: 12 }), (values) => {
    expect(hasTrend(values.toReversed())).toBe(hasTrend(values));
  });
});

describe('the tracker of policies', () => {
  const tracked = (fractions: readonly number[], window = 3): boolean => {
    const tracker = new StabilityTracker(['A'], window);
    for (const [i, fraction] of fractions.entries()) tracker.record('A', i, fraction);
    return tracker.stable;
  };

  it.each([
    [[0.5, 0.5], false],
    [[0.5, 0.5, 0.5], true],
    [[0.1, 0.5, 0.5, 0.5], true],
    [[0.5, 0.5009, 0.4991], true],
    // In doubles the distance is a hair more than 0.001.
    [[0.5, 0.501, 0.5], false],
    [[0, 0.001, 0.001], true],
    [[0.2, 0.2009, 0.2018], false],
  ])('%j: %s', (fractions, stable) => expect(tracked(fractions)).toBe(stable));

  it('asks for all banks', () => {
    const tracker = new StabilityTracker(['A', 'B'], 2);
    for (const i of [0, 1]) tracker.record('A', i, 0.5);
    expect(tracker.stable).toBe(false);
    for (const i of [0, 1]) tracker.record('B', i, 0.1);
    expect(tracker.stable).toBe(true);
  });

  it('takes the last record of an iteration', () => {
    const tracker = new StabilityTracker(['A'], 2);
    tracker.record('A', 0, 0.5);
    tracker.record('A', 1, 0.9);
    tracker.record('A', 1, 0.5);
    expect(tracker.stable).toBe(true);
  });
});
