import { meanFigures, type MeanFigures } from '@simcash/statistics';
import type { SweepPlan } from '../cells/plan.js';
import type { Results } from '../execution/results.js';
import { EXTERNALITIES } from './document.js';

/**
 * What happens to the banks when one of them alone behaves like the benchmark, seed by seed with the same payments. Negative costs the
 * bank less.
 */
export interface ExternalityMatrix {
  /** The measure by name. */
  readonly measure: string;
  /** Whether numbers are cents. */
  readonly isMoney: boolean;
  /** In agent order: rows are banks that change, columns banks that it happens to. */
  readonly banks: readonly string[];
  /** Changes of each bank's costs by each bank's change. */
  readonly changes: readonly (readonly MeanFigures[])[];
  /** By row: the sum over the other banks, which is what the bank's behaviour takes from them, or gives them, now. */
  readonly to_others: readonly MeanFigures[];
  /** By column: the sum of what the changes of each other bank do to the bank. */
  readonly from_others: readonly MeanFigures[];
}

/** The matrices of a sweep of externalities, in the order of what is measured. Seeds in which a bank has no value are left out. */
export function externalityMatrices({ cells, measures }: SweepPlan, results: Results, n: number): ExternalityMatrix[] {
  const banks = cells.slice(1).map(({ labels }) => Object.values(labels)[0]!);
  return EXTERNALITIES.map(([name], m): ExternalityMatrix => {
    const first = m * banks.length;
    const before = banks.map((_, j) => results.values(0, first + j, n));
    const changes = banks.map((_, i) =>
      banks.map((_bank, j) => {
        const after = results.values(i + 1, first + j, n);
        return after.map((value, r) => difference(value, before[j]![r] ?? null));
      }),
    );
    const over = (lists: readonly (readonly (number | null)[])[]): MeanFigures =>
      figuresOf(Array.from({ length: n }, (_, r) => lists.reduce<number | null>((sum, list) => added(sum, list[r] ?? null), 0)));
    return {
      measure: name,
      isMoney: measures[first]!.isMoney,
      banks,
      changes: changes.map((row) => row.map(figuresOf)),
      to_others: changes.map((row, i) => over(row.filter((_, j) => j !== i))),
      from_others: banks.map((_, j) => over(changes.filter((__, i) => i !== j).map((row) => row[j]!))),
    };
  });
}

const figuresOf = (values: readonly (number | null)[]): MeanFigures => meanFigures(values.filter((value) => value !== null));

const difference = (after: number | null, before: number | null): number | null =>
  after === null || before === null ? null : after - before;

const added = (a: number | null, b: number | null): number | null => (a === null || b === null ? null : a + b);
