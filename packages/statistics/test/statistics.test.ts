import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rational, toDouble } from '../src/estimates/rational.js';
import { meanFigures, quantile, tQuantile } from '../src/index.js';

describe('quantiles of Student’s t', () => {
  // Tables of the National Institute of Standards and Technology, and closed forms for 1 and 2 degrees of freedom.
  it.each([
    [1, 0.975, Math.tan(Math.PI * 0.475)],
    [2, 0.975, 0.95 / Math.sqrt(2 * 0.975 * 0.025)],
    [5, 0.975, 2.570581836],
    [10, 0.95, 1.812461123],
    [29, 0.975, 2.045229642],
    [100, 0.995, 2.625890521],
    [1e6, 0.975, 1.959966],
  ])('%d degrees of freedom, %d', (degrees, p, expected) => {
    expect(Math.abs(tQuantile(p, degrees) - expected) / expected).toBeLessThan(1e-6);
  });

  it('are exact where they have a closed form', () => {
    for (const p of [0.6, 0.9, 0.975, 0.999]) {
      expect(tQuantile(p, 1) / Math.tan(Math.PI * (p - 0.5))).toBeCloseTo(1, 10);
      expect(tQuantile(p, 2) / ((2 * p - 1) / Math.sqrt(2 * p * (1 - p)))).toBeCloseTo(1, 10);
    }
  });

  it('are symmetric', () => expect(tQuantile(0.1, 7)).toBe(-tQuantile(0.9, 7)));
});

describe('a sample', () => {
  it('has exact sums, whatever the order', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true, min: -1e15, max: 1e15 }), { minLength: 1, maxLength: 20 }), (values) => {
        expect(meanFigures([...values].reverse())).toEqual(meanFigures(values));
        expect(meanFigures([...values, ...values.map((x) => -x)]).mean).toBe(0);
      }),
    );
  });

  it('has the figures of the textbook', () => {
    const { mean, sd, se, t_lower, t_upper } = meanFigures([2, 4, 4, 4, 5, 5, 7, 9]);
    expect([mean, sd]).toEqual([5, Math.sqrt(32 / 7)]);
    expect(se).toBeCloseTo(Math.sqrt(32 / 7 / 8), 14);
    expect([t_lower, t_upper].map((x) => x!.toFixed(4))).toEqual(['3.2125', '6.7875']);
  });

  it('of one value has no spread, of none nothing', () => {
    expect(meanFigures([3])).toEqual({ n: 1, mean: 3, sd: null, se: null, t_lower: null, t_upper: null });
    expect(meanFigures([]).mean).toBeNull();
  });

  it('has continuous quantiles', () => {
    expect([0, 0.25, 0.5, 1].map((share) => quantile([1, 2, 3, 10], share))).toEqual([1, 1.75, 2.5, 10]);
    expect(quantile([], 0.5)).toBeNull();
  });
});

it('a double and its fraction are the same', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (x) => {
      expect(toDouble(rational(x))).toBe(x + 0);
    }),
  );
});
