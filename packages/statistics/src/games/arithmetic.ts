import { toDouble } from '../estimates/rational.js';

/** What it takes to solve equations. */
export interface Equations<T> {
  subtract(a: T, b: T): T;
  multiply(a: T, b: T): T;
  divide(a: T, b: T): T;
  toNumber(a: T): number;
  /** Whether a number is none by which others can be divided. */
  isZero(a: T): boolean;
}

/** Numbers in which vertices are computed: fractions for whole costs, doubles with tolerances for others. */
export interface Arithmetic<T> extends Equations<T> {
  of(x: number): T;
  add(a: T, b: T): T;
  /** −1, 0 or 1, of a cost or a value. */
  sign(a: T): number;
  /** The same of a probability. */
  signOfShare(a: T): number;
  /** Probabilities above 0, as they came out of equations, so that they add up to 1. */
  normalised(shares: readonly T[]): T[];
  /** The same for numbers that are taken as equal. */
  key(a: T): string;
}

interface Fraction {
  readonly n: bigint;
  /** Above 0, without common factor. */
  readonly d: bigint;
}

export const FRACTIONS: Arithmetic<Fraction> = {
  of: (x) => ({ n: BigInt(x), d: 1n }),
  add: (a, b) => fraction(a.n * b.d + b.n * a.d, a.d * b.d),
  subtract: (a, b) => fraction(a.n * b.d - b.n * a.d, a.d * b.d),
  multiply: (a, b) => fraction(a.n * b.n, a.d * b.d),
  divide: (a, b) => (b.n < 0n ? fraction(-a.n * b.d, a.d * -b.n) : fraction(a.n * b.d, a.d * b.n)),
  isZero: ({ n }) => n === 0n,
  sign: ({ n }) => (n === 0n ? 0 : n < 0n ? -1 : 1),
  signOfShare: ({ n }) => (n === 0n ? 0 : n < 0n ? -1 : 1),
  normalised: (shares) => [...shares],
  toNumber: ({ d, n }) => quotient(n, d),
  key: ({ d, n }) => `${n}/${d}`,
};

/** n / d as a double, however long both are. */
export function quotient(n: bigint, d: bigint): number {
  const [x, y] = [Number(n), Number(d)];
  if (Number.isFinite(x) && Number.isFinite(y)) return x / y;
  return toDouble({ numerator: n, denominator: d });
}

function fraction(n: bigint, d: bigint): Fraction {
  let [a, b] = [n < 0n ? -n : n, d];
  while (b !== 0n) [a, b] = [b, a % b];
  return a === 1n ? { n, d } : { n: n / a, d: d / a };
}

/** Probabilities below this are 0. */
export const LEAST_SHARE = 1e-9;

/** Doubles as they are. */
export const PLAIN: Equations<number> = {
  subtract: (a, b) => a - b,
  multiply: (a, b) => a * b,
  divide: (a, b) => a / b,
  toNumber: (a) => a,
  isZero: (a) => Math.abs(a) < 1e-12,
};

/** Doubles, of which costs within the tolerance are equal. */
export function doubles(tolerance: number): Arithmetic<number> {
  return {
    ...PLAIN,
    of: (x) => x,
    add: (a, b) => a + b,
    sign: (a) => (Math.abs(a) <= tolerance ? 0 : Math.sign(a)),
    signOfShare: (a) => (Math.abs(a) < LEAST_SHARE ? 0 : Math.sign(a)),
    normalised(shares) {
      const sum = shares.reduce((total, share) => total + share, 0);
      return shares.map((share) => share / sum);
    },
    key: (a) => a.toFixed(7),
  };
}

/** Solves a square system of linear equations; null if it has not exactly one solution. Rows are the equations, right side last. */
export function solve<T>(system: T[][], arithmetic: Equations<T>): T[] | null {
  const { divide, isZero, multiply, subtract, toNumber } = arithmetic;
  const n = system.length;
  const rows = system.map((row) => [...row]);
  for (let column = 0; column < n; column++) {
    let pivot = column;
    for (let i = column + 1; i < n; i++)
      if (Math.abs(toNumber(rows[i]![column]!)) > Math.abs(toNumber(rows[pivot]![column]!))) pivot = i;
    if (isZero(rows[pivot]![column]!)) return null;
    [rows[column], rows[pivot]] = [rows[pivot]!, rows[column]!];
    const top = rows[column]!;
    for (let i = 0; i < n; i++) {
      if (i === column) continue;
      const row = rows[i]!;
      const factor = divide(row[column]!, top[column]!);
      if (toNumber(factor) === 0) continue;
      for (let j = column; j <= n; j++) row[j] = subtract(row[j]!, multiply(factor, top[j]!));
    }
  }
  return rows.map((row, i) => divide(row[n]!, row[i]!));
}
