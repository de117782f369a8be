import { describe, expect, it } from 'vitest';
import { parseScenario, type Scenario } from '../../engine/src/index.js';
import { Conversation, planEnvironment } from '../src/index.js';

/** Lines that nobody in their right mind would send, and banks that nobody would call so (spec 18 §6). */

type Answer = Record<string, unknown> & { error?: { code: string; path: string } };

function worldOf(ids: readonly string[], agent: object = {}, simulation: object = {}): Scenario {
  return parseScenario({
    simulation: { ticks_per_day: 4, num_days: 1, rng_seed: 1, ...simulation },
    agents: ids.map((id) => ({ id, opening_balance: 1000, policy: { type: 'Fifo' }, ...agent })),
  });
}

function talk(scenario: Scenario, learner = 'A'): (line: string) => Answer {
  const definition = { scenario: 'x', learners: [learner], decisions: [{ at: 'tick', action: 'release_all' }] } as const;
  const conversation = new Conversation(
    planEnvironment({ ...definition, learners: [learner], decisions: [...definition.decisions] }, { scenario }),
  );
  return (line) => JSON.parse(conversation.answer(line)) as Answer;
}

const stepOf = (id: string, action = '1'): string => `{"do":"step","actions":{${JSON.stringify(id)}:${action}}}`;

describe('a learner with a strange name', () => {
  it.each(['constructor', 'hasOwnProperty', '"quoted"', 'a.b[0]', '\u202eé😀', '0'])('acts, whatever it is called: %j', (id) => {
    const ask = talk(worldOf([id, 'Z']), id);
    const { observations } = ask('{"do":"reset","seed":"3"}') as { observations: object };
    expect(Object.keys(observations)).toEqual([id]);
    const { error, rewards } = ask(stepOf(id));
    expect(error).toBeUndefined();
    expect(Object.keys(rewards as object)).toEqual([id]);
  });

  it('acts on lines even if it is called __proto__', () => {
    const ask = talk(worldOf(['__proto__', 'Z']), '__proto__');
    ask('{"do":"reset"}');
    expect(ask(stepOf('__proto__')).error).toBeUndefined();
  });

  it('is refused if it does not learn and is called __proto__', () => {
    const ask = talk(worldOf(['A', 'B']));
    ask('{"do":"reset"}');
    expect(ask('{"do":"step","actions":{"A":1,"__proto__":5}}').error?.code).toBe('invalid_action');
  });
});

describe('a line without measure', () => {
  it('of brackets within brackets is refused where no action is', () => {
    const deep = `${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}`;
    const ask = talk(worldOf(['A', 'B']));
    expect(ask(`{"do":${deep}}`).error?.code).toBe('unknown_command');
    expect(ask(`{"do":"reset","seed":${deep}}`).error?.code).toBe('bad_json');
    expect(ask(deep).error?.code).toBe('bad_json');
  });

  it('of brackets within brackets is refused as an action', () => {
    const ask = talk(worldOf(['A', 'B']));
    ask('{"do":"reset"}');
    expect(ask(stepOf('A', `${'['.repeat(100_000)}${']'.repeat(100_000)}`)).error?.code).toBe('invalid_action');
  });

  it.each(['1e400', '-1e400', '-1', '2', '0.5', 'true', '"1"', 'null', '{}', '[]', '[[1]]', '[1,1]'])(
    'is no action and changes nothing: %s',
    (action) => {
      const [ask, other] = [talk(worldOf(['A', 'B'])), talk(worldOf(['A', 'B']))];
      for (const one of [ask, other]) one('{"do":"reset","seed":"9"}');
      expect(ask(stepOf('A', action)).error?.code).toBe('invalid_action');
      expect(ask(stepOf('A'))).toEqual(other(stepOf('A')));
    },
  );
});

describe('more event lines than a call has arguments', () => {
  const busy = (rate: number, ticks: number): Scenario =>
    worldOf(
      ['A', 'B'],
      {
        arrival_config: {
          rate_per_tick: rate,
          amount_distribution: { type: 'Uniform', min: 1, max: 10 },
          counterparty_weights: { A: 1, B: 1 },
          deadline_range: [1, 2],
        },
      },
      { ticks_per_day: ticks },
    );

  it('do not keep an episode from being forked', () => {
    const ask = talk(busy(400, 60));
    ask('{"do":"reset","seed":"1"}');
    ask('{"do":"events"}');
    for (let tick = 0; tick < 60; tick++) ask(stepOf('A'));
    expect(ask('{"do":"fork"}')).toEqual({ environment: 1 });
  });

  it('may come in one tick', () => {
    const ask = talk(busy(30_000, 2));
    ask('{"do":"reset","seed":"1"}');
    ask('{"do":"events"}');
    expect(ask(stepOf('A')).error).toBeUndefined();
  });
});
