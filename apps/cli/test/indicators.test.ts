import { existsSync } from 'node:fs';
import path from 'node:path';
import type { IndicatorSheet } from '@simcash/indicators';
import { openRun, readSheet, storedIndicators } from '@simcash/runs';
import { beforeAll, describe, expect, it } from 'vitest';
import { query } from './support/database.js';
import { simcash } from './support/simcash.js';
import { Asker, asking, directoryWithRuns, reference } from './support/stored-runs.js';

/** `simcash indicators`: the sheets of stored runs as text, JSON, CSV and Parquet. */

let cwd: string;
let sheets: Record<'full' | 'part' | 'summary', IndicatorSheet>;
beforeAll(async () => {
  const scenario = reference('mixed-five-days');
  cwd = await directoryWithRuns({
    full: { scenario },
    events: { scenario, level: 'EVENTS' },
    summary: { scenario, level: 'SUMMARY' },
    part: { scenario, untilTick: 30 },
    failed: { scenario: reference('error-divide-by-zero'), fails: true },
  });
  const sheet = (id: string): Promise<IndicatorSheet> =>
    asking(cwd, async (database) => readSheet(await storedIndicators(database, await openRun(database, id))));
  sheets = { full: await sheet('full'), part: await sheet('part'), summary: await sheet('summary') };
});

const command = new Asker(() => cwd);
const indicators = (...args: string[]): Promise<string> => command.output('indicators', ...args);
const document = async (...args: string[]): Promise<({ simulation_id: string } & IndicatorSheet)[]> =>
  (await command.json<{ runs: ({ simulation_id: string } & IndicatorSheet)[] }>('indicators', ...args)).runs;

const lines = (text: string): string[] => text.trimEnd().split('\n');

describe.concurrent('banks and days', () => {
  it.each([
    [['--by', 'bank', '--day', '1'], /--day selects rows: give --by day, /],
    [['--by', 'hour', '--bank', 'BANK'], /--bank selects rows: give --by bank, /],
    [['--bank', 'BANK'], /--bank selects rows/],
    [['--day', '1'], /--day selects rows/],
    [['--by', 'day', '--day', '5'], /--day 5: the days of full are 0 to 4/],
  ])('that a table has not are refused: %j', async (args, message) => {
    const bank = sheets.full.banks[0]!.bank;
    const { code, stderr } = await simcash(['indicators', 'full', ...args.map((arg) => (arg === 'BANK' ? bank : arg))], { cwd });
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });
});

describe.concurrent('the JSON of stored runs', () => {
  it('is the sheet that the library gives, the same at every level of storage', async () => {
    const { code, stderr, stdout } = await simcash(['indicators', 'full', 'events', 'summary', '--json'], { cwd });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const runs = ['full', 'events', 'summary'].map((simulation_id) => ({ simulation_id, ...sheets.full }));
    expect(JSON.parse(stdout)).toEqual({ schema_version: 1, runs });
    expect(sheets.summary).toEqual(sheets.full);
  });

  it('has only the sections asked for, in their order, and only rows of a bank and a day', async () => {
    const runs = await document('full', '--section', 'bank_days', 'banks', '--bank', 'ESHER', '--day', '2');
    expect(Object.keys(runs[0]!)).toEqual(['simulation_id', 'banks', 'bank_days']);
    expect(runs[0]!.banks.map(({ bank }) => bank)).toEqual(['ESHER']);
    expect(runs[0]!.bank_days.map(({ bank, day }) => [bank, day])).toEqual([['ESHER', 2]]);
  });

  it('of a run that failed or stopped is about the ticks that it has, and says so unless told to be quiet', async () => {
    const line = ['indicators', 'failed', 'part', '--section', 'system', '--json'];
    const [loud, quiet] = await Promise.all([command.ask(line), command.ask([...line, '--quiet'])]);
    const { runs } = JSON.parse(loud.stdout) as { runs: IndicatorSheet[] };
    expect(runs.map(({ system }) => system.ticks)).toEqual([5, 30]);
    expect(loud.stderr).toBe('failed is failed: its indicators are those of 5 ticks\n');
    expect(quiet).toMatchObject({ code: 0, stdout: loud.stdout, stderr: '' });
  });
});

describe.concurrent('the text', () => {
  it('has a subject per line, money in units and shares in percent', async () => {
    const text = await indicators('summary');
    expect(lines(text)[0]).toBe('summary · 6 banks · 5 days of 12 ticks · completed');
    const { payments_due, settlement_rate_count } = sheets.full.system;
    expect(text).toContain(`payments due ${payments_due} · 22,193.26`);
    expect(text).toContain(`(${(settlement_rate_count! * 100).toFixed(2)} %)`);
    expect(text.match(/^[A-Z]\w+/gm)).toEqual([
      ...['Volume', 'Unsettled', 'Delay', 'Deadlines', 'Liquidity', 'Timing', 'Queues', 'Mechanisms', 'Funding', 'Costs'],
      ...['Concentration', 'Network'],
    ]);
  });

  it('by bank ends with the system, unless it is of one bank', async () => {
    const first = (text: string): string[] => lines(text.split('\n\n')[0]!).map((line) => line.split(' ')[0]!);
    expect(first(await indicators('full', '--by', 'bank'))).toEqual([
      ...['Bank', 'ARDEN', 'BEXLEY', 'COLNE', 'DUNMOW', 'ESHER', 'FORDHAM', 'System'],
    ]);
    expect(first(await indicators('full', '--by', 'bank', '--bank', 'COLNE'))).toEqual(['Bank', 'COLNE']);
  });

  it('of the monitoring tools says which are not in the data', async () => {
    const text = await indicators('full', '--section', 'bcbs248');
    expect(text.match(/^\w+$/gm)).toEqual(['ARDEN', 'BEXLEY', 'COLNE', 'DUNMOW', 'ESHER', 'FORDHAM']);
    expect(text.match(/not in the data/g)).toHaveLength(6 * 3);
  });

  it('of the monitoring tools is only about the bank asked for', async () => {
    const text = await indicators('full', '--section', 'bcbs248', '--bank', 'ESHER');
    expect(text.match(/^\w+$/gm)).toEqual(['ESHER']);
  });

  it('has only the section asked for', async () => {
    expect(await indicators('full', '--section', 'network')).not.toContain('Costs');
  });
});

describe.concurrent('rows', () => {
  it('as CSV have a line per run and key, with the numbers of the JSON', async () => {
    const [head, ...rows] = lines(await indicators('full', 'part', '--by', 'day', '--csv')).map((line) => line.split(','));
    const days = (['full', 'part'] as const).flatMap((simulation_id) =>
      sheets[simulation_id].days.map((day) => ({ simulation_id, ...day })),
    );
    expect(days).toHaveLength(5 + 3);
    expect(head).toEqual(Object.keys(days[0]!));
    expect(rows).toEqual(days.map((day) => Object.values(day).map((value) => String(value ?? ''))));
  });

  it('in Parquet are those of the CSV', async () => {
    const file = path.join(cwd, 'rows.parquet');
    const csv = lines(await indicators('full', '--by', 'bank,day', '--csv', '--parquet', file));
    const rows = await query(path.join(cwd, 'simcash.duckdb'), `SELECT * FROM '${file}'`);
    expect(rows).toHaveLength(6 * 5);
    expect(Object.keys(rows[0]!)).toEqual(csv[0]!.split(','));
    expect(rows.map(({ bank, day }) => `full,${String(bank)},${String(day)}`)).toEqual(
      csv.slice(1).map((line) => line.split(',').slice(0, 3).join(',')),
    );
    const again = await command.ask(['indicators', 'full', '--by', 'bank', '--parquet', file]);
    expect([again.code, again.stderr]).toEqual([
      ...[2, `error: --parquet ${file} is there already: name another file, or replace it with --force\n`],
    ]);
  });

  it('are written to Parquet also beside JSON', async () => {
    const file = path.join(cwd, 'beside.parquet');
    await document('full', '--by', 'bank', '--parquet', file);
    expect(existsSync(file)).toBe(true);
  });

  it('by part of the day add up to the day, and the share settled comes to 1', async () => {
    const [head, ...rows] = lines(await indicators('full', '--by', 'part', '--day', '1', '--csv')).map((line) => line.split(','));
    const column = (name: string): number[] => rows.map((row) => Number(row[head!.indexOf(name)]));
    const day = sheets.full.days[1]!;
    expect(column('part')).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    for (const name of ['payments_due', 'value_due', 'legs_settled', 'value_settled'] as const)
      expect([name, column(name).reduce((a, b) => a + b, 0)]).toEqual([name, day[name]]);
    expect(column('share_cum').at(-1)).toBe(1);
    expect(column('unsettled_value').at(-1)).toBe(day.unsettled_value_eod);
  });
});

describe.concurrent('indicators are refused', () => {
  const choices = (what: string, value: string, first: string): string =>
    `option '${what}' argument '${value}' is invalid. Allowed choices are ${first}, `;
  it.each<[line: string, code: number, message: string]>([
    ['indicators nobody', 4, 'simulation nobody not found in simcash.duckdb'],
    ['indicators full nobody --csv', 4, 'simulation nobody not found in simcash.duckdb'],
    ['indicators full --by bank --bank NOBODY', 2, "unknown bank 'NOBODY'"],
    [
      'indicators full --by hour',
      2,
      '--by hour needs a scenario with a clock, and full has none: take --by tick, or --by part for tenths',
    ],
    ['indicators full --by month', 2, choices('--by <what>', 'month', 'bank')],
    ['indicators full --section delay', 2, choices('--section <name...>', 'delay', 'system')],
    ['indicators full --day -1', 2, "--day needs a whole number of at least 0, got '-1'"],
    ['indicators full --tick 3', 2, "unknown option '--tick'"],
    ['indicators full --db none.duckdb', 5, 'database none.duckdb does not exist'],
    ['indicators', 2, "missing required argument 'run'"],
  ])('%s', (line, code, message) => command.refuses(line, code, message));
});
