import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { IndicatorSink } from '../../runs/src/indicators.js';
import { recordSimulation } from '../../runs/src/record.js';
import { readEvents } from '../../runs/src/stored-indicators.js';
import type { SimCashDatabase } from '../src/index.js';
import { loadCalls, REFERENCE_SCENARIOS } from '../../engine/test/support/reference.js';
import { openDatabase, reference } from './support/storing.js';

/** The views of indicators give what an independent program computed from the golden logs (spec 14 §12, §16). */

type Row = Record<string, unknown>;
interface Sheet {
  system: Row & { deadlines: Record<string, Record<string, Row>>; mechanisms: Record<string, Row>; lsm: Record<string, Row> };
  days: Row[];
  banks: Row[];
  bank_days: Row[];
  pairs: Row[];
  bcbs248: Row[];
  network: Row & { banks: Row[] };
  profile: Record<string, number[]>;
}

const file = path.join(import.meta.dirname, '../../indicators/test/reference/indicators.json.gz');
const sheets = JSON.parse(gunzipSync(readFileSync(file)).toString('utf8')) as Record<string, Sheet>;

/** Runs without calls from outside; those have a test of their own. */
const NAMES = Object.keys(sheets).filter((name) => loadCalls(REFERENCE_SCENARIOS.find((one) => one.name === name)!).length === 0);

let database: SimCashDatabase;

beforeAll(async () => {
  database = await openDatabase();
  for (const name of NAMES) {
    await recordSimulation(database, reference(name), { id: name, level: 'EVENTS' });
    await addSeries(name);
  }
});

/** Runs as small as these are stored without series. */
async function addSeries(name: string): Promise<void> {
  const { config } = reference(name);
  const ticks = config.ticks_per_day * config.num_days;
  const sink = new IndicatorSink({ config });
  await readEvents(database, name, sink, ticks);
  const rows = Array.from(sink.measures(ticks).bank_days, ({ agent_id, day, ...lists }) =>
    [`'${name}'`, `'${agent_id}'`, day, ...Object.values(lists).map((cents) => `[${cents.join(', ')}]`)].join(', '),
  );
  await database.execute(`INSERT INTO bank_day_series VALUES (${rows.join('), (')})`);
}

/** What is stored when a run completes, and what views read where it is. */
const STORED = ['indicator_sheets', 'bank_day_series'];
const VIEWS_OF_IT = ['v_bank_ticks', 'v_system_ticks', 'v_throughput', 'v_bank_days', 'v_bank_days_intratick', 'v_bank_runs'];

it('views give the same from events alone', async () => {
  const all = (view: string): Promise<Row[]> => database.query<Row>(`SELECT * FROM ${view} ORDER BY ALL`);
  const before = await Promise.all(VIEWS_OF_IT.map(all));
  await database.execute('BEGIN');
  for (const table of STORED) await database.execute(`DELETE FROM ${table}`);
  const after = await Promise.all(VIEWS_OF_IT.map(all));
  await database.execute('ROLLBACK');
  for (const [i, view] of VIEWS_OF_IT.entries()) expect([view, after[i]]).toEqual([view, before[i]]);
  expect(before.every((rows) => rows.length > 0)).toBe(true);
});

const rows = (view: string, name: string, order: string): Promise<Row[]> =>
  database.query<Row>(`SELECT * FROM ${view} WHERE simulation_id = $1 ORDER BY ${order}`, [name]);

/** Keys of a view row that a golden row has, too, and whose values differ. */
function differences(view: Row, golden: Row): string[] {
  return Object.entries(view)
    .filter(([key, value]) => key in golden && !isSame(value, golden[key]))
    .map(([key, value]) => `${key}: ${String(value)}, not ${String(golden[key])}`);
}

function isSame(value: unknown, golden: unknown): boolean {
  if (Array.isArray(golden))
    return golden.length === (value as unknown[]).length && golden.every((x, i) => isSame((value as unknown[])[i], x));
  if (typeof golden !== 'number' || value === null) return value === golden;
  return Math.abs(Number(value) - golden) <= (Number.isInteger(golden) ? 1e-9 : 1e-9 * Math.max(1, Math.abs(golden)));
}

/** Compares rows one by one; says what the golden ones have that no view column could be compared with. */
function expectRows(view: readonly Row[], golden: readonly Row[], least: number): void {
  expect(view.length).toBe(golden.length);
  expect(view.flatMap((row, i) => differences(row, golden[i]!))).toEqual([]);
  if (view.length > 0) expect(Object.keys(view[0]!).filter((key) => key in golden[0]!).length).toBeGreaterThanOrEqual(least);
}

const byId = 'encode(agent_id)';

describe.each(NAMES)('%s', (name) => {
  const sheet = sheets[name]!;

  it('the run and its days', async () => {
    expectRows(await rows('v_system_runs', name, '1'), [sheet.system], 28);
    expectRows(await rows('v_system_days', name, 'day'), sheet.days, 14);
  });

  it('banks and their days', async () => {
    expectRows(await rows('v_bank_runs', name, byId), sheet.banks, 17);
    expectRows(await rows('v_bank_days', name, `${byId}, day`), sheet.bank_days, 21);
    expectRows(await rows('v_bank_days_intratick', name, `${byId}, day`), sheet.bank_days, 3);
    expectRows(await rows('v_bcbs248', name, byId), sheet.bcbs248, 8);
  });

  it('pairs and the network', async () => {
    expectRows(await rows('v_pair_flows', name, 'encode(sender_id), encode(receiver_id)'), sheet.pairs, 4);
    expectRows(await rows('v_network_nodes', name, byId), sheet.network.banks, 4);
    expectRows(await rows('v_network', name, '1'), sheet.network.links === 0 ? [] : [sheet.network], 5);
  });

  it('ticks', async () => {
    const ticks = await rows('v_system_ticks', name, 'tick');
    for (const [key, values] of Object.entries(sheet.profile)) expect([key, ticks.map((row) => row[key])]).toEqual([key, values]);
    expect(ticks.filter(({ stalled }) => stalled).length).toBe(sheet.system.stalled_ticks);
  });

  it('deadlines, mechanisms and savings', async () => {
    const outcomes = await rows('v_deadlines', name, 'band, outcome');
    for (const [band, golden] of Object.entries(sheet.system.deadlines))
      for (const outcome of ['on_time', 'late', 'missed_unsettled', 'open']) {
        const row = outcomes.find((one) => one.band === band && one.outcome === outcome);
        expect({ count: row?.payments ?? 0, value: row?.value ?? 0 }).toEqual(golden[outcome]);
      }
    const mechanisms = await rows('v_mechanisms', name, 'CAST(settlement_type AS VARCHAR)');
    expect(mechanisms.map(({ settlement_type }) => settlement_type)).toEqual(Object.keys(sheet.system.mechanisms));
    expectRows(mechanisms, Object.values(sheet.system.mechanisms), 2);
    const savings = Object.fromEntries(
      (await rows('v_lsm_savings', name, 'mechanism')).map((row) => [row.mechanism as string, row]),
    );
    for (const [kind, golden] of Object.entries(sheet.system.lsm))
      expectRows([savings[kind] ?? { operations: 0, gross: 0, net: 0, saved: 0 }], [golden], 4);
  });

  it('the share sent rises to 1 on every day with outgoing flows', async () => {
    const throughput = await rows('v_throughput', name, 'encode(agent_id), tick');
    const last = throughput.filter(
      (row, i) => throughput[i + 1]?.day !== row.day || throughput[i + 1]?.agent_id !== row.agent_id,
    );
    expect(last.every(({ share_cum, value_cum }) => share_cum === (value_cum === 0 ? null : 1))).toBe(true);
  });
});

it('is compared for nearly all golden runs', () => expect(NAMES.length).toBeGreaterThan(30));
