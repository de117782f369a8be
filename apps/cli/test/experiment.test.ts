import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { execute, query, rowDifferences, type Row } from './support/database.js';
import {
  firstDifference,
  output,
  parseLines,
  simcash,
  start,
  temporaryDirectory,
  type RunningCommand,
} from './support/simcash.js';

/** `simcash experiment …` as people use it: processes, files, exit codes. */
const EXAMPLES = path.resolve(import.meta.dirname, '../../../docs/examples/experiments');
const example = (n: number): string => path.join(EXAMPLES, `exp${n}.yaml`);

const PUBLISHED = path.join(EXAMPLES, 'exp2-published.yaml');

/** Experiment 2 as it was published, but for its semantics, with some lines replaced, beside its scenario. */
function smaller(changes: Readonly<Record<string, string>>): string {
  const text = Object.entries(changes).reduce(
    (before, [from, to]) => before.replace(from, to),
    readFileSync(PUBLISHED, 'utf8').replace('scenario: scenarios/', 'scenario: ').replace('semantics: reference\n', ''),
  );
  const scenario = readFileSync(path.join(EXAMPLES, 'scenarios/twelve-period.yaml'), 'utf8');
  return path.join(temporaryDirectory({ 'experiment.yaml': text, 'twelve-period.yaml': scenario }), 'experiment.yaml');
}

const SMALL = { 'num_samples: 50': 'num_samples: 4', 'max_iterations: 25': 'max_iterations: 3', 'step: 0.05': 'step: 0.25' };

/** A database with a run of each example, made once; what the runs printed. */
const database = path.join(temporaryDirectory(), 'runs.duckdb');
const printed: Record<string, string> = {};

const VERBOSE = ['--verbose'];

beforeAll(async () => {
  const run = (file: string, id: string, ...flags: string[]): Promise<string> =>
    output(['experiment', 'run', file, '--id', id, '--db', database, ...flags]);
  printed.one = await run(example(1), 'one');
  printed.three = await run(example(3), 'three', ...VERBOSE);
  printed.sampled = await run(smaller(SMALL), 'sampled', '--persist-bootstrap', '--verbose-bootstrap', '--verbose-policy');
});

/** A copy for a command that writes: while it does, nobody else could read the original. */
function databaseCopy(): string {
  const copy = path.join(temporaryDirectory(), 'runs.duckdb');
  copyFileSync(database, copy);
  return copy;
}

const experiment = (...args: string[]): Promise<string> => output(['experiment', ...args, '--db', database]);

describe.concurrent('a run', () => {
  it('of experiment 1 ends in its equilibrium', () => {
    expect(printed.one).toContain('Stopped after 7 iterations (converged): Stability achieved (5 consecutive stable iterations)');
    expect(printed.one).toMatch(/^BANK_A +50\.00 +0\.00 +0\.00 +0% +1 of 6$/m);
    expect(printed.one).toMatch(/^BANK_B +50\.00 +20\.00 +20\.00 +20% +1 of 6$/m);
    expect(printed.one).toMatch(/\n\nRun one\n$/);
  });

  it('of experiment 3 ends in its equilibrium', () => {
    for (const bank of ['BANK_A', 'BANK_B']) expect(printed.three).toMatch(new RegExp(`^${bank} .*19\\.98 +20% `, 'm'));
  });

  it('needs no database, and says so', async () => {
    const file = smaller({ ...SMALL, 'output:\n  directory: results\n  database: experiments.db\n': '' });
    const { code, stderr, stdout } = await simcash(['experiment', 'run', file]);
    expect(code).toBe(0);
    expect(stderr).toContain('note: nothing is stored: the file has no output, and --db is not given\n');
    expect(stdout).toContain('Max iterations reached (3)');
  });

  it('is stored where the file says', async () => {
    const file = smaller(SMALL);
    const cwd = path.dirname(file);
    await output(['experiment', 'run', file, '--id', 'x', '--quiet']);
    expect(await output(['experiment', 'results', '--csv'], { cwd })).toMatch(
      /^x,exp2-published,grid,completed,24900,24900,3,no,/m,
    );
  });

  it('is a document with --json', async () => {
    const found = JSON.parse(
      await output(['experiment', 'run', example(1), '--json', '--db', path.join(temporaryDirectory(), 'x.duckdb')]),
    ) as object;
    expect(found).toMatchObject({
      schema_version: 1,
      run_id: expect.stringMatching(/^exp1-\d{8}-\d{6}-[0-9a-f]{6}$/),
      converged: true,
      final_cost: 2000,
      agents: [
        { agent_id: 'BANK_A', last_fraction: 0 },
        { agent_id: 'BANK_B', last_fraction: 0.2 },
      ],
    });
  });

  it('is events with --jsonl, the stored ones', async () => {
    const file = smaller(SMALL);
    const db = path.join(temporaryDirectory(), 'x.duckdb');
    const told = await output(['experiment', 'run', file, '--jsonl', '--id', 'x', '--db', db]);
    const types = parseLines(told).map(({ event_type }) => event_type);
    expect([types[0], types.at(-1)]).toEqual(['experiment_start', 'experiment_end']);
    expect(await output(['experiment', 'replay', 'x', '--jsonl', 'events', '--db', db])).toBe(told);
  });

  it('takes other seeds and optimizers', async () => {
    const run = async (...flags: string[]): Promise<string> =>
      output([
        'experiment',
        'run',
        smaller(SMALL),
        '--id',
        'x',
        '--quiet',
        '--db',
        path.join(temporaryDirectory(), 'x.duckdb'),
        ...flags,
      ]);
    const [first, again, other] = await Promise.all([
      run('--optimizer', 'golden', '--seed', '7'),
      run('--optimizer', 'golden', '--seed', '7'),
      run('--optimizer', 'golden', '--seed', '8'),
    ]);
    expect(first).toContain('optimizer golden, 12 ticks, at most 3 iterations, master seed 7');
    expect(again).toBe(first);
    expect(other.replace('master seed 8', 'master seed 7')).not.toBe(first);
  });

  it('is the same on worker threads', async () => {
    const run = async (...flags: string[]): Promise<string> =>
      output([
        'experiment',
        'run',
        smaller(SMALL),
        '--id',
        'x',
        '--verbose',
        '--db',
        path.join(temporaryDirectory(), 'x.duckdb'),
        ...flags,
      ]);
    expect(await run('--executor', 'worker-threads', '--workers', '2')).toBe(await run('--executor', 'in-process'));
  });

  it('is only checked with --dry-run', async () => {
    const cwd = temporaryDirectory();
    expect(await output(['experiment', 'run', example(1), '--dry-run'], { cwd })).toBe(
      [
        `${example(1)} is valid: exp1, deterministic-pairwise, optimizer grid, at most 25 iterations, banks BANK_A, BANK_B`,
        `  reads   ${example(1)}, ${path.join(EXAMPLES, 'scenarios/two-period.yaml')}`,
        `  writes  ${path.join(EXAMPLES, 'results/experiments.db')}`,
        '  sends   nothing\n',
      ].join('\n'),
    );
    expect((await simcash(['experiment', 'results'], { cwd })).code).toBe(5);
  });
});

describe.concurrent('a replay', () => {
  it.each([
    ['one', []],
    ['three', VERBOSE],
    ['sampled', ['--verbose-bootstrap', '--verbose-policy']],
  ])('prints what the run printed: %s', async (id, flags) => {
    expect(firstDifference(await experiment('replay', id, ...flags), printed[id]!)).toBeUndefined();
  });

  it.each([
    ['one', 'iter0:eval', 'one-iter0-evaluation'],
    ['three', 'iter6:final', 'three-iter6-final'],
    ['sampled', 'iter1:init', 'sampled-iter1-initial'],
    ['sampled', 'iter0:boot:BANK_B:new:s003', 'sampled-iter0-bootstrap-BANK_B-new-s003'],
  ])('of a simulation is byte for byte what running it gives: %s %s', async (run, selector, id) => {
    const [row] = await query(database, `SELECT config_json FROM simulations WHERE simulation_id = '${id}'`);
    const scenario = path.join(temporaryDirectory({ 'scenario.json': row!.config_json as string }), 'scenario.json');
    const ran = await output(['run', scenario, '--jsonl', 'events']);
    const replayed = await experiment('replay', run, '--simulation', selector, '--jsonl', 'events');
    expect(firstDifference(replayed, ran)).toBeUndefined();
    expect(replayed.length).toBeGreaterThan(1000);
    expect(await output(['replay', id, '--db', database, '--jsonl', 'events'])).toBe(ran);
  });

  it.each(['one-iter0-evaluation', 'sampled-iter0-initial', 'sampled-iter1-bootstrap-BANK_A-old-s000', 'sampled-iter2-final'])(
    'can be verified: %s',
    async (id) => {
      expect((await simcash(['replay', id, '--verify', '--db', database])).code).toBe(0);
    },
  );

  it('of conversations says that there were none', async () => {
    expect(await experiment('replay', 'one', '--audit')).toBe('No conversations with a language model in these iterations.\n');
  });
});

describe('what is stored of simulations', () => {
  it.each(['one-iter0-evaluation', 'sampled-iter0-initial', 'sampled-iter0-bootstrap-BANK_A-new-s001'])(
    'is what simcash run --save stores: %s',
    async (id) => {
      const [row] = await query(database, `SELECT config_json FROM simulations WHERE simulation_id = '${id}'`);
      const directory = temporaryDirectory({ 'scenario.json': row!.config_json as string });
      const alone = path.join(directory, 'alone.duckdb');
      await output(['run', path.join(directory, 'scenario.json'), '--save', '--id', id, '--db', alone]);
      const { simulations, ...others } = await rowDifferences(alone, database, id);
      expect(others).toEqual({});
      // Only what the simulation was for, and which file it came from.
      const context = [
        'config_file',
        'config_name',
        'experiment_iteration',
        'experiment_run_id',
        'policy_variant',
        'run_purpose',
        'sample_index',
        'subject_agent_id',
      ];
      expect(context).toEqual(expect.arrayContaining(Object.keys(simulations!)));
    },
  );

  it('links every simulation to its run, with purpose and iteration', async () => {
    const rows = await query(
      database,
      `SELECT s.simulation_id, s.run_purpose, s.experiment_iteration FROM simulations s JOIN experiments e ON s.experiment_run_id = e.run_id
       WHERE e.run_id = 'one' ORDER BY s.experiment_iteration, s.simulation_id`,
    );
    const evaluations = Array.from({ length: 7 }, (_, n) => [`one-iter${n}-evaluation`, 'evaluation', n]);
    expect(rows.map(Object.values)).toEqual([...evaluations, ['one-iter6-final', 'final', 6]]);
  });

  it('holds each pair of samples with --persist-bootstrap: their savings are those that decided', async () => {
    const savings = await query(
      database,
      `SELECT experiment_iteration AS iteration, subject_agent_id AS agent_id, sum(o.total_cost_cents - n.total_cost_cents)::VARCHAR AS saved, count(*)::INTEGER AS pairs
       FROM simulations o JOIN simulations n USING (experiment_run_id, experiment_iteration, subject_agent_id, sample_index)
       WHERE o.policy_variant = 'old' AND n.policy_variant = 'new' AND experiment_run_id = 'sampled' GROUP BY ALL ORDER BY 1, 2`,
    );
    const decided = await query(
      database,
      `SELECT iteration, agent_id, delta_sum::VARCHAR AS saved, num_samples AS pairs FROM policy_evaluations WHERE run_id = 'sampled' ORDER BY 1, 2`,
    );
    expect(savings).toEqual(decided);
    expect(decided).toHaveLength(4);
  });

  it('counts every iteration and every proposal', async () => {
    const [counts] = await query(
      database,
      `SELECT (SELECT count(*) FROM experiment_iterations WHERE run_id = 'one')::INTEGER AS iterations,
         (SELECT count(*) FROM policy_evaluations WHERE run_id = 'one')::INTEGER AS proposals,
         (SELECT count(*) FILTER (accepted) FROM policy_evaluations WHERE run_id = 'one')::INTEGER AS accepted,
         (SELECT string_agg(DISTINCT status) FROM experiments) AS status`,
    );
    expect(counts).toEqual({ iterations: 7, proposals: 12, accepted: 2, status: 'completed' });
  });
});

describe.concurrent('stored runs', () => {
  it('are listed, newest first', async () => {
    const runs = JSON.parse(await experiment('results', '--json')) as { run_id: string }[];
    expect(runs.map(({ run_id }) => run_id)).toEqual(['sampled', 'three', 'one']);
    expect(await experiment('results', '--experiment', 'exp3', '--csv')).toMatch(
      /^Run,Experiment,Type,Status,Final cost,Best cost,Iterations,Converged,Started\nthree,exp3,grid,completed,3996,3996,7,yes,[\d: -]+\n$/,
    );
  });

  it('are put side by side', async () => {
    const found = JSON.parse(await experiment('compare', 'one', 'three', '--json')) as object[];
    expect(found).toMatchObject([
      { run_id: 'one', best_cost: 2000 },
      { run_id: 'three', best_cost: 3996 },
    ]);
    expect(await experiment('compare', 'one')).toMatch(/^one +BANK_B +50\.00 +20\.00 +20\.00 +-60% +0\.2 /m);
  });

  it('show how policies developed', async () => {
    const found = JSON.parse(
      await experiment('policy-evolution', 'one', '--agent', 'BANK_B', '--start', '0', '--end', '1'),
    ) as object;
    expect(found).toMatchObject({
      BANK_B: {
        iteration_0: { accepted: true, cost: 5000, diff: '' },
        iteration_1: { accepted: false, cost: 2000, diff: 'Changed: parameters.initial_liquidity_fraction (0.5 -> 0.2)' },
      },
    });
  });

  it.each([
    [[]],
    [['--agent', 'BANK_B', '--parameter', 'initial_liquidity_fraction']],
    [['--kind', 'parameter']],
    [['--kind', 'breakdown', '--agent', 'BANK_A']],
  ])('are drawn as SVG: chart %j', async (flags) => {
    const cwd = temporaryDirectory();
    await output(['experiment', 'chart', 'one', '--db', database, ...flags], { cwd });
    const svg = readFileSync(path.join(cwd, 'one.svg'), 'utf8');
    expect(svg).toMatch(/^<svg [^]*<\/svg>\s*$/);
    expect(unbalanced(svg)).toEqual([]);
  });

  it('are exported whole, or as a table', async () => {
    const whole = JSON.parse(await experiment('export', 'one')) as {
      iterations: object[];
      events: object[];
      config: object;
      scenario: object;
    };
    expect([whole.iterations.length, whole.config]).toMatchObject([7, { name: 'exp1', optimizer: { type: 'grid' } }]);
    expect(whole.events.length).toBeGreaterThan(20);
    const lines = (await experiment('export', 'one', '--format', 'csv')).trimEnd().split('\n');
    expect(lines.slice(0, 3)).toEqual([
      'iteration,agent_id,cost_cents,total_cost_cents,initial_liquidity_fraction,proposed_cost_cents,delta_sum_cents,accepted,reason',
      '0,BANK_A,5000,10000,0.5,0,5000,true,passed: delta_sum > 0',
      '0,BANK_B,5000,10000,0.5,2000,3000,true,passed: delta_sum > 0',
    ]);
    expect(lines).toHaveLength(1 + 14);
  });
});

/** Tags of a text that are opened and not closed, or the other way round. */
function unbalanced(svg: string): string[] {
  const open: string[] = [];
  const wrong: string[] = [];
  for (const [, slash, name, rest] of svg.matchAll(/<(\/?)([a-z]+)\b((?:"[^"]*"|[^>"])*)>/gi)) {
    if (slash === '/') {
      if (open.pop() !== name) wrong.push(name!);
    } else if (!rest!.endsWith('/')) open.push(name!);
  }
  return [...wrong, ...open];
}

describe.concurrent('the whole game', () => {
  it.each([
    [1, [0, 0.2], [0, 2000]],
    [3, [0.2, 0.2], [1998, 1998]],
  ])('of experiment %i has its equilibrium', async (n, fractions, costs) => {
    const game = JSON.parse(await output(['experiment', 'equilibrium', example(n), '--grid', '0.05', '--json'])) as Record<
      string,
      object[]
    >;
    expect(game).toMatchObject({ equilibria: [{ fractions, costs }], joint_minima: [{ fractions, costs }] });
    expect([game.cells!.length, game.best_responses!.length]).toEqual([441, 42]);
  });

  it('can be played on a scenario, and told in words', async () => {
    const text = await output(['experiment', 'equilibrium', path.join(EXAMPLES, 'scenarios/two-period.yaml'), '--grid', '0.1']);
    expect(text).toMatch(/^Equilibria in pure strategies\n {2}\(0\.00, 0\.20\) {3}BANK_A 0\.00 {3}BANK_B 20\.00\n$/m);
    expect(text).toMatch(/^BANK_A +BANK_B 0\.10 +0\.20 +20\.00$/m);
  });
});

describe.concurrent('a game of a file', () => {
  const stagHunt = path.join(EXAMPLES, 'stag-hunt.yaml');

  it('is the stag hunt of Bech and Garratt, with its two equilibria and the one between them', async () => {
    const game = JSON.parse(await output(['experiment', 'equilibrium', stagHunt, '--json'])) as {
      cells: { costs: number[]; state: string }[];
      equilibria: { strategies: number[] }[];
      mixed: { equilibria: { x: number[] }[] };
      values?: number[];
    };
    expect(game.cells.map(({ costs }) => costs)).toEqual([
      [0, 0],
      [300, 200],
      [200, 300],
      [200, 200],
    ]);
    expect(game.equilibria.map(({ strategies }) => strategies)).toEqual([
      [0, 0],
      [1, 1],
    ]);
    expect(game.mixed.equilibria.map(({ x }) => x)).toEqual([
      [1, 0],
      [0, 1],
      [1 / 3, 2 / 3],
    ]);
    expect(game.values).toBeUndefined();
  });

  it('tells what each bank could save in one profile', async () => {
    const args = ['experiment', 'equilibrium', stagHunt, '--profile'];
    expect(await output([...args, 'release_from=0; release_from=1'])).toMatch(
      /^EAST +release_from=0 +3\.00 +1\.00 +1\.00 +1\.00$/m,
    );
    const { code, stderr } = await simcash([...args, 'morning; afternoon']);
    expect([code, stderr]).toEqual([2, expect.stringContaining('EAST: release_from=0; release_from=1')]);
  });

  it('has policies of files and documents beside parameters', async () => {
    const text = readFileSync(stagHunt, 'utf8')
      .replace('scenarios/', '')
      .replace(
        'WEST: { parameters: { release_from: [0, 1] } }',
        'WEST: { policies: { fifo: { type: Fifo }, late: { file: late.json } } }',
      );
    const cwd = temporaryDirectory({
      'game.yaml': text,
      'stag-hunt.yaml': readFileSync(path.join(EXAMPLES, 'scenarios/stag-hunt.yaml'), 'utf8'),
      'late.json': JSON.stringify({
        version: '2.0',
        policy_id: 'late',
        payment_tree: { type: 'action', node_id: 'h', action: 'Hold' },
      }),
    });
    const told = await output(['experiment', 'equilibrium', 'game.yaml'], { cwd });
    expect(told).toMatch(/^ +fifo +late$/m);
    expect(told).toMatch(/^release_from=0 +0\.00 \/ 0\.00 /m);
  });

  it.each([
    ['release_from: [0, 1] } }\n  WEST', 'release_till: [0, 1] } }\n  WEST', 'EAST: its policy does not use release_till'],
    ['release_from: [0, 1] } }\n  WEST', 'initial_liquidity_fraction: [0, 1] } }\n  WEST', 'EAST: has no liquidity_pool'],
    ['release_from: [0, 1] } }\n  WEST', 'release_from: [1, 1] } }\n  WEST', 'strategy release_from=1 is there twice'],
    [/\[0, 1\]/g, '[0]', 'this is no game: every bank has one strategy'],
  ])('with %s as %s is refused', async (from, to, message) => {
    const cwd = temporaryDirectory({
      'game.yaml': readFileSync(stagHunt, 'utf8')
        .replace('scenarios/', '')
        .replaceAll(from as string, to),
      'stag-hunt.yaml': readFileSync(path.join(EXAMPLES, 'scenarios/stag-hunt.yaml'), 'utf8'),
    });
    const { code, stderr } = await simcash(['experiment', 'equilibrium', 'game.yaml'], { cwd });
    expect([code, stderr]).toEqual([3, expect.stringContaining(message)]);
  });

  it('does not run more than it is allowed to', async () => {
    const { code, stderr } = await simcash(['experiment', 'equilibrium', example(1), '--max-simulations', '100']);
    expect([code, stderr]).toEqual([3, expect.stringContaining('441 cells on 1 days are 441 simulations, more than 100')]);
  });
});

describe.concurrent('files', () => {
  it('can be begun from a template that runs', async () => {
    const cwd = temporaryDirectory();
    await output(['experiment', 'template', '--output', 'my.yaml'], { cwd });
    expect(await output(['experiment', 'run', 'my.yaml', '--quiet'], { cwd })).toMatch(/^BANK_B .* 20% /m);
    const { code, stderr } = await simcash(['experiment', 'template', '--output', 'my.yaml'], { cwd });
    expect([code, stderr]).toEqual([2, 'error: my.yaml exists: name another file with --output\n']);
  });

  it('are listed, described and validated', async () => {
    expect(JSON.parse(await output(['experiment', 'list', EXAMPLES, '--json']))).toMatchObject([
      { name: 'exp1' },
      { name: 'exp2-published' },
      { name: 'exp2' },
      { name: 'exp3' },
      ...['1-1', '1-3', '2-2', '3-1', '3-2', '3-3'].map((run) => ({ name: `published-${run}` })),
      { name: 'stag-hunt' },
    ]);
    expect(await output(['experiment', 'info', PUBLISHED])).toMatch(/^Evaluation +bootstrap, 12 ticks, 50 samples$/m);
    expect(await output(['experiment', 'info', example(2)])).toMatch(
      /^Evaluation +monte-carlo, 12 ticks, days: 1000 to search, 2000 to judge, 2000 to test$/m,
    );
    expect(await output(['experiment', 'validate', example(1), example(3)])).toBe(
      [1, 3].map((n) => `${example(n)}: valid (exp${n}, deterministic-pairwise, banks BANK_A, BANK_B)\n`).join(''),
    );
  });

  it('are refused with place, path and suggestion', async () => {
    const file = smaller({ 'max_iterations: 25': 'max_iteration: 25', 'ticks: 12': 'ticks: twelve' });
    const { code, stderr, stdout } = await simcash(['experiment', 'run', file]);
    expect([code, stdout]).toEqual([3, '']);
    const text = readFileSync(file, 'utf8').split('\n');
    const line = (key: string): number => 1 + text.findIndex((row) => row.includes(key));
    expect(stderr).toContain(
      `${file}:${line('ticks: twelve')}:10: evaluation.ticks: Invalid input: expected number, received string`,
    );
    expect(stderr).toContain(
      `${file}:${line('max_iteration:')}:18: convergence.max_iteration: unknown key 'max_iteration' (did you mean 'max_iterations'?)`,
    );
  });

  it.each([
    ['run nofile.yaml', 3, 'error: experiment file not found: nofile.yaml'],
    ['run EXAMPLE --resume one', 2, 'error: experiment one is complete: there is nothing to resume'],
    ['run EXAMPLE --resume nobody', 4, 'error: experiment nobody not found in DATABASE\n  stored are: sampled, three, one'],
    ['run EXAMPLE --id one', 2, 'error: experiment one is stored already in DATABASE: choose another --id'],
    ['run EXAMPLE --json --jsonl', 2, '--json and --jsonl exclude each other'],
    ['replay nobody', 4, 'error: experiment nobody not found in DATABASE'],
    ['replay one --simulation iter99', 4, 'error: one has no stored simulation iter99\n  one-iter0-evaluation'],
    ['replay sampled --simulation iter0:boot', 2, 'error: iter0:boot means 16 simulations of sampled: say more'],
    ['replay one --audit --start 3 --end 1', 2, 'error: --start 3 lies after --end 1'],
    ['compare one nobody', 4, 'error: experiment nobody not found in DATABASE'],
    ['chart one --output one.png', 2, 'error: --output one.png: charts are SVG, name a file that ends in .svg'],
    ['chart one --agent BANK_X', 2, 'error: --agent BANK_X: one optimises BANK_A, BANK_B'],
    ['equilibrium EXAMPLE --agents BANK_X', 2, 'error: --agents: BANK_X is not among BANK_A, BANK_B'],
    [
      'equilibrium EXAMPLE --alpha 0.7',
      2,
      "error: option '--alpha <level>' argument '0.7' is invalid. It is a level above 0, at most 0.5.",
    ],
    ['equilibrium EXAMPLE --start 0,0', 2, 'error: --start is for --dynamics fictitious'],
    [
      'equilibrium EXAMPLE --dynamics fictitious --start 0,99',
      2,
      "error: --start needs a position for each of two banks, counted from 0, as 0,0; got '0,99'",
    ],
    ['equilibrium EXAMPLE --grid 0.002', 3, 'error: 2 banks with 501 choices each make 251001 cells'],
  ])('experiment %s ends with %i', async (line, code, message) => {
    const args = line.replace('EXAMPLE', example(1)).split(' ');
    const file = args[0] === 'run' ? databaseCopy() : database;
    const found = await simcash(['experiment', ...args, '--db', file]);
    expect(found.code).toBe(code);
    expect(found.stderr).toContain(message.replaceAll('DATABASE', file));
  });

  it('with policies that cannot run are refused', async () => {
    const policy = JSON.stringify({
      version: '2.0',
      policy_id: 'x',
      payment_tree: { type: 'action', node_id: 'a', action: 'Releas' },
    });
    const file = smaller({ 'optimized_agents:': 'initial_policies: { file: policy.json }\noptimized_agents:' });
    writeFileSync(path.join(path.dirname(file), 'policy.json'), policy);
    const { code, stderr } = await simcash(['experiment', 'validate', file]);
    expect(code).toBe(3);
    expect(stderr).toMatch(/: initial_policies\.BANK_A: the policy of BANK_A: payment_tree\.action: .*Releas.*Release/);
    expect(stderr).toContain('the policy of BANK_B');
  });

  it('refused leave a stored run of the same name as it was', async () => {
    const copy = databaseCopy();
    await simcash(['experiment', 'run', example(3), '--id', 'one', '--db', copy]);
    expect(await query(copy, "SELECT status, error_message FROM experiments WHERE run_id = 'one'")).toEqual([
      { status: 'completed', error_message: null },
    ]);
  });
});

describe.concurrent('a run that was broken off', () => {
  const long = smaller({
    'num_samples: 50': 'num_samples: 8',
    'max_iterations: 25': 'max_iterations: 8',
    'step: 0.05': 'step: 0.1',
  });

  /** What is stored of a run, clocks aside. */
  async function stored(db: string): Promise<[unknown, Row[]]> {
    const {
      completed_at: _,
      created_at: __,
      ...run
    } = JSON.parse(await output(['experiment', 'export', 'x', '--db', db])) as Record<string, unknown>;
    const simulations = await query(
      db,
      'SELECT simulation_id, status, event_log_hash, total_cost_cents FROM simulations ORDER BY 1',
    );
    return [run, simulations];
  }

  /** The same run without a break. */
  async function unbroken(): Promise<{ printed: string; kept: unknown }> {
    const db = path.join(temporaryDirectory(), 'whole.duckdb');
    const text = await output(['experiment', 'run', long, '--id', 'x', '--db', db, '--quiet']);
    return { printed: text, kept: await stored(db) };
  }
  let known: ReturnType<typeof unbroken> | undefined;

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGKILL', null],
  ] as const)('by %s goes on with --resume as if nothing had happened', async (signal, code) => {
    known ??= unbroken();
    const broken = path.join(temporaryDirectory(), 'broken.duckdb');
    const running = start(['experiment', 'run', long, '--id', 'x', '--db', broken]);
    await written(running, 'Iteration 3:');
    running.kill(signal);
    const ended = await running.finished;
    expect([ended.code, ended.signal]).toEqual(code === null ? [null, 'SIGKILL'] : [code, null]);
    if (code !== null)
      expect(ended.stderr).toContain('error: interrupted\n  what is complete is stored; go on with --resume x\n');

    await output(['experiment', 'run', long, '--resume', 'x', '--db', broken, '--quiet']);
    const whole = await known;
    expect(await stored(broken)).toEqual(whole.kept);
    expect(await output(['experiment', 'replay', 'x', '--db', broken])).toBe(whole.printed);
  });

  it('just before its end goes on, too', async () => {
    const db = path.join(temporaryDirectory(), 'x.duckdb');
    const file = smaller(SMALL);
    const whole = await output(['experiment', 'run', file, '--id', 'x', '--db', db]);
    const before = await stored(db);
    // What a process leaves that was killed between the last simulation and the last commit.
    await execute(
      db,
      `DELETE FROM experiment_events WHERE event_type = 'experiment_end' OR (event_data->>'purpose') = 'final';
       UPDATE experiments SET status = 'running', completed_at = NULL, final_cost = NULL, best_cost = NULL`,
    );
    await output(['experiment', 'run', file, '--resume', 'x', '--db', db, '--quiet']);
    expect(await stored(db)).toEqual(before);
    expect(await output(['experiment', 'replay', 'x', '--db', db])).toBe(whole);
  });

  it('is not continued as another experiment', async () => {
    const db = path.join(temporaryDirectory(), 'x.duckdb');
    const file = smaller(SMALL);
    await output(['experiment', 'run', file, '--id', 'x', '--db', db]);
    await execute(db, "UPDATE experiments SET status = 'failed'");
    const other = path.join(path.dirname(file), 'other.yaml');
    writeFileSync(other, readFileSync(file, 'utf8').replace('num_samples: 4', 'num_samples: 5'));
    const { code, stderr } = await simcash(['experiment', 'run', other, '--resume', 'x', '--db', db]);
    expect([code, stderr]).toEqual([
      3,
      `error: ${other} or its scenario has changed since x was begun: a resumed run must be the same experiment\n`,
    ]);
  });
});

/** Waits until a command has printed something. */
async function written(running: RunningCommand, text: string): Promise<void> {
  let ended = false;
  void running.finished.then(() => (ended = true));
  while (!running.written().includes(text)) {
    if (ended) throw new Error(`the command ended without printing ${text}: ${JSON.stringify(await running.finished)}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

describe('a manifest', () => {
  it.each(['one', 'three', 'sampled'])('of %s gives the same rows again', async (id) => {
    expect(await experiment('reproduce', id)).toMatch(/^reproduced: \d+ rows$/m);
  });

  it('needs no other file', async () => {
    const cwd = temporaryDirectory();
    await simcash(['experiment', 'manifest', 'one', '--db', database, '--output', 'one.json'], { cwd });
    const text = readFileSync(path.join(cwd, 'one.json'), 'utf8');
    expect(JSON.parse(text)).toMatchObject({ kind: 'experiment', optimizer: { type: 'grid' }, num_iterations: 7 });
    expect(text).not.toContain(EXAMPLES);
    expect(JSON.parse(await output(['experiment', 'reproduce', 'one.json', '--json'], { cwd }))).toMatchObject({
      reproduced: true,
    });
  });

  it('tells where something else comes out', async () => {
    const copy = databaseCopy();
    await execute(
      copy,
      "UPDATE policy_evaluations SET new_cost = new_cost + 1 WHERE run_id = 'one' AND agent_id = 'BANK_B' AND iteration = 0",
    );
    const { code, stderr } = await simcash(['experiment', 'reproduce', 'one', '--db', copy]);
    expect(code).toBe(6);
    expect(stderr).toContain('policy_evaluations, row 1: something else comes out');
    expect(stderr).toContain('new_cost: stored   2001');
  });

  it('is refused for what is none, and for runs that are not complete', async () => {
    const cwd = temporaryDirectory({ 'x.json': '{"kind":"sweep"}' });
    expect(await simcash(['experiment', 'reproduce', 'x.json'], { cwd })).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('x.json is no manifest of an experiment'),
    });
    const copy = databaseCopy();
    await execute(copy, "UPDATE experiments SET status = 'failed', error_message = 'no' WHERE run_id = 'one'");
    expect((await simcash(['experiment', 'reproduce', 'one', '--db', copy])).code).toBe(3);
  });
});
