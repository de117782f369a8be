import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { output, simcash } from './support/simcash.js';
import { sweepDirectory } from './support/sweeps.js';

/** What `simcash sweep` refuses: one clear error, the right exit code, and nothing written. */

const refused = (rest: string): string => `sweep: s\nbase: base.yaml\n${rest}\n`;
const cwd = sweepDirectory({
  'invalid-cell.yaml': refused('axes: [{name: cap, path: agents.NORTH.unsecured_cap, values: [0, -1]}]'),
  'unknown-key.yaml': refused('colour: red'),
  'unknown-measure.yaml': refused('measures: [weather]'),
  'unknown-path.yaml': refused('axes: [{name: a, path: agents.NORTH.height, values: [1]}]'),
  'unknown-policy.yaml': refused('axes: [{name: a, agent: NORTH, policies: {x: nowhere.json}}]'),
  'unknown-design.yaml': refused('axes: [{name: a, designs: [nowhere]}]'),
  'unknown-base.yaml': 'sweep: s\nbase: nowhere.yaml\n',
  'no-base.yaml': 'sweep: s\n',
  'outside.yaml': 'sweep: s\nbase: ../base.yaml\n',
  'no-yaml.yaml': 'sweep: [\n',
  'zip.yaml': refused('design: zip'),
  'few-seeds.yaml': refused('seeds: [1, 2, 3]\nstop: {measure: total_cost, relative: 0.0001, min: 10}'),
  'same-measure.yaml': refused('measures: [total_cost, total_cost]'),
});

beforeAll(async () => {
  await output(['sweep', 'run', 'caps.yaml', '--id', 'one', '-q'], { cwd });
});

describe.concurrent('a command that cannot be carried out', () => {
  it.each([
    [['run'], 2, /name a sweep file/],
    [['run', 'caps.yaml', '--executor', 'moon'], 2, /--executor/],
    [['run', 'caps.yaml', '--replications', '0'], 2, /--replications needs/],
    [['run', 'caps.yaml', '--seed', '-1'], 2, /--seed needs/],
    [['run', 'caps.yaml', '--workers', 'two'], 2, /--workers needs/],
    [['run', 'caps.yaml', '--retry-failed'], 2, /--retry-failed needs --resume/],
    [['run', 'caps.yaml', '--id', 'x', '--resume', 'one'], 2, /--id is for a new sweep/],
    [['run', 'nowhere.yaml'], 3, /sweep file not found: nowhere\.yaml/],
    [['run', 'no-yaml.yaml'], 3, /no-yaml\.yaml: not valid YAML/],
    [['run', 'no-base.yaml'], 3, /no-base\.yaml: base: is missing/],
    [['run', 'unknown-base.yaml'], 3, /scenario file not found: .*nowhere\.yaml/],
    [['run', 'outside.yaml'], 3, /outside\.yaml: base: .*leads out of the folder/],
    [['run', 'unknown-key.yaml'], 3, /unknown-key\.yaml: .*colour/],
    [['run', 'unknown-measure.yaml'], 3, /unknown-measure\.yaml: measures: unknown measure 'weather'/],
    [['run', 'unknown-path.yaml'], 3, /unknown-path\.yaml: cell 0 \(a 1\): .*height/],
    [['run', 'unknown-policy.yaml'], 3, /nowhere\.json/],
    [['run', 'unknown-design.yaml'], 3, /nowhere/],
    [['run', 'invalid-cell.yaml'], 3, /invalid-cell\.yaml: cell 1 \(cap -1\): agents\[0\]\.unsecured_cap: must be at least 0/],
    [['run', 'invalid-cell.yaml', '--dry-run'], 3, /cell 1 \(cap -1\)/],
    [['report', 'one', '--json', '--csv', '--db-wait', '20'], 2, /exclude each other/],
    [['report', 'one', '--measure', 'weather', '--db-wait', '20'], 2, /unknown measure 'weather'/],
    [['report', 'nobody', '--db-wait', '20'], 4, /sweep nobody not found/],
    [['run', '--resume', 'nobody', '--db-wait', '20'], 4, /sweep nobody not found/],
    [['list', '--db', 'nowhere.duckdb'], 5, /nowhere\.duckdb does not exist/],
    [['fly'], 2, /unknown command 'fly'/],
  ])('%j is refused with code %i', async (args, expected, message) => {
    const isRun = args[0] === 'run' && !args.includes('--resume');
    const db = isRun ? ['--db', 'refused.duckdb'] : [];
    const { code, stderr, stdout } = await simcash(['sweep', ...args, ...db], { cwd });
    expect({ code, stdout }).toEqual({ code: expected, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr.match(/^error: |"error": \{/gm)).toHaveLength(1);
    expect(stderr).not.toContain('internal error');
    expect(existsSync(path.join(cwd, 'refused.duckdb'))).toBe(false);
  });

  it('of a cell with several problems tells each in a line', async () => {
    const axis = `{name: x, values: [{label: bad, set: {agents.NORTH.opening_balance: "x", agents.SOUTH.unsecured_cap: -1}}]}`;
    writeFileSync(path.join(cwd, 'two-problems.yaml'), `sweep: s\nbase: base.yaml\naxes: [${axis}]\n`);
    const { code, stderr } = await simcash(['sweep', 'run', 'two-problems.yaml', '--db', 'two-problems.duckdb'], { cwd });
    expect(code).toBe(3);
    expect(stderr).toMatch(/^error: two-problems\.yaml: cell 0 \(x bad\): .*\n {2}cell 0 \(x bad\): .*\n$/);
  });

  it('is told as a document with --json', async () => {
    const { stderr } = await simcash(['sweep', 'run', 'invalid-cell.yaml', '--json'], { cwd });
    expect(JSON.parse(stderr)).toMatchObject({
      error: { code: 3, message: expect.stringContaining('cell 1 (cap -1)') as unknown },
    });
  });

  it.each(['zip.yaml', 'few-seeds.yaml', 'same-measure.yaml'])('such as %s is no defect of the program', async (file) => {
    const { code, stderr } = await simcash(['sweep', 'run', file, '--db', `${file}.duckdb`], { cwd });
    expect(stderr).not.toContain('internal error');
    expect(code).toBe(3);
  });

  it.each([
    ['sweep', 'delete', 'x'],
    ['sweep', 'run', '--resume', 'x'],
  ])('%s %s %s makes no database', async (...args) => {
    const db = `${args[1]}-makes-none.duckdb`;
    const { code } = await simcash([...args, '--db', db], { cwd });
    expect({ code, made: existsSync(path.join(cwd, db)) }).toEqual({ code: 5, made: false });
  });
});
