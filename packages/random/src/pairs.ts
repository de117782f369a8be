/**
 * exp, ln and cos to about 105 bits, rounded once. Slow: {@link ./transcendental} asks here only when its own result is too close
 * to the middle between two doubles.
 *
 * A pair (hi, lo) stands for hi + lo with |lo| ≤ ulp(hi) / 2. Operations leave their result in `pair`: a typed array, because a
 * module variable that holds a double allocates on each assignment.
 */

const pair = new Float64Array(2);

const SPLITTER = 134217729; // 2^27 + 1

/** What rounding has taken from `product` = a · b. */
export function productError(a: number, b: number, product: number): number {
  const ca = SPLITTER * a;
  const aHigh = ca - (ca - a);
  const aLow = a - aHigh;
  const cb = SPLITTER * b;
  const bHigh = cb - (cb - b);
  const bLow = b - bHigh;
  return aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow);
}

/** pair := (aHi, aLo) + (bHi, bLo) */
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
  const hi = s2 + e2;
  pair[0] = hi;
  pair[1] = e2 - (hi - s2);
}

/** pair := (aHi, aLo) · (bHi, bLo) */
function multiply(aHi: number, aLo: number, bHi: number, bLo: number): void {
  const p = aHi * bHi;
  const e = productError(aHi, bHi, p) + (aHi * bLo + aLo * bHi);
  const hi = p + e;
  pair[0] = hi;
  pair[1] = e - (hi - p);
}

/** pair := pair + (bHi, bLo) */
const addTo = (bHi: number, bLo: number): void => add(pair[0]!, pair[1]!, bHi, bLo);
/** pair := pair · (bHi, bLo) */
const multiplyBy = (bHi: number, bLo: number): void => multiply(pair[0]!, pair[1]!, bHi, bLo);

/** ln 2 in three parts. The leading 32 bits: a whole number times this is exact. */
export const LN2_A = 0.6931471803691238;
/** The rest, as a double … */
export const LN2_B = 1.9082149292705877e-10;
/** … and what that double leaves out. */
export const LN2_C = 1.1612227229362532e-26;

/** Coefficients 1/n! as pairs: hi at 2n, lo at 2n + 1. */
const INVERSE_FACTORIALS = inverseFactorials(28);

function inverseFactorials(count: number): Float64Array {
  const result = new Float64Array(2 * count);
  result[0] = 1;
  for (let n = 1; n < count; n++) {
    const hi = result[2 * n - 2]!;
    // Long division of a pair by a small whole number.
    const q = hi / n;
    const p = q * n;
    const q2 = (hi - p - productError(q, n, p) + result[2 * n - 1]!) / n;
    const s = q + q2;
    result[2 * n] = s;
    result[2 * n + 1] = q2 - (s - q);
  }
  return result;
}

/** pair := pair + 1/n! */
const addInverseFactorial = (n: number): void => addTo(INVERSE_FACTORIALS[2 * n]!, INVERSE_FACTORIALS[2 * n + 1]!);

/** pair := exp(x) / 2^k with the k returned, for |x| below about 745. */
function expPair(x: number): number {
  const k = Math.round(x * 1.4426950408889634);
  add(x, 0, -k * LN2_A, 0);
  const p = -k * LN2_B;
  addTo(p, productError(-k, LN2_B, p) - k * LN2_C);
  // |r| ≤ 0.35; exp(r) = exp(r / 256)^256
  const rHi = pair[0]! / 256;
  const rLo = pair[1]! / 256;
  // exp(s) − 1 by Horner, so that squaring keeps the relative precision of the small part.
  pair[0] = INVERSE_FACTORIALS[22]!;
  pair[1] = INVERSE_FACTORIALS[23]!;
  for (let n = 10; n >= 1; n--) {
    multiplyBy(rHi, rLo);
    addInverseFactorial(n);
  }
  multiplyBy(rHi, rLo);
  for (let i = 0; i < 8; i++) {
    // (1 + e)² − 1 = 2e + e²
    const eHi = pair[0]!;
    const eLo = pair[1]!;
    multiply(eHi, eLo, eHi, eLo);
    addTo(2 * eHi, 2 * eLo);
  }
  addTo(1, 0);
  return k;
}

/** x · 2^k, also where 2^k alone leaves the range of doubles. */
export function scale(x: number, k: number): number {
  if (k < -1000) return x * 2 ** -1000 * 2 ** (k + 1000);
  return k > 1000 ? x * 2 ** 1000 * 2 ** (k - 1000) : x * 2 ** k;
}

/** pair := pair · 2^k, for k of moderate size. */
function scalePair(k: number): void {
  pair[0]! *= 2 ** k;
  pair[1]! *= 2 ** k;
}

/** e^x, |x| below about 745. */
export function exp(x: number): number {
  const k = expPair(x);
  return scale(pair[0]! + pair[1]!, k);
}

/** Natural logarithm of a finite x above 0. */
export function ln(x: number): number {
  lnPair(x);
  return pair[0]! + pair[1]!;
}

/** base^exponent of a finite base above 0, for results that are normal numbers. */
export function pow(base: number, exponent: number): number {
  lnPair(base);
  multiplyBy(exponent, 0);
  const rest = pair[1]!;
  // exp(hi + lo) = exp(hi) · (1 + lo), as lo is tiny.
  const k = expPair(pair[0]!);
  multiplyBy(1, rest);
  return scale(pair[0]! + pair[1]!, k);
}

/** pair := ln(x) */
function lnPair(x: number): void {
  // Very small and very large numbers are brought into the middle of the range by a power of two, whose logarithm is added again.
  const shift = x < 1e-200 ? 600 : x > 1e200 ? -600 : 0;
  const scaled = shift === 0 ? x : x * 2 ** shift;
  const guess = Math.log(scaled);
  // One Newton step on exp doubles the 53 bits of the guess: y + (x · exp(−y) − 1).
  scalePair(expPair(-guess));
  multiplyBy(scaled, 0);
  addTo(-1, 0);
  // The remainder d is about 1e-16, so ln(1 + d) = d − d²/2 to far beyond the needed precision.
  const d = pair[0]!;
  addTo(-(d * d) / 2, 0);
  add(guess, 0, pair[0]!, pair[1]!);
  if (shift !== 0) {
    // −shift · ln 2 as a pair: the leading part is exact.
    const sumHi = pair[0]!;
    const sumLo = pair[1]!;
    const p = -shift * LN2_B;
    add(-shift * LN2_A, 0, p, productError(-shift, LN2_B, p) - shift * LN2_C);
    addTo(sumHi, sumLo);
  }
}

/** π / 2 in three parts. */
export const HALF_PI_A = 1.5707963267948966;
export const HALF_PI_B = 6.123233995736766e-17;
export const HALF_PI_C = -1.4973849048591698e-33;

/** Cosine of an angle of moderate size, |x| ≤ 2^20. */
export function cos(x: number): number {
  const k = Math.round(x / HALF_PI_A);
  let p = k * HALF_PI_A;
  add(x, 0, -p, -productError(k, HALF_PI_A, p));
  p = k * HALF_PI_B;
  addTo(-p, -productError(k, HALF_PI_B, p));
  addTo(-k * HALF_PI_C, 0);
  sineOrCosine(pair[0]!, pair[1]!, k & 1);
  // cos(r + kπ/2): cos, −sin, −cos, sin
  const quadrant = ((k % 4) + 4) % 4;
  const value = pair[0]! + pair[1]!;
  return quadrant === 1 || quadrant === 2 ? -value : value;
}

/** pair := cos r (`odd` 0) or sin r (`odd` 1), |r| ≤ π/4: Σ (−r²)^n / (2n)! or r · Σ (−r²)^n / (2n+1)! */
function sineOrCosine(rHi: number, rLo: number, odd: number): void {
  multiply(rHi, rLo, rHi, rLo);
  const sHi = -pair[0]!;
  const sLo = -pair[1]!;
  pair[0] = INVERSE_FACTORIALS[2 * (26 + odd)]!;
  pair[1] = INVERSE_FACTORIALS[2 * (26 + odd) + 1]!;
  for (let n = 24 + odd; n >= 0; n -= 2) {
    multiplyBy(sHi, sLo);
    addInverseFactorial(n);
  }
  if (odd === 1) multiplyBy(rHi, rLo);
}

/** Values of a function at j · step, j = −count … count, as pairs: hi at 2 (j + count), lo after it. */
function table(compute: (x: number) => void, count: number, step: number): Float64Array {
  const values = new Float64Array(4 * count + 2);
  for (let j = -count; j <= count; j++) {
    compute(j * step);
    values.set(pair, 2 * (j + count));
  }
  return values;
}

/** exp(j / 64), |j| ≤ 24. */
export const expTable = (): Float64Array => table((x) => scalePair(expPair(x)), 24, 1 / 64);
/** cos(j / 32), |j| ≤ 26. */
export const cosTable = (): Float64Array => table((x) => sineOrCosine(x, 0, 0), 26, 1 / 32);
/** sin(j / 32), |j| ≤ 26. */
export const sinTable = (): Float64Array => table((x) => sineOrCosine(x, 0, 1), 26, 1 / 32);
