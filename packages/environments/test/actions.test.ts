import { describe, expect, it } from 'vitest';
import { readScenario } from '../../engine/src/index.js';
import { once, payment, scenario } from '../../engine/test/support/scenarios.js';
import { createEnvironment, type Environment, type EnvironmentDefinition } from '../src/index.js';

/** What becomes of the own queue under each action of a tick (spec 18 §2). */

type Decision = EnvironmentDefinition['decisions'][number];

/** Bank A has payments of 10, 20, 30 and 40 cents in its queue; another bank does as it pleases. */
const world = (rest: Record<string, unknown> = {}) =>
  readScenario(
    scenario({
      simulation: { ticks_per_day: 4 },
      banks: { A: { opening_balance: 1000, policy: { type: 'Fifo' } }, B: { policy: { type: 'Fifo' } } },
      scenario_events: [10, 20, 30, 40].map((amount) => payment(0, 'A', 'B', amount)),
      ...rest,
    }),
  );

function begun(decision: Decision, given = world()): Environment {
  const environment = createEnvironment({ scenario: 'given', learners: ['A'], decisions: [decision] }, { scenario: given });
  environment.events();
  environment.reset({ seed: 1 });
  return environment;
}

/** Payments of the tick that were released and held, by their numbers. */
function outcome(environment: Environment, action: unknown): { released: number[]; held: number[] } {
  environment.step({ A: action });
  const events = environment
    .events()
    .map((line) => JSON.parse(line) as { event_type: string; tx_id?: string; agent_id?: string });
  const numbers = (type: string): number[] =>
    events
      .filter(({ agent_id, event_type }) => event_type === type && agent_id === 'A')
      .map(({ tx_id }) => Number(tx_id!.slice(1)));
  return { released: numbers('PolicySubmit'), held: numbers('PolicyHold') };
}

it.each([
  [{ at: 'tick', action: 'release_all' }, 0, []],
  [{ at: 'tick', action: 'release_all' }, 1, [1, 2, 3, 4]],
  [{ at: 'tick', action: 'release_count', max: 9 }, 0, []],
  [{ at: 'tick', action: 'release_count', max: 9 }, 3, [1, 2, 3]],
  [{ at: 'tick', action: 'release_count', max: 9 }, 9, [1, 2, 3, 4]],
  // 100 cents wait: the payment that does not fit ends it, even if a later one would fit.
  [{ at: 'tick', action: 'release_value' }, 0, []],
  [{ at: 'tick', action: 'release_value' }, 0.3, [1, 2]],
  [{ at: 'tick', action: 'release_value' }, 0.299, [1]],
  [{ at: 'tick', action: 'release_value' }, [1], [1, 2, 3, 4]],
  [{ at: 'tick', action: 'release_mask', max: 4 }, [0, 1, 0, 1], [2, 4]],
  // Payments beyond the mask follow its last bit.
  [{ at: 'tick', action: 'release_mask', max: 2 }, [1, 0], [1]],
  [{ at: 'tick', action: 'release_mask', max: 2 }, [0, 1], [2, 3, 4]],
] as [Decision, unknown, number[]][])('%j with %j releases %j and holds the others', (decision, action, released) => {
  const held = [1, 2, 3, 4].filter((number) => !released.includes(number));
  expect(outcome(begun(decision), action)).toEqual({ released, held });
});

it('holds without a reason, as a tree does that names none', () => {
  const environment = begun({ at: 'tick', action: 'release_all' });
  environment.step({ A: 0 });
  expect(environment.events().find((line) => line.includes('PolicyHold'))).toContain('Custom(\\"Policy decision\\")');
});

it('leaves budgets of the bank tree in force', () => {
  const budget = {
    type: 'InlineJson',
    json_string: JSON.stringify({
      version: '1.0',
      policy_id: 'budget',
      payment_tree: { type: 'action', node_id: 'p', action: 'Drop' },
      bank_tree: {
        type: 'action',
        node_id: 'b',
        action: 'SetReleaseBudget',
        parameters: { max_value_to_release: { value: 30 } },
      },
    }),
  };
  const environment = begun(
    { at: 'tick', action: 'release_all' },
    world({
      agents: [
        { id: 'A', opening_balance: 1000, policy: budget },
        { id: 'B', opening_balance: 0, policy: { type: 'Fifo' } },
      ],
    }),
  );
  expect(outcome(environment, 1)).toEqual({ released: [1, 2], held: [3, 4] });
});

it('decides about nothing in an outage, and asks about nothing', () => {
  const outage = once(0, { type: 'ParticipantOutage', agent: 'A', until_tick: 2 });
  const events = [outage, payment(0, 'A', 'B', 10)];
  const environment = begun({ at: 'tick', action: 'release_all' }, world({ scenario_events: events }));
  const { infos } = environment.step({ A: 1 });
  expect(infos.A).toMatchObject({ asked: 0, released: 0 });
});

describe('an action that is none', () => {
  it.each([
    [{ at: 'tick', action: 'release_all' }, { A: 2 }, 'A: 2 is not a whole number from 0 to 1', 'actions.A'],
    [{ at: 'tick', action: 'release_all' }, { A: '1' }, 'A: expected a number, got "1"', 'actions.A'],
    [{ at: 'tick', action: 'release_all' }, {}, 'A: has no action', 'actions.A'],
    [{ at: 'tick', action: 'release_all' }, { A: 1, B: 1 }, 'B does not learn', 'actions.B'],
    [{ at: 'tick', action: 'release_all' }, { A: null }, 'A: expected a number, got null', 'actions.A'],
    [{ at: 'tick', action: 'release_count', max: 3 }, { A: 1.5 }, 'A: 1.5 is not a whole number from 0 to 3', 'actions.A'],
    [{ at: 'tick', action: 'release_value' }, { A: 1.01 }, 'A: 1.01 does not lie between 0 and 1', 'actions.A'],
    [{ at: 'tick', action: 'release_value' }, { A: NaN }, 'A: NaN does not lie between 0 and 1', 'actions.A'],
    [{ at: 'tick', action: 'release_mask', max: 3 }, { A: [1, 0] }, 'A: expected 3 numbers, got 2', 'actions.A'],
    [{ at: 'tick', action: 'release_mask', max: 3 }, { A: [1, 2, 0] }, 'A: 2 is not a whole number from 0 to 1', 'actions.A[1]'],
    [{ at: 'tick', action: 'release_mask', max: 3 }, { A: 1 }, 'A: expected a list of 3 numbers, got 1', 'actions.A'],
  ] as [Decision, Record<string, unknown>, string, string][])(
    'of %j: %j is refused, and changes nothing',
    (decision, actions, message, path) => {
      const environment = begun(decision);
      const before = environment.fork();
      expect(() => environment.step(actions)).toThrow(expect.objectContaining({ code: 'invalid_action', message, path }));
      expect(environment.look()).toEqual(before.look());
      const action = decision.action === 'release_mask' ? [1, 0, 1] : 1;
      expect(environment.step({ A: action })).toEqual(before.step({ A: action }));
      expect(environment.events()).toEqual(before.events());
    },
  );
});
