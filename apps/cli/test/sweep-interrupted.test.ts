import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { query } from './support/database.js';
import { output, simcash, start, type Outcome } from './support/simcash.js';
import { sweepDirectory, tablesOf } from './support/sweeps.js';

/** Sweeps that were interrupted go on, and end as if nothing had happened (spec 15 §13.2). */

const cwd = sweepDirectory({
  'long.yaml': `sweep: long
base: base.yaml
replications: {count: 600, master_seed: 7}
axes: [{name: cap, path: agents.NORTH.unsecured_cap, values: [0, 100_000]}]
measures: [total_cost, delay_indicator]
statistics: {bootstrap: 10}
`,
});
const at = (file: string): string => path.join(cwd, file);

/** Starts a sweep, and ends it when it has printed its first line. */
async function brokenOff(db: string, signal: NodeJS.Signals, args: readonly string[]): Promise<Outcome> {
  const command = start(['sweep', 'run', ...args, '--executor', 'in-process', '--jsonl', '--db', db], { cwd });
  const beginning = setInterval(() => {
    if (command.written() === '') return;
    clearInterval(beginning);
    command.kill(signal);
  }, 10);
  const outcome = await command.finished;
  clearInterval(beginning);
  return outcome;
}

const done = async (db: string): Promise<number> => Number((await query(at(db), 'SELECT count(*) AS n FROM sweep_jobs'))[0]!.n);

describe.concurrent('a sweep that is interrupted', () => {
  let whole: Awaited<ReturnType<typeof tablesOf>>;

  beforeAll(async () => {
    await output(['sweep', 'run', 'long.yaml', '-q', '--workers', '2', '--executor', 'worker-threads', '--db', 'whole.duckdb'], {
      cwd,
    });
    whole = await tablesOf(at('whole.duckdb'));
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('by %s stores what is done, says how to go on, and ends there', async (signal, expected) => {
    const db = `${signal}.duckdb`;
    const { code, stderr } = await brokenOff(db, signal, ['long.yaml', '--id', 'x']);
    expect(code).toBe(expected);
    expect(stderr).toContain('simcash sweep run --resume x');
    const before = await done(db);
    expect(before).toBeGreaterThan(0);
    expect(before).toBeLessThan(1200);
    expect(await output(['sweep', 'status', 'x', '--db', db], { cwd })).toBe(
      `x: running, ${before} of 1200 runs done, 0 failed\n`,
    );
    await output(['sweep', 'run', '--resume', 'x', '-q', '--db', db], { cwd });
    expect(await tablesOf(at(db))).toEqual(whole);
  });

  it('by its end keeps what was stored, and a file given with --resume must be the same', async () => {
    const db = 'killed.duckdb';
    const { signal } = await brokenOff(db, 'SIGKILL', ['long.yaml', '--id', 'x']);
    expect(signal).toBe('SIGKILL');
    expect(await done(db)).toBeLessThan(1200);
    const { code, stderr } = await simcash(['sweep', 'run', 'caps.yaml', '--resume', 'x', '--db', db], { cwd });
    expect(code).toBe(3);
    expect(stderr).toMatch(/^error: caps\.yaml is another sweep than x/);
    await output(['sweep', 'run', 'long.yaml', '--resume', 'x', '-q', '--workers', '2', '--db', db], { cwd });
    expect(await tablesOf(at(db))).toEqual(whole);
  });
});
