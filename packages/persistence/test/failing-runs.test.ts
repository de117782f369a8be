import { createHash } from 'node:crypto';
import { copyFileSync, existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { diffRows, findSimulation, listSimulations, verifySimulation, type SimCashDatabase } from '../src/index.js';
import { readScenario, type Scenario } from '../../engine/src/index.js';
import { firstDifference, storedLog } from './support/comparing.js';
import { changed, openDatabase, reference, reopen, runLive, store, storeWhole, temporaryFile } from './support/storing.js';

/** Rows that belong to a tick after the last one, per table and column: there must not be any. */
async function rowsAfter(database: SimCashDatabase, id: string, lastTick: number): Promise<Record<string, number>> {
  const columns = await database.query<{ table: string; name: string }>(
    `SELECT table_name AS table, column_name AS name FROM duckdb_columns() JOIN duckdb_tables() USING (table_name)
     WHERE column_name IN ('tick', 'created_tick', 'settlement_tick') AND NOT duckdb_tables.internal AND NOT duckdb_tables.temporary
       AND table_name <> 'payment_dataset_rows'`,
  );
  const found: Record<string, number> = {};
  for (const { name, table } of columns) {
    const [row] = await database.query<{ n: number }>(
      `SELECT count(*) AS n FROM ${table} WHERE simulation_id = $1 AND ${name} > $2`,
      [id, lastTick],
    );
    if (row!.n > 0) found[`${table}.${name}`] = row!.n;
  }
  return found;
}

/** Lines of the ticks up to the last one. */
function until(log: string, lastTick: number): string {
  const lines = log.split('\n').slice(0, -1);
  return lines
    .filter((line) => (JSON.parse(line) as { tick: number }).tick <= lastTick)
    .map((line) => `${line}\n`)
    .join('');
}

/** Divides by zero in one tick. */
const dividesIn = (tick: number) => ({
  type: 'condition',
  node_id: 'divides',
  condition: {
    op: '>',
    left: {
      compute: {
        op: '/',
        left: { value: 1 },
        right: { compute: { op: '-', left: { field: 'current_tick' }, right: { value: tick } } },
      },
    },
    right: { value: 2 },
  },
  on_true: { type: 'action', node_id: 'hold', action: 'HoldCollateral' },
  on_false: { type: 'action', node_id: 'hold too', action: 'HoldCollateral' },
});

/** A scenario whose tick fails when its payments have been decided about and settled already. */
function failsLate(name: string, tick: number): Scenario {
  const { config } = reference(name);
  const agents = config.agent_configs.map((agent) => {
    if (agent.policy.type !== 'FromJson') return agent;
    const policy = { ...(JSON.parse(agent.policy.json) as object), end_of_tick_collateral_tree: dividesIn(tick) };
    return { ...agent, policy: { type: 'FromJson', json: JSON.stringify(policy) } };
  });
  return readScenario({ ...config, agent_configs: agents }, { exactIntegers: true });
}

const FAILING = [
  { name: 'when banks decide', scenario: () => reference('error-divide-by-zero') },
  { name: 'at a scenario event', scenario: () => reference('error-negative-cap') },
  { name: 'after settlements and escalations, at the end of a day', scenario: () => failsLate('mixed-five-days', 23) },
  { name: 'after splits', scenario: () => failsLate('splits-families', 7) },
  { name: 'after drops', scenario: () => failsLate('drop-and-reprioritize', 6) },
  { name: 'after withdrawals from the central queue', scenario: () => failsLate('queue2-withdrawal', 4) },
];

describe('a run whose tick fails', () => {
  it.each(FAILING)('is stored as a run that was stopped before it: $name', async ({ scenario }) => {
    const writing = await openDatabase();
    const failing = scenario();
    const { error, log } = await store(writing, 'failed', failing);
    expect(error).toBeInstanceOf(Error);
    const { last_tick: lastTick, total_ticks: totalTicks } = await findSimulation(writing, 'failed');
    expect(lastTick).toBeLessThan(totalTicks - 1);
    await storeWhole(writing, 'stopped', failing, { untilTick: lastTick! + 1 });

    const database = await reopen(writing, { readOnly: true });
    const differences = await diffRows(database, 'failed', 'stopped');
    expect(differences.map(({ table }) => table)).toEqual(['simulations']);
    const [failed, stopped] = [differences[0]!.first, differences[0]!.second].map((row) => JSON.parse(row) as object);
    expect(failed).toEqual({ ...stopped, status: 'failed', error_message: error!.message });
    expect(await findSimulation(database, 'failed')).toMatchObject({ completed_at: null });
    expect(await rowsAfter(database, 'failed', lastTick!)).toEqual({});
    expect(firstDifference(await storedLog(database, 'failed'), log)).toBeUndefined();
    expect(await verifySimulation(database, 'failed')).toEqual([]);
  });
});

describe('a run that is stopped', () => {
  it('between two days keeps every finished tick and says why', async () => {
    const writing = await openDatabase();
    const scenario = reference('mixed-five-days');
    let ticks = 0;
    const { log, reason } = await storeWhole(writing, 'x', scenario, {
      onTick: () => void ticks++,
      stop: () => (ticks === 29 ? "the operator's patience ended" : null),
    });
    expect(reason).toBe("the operator's patience ended");
    const database = await reopen(writing);
    expect(await findSimulation(database, 'x')).toMatchObject({
      status: 'failed',
      error_message: "the operator's patience ended",
      last_tick: 28,
      completed_at: null,
      event_log_hash: createHash('sha256').update(log).digest('hex'),
    });
    expect(firstDifference(await storedLog(database, 'x'), until(runLive(scenario).log, 28))).toBeUndefined();
    expect(await rowsAfter(database, 'x', 28)).toEqual({});
    const [metrics] = await database.query('SELECT count(DISTINCT day) AS days FROM daily_agent_metrics');
    expect(metrics).toEqual({ days: 2 });
  });

  it('has a row for every payment that arrived, also for those that wait', async () => {
    const database = await openDatabase();
    await storeWhole(database, 'x', reference('splits-families'), { untilTick: 7 });
    const [payments] = await database.query(
      `SELECT (SELECT count(*) FROM transactions) AS rows, (SELECT count(*) FROM simulation_events WHERE event_type = 'Arrival') AS arrivals,
         (SELECT count(*) FROM transactions WHERE status IN ('pending', 'overdue')) > 0 AS some_wait`,
    );
    expect(payments).toEqual({ rows: payments!.arrivals, arrivals: payments!.arrivals, some_wait: true });
  });
});

/** What a process leaves that dies between two instructions: the file and its log as they are at that moment. */
function copyAsKilled(from: string): string {
  const to = temporaryFile();
  copyFileSync(from, to);
  if (existsSync(`${from}.wal`)) copyFileSync(`${from}.wal`, `${to}.wal`);
  return to;
}

describe('a run whose process dies', () => {
  it('leaves whole days and a truthful last tick, whenever that is', async () => {
    const writing = await openDatabase();
    await storeWhole(writing, 'before', reference('lsm-cycles'));
    const scenario = changed('mixed-five-days', { num_days: 40 });
    const copies: { file: string; tick: number }[] = [];
    const { log } = await storeWhole(writing, 'x', scenario, {
      onTick: ({ currentTick: tick }) => {
        if ([1, 13, 150, 300, 480].includes(tick)) copies.push({ file: copyAsKilled(writing.path), tick });
      },
    });
    expect(copies).toHaveLength(5);
    const lastTicks: (number | null)[] = [];
    for (const { file, tick } of copies) {
      const reading = await openDatabase(file, { readOnly: true });
      const run = await findSimulation(reading, 'x');
      expect(run).toMatchObject({
        ...{ status: 'failed', error_message: 'interrupted (process ended)', completed_at: null },
        ...{ total_arrivals: null, event_log_hash: null },
      });
      const last = run.last_tick ?? -1;
      expect((last + 1) % 12).toBe(0);
      expect(last).toBeLessThan(tick);
      expect(await rowsAfter(reading, 'x', last)).toEqual({});
      expect(firstDifference(await storedLog(reading, 'x'), until(log, last))).toBeUndefined();
      const [ticks] = await reading.query("SELECT count(*) AS n FROM tick_summaries WHERE simulation_id = 'x'");
      expect(ticks).toEqual({ n: last + 1 });
      expect(await verifySimulation(reading, 'x')).toEqual([]);
      expect(await verifySimulation(reading, 'before')).toEqual([]);
      lastTicks.push(run.last_tick);

      const next = await reopen(reading);
      expect(await findSimulation(next, 'x')).toMatchObject({
        status: 'failed',
        error_message: 'interrupted (process ended)',
        completed_at: null,
        last_tick: run.last_tick,
      });
      expect((await listSimulations(next, { status: 'completed' })).map((other) => other.simulation_id)).toEqual(['before']);
    }
    expect(lastTicks[0]).toBeNull();
    expect(lastTicks.at(-1)).not.toBeNull();
  });
});
