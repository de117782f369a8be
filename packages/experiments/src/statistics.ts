import type { CostStatistics } from '@simcash/protocol';

/** Two-sided 95% quantiles of Student's t by degrees of freedom (spec 11 §8.1). */
const T_TABLE: readonly (readonly [df: number, t: number])[] = [
  [1, 12.706],
  [2, 4.303],
  [3, 3.182],
  [4, 2.776],
  [5, 2.571],
  [6, 2.447],
  [7, 2.365],
  [8, 2.306],
  [9, 2.262],
  [10, 2.228],
  [15, 2.131],
  [20, 2.086],
  [25, 2.06],
  [30, 2.042],
  [40, 2.021],
  [50, 2.009],
  [60, 2.0],
  [80, 1.99],
  [100, 1.984],
];

/** Between tabulated degrees of freedom the next lower one counts; above 100 the normal distribution. */
export function referenceTQuantile(degrees: number): number {
  if (degrees > 100) return 1.96;
  return T_TABLE.findLast(([df]) => df <= degrees)![1];
}

/** Mean, sample standard deviation and interval of whole amounts of cents, truncated toward zero (spec 11 §8.1). */
export function costStatistics(costs: readonly number[]): CostStatistics {
  const n = costs.length;
  const mean = n === 0 ? 0 : exactMean(costs);
  if (n < 2) return { mean: Math.trunc(mean), std_dev: null, ci_95_lower: null, ci_95_upper: null };
  const deviation = Math.sqrt(exactVariance(costs));
  const margin = referenceTQuantile(n - 1) * (deviation / Math.sqrt(n));
  return {
    mean: Math.trunc(mean),
    std_dev: Math.trunc(deviation),
    ci_95_lower: Math.trunc(mean - margin),
    ci_95_upper: Math.trunc(mean + margin),
  };
}

/** Mean of whole numbers, rounded once. */
function exactMean(values: readonly number[]): number {
  return ratio(
    values.reduce((total, value) => total + BigInt(value), 0n),
    BigInt(values.length),
  );
}

/** Sample variance (divided by n − 1) of whole numbers, rounded once. */
function exactVariance(values: readonly number[]): number {
  const n = BigInt(values.length);
  let total = 0n;
  let squares = 0n;
  for (const value of values) {
    total += BigInt(value);
    squares += BigInt(value) ** 2n;
  }
  return ratio(n * squares - total * total, n * (n - 1n));
}

/** The double nearest to a fraction of big integers, ties to even. */
function ratio(numerator: bigint, denominator: bigint): number {
  if (numerator === 0n) return 0;
  const negative = numerator < 0n;
  const top = negative ? -numerator : numerator;
  // Scale the quotient to at least 2^63, so that after one sticky bit Number() rounds once and correctly.
  const shift = BigInt(Math.max(0, 64 - (top.toString(2).length - denominator.toString(2).length)));
  const scaled = top << shift;
  const quotient = scaled / denominator;
  const sticky = scaled % denominator === 0n ? 0n : 1n;
  const value = Number((quotient << 1n) | sticky) * 2 ** -Number(shift + 1n);
  return negative ? -value : value;
}
