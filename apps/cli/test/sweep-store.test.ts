import { copyFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { execute, query, rowDifferences, type Row } from './support/database.js';
import { output, simcash } from './support/simcash.js';
import { quietly, sweepDirectory, tablesOf } from './support/sweeps.js';

/** `simcash sweep run` with `store`: single runs are kept, measured by SQL, and are what any other run is (spec 15 §8, §11). */

const sweep = (rest: string): string => `sweep: kept
axes: [{name: cap, path: agents.NORTH.unsecured_cap, values: [0, 100_000]}]
replications: {count: 2, master_seed: 7}
${rest}
`;
const QUERIES = `measures:
  - total_cost
  - settlement_rate_value
  - {name: cost, money: true, sql: "SELECT total_cost_cents FROM simulations WHERE simulation_id = $run"}
  - {name: rate, sql: "SELECT settlement_rate_value FROM v_system_runs WHERE simulation_id = $run"}`;
const asking = (sql: string): string => sweep(`base: base.yaml\nstore: full\nmeasures: [{name: mine, sql: "${sql}"}]`);

const cwd = sweepDirectory({
  'kept.yaml': sweep(`base: base.yaml\nstore: full\n${QUERIES}`),
  'plain.yaml': sweep('base: base.yaml\nmeasures: [total_cost, settlement_rate_value]'),
  'of-run.yaml': sweep('base_run: mine\nmeasures: [total_cost, settlement_rate_value]'),
  'both.yaml': sweep('base_run: mine\nbase: base.yaml'),
  'writing.yaml': asking('DELETE FROM simulations'),
  'reading.yaml': asking("SELECT length(content) FROM read_text('base.yaml') WHERE $run = ''"),
  'two.yaml': asking('SELECT 1; SELECT 2'),
  'unstored.yaml': sweep('base: base.yaml\nmeasures: [{name: mine, sql: "SELECT 1"}]'),
});
const at = (file: string): string => path.join(cwd, file);
const runs = async (db: string): Promise<unknown[]> =>
  (await query(at(db), 'SELECT simulation_id AS id FROM simulations ORDER BY id')).map(({ id }) => id);

const ALL = [0, 1].flatMap((cell) => [0, 1].map((r) => `kept-c000${cell}-r00000${r}`));

beforeAll(async () => {
  await quietly(['sweep', 'run', 'kept.yaml', '--id', 'kept', '--db', 'kept.duckdb', '-q'], { cwd });
  await quietly(['sweep', 'run', 'plain.yaml', '--db', 'plain.duckdb', '-q'], { cwd });
});

describe('a sweep whose runs are stored', () => {
  it('has every run under its name, with the sweep beside it', async () => {
    expect(await runs('kept.duckdb')).toEqual(ALL);
    const jobs = await query(
      at('kept.duckdb'),
      `SELECT j.simulation_id AS id FROM sweep_jobs j JOIN simulations s USING (simulation_id)
       WHERE s.sweep_id = j.sweep_id AND sweep_cell = cell AND sweep_replication = replication AND rng_seed = j.seed
         AND s.event_count = j.event_count AND run_purpose = 'sweep' AND persistence_level = 'FULL' ORDER BY id`,
    );
    expect(jobs.map(({ id }) => id)).toEqual(ALL);
  });

  it('has runs that are verified by executing them again', async () => {
    const text = await output(['replay', 'kept-c0001-r000001', '--verify', '--db', 'kept.duckdb'], { cwd });
    expect(text).toMatch(/^kept-c0001-r000001: \d+ events of 10 ticks are what executing the stored configuration gives\n$/);
    expect(await output(['db', 'verify', 'kept-c0001-r000001', '--db', 'kept.duckdb'], { cwd })).toContain('all rows add up');
  });

  it('measures by SQL what the sheet says', async () => {
    const rows = await query(
      at('kept.duckdb'),
      `SELECT measure, list(coalesce(value_cents::DOUBLE, value) ORDER BY cell, replication) AS found, count(value_cents) AS money
       FROM sweep_values GROUP BY measure`,
    );
    const of = (name: string) => rows.find(({ measure }) => measure === name)!;
    expect(of('cost')).toEqual({ ...of('total_cost'), measure: 'cost' });
    expect(of('rate')).toEqual({ ...of('settlement_rate_value'), measure: 'rate' });
    expect(of('rate').money).toBe('0');
    expect(new Set(of('rate').found as number[]).size).toBeGreaterThan(1);
  });

  it('finds what it finds without a store, and goes on where it was', async () => {
    const values = (db: string): Promise<Row[]> =>
      query(at(db), "SELECT * EXCLUDE sweep_id FROM sweep_values WHERE measure NOT IN ('cost', 'rate') ORDER BY ALL");
    expect(await values('kept.duckdb')).toEqual(await values('plain.duckdb'));
    copyFileSync(at('kept.duckdb'), at('again.duckdb'));
    // One run lost its result, another one is not there at all.
    await execute(
      at('again.duckdb'),
      `DELETE FROM sweep_jobs WHERE cell = 1; DELETE FROM sweep_values WHERE cell = 1; DELETE FROM sweep_statistics;
       UPDATE sweeps SET status = 'running', used_replications = NULL, stop_reason = NULL, completed_at = NULL`,
    );
    await quietly(['db', 'delete', 'kept-c0001-r000001', '--yes', '-q', '--db', 'again.duckdb'], { cwd });
    await quietly(['sweep', 'run', '--resume', 'kept', '--db', 'again.duckdb', '-q'], { cwd });
    expect(await runs('again.duckdb')).toEqual(ALL);
    expect(await tablesOf(at('again.duckdb'))).toEqual(await tablesOf(at('kept.duckdb')));
    expect(await rowDifferences(at('again.duckdb'), at('kept.duckdb'), ALL[3]!)).toEqual({});
  });

  it('is put together from parts that have the same id, with its runs, once', async () => {
    const part = (k: number, id: string): Promise<string> =>
      quietly(['sweep', 'run', 'kept.yaml', '--shard', `${k}/2`, '--id', id, '--db', `${id}-${k}.duckdb`, '-q'], { cwd });
    await Promise.all([part(1, 'kept'), part(2, 'kept')]);
    for (const parts of [['kept-2.duckdb', 'kept-1.duckdb'], ['kept-1.duckdb']])
      await quietly(['sweep', 'merge', 'merged.duckdb', ...parts, '-q'], { cwd });
    expect(await tablesOf(at('merged.duckdb'))).toEqual(await tablesOf(at('kept.duckdb')));
    expect(await rowDifferences(at('merged.duckdb'), at('kept.duckdb'), ALL[3]!)).toEqual({});
    expect(await runs('merged.duckdb')).toEqual(ALL);
    copyFileSync(at('kept-2.duckdb'), at('other-2.duckdb'));
    await execute(at('other-2.duckdb'), "UPDATE sweeps SET sweep_id = 'other'; UPDATE sweep_shards SET sweep_id = 'other'");
    const { code, stderr } = await simcash(['sweep', 'merge', 'mixed.duckdb', 'kept-1.duckdb', 'other-2.duckdb'], { cwd });
    expect({ code, stderr }).toEqual({
      code: 3,
      stderr:
        'error: the sweep is kept in kept-1.duckdb and other in other-2.duckdb, and their runs are named after it\n  start all parts with the same --id\n',
    });
  });

  it('takes its runs along when it is deleted; a run that is deleted leaves its figures', async () => {
    copyFileSync(at('kept.duckdb'), at('gone.duckdb'));
    await quietly(['db', 'delete', ALL[0]!, '--yes', '-q', '--db', 'gone.duckdb'], { cwd });
    const left = await query(at('gone.duckdb'), 'SELECT count(*) AS jobs, count(simulation_id) AS runs FROM sweep_jobs');
    expect(left).toEqual([{ jobs: '4', runs: '3' }]);
    await quietly(['sweep', 'delete', 'kept', '-q', '--db', 'gone.duckdb'], { cwd });
    expect(await runs('gone.duckdb')).toEqual([]);
  });
});

describe('a sweep of a stored run', () => {
  it('is the sweep of the file that the run was made of', async () => {
    await output(['run', 'base.yaml', '--save', '--id', 'mine', '-q', '--db', 'of-run.duckdb'], { cwd });
    await quietly(['sweep', 'run', 'of-run.yaml', '--db', 'of-run.duckdb', '-q'], { cwd });
    const of = async (db: string) => {
      const { sweep_cells, sweep_jobs, sweep_statistics, sweep_values } = await tablesOf(at(db));
      return { sweep_cells, sweep_jobs, sweep_statistics, sweep_values };
    };
    expect(await of('of-run.duckdb')).toEqual(await of('plain.duckdb'));
  });

  it('is refused without the run, and with a file besides', async () => {
    const unknown = await simcash(['sweep', 'run', 'of-run.yaml', '--db', 'kept.duckdb'], { cwd });
    expect(unknown.code).toBe(4);
    expect(unknown.stderr).toMatch(/^error: simulation mine not found in kept\.duckdb\n/);
    const both = await simcash(['sweep', 'run', 'both.yaml', '--db', 'kept.duckdb'], { cwd });
    expect({ code: both.code, stderr: both.stderr }).toEqual({
      code: 3,
      stderr: 'error: both.yaml: base_run: base and base_run are mutually exclusive\n',
    });
  });
});

describe('what would be stored is refused before anything runs', () => {
  it.each([
    [['writing.yaml'], 3, 'writing.yaml: measures.0: the query must be one SELECT'],
    [['two.yaml'], 3, 'two.yaml: measures.0: the query must be one SELECT'],
    [['reading.yaml'], 3, 'reading.yaml: measures.0: Permission Error: Cannot access file "base.yaml"'],
    [['reading.yaml', '--dry-run'], 3, 'reading.yaml: measures.0: Permission Error: Cannot access file "base.yaml"'],
    [['unstored.yaml'], 3, 'unstored.yaml: measures.0: sql needs stored runs: store: summary, events or full'],
    [['kept.yaml', '--executor', 'bullmq'], 2, '--executor bullmq: runs of which more than figures is stored (store: full)'],
    [['kept.yaml', '--executor', 'worker-threads'], 2, '--executor worker-threads: runs of which more than figures is stored'],
    [['kept.yaml', '--shard', '1/2'], 2, '--shard: stored runs are named after their sweep; give --id, the same one for all'],
  ])('%j', async (args, code, message) => {
    const result = await simcash(['sweep', 'run', ...args, '--db', 'refused.duckdb'], { cwd });
    expect(result.stderr).toContain(`error: ${message}`);
    expect({ code: result.code, stdout: result.stdout }).toEqual({ code, stdout: '' });
  });
});
