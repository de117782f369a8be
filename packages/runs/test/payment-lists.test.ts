import { tmpdir } from 'node:os';
import path from 'node:path';
import { readScenario, Simulation, type Scenario } from '@simcash/engine';
import { readPayments } from '@simcash/payments';
import {
  deletePaymentList,
  deleteSimulation,
  diffRows,
  EXPORT_FORMATS,
  exportRows,
  findPaymentList,
  importRows,
  listPaymentLists,
  loadCheckpoint,
  loadPaymentList,
  paymentsOfRun,
  rejectedRows,
  SimCashDatabase,
  verifySimulation,
} from '@simcash/persistence';
import { afterAll, describe, expect, it } from 'vitest';
import { temporaryDirectory } from '../../../apps/cli/test/support/simcash.js';
import { firstDifference, storedLog } from '../../persistence/test/support/comparing.js';
import { openRun, recordSimulation, verifyRun } from '../src/index.js';

const databases = new Set<SimCashDatabase>();
afterAll(() => databases.forEach((database) => database.close()));

async function openDatabase(file = path.join(temporaryDirectory(), 'a.duckdb')): Promise<SimCashDatabase> {
  const database = await SimCashDatabase.open(file, { directories: [tmpdir()] });
  databases.add(database);
  return database;
}

async function reopened(database: SimCashDatabase): Promise<SimCashDatabase> {
  database.close();
  databases.delete(database);
  return openDatabase(database.path);
}

const CLOCK = { time_zone: 'Europe/Berlin', tick: '30m', opening: '07:00', closing: '18:00', first_day: '2024-03-28' };

/** Two business days around Easter, one of them short; two rows are not taken. */
const CSV = `external_ref,time,sender,receiver,amount,payment_type,time_critical
A-1,2024-03-28 07:10,NORTH,SOUTH,100.00,customer,yes
=A-2,2024-03-28 07:10,SOUTH,NORTH,250.50,,
A-3,2024-03-28 12:00,NORTH,WEST,1.00,,
A-4,2024-04-02 09:59,NORTH,SOUTH,99.99,bank,no
A-4,2024-04-02 10:59,NORTH,SOUTH,99.99,bank,no
`;

function scenario(csv = CSV, seed = 1): Scenario {
  const read = readPayments(
    {
      simulation: { num_days: 2, rng_seed: seed },
      agents: ['NORTH', 'SOUTH'].map((id) => ({ id, opening_balance: 50_000, policy: { type: 'Fifo' } })),
      clock: { ...CLOCK, holidays: ['2024-03-29', '2024-04-01'], exceptions: { '2024-03-28': { closing: '14:00' } } },
      payments: { file: 'april.csv', on_error: 'skip' },
    },
    () => ({ bytes: [Buffer.from(csv)] }),
  )!;
  return readScenario(read.document, { payments: read.dataSet });
}

function liveLog(given: Scenario): string {
  const simulation = Simulation.create(given);
  simulation.run();
  return simulation.events.toNdjson();
}

describe('a run from a payment list', () => {
  it('has its payments in the database: it is verified, executed again and shown without the file', async () => {
    let database = await openDatabase();
    await recordSimulation(database, scenario(), { id: 'a' });
    database = await reopened(database);
    expect(firstDifference(await storedLog(database, 'a'), liveLog(scenario()))).toBeUndefined();
    expect(await verifySimulation(database, 'a')).toEqual([]);
    const { difference, events } = await verifyRun(database, await openRun(database, 'a'));
    expect(difference).toBeNull();
    expect(events).toBeGreaterThan(10);
    const payments = await paymentsOfRun(database, 'a');
    expect(
      payments.map(({ external_ref, outcome, payment_type, settled_at, tick, time_critical }) => ({
        external_ref,
        outcome,
        payment_type,
        settled_at,
        tick,
        time_critical,
      })),
    ).toEqual([
      {
        external_ref: 'A-1',
        outcome: 'settled',
        payment_type: 'customer',
        settled_at: '2024-03-28T07:00:00',
        tick: 0,
        time_critical: true,
      },
      {
        external_ref: '=A-2',
        outcome: 'settled',
        payment_type: null,
        settled_at: '2024-03-28T07:00:00',
        tick: 0,
        time_critical: false,
      },
      {
        external_ref: 'A-4',
        outcome: 'settled',
        payment_type: 'bank',
        settled_at: '2024-04-02T09:30:00',
        tick: 27,
        time_critical: false,
      },
    ]);
  });

  it('shares the list with other runs of it, and the list outlives them until it is deleted itself', async () => {
    const database = await openDatabase();
    await recordSimulation(database, scenario(), { id: 'a' });
    await recordSimulation(database, scenario(CSV, 2), { id: 'b' });
    const lists = await listPaymentLists(database);
    expect(lists).toHaveLength(1);
    const { dataset_sha256: name, ...list } = lists[0]!;
    expect(list).toMatchObject({
      num_payments: 3,
      total_value: 45_049,
      num_rows: 5,
      num_rejected: 2,
      num_runs: 2,
      first_tick: 0,
      last_tick: 27,
    });
    expect(JSON.parse(list.sources)).toMatchObject([{ name: 'april.csv', rows: 5, accepted: 3, rejected: 2, on_error: 'skip' }]);
    expect((await rejectedRows(database, name)).map(({ code, line, value }) => [code, line, value])).toEqual([
      ['unknown_receiver', 4, 'WEST'],
      ['duplicate_ref', 6, 'A-4'],
    ]);
    await expect(deletePaymentList(database, name.slice(0, 8))).rejects.toThrow('is the one of 2 stored runs');
    await deleteSimulation(database, 'a');
    await deleteSimulation(database, 'b');
    expect((await findPaymentList(database, name.slice(0, 8))).num_runs).toBe(0);
    await deletePaymentList(database, name.slice(0, 8));
    for (const table of ['payment_datasets', 'payment_dataset_rows', 'payment_dataset_rejects'])
      expect(await database.query(`SELECT * FROM ${table}`)).toEqual([]);
    await expect(findPaymentList(database, name)).rejects.toThrow('not found');
  });

  it('goes on from a checkpoint as if it had never stopped', async () => {
    const database = await openDatabase();
    await recordSimulation(database, scenario(), { id: 'whole' });
    await recordSimulation(database, scenario(), { id: 'part', untilTick: 10, checkpointEvery: 5 });
    const resume = await loadCheckpoint(database, 'latest', 'part');
    await recordSimulation(database, (await openRun(database, 'part')).scenario, { resume });
    expect(await storedLog(database, 'part')).toBe(await storedLog(database, 'whole'));
    const rest = (await diffRows(database, 'whole', 'part')).filter(({ table }) => table !== 'simulation_checkpoints');
    expect(rest).toEqual([]);
  });

  it.each(EXPORT_FORMATS)('is exported as %s with its list, and taken in once', async (format) => {
    const database = await openDatabase();
    await recordSimulation(database, scenario(), { id: 'a' });
    await recordSimulation(database, scenario(CSV, 2), { id: 'b' });
    const other = await openDatabase();
    for (const id of ['a', 'b']) {
      const directory = path.join(temporaryDirectory(), id);
      await exportRows(database, { simulations: [id], experiments: [] }, format, directory);
      await importRows(other, directory);
    }
    for (const table of ['payment_datasets', 'payment_dataset_rows', 'payment_dataset_rejects', 'simulation_calendar'])
      expect(await other.query(`SELECT * FROM ${table} ORDER BY ALL`), table).toEqual(
        await database.query(`SELECT * FROM ${table} ORDER BY ALL`),
      );
    expect(await verifySimulation(other, 'b')).toEqual([]);
    expect((await verifyRun(other, await openRun(other, 'a'))).difference).toBeNull();
  });

  it.each([
    ['a payment that was changed', 'UPDATE payment_dataset_rows SET amount = amount + 1 WHERE arrival_index = 2'],
    ['a payment that is gone', 'DELETE FROM payment_dataset_rows WHERE arrival_index = 3'],
    ['a list that is gone', 'DELETE FROM payment_dataset_rows; DELETE FROM payment_datasets'],
  ])('finds %s', async (_, damage) => {
    const database = await openDatabase();
    await recordSimulation(database, scenario(), { id: 'a' });
    const name = (await listPaymentLists(database))[0]!.dataset_sha256;
    await database.execute(damage);
    await expect(loadPaymentList(database, name)).rejects.toThrow('is not in');
    expect(await verifySimulation(database, 'a')).toEqual([expect.stringContaining(`the payment list ${name.slice(0, 12)}`)]);
  });

  it('knows when each tick of its clock was, and which were closed', async () => {
    const database = await openDatabase();
    await recordSimulation(database, scenario(), { id: 'a', level: 'SUMMARY' });
    const ticks = await database.query(
      "SELECT tick, business_date, strftime(local_time, '%H:%M') AS at, is_open FROM v_tick_times WHERE tick IN (0, 13, 14, 22, 43) ORDER BY tick",
    );
    expect(ticks).toEqual([
      { tick: 0, business_date: '2024-03-28', at: '07:00', is_open: true },
      { tick: 13, business_date: '2024-03-28', at: '13:30', is_open: true },
      { tick: 14, business_date: '2024-03-28', at: null, is_open: false },
      { tick: 22, business_date: '2024-04-02', at: '07:00', is_open: true },
      { tick: 43, business_date: '2024-04-02', at: '17:30', is_open: true },
    ]);
  });
});
