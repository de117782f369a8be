import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { query } from '../../apps/cli/test/support/database.js';
import { REPOSITORY, simcash, temporaryDirectory } from '../../apps/cli/test/support/simcash.js';

/** Analysts read our files with programs that are not ours. SIMCASH_PYTHON names another Python than python3. */

const PYTHON = process.env.SIMCASH_PYTHON ?? 'python3';
const hasLibraries = spawnSync(PYTHON, ['-c', 'import duckdb, pandas, polars, pyarrow']).status === 0;
const hasShell = spawnSync('duckdb', ['--version']).status === 0;
if (!hasLibraries) console.warn('Python reads a run (skipped: duckdb, pandas, polars and pyarrow are not installed)');
if (!hasShell) console.warn('The DuckDB shell reads a run (skipped: no duckdb in PATH)');

const cwd = temporaryDirectory();
const databaseFile = path.join(cwd, 'simcash.duckdb');

beforeAll(async () => {
  await simcash(['run', path.join(REPOSITORY, 'docs/examples/scenarios/six-banks.yaml'), '--save', '--id', 'six', '-q'], { cwd });
  const exported = await simcash(['db', 'export', 'six', '--out', 'six-parquet'], { cwd });
  expect(exported.code).toBe(0);
});

it.skipIf(!hasLibraries)('pandas and polars read a run and its export, cent by cent', async () => {
  const script = path.join(REPOSITORY, 'docs/examples/python/read_runs.py');
  const { status, stderr, stdout } = spawnSync(PYTHON, [script, 'simcash.duckdb', 'six-parquet', 'six'], {
    cwd,
    encoding: 'utf8',
  });
  expect([status, stderr]).toEqual([0, '']);
  const banks = await query(databaseFile, 'SELECT * FROM v_bank_runs ORDER BY agent_id');
  const most = await query(
    databaseFile,
    `SELECT receiver_id, count(*) AS n, sum(amount)::BIGINT AS cents FROM transactions WHERE status = 'settled'
     GROUP BY ALL ORDER BY cents DESC LIMIT 3`,
  );
  const [first, second] = stdout.split('\n\nreceived most\n').map((text) =>
    text
      .trim()
      .split('\n')
      .map((row) => row.split(/\s+/)),
  );
  expect(first!.slice(1)).toEqual(
    banks.map((bank) => [bank.agent_id, bank.value_due, bank.value_sent, (bank.delay_indicator as number).toFixed(4)]),
  );
  expect(second).toEqual(most.map(({ cents, n, receiver_id }) => [receiver_id, n, cents]));
});

it.skipIf(!hasShell)('the DuckDB shell reads a run', async () => {
  const sql = 'SELECT count(*) AS n FROM v_payments';
  const { stdout } = spawnSync('duckdb', ['-readonly', '-json', 'simcash.duckdb', sql], { cwd, encoding: 'utf8' });
  expect((JSON.parse(stdout) as { n: number }[])[0]!.n).toBe(Number((await query(databaseFile, sql))[0]!.n));
});
