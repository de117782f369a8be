import { hash64, Xorshift64Star } from '@simcash/random';
import { morrisEffects, quantile, sobolIndices } from '@simcash/statistics';
import type { SweepPlan } from '../cells/plan.js';
import type { Results } from '../execution/results.js';
import { sensitivityDesign } from './design.js';
import { meanOf } from '../mean.js';

/** How much a measure owes to a parameter (spec 17 §17, §18). */
export interface SensitivityRow {
  /** The measure by name. */
  readonly measure: string;
  /** Name of the axis. */
  readonly parameter: string;
  /** Of Sobol's method `first` and `total`, shares of the variance; of Morris's `mu`, `mu_star` and `sigma`, over the whole range. */
  readonly statistic: 'first' | 'total' | 'mu' | 'mu_star' | 'sigma';
  /** The estimate; null if it is not defined. */
  readonly value: number | null;
  /** 95 % limits; null where there are none. */
  readonly lower: number | null;
  /** The upper end of the interval. */
  readonly upper: number | null;
}

const RESAMPLES = 1000;

/** Indices of every measure, parameter by parameter; null where a run failed or nothing varies. */
export function sensitivityRows(plan: SweepPlan, results: Results, replications: number): SensitivityRow[] {
  const { axes } = plan.sweep;
  const found = sensitivityDesign(plan.sweep, plan.masterSeed);
  return plan.measures.flatMap(({ name: measure }, m) => {
    const means = plan.cells.map((_, cell) => meanOf(results.values(cell, m, replications)));
    const isKnown = means.every((mean) => mean !== null);
    const rows = (statistics: Partial<Record<SensitivityRow['statistic'], readonly Interval[]>>): SensitivityRow[] =>
      axes.flatMap(({ name: parameter }, i) =>
        Object.entries(statistics).map(([statistic, values]) => ({
          measure,
          parameter,
          statistic: statistic as SensitivityRow['statistic'],
          ...values[i]!,
        })),
      );
    const unknown = axes.map(() => UNKNOWN);
    if (found.method === 'morris') {
      if (!isKnown) return rows({ mu_star: unknown, mu: unknown, sigma: unknown });
      const length = axes.length + 1;
      const walks = found.design.map((_, t) => (means as number[]).slice(t * length, (t + 1) * length));
      const { mu, mu_star, sigma } = morrisEffects(found.design, walks, { levels: found.levels });
      const plain = (values: readonly (number | null)[]): Interval[] => values.map((value) => ({ ...UNKNOWN, value }));
      return rows({ mu_star: plain(mu_star), mu: plain(mu), sigma: plain(sigma) });
    }
    if (!isKnown) return rows({ first: unknown, total: unknown });
    const parts = partsOf(means as number[], found.design.a.length, axes.length);
    return rows(withIntervals(plan, parts));
  });
}

interface Interval {
  readonly value: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
}

const UNKNOWN: Interval = { value: null, lower: null, upper: null };

interface Parts {
  readonly a: readonly number[];
  readonly b: readonly number[];
  readonly ab: readonly (readonly number[])[];
}

function partsOf(means: readonly number[], n: number, k: number): Parts {
  const part = (i: number): number[] => means.slice(i * n, (i + 1) * n);
  return { a: part(0), b: part(1), ab: Array.from({ length: k }, (_, i) => part(i + 2)) };
}

/** Percentile intervals over resampled rows, drawn anew for each index. */
function withIntervals({ masterSeed, sweep }: SweepPlan, { a, ab, b }: Parts): Record<'first' | 'total', Interval[]> {
  const n = a.length;
  const { first, total } = sobolIndices(a, b, ab);
  const interval = (kind: 'first' | 'total', i: number): Interval => {
    const value = { first, total }[kind][i]!;
    if (value === null) return UNKNOWN;
    const rng = new Xorshift64Star(hash64(`${masterSeed}:sobol:${sweep.axes[i]!.name}:${kind}`) || 1n);
    const drawn = Array.from({ length: RESAMPLES }, () => {
      const rows = Array.from({ length: n }, () => rng.range(0, n));
      const at = (values: readonly number[]): number[] => rows.map((row) => values[row]!);
      return sobolIndices(at(a), at(b), [at(ab[i]!)])[kind][0]!;
    });
    const ascending = Float64Array.from(drawn.filter((index) => index !== null)).sort();
    return { value, lower: quantile(ascending, 0.025), upper: quantile(ascending, 0.975) };
  };
  const all = (kind: 'first' | 'total'): Interval[] => sweep.axes.map((_, i) => interval(kind, i));
  return { first: all('first'), total: all('total') };
}
