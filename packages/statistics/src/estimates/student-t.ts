/** Quantile of Student's t distribution (spec 15 §10): the t with P(T ≤ t) = p for so many degrees of freedom. */
export function tQuantile(p: number, degrees: number): number {
  if (!(degrees > 0) || !(p > 0 && p < 1)) throw new RangeError(`no quantile for ${degrees} degrees of freedom and ${p}`);
  if (p === 0.5) return 0;
  const key = `${p}:${degrees}`;
  let found = known.get(key);
  if (found === undefined) {
    found = p < 0.5 ? -exceededBy(degrees, p) : exceededBy(degrees, 1 - p);
    if (known.size < MOST_KNOWN) known.set(key, found);
  }
  return found;
}

/** Certificates and sets of equilibria ask for the same few again and again. */
const known = new Map<string, number>();
const MOST_KNOWN = 10_000;

/** P(T > t). */
export const tTail = (t: number, degrees: number): number => (t >= 0 ? upperTail(degrees, t) : 1 - upperTail(degrees, -t));

/** The t above which T lies with a probability below 1/2. */
function exceededBy(degrees: number, tail: number): number {
  let [low, high] = [0, 1];
  while (upperTail(degrees, high) > tail) [low, high] = [high, high * 2];
  // Halving leaves nothing between the two.
  for (let i = 0; i < 200 && low < high; i++) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    if (upperTail(degrees, middle) > tail) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** P(T > t) for t ≥ 0. */
function upperTail(degrees: number, t: number): number {
  return incompleteBeta(degrees / (degrees + t * t), degrees / 2, 0.5) / 2;
}

/** The regularised incomplete beta function, by its continued fraction (Lentz). */
function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x)) / a;
  const tiny = 1e-300;
  const away = (value: number): number => (Math.abs(value) < tiny ? tiny : value);
  let c = 1;
  let d = 1 / away(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; m < 10_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    let change = 1;
    for (const term of [even, odd]) {
      d = 1 / away(1 + term * d);
      c = away(1 + term / c);
      change = c * d;
      fraction *= change;
    }
    if (Math.abs(change - 1) < 1e-16) break;
  }
  return front * fraction;
}

const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059, 12.507343278686905,
  -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];

/** Logarithm of the gamma function for x > 0 (Lanczos, g = 7). */
function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  const shifted = x - 1;
  const t = shifted + 7.5;
  const series = LANCZOS.slice(1).reduce((sum, coefficient, i) => sum + coefficient / (shifted + i + 1), LANCZOS[0]!);
  return 0.5 * Math.log(2 * Math.PI) + (shifted + 0.5) * Math.log(t) - t + Math.log(series);
}
