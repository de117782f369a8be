import * as fc from 'fast-check';
import { readScenario, Simulation, type Scenario } from '../../../engine/src/index.js';
import { workload } from '../../../engine/test/properties/scenarios.js';
import { SEED } from '../../../engine/test/support/seed.js';

/**
 * Random scenarios with outages, shocks, delays and cancellations in which much happens, by name; every other one ends its days with
 * a cancellation. The same ones for the same number.
 */
export function stressedScenarios(count: number): [name: string, scenario: Scenario][] {
  const found: [string, Scenario][] = [];
  const arbitrary = workload({ minBanks: 3, large: false, stress: true });
  for (const { scenario } of fc.sample(arbitrary, { numRuns: 40 * count, seed: SEED + 15 })) {
    if (found.length === count) break;
    const end_of_day = { unsettled: found.length % 2 === 0 ? 'cancel' : 'carry' };
    const parsed = readScenario({ ...scenario, end_of_day });
    const simulation = Simulation.create(parsed);
    simulation.run();
    const stress = [...simulation.events].filter(({ event_type }) =>
      ['OutageEnded', 'CounterpartyReaction', 'ScenarioEventExecuted'].includes(event_type),
    );
    if (simulation.systemMetrics().total_arrivals < 25 || simulation.totalTicks < 10 || stress.length < 5) continue;
    found.push([`stressed-${found.length}`, parsed]);
  }
  return found;
}
