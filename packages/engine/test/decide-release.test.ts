import { describe, expect, it } from 'vitest';
import { readScenario, FieldView, QUEUE_FIELDS, Simulation, SimulationError } from '../src/index.js';
import { payment, scenario, simulate } from './support/scenarios.js';

/** Decisions from outside in place of a payment tree, and the cut through the tick at which they are made (spec 18 §2). */

const PARTS = {
  simulation: { ticks_per_day: 4 },
  banks: { A: { opening_balance: 100, policy: { type: 'Fifo' } }, B: { policy: { type: 'Fifo' } } },
  scenario_events: [payment(0, 'A', 'B', 10), payment(0, 'A', 'B', 20), payment(1, 'A', 'B', 30)],
};
const lines = (simulation: Simulation): string[] => [...simulation.events].map((event) => JSON.stringify(event));

describe('a tick that stands still', () => {
  it('goes on as if nothing had been', () => {
    const [whole, cut] = [simulate(PARTS), simulate(PARTS)];
    for (const expected of whole) {
      expect(cut.beginTick()).toBe(true);
      expect(cut.beginTick()).toBe(true);
      expect(cut.tick()).toEqual(expected);
    }
    expect(lines(cut)).toEqual(lines(whole));
    expect(cut.snapshot()).toBe(whole.snapshot());
  });

  it('has its arrivals in their queues, and lets nothing be done but deciding', () => {
    const simulation = simulate(PARTS);
    simulation.beginTick();
    expect(simulation.queue1('A')).toEqual(['T00000001', 'T00000002']);
    const order = { sender: 'A', receiver: 'B', amount: 1, deadline_tick: 3, priority: 1, divisible: false };
    const calls = [
      () => simulation.submitTransaction(order),
      () => simulation.withdrawFromRtgs('T00000001'),
      () => simulation.resubmitToRtgs('T00000001', 'Urgent'),
      () => simulation.postCollateral('A', 1),
      () => simulation.withdrawCollateral('A', 1),
      () => simulation.updateAgentPolicy('A', '{}'),
      () => simulation.snapshot(),
    ];
    for (const call of calls) expect(call).toThrow(new SimulationError('Tick 0 stands still: only releases can be decided now'));
    simulation.decideRelease('A', { count: 1 });
    simulation.tick();
    expect(simulation.queue1('A')).toEqual(['T00000002']);
  });

  it('hands nothing over before it is done', () => {
    const batches: number[] = [];
    const simulation = Simulation.create(readScenario(scenario(PARTS)), {
      sink: { write: ({ tick }) => void batches.push(tick) },
    });
    simulation.beginTick();
    simulation.flush();
    expect(batches).toEqual([]);
    simulation.tick();
    expect(batches).toEqual([0]);
  });
});

describe('a decision from outside', () => {
  it('holds for one tick, and is the same before it and while it stands still', () => {
    const [before, within] = [simulate(PARTS), simulate(PARTS)];
    before.decideRelease('A', { all: false });
    within.beginTick();
    within.decideRelease('A', { all: true });
    within.decideRelease('A', { all: false });
    for (const simulation of [before, within]) {
      simulation.tick();
      expect(simulation.queue1('A')).toHaveLength(2);
      expect(simulation.releases('A')).toEqual({ asked: 2, released: 0 });
      simulation.tick();
      expect(simulation.queue1('A')).toEqual([]);
    }
    expect(lines(before)).toEqual(lines(within));
  });

  it('is in a snapshot that is taken before its tick', () => {
    const simulation = simulate(PARTS);
    simulation.decideRelease('A', { mask: '01' });
    const restored = Simulation.restore(readScenario(scenario(PARTS)), simulation.snapshot());
    expect(restored.snapshot()).toBe(simulation.snapshot());
    for (const one of [simulation, restored]) {
      one.tick();
      expect(one.queue1('A')).toEqual(['T00000001']);
    }
    expect(JSON.parse(simulation.snapshot())).not.toHaveProperty('release_choices');
  });

  it('is recorded, and can be repeated', () => {
    const simulation = simulate(PARTS);
    simulation.beginTick();
    simulation.decideRelease('A', { share: 0.5 });
    const { calls } = simulation.takeRecords();
    expect(calls).toEqual([
      { tick: 0, agent_id: 'A', tx_id: null, call: { call: 'decide_release', agent_id: 'A', choice: { share: 0.5 } } },
    ]);
    simulation.tick();
    const again = simulate(PARTS);
    again.repeat(calls[0]!.call);
    again.tick();
    expect(lines(again)).toEqual(lines(simulation));
  });

  it.each([{ count: -1 }, { count: 1.5 }, { share: 1.1 }, { share: NaN }, { mask: '' }, { mask: '12' }, { all: 1 }, {}])(
    'is refused as %j',
    (choice) => {
      const simulation = simulate(PARTS);
      expect(() => simulation.decideRelease('A', choice as never)).toThrow(/Invalid release choice/);
      expect(() => simulation.decideRelease('X', { all: true })).toThrow(/X/);
      simulation.tick();
      expect(simulation.queue1('A')).toEqual([]);
    },
  );

  it('is explained with what the bank had and what the payment needs', () => {
    const simulation = simulate(PARTS);
    simulation.decideRelease('A', { count: 1 });
    const { traces } = simulation.explainTick({ tx_id: 'T00000002' });
    expect(traces).toMatchObject([
      {
        decided_by: 'outside',
        agent_id: 'A',
        action: 'Hold',
        steps: [],
        parameters: [
          { text: 'available_liquidity', value: 100 },
          { text: 'remaining_amount', value: 20 },
        ],
      },
    ]);
  });

  it('leaves payments alone that wait for a tick set in advance, and counts their places', () => {
    const timed = {
      type: 'InlineJson',
      json_string: JSON.stringify({
        version: '1.0',
        policy_id: 'timed',
        payment_tree: { type: 'action', node_id: 'p', action: 'Release', parameters: { timed_for_tick: { value: 3 } } },
      }),
    };
    const simulation = simulate({ ...PARTS, banks: { ...PARTS.banks, A: { opening_balance: 100, policy: timed } } });
    simulation.tick();
    simulation.decideRelease('A', { count: 2 });
    simulation.tick();
    expect(simulation.releases('A')).toEqual({ asked: 1, released: 0 });
    expect(simulation.queue1('A')).toEqual(['T00000001', 'T00000002', 'T00000003']);
  });
});

describe('a view of a bank', () => {
  it('shows fields, the first payments of the own queue, and which there are', () => {
    const simulation = simulate(PARTS);
    const view = new FieldView(['balance', 'outgoing_queue_size'], { max: 3, fields: ['amount', 'receiver_index'] });
    expect(view.width).toBe(2 + 3 * 2 + 3);
    const seen = new Float64Array(view.width + 1).fill(-1);
    simulation.beginTick();
    simulation.look(view, 'A', seen, 1);
    expect([...seen]).toEqual([-1, 100, 2, 10, 1, 20, 1, 0, 0, 1, 1, 0]);
  });

  it('knows the fields of a payment, and nothing that bank trees cannot read', () => {
    expect(QUEUE_FIELDS).toContain('remaining_amount');
    expect(QUEUE_FIELDS).toContain('cost_delay_this_tx_one_tick');
    expect(QUEUE_FIELDS).not.toContain('balance');
    expect(() => new FieldView(['amount'], { max: 0, fields: [] })).toThrow(RangeError);
    expect(() => new FieldView([], { max: 1, fields: ['balance'] })).toThrow(RangeError);
    expect(() => new FieldView(['bank_state_mood'], { max: 0, fields: [] })).not.toThrow();
  });
});
