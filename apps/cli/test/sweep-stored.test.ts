import { beforeAll, describe, expect, it } from 'vitest';
import { output, simcash } from './support/simcash.js';
import { document, quietly, sweepDirectory } from './support/sweeps.js';

/** `simcash sweep list`, `status`, `show`, `report` and `delete`: what is stored of a sweep. */

const cwd = sweepDirectory();

beforeAll(async () => {
  await quietly(['sweep', 'run', 'caps.yaml', '--id', 'one'], { cwd });
  await output(['sweep', 'run', 'stopping.yaml', '--id', 'two', '-q'], { cwd });
});

describe.concurrent('a stored sweep', () => {
  it('is listed, the newest first', async () => {
    const rows = JSON.parse(await output(['sweep', 'list', '--json'], { cwd })) as { sweep_id: string }[];
    expect(rows.map(({ sweep_id }) => sweep_id)).toEqual(['two', 'one']);
    expect(rows[1]).toMatchObject({ status: 'completed', num_cells: 2, used_replications: 4, jobs_done: 8, jobs_failed: 0 });
    expect(await output(['sweep', 'list'], { cwd })).toMatch(/^one +completed +2 +4 +8 +0 +\d{4}-\d\d-\d\d \d\d:\d\d$/m);
  });

  it('says how far it is', async () => {
    expect(await output(['sweep', 'status', 'one'], { cwd })).toBe('one: completed, 8 of 8 runs done, 0 failed\n');
    expect(JSON.parse(await output(['sweep', 'status', 'two', '--json'], { cwd }))).toEqual({
      sweep_id: 'two',
      status: 'completed',
      runs_done: 20,
      runs_planned: 20,
      failures: [],
    });
  });

  it('shows its cells, what each sets, and the figures', async () => {
    const text = await output(['sweep', 'show', 'one'], { cwd });
    expect(text).toMatch(/^0 \(baseline\) +\{"cap":"0"\} +\{"agents\.NORTH\.unsecured_cap":0\}$/m);
    expect(text).toContain('total_cost\n');
    const { cells, statistics } = JSON.parse(await output(['sweep', 'show', 'one', '--json'], { cwd })) as Record<
      string,
      unknown[]
    >;
    expect(cells).toHaveLength(2);
    expect(statistics).toHaveLength(6);
  });

  it('is reported as it was told when it ran', async () => {
    const text = await output(['sweep', 'run', 'caps.yaml', '--id', 'x', '--db', 'x.duckdb'], { cwd });
    const report = await output(['sweep', 'report', 'x', '--db', 'x.duckdb'], { cwd });
    expect(text).toBe(`${report}\nStored as x in x.duckdb.\n`);
  });

  it('is reported as CSV: a row for each cell, measure and scope', async () => {
    const [head, ...rows] = (await output(['sweep', 'report', 'one', '--csv'], { cwd })).trimEnd().split('\n');
    expect(head).toMatch(/^cell,cap,measure,scope,n,mean,sd,se,min,max,t_lower,t_upper,/);
    const { statistics } = await document(['sweep', 'report', 'one'], { cwd });
    expect(rows.map((row) => row.split(',').slice(0, 6))).toEqual(
      statistics.map(({ cell, mean, measure, n, scope }) => [
        String(cell),
        cell === 0 ? '0' : '100000',
        measure,
        scope,
        String(n),
        String(mean),
      ]),
    );
  });

  it('is reported for one measure alone', async () => {
    const text = await output(['sweep', 'report', 'one', '--measure', 'total_cost'], { cwd });
    expect(text).toContain('total_cost');
    expect(text).not.toContain('settlement_rate_value');
    const { statistics } = await document(['sweep', 'report', 'one', '--measure', 'total_cost'], { cwd });
    expect(statistics.map(({ measure }) => measure)).toEqual(['total_cost', 'total_cost', 'total_cost']);
  });

  it('is deleted', async () => {
    await output(['sweep', 'run', 'caps.yaml', '--id', 'gone', '--db', 'gone.duckdb'], { cwd });
    expect(await quietly(['sweep', 'delete', 'gone', '--db', 'gone.duckdb'], { cwd })).toBe('gone: deleted\n');
    for (const command of ['status', 'show', 'report', 'delete']) {
      const { code, stderr } = await simcash(['sweep', command, 'gone', '--db', 'gone.duckdb'], { cwd });
      expect({ code, stderr }).toEqual({ code: 4, stderr: 'error: sweep gone not found in gone.duckdb\n' });
    }
    await output(['sweep', 'run', 'caps.yaml', '--id', 'gone', '--db', 'gone.duckdb'], { cwd });
  });
});
