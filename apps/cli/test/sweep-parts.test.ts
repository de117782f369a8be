import { copyFileSync, existsSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { execute, query } from './support/database.js';
import { output, parseLines, simcash } from './support/simcash.js';
import { quietly, sweepDirectory, sweepParts, tablesOf } from './support/sweeps.js';

/** Parts of a sweep that run by themselves, each into a file of its own (spec 15 §13.3). */

const cwd = sweepDirectory();
const at = (file: string): string => path.join(cwd, file);
const PARTS = ['1.duckdb', '2.duckdb', '3.duckdb'];

beforeAll(async () => {
  await sweepParts(cwd, PARTS);
});

describe.concurrent('parts of a sweep', () => {
  it('have the jobs whose number leaves their rest', async () => {
    for (const [i, file] of PARTS.entries()) {
      const jobs = await query(at(file), 'SELECT replication * 2 + cell AS j FROM sweep_jobs ORDER BY j');
      expect(jobs.map(({ j }) => Number(j))).toEqual([0, 1, 2, 3, 4, 5, 6, 7].filter((j) => j % 3 === i));
    }
  });

  it('are complete when they say so', async () => {
    expect(await query(at('3.duckdb'), 'SELECT shard, "of", jobs FROM sweep_shards')).toEqual([{ shard: 3, of: 3, jobs: 2 }]);
    expect(JSON.parse(await output(['sweep', 'status', 'p3', '--db', '1.duckdb', '--json'], { cwd }))).toMatchObject({
      status: 'running',
      runs_done: 3,
    });
  });

  it('go on with their file when they are started again', async () => {
    copyFileSync(at('2.duckdb'), at('again.duckdb'));
    await execute(
      at('again.duckdb'),
      'DELETE FROM sweep_shards; DELETE FROM sweep_jobs WHERE replication > 0; DELETE FROM sweep_values WHERE replication > 0',
    );
    const text = await quietly(['sweep', 'run', 'caps.yaml', '--shard', '2/3', '--db', 'again.duckdb'], { cwd });
    expect(text).toMatch(/^p2: shard 2 of 3 is complete, 3 runs in again\.duckdb$/m);
    const [again, first] = [await tablesOf(at('again.duckdb')), await tablesOf(at('2.duckdb'))];
    expect(again).toEqual(first);
  });

  it.each([
    ['Slurm', { SLURM_ARRAY_TASK_ID: '14', SLURM_ARRAY_TASK_MIN: '10', SLURM_ARRAY_TASK_STEP: '2', SLURM_ARRAY_TASK_COUNT: '3' }],
    ['AWS Batch', { AWS_BATCH_JOB_ARRAY_INDEX: '2', AWS_BATCH_JOB_ARRAY_SIZE: '3' }],
    ['Kubernetes', { JOB_COMPLETION_INDEX: '2', SIMCASH_SHARDS: '3' }],
  ])('are told apart by the job array of %s', async (name, env) => {
    const db = `${name.replace(' ', '')}.duckdb`;
    const text = await quietly(['sweep', 'run', 'caps.yaml', '--shard', 'auto', '--db', db], { cwd, env });
    expect(text).toContain('shard 3 of 3 is complete, 2 runs');
    expect((await tablesOf(at(db))).sweep_jobs).toEqual((await tablesOf(at('3.duckdb'))).sweep_jobs);
  });

  it.each([
    [['--shard', '4/3'], {}, /--shard needs k\/n/],
    [['--shard', '0/3'], {}, /--shard needs k\/n/],
    [['--shard', 'first'], {}, /--shard needs k\/n/],
    [['--shard', 'auto'], {}, /looked for SLURM_ARRAY_TASK_ID.*SIMCASH_SHARDS/],
    [['--shard', 'auto'], { JOB_COMPLETION_INDEX: '1' }, /SIMCASH_SHARDS/],
    [['--shard', 'auto'], { SLURM_ARRAY_TASK_ID: '1', SLURM_ARRAY_TASK_COUNT: '3' }, /SLURM_ARRAY_TASK_ID/],
  ])('%j in the environment %j is refused', async (args, env, message) => {
    const { code, stderr } = await simcash(['sweep', 'run', 'caps.yaml', ...args, '--db', 'none.duckdb'], { cwd, env });
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
    expect(existsSync(at('none.duckdb'))).toBe(false);
  });

  it('are none of a sweep whose length precision decides', async () => {
    const { code, stderr } = await simcash(['sweep', 'run', 'stopping.yaml', '--shard', '1/2', '-q'], { cwd });
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error: --shard: stop cannot be used.*give --replications\n$/);
  });

  it('are parts of such a sweep with --replications, as the message says', async () => {
    await output(['sweep', 'run', 'stopping.yaml', '--shard', '1/2', '--replications', '2', '-q', '--db', 's.duckdb'], { cwd });
    const [row] = await query(at('s.duckdb'), 'SELECT count(*)::INTEGER AS runs FROM sweep_jobs');
    expect(row!.runs).toBeGreaterThan(0);
  });

  it('print a line for each of their runs with --jsonl', async () => {
    const text = await output(['sweep', 'run', 'caps.yaml', '--shard', '2/3', '-q', '--jsonl', '--db', 'lines.duckdb'], { cwd });
    expect(parseLines(text)).toHaveLength(3);
  });

  it('print nothing but JSON with --json', async () => {
    const text = await output(['sweep', 'run', 'caps.yaml', '--shard', '2/3', '--json', '--db', 'json.duckdb'], { cwd });
    expect(Object.keys(JSON.parse(text) as object).length).toBeGreaterThan(2);
  });
});
