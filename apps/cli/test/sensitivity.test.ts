import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { query } from './support/database.js';
import { output, simcash, temporaryDirectory } from './support/simcash.js';

/** `simcash sensitivity` and `simcash pareto` (spec 17 §20). */
const scenario = readFileSync(
  path.resolve(import.meta.dirname, '../../../docs/examples/experiments/scenarios/twelve-period.yaml'),
  'utf8',
);
const SWEEP = `
sweep: shares
base: scenario.yaml
replications: { count: 3 }
axes:
  - { name: a, path: agents.BANK_A.liquidity_allocation_fraction, range: { from: 0.05, to: 0.5, count: 3 } }
  - { name: b, path: agents.BANK_B.liquidity_allocation_fraction, range: { from: 0.05, to: 0.5, count: 3 } }
measures: [total_cost, delay_indicator]
`;
const folder = (): string => temporaryDirectory({ 'sweep.yaml': SWEEP, 'scenario.yaml': scenario });

describe('sensitivity', () => {
  it('tells shares of the variance, and stores them with the sweep', async () => {
    const cwd = folder();
    const text = await output(['sensitivity', 'sweep.yaml', '--points', '16', '--save', '--id', 'x', '--db', 'x.duckdb'], {
      cwd,
    });
    expect(text).toMatch(/^Parameter +Alone +In all$/m);
    expect(text).toContain('64 points, 3 days each');
    const rows = await query(
      path.join(cwd, 'x.duckdb'),
      'SELECT statistic, count(*)::INT AS n FROM sweep_sensitivity GROUP BY ALL ORDER BY ALL',
    );
    expect(rows).toEqual([
      { statistic: 'first', n: 4 },
      { statistic: 'total', n: 4 },
    ]);
    const shown = JSON.parse(await output(['sweep', 'show', 'x', '--db', 'x.duckdb', '--json'], { cwd })) as {
      definition: string;
    };
    expect(JSON.parse(shown.definition)).toMatchObject({ design: 'sobol_indices', points: 16 });
  });

  it('tells effects, as text, JSON and CSV', async () => {
    const cwd = folder();
    const args = ['sensitivity', 'sweep.yaml', '--method', 'morris', '--trajectories', '4', '--measure', 'total_cost'];
    expect(await output(args, { cwd })).toMatch(/^Parameter +Mean size +Mean +Spread$/m);
    const { runs, sensitivity } = JSON.parse(await output([...args, '--json'], { cwd })) as {
      runs: number;
      sensitivity: object[];
    };
    expect([runs, sensitivity.length]).toEqual([36, 6]);
    expect(await output([...args, '--csv'], { cwd })).toMatch(
      /^measure,parameter,statistic,value,lower,upper\ntotal_cost,a,mu_star,/,
    );
  });

  it('refuses options of the other method', async () => {
    const { code, stderr } = await simcash(['sensitivity', 'sweep.yaml', '--levels', '4'], { cwd: folder() });
    expect([code, stderr]).toEqual([2, expect.stringContaining('go with --method morris')]);
  });
});

describe('pareto', () => {
  it('names the cells that nothing betters', async () => {
    const cwd = folder();
    const args = ['pareto', 'sweep.yaml', '--measures', 'total_cost,delay_indicator'];
    const { cells } = JSON.parse(await output([...args, '--json'], { cwd })) as { cells: { values: number[]; front: boolean }[] };
    expect(cells).toHaveLength(9);
    expect(cells.some(({ front }) => front)).toBe(true);
    expect(cells.some(({ front }) => !front)).toBe(true);
    const text = await output(args, { cwd });
    expect(text).toMatch(/ front$/m);
    expect(text).toContain('No cell betters one of the front in every measure.');
  });

  it('needs two measures', async () => {
    const { code } = await simcash(['pareto', 'sweep.yaml', '--measures', 'total_cost'], { cwd: folder() });
    expect(code).toBe(2);
  });
});
