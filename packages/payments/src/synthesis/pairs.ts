import { pow } from '@simcash/random';

const ENOUGH = 1e-12;
const MOST_ROUNDS = 1000;

/** The matrix with these totals that is nearest to the products of them, without a diagonal: RAS (spec 13 §15). */
export function balancedMatrix(rows: readonly number[], columns: readonly number[]): Float64Array[] {
  const matrix = rows.map((row, i) => Float64Array.from(columns, (column, j) => (i === j ? 0 : row * column)));
  const rowSum = (i: number): number => matrix[i]!.reduce((sum, x) => sum + x, 0);
  const columnSum = (j: number): number => matrix.reduce((sum, row) => sum + row[j]!, 0);
  const factor = (wanted: number, found: number): number => (found === 0 ? 0 : wanted / found);
  for (let round = 0; round < MOST_ROUNDS; round++) {
    rows.forEach((wanted, i) => {
      const by = factor(wanted, rowSum(i));
      matrix[i]!.forEach((x, j) => void (matrix[i]![j] = x * by));
    });
    columns.forEach((wanted, j) => {
      const by = factor(wanted, columnSum(j));
      for (const row of matrix) row[j]! *= by;
    });
    if (rows.every((wanted, i) => Math.abs(rowSum(i) - wanted) <= ENOUGH * wanted)) break;
  }
  return matrix;
}

/** Sizes that fall with the rank: (i + 1)^−zipf. */
export const zipfSizes = (count: number, zipf: number): number[] => Array.from({ length: count }, (_, i) => pow(i + 1, -zipf));
