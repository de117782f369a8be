import { MoneyRangeError } from '../errors.js';

/** Largest whole number of cents that a double holds exactly. */
export const MAX_CENTS = Number.MAX_SAFE_INTEGER;

/** Returns `cents` unchanged, or stops the run: a sum that left the exact range must never be rounded. */
export function guard(cents: number, what: string): number {
  if (cents > MAX_CENTS || cents < -MAX_CENTS) throw new MoneyRangeError(what);
  return cents;
}

/** `⌊(a · b + addend) / divisor⌋` for whole numbers ≥ 0, exactly (spec 05 §4). */
export function multiplyDivide(a: number, b: number, addend: number, divisor: number): number {
  const numerator = a * b + addend;
  if (numerator <= MAX_CENTS) return floorDivide(numerator, divisor);
  return guard(Number((BigInt(a) * BigInt(b) + BigInt(addend)) / BigInt(divisor)), 'a cost');
}

/** `⌊a / b⌋` for whole numbers 0 ≤ a < 2^53, b > 0. Doubles may round the quotient up to the next whole number, never down past one. */
function floorDivide(a: number, b: number): number {
  const quotient = Math.floor(a / b);
  return quotient * b > a ? quotient - 1 : quotient;
}

/** Double to whole number: truncates towards zero, saturates at the exact range, NaN is 0. */
export function truncate(x: number): number {
  if (Number.isNaN(x)) return 0;
  return Math.trunc(Math.min(Math.max(x, -MAX_CENTS), MAX_CENTS)) + 0;
}
