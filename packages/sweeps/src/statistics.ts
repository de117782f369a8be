import { describeDifferences, describeSample, meanFigures, quantile, type SampleFigures } from '@simcash/statistics';
import type { SweepPlan } from './cells/plan.js';
import type { Results } from './execution/results.js';

/** Figures of a measure in a cell, or of its differences to the baseline (spec 15 §10). Money is cents. */
export interface CellStatistics extends Omit<SampleFigures, 'q05' | 'median' | 'q95'> {
  /** The number of the cell, counted from 0. */
  readonly cell: number;
  /** The measure by name. */
  readonly measure: string;
  /** A cell, or its difference from the baseline. */
  readonly scope: 'cell' | 'difference';
  /** Replications without a value. */
  readonly n_null: number;
  /** Quantiles by name. */
  readonly quantiles: Readonly<Record<string, number | null>>;
  /** Of differences. */
  readonly share_below_zero: number | null;
  /** The share of values that are 0; null without values. */
  readonly share_zero: number | null;
  /** How much less the differences vary than independent runs would: what pairing is worth. */
  readonly vr: number | null;
}

/** Statistics of every cell and measure, then of the differences to the baseline. */
export function sweepStatistics(
  { baseline, cells, masterSeed, measures, sweep }: SweepPlan,
  results: Results,
  n: number,
): CellStatistics[] {
  const { bootstrap, confidence, quantiles } = sweep.statistics;
  const options = (cell: number, measure: string) => ({ master_seed: masterSeed, cell, measure, confidence, bootstrap });
  const ofQuantiles = (values: readonly number[]): Record<string, number | null> => {
    const ascending = Float64Array.from(values).sort();
    return Object.fromEntries(quantiles.map((q) => [String(q), quantile(ascending, q)]));
  };
  return measures.flatMap(({ name, ofBank }, m) =>
    // Those of banks are a table of their own.
    (ofBank === null ? cells : []).flatMap((_, cell): CellStatistics[] => {
      const all = results.values(cell, m, n);
      const values = all.filter((x) => x !== null);
      const { median: __, q05: ___, q95: ____, ...figures } = describeSample(values, options(cell, name));
      const own: CellStatistics = {
        cell,
        measure: name,
        scope: 'cell',
        ...figures,
        n_null: all.length - values.length,
        quantiles: ofQuantiles(values),
        ...{ share_below_zero: null, share_zero: null, vr: null },
      };
      if (cell === baseline) return [own];
      const base = results.values(baseline, m, n);
      const pairs = all.flatMap((x, r) => (x === null || (base[r] ?? null) === null ? [] : [[base[r]!, x] as const]));
      const {
        differences,
        median: _a,
        q05: _b,
        q95: _c,
        ...paired
      } = describeDifferences(
        pairs.map(([x]) => x),
        pairs.map(([, y]) => y),
        options(cell, name),
      );
      const square = (list: readonly number[]): number => (meanFigures(list, confidence).sd ?? 0) ** 2;
      const spread =
        paired.sd === null || paired.sd === 0
          ? null
          : (square(pairs.map(([, y]) => y)) + square(pairs.map(([x]) => x))) / paired.sd ** 2;
      return [
        own,
        {
          cell,
          measure: name,
          scope: 'difference',
          ...paired,
          n_null: all.length - pairs.length,
          quantiles: ofQuantiles(differences),
          vr: spread,
        },
      ];
    }),
  );
}
