import { describe, expect, it } from 'vitest';
import { parseScenario, readScenarioText } from '../../engine/src/index.js';
import { createEnvironment, DefinitionError, planEnvironment, type EnvironmentDefinition } from '../src/index.js';

/** Definitions and actions at the edge of what is a number (spec 18 §1 to §3). */

const SCENARIO = parseScenario({
  simulation: { ticks_per_day: 4, num_days: 2, rng_seed: 1 },
  agents: ['A', 'B'].map((id) => ({ id, opening_balance: 1000, liquidity_pool: 100, policy: { type: 'Fifo' } })),
  scenario_events: [0, 1, 2].map((i) => ({
    type: 'CustomTransactionArrival',
    from_agent: 'A',
    to_agent: 'B',
    amount: 100 + i,
    deadline: 3,
    schedule: { type: 'OneTime', tick: 0 },
  })),
});
const definitionOf = (rest: Partial<EnvironmentDefinition>): EnvironmentDefinition => ({
  scenario: 'x',
  learners: ['A'],
  decisions: [{ at: 'tick', action: 'release_all' }],
  ...rest,
});
const plan = (rest: object) => planEnvironment(definitionOf(rest), { scenario: SCENARIO });
const create = (rest: Partial<EnvironmentDefinition>) => createEnvironment(definitionOf(rest), { scenario: SCENARIO });
const HUGE = 10n ** 400n;

describe('a whole number beyond all floats, which readers of exact documents give as it is written', () => {
  it('is what the reader gives', () => {
    const text = `clip: ${HUGE}`;
    expect(readScenarioText(text).document).toEqual({ clip: HUGE });
  });

  it.each([
    ['observation.clip', { observation: { clip: HUGE } }],
    ['observation.scale', { observation: { scale: { balance: HUGE } } }],
    ['reward.scale', { reward: { scale: HUGE } }],
    ['levels', { decisions: [{ at: 'day_start', action: 'fraction', levels: HUGE }] }],
    ['max', { decisions: [{ at: 'tick', action: 'release_count', max: HUGE }] }],
  ])('is refused as %s', (_, rest) => {
    expect(() => plan(rest)).toThrow();
  });
});

describe('a definition', () => {
  it('has scales of fields that are observed only, __proto__ too', () => {
    const scale = JSON.parse('{"__proto__": 2}') as Record<string, number>;
    expect(() => plan({ observation: { scale } })).toThrow();
  });

  it('is refused as one if the engine refuses its scenario', () => {
    const tree = {
      type: 'condition',
      node_id: 'q',
      condition: { op: '>', left: { field: 'moon' }, right: { value: 0 } },
      on_true: { type: 'action', node_id: 'p', action: 'Release' },
      on_false: { type: 'action', node_id: 'h', action: 'Hold' },
    };
    const policy = { version: '1.0', policy_id: 'x', payment_tree: tree };
    const agents = ['A', 'B'].map((id) => ({
      id,
      opening_balance: 0,
      policy: { type: 'InlineJson', json_string: JSON.stringify(policy) },
    }));
    const scenario = { simulation: { ticks_per_day: 4, num_days: 1, rng_seed: 1 }, agents };
    expect(() => planEnvironment(definitionOf({ scenario }))).toThrow(DefinitionError);
  });
});

describe('an observation', () => {
  it('has a mask of bits even if values are cut to less than 1', () => {
    const environment = create({ observation: { fields: ['balance'], clip: 0.5, queue: { max: 4, fields: ['amount'] } } });
    const { observations } = environment.reset({ seed: 1 });
    expect(observations.A!.mask).toEqual([1, 1, 1, 0]);
  });

  it('has no −0 where a scale is negative', () => {
    const environment = create({ observation: { fields: ['queue2_count_for_agent'], scale: { queue2_count_for_agent: -2 } } });
    expect(Object.is(environment.reset().observations.A!.values[0], -0)).toBe(false);
  });
});

describe('a reward', () => {
  it('counts every component once', () => {
    expect(() => plan({ reward: { costs: ['penalty_cost', 'penalty_cost'] } })).toThrow();
  });
});

describe('an action from within the process', () => {
  const masked: Partial<EnvironmentDefinition> = { decisions: [{ at: 'tick', action: 'release_mask', max: 3 }] };
  const refused = expect.objectContaining({ code: 'invalid_action' }) as Error;

  it('is refused if it is not finite, or of another kind', () => {
    const environment = create({ decisions: [{ at: 'tick', action: 'release_value' }] });
    environment.reset();
    for (const action of [NaN, Infinity, -1e-9, 1 + 1e-9, 'x', null, {}, [NaN], [0, 0], new Float64Array(2)])
      expect(() => environment.step({ A: action })).toThrow(refused);
    expect(environment.learners).toEqual(['A']);
  });

  it('may be −0, and is then what 0 is', () => {
    const documents = [0, -0].map((fraction) => {
      const environment = create({ decisions: [{ at: 'day_start', action: 'fraction' }] });
      environment.reset({ seed: 1 });
      environment.step({ A: fraction });
      environment.step({ A: fraction });
      const { calls, scenario } = environment.record();
      return JSON.stringify([calls, scenario.source], (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
    });
    expect(documents[0]).toBe(documents[1]);
  });

  it('is refused as what it is if it is a bigint', () => {
    const environment = create({});
    environment.reset();
    expect(() => environment.step({ A: 1n })).toThrow(refused);
  });

  it('is refused if its list has holes', () => {
    const environment = create(masked);
    environment.reset();
    expect(() => environment.step({ A: new Array(3) })).toThrow(refused);
  });
});

describe('a reset that is refused', () => {
  it('leaves the episode as it is', () => {
    const environment = create({});
    environment.reset({ seed: 1 });
    expect(() => environment.reset({ seed: 2n ** 64n })).toThrow(RangeError);
    expect(environment.learners).toEqual(['A']);
  });

  it.each([0, -1, 1.5, NaN])('is one with maxSteps %d', (maxSteps) => {
    expect(() => create({}).reset({ maxSteps })).toThrow();
  });
});
