import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { meanFigures, tQuantile, type SampleFigures } from '../src/index.js';

fc.configureGlobal({ seed: Number(process.env.SIMCASH_PROPERTY_SEED ?? 1) });

const cents = fc.integer({ min: -1_000_000_000, max: 1_000_000_000 });
const several = fc.array(fc.oneof(cents, fc.integer({ min: -2, max: 2 })), { minLength: 2, maxLength: 15 });

/** The figures that are there from two values on. */
function spreadOf(values: readonly number[], confidence?: number): { [K in keyof SampleFigures]: number } {
  const figures = meanFigures(values, confidence);
  expect(Object.values(figures)).not.toContain(null);
  return figures as { [K in keyof SampleFigures]: number };
}

describe('the figures of a sample', () => {
  it('of equal values: the value itself and no spread at all, however many there are', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, min: -1e15, max: 1e15 }), fc.integer({ min: 2, max: 40 }), (value, n) => {
        const x = value + 0;
        expect(meanFigures(new Array<number>(n).fill(x))).toEqual({ n, mean: x, sd: 0, se: 0, t_lower: x, t_upper: x });
      }),
    );
  });

  it('of two values: the middle, half of the distance as its error, and the interval of one degree of freedom', () => {
    fc.assert(
      fc.property(cents, cents, (a, b) => {
        const { mean, se, t_lower, t_upper } = spreadOf([a, b]);
        expect(mean).toBe((a + b) / 2);
        expect(se).toBeCloseTo(Math.abs(a - b) / 2, 5);
        expect((t_upper - t_lower) / 2 / (tQuantile(0.975, 1) * Math.abs(a - b) || 1)).toBeCloseTo(a === b ? 0 : 0.5, 6);
      }),
    );
  });

  it('of mirrored values are mirrored', () => {
    fc.assert(
      fc.property(several, (values) => {
        const [here, there] = [spreadOf(values), spreadOf(values.map((x) => -x))];
        expect([there.mean, there.t_lower, there.t_upper].map((x) => x + 0)).toEqual(
          [-here.mean, -here.t_upper, -here.t_lower].map((x) => x + 0),
        );
        expect([there.sd, there.se]).toEqual([here.sd, here.se]);
      }),
    );
  });

  it('move with the values: a sum added to each changes the mean by it, and not the spread', () => {
    fc.assert(
      fc.property(several, cents, (values, sum) => {
        const [here, there] = [spreadOf(values), spreadOf(values.map((x) => x + sum))];
        expect([there.sd, there.se]).toEqual([here.sd, here.se]);
        expect(Math.abs(there.mean - here.mean - sum)).toBeLessThan(1e-6);
      }),
    );
  });

  it('grow with the values: a change of unit by a power of two changes every figure by exactly that', () => {
    fc.assert(
      fc.property(several, fc.integer({ min: -20, max: 20 }), (values, exponent) => {
        const unit = 2 ** exponent;
        const { n, ...here } = spreadOf(values);
        const { n: same, ...there } = spreadOf(values.map((x) => x * unit));
        expect(same).toBe(n);
        for (const [name, value] of Object.entries(there)) {
          const expected = here[name as keyof typeof here] * unit;
          expect(Math.abs(value - expected), name).toBeLessThanOrEqual(1e-14 * (Math.abs(expected) + Math.abs(here.mean * unit)));
        }
        expect([there.mean, there.sd]).toEqual([here.mean * unit, here.sd * unit]);
      }),
    );
  });

  it('lie in order: least, mean, greatest; and the interval holds the mean in its middle', () => {
    fc.assert(
      fc.property(several, (values) => {
        const { mean, se, t_lower, t_upper } = spreadOf(values);
        expect(mean).toBeGreaterThanOrEqual(Math.min(...values));
        expect(mean).toBeLessThanOrEqual(Math.max(...values));
        expect(t_lower).toBeLessThanOrEqual(mean);
        expect(t_upper).toBeGreaterThanOrEqual(mean);
        expect(Math.abs(t_lower + t_upper - 2 * mean)).toBeLessThanOrEqual(1e-14 * (Math.abs(mean) + se * 1e3));
      }),
    );
  });

  it('have no spread only where all values are equal', () => {
    fc.assert(
      fc.property(several, (values) => {
        expect(spreadOf(values).sd === 0).toBe(new Set(values).size === 1);
      }),
    );
  });

  it('a sample that is had twice has the same mean, and an interval within the one it had', () => {
    fc.assert(
      fc.property(several, (values) => {
        const [once, twice] = [spreadOf(values), spreadOf([...values, ...values])];
        expect(twice.mean).toBe(once.mean);
        expect(twice.t_lower).toBeGreaterThanOrEqual(once.t_lower);
        expect(twice.t_upper).toBeLessThanOrEqual(once.t_upper);
      }),
    );
  });

  it('more confidence makes the interval wider, and nothing else different', () => {
    fc.assert(
      fc.property(several, fc.double({ min: 0.01, max: 0.98, noNaN: true }), (values, confidence) => {
        const [less, more] = [spreadOf(values, confidence), spreadOf(values, confidence + 0.01)];
        expect({ ...more, t_lower: 0, t_upper: 0 }).toEqual({ ...less, t_lower: 0, t_upper: 0 });
        if (less.sd > 0) expect(more.t_upper - more.t_lower).toBeGreaterThan(less.t_upper - less.t_lower);
      }),
    );
  });

  it('are finite numbers, or null where there are too few values', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true, min: -1e150, max: 1e150 }), { maxLength: 12 }), (values) => {
        const { n, ...figures } = meanFigures(values);
        expect(n).toBe(values.length);
        const missing = { 0: 5, 1: 4 }[n] ?? 0;
        expect(Object.values(figures).filter((value) => value === null)).toHaveLength(missing);
        expect(Object.values(figures).every((value) => value === null || Number.isFinite(value))).toBe(true);
      }),
    );
  });

  it.each([[NaN], [Infinity], [-Infinity]])('are refused for %d', (value) => {
    expect(() => meanFigures([1, value])).toThrow(/is no finite number/);
  });
});

describe('the spread of values at the ends of the range of doubles', () => {
  it('is finite for values beyond 10^154', () => {
    expect(meanFigures([1e200, -1e200]).sd! / (Math.SQRT2 * 1e200)).toBeCloseTo(1, 12);
  });

  it('is not zero for different values below 10^-162', () => {
    expect(meanFigures([1e-200, 3e-200]).sd! / (Math.SQRT2 * 1e-200)).toBeCloseTo(1, 12);
  });
});
