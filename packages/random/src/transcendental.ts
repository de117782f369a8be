/**
 * exp, ln and cos, correctly rounded, and powers.
 *
 * Amounts and the queue pressure index go through these three functions, and their last bit differs between mathematics
 * libraries and between versions of one JavaScript engine. So they are computed here to about 62 bits: if every number within the
 * possible error rounds to the same double, that double is the answer, and otherwise (once in some hundred times) 105 bits decide.
 * One answer everywhere (spec 01 §3.4; the method is Ziv's).
 */
import * as pairs from './pairs.js';
import { HALF_PI_A, HALF_PI_B, HALF_PI_C, LN2_A, LN2_B, LN2_C, productError } from './pairs.js';

/** Largest error of what is computed here, relative to 1; the true bound is a sixteenth of it. */
const ERROR = 2 ** -60;

const EXP = pairs.expTable();
const COS = pairs.cosTable();
const SIN = pairs.sinTable();

/** exp(x) / 2^k in parts, hi and lo, with the k returned; |x| below about 745. */
const parts = new Float64Array(2);

function expParts(x: number): number {
  // x = k · ln 2 + j / 64 + r with |r| ≤ 1/128
  const k = Math.round(x * 1.4426950408889634);
  const a = x - k * LN2_A; // exact: the bits cancel
  const b = -k * LN2_B;
  const j = Math.round((a + b) * 64);
  const c = a - j / 64; // exact as well
  const r = c + b;
  const rest = b - (r - c) + (productError(-k, LN2_B, b) - k * LN2_C);
  const tail = rest + r * r * (1 / 2 + r * (1 / 6 + r * (1 / 24 + r * (1 / 120 + r * (1 / 720 + r / 5040)))));
  // exp(j/64) · (1 + r + tail)
  const tHi = EXP[2 * j + 48]!;
  const p = tHi * r;
  const low = EXP[2 * j + 49]! + productError(tHi, r, p) + tHi * tail + EXP[2 * j + 49]! * r;
  const s = tHi + p;
  parts[0] = s;
  parts[1] = p - (s - tHi) + low;
  return k;
}

/** e^x. */
export function exp(x: number): number {
  if (Number.isNaN(x)) return NaN;
  if (x > 709.79) return Infinity;
  if (x < -745.2) return 0;
  if (x === 0) return 1;
  // Results below the smallest normal number are rounded at another place.
  if (x < -708) return pairs.exp(x);
  const k = expParts(x);
  const hi = parts[0]!;
  const lo = parts[1]!;
  const value = hi + (lo + ERROR);
  return value === hi + (lo - ERROR) ? pairs.scale(value, k) : pairs.exp(x);
}

/** Natural logarithm. `ln(0)` is −Infinity, of a negative number NaN. */
export function ln(x: number): number {
  if (!(x > 0) || x === Infinity || x === 1) return Math.log(x);
  if (x < 1e-200 || x > 1e200) return pairs.ln(x);
  // One Newton step on exp: y + (x · exp(−y) − 1). Of the guess, any few last bits may be wrong.
  const guess = Math.log(x);
  const scaled = x * 2 ** expParts(-guess);
  const hi = parts[0]!;
  const p = scaled * hi;
  const d = p - 1 + (productError(scaled, hi, p) + scaled * parts[1]!);
  const error = ERROR * 2;
  const value = guess + (d + error);
  return value === guess + (d - error) ? value : pairs.ln(x);
}

/** base^exponent for a base above 0: what {@link ln} and {@link exp} would give with 105 bits between them. */
export function pow(base: number, exponent: number): number {
  if (base === 1 || exponent === 0) return 1;
  const size = exponent * ln(base);
  if (size > 709.78) return Infinity;
  return size < -708 ? exp(size) : pairs.pow(base, exponent);
}

/** Cosine of an angle of moderate size, |x| ≤ 2^20 (arrival amounts need 0 … 2π). */
export function cos(x: number): number {
  // x = k · π/2 + j / 32 + r with |r| ≤ 1/64
  const k = Math.round(x / HALF_PI_A);
  const p = k * HALF_PI_A;
  const a = x - p; // exact: the bits cancel
  const a2 = -productError(k, HALF_PI_A, p) - k * HALF_PI_B - k * HALF_PI_C;
  const j = Math.round(a * 32);
  const c = a - j / 32; // exact as well
  const r = c + a2;
  const rest = a2 - (r - c);
  const square = r * r;
  // cos(r) − 1 and sin(r) − r
  const cosTail = square * (-1 / 2 + square * (1 / 24 + square * (-1 / 720 + square / 40320))) - r * rest;
  const sinTail = rest + r * square * (-1 / 6 + square * (1 / 120 - square / 5040));
  const at = 2 * j + 52;
  // cos(u + r) = cos u · cos r − sin u · sin r; sin(u + r) = sin u · cos r + cos u · sin r
  const odd = (k & 1) === 1;
  const mainHi = odd ? SIN[at]! : COS[at]!;
  const mainLo = odd ? SIN[at + 1]! : COS[at + 1]!;
  const otherHi = odd ? COS[at]! : -SIN[at]!;
  const otherLo = odd ? COS[at + 1]! : -SIN[at + 1]!;
  const q = otherHi * r;
  const s = mainHi + q;
  const v = s - mainHi;
  const low =
    mainHi - (s - v) + (q - v) + (mainLo + mainHi * cosTail + (productError(otherHi, r, q) + otherLo * r + otherHi * sinTail));
  const value = s + (low + ERROR);
  if (value !== s + (low - ERROR)) return pairs.cos(x);
  const quadrant = ((k % 4) + 4) % 4;
  return quadrant === 1 || quadrant === 2 ? -value : value;
}
