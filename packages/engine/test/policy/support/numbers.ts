const buffer = new DataView(new ArrayBuffer(8));

/** The next larger double. */
export function nextUp(x: number): number {
  if (Number.isNaN(x) || x === Infinity) return x;
  if (x === 0) return Number.MIN_VALUE;
  buffer.setFloat64(0, x);
  buffer.setBigInt64(0, buffer.getBigInt64(0) + (x > 0 ? 1n : -1n));
  return buffer.getFloat64(0);
}

/** The next smaller double. */
export const nextDown = (x: number): number => -nextUp(-x);

const BITS = 400n;
const ONE = 1n << BITS;

/** exp(−x) for x ≥ 0, correctly rounded: computed with 400 binary places and rounded once. */
export function expOfMinus(x: number): number {
  // x = mantissa · 2^exponent, exactly.
  buffer.setFloat64(0, x);
  const bits = buffer.getBigUint64(0);
  const biased = (bits >> 52n) & 0x7ffn;
  const mantissa = (bits & 0xfffffffffffffn) | (biased === 0n ? 0n : 1n << 52n);
  const exponent = (biased === 0n ? 1n : biased) - 1075n;
  const halvings = 16n;
  const shift = BITS + exponent - halvings;
  const reduced = shift >= 0n ? mantissa << shift : mantissa >> -shift;
  let term = ONE;
  let sum = ONE;
  for (let k = 1n; term !== 0n; k++) {
    term = (-term * reduced) / k / ONE;
    sum += term;
  }
  for (let i = 0n; i < halvings; i++) sum = (sum * sum) >> BITS;
  return Number(sum) / 2 ** Number(BITS);
}
