import { describe, expect, it } from 'vitest';
import { DESIGNS, FAMILIES, gridlocks, optimum, settle } from '../scripts/effectiveness.mjs';

/** What spec 12 §11 requires of designs, on the gridlocks of the script's own family G. */

interface Result {
  /** Of the best value. */
  share: number;
  /** Solvable gridlocks in which nothing settles. */
  untouched: number;
}

const scenarios: Record<string, unknown>[] = gridlocks('G');
const best: number[] = scenarios.map(optimum);
const total = (numbers: readonly number[]): number => numbers.reduce((sum, x) => sum + x, 0);

function result(design: string): Result {
  const values = scenarios.map((scenario): number => settle(scenario, (DESIGNS as Record<string, object>)[design]!).value);
  values.forEach((value, i) => expect(value).toBeLessThanOrEqual(best[i]!));
  return { share: total(values) / total(best), untouched: values.filter((value, i) => best[i]! > 0 && value === 0).length };
}

describe('random gridlocks', () => {
  it('are mostly solvable, the same every time, and nothing settles in them gross', () => {
    expect(best.filter((value) => value > 0).length).toBeGreaterThan(250);
    expect(gridlocks('G', 3)).toEqual(scenarios.slice(0, 3));
    expect(Object.keys(FAMILIES)).toEqual(['G', 'M', 'E', 'D6', 'D8']);
    expect(result('`retry` only').share).toBe(0);
  });

  it.each([
    ['preset `recommended`', 0.99],
    ['preset `recommended_fifo`', 0.95],
    ['bilateral_subset, rings, partial_netting, best_fit + chain, until stable', 0.87],
    ['preset `optimal`', 1],
  ])('%s settles at least %d of the best value', (design, least) => {
    expect(result(design).share).toBeGreaterThanOrEqual(least);
  });

  it('recommended leaves no solvable one untouched', () => {
    expect(result('preset `recommended`').untouched).toBe(0);
    expect(result('preset `gridlock`').untouched).toBeGreaterThan(0);
  });
});
