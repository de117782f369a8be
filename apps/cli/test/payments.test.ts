import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { output, simcash, temporaryDirectory } from './support/simcash.js';

/** Two business days around Easter, one of them short; two rows are not taken. */
const CSV = `external_ref,time,sender,receiver,amount,payment_type,time_critical
A-1,2024-03-28 07:10,NORTH,SOUTH,100.00,customer,yes
=A-2,2024-03-28 07:10,SOUTH,NORTH,250.50,,
A-3,2024-03-28 12:00,NORTH,WEST,1.00,,
A-4,2024-04-02 09:59,NORTH,SOUTH,99.99,bank,no
A-4,2024-04-02 10:59,NORTH,SOUTH,99.99,bank,no
`;

describe('simcash with a payment list', () => {
  const SCENARIO = `simulation: {num_days: 2, rng_seed: 1}
agents:
  - {id: NORTH, opening_balance: 5000, policy: {type: Fifo}}
  - {id: SOUTH, opening_balance: 5000, policy: {type: Fifo}}
clock: {time_zone: Europe/Berlin, tick: 30m, opening: "07:00", closing: "18:00", first_day: 2024-03-28, holidays: [2024-03-29, 2024-04-01]}
payments: {file: april.csv}
`;
  function folder(csv = CSV, text = SCENARIO): string {
    const directory = temporaryDirectory();
    writeFileSync(path.join(directory, 'april.csv'), csv);
    writeFileSync(path.join(directory, 's.yaml'), text);
    return directory;
  }

  it('refuses rows with their lines, and takes none of them', async () => {
    const { code, stderr } = await simcash(['run', 's.yaml'], { cwd: folder() });
    expect(code).toBe(3);
    expect(stderr).toBe(`error: april.csv: 2 of 5 rows rejected
  duplicate_ref 1, unknown_receiver 1
  april.csv:4: row 3: receiver 'WEST' is no bank of the scenario
  april.csv:6: row 5: external_ref 'A-4' was there before; duplicates: keep takes such payments
`);
  });

  it('tells programs every rejection', async () => {
    const { code, stderr } = await simcash(['run', 's.yaml', '--json'], { cwd: folder() });
    expect(code).toBe(3);
    const { error } = JSON.parse(stderr) as { error: { counts: unknown; rejections: { code: string }[] } };
    expect(error.counts).toEqual({ duplicate_ref: 1, unknown_receiver: 1 });
    expect(error.rejections.map(({ code }) => code)).toEqual(['unknown_receiver', 'duplicate_ref']);
  });

  it('checks a list, writes its rejects, and runs what is left when the scenario says so', async () => {
    const cwd = folder();
    const check = await simcash(
      ['payments', 'check', 's.yaml', '--set', 'payments.0.on_error=skip', '--rejects', 'no.csv', '--json'],
      { cwd },
    );
    expect(check.code).toBe(3);
    expect(JSON.parse(check.stdout)).toMatchObject({ rows: 5, accepted: 3, rejected: 2, value: 45_049, ticks_per_day: 22 });
    expect(readFileSync(path.join(cwd, 'no.csv'), 'utf8')).toBe(
      'source,row,line,column,code,value\n0,3,4,receiver,unknown_receiver,WEST\n0,5,6,external_ref,duplicate_ref,A-4\n',
    );
    const done = await simcash(['run', 's.yaml', '--set', 'payments.on_error=skip', '--json'], { cwd });
    expect(done.code).toBe(0);
    expect(done.stderr).toContain('april.csv: 2 of 5 rows left out (duplicate_ref 1, unknown_receiver 1)');
    expect(JSON.parse(done.stdout)).toMatchObject({ metrics: { total_arrivals: 3 } });
  });

  it('takes another file from the command line, wherever it lies', async () => {
    const other = folder('external_ref,time,sender,receiver,amount\nB-1,2024-03-28 08:00,NORTH,SOUTH,1.00\n');
    const { code, stdout } = await simcash(
      ['payments', 'check', 's.yaml', '--payments', path.join(other, 'april.csv'), '--json'],
      {
        cwd: folder(),
      },
    );
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ rows: 1, value: 100, first: '2024-03-28T07:00:00Z' });
  });

  it.each([
    ['a file outside its folder', SCENARIO.replace('april.csv', '../x.csv'), '../x.csv leads out of the folder of the file'],
    ['a file that is not there', SCENARIO.replace('april.csv', 'may.csv'), 'payments file not found'],
    ['a folder', SCENARIO.replace('april.csv', './'), 'is no regular file'],
    [
      'a column that is not there',
      SCENARIO.replace('april.csv', 'april.csv, columns: {amount: Betrag}'),
      "april.csv has no column 'Betrag'",
    ],
    ['a misspelt key', SCENARIO.replace('april.csv', 'april.csv, colums: {}'), 'colums'],
    ['a time zone that nobody knows', SCENARIO.replace('Europe/Berlin', 'Europe/Berlinn'), 'Europe/Berlinn'],
    [
      'a deadline by the clock without one',
      SCENARIO.replace(/clock.*\n/, '')
        .replace('num_days: 2', 'num_days: 2, ticks_per_day: 10')
        .replace(
          'april.csv',
          'april.csv, deadline: {as: time}, columns: {tick: amount, sender: sender, receiver: receiver, amount: amount}',
        ),
      'deadline.as is time: the scenario needs a clock',
    ],
    [
      'times without a clock',
      SCENARIO.replace(/clock.*\n/, '').replace('num_days: 2', 'num_days: 2, ticks_per_day: 10'),
      'the scenario needs a clock',
    ],
  ])('refuses %s with one clear error', async (_, text, message) => {
    const { code, stderr } = await simcash(['run', 's.yaml'], { cwd: folder(CSV, text) });
    expect(stderr).toContain(message);
    expect(stderr).toMatch(/^error: /);
    expect(code).toBe(3);
  });

  it('round trip: the payments of a run are a list that gives the same run', async () => {
    const cwd = folder(
      CSV.replace(/^A-3.*\n/m, '')
        .replace(/^A-4,2024-04-02 10.*\n/m, '')
        .replace('=A-2', 'A-2'),
    );
    expect((await simcash(['run', 's.yaml', '--save', '--id', 'a', '--quiet'], { cwd })).code).toBe(0);
    const exported = await simcash(['payments', 'export', 'a', '--out', 'again.csv'], { cwd });
    expect(exported.stderr).toContain(
      'amounts are cents: a scenario reads the list with payments: {file: again.csv, amount: {unit: minor}, deadline: {as: tick}}',
    );
    expect(exported.code).toBe(0);
    // What it says of its own file is how the file is to be read.
    const profile = await output(['payments', 'profile', 'again.csv'], { cwd });
    expect(profile).toContain('unit: minor');
    expect(profile).not.toContain('settle');
    const text = SCENARIO.replace(/payments.*\n/, `payments: {file: again.csv, amount: {unit: minor}, deadline: {as: tick}}\n`);
    writeFileSync(path.join(cwd, 'again.yaml'), text);
    const [first, second] = await Promise.all(
      ['s.yaml', 'again.yaml'].map((file) => simcash(['run', file, '--jsonl', 'events'], { cwd })),
    );
    expect(second!.stderr).toBe('');
    expect(second!.stdout).toBe(first!.stdout);
  });
});

describe('simcash payments fit and synthesize', () => {
  const SPECIFICATION = `seed: 1
days: 2
ticks_per_day: 22
payments_per_day: 120
banks: {names: [NORTH, SOUTH], sizes: [2, 1]}
amounts: {median: 10000, sigma: 1, tail: {share: 0.05, threshold: 500000, alpha: 1.5}}
`;
  const SCENARIO = `simulation: {num_days: 2, ticks_per_day: 22, rng_seed: 1}
agents:
  - {id: NORTH, opening_balance: 5000000, policy: {type: Fifo}}
  - {id: SOUTH, opening_balance: 5000000, policy: {type: Fifo}}
payments: {file: pay.csv, amount: {unit: minor}}
`;

  it('draw a list, fit it, and give a scenario that runs without the list', async () => {
    const cwd = temporaryDirectory({ 'town.yaml': SPECIFICATION, 's.yaml': SCENARIO });
    const drawn = await simcash(['payments', 'synthesize', 'town.yaml', '--out', 'pay.csv', '--json'], { cwd });
    const { payments } = JSON.parse(drawn.stdout) as { payments: number };
    const fitted = await simcash(['payments', 'fit', 's.yaml', '--buckets', '2', '--out', 'fitted.yaml', '--json'], { cwd });
    expect(fitted.code).toBe(0);
    const { banks, profile } = JSON.parse(fitted.stdout) as { banks: Record<string, { payments: number }>; profile: number[] };
    expect(Object.values(banks).reduce((sum, bank) => sum + bank.payments, 0)).toBe(payments);
    expect(profile).toHaveLength(2);
    const run = await simcash(['run', 'fitted.yaml', '--json'], { cwd });
    expect(run.stderr).toBe('');
    const { metrics } = JSON.parse(run.stdout) as { metrics: { total_arrivals: number } };
    expect(Math.abs(metrics.total_arrivals - payments)).toBeLessThan(6 * Math.sqrt(payments));
    const text = await simcash(['payments', 'fit', 's.yaml'], { cwd });
    expect(text.stdout).toContain('Not modelled: correlation between banks');
  });

  it('fit a scenario whose banks come from a file, and which generates payments of its own', async () => {
    const cwd = temporaryDirectory({
      'pay.csv': 'tick,sender,receiver,amount\n1,NORTH,EAST,5\n2,EAST,NORTH,5\n3,NORTH,EAST,5\n',
      'accounts.csv': 'bank,day,opening_balance\nNORTH,,900\nEAST,,800\nEAST,1,700\n',
      's.yaml': `simulation: {num_days: 2, ticks_per_day: 22, rng_seed: 1}
agents:
  - id: NORTH
    opening_balance: 5
    arrival_config: {rate_per_tick: 9, amount_distribution: {type: Uniform, min: 1, max: 2}, deadline_range: [1, 2]}
accounts: {file: accounts.csv, create_agents: true}
payments: {file: pay.csv}
`,
    });
    // A file that was read is not written over: a kept process remembers one of this name.
    const { code: fit } = await simcash(['payments', 'fit', 's.yaml', '--out', 'fitted.yaml', '-q'], { cwd, alone: true });
    expect(fit).toBe(0);
    const { code, stdout, stderr } = await simcash(['run', 'fitted.yaml', '--json'], { cwd });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const { agents, metrics } = JSON.parse(stdout) as { agents: { id: string }[]; metrics: { total_arrivals: number } };
    expect(agents.map(({ id }) => id).sort()).toEqual(['EAST', 'NORTH']);
    expect(metrics.total_arrivals).toBeLessThan(20);
  });

  it.each([
    [['synthesize', 'town.yaml', '--out', 'pay.txt'], 2, '--out pay.txt: expected a .csv or a .parquet file'],
    [['synthesize', 'none.yaml', '--out', 'pay.csv'], 3, 'specification file not found: none.yaml'],
    [['synthesize', 's.yaml', '--out', 'pay.csv'], 3, 's.yaml'],
    [['fit', 's.yaml', '--buckets', '99'], 2, '--buckets 99: a day has 22 ticks'],
    [['fit', 'town.yaml'], 3, 'town.yaml has no payments'],
    [['show', '1a2b3c4d'], 5, 'database simcash.duckdb does not exist'],
    [['export', 'a', '--out', 'x.csv'], 5, 'database simcash.duckdb does not exist'],
  ])('refuse %j', async (args, code, message) => {
    const pay = 'tick,sender,receiver,amount\n1,NORTH,SOUTH,5\n';
    const cwd = temporaryDirectory({ 'town.yaml': SPECIFICATION, 's.yaml': SCENARIO, 'pay.csv': pay });
    const found = await simcash(['payments', ...args], { cwd });
    expect(found.stderr).toContain(message);
    expect(found.code).toBe(code);
  });
});

describe('accounts and limits from files', () => {
  const SCENARIO = `simulation: {num_days: 2, ticks_per_day: 4, rng_seed: 1}
agents:
  - {id: NORTH, opening_balance: 5000, policy: {type: Fifo}}
  - {id: SOUTH, opening_balance: 5000, policy: {type: Fifo}}
accounts: {file: accounts.csv}
limits: {file: limits.csv}
payments: {file: pay.csv}
`;
  const files = (accounts: string): Record<string, string> => ({
    's.yaml': SCENARIO,
    'accounts.csv': accounts,
    'limits.csv': 'bank,counterparty,limit\nNORTH,SOUTH,1000.00\n',
    'pay.csv': 'tick,sender,receiver,amount\n1,NORTH,SOUTH,5\n5,SOUTH,NORTH,7\n',
  });

  it('are read, checked with the payments, and set on their days', async () => {
    const cwd = temporaryDirectory(files('bank,day,opening_balance\nNORTH,,80.00\nSOUTH,1,12.00\n'));
    const check = await simcash(['payments', 'check', 's.yaml', '--json'], { cwd });
    expect(JSON.parse(check.stdout)).toMatchObject({ accepted: 2, accounts: { accepted: 2 }, limits: { accepted: 1 } });
    const run = await simcash(['run', 's.yaml', '--jsonl', 'events', '--event-type', 'AccountAdjustment'], { cwd });
    expect(run.stderr).toBe('');
    expect(JSON.parse(run.stdout)).toMatchObject({ tick: 4, agent_id: 'SOUTH', balance_after: 1200 });
    expect((await simcash(['run', 's.yaml', '--save', '--id', 'a', '--quiet'], { cwd })).code).toBe(0);
    expect((await simcash(['replay', 'a', '--verify'], { cwd })).code).toBe(0);
  });

  it('are checked row by row beside the payments, all together', async () => {
    const cwd = temporaryDirectory({
      ...files('bank,day,opening_balance\nNORHT,,80.00\nSOUTH,7,1\n'),
      'limits.csv': 'bank,counterparty,limit\nNORTH,SOUTH,x\n',
    });
    const { code, stderr, stdout } = await simcash(['payments', 'check', 's.yaml', '--json', '--rejects', 'r.csv'], { cwd });
    expect(code).toBe(3);
    expect(stderr).toContain('accounts.csv: 2 of 2 rows rejected; limits.csv: 1 of 1 row rejected');
    expect(JSON.parse(stdout)).toMatchObject({
      accepted: 2,
      accounts: { rejected: 2, rejections: [{ code: 'unknown_bank' }, { code: 'day_outside_run' }] },
      limits: { rejected: 1, counts: { amount_format: 1 } },
    });
    expect(
      readFileSync(path.join(cwd, 'r.csv'), 'utf8')
        .split('\n')
        .slice(1, 4)
        .map((line) => line.split(',')[0]),
    ).toEqual(['accounts', 'accounts', 'limits']);
    const alone = temporaryDirectory({
      ...files('bank,day,opening_balance\nNORTH,,80.00\n'),
      's.yaml': SCENARIO.replace(/payments.*\n/, ''),
    });
    const without = await simcash(['payments', 'check', 's.yaml'], { cwd: alone });
    expect([without.code, without.stdout]).toEqual([
      0,
      'accounts   1 row: 1 accepted, 0 rejected\nlimits     1 row: 1 accepted, 0 rejected\n',
    ]);
  });

  it('refuse the scenario for one wrong row', async () => {
    const cwd = temporaryDirectory(files('bank,day,opening_balance\nNORHT,,80.00\n'));
    const { code, stderr } = await simcash(['run', 's.yaml'], { cwd });
    expect(code).toBe(3);
    expect(stderr).toBe(`error: accounts.csv: 1 of 1 row rejected
  unknown_bank 1
  accounts.csv:2: row 1: bank 'NORHT' is no bank of the scenario; did you mean 'NORTH'?
`);
  });
});
