import * as fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { Conversation, planEnvironment, type EnvironmentPlan } from '../src/index.js';
import { environmentOf, TWELVE_PERIODS, TWO_PERIODS } from './support.js';

/** Lines of JSON in, lines of JSON out (spec 18 §6). */

const plan = (rest: object = {}): EnvironmentPlan =>
  planEnvironment(
    {
      scenario: 'x',
      learners: ['BANK_A', 'BANK_B'],
      decisions: [
        { at: 'day_start', action: 'fraction' },
        { at: 'tick', action: 'release_all' },
      ],
      ...rest,
    },
    { scenario: TWELVE_PERIODS },
  );

type Answer = Record<string, unknown> & { error?: { code: string; path: string } };

let conversation: Conversation;
const ask = (command: unknown): Answer => JSON.parse(conversation.answer(JSON.stringify(command))) as Answer;
beforeEach(() => {
  conversation = new Conversation(plan());
});

const half = { BANK_A: 0.5, BANK_B: 0.5 };
const pay = { BANK_A: 1, BANK_B: 1 };

it('tells what it is', () => {
  expect(ask({ do: 'spec' })).toMatchObject({
    protocol: 1,
    learners: ['BANK_A', 'BANK_B'],
    action: { day_start: { type: 'box', low: [0], high: [1] }, tick: { type: 'discrete', n: 2 } },
    config_hash: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
  });
});

it('answers as the environment does in process, with seeds of any size', () => {
  const seed = 2n ** 64n - 1n;
  const alone = environmentOf(TWELVE_PERIODS, { decisions: plan().resolved.decisions });
  expect(ask({ do: 'reset', seed: String(seed) })).toEqual({ ...alone.reset({ seed }), seed: String(seed) });
  expect(ask({ do: 'step', actions: half })).toEqual(JSON.parse(JSON.stringify(alone.step(half))));
  while (alone.learners.length > 0)
    expect(ask({ do: 'step', actions: { BANK_B: 1, BANK_A: 1 } })).toEqual(JSON.parse(JSON.stringify(alone.step(pay))));
  const following = ask({ do: 'reset' });
  alone.reset();
  expect(following.seed).toBe(String(alone.seed));
});

it('goes on in copies, and forgets them', () => {
  ask({ do: 'reset', seed: 1 });
  ask({ do: 'step', actions: half });
  expect(ask({ do: 'events' }).lines).toEqual([]);
  expect(ask({ do: 'fork' })).toEqual({ environment: 1 });
  const held = ask({ do: 'step', actions: { BANK_A: 0, BANK_B: 0 } });
  const heldLines = ask({ do: 'events' }).lines as string[];
  const copy = ask({ do: 'use', environment: 1 });
  expect(copy).toMatchObject({ seed: '1', observations: { BANK_A: { point: 'tick', tick: 0 } } });
  expect(ask({ do: 'step', actions: pay })).not.toEqual(held);
  const paidLines = ask({ do: 'events' }).lines as string[];
  expect(paidLines).not.toEqual(heldLines);
  expect(paidLines[0]).toBe(heldLines[0]);
  expect(ask({ do: 'drop', environment: 1 })).toEqual({});
  expect(ask({ do: 'step', actions: pay })).toMatchObject({ observations: { BANK_A: { tick: 2 } } });
  expect(ask({ do: 'use', environment: 1 }).error).toMatchObject({ code: 'unknown_environment', path: 'environment' });
  expect(ask({ do: 'drop', environment: 0 }).error).toMatchObject({ code: 'unknown_environment' });
});

it.each([
  ['nothing', 'bad_json', ''],
  ['{"do":"spec"', 'bad_json', ''],
  ['[]', 'bad_json', ''],
  ['null', 'bad_json', ''],
  ['{}', 'unknown_command', 'do'],
  ['{"do":"fly"}', 'unknown_command', 'do'],
  ['{"do":"constructor"}', 'unknown_command', 'do'],
  ['{"do":"reset","seed":-1}', 'bad_json', 'seed'],
  ['{"do":"reset","seed":"18446744073709551616"}', 'bad_json', 'seed'],
  ['{"do":"reset","max_steps":0}', 'bad_json', 'max_steps'],
  ['{"do":"reset","sed":1}', 'bad_json', 'sed'],
  ['{"do":"step"}', 'invalid_action', 'actions'],
  ['{"do":"step","actions":[1]}', 'invalid_action', 'actions'],
  ['{"do":"step","actions":{"BANK_A":0.5}}', 'invalid_action', 'actions.BANK_B'],
  ['{"do":"step","actions":{"BANK_A":0.5,"BANK_B":[0.5,0.5]}}', 'invalid_action', 'actions.BANK_B'],
  ['{"do":"use"}', 'bad_json', 'environment'],
  ['{"do":"use","environment":3}', 'unknown_environment', 'environment'],
])('answers %s with the error %s, and nothing has changed', (line, code, path) => {
  const other = new Conversation(plan());
  for (const one of [conversation, other]) one.answer('{"do":"reset","seed":7}');
  const { error } = JSON.parse(conversation.answer(line)) as Answer;
  expect(error).toMatchObject({ code, path });
  const next = JSON.stringify({ do: 'step', actions: half });
  expect(conversation.answer(next)).toBe(other.answer(next));
});

it('says of what fails that it has failed, and that the episode is over', () => {
  // What a tree divides by is 0 in the second tick.
  const failing = {
    ...TWO_PERIODS,
    config: {
      ...TWO_PERIODS.config,
      agent_configs: TWO_PERIODS.config.agent_configs.map((agent) => ({
        ...agent,
        policy: {
          type: 'FromJson' as const,
          json: JSON.stringify({
            version: '1.0',
            policy_id: 'broken',
            payment_tree: { type: 'action', node_id: 'p', action: 'Release' },
            bank_tree: {
              type: 'action',
              node_id: 'b',
              action: 'SetReleaseBudget',
              parameters: {
                max_value_to_release: {
                  compute: { op: '/', left: { value: 1 }, right: { field: 'ticks_remaining_in_day' } },
                },
              },
            },
          }),
        },
      })),
    },
  };
  conversation = new Conversation(
    planEnvironment(
      { scenario: 'x', learners: ['BANK_A'], decisions: [{ at: 'tick', action: 'release_all' }] },
      { scenario: failing },
    ),
  );
  ask({ do: 'reset' });
  expect(ask({ do: 'step', actions: { BANK_A: 1 } }).error).toMatchObject({ code: 'simulation_failed' });
  expect(ask({ do: 'step', actions: { BANK_A: 1 } }).error).toMatchObject({ code: 'over' });
  expect(ask({ do: 'reset' }).error).toBeUndefined();
});

it('is closed when it has been told so', () => {
  expect(conversation.isClosed).toBe(false);
  expect(ask({ do: 'close' })).toEqual({});
  expect(conversation.isClosed).toBe(true);
});

describe('whatever a line is', () => {
  it('it is answered by one line of JSON', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.json().map((json) => `{"do":"step","actions":${json}}`),
        ),
        (line) => {
          const answer = conversation.answer(line);
          expect(answer).not.toContain('\n');
          expect(JSON.parse(answer)).toBeTypeOf('object');
        },
      ),
      { numRuns: 500 },
    );
  });
});
