import { loadCheckpoint, verifySimulation, type SimCashDatabase } from '@simcash/persistence';
import { beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from '../../persistence/test/support/storing.js';
import { stressedScenarios } from '../../persistence/test/support/stressed.js';
import {
  designOutcome,
  openRun,
  recordSimulation,
  sheetProblems,
  sheetTexts,
  storedIndicators,
  verifyRun,
} from '../src/index.js';

/**
 * Stored random runs with outages, shocks, delays and cancellations (spec 15 §3, spec 13 §11): everything stored agrees with the
 * events, the views of indicators with the library, and an interruption leaves no trace.
 */

const RUNS = 6;

type Row = Record<string, unknown>;

const all = stressedScenarios(RUNS);
let database: SimCashDatabase;
beforeAll(async () => {
  database = await openDatabase();
  for (const [id, scenario] of all) await recordSimulation(database, scenario, { id, level: 'FULL' });
});

const rows = (view: string, id: string, order: string): Promise<Row[]> =>
  database.query<Row>(`SELECT * FROM ${view} WHERE simulation_id = $1 ORDER BY ${order}`, [id]);

const isSame = (view: unknown, row: unknown): boolean => {
  if (Array.isArray(row))
    return row.length === (view as unknown[]).length && row.every((x, i) => isSame((view as unknown[])[i], x));
  if (typeof row === 'bigint') return Number(view) === Number(row);
  if (typeof row !== 'number' || view === null) return view === row;
  return Math.abs(Number(view) - row) <= 1e-9 * Math.max(1, Math.abs(row));
};

/** Keys that a view and the library both have and that differ; at least so many must be compared. */
function differences(view: readonly Row[], library: readonly object[], least: number): string[] {
  const compared = Object.keys(view[0] ?? {}).filter((key) => key in (library[0] ?? {}));
  expect([view.length, compared.length >= least || library.length === 0]).toEqual([library.length, true]);
  return view.flatMap((row, i) =>
    compared
      .filter((key) => !isSame(row[key], (library[i] as Row)[key]))
      .map((key) => `row ${i}, ${key}: ${String(row[key])}, not ${String((library[i] as Row)[key])}`),
  );
}

it('there are events of all kinds among them', async () => {
  expect(all).toHaveLength(RUNS);
  const kinds = await database.query<{ kind: string }>(
    `SELECT DISTINCT coalesce((details ->> 'scenario_event_type'), event_type) AS kind FROM simulation_events`,
  );
  expect(kinds.map(({ kind }) => kind)).toEqual(
    expect.arrayContaining([
      ...['participant_outage', 'system_outage', 'liquidity_shock', 'liquidity_restored', 'payment_delay'],
      ...['OutageEnded', 'CounterpartyReaction', 'PaymentCancelled'],
    ]),
  );
});

describe.each(all)('%s', (id, scenario) => {
  it('is stored without contradiction, and is what the engine makes of its scenario', async () => {
    expect(await verifySimulation(database, id)).toEqual([]);
    const run = await openRun(database, id);
    expect(await sheetProblems(database, run)).toEqual([]);
    expect(await verifyRun(database, run)).toMatchObject({ difference: null });
    expect(await storedIndicators(database, run)).toEqual(sheetTexts(designOutcome(scenario, {}).sheet));
  });

  it('has the indicators of the library in the views', async () => {
    const { sheet } = designOutcome(scenario, {});
    const byBank = (key: string): string => `encode(${key})`;
    const named = (list: readonly object[]): object[] => list.map((row) => ({ ...row, agent_id: (row as Row).bank }));
    const found = [
      ...differences(await rows('v_system_runs', id, '1'), [sheet.system], 20),
      ...differences(await rows('v_system_days', id, 'day'), sheet.days, 10),
      ...differences(await rows('v_bank_runs', id, byBank('agent_id')), named(sheet.banks), 10),
      ...differences(await rows('v_bank_days', id, `${byBank('agent_id')}, day`), named(sheet.bank_days), 10),
      ...differences(await rows('v_bank_days_intratick', id, `${byBank('agent_id')}, day`), named(sheet.bank_days), 3),
      ...differences(await rows('v_pair_flows', id, 'encode(sender_id), encode(receiver_id)'), sheet.pairs, 4),
      ...differences(await rows('v_network_nodes', id, byBank('agent_id')), named(sheet.network.banks), 4),
    ];
    expect(found).toEqual([]);
    const ticks = await rows('v_system_ticks', id, 'tick');
    for (const [key, values] of Object.entries(sheet.profile))
      expect([key, ticks.map((row) => Number(row[key]))]).toEqual([key, [...values].map(Number)]);
  });

  it('goes on from a checkpoint as if it had not been interrupted', async () => {
    const middle = Math.floor((scenario.config.ticks_per_day * scenario.config.num_days) / 2);
    const broken = `${id} broken`;
    await recordSimulation(database, scenario, { id: broken, level: 'FULL', checkpointEvery: 2, untilTick: middle });
    await recordSimulation(database, scenario, { resume: await loadCheckpoint(database, 'latest', broken) });
    expect(await verifySimulation(database, broken)).toEqual([]);
    expect(await storedIndicators(database, await openRun(database, broken))).toEqual(
      await storedIndicators(database, await openRun(database, id)),
    );
    const log = async (which: string): Promise<Row[]> =>
      database.query(
        'SELECT * EXCLUDE (simulation_id, event_id) FROM simulation_events WHERE simulation_id = $1 ORDER BY event_seq',
        [which],
      );
    expect(await log(broken)).toEqual(await log(id));
  });
});
