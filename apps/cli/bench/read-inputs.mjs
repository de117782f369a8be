import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { DuckDBInstance } from '@duckdb/node-api';
import { target2Scenario } from '../../../packages/engine/bench/target2.mjs';

export const COMMAND = fileURLToPath(new URL('../bin/simcash.js', import.meta.url));
const SEED = 2024;

const scenario = (name) => fileURLToPath(new URL(`../../../${name}.yaml`, import.meta.url));

/** By `--size`: the day that the goals are about, a longer run of fewer banks, and payments that are listed in a scenario. */
export const SIZES = {
  full: { day: {}, many: scenario('packages/engine/bench/scenarios/bench-200x30d'), listed: 100_000 },
  small: { day: { banks: 20, payments: 300, ticks: 60 }, many: scenario('docs/examples/scenarios/two-banks'), listed: 500 },
};

const simcash = (...args) => execFileSync(process.execPath, [COMMAND, ...args], { stdio: ['ignore', 'ignore', 'inherit'] });

function scenarioFile(folder, name, document) {
  const file = path.join(folder, `${name}.json`);
  writeFileSync(file, JSON.stringify(document));
  return file;
}

const targetFile = (folder, size) => scenarioFile(folder, 'day', target2Scenario({ seed: SEED, ...size }));

/** Stores a TARGET2-like run at level EVENTS under these ids. */
export function storeRuns(folder, database, ids, size) {
  const file = targetFile(folder, size);
  for (const id of ids) store(file, database, id);
}

function store(file, database, id) {
  simcash('run', file, '--save', '--db', database, '--id', id, '--level', 'events', '--quiet');
}

/** What is measured: a day that is stored twice, a longer run, a long scenario file. */
export async function makeInputs(folder, size, given) {
  const { day, listed, many } = SIZES[size];
  mkdirSync(folder, { recursive: true });
  const database = given ?? path.join(folder, 'runs.duckdb');
  const known = existsSync(database) ? await idsIn(database) : [];
  const files = {
    day: targetFile(folder, day),
    many,
    listed: scenarioFile(folder, 'listed', listedScenario(listed)),
  };
  for (const [id, file] of [
    ['day', files.day],
    ['again', files.day],
    ['many', many],
  ])
    if (!known.includes(id)) store(file, database, id);
  return { database, files, ...(await chosen(database)) };
}

/** A run as Parquet, and a database without rows: what DuckDB alone is given to store. */
export function asParquet(folder, database, id) {
  const [empty, out] = [path.join(folder, 'empty.duckdb'), path.join(folder, `${id}.parquet`)];
  if (!existsSync(empty)) simcash('db', 'init', '--db', empty);
  if (!existsSync(out)) simcash('db', 'export', id, '--db', database, '--out', out);
  return { empty, files: filledTables(out).map((table) => ({ table, file: path.join(out, `${table}.parquet`) })) };
}

const filledTables = (out) =>
  Object.entries(JSON.parse(readFileSync(path.join(out, 'manifest.json'), 'utf8')).tables)
    .filter(([, rows]) => rows > 0)
    .map(([name]) => name);

/** Payments that a scenario names one by one, as scenario events. */
function listedScenario(payments) {
  const banks = Array.from({ length: 100 }, (_, b) => `BANK_${String(b).padStart(3, '0')}`);
  const ticks = 600;
  return {
    simulation: { ticks_per_day: ticks, num_days: 1, rng_seed: SEED },
    agents: banks.map((id) => ({ id, opening_balance: 10_000_000 })),
    scenario_events: Array.from({ length: payments }, (_, i) => ({
      type: 'CustomTransactionArrival',
      from_agent: banks[i % 100],
      to_agent: banks[(i + 1 + (i % 98)) % 100],
      amount: 1000 + ((i * 7919) % 100_000),
      schedule: { type: 'OneTime', tick: Math.floor((i * ticks) / payments) },
    })),
  };
}

/** Rows of a query; a fresh connection, so that nothing stays open. */
async function read(database, sql) {
  const instance = await DuckDBInstance.create(database, { access_mode: 'READ_ONLY' });
  const connection = await instance.connect();
  try {
    return (await connection.runAndReadAll(sql)).getRowObjectsJS();
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

const idsIn = async (database) => (await read(database, 'SELECT simulation_id AS id FROM simulations')).map(({ id }) => id);

/** Events of run `day`. */
export const countEvents = async (database) =>
  Number((await read(database, "SELECT event_count AS n FROM simulations WHERE simulation_id = 'day'"))[0].n);

/** What parts are read of run `day`: a payment of its middle that waited, the bank with the median number of events, three ticks. */
export async function chosen(database) {
  const [{ ticks }] = await read(database, "SELECT last_tick + 1 AS ticks FROM simulations WHERE simulation_id = 'day'");
  const middle = Math.floor(Number(ticks) / 2);
  const [{ tx }] = await read(
    database,
    `WITH settled AS (SELECT *, settlement_tick - created_tick AS waited FROM transactions WHERE simulation_id = 'day' AND settlement_tick IS NOT NULL)
     SELECT tx_id AS tx FROM settled WHERE waited >= (SELECT avg(waited) FROM settled) ORDER BY abs(created_tick - ${middle}), tx_id LIMIT 1`,
  );
  const [{ bank }] = await read(
    database,
    `WITH counts AS (SELECT agent_id, count(*) AS n FROM simulation_events WHERE simulation_id = 'day' AND agent_id IS NOT NULL GROUP BY agent_id)
     SELECT agent_id AS bank FROM counts ORDER BY abs(n - (SELECT median(n) FROM counts)), agent_id LIMIT 1`,
  );
  return { tx, bank, ticks: [middle, middle + 2] };
}
