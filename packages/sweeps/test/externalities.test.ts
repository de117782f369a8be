import { describe, expect, it } from 'vitest';
import { parseScenario, Simulation, withSeed } from '../../engine/src/index.js';
import {
  externalitiesDocument,
  externalityMatrices,
  planSweep,
  readSweep,
  runSweep,
  type ExternalityMatrix,
} from '../src/index.js';

/** What each bank's behaviour does to the others (issue of sweeps, point 7). */

const BANKS = ['A', 'B', 'C'];
const PATIENT = { type: 'Deadline', urgency_threshold: 2 };

const scenarioOf = (policies: readonly object[]) =>
  parseScenario({
    simulation: { ticks_per_day: 12, num_days: 1, rng_seed: 3 },
    cost_rates: { delay_cost_per_tick_per_cent: 0.001, overdraft_bps_per_tick: 5 },
    agents: BANKS.map((id, i) => ({
      id,
      opening_balance: 2000,
      unsecured_cap: 3000,
      policy: policies[i],
      arrival_config: {
        rate_per_tick: 1.2,
        amount_distribution: { type: 'Uniform', min: 200, max: 1500 },
        counterparty_weights: Object.fromEntries(BANKS.filter((other) => other !== id).map((other) => [other, 1])),
        deadline_range: [2, 8],
      },
    })),
  });

async function matrices(policies: readonly object[], benchmark: Record<string, unknown>): Promise<ExternalityMatrix[]> {
  const scenario = scenarioOf(policies);
  const document = readSweep(externalitiesDocument(scenario, benchmark, { sweep: 'e', replications: { count: 6 } }));
  const plan = planSweep(document, scenario, { readPolicy: () => '', readDesign: () => null });
  const { replications, results } = await runSweep(plan, { executor: 'in-process' });
  return externalityMatrices(plan, results, replications);
}

describe('externalities', () => {
  it('are nothing where a policy is replaced by itself', async () => {
    for (const { changes, from_others, to_others } of await matrices([PATIENT, PATIENT, PATIENT], PATIENT))
      for (const { mean, t_lower, t_upper } of [...changes.flat(), ...from_others, ...to_others])
        expect({ mean, t_lower, t_upper }).toEqual({ mean: 0, t_lower: 0, t_upper: 0 });
  });

  it('are the differences between two runs of each seed, bank by bank', async () => {
    const policies = [PATIENT, { type: 'Fifo' }, PATIENT];
    const [costs] = (await matrices(policies, { type: 'Fifo' })) as [ExternalityMatrix];
    const scenario = scenarioOf(policies);
    const changed = scenarioOf([{ type: 'Fifo' }, { type: 'Fifo' }, PATIENT]);
    const document = readSweep(externalitiesDocument(scenario, { type: 'Fifo' }, { sweep: 'e', replications: { count: 6 } }));
    const plan = planSweep(document, scenario, { readPolicy: () => '', readDesign: () => null });
    const total = (which: typeof scenario, seed: bigint, bank: string): number => {
      const simulation = Simulation.create(withSeed(which, seed));
      simulation.run();
      return simulation.agentRunCosts(bank).total_cost;
    };
    BANKS.forEach((bank, j) => {
      const differences = Array.from(
        { length: 6 },
        (_, r) => total(changed, plan.seed(0, r), bank) - total(scenario, plan.seed(0, r), bank),
      );
      expect(costs.changes[0]![j]!.mean).toBeCloseTo(differences.reduce((sum, x) => sum + x) / 6, 9);
    });
    // The bank that is the benchmark already changes nothing.
    for (const { mean } of costs.changes[1]!) expect(mean).toBe(0);
    expect(costs.changes[0]!.some(({ mean }) => mean !== 0)).toBe(true);
  });

  it('add up by row and by column, without the bank itself', async () => {
    for (const { banks, changes, from_others, to_others } of await matrices([PATIENT, PATIENT, PATIENT], { type: 'Fifo' }))
      banks.forEach((_, i) => {
        const others = banks.map((__, j) => j).filter((j) => j !== i);
        if (changes.flat().some(({ n }) => n < 6)) return;
        expect(to_others[i]!.mean).toBeCloseTo(
          others.reduce((sum, j) => sum + changes[i]![j]!.mean!, 0),
          9,
        );
        expect(from_others[i]!.mean).toBeCloseTo(
          others.reduce((sum, j) => sum + changes[j]![i]!.mean!, 0),
          9,
        );
      });
  });
});
