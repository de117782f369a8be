import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { Counterparties } from '../src/arrivals/counterparties.js';
import { Xorshift64Star } from '../../random/src/index.js';
import './support/seed.js';

/** The rule as spec 02 §4 has it: candidates one by one, unlisted ones weigh 1. */
function drawSlowly(order: Int32Array, own: number, weights: ReadonlyMap<number, number>, rng: Xorshift64Star): number {
  const candidates = [...order].filter((_, place) => place !== own);
  const each = [...order.keys()].filter((place) => place !== own).map((place) => weights.get(place) ?? 1);
  let total = 0;
  for (const weight of each) total += weight;
  let rest = rng.nextDouble() * total;
  for (let i = 0; i < each.length; i++) {
    rest -= each[i]!;
    if (rest <= 0) return candidates[i]!;
  }
  return candidates.at(-1)!;
}

/** The same weights, given by ids as a configuration gives them. */
function counterpartiesOf(order: Int32Array, own: number, weights: ReadonlyMap<number, number>): Counterparties {
  const idOf = (place: number): string => `B${place}`;
  const places = new Map([...order.keys()].map((place) => [idOf(place), place]));
  return new Counterparties(order, places, own, new Map([...weights].map(([place, weight]) => [idOf(place), weight])));
}

const weight = fc.oneof(
  fc.double({ min: 0, max: 10, noNaN: true }),
  fc.constantFrom(0, 1, 0.1, 1e-300, 1e12, -0.5),
  fc.integer({ min: 0, max: 1000 }),
);

it('finds the receiver that subtracting weight after weight finds', () => {
  const banks = fc.integer({ min: 2, max: 60 });
  const listed = fc.array(fc.tuple(fc.nat({ max: 59 }), weight), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(banks, fc.nat({ max: 59 }), listed, fc.bigInt({ min: 1n, max: 2n ** 64n - 1n }), (count, own, given, seed) => {
      const order = Int32Array.from({ length: count }, (_, place) => (place * 7 + 3) % count);
      const weights = new Map(given.map(([place, value]) => [place % count, value]));
      const [fast, slow] = [new Xorshift64Star(seed), new Xorshift64Star(seed)];
      const counterparties = counterpartiesOf(order, own % count, weights);
      for (let i = 0; i < 50; i++) expect(counterparties.draw(fast)).toBe(drawSlowly(order, own % count, weights, slow));
    }),
    { numRuns: 500 },
  );
});

it('leaves to the rule itself what lies on the border between two banks', () => {
  // Each draw is the sum of the weights before a candidate, as exactly as doubles have it, or the next double beside it.
  const weights = new Map([0.1, 0.2, 0.3, 1e-9, 7, 1 / 3].map((value, i) => [3 * i, value] as const));
  const order = Int32Array.from({ length: 30 }, (_, place) => place);
  const counterparties = counterpartiesOf(order, 4, weights);
  const each = [...order.keys()].filter((place) => place !== 4).map((place) => weights.get(place) ?? 1);
  const total = each.reduce((sum, value) => sum + value, 0);
  let border = 0;
  for (const value of each) {
    border += value;
    for (const near of [border, border * (1 - 2 ** -52), border * (1 + 2 ** -52)]) {
      const share = Math.min(near / total, 1 - 2 ** -53);
      const fixed = { nextDouble: () => share } as Xorshift64Star;
      expect(counterparties.draw(fixed)).toBe(drawSlowly(order, 4, weights, fixed));
    }
  }
});
