/** A fraction with a positive denominator. */
export interface Rational {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/** The fraction that a double is. @throws RangeError unless it is finite */
export function rational(x: number): Rational {
  if (!Number.isFinite(x)) throw new RangeError(`${x} is no finite number`);
  if (Number.isInteger(x)) return { numerator: BigInt(x), denominator: 1n };
  let denominator = 1n;
  let scaled = x;
  while (!Number.isInteger(scaled)) {
    // Doubling is exact: it changes the exponent only.
    scaled *= 2;
    denominator *= 2n;
  }
  return { numerator: BigInt(scaled), denominator };
}

/** Sum of fractions whose denominators are powers of two, as those of doubles are. */
export function sumOf(values: readonly Rational[]): Rational {
  const denominator = values.reduce((largest, value) => (value.denominator > largest ? value.denominator : largest), 1n);
  const numerator = values.reduce((sum, value) => sum + value.numerator * (denominator / value.denominator), 0n);
  return { numerator, denominator };
}

/** The double nearest to a fraction, ties to even. */
export function toDouble({ denominator, numerator }: Rational): number {
  if (numerator === 0n) return 0;
  const sign = numerator < 0n ? -1 : 1;
  const n = numerator < 0n ? -numerator : numerator;
  // 64 bits of the quotient, and one that tells whether anything is left of it: the conversion rounds these correctly.
  const shift = BigInt(64 - (n.toString(2).length - denominator.toString(2).length));
  const [dividend, divisor] = shift >= 0n ? [n << shift, denominator] : [n, denominator << -shift];
  const quotient = ((dividend / divisor) << 1n) | (dividend % divisor === 0n ? 0n : 1n);
  // In two steps: of very small numbers the power alone would be zero.
  const exponent = -Number(shift) - 1;
  const half = Math.trunc(exponent / 2);
  return sign * Number(quotient) * 2 ** half * 2 ** (exponent - half);
}

/** The square root of a fraction that is not negative, also of one that is itself beyond the doubles. */
export function rootOf({ denominator, numerator }: Rational): number {
  const size = numerator.toString(2).length - denominator.toString(2).length;
  // By a power of four the fraction comes close to 1, and its root away from there by a power of two: neither rounds.
  const half = BigInt(Math.trunc(size / 2));
  const near =
    half >= 0n ? { numerator, denominator: denominator << (2n * half) } : { numerator: numerator << (-2n * half), denominator };
  return Math.sqrt(toDouble(near)) * 2 ** Number(half);
}
