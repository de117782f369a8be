import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';

/** Benchmarks are run by people, seldom: here it is only seen that they still run. */
const ROOT = path.resolve(import.meta.dirname, '../..');
const directory = mkdtempSync(path.join(tmpdir(), 'simcash-bench-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
const node = async (...args: string[]): Promise<string> =>
  (await promisify(execFile)(process.execPath, args, { cwd: ROOT })).stdout;

describe('benchmarks', () => {
  it('of the engine measure a scenario and policies', async () => {
    const out = path.join(directory, 'engine.json');
    await node('packages/engine/bench/run.mjs', '--only', '^(bench-gridlock|policies)$', '--runs', '1', '--out', out);
    expect(Object.keys((JSON.parse(readFileSync(out, 'utf8')) as { cases: object }).cases)).toEqual([
      'bench-gridlock',
      'policies',
    ]);
  });

  it('of what people wait for measure commands, and DuckDB alone beside them', async () => {
    const only = ['--only', 'events RUN --tx|two-banks'];
    const text = await node('apps/cli/bench/read.mjs', '--size', 'small', '--runs', '1', ...only);
    expect(text).toMatch(/^events RUN --tx T +0\.6 s( +[\d.]+){6} +[\d.]+ ×$/m);
    expect(text).toMatch(/^run two-banks\.yaml .*×$/m);
  });

  it('of what people wait for tell how reading grows with the log', async () => {
    const text = await node('apps/cli/bench/read.mjs', '--growth', '--size', 'small', '--runs', '1', '--only', 'events RUN --tx');
    expect(text).toMatch(/^CPU seconds by events +[\d,]+ +[\d,]+ /);
    expect(text).toMatch(/^events RUN --tx T( +[\d.]+){2} +-?[\d.]+$/m);
  });

  it('of payment lists load one', async () => {
    expect(await node('packages/payments/bench/load.mjs', '1000')).toMatch(/^999 of 1000 rows/);
  });

  it('of the store hand over the rows of a day', async () => {
    const budgets = path.join(ROOT, 'apps/cli/bench/budgets.mjs');
    const text = await node(
      '--input-type=module',
      '-e',
      `console.log((await (await import('${budgets}')).writeBudgets({ days: 2 })).length)`,
    );
    expect(Number(text)).toBeGreaterThan(5);
  });
});
