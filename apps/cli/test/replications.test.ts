import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { query } from './support/database.js';
import { output, simcash } from './support/simcash.js';
import { document, quietly, sweepDirectory } from './support/sweeps.js';

/** `simcash run --replications` and `--seeds`: a sweep of one cell, kept only with `--save`. */

const cwd = sweepDirectory();

describe.concurrent('replications of a run', () => {
  it('print mean, interval and deviation of the main figures, and store nothing', async () => {
    const text = await quietly(['run', 'base.yaml', '--replications', '3'], { cwd });
    const [title, , head, ...rows] = text.trimEnd().split('\n');
    expect(title).toBe('base: 1 cell, 3 replications');
    expect(head!.split(/ {2,}/)).toEqual(['Measure', 'n', 'Mean', 'sd']);
    expect(rows.map((row) => row.split(/ {2,}/)[0])).toEqual([
      'total_cost',
      'settlement_rate_value',
      'delay_indicator',
      'liquidity_used',
    ]);
    for (const row of rows) expect(row).toMatch(/ 3 .* ± /);
    expect(existsSync(path.join(cwd, 'simcash.duckdb'))).toBe(false);
  });

  it('are the runs of their seeds: the mean is that of single runs', async () => {
    const single = async (seed: string): Promise<number> => {
      const found = JSON.parse(await output(['run', 'base.yaml', '--seed', seed, '--json'], { cwd })) as {
        costs: { total_cost: number };
      };
      return found.costs.total_cost;
    };
    const costs = await Promise.all(['3', '7', '9'].map(single));
    const { statistics } = await document(['run', 'base.yaml', '--seeds', '3,7,9'], { cwd });
    const total = statistics.find(({ measure }) => measure === 'total_cost')!;
    expect(total.n).toBe(3);
    expect(total.mean).toBeCloseTo(costs.reduce((sum, cost) => sum + cost, 0) / 3, 9);
  });

  it('draw their seeds from that of the scenario, or from --seed', async () => {
    const figures = async (...args: string[]): Promise<unknown> =>
      (await document(['run', 'base.yaml', ...args], { cwd })).statistics;
    const drawn = await figures('--replications', '2');
    expect(drawn).toEqual(await figures('--seed', '42', '--replications', '2'));
    expect(drawn).not.toEqual(await figures('--seed', '43', '--replications', '2'));
    const means = (rows: unknown): number[] => (rows as { mean: number }[]).map(({ mean }) => mean);
    expect(means(drawn)).toEqual(means(await figures('--seeds', '10163877666574066556,8596455052417397891')));
  });

  it('are those of the scenario as options change it', async () => {
    const figures = async (...args: string[]): Promise<unknown> =>
      (await document(['run', 'base.yaml', '--seeds', '1..3', ...args], { cwd })).statistics;
    const [plain, changed, short] = await Promise.all([
      figures(),
      figures('--set', 'agents.NORTH.unsecured_cap=100000'),
      figures('--until-tick', '4'),
    ]);
    expect(changed).not.toEqual(plain);
    expect(short).not.toEqual(plain);
  });

  it('are a sweep with --save', async () => {
    const db = ['--db', 'saved.duckdb'];
    const found = await document(['run', 'base.yaml', '--seeds', '3,7', '--save', '--id', 'mine', ...db], { cwd });
    expect(found.sweep_id).toBe('mine');
    const { statistics } = await document(['sweep', 'report', 'mine', ...db], { cwd });
    expect(statistics.map(({ mean }) => mean)).toEqual(found.statistics.map(({ mean }) => mean));
    const status = JSON.parse(await output(['sweep', 'status', 'mine', '--json', ...db], { cwd })) as object;
    expect(status).toMatchObject({ status: 'completed', runs_done: 2, runs_planned: 2 });
    const { code, stderr } = await simcash(['run', 'base.yaml', '--seeds', '3,7', '--save', '--id', 'mine', ...db], { cwd });
    expect(code).toBe(2);
    expect(stderr).toContain('sweep mine is stored already');
  });

  it('are called as the run, by its name or its file', async () => {
    const ids = async (...args: string[]): Promise<string> =>
      (await document(['run', 'base.yaml', '--replications', '1', '--save', '--db', `${args.length}.duckdb`, ...args], { cwd }))
        .sweep_id;
    expect(await ids()).toMatch(/^base-\d{8}-\d{6}-[0-9a-f]{6}$/);
    expect(await ids('--name', 'noon')).toMatch(/^noon-\d{8}-/);
  });

  it('that fail are listed, and the figures are those of the others', async () => {
    const { code, stderr, stdout } = await simcash(['run', 'frail.yaml', '--replications', '6'], { cwd });
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^error: \d of 6 runs failed; figures are those of the others\n {2}cell 0, replication \d, seed \d+: /,
    );
    expect(stdout).toContain('frail: 1 cell, 6 replications');
  });

  it('are only checked with --dry-run', async () => {
    const text = await quietly(['run', 'base.yaml', '--seeds', '1..7', '--dry-run', '--save', '--db', 'dry.duckdb'], { cwd });
    expect(text).toMatch(/7 runs/);
    expect(existsSync(path.join(cwd, 'dry.duckdb'))).toBe(false);
  });

  it.each([
    [['--replications', '2', '--seeds', '1,2'], /exclude each other/],
    [['--seed', '1', '--seeds', '1,2'], /exclude each other/],
    [['--replications', '0'], /--replications needs/],
    [['--seeds', '1..'], /--seeds needs/],
    [['--seeds', '9..3'], /--seeds needs/],
    [['--seeds', '3,3'], /names a seed twice/],
    [['--seeds', '18446744073709551616'], /--seeds needs/],
    [['--replications', '2', '--jsonl', 'events'], /--jsonl is for one run/],
    [['--replications', '2', '--verbose'], /--verbose is for one run/],
    [['--replications', '2', '--events-out', 'x'], /--events-out is for one run/],
    [['--replications', '2', '--save', '--level', 'summary'], /--level is for one run/],
    [['--replications', '2', '--save', '--checkpoint-every', '2'], /--checkpoint-every is for one run/],
    [['--replications', '2', '--id', 'x'], /--id needs --save/],
  ])('with %j are refused', async (args, message) => {
    const { code, stderr, stdout } = await simcash(['run', 'base.yaml', ...args, '--db', 'refused.duckdb'], { cwd });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
    expect(existsSync(path.join(cwd, 'refused.duckdb'))).toBe(false);
  });

  it('end with the scenario, as a single run does', async () => {
    expect((await simcash(['run', 'base.yaml', '--until-tick', '11'], { cwd })).code).toBe(2);
    expect((await simcash(['run', 'base.yaml', '--until-tick', '11', '--replications', '2'], { cwd })).code).toBe(2);
  });
});

describe('many seeds', () => {
  it.each([
    ['5..8', ['5', '6', '7', '8']],
    ['9,3', ['9', '3']],
  ])('are written as %s', async (list, seeds) => {
    const db = path.join(cwd, `${list}.duckdb`);
    await output(['run', 'base.yaml', '--seeds', list, '--save', '--db', db, '-q'], { cwd });
    expect(await query(db, 'SELECT CAST(seed AS VARCHAR) AS seed FROM sweep_jobs ORDER BY replication')).toEqual(
      seeds.map((seed) => ({ seed })),
    );
  });
});
