import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tQuantile } from '../src/index.js';

fc.configureGlobal({ seed: Number(process.env.SIMCASH_PROPERTY_SEED ?? 1) });

const degrees = fc.oneof(fc.integer({ min: 1, max: 10 }), fc.integer({ min: 1, max: 300 }));
const upper = fc.double({ min: 0.5001, max: 0.9999, noNaN: true });

/** P(T ≤ t) for a whole number of degrees of freedom: the finite sums of Abramowitz and Stegun 26.7.3 and 26.7.4. */
function probability(t: number, n: number): number {
  const theta = Math.atan(t / Math.sqrt(n));
  const cos2 = Math.cos(theta) ** 2;
  const isOdd = n % 2 === 1;
  let [term, sum] = [1, n > 1 ? 1 : 0];
  for (let k = isOdd ? 3 : 2; k < n; k += 2) {
    term *= (cos2 * (k - 1)) / k;
    sum += term;
  }
  const between = isOdd ? (2 / Math.PI) * (theta + Math.sin(theta) * Math.cos(theta) * sum) : Math.sin(theta) * sum;
  return (1 + between) / 2;
}

describe('a quantile of Student’s t', () => {
  it('is where the distribution reaches the probability', () => {
    fc.assert(
      fc.property(degrees, upper, (n, p) => {
        expect(Math.abs(probability(tQuantile(p, n), n) - p)).toBeLessThan(1e-10);
      }),
    );
  });

  it('rises with the probability, from the negative side to the positive', () => {
    fc.assert(
      fc.property(degrees, fc.double({ min: 0.001, max: 0.998, noNaN: true }), (n, p) => {
        expect(tQuantile(p + 0.001, n)).toBeGreaterThan(tQuantile(p, n));
        expect(Math.sign(tQuantile(p, n))).toBe(Math.sign(p - 0.5));
      }),
    );
  });

  it('falls with every degree of freedom towards that of the normal distribution, and never below it', () => {
    const values = Array.from({ length: 200 }, (_, i) => tQuantile(0.975, i + 1));
    for (const [i, value] of values.entries()) if (i > 0) expect(value).toBeLessThan(values[i - 1]!);
    expect(values.at(-1)).toBeGreaterThan(1.9599639845);
    expect(tQuantile(0.975, 1e7)).toBeCloseTo(1.9599639845, 5);
  });

  it.each([
    [0, 0.9],
    [-1, 0.9],
    [NaN, 0.9],
    [5, 0],
    [5, 1],
    [5, -0.1],
    [5, NaN],
  ])('is refused for %d degrees of freedom and %d', (n, p) => {
    expect(() => tQuantile(p, n)).toThrow(RangeError);
  });

  it('is known for a probability below 10^-16', () => {
    expect(tQuantile(1e-17, 2)).toBeCloseTo(-1 / Math.sqrt(2e-17), -3);
  });
});
