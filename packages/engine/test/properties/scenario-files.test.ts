import { issueText, pathText } from '@simcash/protocol';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import {
  readScenario,
  readScenarioText,
  ScenarioError,
  Simulation,
  type EngineConfig,
  type Scenario,
  type ScenarioOptions,
} from './engine.js';
import { runThrough } from './drive.js';
import { property } from './property.js';
import { scenario, type ScenarioDocument } from './scenarios.js';

type Path = (string | number)[];
type Mapping = Record<string, unknown>;

const isMapping = (value: unknown): value is Mapping => typeof value === 'object' && value !== null && !Array.isArray(value);

/** A scenario, or the error that says why there is none. Anything else that is thrown is a defect. */
function parsed(input: unknown, options?: ScenarioOptions): Scenario | ScenarioError {
  try {
    return readScenario(input, options);
  } catch (error) {
    if (error instanceof ScenarioError) return error;
    throw error;
  }
}

function configOf(input: unknown, options?: ScenarioOptions): EngineConfig {
  return readScenario(input, options).config;
}

function expectSoundIssues({ issues, message }: ScenarioError): void {
  expect(issues.length).toBeGreaterThan(0);
  for (const issue of issues) {
    expect(issue.path.every((part) => typeof part === 'string' || Number.isInteger(part))).toBe(true);
    expect(issue.message).not.toBe('');
    expect(message).toContain(issueText(issue));
  }
}

function valueAt(document: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, part) => (value as Mapping)[part], document);
}

/** A copy in which no part is shared with another one. */
function copyOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyOf);
  return isMapping(value) ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, copyOf(inner)])) : value;
}

/** A copy of the document with something else at a path; `undefined` removes it. */
function replaced(document: unknown, path: Path, value: unknown): unknown {
  const copy = copyOf(document);
  if (path.length === 0) return value;
  const parent = valueAt(copy, path.slice(0, -1)) as Mapping;
  const key = path.at(-1)!;
  if (value !== undefined) parent[key] = value;
  else if (Array.isArray(parent)) parent.splice(key as number, 1);
  else delete parent[key];
  return copy;
}

/** Paths of all values of a document, in document order. */
function pathsOf(document: unknown, path: Path = []): Path[] {
  const below = Array.isArray(document) ? document.map((_, i) => i) : isMapping(document) ? Object.keys(document) : [];
  return [path, ...below.flatMap((key) => pathsOf((document as Mapping)[key], [...path, key]))];
}

/** Whether the keys of the mapping at a path are fixed, and not ids of banks or a policy document's own. */
function hasFixedKeys(document: unknown, path: Path): boolean {
  if (!isMapping(valueAt(document, path))) return false;
  return !path.some((part) => part === 'counterparty_weights' || part === 'bilateral_limits' || part === 'decision_trees');
}

/** The mapping with one more key at a position among the others. */
function withKey(mapping: Mapping, key: string, position: number): Mapping {
  const entries = Object.entries(mapping);
  entries.splice(position % (entries.length + 1), 0, [key, 1]);
  return Object.fromEntries(entries);
}

const anyJson = fc.jsonValue({ maxDepth: 4 });

/** Values that fit almost nowhere, or almost everywhere. */
const oddValue = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    '',
    ' ',
    'yes',
    '12',
    '1_000',
    '1e3',
    -1,
    0.5,
    1e300,
    2 ** 53,
    [],
    {},
    { type: 'Fifo' },
    { type: 7 },
    { mode: 'rate' },
  ),
  fc.double(),
  anyJson,
);

const edits = fc.array(fc.tuple(fc.nat(), oddValue, fc.constantFrom<'replace' | 'remove' | 'add'>('replace', 'remove', 'add')), {
  minLength: 1,
  maxLength: 4,
});

/** A valid document with some of its values replaced, removed or added. */
const damaged = fc.tuple(scenario(), edits).map(([document, changes]) => {
  let copy: unknown = document;
  for (const [pick, value, kind] of changes) {
    const paths = pathsOf(copy);
    const path = paths[pick % paths.length]!;
    if (kind !== 'add') copy = replaced(copy, path, kind === 'replace' ? value : undefined);
    else if (isMapping(valueAt(copy, path)))
      copy = replaced(copy, path, withKey(valueAt(copy, path) as Mapping, `key ${pick}`, pick));
    if (!isMapping(copy)) break;
  }
  return copy;
});

describe('reading a scenario', () => {
  property('gives a scenario or an error with paths, whatever is read', 200, fc.oneof(anyJson, fc.anything()), (value) => {
    const result = parsed(value);
    if (result instanceof ScenarioError) expectSoundIssues(result);
  });

  property(
    'gives a scenario or an error with paths for damaged documents, and what it gives can be created',
    400,
    damaged,
    (document) => {
      for (const strict of [true, false]) {
        const result = parsed(document, { strict });
        if (result instanceof ScenarioError) expectSoundIssues(result);
        else refusableByEngine(() => Simulation.create(result));
      }
    },
  );

  property(
    'of any text gives data or an error',
    160,
    fc.tuple(
      fc.oneof(
        fc.string(),
        fc.json(),
        damaged.map((d) => stringify(d) ?? ''),
      ),
      fc.nat(),
    ),
    ([text, cut]) => {
      for (const source of [text, text.slice(0, cut % (text.length + 1))]) {
        for (const format of ['yaml', 'json'] as const) {
          try {
            const { document, locate } = readScenarioText(source, format);
            const result = parsed(document, { exactIntegers: true });
            if (result instanceof ScenarioError) for (const { path } of result.issues) locate(path);
          } catch (error) {
            if (!(error instanceof ScenarioError)) throw error;
            expectSoundIssues(error);
          }
        }
      }
    },
  );

  it.each([
    ['an alias without an anchor', 'agents: *nobody', 'line 1, column 9: there is no anchor &nobody before this alias'],
    ['an alias before its anchor', 'x-a: *b\nx-b: &b 1', 'line 1, column 6: there is no anchor &b before this alias'],
    ['a list that contains itself', 'agents: &a\n  - *a', 'line 2, column 5: *a is part of what it refers to'],
    ['a mapping merged into itself', 'agents: &a {<<: *a}', 'line 1, column 17: *a is part of what it refers to'],
    ['a merge of something that is no mapping', '<<: 1', 'Merge sources must be maps'],
    ['aliases that multiply', multiplied(6), 'Excessive alias count'],
    ['two documents', 'x-a: 1\n---\nx-b: 1', 'line 2, column 1: a second document begins here'],
    ['an unknown tag', 'agents: !banks []', 'line 1, column 9: Unresolved tag: !banks'],
  ])('refuses %s', (_, text, message) => {
    expect(() => readScenarioText(text)).toThrow(ScenarioError);
    expect(() => readScenarioText(text)).toThrow(message);
  });

  it.each([
    ['a trailing comma', '{"simulation": {},\n}'],
    ['a comment', '{} # nothing'],
    ['block style', 'simulation:\n  ticks_per_day: 1'],
    ['nothing', ''],
  ])('refuses %s in JSON', (_, text) => {
    expect(() => readScenarioText(text, 'json')).toThrow('not valid JSON: ');
    expect(() => readScenarioText(text, 'yaml')).not.toThrow();
  });

  it('says where JSON ends to be JSON', () => {
    expect(() => readScenarioText('{"simulation": {},\n}', 'json')).toThrow('not valid JSON: line 2, column 1: ');
  });

  it.each([
    ['lists never closed', '['.repeat(100_000)],
    ['lists', '['.repeat(10_000) + ']'.repeat(10_000)],
    ['mappings', '{"a":'.repeat(10_000) + '1' + '}'.repeat(10_000)],
  ])('refuses %s within each other without end', (_, text) => {
    for (const format of ['yaml', 'json'] as const)
      expect(() => readScenarioText(text, format)).toThrow('levels within each other');
  });

  it.each([
    ['list items', '- '.repeat(10_000)],
    ['keys', Array.from({ length: 1_000 }, (_, i) => `${' '.repeat(i)}a:`).join('\n')],
  ])('refuses %s within each other without end', (_, text) => {
    expect(() => readScenarioText(text)).toThrow('levels within each other');
  });

  it('takes an anchor that is given again from there on', () => {
    const { document } = readScenarioText('x-a: &a 1\nx-b: *a\nx-c: &a 2\nx-d: *a');
    expect(document).toEqual({ 'x-a': 1n, 'x-b': 1n, 'x-c': 2n, 'x-d': 2n });
  });

  it('shows what stands where something else should, also numbers in lists and mappings', () => {
    const text =
      'simulation: {ticks_per_day: [1], num_days: {a: 2}, rng_seed: x}\nagents: [{id: {a: 3}, opening_balance: 0, policy: {type: [4]}}]';
    const { message } = parsed(readScenarioText(text).document, { exactIntegers: true }) as ScenarioError;
    expect(message.split('\n')).toEqual([
      'simulation.ticks_per_day: expected a whole number, got [1]',
      'simulation.num_days: expected a whole number, got {"a":2}',
      'simulation.rng_seed: expected a whole number, got "x"',
      'agents[0].id: expected a text, got {"a":3}',
      expect.stringMatching(/^agents\[0\]\.policy\.type: unknown type \[4\] \(expected one of Fifo, /),
    ]);
  });

  it('refuses a policy given as data that no JSON text can be written of', () => {
    const endless: Record<string, unknown> = {};
    endless.payment_tree = endless;
    const agents = [{ id: 'A', opening_balance: 0, policy: { type: 'Inline', decision_trees: endless } }];
    const { issues } = parsed({ simulation: { ticks_per_day: 1, num_days: 1, rng_seed: 1 }, agents }) as ScenarioError;
    expect(issues.map(({ path }) => pathText(path))).toEqual(['agents[0].policy.decision_trees']);
  });

  it('names what is missing before what is wrong beside it', () => {
    const { issues } = parsed({ agents: [{ opening_balance: 'much' }], lsm: {} }) as ScenarioError;
    expect(issues.map(({ path }) => pathText(path))).toEqual(['simulation', 'agents[0].id', 'agents[0].opening_balance', 'lsm']);
  });

  property('is the same every time and keeps the order of the banks', 60, scenario(), (document) => {
    const config = configOf(document);
    expect(configOf(structuredClone(document))).toEqual(config);
    expect(config.agent_configs.map(({ id }) => id)).toEqual(document.agents.map(({ id }) => id));
  });

  property('gives a configuration that the engine takes, also on its own', 80, scenario(), (document) => {
    const config = configOf(document);
    expect(configOf(config)).toEqual(config);
    const simulation = Simulation.create(config as never);
    simulation.run();
    expect(simulation.events.toNdjson()).toBe(runThrough({ scenario: document, calls: [] }).events.toNdjson());
  });

  property('gives the same from YAML, from JSON and from data', 40, scenario(), (document) => {
    const config = configOf(document);
    const json = readScenarioText(JSON.stringify(document, null, 2), 'json').document;
    expect(configOf(json, { exactIntegers: true })).toEqual(config);
    for (const options of [{}, { collectionStyle: 'flow' }, { defaultStringType: 'QUOTE_DOUBLE' }] as const) {
      const yaml = readScenarioText(stringify(document, { version: '1.1', ...options }), 'yaml').document;
      expect(configOf(yaml, { exactIntegers: true })).toEqual(config);
    }
  });

  property(
    'keeps whole numbers of money and seeds exact',
    40,
    fc.tuple(fc.maxSafeInteger(), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })),
    ([cents, seed]) => {
      const text = `{"simulation": {"ticks_per_day": 1, "num_days": 1, "rng_seed": ${seed}}, "agents": [{"id": "A", "opening_balance": ${cents}}]}`;
      for (const format of ['yaml', 'json'] as const) {
        const config = configOf(readScenarioText(text, format).document, { exactIntegers: true });
        expect(config.rng_seed).toBe(seed);
        expect(config.agent_configs[0]!.opening_balance).toBe(cents + 0);
      }
    },
  );
});

/** A small text that describes 10^depth values. */
function multiplied(depth: number): string {
  const levels = Array.from({ length: depth }, (_, i) => `x-${i + 1}: &l${i + 1} [${Array(10).fill(`*l${i}`).join(', ')}]`);
  return ['x-0: &l0 1', ...levels].join('\n');
}

/** The engine may refuse what a document cannot know, such as a policy text; it must say so in its own words. */
function refusableByEngine(create: () => unknown): void {
  try {
    create();
  } catch (error) {
    expect(String(error)).toMatch(/^(InvalidConfigError: Invalid config|MoneyRangeError)/);
  }
}

describe('an unknown key', () => {
  property(
    'is refused with its path in every mapping, and forgiven with a warning on request',
    120,
    fc.tuple(scenario(), fc.nat(), fc.nat()),
    ([document, pick, position]) => {
      const places = pathsOf(document).filter((path) => hasFixedKeys(document, path));
      const place = places[pick % places.length]!;
      const path = [...place, 'zzz_unknown'];
      const extended = replaced(document, place, withKey(valueAt(document, place) as Mapping, 'zzz_unknown', position));
      const error = parsed(extended);
      expect(error).toBeInstanceOf(ScenarioError);
      const { issues } = error as ScenarioError;
      expect(issues.map((issue) => issue.path)).toEqual([path]);
      expect(issues[0]!.message).toContain(`Unknown key '${pathText(path)}'`);
      const strict = readScenario(document);
      const forgiving = readScenario(extended, { strict: false });
      expect(forgiving.config).toEqual(strict.config);
      const added = forgiving.warnings.filter(({ message }) => message.includes('zzz_unknown'));
      expect(added).toHaveLength(1);
      expect(added[0]!.path).toEqual(path);
      expect(forgiving.warnings).toHaveLength(strict.warnings.length + 1);
    },
  );

  property(
    'is reported together with all others, in document order',
    80,
    fc.tuple(scenario(), fc.array(fc.tuple(fc.nat(), fc.nat()), { minLength: 2, maxLength: 4 })),
    ([document, picks]) => {
      let extended: unknown = document;
      picks.forEach(([pick, position], i) => {
        const places = pathsOf(extended).filter((path) => hasFixedKeys(extended, path));
        const place = places[pick % places.length]!;
        extended = replaced(extended, place, withKey(valueAt(extended, place) as Mapping, `zzz_unknown_${i}`, position));
      });
      const expected = pathsOf(extended).filter((path) => String(path.at(-1)).startsWith('zzz_unknown'));
      expect((parsed(extended) as ScenarioError).issues.map(({ path }) => path)).toEqual(expected);
      const { warnings } = readScenario(extended, { strict: false });
      expect(warnings.filter(({ message }) => message.includes('zzz_unknown')).map(({ path }) => path)).toEqual(expected);
    },
  );

  property(
    'is reported among bad values where it stands in the document',
    80,
    fc.tuple(scenario(), fc.array(fc.nat(), { minLength: 2, maxLength: 4 })),
    ([document, picks]) => {
      let damaged: unknown = document;
      picks.forEach((pick, i) => {
        const places = pathsOf(damaged).filter((path) => hasFixedKeys(damaged, path));
        const place = places[pick % places.length]!;
        if (pick % 2 === 0)
          damaged = replaced(damaged, place, withKey(valueAt(damaged, place) as Mapping, `zzz_unknown_${i}`, pick));
      });
      const numbers = pathsOf(damaged).filter((path) => path.at(-1) === 'opening_balance' || path.at(-1) === 'num_days');
      for (const pick of picks) damaged = replaced(damaged, numbers[pick % numbers.length]!, 'many');
      const expected = pathsOf(damaged).filter(
        (path) => String(path.at(-1)).startsWith('zzz_unknown') || valueAt(damaged, path) === 'many',
      );
      expect((parsed(damaged) as ScenarioError).issues.map(({ path }) => path)).toEqual(expected);
    },
  );

  property(
    'at top level that begins with x- is no key of the scenario',
    60,
    fc.tuple(scenario(), anyJson),
    ([document, note]) => {
      expect(readScenario({ 'x-note': note, ...document }).config).toEqual(readScenario(document).config);
    },
  );
});

describe('a default', () => {
  property('written out is the default left out', 100, scenario(), (document) => {
    expect(configOf(withDefaults(document))).toEqual(configOf(document));
  });

  property('of an optional key is also null', 80, fc.tuple(scenario(), fc.nat()), ([document, pick]) => {
    const absent = pathsOf(document).flatMap((path) => nullable(document, path));
    const path = absent[pick % absent.length]!;
    expect(configOf(replaced(document, path, null))).toEqual(configOf(document));
  });

  property('of an order changes nothing but its spelling', 40, scenario({ minBanks: 2 }), (document) => {
    const events = document.scenario_events?.map((event) =>
      event.type === 'CustomTransactionArrival'
        ? {
            priority: 5,
            is_divisible: false,
            deadline: Math.max(5, Math.floor(document.simulation.ticks_per_day / 10)),
            ...event,
          }
        : event,
    );
    const written = events ? { ...document, scenario_events: events } : document;
    const log = (d: ScenarioDocument): string => runThrough({ scenario: d, calls: [] }).events.toNdjson();
    expect(log(written)).toBe(log(document));
  });
});

/** The document with every default of spec 07 §§2–6 that it leaves out. */
function withDefaults(document: ScenarioDocument): unknown {
  return {
    cost_rates: {},
    lsm_config: {},
    priority_escalation: {},
    deferred_crediting: false,
    deadline_cap_at_eod: false,
    queue1_ordering: 'fifo',
    priority_mode: false,
    algorithm_sequencing: false,
    entry_disposition_offsetting: false,
    eod_rush_threshold: 0.8,
    daily_liquidity_reallocation: true,
    scenario_events: [],
    ...document,
    ...written('lsm_config', document, {
      enable_bilateral: true,
      enable_cycles: true,
      max_cycle_length: 4,
      max_cycles_per_tick: 10,
    }),
    ...written('priority_escalation', document, { enabled: false, curve: 'linear', start_escalating_at_ticks: 20, max_boost: 3 }),
    ...written('cost_rates', document, {
      overdraft_bps_per_tick: 0.001,
      delay_cost_per_tick_per_cent: 0.0001,
      collateral_cost_per_tick_bps: 0.0002,
      liquidity_cost_per_tick_bps: 0,
      eod_penalty: { mode: 'fixed', amount: 10_000 },
      deadline_penalty: 50_000,
      split_friction_cost: 1_000,
      overdue_delay_multiplier: 5,
    }),
    agents: document.agents.map((agent) => ({
      unsecured_cap: 0,
      policy: { type: 'Fifo' },
      ...agent,
      ...(agent.arrival_config && { arrival_config: { priority: 5, divisible: false, ...agent.arrival_config } }),
      ...(agent.arrival_bands && {
        arrival_bands: Object.fromEntries(
          Object.entries(agent.arrival_bands).map(([band, config]) => [
            band,
            { counterparty_weights: {}, divisible: false, ...config },
          ]),
        ),
      }),
    })),
    ...(document.scenario_events && {
      scenario_events: document.scenario_events.map((event) =>
        event.type === 'CounterpartyWeightChange' ? { auto_balance_others: false, ...event } : event,
      ),
    }),
  };
}

function written(
  key: 'lsm_config' | 'priority_escalation' | 'cost_rates',
  document: ScenarioDocument,
  defaults: Mapping,
): Mapping {
  const given = { ...defaults, ...document[key] };
  if (key !== 'cost_rates' || !document.cost_rates?.priority_delay_multipliers) return { [key]: given };
  const multipliers = {
    urgent_multiplier: 1,
    normal_multiplier: 1,
    low_multiplier: 1,
    ...document.cost_rates.priority_delay_multipliers,
  };
  return { [key]: { ...given, priority_delay_multipliers: multipliers } };
}

/** Paths below a mapping where null means absent (the keys marked "null ok" in spec 07). */
function nullable(document: unknown, path: Path): Path[] {
  const mapping = valueAt(document, path);
  if (!isMapping(mapping)) return [];
  const [first, , third] = path;
  const keys = (): string[] => {
    if (path.length === 0) return ['scenario_events', 'policy_feature_toggles', 'cost_feature_toggles'];
    if (first === 'agents' && path.length === 2) {
      return [
        ...['arrival_config', 'arrival_bands', 'max_collateral_capacity', 'liquidity_pool', 'liquidity_allocation_fraction'],
        ...['posted_collateral', 'collateral_haircut', 'limits'],
      ];
    }
    if (first === 'agents' && path.length === 3 && third === 'arrival_config') return ['priority_distribution'];
    if (first === 'agents' && path.length === 3 && third === 'arrival_bands') return ['urgent', 'normal', 'low'];
    if (first === 'agents' && path.length === 3 && third === 'limits') return ['bilateral_limits', 'multilateral_limit'];
    if (first === 'cost_rates' && path.length === 1) return ['priority_delay_multipliers'];
    if (first === 'scenario_events' && path.length === 2) {
      const optional: Record<string, string[]> = {
        CustomTransactionArrival: ['priority', 'deadline', 'is_divisible'],
        CounterpartyWeightChange: ['auto_balance_others'],
        DeadlineWindowChange: ['min_ticks_multiplier', 'max_ticks_multiplier'],
      };
      return optional[mapping.type as string] ?? [];
    }
    return [];
  };
  return keys()
    .filter((key) => !Object.hasOwn(mapping, key))
    .map((key) => [...path, key]);
}

describe('a value', () => {
  property(
    'means the same in all its spellings',
    120,
    fc.tuple(scenario(), fc.infiniteStream(fc.nat())),
    ([document, stream]) => {
      const config = configOf(document);
      const exact = readScenarioText(JSON.stringify(respelled(document, stream)), 'json').document;
      expect(configOf(exact, { exactIntegers: true })).toEqual(config);
      expect(configOf(respelled(document, stream))).toEqual(config);
    },
  );

  property('of a penalty may be a bare number of cents, one of a priority a distribution', 80, scenario(), (document) => {
    const penalties = Object.entries(document.cost_rates ?? {}).map(([key, value]) => [
      key,
      key.endsWith('_penalty') && typeof value === 'number' ? { mode: 'fixed', amount: value } : value,
    ]);
    const agents = document.agents.map((agent) => {
      const { priority = 5, priority_distribution = { type: 'Fixed', value: priority }, ...rest } = agent.arrival_config ?? {};
      return agent.arrival_config ? { ...agent, arrival_config: { ...rest, priority_distribution } } : agent;
    });
    const long = { ...document, agents, ...(document.cost_rates && { cost_rates: Object.fromEntries(penalties) }) };
    expect(configOf(long)).toEqual(configOf(document));
  });

  property(
    'without type is taken for what it looks like, with a warning that says so',
    100,
    fc.tuple(scenario(), fc.nat()),
    ([document, pick]) => {
      const typed = pathsOf(document).filter((path) => isUnmistakable(document, path));
      if (typed.length === 0) return;
      const path = typed[pick % typed.length]!;
      const { type } = valueAt(document, path) as { type: string };
      const exact = (d: unknown): Scenario =>
        readScenario(readScenarioText(JSON.stringify(d), 'json').document, { exactIntegers: true });
      const before = exact(document);
      const after = exact(replaced(document, [...path, 'type'], undefined));
      expect(after.config).toEqual(before.config);
      expect(after.warnings).toHaveLength(before.warnings.length + 1);
      expect(after.warnings.some((warning) => String(warning.path) === String(path) && warning.message.includes(type))).toBe(
        true,
      );
    },
  );

  property('that is documented takes effect', 120, fc.tuple(scenario({ minBanks: 2 }), fc.nat()), ([document, pick]) => {
    const changes = changesOf(document);
    const [path, value] = changes[pick % changes.length]!;
    const changed = replaced(document, path, value);
    expect(configOf(changed)).not.toEqual(configOf(document));
  });

  property('of a toggle decides only whether a run starts', 80, fc.tuple(scenario(), fc.boolean()), ([document, include]) => {
    const toggles = include ? { include: CATEGORIES } : { exclude: ['NodeType', 'TreeType', 'ValueType'] };
    const toggled = readScenario({ ...document, policy_feature_toggles: toggles, cost_feature_toggles: { include: ['Daily'] } });
    expect(toggled.config).toEqual(configOf(document));
  });
});

const CATEGORIES = [
  ...[
    'AgentField',
    'BankAction',
    'BinaryArithmetic',
    'CollateralAction',
    'CollateralField',
    'ComparisonOperator',
    'CostField',
    'DerivedField',
  ],
  ...[
    'LogicalOperator',
    'LsmField',
    'NaryArithmetic',
    'NodeType',
    'PaymentAction',
    'QueueField',
    'RtgsAction',
    'StateRegisterField',
  ],
  ...['SystemField', 'TernaryMath', 'ThroughputField', 'TimeField', 'TransactionField', 'TreeType', 'UnaryMath', 'ValueType'],
];

/** The document with numbers and truth values written in other accepted ways (spec 07 §1.4). */
function respelled(value: unknown, stream: Iterator<number>, key = '', bare = false): unknown {
  if (key === 'decision_trees' || key === 'json_string') return value;
  if (Array.isArray(value)) return value.map((element) => respelled(element, stream, key));
  if (isMapping(value)) {
    const entries = Object.entries(value).map(([name, inner]) => [
      name,
      respelled(inner, stream, name, name.endsWith('_penalty')),
    ]);
    return Object.fromEntries(entries);
  }
  const choose = <T>(...spellings: T[]): T => spellings[(stream.next().value as number) % spellings.length]!;
  if (typeof value === 'boolean')
    return choose<unknown>(value, value ? 1 : 0, value ? 'yes' : 'no', value ? 'On' : 'OFF', value ? 'T' : 'f');
  // Bare penalties are whole numbers and nothing else.
  if (typeof value !== 'number' || bare) return value;
  if (!Number.isInteger(value)) return choose<unknown>(value, String(value));
  const underscored = String(value).replace(/(\d)(\d{3})$/, '$1_$2');
  return choose<unknown>(value, String(value), ` ${value} `, `${value}.0`, value >= 0 ? `+${value}` : String(value), underscored);
}

/** Whether the variant at a path is the one that would be guessed without its `type` (spec 07 §1.6). */
function isUnmistakable(document: unknown, path: Path): boolean {
  if (path.includes('decision_trees')) return false;
  const value = valueAt(document, path);
  if (!isMapping(value) || typeof value.type !== 'string') return false;
  switch (value.type) {
    case 'LogNormal':
      return !(Number.isInteger(value.mean) && Number.isInteger(value.std_dev));
    case 'CustomTransactionArrival':
      return ['priority', 'deadline', 'is_divisible'].some((key) => Object.hasOwn(value, key));
    case 'ScheduledSettlement':
      return false;
    default:
      return true;
  }
}

/** Legal values that differ from those in force, for every key that a document of any kind can have. */
function changesOf(document: ScenarioDocument): [Path, unknown][] {
  const config = configOf(document);
  const { cost_rates: rates, lsm_config: lsm, priority_escalation: escalation } = config;
  const top: [Path, unknown][] = [
    [['simulation', 'ticks_per_day'], config.ticks_per_day + 1],
    [['simulation', 'num_days'], config.num_days + 1],
    [['simulation', 'rng_seed'], Number(config.rng_seed) + 1],
    [['deferred_crediting'], !config.deferred_crediting],
    [['deadline_cap_at_eod'], !config.deadline_cap_at_eod],
    [['queue1_ordering'], config.queue1_ordering === 'fifo' ? 'priority-deadline' : 'FIFO'],
    [['priority_mode'], !config.priority_mode],
    [['algorithm_sequencing'], !config.algorithm_sequencing],
    [['entry_disposition_offsetting'], !config.entry_disposition_offsetting],
    [['eod_rush_threshold'], config.eod_rush_threshold + 0.25],
    [['daily_liquidity_reallocation'], !config.daily_liquidity_reallocation],
    [['lsm_config'], { ...lsm, enable_bilateral: !lsm.enable_bilateral }],
    [['lsm_config'], { ...lsm, enable_cycles: !lsm.enable_cycles }],
    [['lsm_config'], { ...lsm, max_cycle_length: lsm.max_cycle_length === 10 ? 3 : 10 }],
    [['lsm_config'], { ...lsm, max_cycles_per_tick: lsm.max_cycles_per_tick === 100 ? 1 : 100 }],
    [['priority_escalation'], { ...escalation, enabled: !escalation.enabled }],
    [['priority_escalation'], { ...escalation, start_escalating_at_ticks: escalation.start_escalating_at_ticks + 1 }],
    [['priority_escalation'], { ...escalation, max_boost: escalation.max_boost === 0 ? 1 : 0 }],
    [['cost_rates'], { ...rates, overdraft_bps_per_tick: rates.overdraft_bps_per_tick + 1 }],
    [['cost_rates'], { ...rates, delay_cost_per_tick_per_cent: rates.delay_cost_per_tick_per_cent + 1 }],
    [['cost_rates'], { ...rates, collateral_cost_per_tick_bps: rates.collateral_cost_per_tick_bps + 1 }],
    [['cost_rates'], { ...rates, liquidity_cost_per_tick_bps: rates.liquidity_cost_per_tick_bps + 1 }],
    [['cost_rates'], { ...rates, split_friction_cost: rates.split_friction_cost + 1 }],
    [['cost_rates'], { ...rates, overdue_delay_multiplier: rates.overdue_delay_multiplier + 1 }],
    [['cost_rates'], { ...rates, eod_penalty: 123_457 }],
    [['cost_rates'], { ...rates, eod_penalty_per_transaction: 123_457 }],
    [['cost_rates'], { ...rates, deadline_penalty: { mode: 'rate', bps_per_event: 1.5 } }],
    [['cost_rates'], { ...rates, priority_delay_multipliers: { urgent_multiplier: 1.75 } }],
    [['cost_rates'], { ...rates, priority_delay_multipliers: { normal_multiplier: 1.75 } }],
    [['cost_rates'], { ...rates, priority_delay_multipliers: { low_multiplier: 1.75 } }],
  ];
  const agents = config.agent_configs.flatMap((agent, i): [Path, unknown][] => [
    [['agents', i, 'id'], 'renamed'],
    [['agents', i, 'opening_balance'], agent.opening_balance + 1],
    [['agents', i, 'unsecured_cap'], agent.unsecured_cap + 1],
    [['agents', i, 'policy'], { type: 'Deadline', urgency_threshold: 77 }],
    [['agents', i, 'posted_collateral'], (agent.posted_collateral ?? 0) + 1],
    [['agents', i, 'collateral_haircut'], agent.collateral_haircut === 0.25 ? 0.75 : 0.25],
    [['agents', i, 'max_collateral_capacity'], (agent.max_collateral_capacity ?? 0) + 1],
    [['agents', i, 'liquidity_pool'], (agent.liquidity_pool ?? 0) + 1],
    [['agents', i, 'liquidity_allocation_fraction'], agent.liquidity_allocation_fraction === 0.25 ? 0.75 : 0.25],
    [['agents', i, 'limits'], { multilateral_limit: 123_457 }],
    [['agents', i, 'limits'], { bilateral_limits: { [document.agents[0]!.id]: 123_457 } }],
  ]);
  // A bank that others name cannot be renamed.
  const named = new Set(JSON.stringify(document).match(/"(?:[^"\\]|\\.)*"/gu));
  const count = (id: string): number => JSON.stringify(document).split(JSON.stringify(id)).length - 1;
  const isNamed = (id: string): boolean => named.has(JSON.stringify(id)) && count(id) > 1;
  return [...top, ...agents.filter(([path]) => path[2] !== 'id' || !isNamed(document.agents[path[1] as number]!.id))];
}
