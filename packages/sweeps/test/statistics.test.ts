import { describeDifferences, describeSample, tQuantile } from '@simcash/statistics';
import { describe, expect, it } from 'vitest';
import vectors from './fixtures/sweep-vectors.json' with { type: 'json' };
import { Results, sweepStatistics, type CellStatistics } from '../src/index.js';
import { CAP, jobsOf, LSM, planOf } from './support/small.js';

/** Figures of cells and of differences, against numbers that an independent program has computed (spec 15 §10, §14). */

/** Every expected figure, within the tolerance of the vectors. */
function expectFigures(found: object, expected: object): void {
  for (const [name, value] of Object.entries(expected)) {
    const figure = (found as Record<string, unknown>)[name];
    if (typeof value === 'number') {
      expect(typeof figure, name).toBe('number');
      expect(Math.abs((figure as number) - value), `${name}: ${String(figure)}`).toBeLessThanOrEqual(1e-9 * Math.abs(value));
    } else if (Array.isArray(value)) {
      expect(figure, name).toHaveLength(value.length);
      expectFigures(figure as object, value);
    } else expect(figure, name).toEqual(value);
  }
}

/** Statistics of cells that found these values of the total cost. */
function figuresOf(values: readonly (readonly (number | null)[])[], document: object = {}): CellStatistics[] {
  const plan = planOf({
    replications: { count: values[0]!.length, master_seed: 42 },
    axes: [{ ...CAP, values: values.map((_, i) => i) }],
    measures: ['total_cost'],
    ...document,
  });
  return sweepStatistics(
    plan,
    new Results(
      plan,
      values.flatMap((own, cell) => jobsOf(cell, own)),
    ),
    values[0]!.length,
  );
}

const { baseline, differences, other, ...paired } = vectors.paired;
const { total_cost: sample } = vectors.samples;

describe('quantiles of Student’s t', () => {
  it.each(Object.entries(vectors.t_quantiles))('%s are the known ones', (key, value) => {
    const [p, df] = key.split(':').map(Number) as [number, number];
    expect(Math.abs(tQuantile(p, df) / value - 1)).toBeLessThan(1e-8);
  });
});

describe('samples', () => {
  it.each(Object.entries(vectors.samples))('of %s are described as known', (measure, { values, ...expected }) => {
    expectFigures(describeSample(values, { master_seed: 42, cell: 0, measure }), expected);
  });

  it('in pairs are described as known', () => {
    expectFigures(describeDifferences(baseline, other, { master_seed: 42, cell: 1, measure: 'total_cost' }), {
      differences,
      ...paired,
    });
  });
});

describe('statistics of a sweep', () => {
  const [first, second, difference] = figuresOf([baseline, other]);

  it('are the known ones, with the quantiles asked for', () => {
    const { median, q05, q95, values: _, ...figures } = sample;
    expect(first).toMatchObject({ cell: 0, measure: 'total_cost', scope: 'cell', n_null: 0 });
    expectFigures(first!, figures);
    expectFigures(first!.quantiles, { '0.05': q05, '0.5': median, '0.95': q95 });
  });

  it('are of each cell, and of the differences of each other cell to the baseline', () => {
    expect([second!.cell, second!.scope]).toEqual([1, 'cell']);
    expect([difference!.cell, difference!.scope]).toEqual([1, 'difference']);
    const { median, q05, q95, ...figures } = paired;
    expectFigures(difference!, figures);
    expectFigures(difference!.quantiles, { '0.05': q05, '0.5': median, '0.95': q95 });
  });

  it('draw resamples of their own for each cell', () => {
    const [same, again] = figuresOf([baseline, baseline]);
    expect({ ...again, cell: 0, boot_lower: 0, boot_upper: 0 }).toEqual({ ...same, boot_lower: 0, boot_upper: 0 });
    expect(again!.boot_lower).not.toBe(same!.boot_lower);
  });

  it('say what pairing is worth', () => {
    const square = ({ sd }: CellStatistics): number => sd! ** 2;
    expect(difference!.vr).toBeCloseTo((square(first!) + square(second!)) / square(difference!), 9);
  });

  it('of cells that set nothing have no difference at all', () => {
    const [, , none] = figuresOf([baseline, baseline]);
    expect(none).toMatchObject({ mean: 0, sd: 0, t_lower: 0, t_upper: 0, share_zero: 1, share_below_zero: 0, vr: null });
  });

  it('leave out replications without a value, and say how many', () => {
    const [own, , pairs] = figuresOf([
      [1, 2, null, 4],
      [5, null, 7, 10],
    ]);
    expect(own).toMatchObject({ n: 3, n_null: 1, mean: 7 / 3 });
    expect(pairs).toMatchObject({ n: 2, n_null: 2, mean: 5 });
  });

  it('of one value have no spread, and of none not even a mean', () => {
    const [one, none, pairs] = figuresOf([[5], [null]]);
    expect(one).toMatchObject({ n: 1, mean: 5, sd: null, se: null, t_lower: null, t_upper: null });
    expect(none).toMatchObject({ n: 0, n_null: 1, mean: null, sd: null });
    expect(pairs).toMatchObject({ n: 0, mean: null, vr: null });
  });

  it('are of the replications that are used, whatever else is there', () => {
    const plan = planOf({ replications: { count: 12, master_seed: 42 }, measures: ['total_cost'] });
    const results = new Results(plan, jobsOf(0, baseline));
    expect(sweepStatistics(plan, results, 4)[0]).toMatchObject({ n: 4, max: Math.max(...baseline.slice(0, 4)) });
  });

  it('have the confidence, the quantiles and the resamples that the document says', () => {
    const [own] = figuresOf([baseline], { statistics: { confidence: 0.9, quantiles: [0, 0.25, 1], bootstrap: 0 } });
    expect(own!.t_upper! - own!.mean!).toBeCloseTo(tQuantile(0.95, 11) * own!.se!, 6);
    expect(Object.keys(own!.quantiles).sort()).toEqual(['0', '0.25', '1']);
    expect([own!.quantiles['0'], own!.quantiles['1']]).toEqual([sample.min, sample.max]);
    expect([own!.boot_lower, own!.boot_upper]).toEqual([null, null]);
  });

  it('compare with the baseline that is named', () => {
    const figures = figuresOf([baseline, other], { baseline: { cap: 1 } });
    const reversed = figures.find(({ scope }) => scope === 'difference')!;
    expect(reversed.cell).toBe(0);
    expect(reversed.mean).toBe(-paired.mean);
    expect(reversed.share_below_zero).toBeCloseTo(1 / 12, 12);
  });

  it('come measure by measure, cell by cell', () => {
    const plan = planOf({ axes: [CAP, LSM], measures: ['total_cost', 'delay_indicator'] });
    const rows = sweepStatistics(plan, new Results(plan, []), 0).map(({ cell, measure, scope }) => `${measure} ${cell} ${scope}`);
    const of = (measure: string): string[] => [
      `${measure} 0 cell`,
      ...[1, 2, 3].flatMap((cell) => [`${measure} ${cell} cell`, `${measure} ${cell} difference`]),
    ];
    expect(rows).toEqual([...of('total_cost'), ...of('delay_indicator')]);
  });
});
