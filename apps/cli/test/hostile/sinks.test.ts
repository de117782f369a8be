import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { execute } from '../support/database.js';
import { temporaryDirectory } from '../support/simcash.js';
import type { LineOutcome } from '../support/kept-process.js';
import { actingIn, actingInJson, HOSTILE_NAMES } from './support/acting.js';
import { batch } from './support/batch.js';
import { parseCsv } from './support/csv.js';
import { badPolicy, badScenario, EXPERIMENT, experiment, policy, scenario, WICKED } from './support/hostile-files.js';
import { KNOWN } from './support/known.js';
import { parseXml } from './support/xml.js';

/** Names of strangers on their way out: to a terminal, to a spreadsheet, into a chart, into JSON. */
const cwd = temporaryDirectory();
const NAMES = Object.values(HOSTILE_NAMES);

/** What means something in XML and to a spreadsheet, and does nothing to a terminal. */
const MARKUP = `=1+1"'><script>alert(1)</script>&amp;]]>`;
const MARKUP_BANKS = ['A<script>&"', '@B'];

type Kind = 'text' | 'json' | 'jsonl' | 'csv' | 'svg';

/** Every sink by its name: what is printed there, and the command line. A text is what stands on stdout and stderr. */
const SINKS: Readonly<Record<string, readonly [kind: Kind, code: number, ...args: string[]]>> = {
  'summary of a run': ['text', 0, 'run', 's.json', '--save', '--id', 'x'],
  'what a run says of its own names': [
    ...['text', 0, 'run', 's.json', '--save', '--id', WICKED, '--name', WICKED, '--description', WICKED],
    ...['--label', `${WICKED}=${WICKED}`, '--checkpoint-every', '1'],
  ] as unknown as readonly ['text', 0, ...string[]],
  'warnings of a run': ['text', 0, 'run', 'warned.json', '--no-strict'],
  'plan of a run': ['text', 0, 'run', 's.json', '--dry-run'],
  'narrative of a run': ['text', 0, 'run', 's.json', '--verbose'],
  'document of a run': ['json', 0, 'run', 's.json', '--json'],
  'events of a run': ['jsonl', 0, 'run', 's.json', '--jsonl', 'events', '-q'],
  'a file with a hostile name': ['text', 3, 'run', `${WICKED}.json`],
  'narrative of a replay': ['text', 0, 'replay', 'x', '--verbose'],
  'summary of a replay': ['text', 0, 'replay', WICKED],
  list: ['text', 0, 'list'],
  'list as JSON': ['json', 0, 'list', '--json'],
  show: ['text', 0, 'show', WICKED],
  'show as JSON': ['json', 0, 'show', WICKED, '--json'],
  'costs by bank': ['text', 0, 'costs', 'x'],
  'costs by day': ['text', 0, 'costs', 'x', '--by', 'day'],
  'costs by tick': ['text', 0, 'costs', 'x', '--by', 'tick'],
  'costs by tick as CSV': ['csv', 0, 'costs', 'x', '--csv'],
  'costs by bank as CSV': ['csv', 0, 'costs', 'x', '--by', 'bank', '--csv'],
  'costs as JSON': ['json', 0, 'costs', 'x', '--by', 'bank', '--json'],
  'a bank that is not there': ['text', 2, 'costs', 'x', '--agent', WICKED],
  events: ['jsonl', 0, 'events', 'x'],
  explain: ['text', 0, 'explain', 'x', 'T00000001'],
  'explain of nothing': ['text', 4, 'explain', 'x', WICKED],
  diff: ['text', 0, 'diff', 'x', WICKED],
  'diff of other logs': ['text', 0, 'diff', WICKED, 'other'],
  checkpoints: ['text', 0, 'checkpoint', 'list'],
  'db verify': ['text', 0, 'db', 'verify'],
  'db diff': ['text', 0, 'db', 'diff', 'x', WICKED],
  'db export': ['text', 0, 'db', 'export', WICKED, '--out', `out-${WICKED}`],
  'db simulations': ['text', 0, 'db', 'simulations'],
  'a run that is not there': ['text', 4, 'show', 'nothing'],
  'a check of the schema': ['text', 5, 'db', 'check', '--db', 'tables.duckdb'],
  'a refusal of a macro': ['text', 5, 'list', '--db', 'macro.duckdb'],
  validate: ['text', 0, 'validate', 's.json'],
  'errors of validate': ['text', 3, 'validate', 'bad.json'],
  'errors of validate as JSON': ['json', 3, 'validate', 'bad.json', '--json'],
  'errors of YAML': ['text', 3, 'validate', 'bad.yaml'],
  'errors of run': ['text', 3, 'run', 'bad.json'],
  'policy validate': ['text', 0, 'policy', 'validate', 'p.json', '--verbose'],
  'errors of policy validate': ['text', 3, 'policy', 'validate', 'bad-p.json'],
  'policy explain': ['text', 0, 'policy', 'explain', 's.json', '--tick', '0'],
  experiment: ['text', 0, 'experiment', 'run', 'e.json', '--id', WICKED, '--db', 'e.duckdb', '--verbose'],
  'plan of an experiment': ['text', 0, 'experiment', 'run', 'e.json', '--dry-run'],
  'experiment info': ['text', 0, 'experiment', 'info', 'e.json'],
  'experiment validate': ['text', 0, 'experiment', 'validate', 'e.json'],
  'errors of experiment validate': ['text', 3, 'experiment', 'validate', 'bad.json'],
  'experiment list': ['text', 0, 'experiment', 'list', 'experiments'],
  'experiment results': ['text', 0, 'experiment', 'results', '--db', 'e.duckdb'],
  'experiment results as CSV': ['csv', 0, 'experiment', 'results', '--db', 'e.duckdb', '--csv'],
  'experiment compare': ['text', 0, 'experiment', 'compare', WICKED, '--db', 'e.duckdb'],
  'experiment compare as CSV': ['csv', 0, 'experiment', 'compare', WICKED, '--db', 'e.duckdb', '--csv'],
  'experiment replay': ['text', 0, 'experiment', 'replay', WICKED, '--db', 'e.duckdb', '--verbose'],
  'experiment export': ['json', 0, 'experiment', 'export', WICKED, '--db', 'e.duckdb'],
  'experiment export as CSV': ['csv', 0, 'experiment', 'export', WICKED, '--db', 'e.duckdb', '--format', 'csv'],
  'policy evolution': ['json', 0, 'experiment', 'policy-evolution', WICKED, '--db', 'e.duckdb'],
  'chart of costs': ['svg', 0, 'experiment', 'chart', WICKED, '--db', 'e.duckdb', '-o', '-'],
  'chart of a parameter': ['svg', 0, 'experiment', 'chart', WICKED, '--db', 'e.duckdb', '-o', '-', '--kind', 'parameter'],
  'chart of a breakdown': [
    'svg',
    0,
    'experiment',
    'chart',
    'x',
    '--db',
    'e.duckdb',
    '-o',
    '-',
    '--kind',
    'breakdown',
    '-a',
    'A<script>&"',
  ],
  'chart of markup': ['svg', 0, 'experiment', 'chart', MARKUP, '--db', 'e.duckdb', '-o', '-', '--kind', 'parameter'],
  'chart of formulas as CSV': ['csv', 0, 'experiment', 'export', MARKUP, '--db', 'e.duckdb', '--format', 'csv'],
  equilibrium: ['text', 0, 'experiment', 'equilibrium', 'e.json', '--grid', '1'],
  'equilibrium as CSV': ['csv', 0, 'experiment', 'equilibrium', 'e.json', '--grid', '1', '--csv'],
  'db experiments': ['text', 0, 'db', 'experiments', '--db', 'e.duckdb'],
};

let outcomes: Record<string, LineOutcome>;

beforeAll(async () => {
  const file = (name: string, document: unknown): void =>
    writeFileSync(path.join(cwd, name), typeof document === 'string' ? document : JSON.stringify(document));
  file('s.json', scenario(NAMES));
  file('warned.json', { ...scenario(NAMES), [WICKED]: 1 });
  file('other.json', scenario([...NAMES, 'one more']));
  file('bad.json', badScenario(NAMES));
  file('bad.yaml', `agents: [{id: "${JSON.stringify(WICKED).slice(1, -1)}"}, {\u009b31m: *\u202ex}]`);
  file('p.json', policy(WICKED));
  file('bad-p.json', badPolicy(NAMES));
  file('two.json', scenario([HOSTILE_NAMES.colour!, HOSTILE_NAMES.script!], { liquidity_pool: 10_000 }));
  file('e.json', experiment('two.json', [HOSTILE_NAMES.colour!, HOSTILE_NAMES.script!]));
  file('markup-banks.json', scenario(MARKUP_BANKS, { liquidity_pool: 10_000 }));
  file('markup.json', experiment('markup-banks.json', MARKUP_BANKS));
  mkdirSync(path.join(cwd, 'experiments'));
  writeFileSync(path.join(cwd, 'experiments', '\u001b[31mx.yaml'), '{');
  const before = [
    ['run', 'other.json', '--save', '--id', 'other', '-q'],
    ...[MARKUP, 'x'].map((id) => ['experiment', 'run', 'markup.json', '--id', id, '--db', 'e.duckdb', '-q']),
    ...['tables', 'macro'].map((name) => ['db', 'init', '--db', `${name}.duckdb.new`]),
  ];
  const prepared = await batch(before, { cwd, env: {} });
  expect(prepared.map(({ code, stderr }) => [code, stderr])).toEqual(before.map(() => [0, '']));
  const hostile = `"${WICKED.replaceAll('"', '""').replaceAll('\0', '')}"`;
  for (const [name, sql] of [
    ['tables', `CREATE TABLE ${hostile} (${hostile} INTEGER)`],
    ['macro', `CREATE MACRO ${hostile}(x) AS 42`],
  ] as const) {
    const database = path.join(cwd, `${name}.duckdb`);
    writeFileSync(database, readFileSync(`${database}.new`));
    await execute(database, sql);
  }
  const lines = Object.values(SINKS).map(([, , ...args]) => args);
  const found = await batch(lines, { cwd, env: {} });
  outcomes = Object.fromEntries(Object.keys(SINKS).map((name, i) => [name, found[i]!]));
});

/** A name is refused with a word about it, or printed as it is. */
function checkNames({ code, stderr, stdout }: LineOutcome, id: string): void {
  if (code === 3) return expect(stderr).toMatch(/^error: one\.json:/);
  expect(stderr).toBe('');
  const { agents } = JSON.parse(stdout) as { agents: { id: string }[] };
  expect(agents.map((agent) => agent.id).sort()).toEqual([id, 'B'].sort());
}

/** What is wrong with what a sink printed; null if nothing is. */
function problemOf(kind: Kind, { stderr, stdout }: LineOutcome): string | null {
  const acting = (found: string | null, where: string): string | null => (found === null ? null : `acts on ${where}: ${found}`);
  const said = acting(stderr.startsWith('{') ? actingInJson(stderr) : actingIn(stderr), 'stderr');
  if (said !== null) return said;
  switch (kind) {
    case 'text':
      return acting(actingIn(stdout), 'stdout') ?? extraLine(stdout + stderr);
    case 'json':
      JSON.parse(stdout);
      return acting(actingInJson(stdout), 'stdout');
    case 'jsonl':
      for (const line of stdout.trimEnd().split('\n')) JSON.parse(line);
      return acting(actingInJson(stdout), 'stdout');
    case 'csv':
      return formula(stdout) ?? acting(actingIn(stdout), 'stdout');
    case 'svg':
      return active(stdout) ?? acting(actingIn(stdout), 'stdout');
  }
}

/** A name with a line break could put words into the program's mouth. */
const extraLine = (text: string): string | null => (/^error: all is well/m.test(text) ? 'a name made a line of its own' : null);

/** The cells are numbers, or texts that no spreadsheet takes for a formula. */
function formula(text: string): string | null {
  const bad = parseCsv(text)
    .flat()
    .find((cell) => /^[\s\ufeff]*[=+@\t\r-]/.test(cell) && !/^-?\d+(\.\d+)?(e[+-]?\d+)?$/.test(cell));
  return bad === undefined ? null : `a formula: ${JSON.stringify(bad).slice(0, 60)}`;
}

/** Nothing in a chart runs, loads or leads anywhere. */
function active(svg: string): string | null {
  try {
    const { elements } = parseXml(svg);
    if (elements[0]?.name !== 'svg') return 'no svg';
    for (const { attributes, name } of elements) {
      if (['script', 'foreignobject', 'image', 'iframe', 'a', 'animate', 'set'].includes(name.toLowerCase())) return `<${name}>`;
      for (const [attribute, value] of Object.entries(attributes))
        if (/^on/i.test(attribute) || /^\s*(javascript|data):/i.test(value)) return `${attribute}=${value}`;
    }
    return null;
  } catch (error) {
    return `no XML: ${(error as Error).message}`;
  }
}

/** The words of one document and of the lines of another have to be those of the file. */
describe('JSON has the names as they were', () => {
  it('of banks, in documents and events', () => {
    const { agents } = JSON.parse(outcomes['document of a run']!.stdout) as { agents: { id: string }[] };
    expect(agents.map(({ id }) => id).sort()).toEqual([...NAMES].sort());
    const lines = outcomes['events']!.stdout.trimEnd().split('\n');
    const events = lines.map((line) => JSON.parse(line) as { event_type: string; sender_id?: string });
    const senders = events.filter(({ event_type }) => event_type === 'Arrival').map(({ sender_id }) => sender_id!);
    expect(senders).toEqual(NAMES);
    expect(outcomes['events of a run']!.stdout).toBe(outcomes['events']!.stdout);
  });

  it('of runs', () => {
    const listed = JSON.parse(outcomes['list as JSON']!.stdout) as { simulation_id: string }[];
    expect(listed.map(({ simulation_id }) => simulation_id).sort()).toEqual([WICKED, 'other', 'x'].sort());
    const shown = JSON.parse(outcomes['show as JSON']!.stdout) as Record<string, unknown>;
    expect(shown).toMatchObject({ simulation_id: WICKED, config_name: WICKED, description: WICKED });
    expect(JSON.parse(shown.labels as string)).toEqual({ [WICKED]: WICKED });
  });

  it.each(['\u0000123', '"\u0000123'])('also such that look like something else: %j', async (id) => {
    const json = JSON.stringify(scenario([id, 'B']));
    writeFileSync(path.join(cwd, 'one.json'), json);
    const [run] = await batch([['run', 'one.json', '--json', '-q']], { cwd, env: {} });
    if (KNOWN.names.includes(id)) return expect(() => checkNames(run!, id), 'mended: strike it out of KNOWN').toThrow();
    checkNames(run!, id);
  });

  it('of experiments', () => {
    const exported = JSON.parse(outcomes['experiment export']!.stdout) as Record<string, unknown>;
    expect(exported).toMatchObject({ run_id: WICKED, config: { name: EXPERIMENT, description: WICKED } });
  });
});

describe('nothing acts where hostile names arrive', () => {
  it.each(Object.entries(SINKS))('%s', (name, [kind, code]) => {
    const outcome = outcomes[name]!;
    expect(outcome.thrown).toBeNull();
    expect(outcome.stderr).not.toMatch(/internal error|^ {4}at /m);
    expect(outcome.code, outcome.stderr).toBe(code);
    const problem = problemOf(kind, outcome);
    const known = KNOWN.sinks[name];
    if (known === undefined) expect(problem ?? '').toBe('');
    else expect(problem ?? 'nothing: strike it out of KNOWN').toContain(known);
  });
});
