import { describe, expect, it } from 'vitest';
import { defaultPolicy, effectiveScenario, fractionOf } from '../src/index.js';
import { scenarios } from './support/paper.js';

/** The scenario that is simulated: policies, fractions and a seed in place of its own (spec 11 §5.1). */
describe('the share of the pool', () => {
  it.each([
    [{ parameters: { initial_liquidity_fraction: 0.3 }, initial_liquidity_fraction: 0.7 }, 0.3],
    [{ initial_liquidity_fraction: 0.7 }, 0.7],
    [{ parameters: { other: 1 } }, 0.5],
    [{}, 0.5],
  ])('of %j is %f', (policy, fraction) => expect(fractionOf(policy)).toBe(fraction));
});

describe('an effective scenario', () => {
  const scenario = {
    ...scenarios[1],
    agents: [
      { id: 'A', opening_balance: 7, posted_collateral: 8, liquidity_pool: 100, policy: { type: 'Fifo' } },
      { id: 'B', opening_balance: 0, liquidity_pool: null, policy: { type: 'Fifo' } },
      { id: 'C', opening_balance: 0, policy: { type: 'Fifo' } },
    ],
  };
  const before = structuredClone(scenario);
  const policy = defaultPolicy('A');
  const document = { type: 'InlineJson', json_string: JSON.stringify(policy) };

  it('has the policies inline, a fraction where there is a pool, and the seed; the rest is as it was', () => {
    const found = effectiveScenario(scenario, { A: policy, B: policy, nobody: policy }, 99);
    expect(found).toEqual({
      ...before,
      simulation: { ...(scenarios[1].simulation as object), rng_seed: 99 },
      agents: [
        { ...before.agents[0], policy: document, liquidity_allocation_fraction: 0.5 },
        { ...before.agents[1], policy: document },
        before.agents[2],
      ],
    });
    expect(scenario).toEqual(before);
  });

  it('takes built-in policies as they are', () => {
    const { agents } = effectiveScenario(scenario, { C: { type: 'Deadline', urgency_threshold: 3 } }, 1) as { agents: object[] };
    expect(agents[2]).toEqual({ ...before.agents[2], policy: { type: 'Deadline', urgency_threshold: 3 } });
  });
});
