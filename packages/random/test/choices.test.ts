import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hash64, pareto, pow, WeightedChoice, Xorshift64Star } from '../src/index.js';

/** The rule as spec 02 §4 writes it. */
function model(weights: readonly number[], uniform: number): number {
  let rest = uniform * weights.reduce((sum, weight) => sum + weight, 0);
  for (let i = 0; i < weights.length; i++) {
    rest -= weights[i]!;
    if (rest <= 0) return i;
  }
  return weights.length - 1;
}

describe('choices by weight', () => {
  it('are those of subtracting weight after weight, whatever rounding does', () => {
    const weight = fc.oneof(
      fc.constant(0),
      fc.constant(0.1),
      fc.double({ min: 0, max: 1e6, noNaN: true }),
      fc.integer({ min: 0, max: 9 }),
    );
    fc.assert(
      fc.property(
        fc.array(weight, { minLength: 1, maxLength: 50 }),
        fc.bigInt({ min: 1n, max: 2n ** 64n - 1n }),
        (weights, seed) => {
          fc.pre(weights.some((one) => one > 0));
          const choice = new WeightedChoice(weights);
          const [rng, same] = [new Xorshift64Star(seed), new Xorshift64Star(seed)];
          for (let i = 0; i < 20; i++) expect(choice.draw(rng)).toBe(model(weights, same.nextDouble()));
        },
      ),
    );
  });

  it('hit the borders between weights as the rule does', () => {
    // Uniform numbers that are exactly a sum of weights divided by their total.
    const weights = [0.25, 0, 0.5, 0.25];
    const uniform = (value: number): Xorshift64Star => ({ nextDouble: () => value }) as Xorshift64Star;
    const choice = new WeightedChoice(weights);
    for (const value of [0, 0.25, 0.25 + 2 ** -53, 0.75, 1 - 2 ** -53])
      expect(choice.draw(uniform(value))).toBe(model(weights, value));
  });
});

describe('seeds from texts', () => {
  it('are the known ones', () => {
    const first = (key: string): bigint => new Xorshift64Star(hash64(key)).next64();
    expect(first('42:stream:NORTH')).toBe(10274004343522676563n);
    expect(first('42:stream:SOUTH')).toBe(6428089304519087395n);
    const rng = new Xorshift64Star(hash64('42:episodes'));
    expect(Array.from({ length: 8 }, () => rng.range(0, 5))).toEqual([4, 4, 3, 2, 3, 3, 4, 0]);
  });
});

describe('powers', () => {
  it('agree with those of whole and half exponents', () => {
    expect(pow(2, 10)).toBe(1024);
    expect(pow(0.5, -20)).toBe(2 ** 20);
    expect(pow(9, 0.5)).toBe(3);
    expect(pow(10, -3)).toBe(0.001);
    expect(pow(7, 0)).toBe(1);
    expect(pow(10, 400)).toBe(Infinity);
    expect(pow(10, -400)).toBe(0);
    fc.assert(
      fc.property(
        fc.double({ min: 1e-9, max: 1e9, noNaN: true }),
        fc.double({ min: -20, max: 20, noNaN: true }),
        (base, exponent) => {
          const [found, about] = [pow(base, exponent), base ** exponent];
          expect(Math.abs(found - about)).toBeLessThanOrEqual(about * 2 ** -51);
        },
      ),
    );
  });

  it('make tails of the given thickness', () => {
    const rng = new Xorshift64Star(7n);
    const above = Array.from({ length: 20_000 }, () => pareto(rng, 100, 1.5)).filter((x) => x > 400).length;
    // P(X > 4 · threshold) = 4^−1.5 = 1/8; four standard errors.
    expect(Math.abs(above / 20_000 - 0.125)).toBeLessThan(4 * Math.sqrt((0.125 * 0.875) / 20_000));
  });
});
