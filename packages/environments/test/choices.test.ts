import { describe, expect, it } from 'vitest';
import { readScenario, Simulation, SimulationError } from '../../engine/src/index.js';
import type { ReleaseChoice } from '../../protocol/src/index.js';
import { createEnvironment } from '../src/index.js';

/** Choices that are made between ticks, and what is kept of them (spec 18, "Amended"). */

const payment = (tick: number) => ({
  type: 'CustomTransactionArrival',
  from_agent: 'A',
  to_agent: 'B',
  amount: 100,
  deadline: 3,
  schedule: { type: 'OneTime', tick },
});
const BANKS = ['A', 'B'].map((id) => ({ id, opening_balance: 1000, policy: { type: 'Fifo' } }));
const SCENARIO = readScenario({
  simulation: { ticks_per_day: 4, num_days: 2, rng_seed: 1 },
  agents: BANKS,
  scenario_events: [payment(0), payment(0)],
});

describe('a choice that is still to be carried out', () => {
  it.each([{ all: false }, { count: 0 }, { share: 0.1 + 0.2 }, { share: 5e-324 }, { mask: '0110' }] as ReleaseChoice[])(
    'is the same in a snapshot: %j',
    (choice) => {
      const simulation = Simulation.create(SCENARIO);
      simulation.decideRelease('A', choice);
      const text = simulation.snapshot();
      const again = Simulation.restore(SCENARIO, text);
      expect(again.snapshot()).toBe(text);
      for (const one of [simulation, again]) one.tick();
      expect(again.queue1('A')).toEqual(simulation.queue1('A'));
    },
  );

  it.each([
    ['of a bank that is not there', [[7, { all: true }]]],
    ['of a bank below 0', [[-1, { all: true }]]],
    ['that says two things', [[0, { all: true, count: 1 }]]],
    ['of half a payment', [[0, { count: 0.5 }]]],
    ['that is made twice', [[0, { all: true }], [0, { all: true }]]], // prettier-ignore
    ['out of order', [[1, { all: true }], [0, { all: true }]]], // prettier-ignore
  ] as [string, unknown][])('is refused in a snapshot %s', (_, release_choices) => {
    const simulation = Simulation.create(SCENARIO);
    simulation.decideRelease('A', { all: true });
    const state = JSON.parse(simulation.snapshot()) as object;
    expect(() => Simulation.restore(SCENARIO, JSON.stringify({ ...state, release_choices }))).toThrow(/release_choices/);
  });

  it.each([{ count: 2 ** 60 }, { count: 1, all: true }, { all: true, junk: 1 }] as ReleaseChoice[])(
    'can be restored whatever it is, or is refused at once: %j',
    (choice) => {
      const simulation = Simulation.create(SCENARIO);
      try {
        simulation.decideRelease('A', choice);
      } catch (error) {
        expect(error).toBeInstanceOf(SimulationError);
        return;
      }
      const snapshot = simulation.snapshot();
      expect(Simulation.restore(SCENARIO, snapshot).snapshot()).toBe(snapshot);
    },
  );

  it('is what was said, even if the caller uses its object again', () => {
    const simulation = Simulation.create(SCENARIO);
    const choice = { all: true };
    simulation.decideRelease('A', choice);
    choice.all = false;
    simulation.tick();
    expect(simulation.queue1('A')).toEqual([]);
  });

  it.each([null, undefined, 1, 'all'])('is refused as a choice that is none: %j', (choice) => {
    expect(() => Simulation.create(SCENARIO).decideRelease('A', choice as unknown as ReleaseChoice)).toThrow(/release choice/);
  });

  it('outlives ticks in which nobody decides', () => {
    const simulation = Simulation.create(
      readScenario({
        simulation: { num_days: 2, rng_seed: 1 },
        clock: {
          time_zone: 'Europe/Berlin',
          tick: '1h',
          opening: '07:00',
          closing: '10:00',
          first_day: '2024-03-27',
          exceptions: { '2024-03-27': { opening: '07:00', closing: '08:00' } },
        },
        agents: BANKS,
        scenario_events: [payment(3)],
      }),
    );
    simulation.tick();
    simulation.decideRelease('A', { all: false });
    simulation.run({ untilTick: 4 });
    expect(simulation.queue1('A')).toHaveLength(1);
  });
});

describe('what infos say was released', () => {
  it('is what was released, and not what a budget held back', () => {
    const policy = {
      version: '1.0',
      policy_id: 'budget',
      payment_tree: { type: 'action', node_id: 'p', action: 'Release' },
      bank_tree: {
        type: 'action',
        node_id: 'b',
        action: 'SetReleaseBudget',
        parameters: { max_value_to_release: { value: 100 } },
      },
    };
    const scenario = readScenario({
      simulation: { ticks_per_day: 4, num_days: 1, rng_seed: 1 },
      agents: BANKS.map((bank) => ({ ...bank, policy: { type: 'InlineJson', json_string: JSON.stringify(policy) } })),
      scenario_events: [payment(0), payment(0)],
    });
    const environment = createEnvironment(
      { scenario: 'x', learners: ['A'], decisions: [{ at: 'tick', action: 'release_all' }] },
      { scenario },
    );
    environment.reset();
    expect(environment.step({ A: 1 }).infos.A).toMatchObject({ asked: 2, released: 1 });
  });
});
