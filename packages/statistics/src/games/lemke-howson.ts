import { LEAST_SHARE, quotient } from './arithmetic.js';

type Matrix = readonly (readonly number[])[];

/** Strategies of a player up to which whole costs are computed with exactly: the numbers get as long as there are strategies. */
const MOST_EXACT = 40;
/** Steps after which doubles are taken to go round in a circle. */
const MOST_STEPS = 10_000;

/**
 * One equilibrium of a game of two players who minimise, by complementary pivoting (Lemke and Howson 1964): the first row's label is left
 * first, ties of the ratio test are broken lexicographically. Null if doubles lose their way.
 */
export function lemkeHowson(costsA: Matrix, costsB: Matrix): [x: number[], y: number[]] | null {
  const all = [...costsA, ...costsB].flat();
  const largest = all.reduce((most, cost) => Math.max(most, cost), -Infinity);
  const isExact = all.every(Number.isSafeInteger) && Math.max(costsA.length, costsA[0]!.length) <= MOST_EXACT;
  // Gains above 0, as the method wants them.
  if (isExact) return equilibriumOf(costsA, costsB, (cost) => BigInt(largest) - BigInt(cost) + 1n, 1n, 0n, INTEGERS);
  const range = largest - all.reduce((least, cost) => Math.min(least, cost), Infinity) || 1;
  return equilibriumOf(costsA, costsB, (cost) => (largest - cost) / range + 1, 1, 0, REALS);
}

function equilibriumOf<T>(
  costsA: Matrix,
  costsB: Matrix,
  gain: (cost: number) => T,
  one: T,
  zero: T,
  numbers: Numbers<T>,
): [x: number[], y: number[]] | null {
  const [m, n] = [costsA.length, costsA[0]!.length];
  // Labels 0 … m−1 are rows, m … m+n−1 columns. One tableau for x, whose slacks are columns, one for y, whose slacks are rows.
  const rows = Array.from({ length: m }, (_, i) => i);
  const columns = Array.from({ length: n }, (_, j) => m + j);
  const withSlacks = (matrix: T[][]): T[][] =>
    matrix.map((row, i) => [...row, ...matrix.map((_, k) => (k === i ? one : zero)), one]);
  const gainsOfColumns = columns.map((label) => costsB.map((row) => gain(row[label - m]!)));
  const forX = new Tableau(withSlacks(gainsOfColumns), rows, columns, one, numbers);
  const forY = new Tableau(withSlacks(costsA.map((row) => row.map(gain))), columns, rows, one, numbers);
  let entering = 0;
  let tableau = forX;
  for (let step = 0; step < MOST_STEPS; step++) {
    entering = tableau.pivot(entering);
    if (entering === 0) return [forX.shares(0, m), forY.shares(m, n)];
    tableau = tableau === forX ? forY : forX;
  }
  return null;
}

/** Numbers of a tableau. Rows may be multiplied by what is above 0: only ratios within a row matter. */
interface Numbers<T> {
  isPositive(a: T): boolean;
  /** Whether a ÷ b is less than c ÷ d, or greater, as a sign; b and d are above 0. */
  compareRatios(a: T, b: T, c: T, d: T): number;
  /** An entry `a` of another row, after `factor` of it was cleared with the pivot's row, whose entry is `top`. */
  cleared(a: T, factor: T, top: T, pivot: T, previous: T): T;
  /** Parts of what the values, each an entry ÷ that of its basis, are together. */
  shares(values: readonly (readonly [T, T])[]): number[];
}

/** Without fractions: what is divided by the pivot before leaves no rest (Edmonds 1967, Bareiss 1968). */
const INTEGERS: Numbers<bigint> = {
  isPositive: (a) => a > 0n,
  compareRatios(a, b, c, d) {
    const difference = a * d - c * b;
    return difference === 0n ? 0 : difference < 0n ? -1 : 1;
  },
  cleared: (a, factor, top, pivot, previous) => (a * pivot - factor * top) / previous,
  shares(values) {
    // Entries of the basis are all the same.
    const sum = values.reduce((total, [value]) => total + value, 0n);
    return values.map(([value]) => quotient(value, sum));
  },
};

const TINY = 1e-12;

const REALS: Numbers<number> = {
  isPositive: (a) => a > TINY,
  compareRatios(a, b, c, d) {
    const difference = a / b - c / d;
    return Math.abs(difference) <= TINY ? 0 : difference;
  },
  cleared: (a, factor, top, pivot) => a - (factor / pivot) * top,
  shares(values) {
    const amounts = values.map(([value, basis]) => value / basis);
    const sum = amounts.reduce((total, amount) => total + amount, 0);
    const kept = amounts.map((amount) => (amount / sum < LEAST_SHARE ? 0 : amount));
    const sumKept = kept.reduce((total, amount) => total + amount, 0);
    return kept.map((amount) => amount / sumKept);
  },
};

class Tableau<T> {
  readonly #labels: readonly number[];
  readonly #basis: number[];
  #previous: T;

  /** @param rows columns: variables, slacks, right side */
  constructor(
    private readonly rows: T[][],
    variables: readonly number[],
    slacks: readonly number[],
    one: T,
    private readonly numbers: Numbers<T>,
  ) {
    this.#labels = [...variables, ...slacks];
    this.#basis = [...slacks];
    this.#previous = one;
  }

  /** Takes a label into the basis. @returns the label that leaves it */
  pivot(entering: number): number {
    const column = this.#labels.indexOf(entering);
    const row = this.#leavingRow(column);
    const top = this.rows[row]!;
    const by = top[column]!;
    for (const [i, other] of this.rows.entries()) {
      if (i === row) continue;
      const factor = other[column]!;
      for (let j = 0; j < other.length; j++) other[j] = this.numbers.cleared(other[j]!, factor, top[j]!, by, this.#previous);
    }
    this.#previous = by;
    const leaving = this.#basis[row]!;
    this.#basis[row] = entering;
    return leaving;
  }

  #leavingRow(column: number): number {
    const last = this.rows[0]!.length - 1;
    // The right side first, then the columns from the left: no cycles.
    const order = [last, ...Array.from({ length: last }, (_, j) => j)];
    const candidates = this.rows.flatMap((row, i) => (this.numbers.isPositive(row[column]!) ? [i] : []));
    return candidates.reduce((best, i) => {
      const [own, other] = [this.rows[i]!, this.rows[best]!];
      for (const j of order) {
        const side = this.numbers.compareRatios(own[j]!, own[column]!, other[j]!, other[column]!);
        if (side !== 0) return side < 0 ? i : best;
      }
      return best;
    });
  }

  /** Values of the labels from one on, as shares. */
  shares(from: number, count: number): number[] {
    const places = this.#basis.flatMap((label, i) =>
      label >= from && label < from + count ? [{ label, row: this.rows[i]! }] : [],
    );
    const parts = this.numbers.shares(places.map(({ label, row }) => [row.at(-1)!, row[this.#labels.indexOf(label)]!]));
    const shares = new Array<number>(count).fill(0);
    places.forEach(({ label }, k) => (shares[label - from] = parts[k]!));
    return shares;
  }
}
