import { createHash } from 'node:crypto';
import type { EventOf, SimulationEvent } from '@simcash/protocol';
import { beforeAll, describe, expect, it } from 'vitest';
import { readScenario, readScenarioText } from '../../engine/src/index.js';
import { loadGoldenLog, REFERENCE_SCENARIOS } from '../../engine/test/support/reference.js';
import { events, findSimulation, type SimCashDatabase } from '../src/index.js';
import { firstDifference, storedLog } from './support/comparing.js';
import { close, openDatabase, reference, reopen, runLive, store, storeWhole } from './support/storing.js';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** One or two of everything that events can be about. */
const SCENARIOS = [
  'rtgs-scarce-queue',
  'lsm-bilateral',
  'lsm-cycles',
  'lsm-entry-disposition',
  'lsm-retry-release',
  'splits-families',
  'splits-in-lsm',
  'scheduled-releases',
  'collateral-timers',
  'collateral-trees',
  'events-all-kinds',
  'deferred-crediting-lsm',
  'liquidity-pool-daily',
  'drop-and-reprioritize',
  'limits-with-lsm',
  'state-registers',
  'bank-budgets',
  'escalation-linear',
  'queue2-withdrawal',
  'lsm-algorithm-events',
  'ids-byte-order',
  'amounts-in-trillions',
  'edge-one-tick-days',
  'one-bank',
];

const golden = (name: string): string =>
  loadGoldenLog(REFERENCE_SCENARIOS.find((scenario) => scenario.name === name)!)
    .lines.map((line) => `${line}\n`)
    .join('');

describe('the stored event log', () => {
  let fiveDays: { database: SimCashDatabase; log: string };
  beforeAll(async () => {
    const database = await openDatabase();
    fiveDays = { database, log: (await storeWhole(database, 'x', reference('mixed-five-days'))).log };
  });

  it('is, byte for byte, the golden log of every kind of scenario, though all share one file', async () => {
    const writing = await openDatabase();
    for (const name of SCENARIOS) await storeWhole(writing, name, reference(name));
    const database = await reopen(writing, { readOnly: true });
    for (const name of SCENARIOS) {
      const expected = golden(name);
      expect(firstDifference(await storedLog(database, name), expected), name).toBeUndefined();
      const { event_count, event_log_hash, status } = await findSimulation(database, name);
      expect({ name, event_count, event_log_hash, status }).toEqual({
        name,
        event_count: expected.split('\n').length - 1,
        event_log_hash: sha256(expected),
        status: 'completed',
      });
    }
    close(database);
  });

  it('can be read in parts that make the whole', async () => {
    const { database, log } = fiveDays;
    const parts = [
      await storedLog(database, 'x', { toTick: 6 }),
      await storedLog(database, 'x', { fromTick: 7, toTick: 7 }),
      await storedLog(database, 'x', { fromTick: 8 }),
    ];
    expect(parts.every((part) => part !== '')).toBe(true);
    expect(firstDifference(parts.join(''), log)).toBeUndefined();
  });

  it('numbers events from 0 without gap, and the ticks tile it', async () => {
    const { database } = fiveDays;
    const events = await database.query<{ event_seq: number; tick: number; event_id: string }>(
      'SELECT event_seq, tick, event_id FROM simulation_events ORDER BY event_seq',
    );
    expect(events.map((event) => event.event_seq)).toEqual(events.map((_, i) => i));
    expect(events[7]!.event_id).toBe('x-e000000007');
    const ticks = await database.query<{ tick: number; first_event_seq: number; num_events: number }>(
      'SELECT tick, first_event_seq, num_events FROM tick_summaries ORDER BY tick',
    );
    let next = 0;
    for (const { first_event_seq, num_events, tick } of ticks) {
      expect(first_event_seq).toBe(next);
      expect(events.slice(next, next + num_events).every((event) => event.tick === tick)).toBe(true);
      next += num_events;
    }
    expect(next).toBe(events.length);
  });

  it('lies in the order of writing, so that scans by tick skip what they need not read', async () => {
    const { database } = fiveDays;
    const rows = await database.query<{ event_seq: number }>('SELECT event_seq FROM simulation_events ORDER BY rowid');
    expect(rows.map((row) => row.event_seq)).toEqual(rows.map((_, i) => i));
  });

  it('is given again by the stored configuration alone', async () => {
    const database = await openDatabase();
    for (const name of ['inline-policies', 'splits-families', 'events-all-kinds', 'arrivals-bands']) {
      const { log } = await storeWhole(database, name, reference(name));
      const { config_json } = await findSimulation(database, name);
      const again = readScenario(readScenarioText(config_json, 'json').document, { exactIntegers: true });
      expect(firstDifference(runLive(again).log, log), name).toBeUndefined();
    }
  });

  it('is empty, not missing, for a run without events', async () => {
    const database = await openDatabase();
    const quiet = readScenario({
      simulation: { ticks_per_day: 3, num_days: 1, rng_seed: 1 },
      agents: [
        { id: 'A', opening_balance: 1 },
        { id: 'B', opening_balance: 1 },
      ],
    });
    const { log } = await store(database, 'x', quiet, { untilTick: 2 });
    expect(log).toBe('');
    expect(await storedLog(database, 'x')).toBe('');
    expect(await findSimulation(database, 'x')).toMatchObject({
      event_count: 0,
      event_log_hash: sha256(''),
      last_tick: 1,
      status: 'completed',
    });
  });
});

describe('events of a stored run, one by one', () => {
  it('are those of the log, of the kinds that were asked for, typed by their names', async () => {
    const database = await openDatabase();
    await storeWhole(database, 'lsm-bilateral', reference('lsm-bilateral'));
    const log = golden('lsm-bilateral')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as SimulationEvent);
    const all: SimulationEvent[] = [];
    for await (const event of events(database, 'lsm-bilateral')) all.push(event);
    expect(all).toEqual(log);
    let due = 0;
    for await (const { amount } of events(database, 'lsm-bilateral', { types: ['Arrival'] })) due += amount;
    const arrivals = log.filter((event): event is EventOf<'Arrival'> => event.event_type === 'Arrival');
    expect(due).toBe(arrivals.reduce((sum, { amount }) => sum + amount, 0));
    expect(due).toBeGreaterThan(0);
    // @ts-expect-error: a kind of event that there is not
    for await (const event of events(database, 'lsm-bilateral', { types: ['Arrivel'] })) expect(event).toBeUndefined();
    close(database);
  });
});
