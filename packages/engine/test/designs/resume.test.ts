import { describe, expect, it } from 'vitest';
import { Simulation, type ScenarioInput } from '../../src/index.js';
import { INSTANCES, settlementOf, type Instance } from './support/golden.js';

/** Golden instances that list events, stopped after every tick in turn (spec 12 §14.13). */

const input = (instance: Instance, design: string): ScenarioInput =>
  ({ ...instance.scenario, settlement: { ...settlementOf(instance, design), report: 'all' } }) as unknown as ScenarioInput;

/** Log and reports of the ticks from one on. */
function rest(simulation: Simulation): unknown {
  const first = simulation.currentTick;
  simulation.run();
  const { algorithm_runs, settlement_runs } = simulation.takeRecords();
  return {
    log: [...simulation.events].filter(({ tick }) => tick >= first).map((event) => JSON.stringify(event)),
    reports: [algorithm_runs, settlement_runs].map((list) => list.filter(({ tick }) => tick >= first)),
    end: simulation.snapshot(),
  };
}

const listing = INSTANCES.filter((one) => Object.values(one.designs).some(({ events }) => events !== undefined));

describe.each(listing.map((instance) => [instance.name, instance] as const))('%s', (_, instance) => {
  it('goes on after every tick as if it had never been stopped, restored or forked', () => {
    for (const design of Object.keys(instance.designs)) {
      const scenario = input(instance, design);
      const whole = Simulation.create(scenario);
      for (let tick = 1; tick < whole.totalTicks; tick++) {
        const stopped = Simulation.create(scenario);
        stopped.run({ untilTick: tick });
        const resumed = Simulation.restore(scenario, stopped.snapshot());
        const forked = stopped.fork();
        stopped.beginTick();
        const forkedInside = stopped.fork();
        const expected = rest(stopped);
        for (const simulation of [resumed, forked, forkedInside])
          expect(rest(simulation), `${design} after tick ${tick - 1}`).toEqual(expected);
      }
    }
  });
});

it('there are such instances', () => {
  expect(listing.length).toBeGreaterThan(50);
});
