import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { SimCashDatabase, SweepRepository, verifySimulation, type SqlRow } from '@simcash/persistence';
import { openRun, recordSimulation, verifyRun } from '@simcash/runs';
import { runSweep, type SweepPlan, type JobResult } from '../src/index.js';
import { checkMeasures, RecordingExecutor } from '../src/record/index.js';
import { BASE, CAP, FRAIL, planOf, scenarioOf } from './support/small.js';

/** Sweeps whose single runs are stored like any other (spec 15 §11). */

const directory = mkdtempSync(path.join(tmpdir(), 'simcash-test-'));
const databases: SimCashDatabase[] = [];
const newDatabase = async (): Promise<SimCashDatabase> => {
  const database = await SimCashDatabase.open(path.join(directory, `${databases.length}.duckdb`));
  databases.push(database);
  return database;
};
afterAll(() => {
  for (const database of databases) database.close();
  rmSync(directory, { recursive: true, force: true });
});

const MEASURES = [
  'total_cost',
  'delay_indicator',
  { name: 'cost', money: true, sql: 'SELECT total_cost_cents FROM simulations WHERE simulation_id = $run' },
  {
    name: 'rate',
    sql: 'SELECT settlement_rate_value FROM v_system_runs WHERE simulation_id = $run',
  },
  'settlement_rate_value',
];
const DOCUMENT = { axes: [CAP], replications: { count: 2, master_seed: 7 }, measures: MEASURES, store: 'events' };

async function recorded(
  database: SimCashDatabase,
  plan: SweepPlan,
  { done = [], id = 's' }: { done?: readonly JobResult[]; id?: string } = {},
): Promise<JobResult[]> {
  const { results } = await runSweep(plan, { executor: new RecordingExecutor(plan, database, id), done });
  return [...results.list()];
}

const simulations = (database: SimCashDatabase): Promise<SqlRow[]> =>
  database.query(
    `SELECT simulation_id, run_purpose, sweep_id, sweep_cell, sweep_replication, persistence_level, status FROM simulations ORDER BY ALL`,
  );

describe('a run of a sweep', () => {
  it('is stored under the name of its sweep, at the level that is asked for', async () => {
    for (const store of ['summary', 'events', 'full']) {
      const database = await newDatabase();
      await recorded(database, planOf({ ...DOCUMENT, replications: { count: 1 }, measures: ['total_cost'], store }));
      const rows = await simulations(database);
      expect(rows).toHaveLength(2);
      expect(rows[1]).toEqual({
        simulation_id: 's-c0001-r000000',
        run_purpose: 'sweep',
        sweep_id: 's',
        sweep_cell: 1,
        sweep_replication: 0,
        persistence_level: store.toUpperCase(),
        status: 'completed',
      });
    }
  });

  it('measures what it measures without a store, and is executed again to the same log', async () => {
    const database = await newDatabase();
    const plan = planOf(DOCUMENT);
    const own = await recorded(database, plan);
    const { results } = await runSweep(plan, { executor: 'in-process' });
    const indicators = (jobs: Iterable<JobResult>): unknown =>
      [...jobs].map(({ event_count, seed, values }) => [seed, event_count, values[0], values[1], values[4]]);
    expect(indicators(own)).toEqual(indicators(results.list()));
    for (const { values } of own) expect([values[2], values[3]]).toEqual([values[0], values[4]]);
    expect(new Set(own.map(({ values }) => values[3])).size).toBeGreaterThan(1);
    expect(await verifySimulation(database, 's-c0001-r000001')).toEqual([]);
    const { difference, events } = await verifyRun(database, await openRun(database, 's-c0001-r000001'));
    expect({ difference, events }).toEqual({ difference: null, events: own[3]!.event_count });
  });

  it('is stored once however often the sweep is taken up, also after a death between run and result', async () => {
    const database = await newDatabase();
    const plan = planOf(DOCUMENT);
    const own = await recorded(database, plan);
    const before = await database.query('SELECT simulation_id, event_log_hash FROM simulations ORDER BY ALL');
    // The result of the last run was lost.
    expect(await recorded(database, plan, { done: own.slice(0, 3) })).toEqual(own);
    expect(await database.query('SELECT simulation_id, event_log_hash FROM simulations ORDER BY ALL')).toEqual(before);
    expect((await database.query('SELECT count(*) AS n FROM indicator_sheets'))[0]!.n).toBeGreaterThan(0);
  });

  it('takes the place of no run that is not its own', async () => {
    const database = await newDatabase();
    await recordSimulation(database, scenarioOf(BASE), { id: 's-c0000-r000000' });
    await expect(recorded(database, planOf(DOCUMENT))).rejects.toThrow(/s-c0000-r000000 is stored already/);
    expect(await simulations(database)).toHaveLength(1);
  });

  it('that fails is stored as failed, and fails as it does without a store', async () => {
    const database = await newDatabase();
    const plan = planOf({ ...DOCUMENT, axes: [], measures: ['total_cost'], replications: { count: 10 } }, { base: FRAIL });
    const own = await recorded(database, plan);
    const { results } = await runSweep(plan, { executor: 'in-process' });
    expect(own).toEqual([...results.list()]);
    const failed = await database.query("SELECT sweep_replication AS r FROM simulations WHERE status = 'failed' ORDER BY r");
    expect(failed.map(({ r }) => r)).toEqual(results.failed.map(({ replication }) => replication));
    expect(failed.length).toBeGreaterThan(0);
  });

  it('fails if a query of it does', async () => {
    const database = await newDatabase();
    let asked = 0;
    const ask = async (sql: string, money = false): Promise<string | null> => {
      const plan = planOf({ measures: [{ name: 'mine', sql, money }], store: 'summary' });
      return (await recorded(database, plan, { id: `s${++asked}` }))[0]!.error;
    };
    expect(await ask('SELECT opening_balance FROM simulation_agents WHERE simulation_id = $run')).toBe(
      'QueryError: measure mine: it gives more than one row',
    );
    expect(await ask('SELECT num_days / 2 FROM simulations WHERE simulation_id = $run', true)).toBe(
      'QueryError: measure mine: 0.5 are no whole cents',
    );
    expect(await ask('SELECT num_days / 2 FROM simulations WHERE simulation_id = $run')).toBeNull();
  });

  it('goes with its sweep', async () => {
    const database = await newDatabase();
    await recorded(database, planOf({ store: 'full' }));
    await recordSimulation(database, scenarioOf(BASE), { id: 'other' });
    const repository = new SweepRepository(database);
    const cells = [
      {
        labels: '{}',
        settings: '{}',
        config_hash: '',
        is_baseline: true,
        case_name: null,
        stricken_agent_id: null,
        events: null,
      },
    ];
    const start = { sweep_id: 's', kind: 'sweep', definition: '{}', base_config: '{}', master_seed: 1n } as const;
    await repository.begin({ ...start, planned_replications: 3, engine_version: '0', cells });
    await repository.delete('s');
    expect((await simulations(database)).map(({ simulation_id }) => simulation_id)).toEqual(['other']);
    const events = await database.query('SELECT DISTINCT simulation_id AS id FROM simulation_events');
    expect(events).toEqual([{ id: 'other' }]);
  });
});

describe('a sweep file with queries', () => {
  it.each([
    ['DELETE FROM simulations', /measures\.1: the query must be one SELECT/],
    ["SELECT count(*) FROM read_text('/etc/passwd') WHERE $run = ''", /measures\.1: Permission Error/],
    ['SELECT count(*) FROM transactions', /measures\.1: the query must say whose rows it reads/],
  ])('is refused before anything runs: %s', async (sql, message) => {
    await expect(checkMeasures(planOf({ measures: ['total_cost', { name: 'mine', sql }], store: 'full' }))).rejects.toThrow(
      message,
    );
  });

  it('needs runs that are stored', () => {
    expect(() => planOf({ measures: [{ name: 'mine', sql: 'SELECT 1' }] })).toThrow(/measures\.0: sql needs stored runs/);
    expect(() => planOf({ measures: ['total_cost', { name: 'total_cost', sql: 'SELECT 1' }], store: 'full' })).toThrow(
      /named twice/,
    );
  });
});
