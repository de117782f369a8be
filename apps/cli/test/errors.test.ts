import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { execute, query } from './support/database.js';
import {
  filesIn,
  golden,
  joined,
  output,
  policyFile,
  QUIET_SCENARIO,
  scenarioFile,
  simcash,
  startNode,
  temporaryDirectory,
  type Outcome,
} from './support/simcash.js';

const FAILURE = 1;
const USAGE = 2;
const INPUT = 3;
const NOT_FOUND = 4;
const DATABASE = 5;

interface BadInput {
  /** What the title says. */
  what: string;
  /** Command line, separated by blanks; `s.yaml` is a valid scenario. */
  run: string | readonly string[];
  files?: Record<string, string>;
  input?: string;
  code: number;
  /** What the error must say: what is wrong, where, and how to go on. */
  says: readonly (string | RegExp)[];
  /** What it must not say. */
  neverSays?: RegExp;
}

/** Traces, and places inside the program, help nobody. */
const INTERNALS = /^\s+at .+:\d+|node_modules|node:internal|\/dist\//m;

function saysAll(text: string, says: readonly (string | RegExp)[]): (string | RegExp)[] {
  return says.filter((wanted) => (typeof wanted === 'string' ? !text.includes(wanted) : !wanted.test(text)));
}

/** One error on stderr that says everything it should, nothing on stdout, the documented exit code. */
function expectOneError({ code, signal, stderr, stdout }: Outcome, wanted: Pick<BadInput, 'code' | 'says' | 'neverSays'>): void {
  const found = {
    code: code ?? signal,
    stdout,
    errors: stderr.split('\n').filter((line) => line.startsWith('error: ')).length,
    missing: saysAll(stderr, wanted.says),
    internals: INTERNALS.exec(stderr)?.[0] ?? wanted.neverSays?.exec(stderr)?.[0],
  };
  expect(found, stderr).toEqual({ code: wanted.code, stdout: '', errors: 1, missing: [], internals: undefined });
}

/** The same as one JSON document on stderr. */
function expectJsonError({ code, stderr, stdout }: Outcome, wanted: Pick<BadInput, 'code' | 'says'>): void {
  expect({ code, stdout }, stderr).toEqual({ code: wanted.code, stdout: '' });
  const start = stderr.startsWith('{') ? 0 : stderr.indexOf('\n{') + 1;
  expect(stderr.slice(start), 'stderr should end with a JSON document').toMatch(/^\{[^]*\}\n$/);
  const { error } = JSON.parse(stderr.slice(start)) as { error: { code: number; message: string; details: unknown } };
  expect(Object.keys(error)).toEqual(['code', 'message', 'details']);
  expect(error.code).toBe(wanted.code);
  expect(saysAll(`${error.message}\n${JSON.stringify(error.details)}`, wanted.says)).toEqual([]);
}

async function runIn(directory: string, { input, run }: Pick<BadInput, 'input' | 'run'>): Promise<Outcome> {
  const args = typeof run === 'string' ? run.split(' ') : run;
  return simcash(args, {
    cwd: directory,
    timeout: 30_000,
    ...(input === undefined ? {} : { input }),
  });
}

function refuses(cases: readonly BadInput[]): void {
  it.each(cases.map((bad) => [bad.what, bad] as const))('%s', async (_, bad) => {
    const directory = temporaryDirectory({ 's.yaml': QUIET_SCENARIO, ...bad.files });
    const before = filesIn(directory);
    expectOneError(await runIn(directory, bad), bad);
    const after = filesIn(directory);
    expect(Object.keys(after)).toEqual(Object.keys(before));
    expect(after).toEqual(before);
  });
}

const HEAD = 'simulation: {ticks_per_day: 4, num_days: 1, rng_seed: 1}\n';
const BANKS = `${HEAD}agents:\n  - {id: A, opening_balance: 100}\n  - {id: B, opening_balance: 100}\n`;
const bank = (rest: string): string =>
  `${HEAD}agents:\n  - {id: A, opening_balance: 100}\n  - {id: B, opening_balance: 100, ${rest}}\n`;

describe.concurrent('scenario files', () => {
  refuses([
    { what: 'that are missing', run: 'run nowhere.yaml', code: INPUT, says: ['nowhere.yaml', 'not found'] },
    { what: 'that are directories', run: 'run place', files: { 'place/x': '' }, code: INPUT, says: ['place', 'directory'] },
    {
      what: 'with another extension',
      run: 'run s.txt',
      files: { 's.txt': QUIET_SCENARIO },
      code: INPUT,
      says: ['.txt', '.yaml', '.yml', '.json'],
    },
    {
      what: 'that are no YAML',
      run: 'run bad.yaml',
      files: { 'bad.yaml': 'simulation:\n  ticks_per_day: [1\n  num_days: 2\n' },
      code: INPUT,
      says: ['bad.yaml', 'line 3', /column \d+/],
    },
    {
      what: 'with a tag',
      run: 'run bad.yaml',
      files: { 'bad.yaml': BANKS.replace('id: B', 'id: !secret B') },
      code: INPUT,
      says: ['bad.yaml', /line 4|:4:/, 'secret'],
    },
    {
      what: 'that are no JSON',
      run: 'run bad.json',
      files: { 'bad.json': '{"simulation":\n  {"ticks_per_day": 4,, "num_days": 1}}' },
      code: INPUT,
      says: ['bad.json', 'JSON', /line 2|:2:/],
    },
    {
      what: 'whose JSON has trailing commas',
      run: 'run bad.json',
      files: {
        'bad.json':
          '{"simulation": {"ticks_per_day": 4, "num_days": 1, "rng_seed": 1,}, "agents": [{"id": "A", "opening_balance": 1}]}',
      },
      code: INPUT,
      says: ['bad.json', 'JSON'],
    },
    {
      what: 'with two documents',
      run: 'run two.yaml',
      files: { 'two.yaml': `${BANKS}---\n${BANKS}` },
      code: INPUT,
      says: ['two.yaml', /line 5|:5:/, /document/],
      neverSays: /parseAllDocuments/,
    },
    { what: 'that are empty', run: 'run empty.yaml', files: { 'empty.yaml': '' }, code: INPUT, says: ['empty.yaml', 'mapping'] },
    {
      what: 'that are a list, also with an override',
      run: 'run list.yaml --seed 3',
      files: { 'list.yaml': '- simulation\n' },
      code: INPUT,
      says: ['list.yaml', 'mapping'],
      neverSays: /--set/,
    },
  ]);
});

describe.concurrent('scenarios', () => {
  refuses([
    {
      what: 'with an unknown key: path, line, suggestion',
      run: 'run bad.yaml',
      files: { 'bad.yaml': `${BANKS.replace('opening_balance: 100}\n  - {id: B', 'opening_balanec: 100}\n  - {id: B')}` },
      code: INPUT,
      says: [/bad\.yaml:3:\d+/, "Unknown key 'agents[0].opening_balanec'", "did you mean 'opening_balance'?"],
    },
    {
      what: 'with a fixed hint for a key of other programs',
      run: 'run - --no-input',
      input: bank('credit_limit: 3'),
      code: INPUT,
      says: [/-:4:\d+/, "Unknown key 'agents[1].credit_limit'", 'unsecured_cap'],
    },
    {
      what: 'with several problems, all at once',
      run: 'run bad.yaml',
      files: {
        'bad.yaml': `simulation:
  ticks_per_day: 0
  rng_sed: 1
  num_days: two
agents:
  - id: 7
    opening_balance: 1.5
    unsecured_cap: -1
    policy: {type: Fifoo}
  - id: B
    opening_balance: x
lsm: {}
`,
      },
      code: INPUT,
      says: [
        'bad.yaml',
        /:?\b2:\d+.*simulation\.ticks_per_day/,
        /\b3:\d+.*simulation\.rng_sed\b.*rng_seed/,
        /simulation\.rng_seed/,
        /\b4:\d+.*simulation\.num_days/,
        /\b6:\d+.*agents\[0\]\.id/,
        /\b7:\d+.*agents\[0\]\.opening_balance.*1\.5/,
        /\b8:\d+.*agents\[0\]\.unsecured_cap/,
        /\b9:\d+.*agents\[0\]\.policy.*Fifoo.*Fifo\b/,
        /\b11:\d+.*agents\[1\]\.opening_balance/,
        /\b12:\d+.*'lsm'.*lsm_config/,
      ],
    },
    {
      what: 'with an unknown bank among the weights',
      run: 'run bad.yaml',
      files: {
        'bad.yaml': bank(
          'arrival_config: {rate_per_tick: 1, amount_distribution: {type: Uniform, min: 1, max: 9}, deadline_range: [1, 2], counterparty_weights: {A: 1, C: 1}}',
        ),
      },
      code: INPUT,
      says: [/bad\.yaml:4:\d+/, 'counterparty_weights', 'Agent B references unknown counterparty: C'],
    },
    {
      what: 'with a negative amount',
      run: 'run bad.yaml',
      files: {
        'bad.yaml': `${BANKS}scenario_events:\n  - {type: DirectTransfer, from_agent: A, to_agent: B, amount: -5, schedule: {tick: 0}}\n`,
      },
      code: INPUT,
      says: [/bad\.yaml:6:\d+/, 'scenario_events[0].amount', 'greater than 0'],
    },
    {
      what: 'with the same bank twice',
      run: 'run bad.yaml',
      files: { 'bad.yaml': BANKS.replace('id: B', 'id: A') },
      code: INPUT,
      says: ['bad.yaml', 'Duplicate agent IDs found', 'A'],
    },
    {
      what: 'with lists and mappings in the place of numbers',
      run: 'run bad.yaml',
      files: { 'bad.yaml': bank('unsecured_cap: [1], posted_collateral: {cents: 1}') },
      code: INPUT,
      says: [/bad\.yaml:4:\d+.*agents\[1\]\.unsecured_cap/, /4:\d+.*agents\[1\]\.posted_collateral/],
    },
    {
      // Spec 07 §8.1: path, rule and offending value must be shown.
      what: 'with values out of range: the values are shown',
      run: 'run bad.yaml',
      files: {
        'bad.yaml': `simulation: {ticks_per_day: 4, num_days: 1, rng_seed: 18446744073709551617}
agents:
  - {id: A, opening_balance: 9007199254740993, unsecured_cap: -17}
  - {id: B, opening_balance: 1, liquidity_allocation_fraction: 1.25}
lsm_config: {max_cycle_length: 55}
`,
      },
      code: INPUT,
      says: [
        /rng_seed.*18446744073709551617/,
        /opening_balance.*9007199254740993/,
        /unsecured_cap.*-17/,
        /liquidity_allocation_fraction.*1\.25/,
        /max_cycle_length.*55/,
      ],
    },
    {
      what: 'that are engine configurations with an unknown key',
      run: 'run bad.json',
      files: {
        'bad.json':
          '{"ticks_per_day": 4, "num_days": 1, "rng_seed": 1, "agent_configs": [{"id": "A", "opening_balance": 1, "unsecured_cap": 0, "policy": {"type": "Fifo"}, "colour": 1}]}',
      },
      code: INPUT,
      says: ['bad.json', 'agent_configs[0].colour'],
    },
  ]);
});

describe.concurrent('policies', () => {
  const fromJson = bank('policy: {type: FromJson, json_path: p.json}');
  refuses([
    {
      what: 'that are missing',
      run: 'run bad.yaml',
      files: { 'bad.yaml': fromJson },
      code: INPUT,
      says: [/bad\.yaml:4:\d+/, 'agents[1].policy.json_path', 'Policy JSON file not found: p.json'],
    },
    {
      what: 'that are no JSON',
      run: 'run bad.yaml',
      files: { 'bad.yaml': fromJson, 'p.json': '{"version": "1.0",\n "policy_id" }' },
      code: INPUT,
      says: ['bad.yaml', 'p.json', 'JSON'],
    },
    {
      what: 'with an unknown field',
      run: 'run bad.yaml',
      files: { 'bad.yaml': fromJson, 'p.json': readFileSync(policyFile('unknown_field'), 'utf8') },
      code: INPUT,
      says: ['bad.yaml', /\bB\b/, 'moon_phase'],
    },
    {
      what: 'that the scenario does not allow',
      run: 'run bad.yaml',
      files: {
        'bad.yaml': `${fromJson}policy_feature_toggles: {exclude: [PaymentAction]}\n`,
        'p.json': readFileSync(policyFile('hold_forever'), 'utf8'),
      },
      code: INPUT,
      says: ['bad.yaml', 'Agent B', 'PaymentAction'],
    },
    {
      what: 'given with --policy that are missing',
      run: 'run s.yaml --policy B=nowhere.json',
      code: INPUT,
      says: ['nowhere.json', 'not found', /\bB\b|agents\[1\]/],
    },
    {
      what: 'given with --policy for an unknown bank',
      run: ['run', 's.yaml', '--policy', `Z=${policyFile('hold_forever')}`],
      code: USAGE,
      says: ['--policy', "'Z'"],
    },
    {
      what: 'given with --policy without a bank',
      run: 'run s.yaml --policy p.json',
      code: USAGE,
      says: ['--policy', 'AGENT=FILE'],
    },
  ]);
});

describe.concurrent('command lines', () => {
  refuses([
    { what: 'without a scenario', run: 'run', code: USAGE, says: ['scenario'] },
    { what: 'with two scenarios', run: 'run s.yaml s.yaml', code: USAGE, says: ['too many arguments'] },
    { what: 'with an unknown command', run: 'rnu s.yaml', code: USAGE, says: ["'rnu'", 'run?'] },
    { what: 'with an unknown option', run: 'run s.yaml --sede 3', code: USAGE, says: ["'--sede'", '--seed?'] },
    {
      what: 'with a seed that is too large',
      run: 'run s.yaml --seed 18446744073709551616',
      code: USAGE,
      says: ['--seed', '18446744073709551615', "'18446744073709551616'"],
    },
    { what: 'with days that are no number', run: 'run s.yaml --days two', code: USAGE, says: ['--days', 'two'] },
    { what: 'with no days at all', run: 'run s.yaml --days 0', code: USAGE, says: ['--days', '0'] },
    { what: 'with half a tick per day', run: 'run s.yaml --ticks-per-day 0.5', code: USAGE, says: ['--ticks-per-day', '0.5'] },
    { what: 'with a last tick that is no number', run: 'run s.yaml --until-tick x', code: USAGE, says: ['--until-tick', "'x'"] },
    {
      what: 'with a last tick that is no number, also for a dry run',
      run: 'run s.yaml --dry-run --until-tick x',
      code: USAGE,
      says: ['--until-tick', "'x'"],
    },
    {
      what: 'with ticks that are no range',
      run: 'run s.yaml --jsonl events --ticks 3-5',
      code: USAGE,
      says: ['--ticks', 'A..B', "'3-5'"],
    },
    {
      what: 'with an unknown event',
      run: 'run s.yaml --jsonl events --event-type Arival',
      code: USAGE,
      says: ["'Arival'", 'Arrival'],
    },
    { what: 'with an unknown bank', run: 'run s.yaml --jsonl events --agent Z', code: USAGE, says: ["'Z'", 'A, B'] },
    {
      what: 'with filters and nothing to filter',
      run: 'run s.yaml --agent A',
      code: USAGE,
      says: ['--agent', '--verbose', '--jsonl events'],
    },
    {
      what: 'with unknown JSON lines',
      run: 'run s.yaml --jsonl lines',
      code: USAGE,
      says: ['--jsonl', 'lines', 'ticks', 'events'],
    },
    {
      what: 'with an unknown colour setting',
      run: 'run s.yaml --color sometimes',
      code: USAGE,
      says: ['--color', 'sometimes', /auto.*always.*never/],
    },
    {
      what: 'with --set that sets nothing',
      run: 'run s.yaml --set simulation',
      code: USAGE,
      says: ['--set', 'PATH=VALUE', 'simulation'],
    },
    {
      what: 'with --set for an unknown bank',
      run: 'run s.yaml --set agents.Z.unsecured_cap=1',
      code: USAGE,
      says: ['--set', "'Z'"],
    },
    {
      what: 'with --set to something that is no YAML',
      run: 'run s.yaml --set simulation.num_days=[',
      code: USAGE,
      says: ['--set', 'simulation.num_days'],
    },
    { what: 'with --id but without --save', run: 'run s.yaml --id x', code: USAGE, says: ['--id', '--save'] },
    {
      what: 'with --no-snapshots but without --save',
      run: 'run s.yaml --no-snapshots',
      code: USAGE,
      says: ['--no-snapshots', '--save'],
    },
    {
      what: 'with --checkpoint-every but without --save',
      run: 'run s.yaml --checkpoint-every day',
      code: USAGE,
      says: ['--checkpoint-every', '--save'],
    },
    {
      what: 'with a file for events that cannot be written',
      run: 'run s.yaml --events-out nowhere/log',
      code: USAGE,
      says: ['--events-out', 'nowhere/log'],
    },
    { what: 'with --resume latest of nothing', run: 'run s.yaml --resume latest', code: USAGE, says: ['--resume', '--id'] },
    {
      what: 'with a waiting time that is no number',
      run: 'run s.yaml --save --db-wait soon',
      code: USAGE,
      says: ['--db-wait', 'soon'],
    },
  ]);

  it('show how to use the command when it is missing', async () => {
    const { code, stderr, stdout } = await simcash([]);
    expect(code).toBe(USAGE);
    expect(stdout + stderr).toContain('Usage: simcash');
  });
});

describe.concurrent('with --json the error is JSON on stderr', () => {
  const cases: BadInput[] = [
    {
      what: 'several problems',
      run: 'run - --json',
      input: bank('colour: 1, shape: 2'),
      code: INPUT,
      says: ['-:4:', 'agents[1].colour', 'agents[1].shape'],
    },
    { what: 'a bad value', run: 'run s.yaml --json --seed x', code: USAGE, says: ['--seed'] },
    { what: '--jsonl, too', run: 'run s.yaml --json --jsonl events', code: USAGE, says: ['--json', '--jsonl'] },
    { what: 'an unknown option', run: 'run s.yaml --json --sede 3', code: USAGE, says: ['--sede', '--seed'] },
    { what: 'an unknown command', run: 'rnu --json', code: USAGE, says: ['rnu', 'run'] },
    { what: 'a missing database', run: 'replay x --json --db no.duckdb', code: DATABASE, says: ['no.duckdb'] },
  ];
  it.each(cases.map((bad) => [bad.what, bad] as const))('%s', async (_, bad) => {
    const directory = temporaryDirectory({ 's.yaml': QUIET_SCENARIO });
    expectJsonError(await runIn(directory, bad), bad);
    expect(Object.keys(filesIn(directory))).toEqual(['s.yaml']);
  });
});

describe.concurrent('databases', () => {
  refuses([
    { what: 'that do not exist, for replay', run: 'replay x', code: DATABASE, says: ['simcash.duckdb', 'does not exist'] },
    {
      what: 'that do not exist, for a list',
      run: 'db simulations --db no.duckdb',
      code: DATABASE,
      says: ['no.duckdb', 'does not exist'],
    },
    {
      what: 'that do not exist, for --resume',
      run: 'run s.yaml --resume x --db no.duckdb',
      code: DATABASE,
      says: ['no.duckdb', 'does not exist'],
    },
    {
      what: 'that are text files, for replay',
      run: 'replay x --db s.yaml',
      code: DATABASE,
      says: ['s.yaml', 'not a DuckDB database'],
    },
    {
      what: 'that are text files, for --save',
      run: 'run s.yaml --save --db s.yaml',
      code: DATABASE,
      says: ['s.yaml', 'not a DuckDB database'],
    },
    {
      what: 'that are directories',
      run: 'run s.yaml --save --db d',
      files: { 'd/x': '' },
      code: DATABASE,
      says: [/\bd\b/, /directory/i],
    },
    {
      what: 'in directories that do not exist',
      run: 'run s.yaml --save --db no/x.duckdb',
      code: DATABASE,
      says: ['no/x.duckdb'],
    },
    { what: 'below a file', run: 'run s.yaml --save --db s.yaml/x.duckdb', code: DATABASE, says: ['s.yaml/x.duckdb'] },
    {
      what: 'where nothing can be written',
      run: 'run s.yaml --save --db /proc/x.duckdb',
      code: DATABASE,
      says: ['/proc/x.duckdb'],
    },
  ]);

  it('of other programs', async () => {
    const directory = temporaryDirectory();
    await execute(path.join(directory, 'other.duckdb'), 'CREATE TABLE t (i INTEGER)');
    const before = filesIn(directory);
    const wanted = { code: DATABASE, says: ['other.duckdb', /not a SimCash database/] };
    expectOneError(await runIn(directory, { run: 'replay x --db other.duckdb' }), wanted);
    expect(filesIn(directory)).toEqual(before);
  });

  it('of a newer version', async () => {
    const directory = temporaryDirectory({ 's.yaml': QUIET_SCENARIO });
    await output(['run', 's.yaml', '--save', '--id', 'a', '--db', 'new.duckdb'], { cwd: directory });
    await execute(path.join(directory, 'new.duckdb'), "INSERT INTO schema_migrations VALUES (99, 'from the future', 'x', now())");
    const wanted = { code: DATABASE, says: ['new.duckdb', '99', /update/] };
    expectOneError(await runIn(directory, { run: 'replay a --jsonl events --db new.duckdb' }), wanted);
    expectOneError(await runIn(directory, { run: 'run s.yaml --save --db new.duckdb' }), wanted);
  });

  describe.sequential('that another process holds', () => {
    async function hold(milliseconds: number): Promise<{ directory: string; release: () => Promise<unknown>; pid: string }> {
      const directory = temporaryDirectory({ 's.yaml': QUIET_SCENARIO });
      await output(['run', 's.yaml', '--save', '--id', 'a'], { cwd: directory });
      const script = path.join(import.meta.dirname, 'support', 'hold-database.mjs');
      const holder = startNode([script, path.join(directory, 'simcash.duckdb'), String(milliseconds)]);
      while (!holder.written().startsWith('held')) await new Promise((resolve) => setTimeout(resolve, 10));
      return {
        directory,
        pid: /\d+/.exec(holder.written())![0],
        async release() {
          holder.kill('SIGKILL');
          await holder.finished;
        },
      };
    }

    it('are refused at once, with the number of that process', async () => {
      const { directory, pid, release } = await hold(60_000);
      const says = ['simcash.duckdb', 'locked', pid, 'wait', '--db'];
      const [writing, reading, waiting] = await Promise.all([
        runIn(directory, { run: 'run s.yaml --save --id b' }),
        runIn(directory, { run: 'replay a --jsonl events' }),
        runIn(directory, { run: 'run s.yaml --save --id c --db-wait 0.5' }),
      ]);
      await release();
      for (const outcome of [writing!, reading!, waiting!]) expectOneError(outcome, { code: DATABASE, says });
      expect(await query(path.join(directory, 'simcash.duckdb'), 'SELECT simulation_id FROM simulations')).toEqual([
        { simulation_id: 'a' },
      ]);
    });

    it('are waited for with --db-wait', async () => {
      const { directory, release } = await hold(1500);
      expect(await runIn(directory, { run: 'run s.yaml --save --id b --db-wait 60' })).toMatchObject({ code: 0, stderr: '' });
      await release();
    });
  });
});

describe.concurrent('stored runs', () => {
  it('that are not there: the ones that are get listed', async () => {
    const directory = temporaryDirectory({ 's.yaml': QUIET_SCENARIO });
    await output(['run', 's.yaml', '--save', '--id', 'first'], { cwd: directory });
    await output(['run', 's.yaml', '--save', '--id', 'second'], { cwd: directory });
    const before = filesIn(directory);
    const wanted = { code: NOT_FOUND, says: ['third', 'simcash.duckdb', 'first', 'second'] };
    expectOneError(await runIn(directory, { run: 'replay third --jsonl events' }), wanted);
    expectJsonError(await runIn(directory, { run: 'replay third --json' }), wanted);
    expect(filesIn(directory)).toEqual(before);
    const checkpoint = { code: NOT_FOUND, says: ['first-cp9-auto', 'simcash.duckdb'] };
    expectOneError(await runIn(directory, { run: 'run s.yaml --resume first-cp9-auto' }), checkpoint);
  });

  it('whose id is taken: a usage error, before anything is simulated or written', async () => {
    const directory = temporaryDirectory({ 's.yaml': QUIET_SCENARIO });
    const rows = (): Promise<unknown> => query(path.join(directory, 'simcash.duckdb'), 'SELECT * FROM simulations');
    await output(['run', 's.yaml', '--save', '--id', 'taken'], { cwd: directory });
    const before = await rows();
    const outcome = await runIn(directory, { run: 'run s.yaml --save --id taken --seed 2 --events-out log' });
    expect(await rows()).toEqual(before);
    expectOneError(outcome, { code: USAGE, says: ['taken', 'simcash.duckdb', '--id'] });
    expect(Object.keys(filesIn(directory))).not.toContain('log');
  });
});

describe.concurrent('a run that is refused leaves no file behind', () => {
  const fault = scenarioFile('error-unknown-field');
  const cases: [what: string, run: string, code: number][] = [
    ['a policy that the engine refuses', `run ${fault} --save --events-out log`, INPUT],
    ['an unknown event', 'run s.yaml --save --events-out log --jsonl events --event-type Arival', USAGE],
    ['an unknown bank', 'run s.yaml --save --verbose --agent Z', USAGE],
    ['a last tick that is no number', 'run s.yaml --save --events-out log --until-tick x', USAGE],
    ['a checkpoint every 0 ticks', 'run s.yaml --save --events-out log --checkpoint-every 0', USAGE],
    ['a file for events that cannot be written', 'run s.yaml --save --events-out nowhere/log', USAGE],
  ];
  it.each(cases)('%s', async (_, run, code) => {
    const directory = temporaryDirectory({ 's.yaml': QUIET_SCENARIO });
    expectOneError(await runIn(directory, { run }), { code, says: [] });
    expect(Object.keys(filesIn(directory))).toEqual(['s.yaml']);
  });
});

describe.concurrent('a run that fails', () => {
  const failures = [
    { name: 'error-divide-by-zero', tick: 5, says: ['T00000001', 'DivisionByZero'] },
    { name: 'error-negative-cap', tick: golden('error-negative-cap').end.error!.tick, says: ['Credit limit cannot go negative'] },
  ];

  it.each(failures)('prints the events so far and what happened in which tick: $name', async ({ name, says, tick }) => {
    const log = golden(name);
    expect(log.end.error).toMatchObject({ stage: 'tick', tick });
    const { code, stderr, stdout } = await simcash(['run', scenarioFile(name), '--jsonl', 'events', '--quiet']);
    expect(stdout).toBe(log.events);
    expectOneError({ code, stderr, stdout: '', signal: null }, { code: FAILURE, says: [...says, new RegExp(`tick ${tick}\\b`)] });
  });

  it.each(failures)('is stored as failed, with its finished ticks: $name', async ({ name, says, tick }) => {
    const directory = temporaryDirectory();
    const database = path.join(directory, 'simcash.duckdb');
    const outcome = await runIn(directory, { run: ['run', scenarioFile(name), '--save', '--id', 'f', '--json', '--quiet'] });
    expectJsonError(outcome, { code: FAILURE, says });
    const [row] = await query(
      database,
      'SELECT status, last_tick, error_message, completed_at, event_count::INTEGER AS events FROM simulations',
    );
    const finished = golden(name).lines.filter((line) => (JSON.parse(line) as { tick: number }).tick < tick);
    expect(row).toMatchObject({ status: 'failed', last_tick: tick - 1, completed_at: null, events: finished.length });
    expect(saysAll(row!.error_message as string, says)).toEqual([]);
    expect(await query(database, 'SELECT tick FROM tick_summaries ORDER BY tick')).toEqual(
      Array.from({ length: tick }, (_, t) => ({ tick: t })),
    );
    expect(await output(['replay', 'f', '--jsonl', 'events'], { cwd: directory })).toBe(joined(finished));
  });
});
