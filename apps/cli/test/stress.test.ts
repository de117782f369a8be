import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { scenarioFile, simcash, temporaryDirectory } from './support/simcash.js';

/** `simcash stress`: what happens to the rest when a bank, liquidity or the system is taken away. */

const cwd = temporaryDirectory({
  's.yaml': readFileSync(scenarioFile('arrivals-bands'), 'utf8'),
  'plan.yaml': `
stress: two
base: s.yaml
seeds: [1, 2]
cases:
  - each: {ParticipantOutage: {from: 3, until: 8, reaction: {after_ticks: 1}}}
  - {name: none, events: [{type: SystemOutage, schedule: {type: OneTime, tick: 2}, ticks: 3}]}
`,
  'outside.yaml': 'stress: x\nbase: ../s.yaml\ncases: [{each: {SystemOutage: {}}}]\n',
  'wrong-twice.yaml': 'stress: x\nbase: s.yaml\nwhat: 1\ncases: [{each: {Nothing: {}}}]\n',
  'wrong.yaml': 'stress: x\nbase: s.yaml\ncases: [{each: {ParticipantOutage: {ticks: 0}}}]\n',
});

interface Document {
  schema_version: number;
  stress: string;
  baseline: { seeds: { seed: string }[]; banks: { bank: string }[] };
  cases: { case: string; stricken: string | null; seeds: { seed: string; groups: Record<string, { payments: number }> }[] }[];
  ranking: { case: string; criticality: number | null }[];
}

const ask = async (...args: string[]): Promise<Document> => {
  const { code, stderr, stdout } = await simcash(['stress', ...args, '-q', '--json'], { cwd });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as Document;
};

describe.concurrent('simcash stress', () => {
  it('takes each bank in turn, in the order of ids, unless told otherwise', async () => {
    const { baseline, cases, ranking, schema_version } = await ask('s.yaml');
    const banks = baseline.banks.map(({ bank }) => bank);
    expect(schema_version).toBe(1);
    expect(cases.map(({ stricken }) => stricken)).toEqual(banks);
    expect(ranking.map(({ case: name }) => name).sort()).toEqual(cases.map(({ case: name }) => name).sort());
  });

  it('carries out a plan: every case on every seed', async () => {
    const { baseline, cases, stress } = await ask('--plan', 'plan.yaml');
    expect(stress).toBe('two');
    expect(cases).toHaveLength(baseline.banks.length + 1);
    for (const { seeds } of cases) expect(seeds.map(({ seed }) => seed)).toEqual(['1', '2']);
    expect(cases.at(-1)).toMatchObject({ case: 'none', stricken: null });
  });

  it('draws seeds for replications from that of the scenario, and takes the largest banks', async () => {
    const { cases } = await ask('s.yaml', '--outage', 'largest:1', '--replications', '3');
    expect(cases).toHaveLength(1);
    expect(new Set(cases[0]!.seeds.map(({ seed }) => seed)).size).toBe(3);
  });

  it('shocks and delays', async () => {
    const { cases } = await ask(
      's.yaml',
      '--shock',
      'each',
      '--balance=-50%',
      '--cap=-100%',
      '--delay',
      'each',
      '--system-outage',
    );
    expect(new Set(cases.map(({ case: name }) => name.replace(/ \S+$/, '')))).toEqual(new Set(['shock', 'delay', 'system']));
  });

  it('prints a table, and CSV with a row per case, seed and bank', async () => {
    const text = await simcash(['stress', 's.yaml', '-q'], { cwd });
    expect(text.stdout).toContain('Order of criticality');
    const { stdout } = await simcash(['stress', 's.yaml', '-q', '--csv'], { cwd });
    const [head, ...rows] = stdout.trimEnd().split('\n');
    expect(head).toMatch(/^case,stricken,seed,bank,unsettled_value,/);
    expect(rows.length).toBeGreaterThan(0);
  });

  it.each([
    [['stress'], 2, /name a scenario/],
    [['stress', 's.yaml', '--outage', 'NOBODY'], 2, /unknown bank 'NOBODY'/],
    [['stress', 's.yaml', '--reaction', 'soon'], 2, /--reaction needs/],
    [['stress', 's.yaml', '--shock', 'each', '--balance=half'], 2, /--balance needs/],
    [['stress', 's.yaml', '--seeds', '1,2', '--replications', '2'], 2, /exclude each other/],
    [['stress', 's.yaml', '--from', '10:00'], 3, /no clock/],
    [['stress', '--plan', 'outside.yaml'], 3, /leads out of the folder/],
    [['stress', '--plan', 'wrong.yaml'], 3, /ticks/],
    [['stress', '--plan', 'wrong-twice.yaml'], 3, /^error: wrong-twice\.yaml: .*\n {2}.*\n$/],
    [['stress', '--plan', 'nowhere.yaml'], 3, /not found/],
  ])('%j is refused', async (args, code, message) => {
    const result = await simcash([...args], { cwd });
    expect(result.code).toBe(code);
    expect(result.stderr).toMatch(message);
  });
});
