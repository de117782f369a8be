import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bimatrixEquilibria, type Equilibria } from '../src/index.js';

/** Games whose costs are means, near-ties, very large or very unlike: cases of spec 17 §14 that whole small costs do not show. */

const matrix = (rows: number, columns: number, cost: fc.Arbitrary<number>) =>
  fc.array(fc.array(cost, { minLength: columns, maxLength: columns }), { minLength: rows, maxLength: rows });

/** Every reported pair is one of best answers, of shares that add up to 1. */
function expectEquilibria({ equilibria }: Equilibria, a: readonly number[][], b: readonly number[][]): void {
  const largest = [...a, ...b].flat().reduce((most, cost) => Math.max(most, Math.abs(cost)), 1);
  for (const { costs, pure, x, y } of equilibria) {
    for (const shares of [x, y]) {
      expect(shares.every((share) => share >= 0 && share <= 1)).toBe(true);
      expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
    }
    expect(pure).toBe(x.includes(1) && y.includes(1));
    const rows = a.map((row) => row.reduce((sum, cost, j) => sum + cost * y[j]!, 0));
    const columns = b[0]!.map((_, j) => b.reduce((sum, row, i) => sum + row[j]! * x[i]!, 0));
    expect((costs[0] - Math.min(...rows)) / largest).toBeLessThan(1e-8);
    expect((costs[1] - Math.min(...columns)) / largest).toBeLessThan(1e-8);
  }
}

describe('means of days', () => {
  it('give a pure equilibrium shares of 1 and its own costs', () => {
    expect(bimatrixEquilibria([[24.5]], [[24.5]]).equilibria).toEqual([
      { x: [1], y: [1], costs: [24.5, 24.5], pure: true, strict: true },
    ]);
    const mean = fc.integer({ min: 0, max: 1e6 }).map((sum) => sum / 400);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 }), fc.infiniteStream(mean), (m, n, costs) => {
        const next = (): number[][] => Array.from({ length: m }, () => Array.from({ length: n }, () => costs.next().value!));
        const [a, b] = [next(), next()];
        expectEquilibria(bimatrixEquilibria(a, b), a, b);
      }),
      { numRuns: 300 },
    );
  });

  it('that differ by rounding alone are equal', () => {
    const both = bimatrixEquilibria([[0.1 + 0.2], [0.3]], [[1], [1]]);
    expect(both.degenerate).toBe(true);
    expect(both.equilibria.map(({ strict, x }) => [x, strict])).toEqual([
      [[1, 0], false],
      [[0, 1], false],
    ]);
    const pure = bimatrixEquilibria(
      [
        [0.1 + 0.2, 1],
        [0.3, 0.5],
      ],
      [
        [1, 2],
        [1, 0.7],
      ],
    ).equilibria.filter(({ pure }) => pure);
    expect(pure.map(({ x, y }) => [x, y])).toContainEqual([
      [1, 0],
      [1, 0],
    ]);
  });
});

describe('whole costs', () => {
  it('are exact, however small a share is', () => {
    const { degenerate, equilibria } = bimatrixEquilibria(
      [
        [0, 1],
        [1, 0],
      ],
      [
        [0, 1],
        [100_000_000, 0],
      ],
    );
    expect([degenerate, equilibria.length]).toEqual([false, 3]);
    expect(equilibria.at(-1)!.x).toEqual([100_000_000 / 100_000_001, 1 / 100_000_001]);
  });

  it('are exact, however large what they have in common is', () => {
    const [low, high] = [1e12, 1e12 + 1];
    expect(
      bimatrixEquilibria(
        [
          [low, high],
          [high, low],
        ],
        [
          [high, low],
          [low, high],
        ],
      ).equilibria,
    ).toEqual([expect.objectContaining({ x: [0.5, 0.5], y: [0.5, 0.5], pure: false })]);
  });
});

describe('more than ten strategies', () => {
  it.each([
    ['few costs, many ties', fc.integer({ min: 0, max: 2 })],
    ['costs up to 1e12', fc.integer({ min: 0, max: 1e12 })],
    ['means', fc.integer({ min: 0, max: 2 }).map((cost) => cost / 3)],
  ])('have one equilibrium that is one: %s', (_, cost) => {
    fc.assert(
      fc.property(matrix(12, 12, cost), matrix(12, 12, cost), (a, b) => {
        const found = bimatrixEquilibria(a, b);
        expect(found.equilibria.length).toBeGreaterThan(0);
        expectEquilibria(found, a, b);
      }),
      { numRuns: 25 },
    );
  });
});
