import { stressTestOf, type BaselineSeed, type StressCaseRows, type StressTest } from '@simcash/runs/live';
import type { SweepPlan } from '../cells/plan.js';
import type { Results } from '../execution/results.js';
import { bankIds } from '../measures.js';
import { networkWith, stressMeasuresOf } from './figures.js';

/**
 * What a stress test says (spec 15 §7), of the values of its runs alone, whoever ran them and when; null if no run without stress
 * succeeded.
 */
export function stressTestOfSweep(plan: SweepPlan, results: Results, replications: number): StressTest | null {
  const banks = bankIds(plan.base);
  const seedsOf = <T>(cell: number, read: (value: (name: string) => number | null, seed: string) => T): T[] => {
    const columns = new Map(plan.measures.map(({ name }, m) => [name, results.values(cell, m, replications)]));
    return Array.from({ length: replications }, (_, r) => r)
      .filter((r) => results.has(cell, r) && columns.get('secondary_unsettled')![r] !== null)
      .map((r) => read((name) => columns.get(name)![r]!, String(plan.seed(cell, r))));
  };
  const baselines = seedsOf(plan.baseline, (value, seed): BaselineSeed => ({
    run: {
      seed,
      payments: value('payments_due')!,
      value: value('value_due')!,
      unsettled_value: value('unsettled_value_end')!,
      unsettled_count: value('unsettled_payments_end')!,
      delay_indicator: value('delay_indicator'),
      total_cost: value('total_cost')!,
    },
    banks: networkWith(value, banks),
  }));
  if (baselines.length === 0) return null;
  const cases = plan.cells.flatMap(({ index, stress }): StressCaseRows[] =>
    stress === null
      ? []
      : [
          {
            case: stress.name,
            stricken: stress.stricken,
            events: stress.events,
            seeds: seedsOf(index, (value, seed) => ({ seed, ...stressMeasuresOf(value, banks) })),
          },
        ],
  );
  return stressTestOf(baselines, cases);
}
