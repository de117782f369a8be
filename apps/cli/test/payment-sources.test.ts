import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { execute, query } from './support/database.js';
import { scenarioFile, simcash, temporaryDirectory, type Outcome } from './support/simcash.js';

const CSV = `external_ref,time,sender,receiver,amount,priority
A-1,2024-03-27 07:10:00,NORTH,SOUTH,100.50,7
A-2,2024-03-27 09:00:00,SOUTH,NORTH,20.00,
A-3,2024-03-27 17:59:59,NORTH,SOUTH,0.99,2
`;

const HEAD = `simulation: {num_days: 1, rng_seed: 1}
agents:
  - {id: NORTH, opening_balance: 50000, policy: {type: Fifo}}
  - {id: SOUTH, opening_balance: 50000, policy: {type: Fifo}}
clock: {time_zone: Europe/Berlin, tick: 30m, opening: "07:00", closing: "18:00", first_day: 2024-03-27}
`;
const scenario = (payments: string): string => `${HEAD}payments: ${payments}\n`;

describe('the same payments out of a CSV file, a Parquet file, a table, a query, a stored list', () => {
  let cwd = '';
  const run = (file: string, ...args: string[]): Promise<Outcome> => simcash(['run', file, ...args], { cwd });
  let log = '';

  beforeAll(async () => {
    cwd = temporaryDirectory({ 'pay.csv': CSV, 'csv.yaml': scenario('{file: pay.csv}') });
    log = (await run('csv.yaml', '--jsonl', 'events')).stdout;
    await run('csv.yaml', '--save', '--id', 'csv', '--quiet');
    await execute(
      path.join(cwd, 'other.duckdb'),
      `CREATE TABLE pay AS SELECT external_ref, CAST("time" AS TIMESTAMP) AS "time", sender, receiver,
         CAST(amount AS DECIMAL(18, 2)) AS amount, CAST(priority AS INTEGER) AS priority
       FROM (VALUES ('A-1', '2024-03-27 07:10:00', 'NORTH', 'SOUTH', '100.50', '7'), ('A-2', '2024-03-27 09:00:00', 'SOUTH', 'NORTH', '20.00', NULL),
         ('A-3', '2024-03-27 17:59:59', 'NORTH', 'SOUTH', '0.99', '2')) t (external_ref, "time", sender, receiver, amount, priority)`,
    );
    await execute(path.join(cwd, 'other.duckdb'), `COPY pay TO '${path.join(cwd, 'pay.parquet')}'`);
  });

  it.each([
    ['a Parquet file', '{file: pay.parquet}'],
    ['a table', '{database: other.duckdb, table: pay}'],
    ['a query', '{database: other.duckdb, query: "SELECT * FROM pay ORDER BY external_ref"}'],
    [
      'instants and doubles',
      `{database: other.duckdb, query: "SELECT * REPLACE (timezone('Europe/Berlin', time) AS time, amount::DOUBLE AS amount) FROM pay"}`,
    ],
    [
      'a time format for texts beside times as such',
      '{database: other.duckdb, query: "SELECT * REPLACE (amount::DOUBLE AS amount, priority::DOUBLE AS priority) FROM pay", time: {format: "%d.%m.%Y %H:%M"}}',
    ],
    ['numbers, whatever the marks of texts are', "{database: other.duckdb, table: pay, csv: {decimal: ',', delimiter: ';'}}"],
    [
      'blanks around its texts',
      "{database: other.duckdb, query: \"SELECT * REPLACE (' ' || sender AS sender, receiver || ' ' AS receiver) FROM pay\"}",
    ],
    [
      'its names translated',
      '{database: other.duckdb, query: "SELECT upper(sender) AS payer, * EXCLUDE sender FROM pay", columns: {external_ref: external_ref, time: time, sender: payer, receiver: receiver, amount: amount, priority: priority}}',
    ],
  ])('%s gives the same run', async (_, source) => {
    writeFileSync(path.join(cwd, 'other.yaml'), scenario(source));
    const { stderr, stdout } = await run('other.yaml', '--jsonl', 'events');
    expect(stderr).toBe('');
    expect(stdout).toBe(log);
  });

  it.each([
    ["amount: '1e16'::DOUBLE", "'1e16'::DOUBLE AS amount", 'amount_range 3'],
    ['amount: 0.00001', "'1e-5'::DOUBLE AS amount", 'amount_precision 3'],
    ['a sender that is too long', "repeat('x', 65537) AS sender", 'field longer than 65536'],
  ])('%s is refused by the rule for texts', async (_, change, message) => {
    writeFileSync(
      path.join(cwd, 'refused.yaml'),
      scenario(`{database: other.duckdb, query: "SELECT * REPLACE (${change}) FROM pay"}`),
    );
    const { code, stderr } = await run('refused.yaml');
    expect(code).toBe(3);
    expect(stderr).toContain(message);
  });

  it('a list of days of another length is refused', async () => {
    const [list] = JSON.parse((await simcash(['payments', 'list', '--json'], { cwd })).stdout) as { dataset_sha256: string }[];
    writeFileSync(
      path.join(cwd, 'length.yaml'),
      scenario(`{dataset: "${list!.dataset_sha256}"}`).replace('tick: 30m', 'tick: 1h'),
    );
    const { code, stderr } = await run('length.yaml');
    expect(code).toBe(3);
    expect(stderr).toContain('has days of 22 ticks, the scenario of 11');
  });

  it('references of a list that was taken before are known to those behind it', async () => {
    const [list] = JSON.parse((await simcash(['payments', 'list', '--json'], { cwd })).stdout) as { dataset_sha256: string }[];
    writeFileSync(path.join(cwd, 'twice.yaml'), scenario(`[{dataset: "${list!.dataset_sha256}"}, {file: pay.csv}]`));
    const { code, stderr } = await run('twice.yaml');
    expect(code).toBe(3);
    expect(stderr).toContain('duplicate_ref 3');
  });

  it('a list of the database, by the first digits of its name', async () => {
    const [list] = JSON.parse((await simcash(['payments', 'list', '--json'], { cwd })).stdout) as { dataset_sha256: string }[];
    writeFileSync(path.join(cwd, 'list.yaml'), scenario(`{dataset: "${list!.dataset_sha256.slice(0, 10)}"}`));
    const { stderr, stdout } = await run('list.yaml', '--jsonl', 'events');
    expect(stderr).toBe('');
    expect(stdout).toBe(log);
    await run('list.yaml', '--save', '--id', 'list', '--quiet');
    expect(JSON.parse((await simcash(['payments', 'list', '--json'], { cwd })).stdout)).toMatchObject([{ num_runs: 2 }]);
    expect((await simcash(['replay', 'list', '--verify'], { cwd })).code).toBe(0);
  });

  it('a query of a stranger reads nothing but its file', async () => {
    writeFileSync(
      path.join(cwd, 'stranger.yaml'),
      scenario(`{database: other.duckdb, query: "SELECT * FROM read_csv('${path.join(cwd, 'pay.csv')}')"}`),
    );
    const { code, stderr } = await run('stranger.yaml');
    expect(code).toBe(3);
    expect(stderr).toContain('other.duckdb cannot be read');
    expect(stderr).toContain('disabled by configuration');
  });

  it.each([
    ['{file: pay.csv, table: pay}', 'exactly one of file, table, query, run and dataset is needed'],
    ['{database: other.duckdb}', 'exactly one of file, table, query, run and dataset is needed'],
    ['{database: none.duckdb, table: pay}', 'none.duckdb is no file that rows can be read from'],
    ['{database: other.duckdb, table: none}', 'other.duckdb cannot be read'],
    ['{database: pay.csv, table: none}', 'pay.csv cannot be read'],
    [
      '{file: pay.parquet, columns: {amount: betrag, sender: sender, receiver: receiver, time: time}}',
      "pay.parquet has no column 'betrag'",
    ],
    ['{dataset: abc}', 'the first 8 digits'],
    ['{run: csv, columns: {amount: a}}', 'columns'],
  ])('%s is refused', async (source, message) => {
    writeFileSync(path.join(cwd, 'bad.yaml'), scenario(source));
    const { code, stderr } = await run('bad.yaml');
    expect(stderr).toContain(message);
    expect(code).toBe(3);
  });

  it.each([
    ['{dataset: "0000000000"}', 4, 'payment list 0000000000 not found'],
    ['{run: nobody}', 4, 'simulation nobody not found'],
    ['{run: csv, database: none.duckdb}', 5, 'none.duckdb does not exist'],
  ])('%s is not there', async (source, code, message) => {
    writeFileSync(path.join(cwd, 'absent.yaml'), scenario(source));
    const found = await run('absent.yaml');
    expect(found.stderr).toContain(message);
    expect(found.code).toBe(code);
  });
});

describe('shadow replay', () => {
  it('of a run is the run itself, is stored, and is verified', async () => {
    const cwd = temporaryDirectory();
    const first = await simcash(['run', scenarioFile('builtin-policies'), '--jsonl', 'events', '--save', '--id', 'first'], {
      cwd,
    });
    const text = readFileSync(scenarioFile('builtin-policies'), 'utf8');
    writeFileSync(path.join(cwd, 's.yaml'), `${text}\npayments: {run: first, replace_generated: true}\n`);
    const shadow = await simcash(['run', 's.yaml', '--jsonl', 'events', '--save', '--id', 'shadow'], { cwd });
    expect(shadow.code).toBe(0);
    const plain = shadow.stdout.replaceAll(/,"arrival_seq":\d+,"external_ref":"first:T\d+"/g, '');
    expect(plain).toBe(first.stdout);
    expect(plain).not.toBe(shadow.stdout);
    expect((await simcash(['replay', 'shadow', '--verify'], { cwd })).code).toBe(0);
  });

  it('under another design takes the same payments', async () => {
    const cwd = temporaryDirectory({ 'pay.csv': CSV, 'csv.yaml': scenario('{file: pay.csv}') });
    await simcash(['run', 'csv.yaml', '--save', '--id', 'own', '--quiet'], { cwd });
    writeFileSync(path.join(cwd, 'shadow.yaml'), scenario('{run: own}'));
    await simcash(['run', 'shadow.yaml', '--design', 'gridlock', '--save', '--id', 'shadow', '--quiet'], { cwd });
    const rows = await query(
      path.join(cwd, 'simcash.duckdb'),
      "SELECT external_ref FROM v_payments WHERE simulation_id = 'shadow' ORDER BY arrival_seq",
    );
    expect(rows.map(({ external_ref }) => external_ref)).toEqual(['A-1', 'A-2', 'A-3']);
  });

  it('brings payments that events ordered once: the events, or the run', async () => {
    const event =
      '{type: CustomTransactionArrival, from_agent: NORTH, to_agent: SOUTH, amount: 100, schedule: {type: OneTime, tick: 1}}';
    const cwd = temporaryDirectory({ 'pay.csv': CSV, 'csv.yaml': `${scenario('{file: pay.csv}')}scenario_events: [${event}]\n` });
    await simcash(['run', 'csv.yaml', '--save', '--id', 'own', '--quiet'], { cwd });
    const arrivals = async (payments: string, events: string): Promise<number | string> => {
      writeFileSync(path.join(cwd, 'shadow.yaml'), `${scenario(payments)}scenario_events: [${events}]\n`);
      const { code, stderr, stdout } = await simcash(['run', 'shadow.yaml', '--json'], { cwd });
      return code === 0 ? (JSON.parse(stdout) as { metrics: { total_arrivals: number } }).metrics.total_arrivals : stderr;
    };
    expect(await arrivals('{run: own}', event)).toBe(4);
    expect(await arrivals('{run: own, include_scenario: true}', '')).toBe(4);
    expect(await arrivals('{run: own, include_scenario: true}', event)).toContain('orders a payment that run own brings along');
  });

  it('refuses generators beside it, and days of another length', async () => {
    const cwd = temporaryDirectory();
    await simcash(['run', scenarioFile('arrivals-bands'), '--save', '--id', 'first', '--quiet'], { cwd });
    const text = readFileSync(scenarioFile('arrivals-bands'), 'utf8');
    writeFileSync(path.join(cwd, 'a.yaml'), `${text}\npayments: {run: first}\n`);
    const both = await simcash(['run', 'a.yaml'], { cwd });
    expect(both.code).toBe(3);
    expect(both.stderr).toContain('generates payments beside those of run first; replace_generated: true lets them be');
    writeFileSync(path.join(cwd, 'b.yaml'), scenario('{run: first}'));
    const other = await simcash(['run', 'b.yaml'], { cwd });
    expect(other.code).toBe(5);
    expect(other.stderr).toContain('has days of');
  });
});
