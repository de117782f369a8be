/** Numbers in which vertices are computed: fractions for whole costs, doubles with tolerances for others. */
export interface Arithmetic<T> {
  of(x: number): T;
  add(a: T, b: T): T;
  subtract(a: T, b: T): T;
  multiply(a: T, b: T): T;
  divide(a: T, b: T): T;
  /** −1, 0 or 1, of a cost or a value. */
  sign(a: T): number;
  /** The same of a probability. */
  signOfShare(a: T): number;
  toNumber(a: T): number;
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
  sign: ({ n }) => (n === 0n ? 0 : n < 0n ? -1 : 1),
  signOfShare: ({ n }) => (n === 0n ? 0 : n < 0n ? -1 : 1),
  toNumber: ({ d, n }) => Number(n) / Number(d),
};

function fraction(n: bigint, d: bigint): Fraction {
  let [a, b] = [n < 0n ? -n : n, d];
  while (b !== 0n) [a, b] = [b, a % b];
  return a === 1n ? { n, d } : { n: n / a, d: d / a };
}

const SHARE = 1e-9;

/** @param largest absolute value of a cost */
export function doubles(largest: number): Arithmetic<number> {
  const tolerance = 1e-9 * (1 + largest);
  return {
    of: (x) => x,
    add: (a, b) => a + b,
    subtract: (a, b) => a - b,
    multiply: (a, b) => a * b,
    divide: (a, b) => a / b,
    sign: (a) => (Math.abs(a) <= tolerance ? 0 : Math.sign(a)),
    signOfShare: (a) => (Math.abs(a) < SHARE ? 0 : Math.sign(a)),
    toNumber: (a) => a,
  };
}

/** Solves a square system of linear equations; null if it has not exactly one solution. Rows are the equations, right side last. */
export function solve<T>(system: T[][], { divide, multiply, subtract, toNumber }: Arithmetic<T>): T[] | null {
  const n = system.length;
  const rows = system.map((row) => [...row]);
  for (let column = 0; column < n; column++) {
    let pivot = column;
    for (let i = column + 1; i < n; i++)
      if (Math.abs(toNumber(rows[i]![column]!)) > Math.abs(toNumber(rows[pivot]![column]!))) pivot = i;
    if (Math.abs(toNumber(rows[pivot]![column]!)) < 1e-12) return null;
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
