import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { output, scenarioFile, simcash, temporaryDirectory } from './support/simcash.js';

/** `simcash db query`: the user's own SQL, for reading only. */

const cwd = temporaryDirectory({ 's.yaml': readFileSync(scenarioFile('rtgs-two-banks'), 'utf8') });
const ask = (sql: string, ...args: string[]): Promise<string> => output(['db', 'query', sql, ...args], { cwd });
beforeAll(() => output(['run', 's.yaml', '--save', '--id', 'x', '-q'], { cwd }));

describe('simcash db query', () => {
  it('prints a table, CSV, JSON, and JSON lines of the same rows', async () => {
    const sql = 'SELECT agent_id AS bank, opening_balance FROM simulation_agents ORDER BY agent_id';
    const rows = JSON.parse(await ask(sql, '--json')) as { bank: string; opening_balance: number }[];
    expect(rows.length).toBeGreaterThan(1);
    expect(
      (await ask(sql, '--jsonl'))
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as object),
    ).toEqual(rows);
    expect(await ask(sql, '--csv')).toBe(
      `bank,opening_balance\n${rows.map(({ bank, opening_balance }) => `${bank},${opening_balance}\n`).join('')}`,
    );
    expect(await ask(sql)).toMatch(new RegExp(`^bank +opening_balance\n${rows[0]!.bank} +${rows[0]!.opening_balance}\n`));
  });

  it('keeps every digit of whole numbers, and nothing of a value that spreadsheets would run', async () => {
    expect(
      await ask('SELECT 18446744073709551615::UBIGINT AS n, 170141183460469231731687303715884105727::HUGEINT AS m', '--jsonl'),
    ).toBe('{"n":18446744073709551615,"m":170141183460469231731687303715884105727}\n');
    expect(await ask("SELECT '=HYPERLINK(1)' AS t, NULL AS nothing, [1, 2] AS list", '--csv')).toBe(
      't,nothing,list\n\'=HYPERLINK(1),,"[1,2]"\n',
    );
  });

  it('reads a query from standard input, and as many rows as are wanted', async () => {
    const { stdout } = await simcash(['db', 'query', '-', '--csv', '--limit', '3'], { cwd, input: 'SELECT * FROM range(5000)' });
    expect(stdout).toBe('range\n0\n1\n2\n');
    const { stderr, stdout: table } = await simcash(['db', 'query', 'SELECT * FROM range(5000)'], { cwd });
    expect(table.trim().split('\n')).toHaveLength(1001);
    expect(stderr).toContain('The first 1000 rows');
    expect((await ask('SELECT * FROM range(5000)', '--jsonl')).trim().split('\n')).toHaveLength(5000);
  });

  it.each([
    ['DELETE FROM simulations', 'read-only'],
    ['CREATE TABLE t (a INTEGER)', 'read-only'],
    ["SELECT * FROM read_text('/etc/passwd')", 'Permission Error'],
    ["COPY (SELECT 1) TO 'stolen.csv'", 'Permission Error'],
    ["ATTACH 'other.duckdb'", 'error'],
    ['SET enable_external_access = true', 'error'],
    ['INSTALL httpfs', 'error'],
    ['SELECT 1; SELECT 2', 'one query is needed, this is 2 statements'],
    ['', 'one query is needed, this is none'],
    ['SELEC 1', 'syntax error'],
    ['SELECT * FROM nowhere', 'nowhere'],
    ["SELECT 1/0 AS x, error('stop')", 'stop'],
  ])('refuses %j as a mistake of the user, and changes nothing', async (sql, message) => {
    const { code, stderr, stdout } = await simcash(['db', 'query', sql], { cwd });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
    expect(stderr).not.toContain('internal error');
    expect(existsSync(path.join(cwd, 'stolen.csv')) || existsSync(path.join(cwd, 'other.duckdb'))).toBe(false);
  });

  it('refuses two forms at once, and a database that is not there', async () => {
    expect((await simcash(['db', 'query', 'SELECT 1', '--csv', '--json'], { cwd })).code).toBe(2);
    expect((await simcash(['db', 'query', 'SELECT 1', '--db', 'nowhere.duckdb'], { cwd })).code).toBe(5);
  });
});
