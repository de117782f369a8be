import { copyFileSync, existsSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { execute } from './support/database.js';
import { output, simcash, type Outcome } from './support/simcash.js';
import { quietly, sweepDirectory, sweepParts, tablesOf } from './support/sweeps.js';

/** Parts of a sweep, put together: the tables of one process (spec 15 §13.1, §13.3). */

const cwd = sweepDirectory();
const at = (file: string): string => path.join(cwd, file);
const PARTS = ['1.duckdb', '2.duckdb', '3.duckdb'];
const merge = (out: string, parts: readonly string[], ...args: string[]): Promise<Outcome> =>
  simcash(['sweep', 'merge', out, ...parts, ...args], { cwd });

let whole: Awaited<ReturnType<typeof tablesOf>>;
let report = '';

beforeAll(async () => {
  await sweepParts(cwd, PARTS);
  await quietly(['sweep', 'run', 'caps.yaml', '-q', '--id', 'whole', '--db', 'whole.duckdb'], { cwd });
  report = await output(['sweep', 'report', 'whole', '--db', 'whole.duckdb'], { cwd });
  whole = await tablesOf(at('whole.duckdb'));
});

describe.concurrent('merging', () => {
  it.each([
    ['in order', PARTS],
    ['in any order', PARTS.toReversed()],
    ['twice', [...PARTS, ...PARTS]],
    ['one with the whole', ['2.duckdb', 'whole.duckdb']],
  ])('%s gives the sweep that one process gives', async (name, parts) => {
    const out = `${name}.duckdb`;
    const { code, stderr, stdout } = await merge(out, parts);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toBe(`${report}\nMerged as p1 in ${out}.\n`.replace('p1', parts.length === 2 ? 'p2' : 'p1'));
    expect(await tablesOf(at(out))).toEqual(whole);
  });

  it('again into the same file changes nothing', async () => {
    await merge('same.duckdb', PARTS);
    const { code } = await merge('same.duckdb', ['2.duckdb', '1.duckdb']);
    expect(code).toBe(0);
    expect(await tablesOf(at('same.duckdb'))).toEqual(whole);
  });

  it('step by step gives the same: what is merged is a part itself', async () => {
    expect((await merge('step-1.duckdb', ['3.duckdb', '1.duckdb'], '--partial', '-q')).code).toBe(0);
    expect((await merge('step-2.duckdb', ['2.duckdb', 'step-1.duckdb'], '-q')).code).toBe(0);
    expect(await tablesOf(at('step-2.duckdb'))).toEqual(whole);
  });

  it('what is not complete is refused, and says what is missing', async () => {
    const { code, stderr } = await merge('incomplete.duckdb', ['1.duckdb', '3.duckdb']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: 3 of 8 runs are missing\n/);
    expect(stderr).toContain('\n  --shard 2/3\n');
    expect(stderr).toContain('--partial');
  });

  it('what is not complete makes no database', async () => {
    await merge('never.duckdb', ['1.duckdb', '3.duckdb']);
    expect(existsSync(at('never.duckdb'))).toBe(false);
  });

  it('what is not complete is stored as running with --partial, and can go on', async () => {
    const { code, stdout } = await merge('partial.duckdb', ['1.duckdb', '3.duckdb'], '--partial');
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'p1: 5 runs in partial.duckdb, 3 are missing\n' });
    expect(await output(['sweep', 'status', 'p1', '--db', 'partial.duckdb'], { cwd })).toBe(
      'p1: running, 5 of 8 runs done, 0 failed\n',
    );
    await quietly(['sweep', 'run', '--resume', 'p1', '--db', 'partial.duckdb'], { cwd });
    expect(await tablesOf(at('partial.duckdb'))).toEqual(whole);
  });

  it('parts of different sweeps is refused, naming both', async () => {
    await output(['sweep', 'run', 'more.yaml', '--shard', '1/2', '-q', '--db', 'other.duckdb'], { cwd });
    const { code, stderr } = await merge('mixed.duckdb', ['1.duckdb', 'other.duckdb']);
    expect(code).toBe(3);
    expect(stderr).toMatch(/^error: 1\.duckdb and other\.duckdb are parts of different sweeps/);
    expect(existsSync(at('mixed.duckdb'))).toBe(false);
  });

  it('parts of another version is refused', async () => {
    copyFileSync(at('1.duckdb'), at('old.duckdb'));
    await execute(at('old.duckdb'), "UPDATE sweeps SET engine_version = '0.0.1'");
    expect((await merge('versions.duckdb', ['2.duckdb', 'old.duckdb'])).code).toBe(3);
    const { code, stderr } = await merge('versions.duckdb', ['old.duckdb']);
    expect(code).toBe(3);
    expect(stderr).toContain('0.0.1');
    expect(existsSync(at('versions.duckdb'))).toBe(false);
  });

  it('a file that is not there is refused', async () => {
    const { code, stderr } = await merge('absent.duckdb', ['1.duckdb', 'nowhere.duckdb']);
    expect(code).toBe(5);
    expect(stderr).toContain('nowhere.duckdb does not exist');
    expect(existsSync(at('absent.duckdb'))).toBe(false);
  });

  it('runs that differ is an alarm: both are kept, and the first one counts', async () => {
    copyFileSync(at('whole.duckdb'), at('forged.duckdb'));
    await execute(
      at('forged.duckdb'),
      "UPDATE sweep_values SET value_cents = value_cents + 1 WHERE cell = 1 AND replication = 2 AND measure = 'total_cost'",
    );
    const { code, stderr } = await merge('conflict.duckdb', ['whole.duckdb', 'forged.duckdb']);
    expect(code).toBe(6);
    expect(stderr).toMatch(/1 runs have different values/);
    expect(stderr).toContain('cell 1, replication 2');
    const { sweep_conflicts: conflicts, ...rest } = await tablesOf(at('conflict.duckdb'));
    expect(conflicts).toMatchObject([{ cell: 1, replication: 2 }]);
    expect(rest).toEqual(Object.fromEntries(Object.entries(whole).filter(([table]) => table !== 'sweep_conflicts')));
  });

  it('goes into a database that has a part already', async () => {
    copyFileSync(at('1.duckdb'), at('mine.duckdb'));
    expect((await merge('mine.duckdb', ['2.duckdb', '3.duckdb'])).code).toBe(0);
    const { sweep_shards: _, ...tables } = await tablesOf(at('mine.duckdb'));
    const { sweep_shards: __, ...expected } = whole;
    expect(tables).toEqual(expected);
  });

  it('gives one document with --json', async () => {
    expect(Object.keys(JSON.parse((await merge('json.duckdb', PARTS, '--json')).stdout) as object).length).toBeGreaterThan(2);
  });

  it('names missing runs as parts that --shard takes', async () => {
    expect((await merge('ranges.duckdb', ['1.duckdb', '3.duckdb'])).stderr).toMatch(/\b2\/3\b/);
  });
});
