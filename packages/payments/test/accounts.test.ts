import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { accountsSchema, Calendar, clockSchema, limitsSchema, readAccounts, readLimits, resolveTables } from '../src/index.js';

const file = (name: string): Buffer => readFileSync(path.join(import.meta.dirname, 'reference/accounts', name));

/** Three days around Easter, as an independent program resolved them (spec 13 §20). */
const { expected, scenario } = JSON.parse(file('expected.json').toString()) as {
  scenario: { agents: { id: string }[]; business_dates: string[] };
  expected: {
    created_agents: string[];
    by_day: Record<string, Record<string, Record<string, number>>>;
    rejects: { row: number; code: string; column: string; value: string }[];
    limits: unknown[];
  };
};
const clock = clockSchema.parse({
  time_zone: 'Europe/Berlin',
  tick: '1h',
  opening: '07:00',
  closing: '18:00',
  first_day: '2024-03-27',
  holidays: ['2024-03-29', '2024-04-01'],
});
const calendar = new Calendar(clock, 3);
const context = { banks: scenario.agents.map(({ id }) => id), numDays: 3, calendar };
const accounts = (csv: string | Buffer, changes: object = {}) =>
  readAccounts(accountsSchema.parse({ file: 'a.csv', ...changes }), [Buffer.from(csv)], context);

describe('accounts and limits of three days', () => {
  it('are the known ones, with the known rows rejected', () => {
    const { changes, created, report } = accounts(file('accounts.csv'));
    const byDay: typeof expected.by_day = {};
    for (const { bank, day, ...values } of changes) (byDay[day] ??= {})[bank] = values as Record<string, number>;
    expect(byDay).toEqual(expected.by_day);
    expect(created).toEqual(expected.created_agents);
    expect(report.rejections.map(({ code, column, row, value }) => ({ row, code, column, value }))).toEqual(expected.rejects);
    const limits = readLimits(limitsSchema.parse({ file: 'l.csv' }), [file('limits.csv')], context);
    expect(limits.changes).toEqual(expected.limits);
    expect(limits.report.rejected).toBe(0);
  });

  it('of days that there are not are outside the run, and counted by code in order', () => {
    const { report } = accounts(
      'bank,day,opening_balance\nNORTH,-1,1\nNORTH,99999999999,1\nNORTH,1.5,1\nNORTH,x,1\n'.replaceAll(
        'NORTH',
        context.banks[0]!,
      ),
    );
    expect(report.rejections.map(({ code }) => code)).toEqual([
      'day_outside_run',
      'day_outside_run',
      'time_format',
      'time_format',
    ]);
    expect(Object.entries(report.counts)).toEqual([
      ['day_outside_run', 2],
      ['time_format', 2],
    ]);
  });

  it('of later days are in the order of ids, whatever characters these have', () => {
    const banks = ['\u{1f600}', '\uff21'];
    const text = `bank,day,opening_balance\n${banks.map((bank) => `${bank},1,5\n`).join('')}`;
    const { document } = resolveTables(
      {
        simulation: { num_days: 2, ticks_per_day: 4, rng_seed: 1 },
        agents: banks.map((id) => ({ id, opening_balance: 1, policy: { type: 'Fifo' } })),
        accounts: { file: 'a.csv' },
      },
      () => [Buffer.from(text)],
    );
    const { rows } = document.accounts as { rows: { bank: string }[] };
    expect(rows.map(({ bank }) => bank)).toEqual(['\uff21', '\u{1f600}']);
  });

  it('make banks that the scenario does not list, if it says so', () => {
    const { created, report } = accounts(file('accounts.csv'), { create_agents: true });
    expect(created).toEqual(['OAK']);
    expect(report.counts).toEqual({ amount_precision: 1, day_outside_run: 1, duplicate_bank_day: 1 });
  });
});

describe('a row of accounts', () => {
  it.each([
    ['bank,day\n,0\n', 'required', 'bank'],
    ['bank,day\nALDRE,0\n', 'unknown_bank', 'bank'],
    ['bank,day\nALDER,x\n', 'time_format', 'day'],
    ['bank,day\nALDER,3\n', 'day_outside_run', 'day'],
    ['bank,business_date\nALDER,2024-02-30\n', 'time_format', 'business_date'],
    ['bank,unsecured_cap\nALDER,-1\n', 'amount_not_positive', 'unsecured_cap'],
    ['bank,opening_balance\nALDER,-99999999999999999\n', 'amount_range', 'opening_balance'],
    ['bank,opening_balance\nALDER,1e3\n', 'amount_format', 'opening_balance'],
    ['bank,collateral_haircut\nALDER,1.5\n', 'amount_range', 'collateral_haircut'],
    ['bank,collateral_haircut\nALDER,ten\n', 'amount_range', 'collateral_haircut'],
    ['bank,collateral_haircut\nALDER,0x1\n', 'amount_range', 'collateral_haircut'],
    ['bank,collateral_haircut\nALDER,0.1.1\n', 'amount_range', 'collateral_haircut'],
    ['bank,opening_balance\nALDER,1,2\n', 'columns', null],
  ])('%j is rejected', (csv, code, column) => {
    expect(accounts(csv).report.rejections).toMatchObject([{ row: 1, line: 2, code, column }]);
  });

  it('may leave values as they are, and be negative where a balance is', () => {
    const { changes } = accounts('bank,opening_balance,unsecured_cap\nALDER,-5.00,\nBIRCH,,0\n');
    expect(changes).toEqual([
      { day: 0, bank: 'ALDER', opening_balance: -500 },
      { day: 0, bank: 'BIRCH', unsecured_cap: 0 },
    ]);
  });
});
