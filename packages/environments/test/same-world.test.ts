import { describe, expect, it } from 'vitest';
import { MemoryEventLog, readScenario, Simulation, type Scenario } from '../../engine/src/index.js';
import { loadGoldenLog, loadScenario, REFERENCE_SCENARIOS } from '../../engine/test/support/reference.js';
import { NO_COSTS } from '../../engine/test/support/scenarios.js';
import { createEnvironment, type EnvironmentDefinition } from '../src/index.js';

/** Learners who do what their policies would have done live in the same world, byte for byte (spec 18 §7, law 1). */

const GOLDEN = REFERENCE_SCENARIOS.filter(({ calls, outcome }) => outcome === 'completed' && calls === undefined);
const fifoBanks = (scenario: Scenario): string[] =>
  scenario.config.agent_configs.filter(({ policy }) => policy.type === 'Fifo').map(({ id }) => id);
const WITH_FIFO = GOLDEN.map((reference) => ({ reference, scenario: loadScenario(reference) })).filter(
  ({ scenario }) => fifoBanks(scenario).length > 0,
);

const RELEASE_ALL: EnvironmentDefinition['decisions'] = [{ at: 'tick', action: 'release_all' }];

it('has golden scenarios to show it on', () => {
  expect(WITH_FIFO.length).toBeGreaterThan(30);
});

describe.each(WITH_FIFO)('$reference.name', ({ reference, scenario }) => {
  it('is the golden log when those who would release everything learn, and release everything', () => {
    const learners = fifoBanks(scenario);
    const environment = createEnvironment({ scenario: 'given', learners, decisions: RELEASE_ALL }, { scenario });
    expect(environment.events()).toEqual([]);
    environment.reset({ seed: scenario.config.rng_seed });
    while (environment.learners.length > 0) environment.step(Object.fromEntries(learners.map((id) => [id, 1])));
    expect(environment.events()).toEqual(loadGoldenLog(reference).lines);
  });
});

/** Holds a payment until its deadline is near, and says nothing about why. */
const PATIENT = {
  type: 'InlineJson',
  json_string: JSON.stringify({
    version: '1.0',
    policy_id: 'patient',
    payment_tree: {
      type: 'condition',
      node_id: 'near',
      condition: { op: '<=', left: { field: 'ticks_to_deadline' }, right: { value: 4 } },
      on_true: { type: 'action', node_id: 'pay', action: 'Release' },
      on_false: { type: 'action', node_id: 'wait', action: 'Hold' },
    },
    bank_tree: {
      type: 'action',
      node_id: 'budget',
      action: 'SetReleaseBudget',
      parameters: { max_value_to_release: { value: 900 } },
    },
  }),
};

/** Decisions of a bank in a tick, in queue order, as digits: what a budget stopped was released. */
function maskOf(events: MemoryEventLog, bank: string, tick: number): string {
  let mask = '';
  for (const event of events) {
    if (event.tick !== tick || !('agent_id' in event) || event.agent_id !== bank) continue;
    if (event.event_type === 'PolicySubmit') mask += '1';
    else if (event.event_type === 'PolicyHold') mask += event.reason === 'BudgetExhausted' ? '1' : '0';
  }
  return mask;
}

describe('a policy that releases or holds without a reason', () => {
  const MAX = 40;
  const scenario = readScenario({
    simulation: { ticks_per_day: 20, num_days: 3, rng_seed: 7 },
    cost_rates: NO_COSTS,
    queue1_ordering: 'priority_deadline',
    agents: ['A', 'B', 'C'].map((id) => ({
      id,
      opening_balance: 2000,
      unsecured_cap: 500,
      policy: PATIENT,
      arrival_config: {
        rate_per_tick: 1.5,
        amount_distribution: { type: 'Uniform', min: 50, max: 700 },
        deadline_range: [3, 12],
        counterparty_weights: Object.fromEntries(['A', 'B', 'C'].filter((other) => other !== id).map((other) => [other, 1])),
        priority_distribution: { type: 'Uniform', min: 0, max: 10 },
      },
    })),
  });

  it('gives its own log when its decisions are read off it and taken as masks', () => {
    const original = Simulation.create(scenario);
    original.run();
    const lines = [...original.events].map((event) => JSON.stringify(event));
    expect(lines.filter((line) => line.includes('BudgetExhausted')).length).toBeGreaterThan(5);
    expect(lines.filter((line) => line.includes('Policy decision')).length).toBeGreaterThan(20);
    const environment = createEnvironment(
      { scenario: 'given', learners: ['C', 'A', 'B'], decisions: [{ at: 'tick', action: 'release_mask', max: MAX }] },
      { scenario },
    );
    environment.events();
    environment.reset({ seed: 7 });
    for (let tick = 0; environment.learners.length > 0; tick++) {
      const masks = environment.learners.map((id) => [id, [...maskOf(original.events, id, tick).padEnd(MAX, '0')].map(Number)]);
      environment.step(Object.fromEntries(masks) as Record<string, number[]>);
    }
    expect(environment.events()).toEqual(lines);
  });
});
