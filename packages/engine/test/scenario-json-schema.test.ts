import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseScenario, policyJsonSchema, readScenario, readScenarioText, scenarioJsonSchema } from '../src/index.js';
import { matches, undescribed, type Schema } from './support/json-schema.js';

/** What editors, reference pages and types are made from says everything about every key (spec 16 R1626). */
const schema = scenarioJsonSchema() as Schema;
const keyOf = (definition: string, key: string): Schema => schema.$defs![definition]!.properties![key]!;

/** Data as JSON has it: whole numbers are read as bigints. */
const plain = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (_, member: unknown) => (typeof member === 'bigint' ? Number(member) : member)));

const DOCUMENT = {
  simulation: { ticks_per_day: 10, num_days: 1, rng_seed: 1 },
  agents: [
    { id: 'A', opening_balance: 0 },
    { id: 'B', opening_balance: 0 },
  ],
} as const;

describe('the JSON Schema of scenarios', () => {
  it('describes every key', () => {
    expect(undescribed(schema)).toEqual([]);
    expect(JSON.stringify(schema).match(/"description":/g)!.length).toBeGreaterThan(300);
  });

  it('has integers for whole numbers, and defaults', () => {
    expect(schema.properties!.simulation!.properties!.ticks_per_day).toMatchObject({ type: 'integer', minimum: 1 });
    expect(keyOf('AgentDocument', 'unsecured_cap')).toMatchObject({ type: 'integer', default: 0 });
    expect(keyOf('AgentDocument', 'policy')).toMatchObject({ default: { type: 'Fifo' } });
    expect(keyOf('CostRatesDocument', 'overdue_delay_multiplier')).toMatchObject({ type: 'number', default: 5 });
  });

  it('knows the words of keys that have only some', () => {
    expect(schema.properties!.queue1_ordering!.enum).toContain('priority_deadline');
    expect(keyOf('SettlementDocument', 'preset').enum).toContain('rtgs_lsm');
    expect(JSON.stringify(schema.properties!.policy_feature_toggles)).toContain('"enum":["AgentField"');
  });

  it('knows the files that a person names, and what becomes of them', () => {
    const payments = { file: 'payments.csv', csv: { delimiter: ';' } };
    expect(matches(schema, { ...DOCUMENT, payments })).toBe(true);
    expect(matches(schema, { ...DOCUMENT, payments: [payments, { run: 'yesterday' }] })).toBe(true);
    expect(matches(schema, { ...DOCUMENT, payments: { file: 'payments.csv', csv: { delimeter: ';' } } })).toBe(false);
    const read = { sources: [], dataset_sha256: 'a'.repeat(64), num_payments: 0, total_value: 0 };
    expect(matches(schema, { ...DOCUMENT, payments: read })).toBe(true);
    expect(matches(schema, { ...DOCUMENT, accounts: { file: 'accounts.csv' }, limits: { file: 'limits.csv' } })).toBe(true);
  });

  it('needs a clock where nothing else says how many ticks a day has', () => {
    const clock = { time_zone: 'Europe/Berlin', tick: '1h', opening: '07:00', closing: '18:00', first_day: '2024-03-27' };
    const document = { ...DOCUMENT, simulation: { num_days: 1, rng_seed: 1 } };
    expect(matches(schema, document)).toBe(false);
    expect(matches(schema, { ...document, clock })).toBe(true);
    expect(readScenario({ ...document, clock }).config.ticks_per_day).toBe(11);
  });
});

it('the JSON Schema of policies describes every key, too', () => {
  expect(undescribed(policyJsonSchema() as Schema)).toEqual([]);
});

describe('JSON Schema and loader take the same', () => {
  const event = (multiplier: number): object => ({
    ...DOCUMENT,
    scenario_events: [{ type: 'GlobalArrivalRateChange', schedule: { type: 'OneTime', tick: 1 }, multiplier }],
  });

  it.each<[string, object, boolean]>([
    ['a factor above 0', event(0.5), true],
    ['a factor of 0', event(0), false],
    ['an order of the queue', { ...DOCUMENT, queue1_ordering: 'PriorityDeadline' }, true],
    ['no order of the queue', { ...DOCUMENT, queue1_ordering: 'lifo' }, false],
    ['a penalty in cents', { ...DOCUMENT, cost_rates: { eod_penalty: 500 } }, true],
    ['a penalty by value', { ...DOCUMENT, cost_rates: { eod_penalty: { mode: 'rate', bps_per_event: 5 } } }, true],
    ['half a cent', { ...DOCUMENT, cost_rates: { eod_penalty: 0.5 } }, false],
    ['a note', { ...DOCUMENT, 'x-note': 'anything' }, true],
    ['an event without a time', { ...DOCUMENT, scenario_events: [{ type: 'SystemOutage', ticks: 2 }] }, false],
    ['an event at a tick', { ...DOCUMENT, scenario_events: [{ type: 'SystemOutage', from: 2, until: 4 }] }, true],
    ['an event without its type', { ...DOCUMENT, scenario_events: [{ from: 2, agent: 'A', delta: 5 }] }, true],
    ['an outage without its type', { ...DOCUMENT, scenario_events: [{ from: 2, agent: 'A', incoming: 'block' }] }, false],
    ['a policy without its type', { ...DOCUMENT, agents: [{ id: 'A', opening_balance: 0, policy: {} }] }, true],
    ['a bank without a name', { ...DOCUMENT, agents: [{ opening_balance: 0 }] }, false],
  ])('%s', (_, document, isTaken) => {
    const read = (): unknown => readScenario(document);
    if (isTaken) expect(read).not.toThrow();
    else expect(read).toThrow();
    expect(matches(schema, document)).toBe(isTaken);
  });

  const folders = [
    path.join(import.meta.dirname, 'reference/scenarios'),
    path.resolve(import.meta.dirname, '../../../docs/examples'),
  ];
  const files = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.yaml'))
      .map((file) => path.join(folder, file)),
  );
  const documents = files
    .map((file) => ({ name: path.basename(file, '.yaml'), document: readScenarioText(readFileSync(file, 'utf8')).document }))
    .filter(({ document }) => Object.hasOwn(document as object, 'agents'));

  it('of the examples and of the golden scenarios', () => {
    expect(documents.length).toBeGreaterThan(30);
    const refused = documents.filter(({ document }) => !matches(schema, plain(document))).map(({ name }) => name);
    expect(refused).toEqual([]);
  });
});

it('what is written as a document is read as data', () => {
  expect(parseScenario(DOCUMENT)).toEqual(readScenario(DOCUMENT));
});
