import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { query } from './support/database.js';
import { simcash, type Outcome } from './support/simcash.js';
import { sweepDirectory } from './support/sweeps.js';

/** Tables of sweeps as files, drawings of them, and the views over them (spec 15 §11, §12). */

const GRID = `sweep: grid
base: base.yaml
replications: {count: 4, master_seed: 7}
axes:
  - {name: cap, path: agents.NORTH.unsecured_cap, values: [0, 50_000, 100_000]}
  - {name: order, path: queue1_ordering, values: [fifo, priority_deadline]}
measures: [total_cost, settlement_rate_value]
`;
const cwd = sweepDirectory({ 'grid.yaml': GRID });
const at = (file: string): string => path.join(cwd, file);
const sweep = (...args: string[]): Promise<Outcome> => simcash(['sweep', ...args], { cwd });
const svgOf = async (...args: string[]): Promise<string> => {
  const { code, stderr } = await sweep('chart', 'g', '--out', 'c.svg', '--force', ...args);
  expect([code, stderr]).toEqual([0, expect.stringContaining('c.svg')]);
  return readFileSync(at('c.svg'), 'utf8');
};
const count = (text: string, part: string): number => text.split(part).length - 1;

beforeAll(async () => {
  expect((await sweep('run', 'grid.yaml', '--id', 'g', '-q', '--chart', 'run.svg')).code).toBe(0);
});

describe('simcash sweep export', () => {
  it('writes a row per run and measure, with the labels of its cell', async () => {
    await sweep('export', 'g', '--out', 'v.csv');
    const [head, ...rows] = readFileSync(at('v.csv'), 'utf8').trim().split('\n');
    expect(head).toBe('cell,axis_cap,axis_order,replication,seed,measure,value_cents,value');
    expect(rows).toHaveLength(6 * 4 * 2);
    expect(rows[0]).toMatch(/^0,0,fifo,0,\d+,settlement_rate_value,,[\d.]+$/);
    const [sum] = await query(at('simcash.duckdb'), 'SELECT sum(value_cents)::BIGINT::VARCHAR AS n FROM sweep_values');
    expect(rows.reduce((total, row) => total + Number(row.split(',')[6]), 0)).toBe(Number(sum!.n));
  });

  it.each([
    ['statistics', 6 * 2 + 5 * 2],
    ['jobs', 6 * 4],
    ['cells', 6],
    ['values', 6 * 4 * 2],
  ])('writes %s as Parquet', async (table, rows) => {
    const { code } = await sweep('export', 'g', '--table', table, '--out', `${table}.parquet`);
    expect(code).toBe(0);
    const [found] = await query(at('simcash.duckdb'), `SELECT count(*)::INTEGER AS n FROM '${at(`${table}.parquet`)}'`);
    expect(found!.n).toBe(rows);
  });
});

describe('simcash sweep chart', () => {
  it('draws a band for every series along a number, and names what it draws', async () => {
    const svg = await svgOf('--measure', 'total_cost');
    expect([count(svg, '<polygon'), count(svg, '<circle')]).toEqual([2, 6]);
    for (const text of ['grid: total_cost', 'order fifo', 'order priority_deadline', '>cap<', '100\u202f000'])
      expect(svg.replaceAll(/[\u00a0\u2009]/g, '\u202f')).toContain(text);
    expect(readFileSync(at('run.svg'), 'utf8')).toBe(svg);
  });

  it('draws bars along names, and differences', async () => {
    const svg = await svgOf('--measure', 'settlement_rate_value', '--axis', 'order', '--difference');
    expect([count(svg, '<polygon'), count(svg, '<circle')]).toEqual([0, 6]);
    for (const text of ['difference to the baseline', 'cap 0', 'cap 50000', 'priority_deadline']) expect(svg).toContain(text);
  });

  it('draws two measures against each other', async () => {
    const svg = await svgOf('--measure', 'total_cost', '--against', 'settlement_rate_value');
    expect(svg).toContain('grid: total_cost against settlement_rate_value');
    expect(count(svg, '<circle')).toBeGreaterThan(0);
    expect(svg).toContain('0, fifo');
  });

  it.each([
    [['--measure', 'none', '--out', 'x.svg'], 2, /unknown measure 'none'\n.*total_cost, settlement_rate_value/],
    [['--measure', 'total_cost', '--out', 'x.png'], 2, /--out x\.png: expected an \.svg file/],
    [['--measure', 'total_cost', '--axis', 'none', '--out', 'x.svg'], 2, /unknown axis 'none'\n.*axes are: cap, order/],
    [['--measure', 'total_cost', '--axis', 'cap', '--against', 'total_cost', '--out', 'x.svg'], 2, /exclude each other/],
    [['--measure', 'total_cost', '--out', 'base.yaml.svg/x.svg'], 2, /there is no directory/],
  ])('refuses %j', async (args, code, message) => {
    const found = await sweep('chart', 'g', ...args);
    expect(found.stderr).toMatch(message);
    expect([found.code, existsSync(at('x.svg'))]).toEqual([code, false]);
  });

  it('replaces no file unless it is told to, and none that a sweep reads', async () => {
    writeFileSync(at('mine.svg'), 'mine');
    const found = await sweep('chart', 'g', '--measure', 'total_cost', '--out', 'mine.svg');
    expect([found.code, readFileSync(at('mine.svg'), 'utf8')]).toEqual([2, 'mine']);
    const run = await sweep('run', 'caps.yaml', '--id', 'no', '-q', '--chart', 'mine.svg');
    expect(run.code).toBe(2);
    expect((await sweep('status', 'no')).code).toBe(4);
  });

  it('of a sweep that is not stored is refused', async () => {
    expect((await sweep('chart', 'h', '--measure', 'total_cost', '--out', 'x.svg')).code).toBe(4);
    expect((await sweep('export', 'h', '--out', 'x.csv')).code).toBe(4);
  });
});

describe('the views of sweeps', () => {
  it.each([
    ['v_sweep_statistics', 'cell', ['n', 'n_null', 'mean', 'sd', 'se', 'min', 'max']],
    ['v_sweep_differences', 'difference', ['n', 'n_null', 'mean', 'sd', 'se', 'min', 'max', 'share_below_zero', 'share_zero']],
  ])('%s has the figures of the library', async (view, scope, names) => {
    const rows = await query(
      at('simcash.duckdb'),
      `SELECT ${names.map((name) => `v.${name}::DOUBLE AS v_${name}, s.${name}::DOUBLE AS s_${name}`).join(', ')}
       FROM ${view} v FULL JOIN (SELECT * FROM sweep_statistics WHERE scope = '${scope}') s USING (sweep_id, cell, measure)`,
    );
    expect(rows).toHaveLength(scope === 'cell' ? 12 : 10);
    for (const row of rows)
      for (const name of names) {
        const [own, other] = [row[`v_${name}`] as number | null, row[`s_${name}`] as number | null];
        if (other === null) expect(own).toBeNull();
        else expect(Math.abs(own! - other)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(other)));
      }
  });
});
