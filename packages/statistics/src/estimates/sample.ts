import { hash64, Xorshift64Star } from '@simcash/random';
import { rational, sumOf, rootOf, toDouble, type Rational } from './rational.js';
import { tQuantile } from './student-t.js';

/** Mean, spread and interval of a sample: nulls where there are too few values. */
export interface MeanFigures {
  /** How many values there are. */
  readonly n: number;
  /** Null of no values. */
  readonly mean: number | null;
  /** Standard deviation, and standard error of the mean. */
  readonly sd: number | null;
  /** Standard error of the mean; null with fewer than two values. */
  readonly se: number | null;
  /** Bounds of the mean by Student's t. */
  readonly t_lower: number | null;
  /** Upper end of the t interval; null with fewer than two values. */
  readonly t_upper: number | null;
}

/** All figures of a sample (spec 15 §10). */
export interface SampleFigures extends MeanFigures {
  /** The least value. */
  readonly min: number | null;
  /** The greatest value. */
  readonly max: number | null;
  /** The 5 % quantile; null without values. */
  readonly q05: number | null;
  /** The median; null without values. */
  readonly median: number | null;
  /** The 95 % quantile; null without values. */
  readonly q95: number | null;
  /** Of the interval by Student's t. */
  readonly half_width: number | null;
  /** Bounds of the mean by percentile bootstrap. */
  readonly boot_lower: number | null;
  /** Upper end of the bootstrap interval; null without one. */
  readonly boot_upper: number | null;
}

/** How the figures of a sample are estimated. */
export interface SampleOptions {
  /** The confidence of intervals, between 0 and 1. */
  readonly confidence?: number;
  /** Resamples of the bootstrap; none with 0. */
  readonly bootstrap?: number;
  /** The bootstrap draws from a generator named by these. */
  readonly master_seed?: number | string | bigint;
  /** The number of the cell, counted from 0. */
  readonly cell?: number;
  /** The measure by name. */
  readonly measure?: string;
}

/** Mean, spread and interval of values, whatever their order: sums are exact. */
export function meanFigures(values: readonly number[], confidence = 0.95): MeanFigures {
  const n = values.length;
  if (n === 0) return { n, mean: null, sd: null, se: null, t_lower: null, t_upper: null };
  const exact = values.map(rational);
  const total = sumOf(exact);
  const mean = toDouble({ numerator: total.numerator, denominator: total.denominator * BigInt(n) });
  if (n === 1) return { n, mean, sd: null, se: null, t_lower: null, t_upper: null };
  const sd = rootOf(variance(exact, total));
  const se = sd / Math.sqrt(n);
  const h = tQuantile((1 + confidence) / 2, n - 1) * se;
  return { n, mean, sd, se, t_lower: mean - h, t_upper: mean + h };
}

/** Describes a sample: values in the order of their replications. */
export function describeSample(values: readonly number[], options: SampleOptions = {}): SampleFigures {
  return described(values, options, '');
}

/** Describes the differences of two cells, replication by replication. @throws RangeError for lists of different lengths */
export function describeDifferences(
  baseline: readonly number[],
  other: readonly number[],
  options: SampleOptions = {},
): SampleFigures & {
  readonly differences: readonly number[];
  readonly share_below_zero: number | null;
  readonly share_zero: number | null;
} {
  if (baseline.length !== other.length) throw new RangeError(`${baseline.length} and ${other.length} values cannot be paired`);
  const differences = other.map((value, i) => value - baseline[i]!);
  const share = (holds: (difference: number) => boolean): number | null =>
    differences.length === 0 ? null : differences.filter(holds).length / differences.length;
  return {
    ...described(differences, options, ':difference'),
    differences,
    share_below_zero: share((d) => d < 0),
    share_zero: share((d) => d === 0),
  };
}

function described(
  values: readonly number[],
  { bootstrap = 2000, cell = 0, confidence = 0.95, master_seed = 42, measure = '' }: SampleOptions,
  suffix: string,
): SampleFigures {
  const figures = meanFigures(values, confidence);
  const ascending = Float64Array.from(values).sort();
  const key = `${master_seed}:bootstrap:${cell}:${measure}${suffix}`;
  const means = values.length === 0 || bootstrap === 0 ? new Float64Array() : resampledMeans(values, bootstrap, key);
  return {
    ...figures,
    min: ascending[0] ?? null,
    max: ascending.at(-1) ?? null,
    q05: quantile(ascending, 0.05),
    median: quantile(ascending, 0.5),
    q95: quantile(ascending, 0.95),
    half_width: figures.se === null ? null : tQuantile((1 + confidence) / 2, figures.n - 1) * figures.se,
    boot_lower: quantile(means, (1 - confidence) / 2),
    boot_upper: quantile(means, (1 + confidence) / 2),
  };
}

/** Means of resamples, ascending; sums are exact. */
function resampledMeans(values: readonly number[], resamples: number, key: string): Float64Array {
  const n = values.length;
  const rng = new Xorshift64Star(hash64(key));
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (values.every(Number.isInteger) && largest * n <= Number.MAX_SAFE_INTEGER) {
    const mean = (): number => {
      let sum = 0;
      for (let i = 0; i < n; i++) sum += values[rng.range(0, n)]!;
      return sum / n;
    };
    return Float64Array.from({ length: resamples }, mean).sort();
  }
  const exact = values.map(rational);
  const denominator = exact.reduce((most, value) => (value.denominator > most ? value.denominator : most), 1n);
  const numerators = exact.map((value) => value.numerator * (denominator / value.denominator));
  const mean = (): number => {
    let sum = 0n;
    for (let i = 0; i < n; i++) sum += numerators[rng.range(0, n)]!;
    return toDouble({ numerator: sum, denominator: denominator * BigInt(n) });
  };
  return Float64Array.from({ length: resamples }, mean).sort();
}

/** Σ(x − mean)² / (n − 1) = (n·Σx² − (Σx)²) / (n·(n − 1)). */
function variance(values: readonly Rational[], total: Rational): Rational {
  const n = BigInt(values.length);
  const squares = sumOf(
    values.map(({ denominator, numerator }) => ({ numerator: numerator * numerator, denominator: denominator * denominator })),
  );
  const scale = total.denominator * total.denominator;
  const numerator = n * squares.numerator * scale - total.numerator * total.numerator * squares.denominator;
  return { numerator, denominator: squares.denominator * scale * n * (n - 1n) };
}

/** Continuous quantile (type 7) of ascending numbers; null if there are none. */
export function quantile(ascending: ArrayLike<number>, share: number): number | null {
  if (ascending.length === 0) return null;
  const place = (ascending.length - 1) * share;
  const below = ascending[Math.floor(place)]!;
  return below + (ascending[Math.ceil(place)]! - below) * (place - Math.floor(place));
}
