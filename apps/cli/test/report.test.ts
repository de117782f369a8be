import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { ComparisonFigures, RunFigures } from '@simcash/pictures';
import { beforeAll, describe, expect, it } from 'vitest';
import { scenarioFile, simcash, temporaryDirectory } from './support/simcash.js';

/** `simcash report`: a stored run as one page. */

const NAME = 'lsm-gridlock-20';
const cwd = temporaryDirectory({
  's.yaml': readFileSync(scenarioFile(NAME), 'utf8'),
  'hostile.yaml': `
simulation: {ticks_per_day: 4, num_days: 1, rng_seed: 1}
agents:
  - {id: '<script>alert(1)</script>', opening_balance: 100}
  - {id: '"&''=HYPERLINK(1)', opening_balance: 100}
scenario_events:
  - {type: CustomTransactionArrival, from_agent: '<script>alert(1)</script>', to_agent: '"&''=HYPERLINK(1)', amount: 60, schedule: {type: OneTime, tick: 1}}
`,
});

const ask = async (...args: string[]): Promise<string> => {
  const { code, stderr, stdout } = await simcash(args, { cwd });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
};

beforeAll(async () => {
  for (const level of ['summary', 'events', 'full'])
    await ask('run', 's.yaml', '-q', '--save', '--id', level, '--level', level, '--db', `${level}.duckdb`);
  await ask('run', 'hostile.yaml', '-q', '--save', '--id', 'hostile', '--db', 'hostile.duckdb');
});

const figuresOf = async (level: string): Promise<RunFigures> =>
  JSON.parse(await ask('report', level, '--db', `${level}.duckdb`, '--json')) as RunFigures;

describe('the report', () => {
  it('has no script, loads nothing from elsewhere, and forbids both', async () => {
    const html = await ask('report', 'events', '--db', 'events.duckdb', '--out', '-');
    expect(html).toContain("default-src 'none'");
    expect(html).not.toMatch(/<script|javascript:|\son\w+=|src=|@import|url\((?!#)/i);
    expect([...html.matchAll(/href="([^"]*)"/g)].every(([, target]) => target!.startsWith('#'))).toBe(true);
  });

  it('is the same, byte for byte, whenever it is made', async () => {
    const twice = await Promise.all([1, 2].map(() => ask('report', 'full', '--db', 'full.duckdb', '--out', '-')));
    expect(twice[0]).toBe(twice[1]);
  });

  it('shows ids as text, whatever they are', async () => {
    const html = await ask('report', 'hostile', '--db', 'hostile.duckdb', '--out', '-');
    expect(html).not.toContain('<script');
    expect(html).toContain('&lt;script>alert(1)&lt;/script>');
  });

  it('has the same figures at every level', async () => {
    const [summary, events, full] = await Promise.all(['summary', 'events', 'full'].map(figuresOf));
    const comparable = ({ head: _, ...rest }: RunFigures): unknown => rest;
    expect(comparable(events!)).toEqual(comparable(full!));
    expect(comparable(summary!)).toEqual(comparable(full!));
  });

  it('adds up: what settled, what costs, what waits are those of the sheet', async () => {
    const { banks, costs, head, offsets, settled, sheet, worstQueue } = await figuresOf('full');
    const total = (lists: readonly (readonly number[])[]): number => lists.flat().reduce((sum, x) => sum + x, 0);
    expect(total(Object.values(settled))).toBe(sheet.system.value_settled);
    for (let t = 0; t < head.ticks; t++)
      expect(Object.values(settled).reduce((sum, list) => sum + list[t]!, 0)).toBe(sheet.profile.value_settled[t]);
    expect(total(Object.values(costs))).toBe(sheet.system.costs.total);
    const { lsm } = sheet.system;
    expect(offsets.reduce((sum, { saved }) => sum + saved, 0)).toBe(
      (lsm.bilateral?.saved ?? 0) + (lsm.multilateral?.saved ?? 0) + (lsm.netted?.saved ?? 0),
    );
    const { tick } = worstQueue!;
    expect(worstQueue!.payments).toBe(sheet.profile.queue1_length[tick]! + sheet.profile.queue2_length[tick]!);
    expect(worstQueue!.value).toBe(sheet.profile.queue1_value[tick]! + sheet.profile.queue2_value[tick]!);
    expect(banks.map(({ bank }) => bank)).toEqual(sheet.banks.map(({ bank }) => bank));
  });

  it('writes a file, and replaces none without being told', async () => {
    await ask('report', 'full', '--db', 'full.duckdb', '-q');
    expect(existsSync(path.join(cwd, 'full.html'))).toBe(true);
    const again = await simcash(['report', 'full', '--db', 'full.duckdb'], { cwd });
    expect(again.code).toBe(2);
    expect(again.stderr).toContain('--force');
    await ask('report', 'full', '--db', 'full.duckdb', '-q', '--force');
    writeFileSync(path.join(cwd, 'x.html'), 'mine');
    const onto = await simcash(['report', 'full', '--db', 'full.duckdb', '--out', 'full.duckdb', '--force'], { cwd });
    expect(onto.code).not.toBe(0);
  });

  it('shows only the sections that are asked for', async () => {
    const html = await ask(
      'report',
      'full',
      '--db',
      'full.duckdb',
      '--out',
      '-',
      '--sections',
      'value,costs',
      '--clock',
      '08:00/5m',
      '--currency',
      'EUR',
    );
    expect([...html.matchAll(/<section id="(\w+)"/g)].map(([, name]) => name)).toEqual(['value', 'costs', 'method']);
    expect(html).toContain('08:00');
    expect(html).toContain('EUR');
  });

  it.each([
    [['report', 'nobody', '--db', 'full.duckdb'], 4, /not found/],
    [['report', 'full', '--db', 'full.duckdb', '--sections', 'weather'], 2, /unknown section/],
    [['report', 'full', '--db', 'full.duckdb', '--clock', 'noon'], 2, /--clock needs/],
  ])('%j is refused', async (args, code, message) => {
    const result = await simcash([...args], { cwd });
    expect(result.code).toBe(code);
    expect(result.stderr).toMatch(message);
  });
});

describe('a comparison', () => {
  beforeAll(async () => {
    await ask('run', 's.yaml', '-q', '--save', '--id', 'other', '--seed', '5', '--db', 'full.duckdb');
    await ask('run', 's.yaml', '-q', '--save', '--id', 'again', '--db', 'full.duckdb');
    await ask(
      'run',
      's.yaml',
      '-q',
      '--save',
      '--id',
      'rich',
      '--set',
      'cost_rates.delay_cost_per_tick_per_cent=0.5',
      '--db',
      'full.duckdb',
    );
  });
  const figures = async (...ids: string[]): Promise<ComparisonFigures> =>
    JSON.parse(await ask('report', ...ids, '--db', 'full.duckdb', '--json')) as ComparisonFigures;

  it('is one page without scripts, the same byte for byte whenever it is made', async () => {
    const html = await ask('report', 'full', 'other', 'rich', '--db', 'full.duckdb', '--out', '-');
    expect(html).not.toMatch(/<script|javascript:|\son\w+=|src=|@import|url\((?!#)/i);
    expect(html).toContain('Comparison of full, other, rich');
    expect(await ask('report', 'full', 'other', 'rich', '--db', 'full.duckdb', '--out', '-')).toBe(html);
  });

  it('has the indicators of each run, and what differs', async () => {
    const { indicators, settings } = await figures('full', 'rich');
    for (const [i, id] of ['full', 'rich'].entries()) {
      const { sheet } = JSON.parse(await ask('report', id, '--db', 'full.duckdb', '--json')) as RunFigures;
      expect(indicators.find(({ name }) => name === 'costs.total')!.values[i]).toBe(sheet.system.costs.total);
      expect(indicators.find(({ name }) => name === 'value_settled')!.values[i]).toBe(sheet.system.value_settled);
    }
    expect(settings.map(({ path: setting }) => setting)).toEqual(['cost_rates.delay_cost_per_tick_per_cent']);
  });

  it('finds nothing between a run and its repetition', async () => {
    const { banks, first_event, pairs, settings } = await figures('full', 'again');
    expect({ banks, first_event, settings }).toEqual({ banks: [], first_event: [null], settings: [] });
    expect(pairs[0]!.outcomes.filter(([text]) => /earlier|later|only/.test(text)).every(([, count]) => count === 0)).toBe(true);
  });

  it('does not pair runs that have other payments', async () => {
    const { first_event, pairs } = await figures('full', 'other');
    expect(pairs[0]!.paired).toBe(0);
    expect(first_event[0]).toMatchObject({ tick: 0 });
  });

  it.each([
    [['full', 'full'], 2, 'a run cannot be compared with itself'],
    [['a', 'b', 'c', 'd', 'e', 'f'], 2, 'at most five runs can be compared, not 6'],
    [['full', 'other', '--sections', 'queues'], 2, '--sections is for the report of one run'],
    [['full', 'nobody'], 4, 'simulation nobody not found'],
  ])('is refused for %j', async (args, expected, message) => {
    const { code, stderr } = await simcash(['report', ...args, '--db', 'full.duckdb', '--out', '-'], { cwd });
    expect(code).toBe(expected);
    expect(stderr).toContain(message);
  });
});
