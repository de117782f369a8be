import { readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { decideProposal } from '../../../packages/statistics/src/index.js';
import { query } from './support/database.js';
import { output, simcash, temporaryDirectory } from './support/simcash.js';

/** Experiments over many days as people use them: what is judged, stored, certified and told (spec 17 §1–§9). */
const EXAMPLES = path.resolve(import.meta.dirname, '../../../docs/examples/experiments');
const scenario = readFileSync(path.join(EXAMPLES, 'scenarios/twelve-period.yaml'), 'utf8');

const FILE = `
name: days
scenario: twelve-period.yaml
evaluation:
  ticks: 12
  days: { search: 60, acceptance: 80, test: 90 }
convergence: { max_iterations: 8, stability_window: 2, epsilon_pct: 20, certificate: { points: 5 } }
optimizer: { type: grid, step: 0.25 }
optimized_agents: [BANK_A, BANK_B]
policy_constraints:
  allowed_parameters: [{ name: initial_liquidity_fraction, param_type: float, min_value: 0, max_value: 1 }]
  allowed_actions: { payment_tree: [Release, Hold] }
`;

const folder = (text: string): string => temporaryDirectory({ 'x.yaml': text, 'twelve-period.yaml': scenario });
const run = (text: string, ...flags: string[]): ReturnType<typeof simcash> =>
  simcash(['experiment', 'run', 'x.yaml', '--id', 'x', '--db', 'x.duckdb', ...flags], { cwd: folder(text) });

describe('a run over many days', () => {
  let cwd: string;
  let told: { stdout: string; stderr: string };
  beforeAll(async () => {
    cwd = folder(FILE);
    told = await simcash(['experiment', 'run', 'x.yaml', '--id', 'x', '--db', 'x.duckdb'], { cwd });
  });
  const rows = <T>(sql: string): Promise<T[]> => query(path.join(cwd, 'x.duckdb'), sql) as Promise<T[]>;

  it('is what a random scenario gets, with warnings where there are few days', () => {
    expect(told.stdout).toContain('monte-carlo with 80 days a test, optimizer grid, 12 ticks');
    expect(told.stderr).toContain('evaluation.days.acceptance: fewer than 200 days');
  });

  it('tells means with their intervals, what was saved, and how it ended', () => {
    expect(told.stdout).toMatch(/^BANK_A +50% → 25% +498\.00 ± 0\.00 +[\d.]+ ± [\d.]+ +[\d.]+ \([\d.]+ … [\d.]+\)$/m);
    expect(told.stdout).toMatch(/^all +996\.00 ± 0\.00/m);
    expect(told.stdout).toMatch(/^Stopped after 4 iterations: (converged|stalled): /m);
    expect(told.stdout).toMatch(/^ {2}BANK_A: (certified|refuted|open) on \d+ days: could save/m);
    expect(told.stdout).toContain('Losses rarer than one in 30 days may be unknown.');
  });

  it('is told again by its replay', async () => {
    const again = await output(['experiment', 'replay', 'x', '--db', 'x.duckdb'], { cwd });
    expect(again).toBe(told.stdout);
  });

  it('is a page of pictures without scripts, the same each time', async () => {
    await output(['report', 'x', '--db', 'x.duckdb', '--out', 'x.html'], { cwd });
    const page = readFileSync(path.join(cwd, 'x.html'), 'utf8');
    for (const part of ['P17', 'P18', 'P19', 'means over the same', 'Best candidate']) expect(page).toContain(part);
    expect(page).not.toMatch(/<script|NaN|undefined/);
    expect(await output(['report', 'x', '--db', 'x.duckdb', '--out', '-'], { cwd })).toBe(page);
    const figures = JSON.parse(await output(['report', 'x', '--db', 'x.duckdb', '--json'], { cwd })) as {
      banks: string[];
      days: number;
      proposals: { outcome: string; saving: { lower: number } | null }[];
      regret: object[];
    };
    expect(figures).toMatchObject({ banks: ['BANK_A', 'BANK_B'], days: 90, regret: [{ bank: 'BANK_A' }, { bank: 'BANK_B' }] });
    expect(figures.proposals.filter(({ outcome }) => outcome === 'accepted').every(({ saving }) => saving!.lower > 0)).toBe(true);
    const { code } = await simcash(['report', 'x', '--db', 'x.duckdb', '--sections', 'summary', '--out', '-'], { cwd });
    expect(code).toBe(2);
  });

  it('stores the days of every comparison: its decision can be made again from them', async () => {
    const judged = await rows<{
      iteration: number;
      agent_id: string;
      reason: string;
      alpha: number;
      p_value: number;
      mean: number;
    }>(`SELECT iteration, agent_id, reason, alpha, p_value, saving_mean AS mean FROM policy_evaluations WHERE test IS NOT NULL`);
    expect(judged.length).toBeGreaterThan(1);
    for (const { agent_id, alpha, iteration, mean, p_value, reason } of judged) {
      const days = await rows<{ old_cost: number; new_cost: number; old_settled: number; new_settled: number; arrived: number }>(
        `SELECT old_cost::INT AS old_cost, new_cost::INT AS new_cost, old_settled, new_settled, arrived FROM policy_evaluation_days
         WHERE iteration = ${iteration} AND agent_id = '${agent_id}' ORDER BY day_index`,
      );
      expect(days).toHaveLength(80);
      const side = (variant: 'old' | 'new') => ({
        costs: days.map((day) => day[`${variant}_cost`]),
        settled: days.reduce((sum, day) => sum + day[`${variant}_settled`], 0),
        arrived: days.reduce((sum, { arrived }) => sum + arrived, 0),
        settled_value: 0,
        arrived_value: 0,
      });
      const again = decideProposal({ old: side('old'), new: side('new'), settings: { alpha } });
      expect([again.reason, again.test!.p_value, again.test!.mean_saving]).toEqual([reason, p_value, mean]);
    }
    const [found] = await rows<{ unpaired: number }>(
      `SELECT count(*)::INT AS unpaired FROM policy_evaluations WHERE test IS NULL AND reason NOT IN ('same_policy', 'invalid')`,
    );
    expect(found!.unpaired).toBe(0);
  });

  it('stores estimates of the first, the last and the best profile, and regret by candidate', async () => {
    const estimates = await rows<{ profile: string; agent_id: string; num_days: number }>(
      'SELECT profile, agent_id, num_days FROM experiment_estimates ORDER BY ALL',
    );
    expect(estimates).toHaveLength(15);
    expect(new Set(estimates.map(({ num_days }) => num_days))).toEqual(new Set([90]));
    const [found] = await rows<{ n: number }>(`SELECT count(*)::INT AS n FROM experiment_regret WHERE agent_id = 'BANK_A'`);
    expect(found!.n).toBeGreaterThanOrEqual(4);
    const shown = JSON.parse(await output(['experiment', 'replay', 'x', '--json', '--db', 'x.duckdb'], { cwd })) as {
      result: {
        ending: string;
        final_cost: number;
        regret: { banks: object };
        test: { final: Record<string, { mean: number }> };
      };
    };
    const { ending, final_cost, regret, test } = shown.result;
    expect(['converged', 'stalled']).toContain(ending);
    expect(final_cost).toBe(Math.round(test.final['*']!.mean));
    expect(Object.keys(regret.banks)).toEqual(['BANK_A', 'BANK_B']);
    expect(await output(['db', 'verify', '--db', 'x.duckdb'], { cwd })).toMatch(/^x: all rows add up$/m);
  });

  it('is the same with threads, and when it was broken off', async () => {
    const threads = await run(FILE, '--executor', 'worker-threads', '--workers', '2');
    expect(threads.stdout).toBe(told.stdout);
    const broken = folder(FILE);
    const args = ['experiment', 'run', 'x.yaml', '--db', 'x.duckdb'];
    await simcash([...args, '--id', 'x', '--time-limit', '0.2'], { cwd: broken });
    const resumed = await simcash([...args, '--resume', 'x'], { cwd: broken });
    // It may have been too fast to be broken off.
    if (resumed.code === 0) {
      const of = (text: string): string => text.slice(text.indexOf('Stopped after'));
      expect(of(resumed.stdout)).toBe(of(told.stdout));
    }
  });
});

describe('endings', () => {
  it('can be required', async () => {
    const text = FILE.replace('epsilon_pct: 20', 'epsilon_pct: 0').replace('points: 5', 'points: 21');
    const { code, stdout } = await run(text, '--require', 'converged');
    expect(stdout).toMatch(/Stopped after \d+ iterations: stalled: /);
    expect(code).toBe(1);
    expect((await run(FILE, '--require', 'happy')).stderr).toContain("'happy' is no ending");
  });

  it('say which limit was reached', async () => {
    const { stdout } = await run(`${FILE}budget: { simulations: 300 }\n`);
    expect(stdout).toMatch(
      /Stopped after \d+ iterations: (budget: ended|drifting: still improving) when the simulations ran out/,
    );
  });

  it('are a failure where nothing was ever proposed', async () => {
    const text = FILE.replace('{ type: grid, step: 0.25 }', '{ type: scripted, proposals: {} }');
    const { code, stdout } = await run(text);
    expect(stdout).toContain('no proposals: nothing valid was ever proposed');
    expect(code).toBe(1);
  });
});

describe('a file', () => {
  it('that asks for days of a scenario without chance is refused', async () => {
    const cwd = temporaryDirectory({
      'x.yaml': FILE.replace('  ticks: 12', '  ticks: 2\n  mode: monte-carlo'),
      'twelve-period.yaml': readFileSync(path.join(EXAMPLES, 'scenarios/two-period.yaml'), 'utf8'),
    });
    const { code, stderr } = await simcash(['experiment', 'validate', 'x.yaml'], { cwd });
    expect([code, stderr]).toEqual([
      3,
      expect.stringContaining('evaluation.mode: the scenario draws nothing: use deterministic-pairwise'),
    ]);
  });

  it('is told of what has no effect, and of one random day', async () => {
    const cwd = folder(FILE.replace('  ticks: 12', '  ticks: 12\n  num_samples: 5'));
    expect((await simcash(['experiment', 'validate', 'x.yaml'], { cwd })).stderr).toContain(
      'evaluation.num_samples: has no effect in mode monte-carlo: see evaluation.days',
    );
    const one = folder(FILE.replace('  ticks: 12', '  ticks: 12\n  mode: deterministic-pairwise'));
    const { stderr } = await simcash(['experiment', 'validate', 'x.yaml'], { cwd: one });
    expect(stderr).toContain('compares on one random day an iteration; what it finds holds for those days');
    expect(stderr).toContain('evaluation.days: acts in mode monte-carlo only');
  });
});
