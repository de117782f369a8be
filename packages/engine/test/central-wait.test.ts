import { describe, expect, it } from 'vitest';
import { readScenario, Simulation, WAIT_CAUSES } from '../src/index.js';
import { anyWorkload } from './properties/scenarios.js';
import { property } from './properties/property.js';

const pay = (amount: number, to = 'B', tick = 0): object => ({
  ...{ type: 'CustomTransactionArrival', from_agent: 'A', to_agent: to, amount, priority: 5, deadline: 9 },
  schedule: { type: 'OneTime', tick },
});

function run(events: object[], bank: object = {}): Simulation {
  const scenario = readScenario({
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
      ...{ reserved: 0, bilateral_limit: null, multilateral_limit: null, offset: null, rings: [], rings_cut_off: false },
      ...{ blocked_by: null, next_run: { name: 'retry', tick: 3 }, causes: ['liquidity'] },
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

describe('a payment in the central queue', () => {
  const bank = (id: string, more: object = {}): object => ({ id, opening_balance: 0, policy: { type: 'Fifo' }, ...more });
  const scenario = (settlement: object, events: object[], agents = ['A', 'B', 'C'].map((id) => bank(id))): Simulation =>
    Simulation.create(
      readScenario({ simulation: { ticks_per_day: 10, num_days: 1, rng_seed: 1 }, agents, scenario_events: events, settlement }),
    );
  const order = (from: string, to: string, amount: number, priority = 5): object => ({
    ...{ type: 'CustomTransactionArrival', from_agent: from, to_agent: to, amount, priority, deadline: 9 },
    schedule: { type: 'OneTime', tick: 0 },
  });

  it('is in rings that are attempted, and it is said who of them lacks how much', () => {
    const rings = { runs: [{ name: 'rings', algorithms: [{ type: 'rings' }] }] };
    const simulation = scenario(rings, [order('A', 'B', 700), order('B', 'C', 500), order('C', 'A', 400)]);
    simulation.tick();
    const ring = {
      agents: ['A', 'B', 'C', 'A'],
      payments: 3,
      value: 1600,
      short: [{ agent_id: 'A', shortfall: 300 }],
      keeps_limits: true,
    };
    for (const id of simulation.queue2()) expect(simulation.centralWait(id)).toMatchObject({ rings: [ring] });
    expect(simulation.queue2()).toHaveLength(3);
  });

  it('waits for the first one of its bank where the order is strict', () => {
    const strict = { queue: { discipline: { normal: 'strict' } }, runs: [{ algorithms: ['retry'] }] };
    const agents = [bank('A', { opening_balance: 100 }), bank('B')];
    const simulation = scenario(strict, [order('A', 'B', 700), order('A', 'B', 50)], agents);
    simulation.tick();
    expect(simulation.centralWait('T00000002')).toMatchObject({ shortfall: 0, blocked_by: 'T00000001', causes: ['order'] });
  });

  it('may not use what is kept for more urgent ones', () => {
    const reserved = {
      queue: { priority: 'internal' },
      reservations: [{ class: 'highly_urgent', amount: 80 }],
      runs: [{ algorithms: ['retry'] }],
    };
    const simulation = scenario(reserved, [order('A', 'B', 50, 2)], [bank('A', { opening_balance: 100 }), bank('B')]);
    simulation.tick();
    expect(simulation.centralWait('T00000001')).toMatchObject({ reserved: 80, shortfall: 30, causes: ['reservation'] });
  });

  it('counts net limits net, and names the run that comes next', () => {
    const net = {
      limits: 'net',
      runs: [{ name: 'noon', when: { ticks: [5] }, algorithms: ['retry'] }],
    };
    const agents = [
      bank('A', { opening_balance: 1000, limits: { bilateral_limits: { B: 100 } } }),
      bank('B', { opening_balance: 1000 }),
    ];
    const simulation = scenario(net, [order('B', 'A', 300), order('A', 'B', 600)], agents);
    simulation.tick();
    expect(simulation.centralWait('T00000002')).toMatchObject({
      bilateral_limit: { limit: 100, used: -300, excess: 200 },
      causes: ['bilateral_limit'],
      next_run: { name: 'noon', tick: 5 },
    });
  });
});

property('every payment in the central queue knows its place and what is against it', 60, anyWorkload(), ({ scenario }) => {
  const simulation = Simulation.create(readScenario(scenario));
  while (simulation.currentTick < simulation.totalTicks) {
    simulation.tick();
    const queue = simulation.queue2();
    queue.forEach((id, position) => {
      const wait = simulation.centralWait(id)!;
      expect(wait).toMatchObject({ tx_id: id, position, queue_size: queue.length });
      expect(wait.shortfall > 0).toBe(wait.amount > wait.available - wait.reserved);
      expect(wait.causes).toEqual(WAIT_CAUSES.filter((cause) => wait.causes.includes(cause)));
    });
  }
});
