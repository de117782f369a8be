import { guardedLimits, paretoFront } from '@simcash/statistics';
import type { SweepPlan } from './cells/plan.js';
import type { Results } from './execution/results.js';
import { meanOf } from './mean.js';

/** A cell among others, by several measures that are all to be small (spec 17 §19). */
export interface ParetoPoint {
  /** The number of the cell, counted from 0. */
  readonly cell: number;
  /** Mean of each measure; rates as 1 − rate. Null where a run has none. */
  readonly values: readonly (number | null)[];
  /** Whether no other cell is as good in all measures and better in one. */
  readonly isOnFront: boolean;
  /** A cell that is surely as good in all measures and better in one. */
  readonly surelyDominatedBy: number | null;
}

const LEVEL = 0.05;
/** Replications like the worst one that are added before something counts as sure. */
const TAIL = 2;

/** What is large where it is good: it is entered as what is missing. */
const RATE = /(^|\.)settlement_rate_/;

/** The trade-offs among the cells of a sweep. */
export function paretoPoints({ cells, measures }: SweepPlan, results: Results, replications: number): ParetoPoint[] {
  const values = cells.map((_, cell) =>
    measures.map(({ name }, m) => results.values(cell, m, replications).map((x) => (x !== null && RATE.test(name) ? 1 - x : x))),
  );
  const means = values.map((own) => own.map(meanOf));
  const front = new Set(paretoFront(means));
  const isSure = (p: number, q: number): boolean => {
    const limits = measures.map((_, m) => {
      const [better, worse] = [values[p]![m]!, values[q]![m]!];
      const savings = worse.flatMap((x, r) => (x === null || (better[r] ?? null) === null ? [] : [x - better[r]!]));
      return savings.length === 0 ? -Infinity : guardedLimits(savings, LEVEL, TAIL).lower;
    });
    return limits.every((lower) => lower >= 0) && limits.some((lower) => lower > 0);
  };
  return cells.map((_, cell) => {
    const by = cells.findIndex((__, other) => other !== cell && isSure(other, cell));
    return { cell, values: means[cell]!, isOnFront: front.has(cell), surelyDominatedBy: by === -1 ? null : by };
  });
}
