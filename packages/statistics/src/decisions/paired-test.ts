import { checkFinite } from '../checks.js';
import { hallTransform, momentsOf, skewInterval, type SkewInterval } from '../estimates/skew-interval.js';
import { tTail } from '../estimates/student-t.js';

/** How two policies are compared on the same days. */
export interface PairedTestOptions {
  /** One-sided level. */
  readonly alpha?: number;
  /** Saving that is asked for, as a percentage of the old costs. */
  readonly min_improvement_pct?: number;
  /** Days like the worst one that are added. */
  readonly tail_days?: number;
}

/** A paired test of savings, old minus new, day by day (spec 17 §4). Money is cents. */
export interface PairedTest extends Omit<SkewInterval, 'mean'> {
  /** What the new policy saves a day on average, in cents. */
  readonly mean_saving: number;
  /** Saving that has to be beaten. */
  readonly margin: number;
  /** Days on which the new policy is dearer. */
  readonly losing_days: number;
  /** The saving on the worst day, in cents. */
  readonly worst_saving: number;
  /** Days that were added. */
  readonly tail_days: number;
  /** The t statistic; null if there is none. */
  readonly t: number | null;
  /** The statistic of the test; null if there is none. */
  readonly statistic: number | null;
  /** Degrees of freedom; null if there are none. */
  readonly df: number | null;
  /** The p-value of the test; null if there is none. */
  readonly p_value: number | null;
  /** Whether the new policy is better. */
  readonly better: boolean;
}

/** Tests whether the new costs are lower on average; the interval is that of the savings. @throws RangeError */
export function pairedTest(
  before: readonly number[],
  after: readonly number[],
  { alpha = 0.05, min_improvement_pct = 0, tail_days = 2 }: PairedTestOptions = {},
): PairedTest {
  if (before.length !== after.length) throw new RangeError(`${before.length} and ${after.length} days cannot be paired`);
  const savings = before.map((cost, r) => cost - after[r]!);
  const { mean: mean_saving, ...interval } = skewInterval(savings);
  const margin = (min_improvement_pct / 100) * momentsOf(before).mean;
  const worst = savings.reduce((a, b) => Math.min(a, b));
  const n = savings.length;
  const added = n >= 2 && worst < margin ? tail_days : 0;
  const figures = {
    ...interval,
    mean_saving,
    margin,
    losing_days: savings.filter((d) => d < 0).length,
    worst_saving: worst,
    tail_days: added,
  };
  if (n < 2) return { ...figures, t: null, statistic: null, df: null, p_value: null, better: false };
  const moments = momentsOf([...savings, ...Array.from({ length: added }, () => worst)]);
  const df = moments.n - 1;
  const isBetter = mean_saving > margin;
  if (moments.sd === 0) {
    const p = moments.mean > margin ? 0 : 1;
    return { ...figures, t: null, statistic: null, df, p_value: p, better: isBetter && p < alpha };
  }
  const t = (moments.mean - margin) / moments.se;
  const statistic = hallTransform(t, moments);
  const p = tTail(statistic, df);
  return { ...figures, t, statistic, df, p_value: p, better: isBetter && p < alpha };
}

/** Which of several tests hold at a common level (Holm 1979): the smallest p first, ties by position. @throws RangeError */
export function holm(pValues: readonly number[], alpha: number): boolean[] {
  checkFinite('p-values', pValues);
  const k = pValues.length;
  const order = pValues.map((_, i) => i).sort((a, b) => pValues[a]! - pValues[b]! || a - b);
  const passes = new Array<boolean>(k).fill(false);
  for (const [i, place] of order.entries()) {
    if (!(pValues[place]! < alpha / (k - i))) break;
    passes[place] = true;
  }
  return passes;
}
