type Matrix = readonly (readonly number[])[];

const TINY = 1e-12;

/**
 * One equilibrium of a game of two players who minimise, by complementary pivoting (Lemke and Howson 1964): the first row's label is left
 * first, ties of the ratio test are broken lexicographically.
 */
export function lemkeHowson(costsA: Matrix, costsB: Matrix): [x: number[], y: number[]] {
  const [m, n] = [costsA.length, costsA[0]!.length];
  const largest = [...costsA, ...costsB].flat().reduce((most, cost) => Math.max(most, cost), -Infinity);
  // Gains above 0, as the method wants them.
  const gain = (cost: number): number => largest - cost + 1;
  // Labels 0 … m−1 are rows, m … m+n−1 columns. One tableau for x, whose slacks are columns, one for y, whose slacks are rows.
  const forX = new Tableau(
    Array.from({ length: n }, (_, j) => costsB.map((row) => gain(row[j]!))),
    Array.from({ length: m }, (_, i) => i),
    Array.from({ length: n }, (_, j) => m + j),
  );
  const forY = new Tableau(
    costsA.map((row) => row.map(gain)),
    Array.from({ length: n }, (_, j) => m + j),
    Array.from({ length: m }, (_, i) => i),
  );
  let entering = 0;
  let tableau = forX;
  do {
    entering = tableau.pivot(entering);
    tableau = tableau === forX ? forY : forX;
  } while (entering !== 0);
  return [forX.shares(0, m), forY.shares(m, n)];
}

class Tableau {
  /** Columns: variables, slacks, right side. */
  readonly #rows: number[][];
  readonly #labels: number[];
  readonly #basis: number[];

  constructor(matrix: number[][], variables: readonly number[], slacks: readonly number[]) {
    this.#rows = matrix.map((row, i) => [...row, ...slacks.map((_, k) => (k === i ? 1 : 0)), 1]);
    this.#labels = [...variables, ...slacks];
    this.#basis = [...slacks];
  }

  /** Takes a label into the basis. @returns the label that leaves it */
  pivot(entering: number): number {
    const column = this.#labels.indexOf(entering);
    const row = this.#leavingRow(column);
    const top = this.#rows[row]!;
    const by = top[column]!;
    for (let j = 0; j < top.length; j++) top[j]! /= by;
    this.#rows.forEach((other, i) => {
      const factor = other[column]!;
      if (i === row || factor === 0) return;
      for (let j = 0; j < other.length; j++) other[j]! -= factor * top[j]!;
    });
    const leaving = this.#basis[row]!;
    this.#basis[row] = entering;
    return leaving;
  }

  #leavingRow(column: number): number {
    const last = this.#rows[0]!.length - 1;
    // The right side first, then the columns from the left: no cycles.
    const order = [last, ...Array.from({ length: last }, (_, j) => j)];
    const candidates = this.#rows.flatMap((row, i) => (row[column]! > TINY ? [i] : []));
    return candidates.reduce((best, i) => {
      for (const j of order) {
        const [a, b] = [this.#rows[i]![j]! / this.#rows[i]![column]!, this.#rows[best]![j]! / this.#rows[best]![column]!];
        if (Math.abs(a - b) > TINY) return a < b ? i : best;
      }
      return best;
    });
  }

  /** Values of the labels from one on, as shares. */
  shares(from: number, count: number): number[] {
    const values = new Array<number>(count).fill(0);
    this.#basis.forEach((label, i) => {
      if (label >= from && label < from + count) values[label - from] = this.#rows[i]!.at(-1)!;
    });
    const sum = values.reduce((total, value) => total + value, 0);
    return values.map((value) => value / sum);
  }
}
