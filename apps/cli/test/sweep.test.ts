import { existsSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { output, parseLines, simcash } from './support/simcash.js';
import { document, quietly, sweepDirectory } from './support/sweeps.js';

/** `simcash sweep`: many runs of one scenario, measured, stored and shown again. */

const cwd = sweepDirectory();

beforeAll(async () => {
  await quietly(['sweep', 'run', 'caps.yaml', '--id', 'one'], { cwd });
  await output(['sweep', 'run', 'stopping.yaml', '--id', 'two', '-q'], { cwd });
});

describe.concurrent('simcash sweep run', () => {
  it('prints a table for each measure, a row for each cell, and where it is stored', async () => {
    const text = await quietly(['sweep', 'run', 'caps.yaml', '--id', 'a', '--db', 'a.duckdb'], { cwd });
    const [title, ...lines] = text.split('\n');
    expect(title).toBe('caps: 2 cells, 4 replications');
    const rows = lines.filter((line) => /^ *(0|100000) +4 /.test(line));
    expect(rows).toHaveLength(4);
    expect(rows[0]).toMatch(/\d ± [\d,.]+ +baseline$/);
    expect(rows[1]).toMatch(/ ± .* ± /);
    expect(text).toContain('Stored as a in a.duckdb.');
  });

  it('marks differences whose interval leaves out 0, and no others', async () => {
    const text = await output(['sweep', 'report', 'two'], { cwd });
    const { statistics } = await document(['sweep', 'report', 'two'], { cwd });
    const clear = statistics.filter(({ scope, t_lower, t_upper }) => scope === 'difference' && (t_lower > 0 || t_upper < 0));
    expect(text.split('\n').filter((line) => line.trimEnd().endsWith('*'))).toHaveLength(clear.length);
  });

  it('gives one document with --json', async () => {
    const found = await document(['sweep', 'run', 'caps.yaml', '--id', 'b', '--db', 'b.duckdb'], { cwd });
    expect(found).toMatchObject({ schema_version: 1, sweep_id: 'b', replications: 4, stop_reason: 'fixed' });
    expect(found.cells).toEqual([
      { cell: 0, labels: { cap: '0' } },
      { cell: 1, labels: { cap: '100000' } },
    ]);
    expect(found.statistics.map(({ cell, measure, n, scope }) => [measure, cell, scope, n])).toEqual(
      ['total_cost', 'settlement_rate_value'].flatMap((measure) => [
        [measure, 0, 'cell', 4],
        [measure, 1, 'cell', 4],
        [measure, 1, 'difference', 4],
      ]),
    );
  });

  it('gives a line for each run with --jsonl, in order, and the means are those of the lines', async () => {
    const lines = parseLines<{ cell: number; replication: number; seed: string; values: Record<string, number>; error: null }>(
      await quietly(['sweep', 'run', 'caps.yaml', '--jsonl', '--db', 'c.duckdb'], { cwd }),
    );
    expect(lines.map(({ cell, replication }) => [cell, replication])).toEqual(
      [0, 1].flatMap((c) => [0, 1, 2, 3].map((r) => [c, r])),
    );
    expect(lines.slice(0, 4).map(({ seed }) => seed)).toEqual(lines.slice(4).map(({ seed }) => seed));
    const { statistics } = await document(['sweep', 'report', 'one'], { cwd });
    for (const { cell, mean, measure, scope } of statistics) {
      const of = (wanted: number): number[] => lines.filter((line) => line.cell === wanted).map(({ values }) => values[measure]!);
      const values = scope === 'cell' ? of(cell) : of(cell).map((x, r) => x - of(0)[r]!);
      expect(mean).toBeCloseTo(values.reduce((sum, x) => sum + x, 0) / 4, 9);
    }
  });

  it('gives the lines of all cells where precision decides', async () => {
    const { stdout } = await simcash(['sweep', 'run', 'stopping.yaml', '-q', '--jsonl', '--db', 'd.duckdb'], { cwd });
    expect(new Set(parseLines<{ cell: number }>(stdout).map(({ cell }) => cell))).toEqual(new Set([0, 1]));
  });

  it('runs one seed as simcash run does', async () => {
    const [first] = parseLines<{ seed: string; values: Record<string, number> }>(
      await output(['sweep', 'run', 'caps.yaml', '--jsonl', '--db', 'e.duckdb'], { cwd }),
    );
    const { costs } = JSON.parse(await output(['run', 'base.yaml', '--seed', first!.seed, '--json'], { cwd })) as {
      costs: { total_cost: number };
    };
    expect(first!.values.total_cost).toBe(costs.total_cost);
  });

  it('checks everything and writes nothing with --dry-run', async () => {
    const text = await quietly(['sweep', 'run', 'caps.yaml', '--dry-run', '--db', 'f.duckdb'], { cwd });
    expect(text).toMatch(/^caps: 2 cells × 4 replications = 8 runs; about (a second|\d+ seconds) on one core\n/);
    expect(text).toMatch(/cell 0 \(baseline\) +cap 0\n +cell 1 +cap 100000/);
    const dry = await quietly(['sweep', 'run', 'caps.yaml', '--dry-run', '--json', '--db', 'f.duckdb'], { cwd });
    expect(JSON.parse(dry)).toMatchObject({ sweep: 'caps', baseline: 0, replications: 4, runs: 8, at_most: false });
    expect(existsSync(path.join(cwd, 'f.duckdb'))).toBe(false);
  });

  it('says with --dry-run how long it will take, from one run', async () => {
    expect(await output(['sweep', 'run', 'caps.yaml', '--dry-run'], { cwd })).toMatch(/\d m?s\b|second|minute/);
  });

  it('takes replications and master seed from options, too', async () => {
    const seeds = async (...args: string[]): Promise<string[]> =>
      parseLines<{ seed: string }>(
        await output(['sweep', 'run', 'caps.yaml', '--jsonl', '--db', `g${args.length}.duckdb`, ...args], { cwd }),
      ).map(({ seed }) => seed);
    const [own, two, other] = [
      await seeds(),
      await seeds('--replications', '2'),
      await seeds('--seed', '42', '--replications', '2'),
    ];
    expect(two).toEqual([own[0], own[1], own[0], own[1]]);
    expect(other.slice(0, 2)).toEqual(['10163877666574066556', '8596455052417397891']);
  });

  it('takes as many replications as --replications says where the file has a stopping rule', async () => {
    const text = await output(['sweep', 'run', 'stopping.yaml', '--replications', '3', '--dry-run', '--json'], { cwd });
    expect(JSON.parse(text)).toMatchObject({ replications: 3 });
  });

  it('says why it stopped, where precision decides', async () => {
    const { replications, stop_reason } = await document(['sweep', 'run', 'stopping.yaml', '--db', 'h.duckdb'], { cwd });
    expect([replications, stop_reason]).toEqual([10, 'precision']);
  });

  it('refuses an id that is taken, and leaves what is stored as it was', async () => {
    const before = await output(['sweep', 'show', 'one', '--json'], { cwd });
    const { code, stderr, stdout } = await simcash(['sweep', 'run', 'more.yaml', '--id', 'one'], { cwd });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^error: sweep one is stored already in .*simcash\.duckdb: choose another --id\n$/);
    expect(await output(['sweep', 'show', 'one', '--json'], { cwd })).toBe(before);
  });
});
