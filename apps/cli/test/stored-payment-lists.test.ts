import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { execute, query } from './support/database.js';
import { output, simcash, temporaryDirectory } from './support/simcash.js';

const SCENARIO = `simulation: {num_days: 2, ticks_per_day: 4, rng_seed: 1}
agents:
  - {id: NORTH, opening_balance: 5000, policy: {type: Fifo}}
  - {id: SOUTH, opening_balance: 5000, policy: {type: Fifo}}
payments: {file: pay.csv, on_error: skip, amount: {currency: EUR}}
`;
const CSV = `external_ref,tick,sender,receiver,amount
A,1,NORTH,SOUTH,1.00
B,5,SOUTH,NORTH,2.00
C,5,SOUTH,WEST,2.00
`;

const TABLES = ['payment_datasets', 'payment_dataset_rows', 'payment_dataset_rejects'];

interface StoredList {
  dataset_sha256: string;
  num_payments: number;
  num_rejected: number;
  num_runs: number;
}

const lists = async (cwd: string): Promise<StoredList[]> =>
  JSON.parse(await output(['payments', 'list', '--json'], { cwd })) as StoredList[];

/** A folder with a database that has one list, and another list whose name begins with the same nine digits, without runs. */
async function folder(): Promise<{ cwd: string; database: string; name: string; twin: string }> {
  const cwd = temporaryDirectory({ 's.yaml': SCENARIO, 'pay.csv': CSV });
  await output(['run', 's.yaml', '--save', '--id', 'a', '--quiet'], { cwd });
  const database = path.join(cwd, 'simcash.duckdb');
  const [{ dataset_sha256: name }] = (await lists(cwd)) as [StoredList];
  const twin = name.slice(0, 9) + [...name.slice(9)].map((digit) => (digit === '0' ? '1' : '0')).join('');
  const copies = TABLES.map(
    (table) =>
      `INSERT INTO ${table} SELECT * REPLACE ('${twin}' AS dataset_sha256) FROM ${table} WHERE dataset_sha256 = '${name}'`,
  );
  await execute(database, copies.join(';'));
  return { cwd, database, name, twin };
}

let given: Awaited<ReturnType<typeof folder>>;
beforeAll(async () => {
  given = await folder();
});

describe('stored payment lists', () => {
  it('are listed for people and for programs', async () => {
    const { cwd, name, twin } = given;
    const [found, text] = await Promise.all([lists(cwd), output(['payments', 'list'], { cwd })]);
    expect(found.map(({ dataset_sha256, num_runs }) => [dataset_sha256, num_runs]).sort()).toEqual(
      [
        [name, 1],
        [twin, 0],
      ].sort(),
    );
    expect(text).toMatch(new RegExp(`^${name.slice(0, 12)} +2 +3\\.00 +1 +1\\.\\.5 +1 `, 'm'));
    expect(text).toMatch(new RegExp(`^${twin.slice(0, 12)} +2 +3\\.00 +1 +1\\.\\.5 +0 `, 'm'));
  });

  it('are shown by as many digits as it takes', async () => {
    const { cwd, name } = given;
    const [text, json] = await Promise.all([
      output(['payments', 'show', name.slice(0, 10)], { cwd }),
      output(['payments', 'show', name, '--json'], { cwd }),
    ]);
    expect(text).toContain(`Payment list ${name}\n\n  2 payments, 3.00 EUR\n  ticks 1 … 5, 4 a day\n  1 stored run\n`);
    expect(text).toMatch(/^pay\.csv +\d+ +[0-9a-f]{12} +3 +2 +1$/m);
    expect(text).toMatch(/^pay\.csv +3 +4 +receiver +unknown_receiver +WEST$/m);
    expect(JSON.parse(json)).toMatchObject({
      dataset_sha256: name,
      num_payments: 2,
      num_rejected: 1,
      sources: [{ name: 'pay.csv', rows: 3, accepted: 2, rejected: 1 }],
      rejects: [{ source: 0, source_row: 3, line: 4, column_name: 'receiver', code: 'unknown_receiver', value: 'WEST' }],
    });
  });

  it('are neither shown nor deleted by a name that is none, or that of several', async () => {
    const { cwd, name } = given;
    const refused = async (...args: string[]): Promise<unknown[]> => {
      const { code, stderr, stdout } = await simcash(['payments', ...args], { cwd });
      return [code, stdout, stderr.split('\n')[0]];
    };
    // Who deletes needs the database alone.
    const deleted = [await refused('delete', name.slice(0, 9), '--yes'), await refused('delete', "' OR true --", '--yes')];
    const shown = await Promise.all([name.slice(0, 8), name.slice(0, 7), `${name}0`].map((one) => refused('show', one)));
    const several = [4, '', expect.stringContaining('begins the names of 2 payment lists in simcash.duckdb: give more digits')];
    const none = [4, '', expect.stringContaining('not found in simcash.duckdb')];
    expect(deleted).toEqual([several, none]);
    expect(shown).toEqual([several, none, none]);
    expect(await lists(cwd)).toHaveLength(2);
  });

  it('are deleted only when they are meant, and when no run needs them', async () => {
    const { cwd, database, name, twin } = await folder();
    const unasked = await simcash(['payments', 'delete', twin], { cwd, input: 'n\n' });
    expect([unasked.code, unasked.stderr]).toEqual([2, `error: deleting ${twin} needs a confirmation: add --yes\n`]);
    const needed = await simcash(['payments', 'delete', name, '--yes'], { cwd });
    expect([needed.code, needed.stderr]).toEqual([5, expect.stringContaining('delete them first')]);
    expect((await simcash(['payments', 'delete', twin.slice(0, 10), '--yes'], { cwd })).code).toBe(0);
    await output(['db', 'delete', 'a', '--yes'], { cwd });
    expect(await lists(cwd)).toMatchObject([{ dataset_sha256: name, num_runs: 0 }]);
    await output(['payments', 'delete', name, '--yes', '--quiet'], { cwd });
    for (const table of TABLES) expect(await query(database, `SELECT * FROM ${table}`), table).toEqual([]);
    expect(await output(['payments', 'list'], { cwd })).toBe('simcash.duckdb has no payment lists.\n');
  });

  it('are not looked for in a file that is no database', async () => {
    const cwd = temporaryDirectory({ 'x.duckdb': CSV });
    const commands = [['list'], ['delete', '1a2b3c4d', '--yes'], ['export', 'a', '--out', 'x.csv']];
    const done = await Promise.all(commands.map((args) => simcash(['payments', ...args, '--db', 'x.duckdb'], { cwd })));
    for (const { code, stderr } of done) expect([code, stderr]).toEqual([5, 'error: x.duckdb is not a DuckDB database\n']);
    expect(readFileSync(path.join(cwd, 'x.duckdb'), 'utf8')).toBe(CSV);
  });
});

describe('the payments of a stored run', () => {
  it('are written with what became of them', async () => {
    const { cwd } = given;
    const printed = await output(['payments', 'export', 'a', '--out', 'out.csv', '--json'], { cwd });
    expect(JSON.parse(printed)).toEqual({ simulation_id: 'a', file: 'out.csv', payments: 2 });
    const [head, ...rows] = readFileSync(path.join(cwd, 'out.csv'), 'utf8').trimEnd().split('\n');
    const column = (name: string): string[] => rows.map((row) => row.split(',')[head!.split(',').indexOf(name)]!);
    expect(column('external_ref')).toEqual(['A', 'B']);
    expect(column('amount')).toEqual(['100', '200']);
    expect(column('arrival_seq')).toEqual(['1', '2']);
    expect(column('settlement_tick')).toEqual(['1', '5']);
    expect(column('outcome')).toEqual(['settled', 'settled']);
  });

  it('are not written over a file, over the database, or under another kind of name', async () => {
    const { cwd } = given;
    writeFileSync(path.join(cwd, 'there.csv'), 'mine');
    const refused = async (id: string, out: string, ...more: string[]): Promise<unknown[]> => {
      const { code, stderr } = await simcash(['payments', 'export', id, '--out', out, ...more], { cwd });
      return [code, stderr.split('\n')[0]];
    };
    const found = await Promise.all([
      refused('a', 'there.csv'),
      refused('a', 'simcash.duckdb', '--force'),
      refused('nobody', 'there.csv', '--force'),
    ]);
    expect(found).toEqual([
      [2, expect.stringContaining('is there already')],
      [2, expect.stringContaining('expected a .csv or a .parquet')],
      [4, 'error: simulation nobody not found in simcash.duckdb'],
    ]);
    expect(readFileSync(path.join(cwd, 'there.csv'), 'utf8')).toBe('mine');
    expect((await simcash(['payments', 'export', 'a', '--out', 'there.csv', '--force'], { cwd })).code).toBe(0);
    expect(readFileSync(path.join(cwd, 'there.csv'), 'utf8')).toMatch(/^external_ref,tick,/);
  });

  it('of which nothing was kept cannot be written', async () => {
    const { cwd } = given;
    await output(['run', 's.yaml', '--save', '--id', 'little', '--level', 'summary', '--quiet'], { cwd });
    const { code, stderr } = await simcash(['payments', 'export', 'little', '--out', 'little.csv'], { cwd });
    expect([code, stderr]).toEqual([5, expect.stringContaining('stored at level SUMMARY')]);
  });

  describe('that had none', () => {
    beforeAll(async () => {
      const { cwd } = given;
      writeFileSync(path.join(cwd, 'none.yaml'), SCENARIO.replace(/payments.*\n/, ''));
      await output(['run', 'none.yaml', '--save', '--id', 'none', '--quiet'], { cwd });
    });

    it('are a list without rows', async () => {
      const { cwd } = given;
      await output(['payments', 'export', 'none', '--out', 'none.csv'], { cwd });
      expect(readFileSync(path.join(cwd, 'none.csv'), 'utf8')).toMatch(/^external_ref,tick,/);
    });

    it('are a Parquet file without rows', async () => {
      const { cwd } = given;
      const { stderr } = await simcash(['payments', 'export', 'none', '--out', 'none.parquet'], { cwd });
      expect(stderr).not.toContain('internal error');
    });
  });
});
