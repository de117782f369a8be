import { toDouble } from './rational.js';
import { tQuantile } from './student-t.js';

/** Sums over values from which intervals and tests are made. */
export interface Moments {
  /** How many values there are. */
  readonly n: number;
  /** Their arithmetic mean. */
  readonly mean: number;
  /** Standard deviation; 0 with fewer than two values. */
  readonly sd: number;
  /** Standard error of the mean. */
  readonly se: number;
  /** Skewness; 0 where all values are equal. */
  readonly skewness: number;
}

/** Size, mean, standard deviation and skewness of values. @throws RangeError unless there is a value, and all are finite */
export function momentsOf(values: ArrayLike<number>): Moments {
  const n = values.length;
  if (n === 0) throw new RangeError('there are no values');
  // Differences of whole numbers are exact, so that large costs lose no digits.
  const base = isWhole(values) ? values[0]! : 0;
  let sum = 0;
  for (let i = 0; i < n; i++) sum += values[i]! - base;
  if (!Number.isFinite(sum)) throw new RangeError('a value is no finite number');
  const mean = base === 0 ? sum / n : toDouble({ numerator: BigInt(base) * BigInt(n) + BigInt(sum), denominator: BigInt(n) });
  const meanDifference = sum / n;
  let [second, third] = [0, 0];
  for (let i = 0; i < n; i++) {
    const d = values[i]! - base - meanDifference;
    second += d * d;
    third += d * d * d;
  }
  const isConstant = isAllEqual(values);
  const sd = n < 2 || isConstant ? 0 : Math.sqrt(second / (n - 1));
  return {
    n,
    mean: isConstant ? values[0]! : mean,
    sd,
    se: sd / Math.sqrt(n),
    skewness: sd === 0 ? 0 : third / n / (second / n) ** 1.5,
  };
}

function isWhole(values: ArrayLike<number>): boolean {
  for (let i = 0; i < values.length; i++) if (!Number.isSafeInteger(values[i])) return false;
  return true;
}

function isAllEqual(values: ArrayLike<number>): boolean {
  for (let i = 1; i < values.length; i++) if (values[i] !== values[0]) return false;
  return true;
}

/** Hall's transformation of t, which takes the skewness out of it (spec 17 §3). */
export function hallTransform(t: number, { n, skewness }: Pick<Moments, 'n' | 'skewness'>): number {
  return t + (skewness * ((t * t) / 3 + 1 / 6)) / Math.sqrt(n) + (skewness * skewness * t ** 3) / (27 * n);
}

/** Its inverse. */
function hallInverse(q: number, { n, skewness }: Moments): number {
  if (Math.abs(skewness) <= 1e-9) return q;
  const z = skewness * (q / Math.sqrt(n) - skewness / (6 * n));
  const root = Math.abs(z) < 0.5 ? Math.expm1(Math.log1p(z) / 3) : Math.cbrt(1 + z) - 1;
  return ((3 * Math.sqrt(n)) / skewness) * root;
}

/** The limit of the mean that belongs to a quantile of t: the lower one for q > 0, the upper one for q < 0. */
const limit = (moments: Moments, q: number): number =>
  moments.sd === 0 ? moments.mean : moments.mean - moments.se * hallInverse(q, moments);

/** An interval for a mean that allows for skewness. */
export interface SkewInterval {
  /** How many values there are. */
  readonly n: number;
  /** Of the sample; the interval need not lie evenly around it. */
  readonly mean: number;
  /** Standard deviation; null with fewer than two values. */
  readonly sd: number | null;
  /** Skewness; null if it is not defined. */
  readonly skewness: number | null;
  /** The lower end of the interval. */
  readonly lower: number | null;
  /** The upper end of the interval. */
  readonly upper: number | null;
  /** Values that differ from the most frequent one. */
  readonly exceptions: number;
  /** So few exceptions among equal values that the interval may be too narrow. */
  readonly thin: boolean;
}

/** Mean with Hall's transformed-t interval: costs of payment systems are skewed (spec 17 §3). @throws RangeError */
export function skewInterval(values: readonly number[], { confidence = 0.95 }: { confidence?: number } = {}): SkewInterval {
  if (!(confidence > 0 && confidence < 1)) throw new RangeError(`no confidence: ${confidence}`);
  const moments = momentsOf(values);
  const { mean, n, sd, skewness } = moments;
  const { exceptions, thin } = exceptionsAmong(values);
  if (n < 2) return { n, mean, sd: null, skewness: null, lower: null, upper: null, exceptions, thin };
  const q = tQuantile((1 + confidence) / 2, n - 1);
  return { n, mean, sd, skewness, lower: limit(moments, q), upper: limit(moments, -q), exceptions, thin };
}

const FEW = 100;

function exceptionsAmong(values: readonly number[]): { exceptions: number; thin: boolean } {
  const counts = new Map<number, number>();
  let most = 0;
  for (const value of values) {
    const count = (counts.get(value) ?? 0) + 1;
    counts.set(value, count);
    if (count > most) most = count;
  }
  const [n, exceptions] = [values.length, values.length - most];
  return { exceptions, thin: n >= 2 && most > n / 2 && exceptions < FEW };
}

/**
 * One-sided limits of a mean at a level, each as if the values had a few more like the worst for it: for claims that decide (spec 17 §3).
 *
 * @param tailDays copies of the extreme value
 */
export function guardedLimits(
  values: readonly number[],
  level: number,
  tailDays: number,
): { mean: number; lower: number; upper: number } {
  const { mean, n } = momentsOf(values);
  if (n === 1) return { mean, lower: values[0]!, upper: values[0]! };
  const withMore = (extreme: number): Moments => momentsOf([...values, ...Array.from({ length: tailDays }, () => extreme)]);
  const least = values.reduce((a, b) => Math.min(a, b));
  const largest = values.reduce((a, b) => Math.max(a, b));
  const q = tQuantile(1 - level, n + tailDays - 1);
  return { mean, lower: limit(withMore(least), q), upper: limit(withMore(largest), -q) };
}
