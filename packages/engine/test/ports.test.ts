import type { PaymentOrder } from '@simcash/protocol';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AgentNotFoundError, FieldView, readScenario, Simulation, type Decider, type PaymentSource } from '../src/index.js';
import { property } from './properties/property.js';
import { payment, scenario, type ScenarioParts } from './support/scenarios.js';
import { clockOf } from './support/short-days.js';

/** Code of the user's at the ports: where payments come from, and who decides. Its work is recorded as calls that do without it. */

const PARTS = {
  simulation: { ticks_per_day: 4, num_days: 2 },
  banks: { A: { opening_balance: 100, policy: { type: 'Fifo' } }, B: { opening_balance: 50, policy: { type: 'Fifo' } } },
} satisfies ScenarioParts;

const order = (sender: string, receiver: string, amount: number, deadline_tick: number): PaymentOrder => ({
  ...{ sender, receiver, amount, deadline_tick },
  ...{ priority: 5, divisible: false },
});
const lines = (simulation: Simulation): string[] => [...simulation.events].map((event) => JSON.stringify(event));

/** Runs a scenario, and again with the calls that were recorded and without the code that made them. */
function twice(parts: ScenarioParts, options: { sources?: readonly PaymentSource[]; deciders?: Record<string, Decider> }) {
  const first = Simulation.create(readScenario(scenario(parts)), options);
  first.run();
  const { calls } = first.takeRecords();
  const again = Simulation.create(readScenario(scenario(parts)));
  while (again.currentTick < again.totalTicks) {
    for (const { call, tick } of calls) if (tick === again.currentTick) again.repeat(call);
    again.tick();
  }
  return { first, again, calls };
}

describe('a source of payments', () => {
  it('is asked before every tick, sees the simulation, and its senders see the payment in that tick', () => {
    const source: PaymentSource = {
      *orders(simulation) {
        const amount = Math.floor(simulation.agent('A').balance / 2);
        if (amount > 0) yield order('A', 'B', amount, simulation.currentTick + 1);
      },
    };
    const { again, calls, first } = twice(PARTS, { sources: [source] });
    expect(first.agent('A').balance).toBe(1);
    expect(calls.map(({ tick }) => tick)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(lines(again)).toEqual(lines(first));
    expect(again.snapshot()).toBe(first.snapshot());
  });

  it('may be one of several, which are asked in their order', () => {
    const once = (amount: number): PaymentSource => ({
      orders: ({ currentTick }) => (currentTick === 1 ? [order('A', 'B', amount, 3)] : []),
    });
    const simulation = Simulation.create(readScenario(scenario(PARTS)), { sources: [once(1), once(2)] });
    simulation.run();
    expect(simulation.transactions().map(({ amount }) => amount)).toEqual([1, 2]);
  });

  it('is not asked outside the opening hours', () => {
    const asked: number[] = [];
    const source: PaymentSource = { orders: ({ currentTick }) => (asked.push(currentTick), []) };
    Simulation.create(readScenario(scenario({ ...PARTS, clock: clockOf([2, 2]) })), { sources: [source] }).run();
    expect(asked).toEqual([0, 1, 4, 5]);
  });

  it('that orders what cannot be ends the tick before it begins', () => {
    const source: PaymentSource = { orders: () => [order('A', 'NOBODY', 1, 9)] };
    const simulation = Simulation.create(readScenario(scenario(PARTS)), { sources: [source] });
    expect(() => simulation.tick()).toThrow(new AgentNotFoundError('NOBODY'));
    expect(simulation.currentTick).toBe(0);
  });
});

describe('a decider', () => {
  const queued = { ...PARTS, scenario_events: [payment(0, 'A', 'B', 10), payment(0, 'A', 'B', 20), payment(2, 'A', 'B', 30)] };

  it('sees its bank once payments wait, and decides in place of the tree', () => {
    const seen: number[][] = [];
    const decider: Decider = {
      view: new FieldView(['balance'], { max: 2, fields: ['remaining_amount'] }),
      decide: (numbers) => (seen.push([...numbers]), { count: 1 }),
    };
    const { again, calls, first } = twice(queued, { deciders: { A: decider } });
    expect(seen).toEqual([
      [100, 10, 20, 1, 1],
      [90, 20, 0, 1, 0],
      [70, 30, 0, 1, 0],
    ]);
    expect(calls.map(({ agent_id, tick }) => [agent_id, tick])).toEqual([0, 1, 2].map((tick) => ['A', tick]));
    expect(lines(again)).toEqual(lines(first));
  });

  it('that answers null leaves the tick to the policy', () => {
    const decider: Decider = { view: new FieldView([], { max: 0, fields: [] }), decide: () => null };
    const { calls, first } = twice(queued, { deciders: { A: decider } });
    expect(calls).toEqual([]);
    expect(lines(first)).toEqual(lines(twice(queued, {}).first));
  });

  it('decides for a bank of the scenario', () => {
    const decider: Decider = { view: new FieldView([], { max: 0, fields: [] }), decide: () => null };
    const create = () => Simulation.create(readScenario(scenario(PARTS)), { deciders: { NOBODY: decider } });
    expect(create).toThrow(new AgentNotFoundError('NOBODY'));
  });
});

property(
  'whatever code at the ports does, its calls do it again',
  100,
  fc.tuple(
    fc.array(fc.record({ tick: fc.nat(7), amount: fc.integer({ min: 1, max: 60 }), toB: fc.boolean() }), { maxLength: 12 }),
    fc.array(fc.constantFrom({ all: true }, { all: false }, { count: 1 }, { share: 0.5 }, { mask: '01' }, null), {
      minLength: 1,
    }),
  ),
  ([orders, choices]) => {
    const source: PaymentSource = {
      orders: ({ currentTick }) =>
        orders
          .filter(({ tick }) => tick === currentTick)
          .map(({ amount, toB }) => order(toB ? 'A' : 'B', toB ? 'B' : 'A', amount, currentTick + 2)),
    };
    const decider = (): Decider => {
      let next = 0;
      return { view: new FieldView([], { max: 0, fields: [] }), decide: () => choices[next++ % choices.length]! };
    };
    const { again, first } = twice(PARTS, { sources: [source], deciders: { A: decider(), B: decider() } });
    expect(lines(again)).toEqual(lines(first));
    expect(again.snapshot()).toBe(first.snapshot());
  },
);
