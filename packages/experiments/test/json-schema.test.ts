import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readScenarioText } from '../../engine/src/index.js';
import { matches, undescribed, type Schema } from '../../engine/test/support/json-schema.js';
import { experimentJsonSchema, readExperiment } from '../src/index.js';

/** What editors, printed reference and types are made from says everything about every key. */
const schema = experimentJsonSchema() as Schema;

const FILE = {
  name: 'first',
  scenario: 'first.yaml',
  evaluation: { ticks: 10 },
  optimized_agents: ['A'],
  policy_constraints: {
    allowed_parameters: [{ name: 'initial_liquidity_fraction', param_type: 'float', min_value: 0, max_value: 1 }],
  },
};

/** Data as JSON has it: whole numbers are read as bigints. */
const plain = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (_, member: unknown) => (typeof member === 'bigint' ? Number(member) : member)));

it('the JSON Schema of experiments describes every key', () => {
  expect(undescribed(schema)).toEqual([]);
  expect(JSON.stringify(schema).match(/"description":/g)!.length).toBeGreaterThan(100);
});

it('has integers for whole numbers, and defaults', () => {
  const { convergence, evaluation, master_seed } = schema.properties!;
  expect(evaluation!.properties!.ticks).toMatchObject({ type: 'integer', minimum: 1 });
  expect(convergence!.properties!.max_iterations).toMatchObject({ type: 'integer', default: 50 });
  expect(master_seed).toMatchObject({ default: 42 });
});

describe('JSON Schema and check take the same', () => {
  it.each<[string, object, boolean]>([
    ['what is needed', {}, true],
    ['nothing to choose', { policy_constraints: undefined }, false],
    ['a mode', { evaluation: { ticks: 10, mode: 'bootstrap' } }, true],
    ['no mode', { evaluation: { ticks: 10, mode: 'guess' } }, false],
    ['no ticks', { evaluation: { ticks: 0 } }, false],
    ['an unknown key', { optimiser: { type: 'grid' } }, false],
    ['an optimizer', { optimizer: { type: 'cem', elite: 0.5 } }, true],
    ['a key of another optimizer', { optimizer: { type: 'grid', elite: 0.5 } }, false],
    ['no certificate', { convergence: { certificate: false } }, true],
    ['a seed that is a text', { master_seed: 'a text' }, true],
  ])('%s', (_, changes, isTaken) => {
    const document = plain({ ...FILE, ...changes });
    const read = (): unknown => readExperiment(document);
    if (isTaken) expect(read).not.toThrow();
    else expect(read).toThrow();
    expect(matches(schema, document)).toBe(isTaken);
  });

  const folder = path.resolve(import.meta.dirname, '../../../docs/examples/experiments');
  const files = readdirSync(folder).filter((file) => file.endsWith('.yaml'));

  it.each(files)('of the example %s', (file) => {
    expect(matches(schema, plain(readScenarioText(readFileSync(path.join(folder, file), 'utf8')).document))).toBe(true);
  });
});
