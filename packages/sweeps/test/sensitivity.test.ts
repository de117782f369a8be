import { describe, expect, it } from 'vitest';
import { morrisEffects, sobolIndices } from '../../statistics/src/index.js';
import { paretoPoints, runSweep, sensitivityRows, SweepError, type SweepPlan } from '../src/index.js';
import { sensitivityDesign } from '../src/sensitivity/design.js';
import { planOf } from './support/small.js';

/** How much parameters matter, and trade-offs (spec 17 §17–§19), as sweeps. */

const axes = [
  { name: 'north', path: 'agents.NORTH.opening_balance', range: { from: 0, to: 20_000 } },
  { name: 'south', path: 'agents.SOUTH.opening_balance', range: { from: 0, to: 20_000 } },
];
const planned = (sweep: object): SweepPlan =>
  planOf({ axes, measures: ['total_cost', 'delay_indicator'], seeds: [1, 2], ...sweep });

/** Means of a measure by cell. */
async function means(plan: SweepPlan, measure: number): Promise<number[]> {
  const { replications, results } = await runSweep(plan, { executor: 'in-process' });
  return plan.cells.map((_, cell) =>
    results.values(cell, measure, replications).reduce<number>((sum, x) => sum + x! / replications, 0),
  );
}

describe('sobol_indices', () => {
  const plan = planned({ design: 'sobol_indices', points: 8 });

  it('has a cell for each row of A and B, and of A with one column of B', () => {
    const found = sensitivityDesign(plan.sweep, plan.masterSeed);
    if (found.method !== 'sobol') throw new Error(found.method);
    const { a, ab, b } = found.design;
    expect(plan.cells).toHaveLength(8 * 4);
    const at = (cell: number): number[] => axes.map(({ path }) => Number(plan.cells[cell]!.settings[path]));
    const scaled = (point: readonly number[]): number[] => point.map((x) => Math.round(x * 20_000));
    expect(Array.from({ length: 8 }, (_, j) => at(j))).toEqual(a.map(scaled));
    expect(Array.from({ length: 8 }, (_, j) => at(8 + j))).toEqual(b.map(scaled));
    expect(Array.from({ length: 8 }, (_, j) => at(24 + j))).toEqual(ab[1]!.map(scaled));
  });

  it('has the indices of the library, with intervals around them', async () => {
    const { replications, results } = await runSweep(plan, { executor: 'in-process' });
    const rows = sensitivityRows(plan, results, replications);
    const f = await means(plan, 1);
    const part = (i: number): number[] => f.slice(8 * i, 8 * (i + 1));
    const { first, total } = sobolIndices(part(0), part(1), [part(2), part(3)]);
    const of = (statistic: string) =>
      rows.filter((row) => row.measure === 'delay_indicator' && row.statistic === statistic).map(({ value }) => value);
    of('first').forEach((value, i) => expect(value).toBeCloseTo(first[i]!, 12));
    of('total').forEach((value, i) => expect(value).toBeCloseTo(total[i]!, 12));
    for (const { lower, upper, value } of rows.filter((row) => row.value !== null)) {
      expect(lower!).toBeLessThanOrEqual(upper!);
      expect(Number.isFinite(value)).toBe(true);
    }
    expect(sensitivityRows(plan, results, replications)).toEqual(rows);
  });
});

it('morris walks from cell to cell, and has the effects of the library', async () => {
  const plan = planned({ design: 'morris', trajectories: 5 });
  expect(plan.cells).toHaveLength(15);
  const found = sensitivityDesign(plan.sweep, plan.masterSeed);
  if (found.method !== 'morris') throw new Error(found.method);
  const { replications, results } = await runSweep(plan, { executor: 'in-process' });
  const f = await means(plan, 1);
  const walks = Array.from({ length: 5 }, (_, t) => f.slice(3 * t, 3 * t + 3));
  const { mu_star } = morrisEffects(found.design, walks);
  const rows = sensitivityRows(plan, results, replications);
  const own = rows.filter((row) => row.measure === 'delay_indicator' && row.statistic === 'mu_star');
  own.forEach(({ value }, i) => expect(value).toBeCloseTo(mu_star[i]!, 12));
});

it.each([
  [{ design: 'sobol_indices' }, 'points: points go with design: latin_hypercube, sobol or sobol_indices'],
  [{ design: 'sobol', points: 4, trajectories: 2 }, 'trajectories: trajectories go with design: morris'],
  [{ design: 'morris', levels: 5 }, 'levels: must be even, at least 4'],
  [{ design: 'morris', axes: [] }, 'axes: this design needs at least one axis'],
  [{ design: 'morris', axes: [{ name: 'x', path: 'agents.NORTH.opening_balance', values: [1, 2] }] }, 'axes.x: needs a range'],
])('%j is refused', (sweep, message) => {
  expect(() => planned(sweep)).toThrow(SweepError);
  expect(() => planned(sweep)).toThrow(message);
});

it('the front of trade-offs has what nothing betters; what is surely worse is said to be', async () => {
  const plan = planOf({
    axes: [{ name: 'north', path: 'agents.NORTH.opening_balance', values: [0, 10_000, 20_000] }],
    measures: ['delay_indicator', 'liquidity_used', 'settlement_rate_value'],
    seeds: [1, 2, 3, 4],
  });
  const { replications, results } = await runSweep(plan, { executor: 'in-process' });
  const points = paretoPoints(plan, results, replications);
  const betters = (p: readonly (number | null)[], q: readonly (number | null)[]): boolean =>
    p.every((x, m) => x! <= q[m]!) && p.some((x, m) => x! < q[m]!);
  for (const point of points) {
    const isBettered = points.some((other) => betters(other.values, point.values));
    expect(point.isOnFront).toBe(!isBettered);
    if (point.surelyDominatedBy !== null) expect(point.isOnFront).toBe(false);
  }
  const rates = results.values(0, 2, replications) as number[];
  expect(points[0]!.values[2]).toBeCloseTo(1 - rates.reduce((sum, x) => sum + x, 0) / rates.length, 12);
});
