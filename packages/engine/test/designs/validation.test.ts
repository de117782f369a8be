import { describe, expect, it } from 'vitest';
import { readScenario, readScenarioText, ScenarioError, scenarioJsonSchema } from '../../src/index.js';
import { configHash } from '../../src/scenario/config-hash.js';
import { PRESETS } from '../../src/scenario/settlement/presets.js';
import { blockIssues, DOCUMENT, issuesOf, resolved } from './support/issues.js';
import { matches, type Schema } from '../support/json-schema.js';

/** The key `settlement` as users write it (spec 12 §2). */

/** Of DOCUMENT, from before the key existed. */
const HASH = '15a0824a3123a1f74da39ed49a406273b272335767d260a26798fb1f2f612c07';
const RUNS = [{ algorithms: ['retry'] }];
const withAlgorithm = (algorithm: unknown): unknown => ({ runs: [{ algorithms: [algorithm] }] });
const withWhen = (when: unknown): unknown => ({ runs: [{ when, algorithms: ['retry'] }] });
const withRun = (run: object): unknown => ({ runs: [{ algorithms: ['retry'], ...run }] });

describe('defaults', () => {
  it('of a block with nothing but runs', () => {
    expect(resolved({ runs: RUNS })).toEqual({
      entry: { gross: { highly_urgent: true, urgent: true, normal: true }, offset: 'none' },
      queue: {
        priority: 'none',
        urgent_receivers: [],
        discipline: { highly_urgent: 'bypass', urgent: 'bypass', normal: 'bypass' },
      },
      limits: 'gross',
      reservations: [],
      runs: [
        {
          name: 'run1',
          when: 'every_tick',
          classes: ['highly_urgent', 'urgent', 'normal'],
          repeat: 1,
          retry_after: true,
          algorithms: [{ type: 'retry', passes: 1 }],
        },
      ],
      report: 'changes',
    });
  });

  it.each([
    ['bilateral', { legacy: false }],
    ['bilateral_subset', { max_partners: 10, test_alone: false }],
    ['bilateral_fifo', { heads: 'bank' }],
    ['bilateral_partial', {}],
    ['rings', { max_length: 4, max_attempts: 10, max_queue: 100, edges: 'all', legacy: false }],
    ['multilateral', { on_shortfall: 'carry' }],
    ['partial_netting', { drop: 'last', refill: 'none', refill_order: 'queue', max_chain: 8 }],
    ['search', { max_starts: 'auto', refill_order: 'value', max_chain: 8 }],
    ['receipt_reactive', { window: 'day' }],
    ['optimal', { objective: 'value', node_limit: 200_000 }],
  ])('of %s, by its name alone and as a mapping', (type, parameters) => {
    for (const algorithm of [type, { type }])
      expect(resolved(withAlgorithm(algorithm)).runs[0]!.algorithms).toEqual([{ type, ...parameters }]);
  });

  it('of the offset of every, of the mode of reservations, and of classes that a mapping leaves out', () => {
    const { entry, queue, reservations, runs } = resolved({
      entry: { gross: { normal: false } },
      queue: { discipline: { urgent: 'strict' } },
      reservations: [{ class: 'urgent', amount: 5 }],
      runs: [{ when: { every: 3 }, algorithms: ['retry'] }],
    });
    expect(entry.gross).toEqual({ highly_urgent: true, urgent: true, normal: false });
    expect(queue.discipline).toEqual({ highly_urgent: 'bypass', urgent: 'strict', normal: 'bypass' });
    expect(reservations).toEqual([{ agents: 'all', class: 'urgent', amount: 5, mode: 'floor' }]);
    expect(runs[0]!.when).toEqual({ every: 3, offset: 0 });
  });

  it('until_stable is 1000, and one value for all classes is written out', () => {
    const { entry, queue, runs } = resolved({
      entry: { gross: false },
      queue: { discipline: 'strict' },
      runs: [{ repeat: 'until_stable', algorithms: [{ type: 'retry', passes: 'until_stable' }] }, { algorithms: ['search'] }],
    });
    expect(runs.map(({ name, repeat }) => [name, repeat])).toEqual([
      ['run1', 1000],
      ['run2', 1],
    ]);
    expect(runs[0]!.algorithms).toEqual([{ type: 'retry', passes: 1000 }]);
    expect(entry.gross).toEqual({ highly_urgent: false, urgent: false, normal: false });
    expect(queue.discipline).toEqual({ highly_urgent: 'strict', urgent: 'strict', normal: 'strict' });
  });

  it('runs may be empty', () => {
    expect(resolved({ runs: [] }).runs).toEqual([]);
    expect(resolved({ preset: 'rtgs', runs: [] }).runs).toEqual([]);
  });
});

describe('unknown keys are errors with a suggestion', () => {
  it.each<[string, unknown, string, string]>([
    ['in the block', { runs: RUNS, limit: 'net' }, 'limit', 'limits'],
    ['in entry', { runs: RUNS, entry: { grss: true } }, 'entry.grss', 'gross'],
    ['in entry.gross', { runs: RUNS, entry: { gross: { norml: true } } }, 'entry.gross.norml', 'normal'],
    ['in queue', { runs: RUNS, queue: { prioritys: 'rtgs' } }, 'queue.prioritys', 'priority'],
    ['in queue.discipline', { runs: RUNS, queue: { discipline: { urgnt: 'strict' } } }, 'queue.discipline.urgnt', 'urgent'],
    [
      'in a reservation',
      { runs: RUNS, reservations: [{ class: 'urgent', amout: 1, amount: 1 }] },
      'reservations[0].amout',
      'amount',
    ],
    ['in a run', withRun({ repeats: 3 }), 'runs[0].repeats', 'repeat'],
    ['in retry', withAlgorithm({ type: 'retry', pases: 1 }), 'runs[0].algorithms[0].pases', 'passes'],
    ['in bilateral', withAlgorithm({ type: 'bilateral', legcy: true }), 'runs[0].algorithms[0].legcy', 'legacy'],
    [
      'in bilateral_subset',
      withAlgorithm({ type: 'bilateral_subset', max_partner: 1 }),
      'runs[0].algorithms[0].max_partner',
      'max_partners',
    ],
    ['in bilateral_fifo', withAlgorithm({ type: 'bilateral_fifo', head: 'pair' }), 'runs[0].algorithms[0].head', 'heads'],
    ['in rings', withAlgorithm({ type: 'rings', max_lengt: 5 }), 'runs[0].algorithms[0].max_lengt', 'max_length'],
    ['in multilateral', withAlgorithm({ type: 'multilateral', on_short: 'drop' }), 'runs[0].algorithms[0].on_short', ''],
    ['in partial_netting', withAlgorithm({ type: 'partial_netting', refil: 'chain' }), 'runs[0].algorithms[0].refil', 'refill'],
    ['in search', withAlgorithm({ type: 'search', max_start: 5 }), 'runs[0].algorithms[0].max_start', 'max_starts'],
    ['in receipt_reactive', withAlgorithm({ type: 'receipt_reactive', windw: 5 }), 'runs[0].algorithms[0].windw', 'window'],
    ['in optimal', withAlgorithm({ type: 'optimal', node_limits: 5 }), 'runs[0].algorithms[0].node_limits', 'node_limit'],
    ['in custom', withAlgorithm({ type: 'custom', module: 'x', opions: 5 }), 'runs[0].algorithms[0].opions', 'options'],
  ])('%s', (_, block, path, suggestion) => {
    const issues = blockIssues(block);
    expect(Object.keys(issues)).toEqual([path]);
    expect(issues[path]).toContain(suggestion === '' ? `Unknown key 'settlement.${path}'` : `did you mean '${suggestion}'?`);
  });

  it('parameters of another algorithm are unknown keys', () => {
    expect(Object.keys(blockIssues(withAlgorithm({ type: 'search', node_limit: 3 })))).toEqual([
      'runs[0].algorithms[0].node_limit',
    ]);
  });
});

describe('values that are refused, each under its path', () => {
  const algorithm = (type: string, key: string, value: unknown): [unknown, string] => [
    withAlgorithm({ type, [key]: value }),
    `runs[0].algorithms[0].${key}`,
  ];
  it.each<[unknown, string]>([
    [{}, 'runs'],
    [{ preset: 'no_such_thing' }, 'preset'],
    [{ runs: RUNS, preset: 5 }, 'preset'],
    [{ runs: RUNS, limits: 'both' }, 'limits'],
    [{ runs: RUNS, report: 'none' }, 'report'],
    [{ runs: {} }, 'runs'],
    [{ runs: RUNS, entry: { gross: { urgent: 'yes please' } } }, 'entry.gross.urgent'],
    [{ runs: RUNS, entry: { offset: 'tail' } }, 'entry.offset'],
    [{ runs: RUNS, queue: { priority: 'external' } }, 'queue.priority'],
    [{ runs: RUNS, queue: { urgent_receivers: ['BANK_A', 'BANK_C'] } }, 'queue.urgent_receivers[1]'],
    [{ runs: RUNS, queue: { discipline: { normal: 'lifo' } } }, 'queue.discipline.normal'],
    [{ runs: RUNS, reservations: [{ class: 'normal', amount: 1 }] }, 'reservations[0].class'],
    [{ runs: RUNS, reservations: [{ amount: 1 }] }, 'reservations[0].class'],
    [{ runs: RUNS, reservations: [{ class: 'urgent' }] }, 'reservations[0]'],
    [{ runs: RUNS, reservations: [{ class: 'urgent', amount: 1, fraction: 0.5 }] }, 'reservations[0]'],
    [{ runs: RUNS, reservations: [{ class: 'urgent', amount: -1 }] }, 'reservations[0].amount'],
    [{ runs: RUNS, reservations: [{ class: 'urgent', fraction: 1.5 }] }, 'reservations[0].fraction'],
    [{ runs: RUNS, reservations: [{ class: 'urgent', amount: 1, mode: 'ceiling' }] }, 'reservations[0].mode'],
    [{ runs: RUNS, reservations: [{ class: 'urgent', amount: 1, agents: ['BANK_X'] }] }, 'reservations[0].agents[0]'],
    [withRun({ name: 'Day' }), 'runs[0].name'],
    [withRun({ name: '' }), 'runs[0].name'],
    [withRun({ name: 'x'.repeat(33) }), 'runs[0].name'],
    [withRun({ when: {} }), 'runs[0].when'],
    [withRun({ when: { every: 2, offset: 2 } }), 'runs[0].when.offset'],
    [withRun({ when: { times_per_day: 2, offset: 0 } }), 'runs[0].when.offset'],
    [withRun({ when: { every: 2, times_per_day: 2 } }), 'runs[0].when'],
    [withRun({ when: { ticks: [0, 3, 4] } }), 'runs[0].when.ticks[2]'],
    [withRun({ when: { ticks: [-1] } }), 'runs[0].when.ticks[0]'],
    [withRun({ when: { times_per_day: 0 } }), 'runs[0].when.times_per_day'],
    [withRun({ classes: ['low'] }), 'runs[0].classes[0]'],
    [withRun({ classes: [] }), 'runs[0].classes'],
    [withRun({ repeat: 0 }), 'runs[0].repeat'],
    [withRun({ repeat: 1001 }), 'runs[0].repeat'],
    [withRun({ retry_after: 'maybe' }), 'runs[0].retry_after'],
    [withRun({ algorithms: [] }), 'runs[0].algorithms'],
    [{ runs: [{ name: 'day' }] }, 'runs[0].algorithms'],
    [withAlgorithm({ type: 'retries' }), 'runs[0].algorithms[0].type'],
    [withAlgorithm({}), 'runs[0].algorithms[0].type'],
    algorithm('retry', 'passes', 0),
    algorithm('retry', 'passes', 1001),
    algorithm('bilateral', 'legacy', 3),
    algorithm('bilateral_subset', 'max_partners', 1001),
    algorithm('bilateral_subset', 'test_alone', 'x'),
    algorithm('bilateral_fifo', 'heads', 'tail'),
    algorithm('rings', 'max_length', 11),
    algorithm('rings', 'max_length', 2),
    algorithm('rings', 'max_attempts', 0),
    algorithm('rings', 'max_queue', -1),
    algorithm('rings', 'edges', 'two'),
    algorithm('multilateral', 'on_shortfall', 'wait'),
    algorithm('partial_netting', 'drop', 'first'),
    algorithm('partial_netting', 'refill', 'some'),
    algorithm('partial_netting', 'refill_order', 'amount'),
    algorithm('partial_netting', 'max_chain', 101),
    algorithm('search', 'max_starts', 0),
    algorithm('search', 'max_starts', 1_000_001),
    algorithm('receipt_reactive', 'window', 0),
    algorithm('optimal', 'objective', 'both'),
    algorithm('optimal', 'node_limit', 1_000_000_001),
    algorithm('custom', 'on_error', 'ignore'),
  ])('%j', (block, path) => {
    // A custom algorithm without a module has that issue, too.
    expect(Object.keys(blockIssues(block)).filter((found) => !found.endsWith('.module'))).toEqual([path]);
  });

  it('with the nearest word for presets, banks and algorithms', () => {
    expect(blockIssues({ preset: 'gridlok' }).preset).toContain("did you mean 'gridlock'?");
    expect(blockIssues({ runs: RUNS, queue: { urgent_receivers: ['BANK_AA'] } })['queue.urgent_receivers[0]']).toContain(
      "did you mean 'BANK_A'?",
    );
    expect(blockIssues(withAlgorithm({ type: 'partial_neting' }))['runs[0].algorithms[0].type']).toContain(
      "did you mean 'partial_netting'?",
    );
  });

  it('a second run of the same name, given or by position', () => {
    const named = {
      runs: [
        { name: 'a', algorithms: ['retry'] },
        { name: 'a', algorithms: ['retry'] },
      ],
    };
    expect(Object.keys(blockIssues(named))).toEqual(['runs[1].name']);
    const byPosition = { runs: [{ name: 'run2', algorithms: ['retry'] }, { algorithms: ['retry'] }] };
    expect(Object.keys(blockIssues(byPosition))).toEqual(['runs[1].name']);
  });

  it('a second reservation for a bank and class names both', () => {
    const reservations = [
      { class: 'urgent', amount: 1 },
      { class: 'highly_urgent', amount: 1 },
      { class: 'urgent', amount: 2, agents: ['BANK_B'] },
    ];
    const issues = blockIssues({ runs: RUNS, reservations });
    expect(Object.keys(issues)).toEqual(['reservations[2]']);
    expect(issues['reservations[2]']).toMatch(/BANK_B.*reservations\[0\]/);
  });

  it.each([
    ['limits: net', { limits: 'net' }],
    ['reservations', { reservations: [{ class: 'urgent', amount: 1 }] }],
  ])('legacy with %s', (why, more) => {
    const algorithms = [{ type: 'bilateral', legacy: true }, 'bilateral', { type: 'rings', legacy: true }];
    const issues = blockIssues({ runs: [{ algorithms }], ...more });
    expect(Object.keys(issues)).toEqual(['runs[0].algorithms[0].legacy', 'runs[0].algorithms[2].legacy']);
    expect(issues['runs[0].algorithms[0].legacy']).toContain(why);
    // What a preset brings counts, too.
    expect(Object.keys(blockIssues({ preset: 'rtgs_lsm', ...more })).length).toBe(2);
  });
});

describe('the keys that settlement replaces, beside it', () => {
  const OLD: [string, unknown, string][] = [
    ['lsm_config', { enable_bilateral: true }, 'rtgs_lsm'],
    ['priority_mode', true, 'queue.priority: rtgs'],
    ['entry_disposition_offsetting', true, 'entry.offset: first'],
    ['algorithm_sequencing', true, 'report: all'],
  ];

  it.each(OLD)('%s is refused and its equivalent named', (key, value, instead) => {
    const issues = issuesOf({ ...DOCUMENT, [key]: value, settlement: { runs: RUNS } });
    expect(Object.keys(issues)).toEqual([key]);
    expect(issues[key]).toContain(instead);
    expect(issuesOf({ ...DOCUMENT, [key]: value })).toEqual({});
  });

  it('all four are reported together, whatever their value', () => {
    const document = { ...DOCUMENT, lsm_config: {}, priority_mode: false, entry_disposition_offsetting: false };
    expect(Object.keys(issuesOf({ ...document, algorithm_sequencing: false, settlement: { runs: RUNS } }))).toEqual(
      OLD.map(([key]) => key),
    );
  });
});

describe('all errors are reported together', () => {
  it('of form', () => {
    const block = {
      limit: 1,
      limits: 'both',
      entry: { offset: 'x' },
      reservations: [{ class: 'urgent' }],
      runs: [{ algorithms: ['retry', { type: 'search', max_partners: 1, max_starts: 0 }] }],
    };
    expect(Object.keys(blockIssues(block)).sort()).toEqual(
      [
        ...['entry.offset', 'limit', 'limits', 'reservations[0]'],
        ...['runs[0].algorithms[1].max_partners', 'runs[0].algorithms[1].max_starts'],
      ].sort(),
    );
  });

  it('of meaning', () => {
    const block = {
      limits: 'net',
      queue: { urgent_receivers: ['X', 'Y'] },
      reservations: [{ class: 'urgent', amount: 1, agents: ['Z'] }],
      runs: [
        { name: 'a', when: { ticks: [9] }, algorithms: [{ type: 'bilateral', legacy: true }] },
        { name: 'a', algorithms: ['retry'] },
      ],
    };
    expect(Object.keys(blockIssues(block)).sort()).toEqual(
      [
        ...['queue.urgent_receivers[0]', 'queue.urgent_receivers[1]', 'reservations[0].agents[0]'],
        ...['runs[0].when.ticks[0]', 'runs[0].algorithms[0].legacy', 'runs[1].name'],
      ].sort(),
    );
  });
});

describe('the configuration', () => {
  it('has no key settlement where the document has none, so hashes of existing documents stay', () => {
    const { config } = readScenario(DOCUMENT);
    expect(Object.hasOwn(config, 'settlement')).toBe(false);
    expect(configHash(config)).toBe(HASH);
    expect(configHash(readScenario({ ...DOCUMENT, settlement: { preset: 'rtgs' } }).config)).not.toBe(HASH);
  });

  it('is the same for a preset and for its block written out', () => {
    const short = readScenario({ ...DOCUMENT, settlement: { preset: 'recommended' } }).config;
    const long = readScenario({ ...DOCUMENT, settlement: short.settlement }).config;
    expect(long).toEqual(short);
    expect(configHash(long)).toBe(configHash(short));
  });

  it('is checked as well when it is given as a configuration of the engine', () => {
    const { config } = readScenario({ ...DOCUMENT, settlement: { preset: 'gridlock' } });
    expect(readScenario(config).config).toEqual(config);
    const broken = {
      ...config,
      settlement: { ...config.settlement, queue: { ...config.settlement!.queue, urgent_receivers: ['X'] } },
    };
    expect(Object.keys(issuesOf(broken))).toEqual(['settlement.queue.urgent_receivers[0]']);
  });
});

describe('spec 12 §2.1: unknown keys are errors with a suggestion, at every level', () => {
  it('also of when', () => {
    expect(blockIssues(withWhen({ every: 2, ofset: 1 }))['runs[0].when.ofset']).toContain("did you mean 'offset'?");
  });

  it('when takes no other key than those of the specification', () => {
    expect(blockIssues(withWhen({ at: 'every_tick' }))).not.toEqual({});
  });

  it('an unknown algorithm that is given by its name alone', () => {
    expect(blockIssues(withAlgorithm('partial_neting'))['runs[0].algorithms[0]']).toContain("'partial_netting'?");
  });
});

describe('spec 12 §2.1: errors are reported with their paths', () => {
  it('a wrong word for when', () => {
    expect(Object.keys(blockIssues(withWhen('sometimes')))).toEqual(['runs[0].when']);
  });

  it('every: 0 without an offset', () => {
    expect(Object.keys(blockIssues(withWhen({ every: 0 })))).toEqual(['runs[0].when.every']);
  });

  it('a wrong value for all classes', () => {
    expect(Object.values(blockIssues({ preset: 'rtgs', entry: { gross: 'perhaps' } }))).not.toContain('is required');
  });
});

describe('spec 12 §2.1: all errors of the block are collected and reported together', () => {
  it.each<[string, unknown, string[]]>([
    [
      'an unknown algorithm, an unknown bank, a name given twice',
      {
        queue: { urgent_receivers: ['Z'] },
        runs: [
          { name: 'a', algorithms: ['retri'] },
          { name: 'a', algorithms: ['retry'] },
        ],
      },
      ['queue.urgent_receivers[0]', 'runs[0].algorithms[0]', 'runs[1].name'],
    ],
    [
      'an unknown preset, half a reservation',
      { preset: 't3', reservations: [{ class: 'urgent' }] },
      ['preset', 'reservations[0]'],
    ],
    [
      'ticks that are none, and too late',
      {
        runs: [
          { when: { ticks: ['x', 9] }, algorithms: ['retry'] },
          { when: { ticks: [9] }, algorithms: ['retry'] },
        ],
      },
      ['runs[0].when.ticks[0]', 'runs[0].when.ticks[1]', 'runs[1].when.ticks[0]'],
    ],
    [
      'no algorithms, a name given twice',
      { runs: [{ name: 'a' }, { name: 'a', algorithms: ['retry'] }] },
      ['runs[0].algorithms', 'runs[1].name'],
    ],
    [
      'banks that are none',
      { runs: RUNS, queue: { urgent_receivers: ['Z', 5] } },
      ['queue.urgent_receivers[0]', 'queue.urgent_receivers[1]'],
    ],
  ])('%s', (_, block, paths) => expect(Object.keys(blockIssues(block)).sort()).toEqual(paths));

  it.each<[string, object, string[]]>([
    ['a key that is unknown', { priority_mode: true, settlement: { preset: 't2', foo: 1 } }, ['priority_mode', 'settlement.foo']],
    ['a mistake within a replaced key', { lsm_config: { foo: 1 }, settlement: { preset: 't2' } }, ['lsm_config']],
    [
      'a replaced key of null',
      { lsm_config: null, priority_mode: true, settlement: { preset: 't2' } },
      ['lsm_config', 'priority_mode'],
    ],
    [
      'a replaced key of another type',
      { priority_mode: 'maybe', algorithm_sequencing: true, settlement: { preset: 't2' } },
      ['algorithm_sequencing', 'priority_mode'],
    ],
  ])('replaced keys are named beside %s', (_, keys, paths) => {
    const found = issuesOf({ ...DOCUMENT, ...keys });
    expect(Object.keys(found).sort()).toEqual(paths);
    for (const path of paths) if (!path.startsWith('settlement')) expect(found[path]).toMatch(/^is replaced by settlement/);
  });

  it('a missing key is required, whatever could stand there', () => {
    expect(blockIssues({ runs: RUNS, reservations: [{ amount: 1 }] })).toEqual({ 'reservations[0].class': 'is required' });
  });

  it('of form and of meaning', () => {
    const block = { preset: 'rtgs', limits: 'both', queue: { urgent_receivers: ['X'] } };
    expect(Object.keys(blockIssues(block)).sort()).toEqual(['limits', 'queue.urgent_receivers[0]']);
  });

  it('an unknown preset and an unknown bank', () => {
    const block = { preset: 'no_such_thing', queue: { urgent_receivers: ['X'] } };
    expect(Object.keys(blockIssues(block)).sort()).toEqual(['preset', 'queue.urgent_receivers[0]']);
  });
});

describe('spec 07 §12: one schema is validator and JSON Schema for editors, so both take the same documents', () => {
  const schema = scenarioJsonSchema() as Schema;
  const takes = (block: unknown): boolean => matches(schema.properties!.settlement!, block, schema);

  it('takes a block with everything written out', () => {
    expect(takes({ limits: 'net', runs: [{ algorithms: [{ type: 'retry', passes: 3 }] }] })).toBe(true);
    expect(takes({ limits: 'both' })).toBe(false);
  });

  it.each(Object.entries(PRESETS))('takes the preset %s', (_, { block }) => {
    expect(takes(block)).toBe(true);
  });
});

describe('blocks as they are read from files, where whole numbers are bigints', () => {
  const read = (settlement: object): unknown => readScenarioText(JSON.stringify({ ...DOCUMENT, settlement })).document;

  it.each<[object]>([
    [{ preset: 'rtgs', limits: 1 }],
    [{ preset: 'rtgs', queue: { priority: 5 } }],
    [{ runs: [{ classes: [0], algorithms: ['retry'] }] }],
  ])('%j', (block) => {
    expect(() => readScenario(read(block), { exactIntegers: true })).toThrow(ScenarioError);
  });

  // Spec 12 §9: `options` is any JSON, in which 3 is a number.
  it('whole numbers in options reach the plug-in as numbers', () => {
    const run = { algorithms: [{ type: 'custom', module: 'own.js', options: { depth: 3 } }] };
    const scenario = readScenario(read({ runs: [run] }), { exactIntegers: true });
    expect(scenario.config.settlement!.runs[0]!.algorithms[0]).toMatchObject({ options: { depth: 3 } });
  });
});
