import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { labelsOf, planOf } from './support/small.js';

/** Points that are drawn, or spread evenly, between the ends of ranges (spec 15 §8). */

fc.configureGlobal({ seed: Number(process.env.SIMCASH_PROPERTY_SEED ?? 1) });

const RATES = [
  'delay_cost_per_tick_per_cent',
  'overdraft_bps_per_tick',
  'collateral_cost_per_tick_bps',
  'liquidity_cost_per_tick_bps',
];
const axis = (name: string, path: string, range: object = { from: 0, to: 1 }): object => ({ name, path, range });
const RATE = `cost_rates.${RATES[0]}`;

const hypercube = (points: number, axes: object[], master_seed: number | bigint = 42) =>
  planOf({ replications: { count: 1, master_seed }, design: 'latin_hypercube', points, axes });
const numbers = (plan: ReturnType<typeof planOf>): number[] => labelsOf(plan).map(Number);

describe('a latin hypercube', () => {
  it('has the known points', () => {
    const found = numbers(hypercube(4, [axis('cap', RATE)]));
    [0.532762097, 0.338660408, 0.079514268, 0.954220834].forEach((value, i) => expect(found[i]).toBeCloseTo(value, 9));
  });

  it('has a point in each of n equal parts of every axis', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (n, seed) => {
        const { cells } = hypercube(n, [axis('a', RATE), axis('b', `cost_rates.${RATES[1]}`)], seed);
        for (const name of ['a', 'b']) {
          const parts = cells.map(({ labels }) => Math.floor(Number(labels[name]) * n)).sort((x, y) => x - y);
          expect(parts).toEqual(Array.from({ length: n }, (_, i) => i));
        }
      }),
      { numRuns: 15 },
    );
  });

  it('draws each axis by its name: others may be added', () => {
    const alone = hypercube(5, [axis('a', RATE)]).cells.map(({ labels }) => labels.a);
    const beside = hypercube(5, [axis('z', `cost_rates.${RATES[1]}`), axis('a', RATE)]).cells.map(({ labels }) => labels.a);
    expect(beside).toEqual(alone);
  });

  it('goes from one end to the other, in logarithms if asked', () => {
    const unit = numbers(hypercube(6, [axis('a', RATE)]));
    const linear = numbers(hypercube(6, [axis('a', RATE, { from: 10, to: 30 })]));
    const log = numbers(hypercube(6, [axis('a', RATE, { from: 1, to: 1000, scale: 'log' })]));
    unit.forEach((u, i) => {
      expect(linear[i]).toBeCloseTo(10 + 20 * u, 9);
      expect(Math.log10(log[i]!)).toBeCloseTo(3 * u, 9);
    });
  });

  it('rounds where whole numbers are needed, and has as many cells as points even so', () => {
    const plan = hypercube(6, [axis('cap', 'agents.NORTH.unsecured_cap', { from: 0, to: 2 })]);
    expect(plan.cells).toHaveLength(6);
    expect(new Set(labelsOf(plan))).toEqual(new Set(['0', '1', '2']));
  });

  it('needs ranges', () => {
    expect(() => hypercube(3, [{ name: 'a', path: RATE, values: [1, 2] }])).toThrow(/axes\.a: needs a range/);
    expect(() => hypercube(3, [])).toThrow(/axes: this design needs at least one axis/);
  });
});

describe('a Sobol sequence', () => {
  const sobol = (points: number, axes: number) =>
    planOf({ design: 'sobol', points, axes: RATES.slice(0, axes).map((rate) => axis(rate.slice(0, 4), `cost_rates.${rate}`)) });

  it('has the known points, without the one of zeros', () => {
    expect(labelsOf(sobol(4, 4))).toEqual([
      '0.5 0.5 0.5 0.5',
      '0.75 0.25 0.25 0.25',
      '0.25 0.75 0.75 0.75',
      '0.375 0.375 0.625 0.875',
    ]);
  });

  it('goes on where a shorter one ends', () => {
    expect(labelsOf(sobol(12, 3)).slice(0, 5)).toEqual(labelsOf(sobol(5, 3)));
  });

  it('is refused with a sentence for more axes than it is known for', () => {
    const axes = Array.from({ length: 65 }, (_, i) => axis(`a${i}`, `agents.NORTH.x${i}`));
    expect(() => planOf({ design: 'sobol', points: 2, axes })).toThrow(expect.objectContaining({ name: 'SweepError' }));
  });
});
