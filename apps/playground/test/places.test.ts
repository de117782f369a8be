import { parseScenario, policyJsonSchema, scenarioJsonSchema } from '@simcash/engine';
import { describe, expect, it } from 'vitest';
import { placeInJson, placeInYaml } from '../src/editor/places.js';
import { aboutAt, suggestionsAt, type Schema } from '../src/editor/schema.js';

/** What the editor knows of the place at which somebody writes; `|` is the cursor. */

const inYaml = (text: string) => placeInYaml(text.replace('|', ''), text.indexOf('|'));
const inJson = (text: string) => placeInJson(text.replace('|', ''), text.indexOf('|'));

describe('a place in YAML', () => {
  it.each([
    ['|', [], null],
    ['simulation:\n  |', ['simulation'], null],
    ['simulation:\n  rng_seed: |', ['simulation'], 'rng_seed'],
    ['agents:\n  - id: A\n    |', ['agents', 0], null],
    ['agents:\n  - |', ['agents', 0], null],
    ['agents:\n- id: A\n  |', ['agents', 0], null],
    ['agents:\n  - id: A\n    policy: { type: |', ['agents', 0, 'policy'], 'type'],
    ['agents:\n  - id: A\n    policy: { |', ['agents', 0, 'policy'], null],
    ['agents:\n  - { id: A, |', ['agents', 0], null],
    [
      'agents:\n  - id: A\n    arrival_config:\n      amount_distribution:\n        type: |',
      ['agents', 0, 'arrival_config', 'amount_distribution'],
      'type',
    ],
    ['agents:\n  - id: A\n    policy: { type: Fifo }\n\n    # a comment\n    |', ['agents', 0], null],
    ['agents:\n  - id: A\n    x:\n      y: 1\nlsm_config:\n  |', ['lsm_config'], null],
    ['scenario_events:\n  - type: DirectTransfer\n    schedule: { type: OneTime, |', ['scenario_events', 0, 'schedule'], null],
    ['simulation: { rng_seed: 1 }\n|', [], null],
  ] as const)('%j', (text, path, key) => {
    expect(inYaml(text)).toEqual({ path, key });
  });
});

describe('a place in JSON', () => {
  it.each([
    ['{|', [], null],
    ['{"payment_tree": {|', ['payment_tree'], null],
    ['{"payment_tree": {"type": |', ['payment_tree'], 'type'],
    ['{"a": [{"b": 1}, {|', ['a', 0], null],
    ['{"a": [|', ['a', 0], null],
    ['{"a": {"b": [1, 2]}, |', [], null],
    ['{"a": "} not a brace", |', [], null],
  ] as const)('%j', (text, path, key) => {
    expect(inJson(text)).toEqual({ path, key });
  });
});

describe('what can be written there', () => {
  const scenario = scenarioJsonSchema() as Schema;
  const labels = (list: readonly { label: string }[]): string[] => list.map(({ label }) => label);

  it('is what the schema has, alternatives side by side', () => {
    expect(labels(suggestionsAt(scenario, []).keys)).toEqual(expect.arrayContaining(['simulation', 'agents', 'settlement']));
    expect(labels(suggestionsAt(scenario, ['agents', 0]).keys)).toEqual(
      expect.arrayContaining(['id', 'unsecured_cap', 'policy']),
    );
    expect(labels(suggestionsAt(scenario, ['agents', 0, 'policy', 'type']).words)).toEqual(
      expect.arrayContaining(['Fifo', 'FromJson']),
    );
    expect(suggestionsAt(scenario, ['nothing', 'here'])).toEqual({ keys: [], words: [] });
    expect(suggestionsAt(scenario, ['agents', 0, '__proto__']).keys).toEqual([]);
  });

  it('offers no key of a bank that the engine refuses', () => {
    for (const key of labels(suggestionsAt(scenario, ['simulation']).keys)) {
      const word = labels(suggestionsAt(scenario, ['simulation', key]).words)[0];
      const simulation = { ticks_per_day: 1, num_days: 1, rng_seed: 1, [key]: word ?? 1 };
      const agents = ['A', 'B'].map((id) => ({ id, opening_balance: 0 }));
      expect(() => parseScenario({ simulation, agents })).not.toThrow();
    }
  });

  it('is explained by the schema of policies', () => {
    const policy = policyJsonSchema() as Schema;
    expect(labels(suggestionsAt(policy, []).keys)).toContain('payment_tree');
    expect(aboutAt(policy, ['payment_tree'])).not.toBe('');
    expect(aboutAt(policy, ['payment_tree', 'node_id'])).not.toBe('');
  });
});
