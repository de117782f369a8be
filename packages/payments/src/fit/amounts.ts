import { normalCdf } from '@simcash/statistics';

/** Distributions that are tried, in the order in which equal ones win (spec 13 §14). */
const CANDIDATES = ['LogNormal', 'Exponential', 'Normal'] as const;
type Candidate = (typeof CANDIDATES)[number];

/** What amounts look like: the smallest AIC wins. */
export interface AmountFit {
  /** Empirical where a curve says nothing: a single payment, or amounts that are all equal. */
  readonly distribution: Candidate | 'Empirical';
  readonly aic: Readonly<Record<Candidate, number>> | null;
  /** Largest distance between the amounts' distribution and that of the lognormal fit. */
  readonly ks_lognormal: number | null;
  /** Moments of the amounts in cents that the lognormal fit has. */
  readonly lognormal: { readonly mean: number; readonly std_dev: number } | null;
  /** Cents. */
  readonly sample_mean: number;
  /** Population standard deviation in cents. */
  readonly sample_std_dev: number;
}

/** @param amounts cents, ascending, at least one */
export function fitAmounts(amounts: ArrayLike<number>): AmountFit {
  const n = amounts.length;
  const all = Array.from(amounts);
  const mean = meanOf(all);
  const spread = Math.sqrt(meanOf(all.map((x) => (x - mean) ** 2)));
  const plain = { sample_mean: mean, sample_std_dev: spread };
  const logs = all.map(Math.log);
  const mu = meanOf(logs);
  const variance = meanOf(logs.map((l) => (l - mu) ** 2));
  // Amounts that are equal, or so close that no curve says anything about them.
  if (variance < CLOSE) return { distribution: 'Empirical', aic: null, ks_lognormal: null, lognormal: null, ...plain };
  const aic: Record<Candidate, number> = {
    LogNormal: 4 - 2 * (-(mu * n) - (n / 2) * Math.log(2 * Math.PI * variance) - n / 2),
    Exponential: 2 - 2 * (-n * Math.log(mean) - n),
    Normal: 4 - 2 * (-(n / 2) * Math.log(2 * Math.PI * spread * spread) - n / 2),
  };
  const logMean = Math.exp(mu + variance / 2);
  const sigma = Math.sqrt(variance);
  return {
    distribution: CANDIDATES.reduce((best, candidate) => (aic[candidate] < aic[best] ? candidate : best)),
    aic,
    ks_lognormal: logs.reduce((largest, l, i) => {
      const p = normalCdf((l - mu) / sigma);
      return Math.max(largest, p - i / n, (i + 1) / n - p);
    }, 0),
    lognormal: { mean: logMean, std_dev: logMean * Math.sqrt(Math.exp(variance) - 1) },
    ...plain,
  };
}

/** Variance of logarithms: spreads of a ten-thousandth of a millionth of the amount. */
const CLOSE = 1e-20;

const meanOf = (values: readonly number[]): number => values.reduce((sum, x) => sum + x, 0) / values.length;

/** The fit as a scenario writes it (spec 07 §3.4). */
export function amountDistribution(amounts: ArrayLike<number>, fit: AmountFit, isEmpirical: boolean): object {
  const { distribution, lognormal, sample_mean: mean, sample_std_dev: spread } = fit;
  if (isEmpirical || distribution === 'Empirical') return empirical(amounts);
  switch (distribution) {
    case 'LogNormal':
      return { type: 'LogNormal', ...lognormal };
    case 'Exponential':
      return { type: 'Exponential', lambda: 1 / mean };
    case 'Normal':
      return { type: 'Normal', mean: Math.round(mean), std_dev: Math.max(1, Math.round(spread)) };
  }
}

/** Each amount once, with how often it occurs. */
function empirical(amounts: ArrayLike<number>): object {
  const counts = new Map<number, number>();
  for (let i = 0; i < amounts.length; i++) counts.set(amounts[i]!, (counts.get(amounts[i]!) ?? 0) + 1);
  return { type: 'Empirical', values: [...counts.keys()], weights: [...counts.values()] };
}
