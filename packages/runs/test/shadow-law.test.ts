import path from 'node:path';
import { readScenario, Simulation, type Scenario } from '@simcash/engine';
import { readPayments } from '@simcash/payments';
import { arrivalsOfRun, SimCashDatabase } from '@simcash/persistence';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { REFERENCE_SCENARIOS, temporaryDirectory } from '../../../apps/cli/test/support/simcash.js';
import { reference } from '../../persistence/test/support/storing.js';
import { openRun, recordSimulation, verifyRun } from '../src/index.js';

/** Events after which a generator would draw something else: without one they log nothing (spec 13 §12.1). */
const ABOUT_GENERATORS = /ArrivalRateChange|CounterpartyWeightChange|DeadlineWindowChange/;

/** Golden runs to which the law applies: they ended, nobody called them from outside, and no event is about generators. */
const APPLIES = REFERENCE_SCENARIOS.filter(
  ({ calls, name, outcome }) =>
    outcome === 'completed' &&
    calls === undefined &&
    !ABOUT_GENERATORS.test(JSON.stringify(reference(name).config.scenario_events)),
).map(({ name }) => name);

const withoutNumbers = (log: string): string => log.replaceAll(/,"arrival_seq":\d+,"external_ref":(?:"[^"]*"|null)/g, '');

function logOf(scenario: Scenario): string {
  const simulation = Simulation.create(scenario);
  simulation.run();
  return simulation.events.toNdjson();
}

describe('the arrivals of a stored run, under its own policies and design', () => {
  let database: SimCashDatabase;
  beforeAll(async () => {
    database = await SimCashDatabase.open(path.join(temporaryDirectory(), 'a.duckdb'));
  });
  afterAll(() => database.close());

  async function shadowOf(id: string, { config, source }: Scenario): Promise<Scenario> {
    const payments = await arrivalsOfRun(database, id, config.ticks_per_day);
    const { payments: _, ...document } = source as Record<string, unknown>;
    const read = readPayments({ ...document, payments: { run: id, replace_generated: true } }, () => ({ payments }))!;
    return readScenario(read.document, { payments: read.dataSet, strict: false });
  }

  it('are at least fifty golden runs', () => expect(APPLIES.length).toBeGreaterThan(50));

  it.each(APPLIES)('give its log: %s', async (name) => {
    const scenario = reference(name);
    await recordSimulation(database, scenario, { id: name, level: 'EVENTS' });
    const shadow = await shadowOf(name, scenario);
    const log = logOf(shadow);
    expect(withoutNumbers(log)).toBe(logOf(scenario));
    // The shadow of a shadow is the shadow.
    await recordSimulation(database, shadow, { id: `${name} shadow`, level: 'EVENTS' });
    expect((await verifyRun(database, await openRun(database, `${name} shadow`))).difference).toBeNull();
    expect(logOf(await shadowOf(`${name} shadow`, shadow))).toBe(log);
  });
});
