import type { SimulationEvent } from '@simcash/protocol';
import { describe, expect, it } from 'vitest';
import { readScenario, Simulation } from '../src/index.js';
import { action, inline } from './support/policies.js';

const document = (more: object, costs: object = {}): object => ({
  simulation: { ticks_per_day: 3, num_days: 1, rng_seed: 1 },
  agents: [
    { id: 'A', opening_balance: 0, unsecured_cap: 5000, ...more },
    { id: 'B', opening_balance: 0 },
  ],
  cost_rates: costs,
});

it('what is wrong with a policy is said before what is wrong with its share of the pool', () => {
  const policy = inline({ payment_tree: action('Teleport') });
  const config = { ...readScenario(document({ policy })).config };
  const agents = config.agent_configs.map((agent) => ({ ...agent, liquidity_pool: 10, liquidity_allocation_fraction: 7 }));
  expect(() => Simulation.create({ ...config, agent_configs: agents } as never)).toThrow(/Teleport/);
});

describe('costs whose parts offset each other', () => {
  it('are accumulated, and logged only if their sum is greater than 0', () => {
    const pay = {
      ...{ type: 'CustomTransactionArrival', from_agent: 'A', to_agent: 'B', amount: 100_000, deadline: 1 },
      schedule: { type: 'OneTime', tick: 0 },
    };
    const scenario = readScenario({
      ...document({}, { delay_cost_per_tick_per_cent: 0.001, deadline_penalty: -500, eod_penalty_per_transaction: 0 }),
      scenario_events: [pay],
    });
    const simulation = Simulation.create(scenario);
    simulation.run();
    const accruals = [...simulation.events].filter(
      (event): event is SimulationEvent & { event_type: 'CostAccrual' } => event.event_type === 'CostAccrual',
    );
    // The end-of-day penalty of the last tick is an event of its own, whatever its amount (spec 05 §7).
    for (const { costs, tick } of accruals) if (tick < 2) expect(costs.total).toBeGreaterThan(0);
    const { deadline_penalty, delay_cost, total_cost } = simulation.agentRunCosts('A');
    // In tick 2 the penalty of −500 makes up for a delay of 500.
    expect({ deadline_penalty, delay_cost, total_cost }).toEqual({ deadline_penalty: -500, delay_cost: 700, total_cost: 200 });
  });
});
