import { readFileSync } from 'node:fs';
import path from 'node:path';
import { readScenario, readScenarioText } from '@simcash/engine';
import { canonicalJson } from '@simcash/protocol';
import { describe, expect, it } from 'vitest';
import { packed, sharedIn, unpacked } from '../src/share.js';
import { sharedFrom } from '../src/stored.js';

const EXAMPLES = path.join(import.meta.dirname, '..', '..', '..', 'docs', 'examples');
const text = (file: string): string => readFileSync(path.join(EXAMPLES, file), 'utf8');

describe('a link', () => {
  it('holds a scenario whole, in characters that need no escape', async () => {
    const shared = { name: 'Größe 1', scenario: text('scenarios/demo.yaml'), policies: { '../policies/a.json': '{"x":"ß"}' } };
    const link = await packed(shared);
    expect(link).toMatch(/^[\w-]+$/);
    expect(link.length).toBeLessThan(8000);
    expect(await unpacked(link)).toEqual(shared);
  });

  it.each(['', 'abc', 'AAAA', '%%%', 'x'.repeat(1000)])('of somebody else (%j) is refused with a sentence', async (link) => {
    await expect(unpacked(link)).rejects.toThrow('This link holds no scenario: it may have been cut off.');
  });

  it('does not unfold to more than a scenario may have', async () => {
    const bomb = await packed({ name: 'x', scenario: ' '.repeat(40 * 2 ** 20), policies: {} });
    expect(bomb.length).toBeLessThan(60_000);
    await expect(unpacked(bomb)).rejects.toThrow('holds no scenario');
  });

  it.each(['{}', '[]', '{"name":"a","scenario":1,"policies":{}}', '{"name":"a","scenario":"","policies":{"b":2}}'])(
    'or file with something else in it (%s) is refused',
    (json) => {
      expect(() => sharedIn(json)).toThrow('This file holds no scenario.');
    },
  );
});

it('a stored scenario becomes files that make the same run', () => {
  const read = (scenario: string, policy: (name: string) => string) =>
    readScenario(readScenarioText(scenario).document, { exactIntegers: true, readPolicy: policy });
  const stored = read(text('scenarios/demo.yaml').replace('rng_seed: 287', 'rng_seed: 9007199254740993'), (name) =>
    text(name.replace('../', '')),
  );
  const { policies, scenario } = sharedFrom('x', canonicalJson(stored.source));
  expect(Object.keys(policies)).toContain('goliath_national_bank.json');
  expect(scenario).not.toContain('payment_tree');
  const again = read(scenario, (name) => policies[name]!);
  expect(canonicalJson(again.config)).toBe(canonicalJson(stored.config));
});
