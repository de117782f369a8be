import { beforeAll, expect, it } from 'vitest';
import { verifySimulation, type SimCashDatabase } from '../../persistence/src/index.js';
import { firstDifference, rowCounts, storedLog } from '../../persistence/test/support/comparing.js';
import { openDatabase } from '../../persistence/test/support/storing.js';
import { loadScenario, REFERENCE_SCENARIOS } from '../../engine/test/support/reference.js';
import { createEnvironment } from '../../environments/src/index.js';
import { openRun, recordSimulation, verifyRun } from '../src/index.js';

/** Episodes in which banks learned are stored as any run is, and verify (spec 18 §7, law 7). */

const scenario = loadScenario(REFERENCE_SCENARIOS.find(({ name }) => name === 'liquidity-pool-daily')!);
const learners = scenario.config.agent_configs.filter(({ liquidity_pool }) => liquidity_pool !== undefined).map(({ id }) => id);

let database: SimCashDatabase;
let lines: string[];
beforeAll(async () => {
  database = await openDatabase();
  const environment = createEnvironment(
    {
      scenario: 'x',
      learners,
      decisions: [
        { at: 'day_start', action: 'fraction' },
        { at: 'tick', action: 'release_count', max: 3 },
      ],
    },
    { scenario },
  );
  environment.events();
  environment.reset({ seed: 11 });
  for (let step = 0; environment.learners.length > 0; step++) {
    const action = environment.point === 'day_start' ? ((step * 7) % 10) / 10 : step % 4;
    environment.step(Object.fromEntries(learners.map((id) => [id, action])));
  }
  lines = environment.events();
  const { calls, scenario: played, ticks } = environment.record();
  await recordSimulation(database, played, { id: 'episode', level: 'FULL', calls, untilTick: ticks });
});

it('an episode is stored with the log that it had', async () => {
  expect(firstDifference(await storedLog(database, 'episode'), lines.map((line) => `${line}\n`).join(''))).toBeUndefined();
});

it('verifies by being run once more, from what is stored alone', async () => {
  const run = await openRun(database, 'episode');
  expect(run.calls.filter(({ call }) => call.call === 'decide_release').length).toBeGreaterThan(10);
  expect(run.calls.some(({ call }) => call.call === 'update_agent_policy')).toBe(true);
  expect(await verifyRun(database, run)).toMatchObject({ difference: null, events: lines.length });
  expect(await verifySimulation(database, 'episode')).toEqual([]);
});

it('has the rows of the same run without a learner where learners do as their policies would', async () => {
  const fifo = loadScenario(REFERENCE_SCENARIOS.find(({ name }) => name === 'rtgs-scarce-queue')!);
  const banks = fifo.config.agent_configs.filter(({ policy }) => policy.type === 'Fifo').map(({ id }) => id);
  const environment = createEnvironment(
    { scenario: 'x', learners: banks, decisions: [{ at: 'tick', action: 'release_all' }] },
    { scenario: fifo },
  );
  environment.reset({ seed: fifo.config.rng_seed });
  while (environment.learners.length > 0) environment.step(Object.fromEntries(banks.map((id) => [id, 1])));
  const { calls, scenario: played } = environment.record();
  await recordSimulation(database, played, { id: 'learned', level: 'FULL', calls });
  await recordSimulation(database, fifo, { id: 'plain', level: 'FULL' });
  const { simulation_calls, simulation_checksums: ofTables, ...rows } = await rowCounts(database, 'learned');
  const { simulation_checksums: plainTables, ...plain } = await rowCounts(database, 'plain');
  expect(simulation_calls).toBe(calls.length);
  expect(rows).toEqual(plain);
  // The table of the calls has a checksum, too.
  expect(ofTables).toBe(plainTables! + 1);
  expect(firstDifference(await storedLog(database, 'learned'), await storedLog(database, 'plain'))).toBeUndefined();
});
