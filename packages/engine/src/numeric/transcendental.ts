/**
 * exp, ln and cos, correctly rounded.
 *
 * Amounts and the queue pressure index go through these three functions, and their last bit differs between mathematics
 * libraries and between versions of one JavaScript engine. So they are computed here in pairs of doubles (about 105 bits) and
 * rounded once: the same bytes everywhere (spec 01 §3.4). A pair (hi, lo) stands for hi + lo with |lo| ≤ ulp(hi) / 2.
 */

let hi = 0;
let lo = 0;

const SPLITTER = 134217729; // 2^27 + 1

function twoProductError(a: number, b: number, product: number): number {
  const ca = SPLITTER * a;
  const aHigh = ca - (ca - a);
  const aLow = a - aHigh;
  const cb = SPLITTER * b;
  const bHigh = cb - (cb - b);
  const bLow = b - bHigh;
  return aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow);
}

/** (hi, lo) := (aHi, aLo) + (bHi, bLo) */
function add(aHi: number, aLo: number, bHi: number, bLo: number): void {
  const s = aHi + bHi;
  const v = s - aHi;
  const e = aHi - (s - v) + (bHi - v);
  const t = aLo + bLo;
  const w = t - aLo;
  const f = aLo - (t - w) + (bLo - w);
  const c = e + t;
  const s2 = s + c;
  const e2 = c - (s2 - s) + f;
  hi = s2 + e2;
  lo = e2 - (hi - s2);
}

/** (hi, lo) := (aHi, aLo) · (bHi, bLo) */
function multiply(aHi: number, aLo: number, bHi: number, bLo: number): void {
  const p = aHi * bHi;
  const e = twoProductError(aHi, bHi, p) + (aHi * bLo + aLo * bHi);
  hi = p + e;
  lo = e - (hi - p);
}

const LN2_A = 0.6931471803691238; // leading 32 bits: k · LN2_A is exact
const LN2_B = 1.9082149292705877e-10; // the rest, as a double …
const LN2_C = 1.1612227229362532e-26; // … and what that double leaves out

/** Coefficients 1/n! as pairs, n = 0 … 13. */
const INVERSE_FACTORIALS: readonly (readonly [number, number])[] = inverseFactorials(28);

function inverseFactorials(count: number): (readonly [number, number])[] {
  const result: [number, number][] = [[1, 0]];
  for (let n = 1; n < count; n++) {
    const [pHi, pLo] = result[n - 1]!;
    // Long division of a pair by a small whole number.
    const q = pHi / n;
    const p = q * n;
    const r = pHi - p - twoProductError(q, n, p) + pLo;
    const q2 = r / n;
    const s = q + q2;
    result.push([s, q2 - (s - q)]);
  }
  return result;
}

/** exp of a pair with |x| below about 708, as a pair scaled by 2^scale (returned). */
function expPair(xHi: number, xLo: number): number {
  const k = Math.round(xHi * 1.4426950408889634);
  add(xHi, xLo, -k * LN2_A, 0);
  const p = -k * LN2_B;
  add(hi, lo, p, twoProductError(-k, LN2_B, p) - k * LN2_C);
  // |r| ≤ 0.35; exp(r) = exp(r / 256)^256
  const rHi = hi / 256;
  const rLo = lo / 256;
  // exp(s) − 1 by Horner, so that squaring keeps the relative precision of the small part.
  let eHi = INVERSE_FACTORIALS[11]![0];
  let eLo = INVERSE_FACTORIALS[11]![1];
  for (let n = 10; n >= 1; n--) {
    multiply(eHi, eLo, rHi, rLo);
    add(hi, lo, INVERSE_FACTORIALS[n]![0], INVERSE_FACTORIALS[n]![1]);
    eHi = hi;
    eLo = lo;
  }
  multiply(eHi, eLo, rHi, rLo);
  eHi = hi;
  eLo = lo;
  for (let i = 0; i < 8; i++) {
    // (1 + e)² − 1 = 2e + e²
    multiply(eHi, eLo, eHi, eLo);
    add(hi, lo, 2 * eHi, 2 * eLo);
    eHi = hi;
    eLo = lo;
  }
  add(eHi, eLo, 1, 0);
  return k;
}

function scale(x: number, k: number): number {
  if (k < -1000) return x * 2 ** -1000 * 2 ** (k + 1000);
  return k > 1000 ? x * 2 ** 1000 * 2 ** (k - 1000) : x * 2 ** k;
}

/** e^x. */
export function exp(x: number): number {
  if (Number.isNaN(x)) return NaN;
  if (x > 709.79) return Infinity;
  if (x < -745.2) return 0;
  if (x === 0) return 1;
  const k = expPair(x, 0);
  return scale(hi + lo, k);
}

/** Natural logarithm. `ln(0)` is −Infinity, of a negative number NaN. */
export function ln(x: number): number {
  if (!(x > 0) || x === Infinity || x === 1) return Math.log(x);
  // Very small and very large numbers are brought into the middle of the range by a power of two, whose logarithm is added again.
  const shift = x < 1e-200 ? 600 : x > 1e200 ? -600 : 0;
  const scaled = shift === 0 ? x : x * 2 ** shift;
  const guess = Math.log(scaled);
  // One Newton step on exp doubles the 53 bits of the guess: y + (x · exp(−y) − 1).
  const k = expPair(-guess, 0);
  const power = 2 ** k;
  multiply(hi * power, lo * power, scaled, 0);
  add(hi, lo, -1, 0);
  // The remainder d is about 1e-16, so ln(1 + d) = d − d²/2 to far beyond the needed precision.
  const d = hi;
  add(hi, lo, -(d * d) / 2, 0);
  add(guess, 0, hi, lo);
  if (shift !== 0) {
    // −shift · ln 2 as a pair: the leading part is exact.
    const p = -shift * LN2_B;
    const sumHi = hi;
    const sumLo = lo;
    add(-shift * LN2_A, 0, p, twoProductError(-shift, LN2_B, p) - shift * LN2_C);
    add(sumHi, sumLo, hi, lo);
  }
  return hi + lo;
}

const HALF_PI_A = 1.5707963267948966;
const HALF_PI_B = 6.123233995736766e-17;
const HALF_PI_C = -1.4973849048591698e-33;

/** Cosine of an angle of moderate size, |x| ≤ 2^20 (arrival amounts need 0 … 2π). */
export function cos(x: number): number {
  const k = Math.round(x / HALF_PI_A);
  let p = k * HALF_PI_A;
  add(x, 0, -p, -twoProductError(k, HALF_PI_A, p));
  p = k * HALF_PI_B;
  add(hi, lo, -p, -twoProductError(k, HALF_PI_B, p));
  add(hi, lo, -k * HALF_PI_C, 0);
  const rHi = hi;
  const rLo = lo;
  multiply(rHi, rLo, rHi, rLo);
  const sHi = -hi;
  const sLo = -lo;
  // cos r = Σ (−r²)^n / (2n)!, sin r = r · Σ (−r²)^n / (2n+1)!
  const odd = k & 1;
  let eHi = INVERSE_FACTORIALS[26 + odd]![0];
  let eLo = INVERSE_FACTORIALS[26 + odd]![1];
  for (let n = 24 + odd; n >= 0; n -= 2) {
    multiply(eHi, eLo, sHi, sLo);
    add(hi, lo, INVERSE_FACTORIALS[n]![0], INVERSE_FACTORIALS[n]![1]);
    eHi = hi;
    eLo = lo;
  }
  if (odd === 1) multiply(eHi, eLo, rHi, rLo);
  else {
    hi = eHi;
    lo = eLo;
  }
  // cos(r + kπ/2): cos, −sin, −cos, sin
  const quadrant = ((k % 4) + 4) % 4;
  return quadrant === 1 || quadrant === 2 ? -(hi + lo) : hi + lo;
}
