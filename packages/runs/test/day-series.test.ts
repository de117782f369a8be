import path from 'node:path';
import { parseScenario } from '@simcash/engine';
import { diffRows, loadCheckpoint, SimCashDatabase, verifySimulation } from '@simcash/persistence';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { temporaryDirectory } from '../../../apps/cli/test/support/simcash.js';
import { openRun, recordSimulation, sheetProblems } from '../src/index.js';

/** Series of banks' days, which are stored of runs from 20,000 bank-ticks on. */
const BANKS = 50;
const TICKS = 101;
const ids = Array.from({ length: BANKS }, (_, i) => `B${String(i).padStart(2, '0')}`);
const scenario = (days: number) =>
  parseScenario({
    simulation: { num_days: days, ticks_per_day: TICKS, rng_seed: 5 },
    agents: ids.map((id, i) => ({
      id,
      opening_balance: 20_000,
      unsecured_cap: 5000,
      policy: { type: 'Fifo' },
      arrival_config: {
        rate_per_tick: 0.05,
        amount_distribution: { type: 'Uniform', min: 100, max: 9000 },
        counterparty_weights: { [ids[(i + 1) % BANKS]!]: 1 },
        deadline_range: [5, 60],
      },
    })),
    scenario_events: [
      { type: 'ScheduledSettlement', from_agent: 'B00', to_agent: 'B01', amount: 700, schedule: { type: 'OneTime', tick: 30 } },
    ],
  });

let database: SimCashDatabase;
beforeAll(async () => {
  database = await SimCashDatabase.open(path.join(temporaryDirectory(), 'a.duckdb'));
  await recordSimulation(database, scenario(4), { id: 'large', level: 'EVENTS', checkpointEvery: 150 });
});
afterAll(() => database.close());

const count = async (id: string): Promise<number> =>
  Number((await database.query('SELECT count(*) AS n FROM bank_day_series WHERE simulation_id = $1', [id]))[0]!.n);

it('are what the views compute from the events', async () => {
  expect(await count('large')).toBe(4 * BANKS);
  const views = ['v_bank_ticks', 'v_throughput', 'v_bank_days', 'v_system_ticks', 'v_bank_days_intratick'];
  const read = (): Promise<unknown[]> => Promise.all(views.map((view) => database.query(`SELECT * FROM ${view} ORDER BY ALL`)));
  const stored = await read();
  await database.execute('BEGIN');
  for (const table of ['bank_day_series', 'indicator_sheets']) await database.execute(`DELETE FROM ${table}`);
  const computed = await read();
  await database.execute('ROLLBACK');
  expect(computed).toEqual(stored);
  expect(stored[0]).toHaveLength(4 * BANKS * TICKS);
});

it('are the same when the run goes on from a checkpoint', async () => {
  await recordSimulation(database, scenario(4), { id: 'again', level: 'EVENTS', checkpointEvery: 150 });
  await recordSimulation(database, scenario(4), { resume: await loadCheckpoint(database, 'again-cp150-auto') });
  expect((await diffRows(database, 'large', 'again')).map(({ table }) => table)).not.toContain('bank_day_series');
});

it('are not stored of small runs, whose events are read as fast', async () => {
  await recordSimulation(database, scenario(3), { id: 'small', level: 'EVENTS' });
  expect(await count('small')).toBe(0);
  expect(await sheetProblems(database, await openRun(database, 'small'))).toEqual([]);
});

it('are verified', async () => {
  expect(await verifySimulation(database, 'large')).toEqual([]);
  expect(await sheetProblems(database, await openRun(database, 'large'))).toEqual([]);
  const where = "WHERE simulation_id = 'large' AND agent_id = 'B07' AND day = 2";
  await database.execute(`UPDATE bank_day_series SET balance = list_transform(balance, lambda x: x + 1) ${where}`);
  expect(await sheetProblems(database, await openRun(database, 'large'))).toEqual([
    'bank_day_series: balance of B07 on day 2 is not what the stored events give',
  ]);
  expect((await verifySimulation(database, 'large')).join()).toMatch(/bank_day_series/);
  await database.execute(`DELETE FROM bank_day_series ${where}`);
  expect(await sheetProblems(database, await openRun(database, 'large'))).toHaveLength(1);
});
