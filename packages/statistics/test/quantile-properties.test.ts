import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quantile } from '../src/index.js';

fc.configureGlobal({ seed: Number(process.env.SIMCASH_PROPERTY_SEED ?? 1) });

const ascending = fc
  .array(fc.oneof(fc.integer({ min: -1e9, max: 1e9 }), fc.integer({ min: 0, max: 3 })), { minLength: 1, maxLength: 20 })
  .map((values) => values.sort((a, b) => a - b));
const share = fc.oneof(fc.constantFrom(0, 0.05, 0.5, 0.95, 1), fc.double({ min: 0, max: 1, noNaN: true }));
/** What rounding may do to numbers up to 10^9. */
const ROUNDING = 1e-6;

describe('a quantile', () => {
  it('of one value is that value, and of two lies on the line between them', () => {
    fc.assert(
      fc.property(fc.integer(), fc.nat({ max: 1e9 }), share, (low, more, p) => {
        expect(quantile([low], p)).toBe(low);
        expect(quantile([low, low + more], p)).toBeCloseTo(low + more * p, 5);
      }),
    );
  });

  it('of equal values is their value', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer({ min: 1, max: 30 }), share, (x, n, p) => {
        expect(quantile(new Array<number>(n).fill(x), p)! + 0).toBe(x + 0);
      }),
    );
  });

  it('begins with the least value, ends with the greatest, and never falls between', () => {
    fc.assert(
      fc.property(ascending, share, share, (values, p, q) => {
        expect([quantile(values, 0), quantile(values, 1)]).toEqual([values[0], values.at(-1)]);
        expect(quantile(values, Math.min(p, q))!).toBeLessThanOrEqual(quantile(values, Math.max(p, q))! + ROUNDING);
      }),
    );
  });

  it('passes through every value, at equal distances', () => {
    fc.assert(
      fc.property(ascending, (values) => {
        values.forEach((value, i) => {
          const found = quantile(values, values.length === 1 ? 0 : i / (values.length - 1))!;
          expect(Math.abs(found - value)).toBeLessThanOrEqual(ROUNDING);
        });
      }),
    );
  });

  it('has at most its share of the values below it, and at most the rest above', () => {
    fc.assert(
      fc.property(ascending, share, (values, p) => {
        const found = quantile(values, p)!;
        const steps = values.length - 1;
        expect(values.filter((x) => x < found - ROUNDING).length).toBeLessThanOrEqual(Math.floor(steps * p) + 1);
        expect(values.filter((x) => x > found + ROUNDING).length).toBeLessThanOrEqual(Math.floor(steps * (1 - p)) + 1);
      }),
    );
  });

  it('is mirrored by mirrored values', () => {
    fc.assert(
      fc.property(ascending, share, (values, p) => {
        const mirrored = values.map((x) => -x).reverse();
        expect(Math.abs(quantile(mirrored, 1 - p)! + quantile(values, p)!)).toBeLessThanOrEqual(ROUNDING * 2);
      }),
    );
  });

  it('moves and grows with the values', () => {
    fc.assert(
      fc.property(
        ascending,
        share,
        fc.integer({ min: -1e9, max: 1e9 }),
        fc.integer({ min: 1, max: 64 }),
        (values, p, sum, unit) => {
          const expected = quantile(values, p)! * unit + sum;
          const found = quantile(
            values.map((x) => x * unit + sum),
            p,
          )!;
          expect(Math.abs(found - expected)).toBeLessThanOrEqual(ROUNDING * unit * 2);
        },
      ),
    );
  });

  it('is found in typed arrays as in lists, which stay as they are', () => {
    fc.assert(
      fc.property(ascending, share, (values, p) => {
        const before = [...values];
        expect(quantile(Float64Array.from(values), p)).toBe(quantile(values, p));
        expect(values).toEqual(before);
      }),
    );
  });
});
