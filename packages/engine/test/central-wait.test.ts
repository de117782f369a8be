import { describe, expect, it } from 'vitest';
import { parseScenario, Simulation, WAIT_CAUSES } from '../src/index.js';
import { anyWorkload } from './properties/scenarios.js';
import { property } from './properties/property.js';

const pay = (amount: number, to = 'B', tick = 0): object => ({
  ...{ type: 'CustomTransactionArrival', from_agent: 'A', to_agent: to, amount, priority: 5, deadline: 9 },
  schedule: { type: 'OneTime', tick },
});

function run(events: object[], bank: object = {}): Simulation {
  const scenario = parseScenario({
    simulation: { ticks_per_day: 10, num_days: 1, rng_seed: 1 },
    agents: [
      { id: 'A', opening_balance: 1000, policy: { type: 'Fifo' }, ...bank },
      ...['B', 'C'].map((id) => ({ id, opening_balance: 0 })),
    ],
    scenario_events: events,
  });
  const simulation = Simulation.create(scenario);
  for (let tick = 0; tick < 3; tick++) simulation.tick();
  return simulation;
}

describe('a payment in the central queue waits', () => {
  it('for liquidity, and it is said how much is missing', () => {
    const simulation = run([pay(600), pay(700), pay(900, 'C')]);
    expect(simulation.centralWait('T00000001')).toBeNull();
    expect(simulation.centralWait('T00000002')).toEqual({
      ...{ tx_id: 'T00000002', sender_id: 'A', receiver_id: 'B', amount: 700, rtgs_priority: 'Normal', since_tick: 0 },
      ...{ position: 0, own_position: 0, queue_size: 2, balance: 400, available: 400, shortfall: 300 },
      ...{ bilateral_limit: null, multilateral_limit: null, offset: null, causes: ['liquidity'] },
    });
    expect(simulation.centralWait('T00000003')).toMatchObject({ position: 1, own_position: 1, shortfall: 500 });
    expect(simulation.centralWait('T00000004')).toBeNull();
  });

  it('for room in limits, which count what was paid today', () => {
    const limits = { bilateral_limits: { B: 800 }, multilateral_limit: 900 };
    const simulation = run([pay(600), pay(300)], { limits });
    expect(simulation.centralWait('T00000002')).toMatchObject({
      ...{ shortfall: 0, causes: ['bilateral_limit'] },
      bilateral_limit: { limit: 800, used: 600, excess: 100 },
      multilateral_limit: { limit: 900, used: 600, excess: 0 },
    });
  });
});

property('every payment in the central queue knows its place and what is against it', 60, anyWorkload(), ({ scenario }) => {
  const simulation = Simulation.create(parseScenario(scenario));
  while (simulation.currentTick < simulation.totalTicks) {
    simulation.tick();
    const queue = simulation.queue2();
    queue.forEach((id, position) => {
      const wait = simulation.centralWait(id)!;
      expect(wait).toMatchObject({ tx_id: id, position, queue_size: queue.length });
      expect(wait.shortfall > 0).toBe(wait.amount > wait.available);
      expect(wait.causes).toEqual(WAIT_CAUSES.filter((cause) => wait.causes.includes(cause)));
    });
  }
});
