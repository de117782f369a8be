/** P(X ≤ x) of the standard normal distribution, to about 15 digits. */
export function normalCdf(x: number): number {
  const t = Math.abs(x) * Math.SQRT1_2;
  const tail = (t < SERIES_BELOW ? 1 - erfSeries(t) : erfcFraction(t)) / 2;
  return x < 0 ? tail : 1 - tail;
}

/** Where the series would lose digits, the continued fraction begins. */
const SERIES_BELOW = 2;

/** erf(t) = 2/√π · e^(−t²) · Σ 2ⁿ t^(2n+1) / (1·3·5·…·(2n+1)) */
function erfSeries(t: number): number {
  let term = t;
  let sum = t;
  for (let n = 1; term > sum * 1e-17; n++) {
    term *= (2 * t * t) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-t * t) * sum;
}

/** erfc(t) = e^(−t²)/√π · 1/(t + (1/2)/(t + 1/(t + (3/2)/(t + …)))), from the innermost part outwards. */
function erfcFraction(t: number): number {
  let fraction = t;
  for (let n = 120; n >= 1; n--) fraction = t + n / 2 / fraction;
  return Math.exp(-t * t) / Math.sqrt(Math.PI) / fraction;
}
