import { beforeEach, describe, expect, it } from 'vitest';
import { parseScenario } from '../../engine/src/index.js';
import { Conversation, createVectorEnvironment, planEnvironment } from '../src/index.js';

/** Episodes that fail on the way: what is left of them (spec 18 §6, `simulation_failed`). */

const BUDGET = { op: '/', left: { value: 1 }, right: { field: 'ticks_remaining_in_day' } };
const POLICY = {
  version: '1.0',
  policy_id: 'broken',
  payment_tree: { type: 'action', node_id: 'p', action: 'Release' },
  // What it divides by is 0 in the last tick of a day.
  bank_tree: {
    type: 'action',
    node_id: 'b',
    action: 'SetReleaseBudget',
    parameters: { max_value_to_release: { compute: BUDGET } },
  },
};
const SCENARIO = parseScenario({
  simulation: { ticks_per_day: 4, num_days: 2, rng_seed: 1 },
  agents: [
    { id: 'A', opening_balance: 1000, policy: { type: 'InlineJson', json_string: JSON.stringify(POLICY) } },
    { id: 'B', opening_balance: 1000, policy: { type: 'Fifo' } },
  ],
  scenario_events: [
    {
      type: 'CustomTransactionArrival',
      from_agent: 'A',
      to_agent: 'B',
      amount: 10,
      deadline: 3,
      schedule: { type: 'OneTime', tick: 0 },
    },
  ],
});
const DEFINITION = { scenario: 'x', learners: ['A'], decisions: [{ at: 'tick', action: 'release_all' }] } as const;
const definition = { ...DEFINITION, learners: ['A'], decisions: [...DEFINITION.decisions] };

interface Answer {
  lines?: string[];
  environment?: number;
  error?: { code: string };
  observations?: unknown;
}

let ask: (command: object) => Answer;
beforeEach(() => {
  const conversation = new Conversation(planEnvironment(definition, { scenario: SCENARIO }));
  ask = (command) => JSON.parse(conversation.answer(JSON.stringify(command))) as Answer;
});
const step = (): Answer => ask({ do: 'step', actions: { A: 1 } });
/** The step up to whose end nothing fails is the third. */
function fail(): void {
  expect([step(), step(), step()].map(({ error }) => error?.code)).toEqual([undefined, undefined, 'simulation_failed']);
}

describe('an episode that failed', () => {
  it('is over, can be looked at, and another may begin', () => {
    ask({ do: 'reset', seed: '1' });
    fail();
    expect(step().error?.code).toBe('over');
    expect(ask({ do: 'use', environment: 0 }).observations).toBeDefined();
    expect(ask({ do: 'reset' }).error).toBeUndefined();
  });

  it('gives its lines up to where it failed if they were asked for before', () => {
    ask({ do: 'reset', seed: '1' });
    ask({ do: 'events' });
    fail();
    const { lines } = ask({ do: 'events' });
    expect(lines!.length).toBeGreaterThan(0);
    expect(ask({ do: 'events' }).lines).toEqual([]);
  });

  it('gives its lines if they are asked for afterwards only', () => {
    ask({ do: 'reset', seed: '1' });
    fail();
    expect(ask({ do: 'events' }).lines?.length).toBeGreaterThan(0);
  });

  it('can be forked as one that ended', () => {
    ask({ do: 'reset', seed: '1' });
    fail();
    expect(ask({ do: 'fork' }).environment).toBe(1);
  });
});

describe('a vector in which an episode failed', () => {
  it('is over until it is reset', () => {
    const vector = createVectorEnvironment(definition, 2, { scenario: SCENARIO });
    vector.reset();
    vector.step([1, 1]);
    vector.step([1, 1]);
    expect(() => vector.step([1, 1])).toThrow(expect.objectContaining({ code: 'simulation_failed' }));
    expect(() => vector.step([1, 1])).toThrow(expect.objectContaining({ code: 'over' }));
  });
});
