import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { execute, query } from './support/database.js';
import { output, parseLines, simcash, temporaryDirectory } from './support/simcash.js';
import { quietly, sweepDirectory, tablesOf } from './support/sweeps.js';

/** Sweeps that go on where they were, and those with runs that fail (spec 15 §13.2). */

/** Takes back what was done after the second replication. */
const HALF = `DELETE FROM sweep_jobs WHERE replication > 1; DELETE FROM sweep_values WHERE replication > 1; DELETE FROM sweep_statistics;
  UPDATE sweeps SET status = 'running', used_replications = NULL, stop_reason = NULL, completed_at = NULL`;

const cwd = sweepDirectory();
const at = (file: string): string => path.join(cwd, file);

const done = async (db: string): Promise<number> => Number((await query(at(db), 'SELECT count(*) AS n FROM sweep_jobs'))[0]!.n);

describe.concurrent('a sweep that goes on', () => {
  const half = async (db: string): Promise<void> => {
    await output(['sweep', 'run', 'caps.yaml', '--id', 'x', '-q', '--db', db], { cwd });
    await execute(at(db), HALF);
  };

  it('reads everything from the database: no file is needed', async () => {
    await half('alone.duckdb');
    const elsewhere = sweepDirectory();
    const text = await quietly(['sweep', 'run', '--resume', 'x', '--db', at('alone.duckdb')], { cwd: elsewhere });
    expect(text).toContain('caps: 2 cells, 4 replications');
    expect(await done('alone.duckdb')).toBe(8);
  });

  it('that is complete is told once more', async () => {
    await output(['sweep', 'run', 'caps.yaml', '--id', 'x', '-q', '--db', 'full.duckdb'], { cwd });
    const before = await tablesOf(at('full.duckdb'));
    const text = await quietly(['sweep', 'run', '--resume', 'x', '--db', 'full.duckdb'], { cwd });
    expect(text).toContain('Stored as x in full.duckdb.');
    expect(await tablesOf(at('full.duckdb'))).toEqual(before);
  });

  it('prints a line for each run that it finishes', async () => {
    await half('lines.duckdb');
    expect(parseLines(await output(['sweep', 'run', '--resume', 'x', '--jsonl', '--db', 'lines.duckdb'], { cwd }))).toHaveLength(
      4,
    );
  });

  it('runs nothing with --dry-run', async () => {
    await half('dry.duckdb');
    await output(['sweep', 'run', '--resume', 'x', '--dry-run', '--db', 'dry.duckdb'], { cwd });
    expect(await done('dry.duckdb')).toBe(4);
  });
});

describe.concurrent('a sweep with runs that fail', () => {
  const FAILURE = /^ {2}cell \d, replication \d, seed \d+: MoneyRangeError: /;

  it('goes on with the others, lists them, and ends with code 1', async () => {
    const { code, stderr, stdout } = await simcash(['sweep', 'run', 'failing.yaml', '--id', 'x', '--db', 'failing.duckdb'], {
      cwd,
    });
    expect(code).toBe(1);
    const [error, ...failures] = stderr.trimEnd().split('\n');
    expect(error).toBe(`error: ${failures.length} of 12 runs failed; figures are those of the others`);
    for (const line of failures) expect(line).toMatch(FAILURE);
    expect(stdout).toMatch(new RegExp(`^ +0 +${6 - failures.length / 2} `, 'm'));
    const status = JSON.parse(await output(['sweep', 'status', 'x', '--db', 'failing.duckdb', '--json'], { cwd })) as {
      failures: { error_message: string }[];
    };
    expect(status).toMatchObject({ status: 'completed', runs_done: 12 });
    expect(status.failures).toHaveLength(failures.length);
    for (const { error_message } of status.failures) expect(error_message).toMatch(/^MoneyRangeError: /);
  });

  it('stops after as many failures as --max-failures allows, and can go on', async () => {
    const args = ['--db', 'most.duckdb', '-q'];
    const { code, stderr, stdout } = await simcash(
      ['sweep', 'run', 'failing.yaml', '--id', 'x', '--max-failures', '1', ...args],
      { cwd },
    );
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^error: stopped after \d failed runs\n.*--resume x\n$/);
    expect(await done('most.duckdb')).toBeLessThan(12);
    expect((await simcash(['sweep', 'run', '--resume', 'x', ...args], { cwd })).code).toBe(1);
    await simcash(['sweep', 'run', 'failing.yaml', '--db', 'undisturbed.duckdb'], { cwd });
    expect(await tablesOf(at('most.duckdb'))).toEqual(await tablesOf(at('undisturbed.duckdb')));
  });

  it('tries them once more with --retry-failed, and not without', async () => {
    const args = ['--db', 'retry.duckdb', '-q'];
    await output(['sweep', 'run', 'caps.yaml', '--id', 'x', ...args], { cwd });
    const before = await tablesOf(at('retry.duckdb'));
    await execute(
      at('retry.duckdb'),
      `UPDATE sweep_jobs SET status = 'failed', error_message = 'the machine was full' WHERE cell = 1 AND replication = 2;
       UPDATE sweep_values SET value_cents = NULL, value = NULL WHERE cell = 1 AND replication = 2`,
    );
    const { code, stderr } = await simcash(['sweep', 'run', '--resume', 'x', ...args], { cwd });
    expect(code).toBe(1);
    expect(stderr).toContain('the machine was full');
    expect(await tablesOf(at('retry.duckdb'))).not.toEqual(before);
    await quietly(['sweep', 'run', '--resume', 'x', '--retry-failed', ...args], { cwd });
    expect(await tablesOf(at('retry.duckdb'))).toEqual(before);
  });
});

describe.concurrent('a sweep of payments in a file', () => {
  const scenario = (sample: string): string => `simulation: {num_days: ${sample === '' ? 2 : 1}, ticks_per_day: 4, rng_seed: 1}
agents:
  - {id: NORTH, opening_balance: 5000, policy: {type: Fifo}}
  - {id: SOUTH, opening_balance: 5000, policy: {type: Fifo}}
payments: {file: pay.csv, amount: {currency: EUR}${sample}}
`;
  const csv = `tick,sender,receiver,amount
1,NORTH,SOUTH,80.00
2,SOUTH,NORTH,20.00
5,NORTH,SOUTH,70.00
6,SOUTH,NORTH,10.00
`;
  const sweep = `sweep: listed
base: base.yaml
axes: [{name: cap, path: agents.NORTH.unsecured_cap, values: [0, 100_000]}]
measures: [value_settled]
replications: {count: 4, master_seed: 7}
`;

  /** A folder in which half of the sweep is done. */
  async function half(sample: string): Promise<{ folder: string; whole: unknown; db: string }> {
    const folder = temporaryDirectory({ 'base.yaml': scenario(sample), 'pay.csv': csv, 'sweep.yaml': sweep });
    const db = path.join(folder, 'simcash.duckdb');
    await output(['sweep', 'run', 'sweep.yaml', '--id', 'x', '-q'], { cwd: folder });
    const whole = await tablesOf(db);
    await execute(db, HALF);
    return { folder, whole, db };
  }

  it('goes on without the file: its payments are stored with it', async () => {
    const { db, folder, whole } = await half('');
    for (const file of ['base.yaml', 'pay.csv', 'sweep.yaml']) rmSync(path.join(folder, file));
    await quietly(['sweep', 'run', '--resume', 'x'], { cwd: folder });
    expect(await tablesOf(db)).toEqual(whole);
  });

  it('that are drawn for each run needs its own file', async () => {
    const { db, folder, whole } = await half(', sample: {days: 1}');
    const { code, stderr } = await simcash(['sweep', 'run', '--resume', 'x'], { cwd: folder });
    expect(code).toBe(3);
    expect(stderr).toContain('simcash sweep run FILE --resume ID');
    await output(['sweep', 'run', 'sweep.yaml', '--resume', 'x', '-q'], { cwd: folder });
    expect(await tablesOf(db)).toEqual(whole);
  });

  it('does not go on with other payments', async () => {
    const { folder } = await half('');
    writeFileSync(path.join(folder, 'pay.csv'), csv.replace('80.00', '81.00'));
    const { code, stderr } = await simcash(['sweep', 'run', 'sweep.yaml', '--resume', 'x'], { cwd: folder });
    expect([code, stderr]).toEqual([3, 'error: sweep.yaml is another sweep than x: their scenarios differ\n']);
  });
});
