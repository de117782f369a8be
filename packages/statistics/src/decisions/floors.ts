/** Payments that settled, and that arrived, over some days: by number or by value. */
export interface Settled {
  readonly settled: number;
  readonly arrived: number;
}

/**
 * Whether a candidate settles less than the floor, and less than what is in force does: as fractions, the floor as the decimal that is
 * written (spec 17 §5.1).
 */
export function isBelowFloor(candidate: Settled, inForce: Settled | null, floor: number): boolean {
  const rate = fractionOf(candidate);
  if (!isLess(rate, decimal(floor))) return false;
  return inForce === null || isLess(rate, fractionOf(inForce));
}

type Fraction = readonly [numerator: bigint, denominator: bigint];

/** 1 where nothing arrived. */
const fractionOf = ({ arrived, settled }: Settled): Fraction => (arrived === 0 ? [1n, 1n] : [BigInt(settled), BigInt(arrived)]);

const isLess = ([a, b]: Fraction, [c, d]: Fraction): boolean => a * d < c * b;

/** The decimal that a double is written as. */
function decimal(x: number): Fraction {
  const [mantissa, exponent = '0'] = String(x).split('e') as [string, string?];
  const [whole, fraction = ''] = mantissa.split('.') as [string, string?];
  const shift = Number(exponent) - fraction.length;
  const digits = BigInt(whole + fraction);
  return shift >= 0 ? [digits * 10n ** BigInt(shift), 1n] : [digits, 10n ** BigInt(-shift)];
}
