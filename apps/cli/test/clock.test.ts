import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { query } from './support/database.js';
import { output, PACKAGES, scenarioFile, temporaryDirectory } from './support/simcash.js';

/** Stored times are UTC wherever the program runs. At any date one of New York and Sydney has summer time. */
const ZONES = ['UTC', 'America/New_York', 'Asia/Kolkata', 'Australia/Sydney'];
const EXAMPLES = path.resolve(import.meta.dirname, '../../../docs/examples/experiments');
const MINUTE = 60_000;

/** A small experiment without samples: experiment 1, which ends after two iterations. */
function experimentFile(): string {
  const text = readFileSync(path.join(EXAMPLES, 'exp1.yaml'), 'utf8')
    .replace('scenario: scenarios/', 'scenario: ')
    .replace('max_iterations: 25', 'max_iterations: 2')
    .replace('step: 0.05', 'step: 0.5');
  return path.join(
    temporaryDirectory({
      'experiment.yaml': text,
      'two-period.yaml': readFileSync(path.join(EXAMPLES, 'scenarios/two-period.yaml'), 'utf8'),
    }),
    'experiment.yaml',
  );
}

/** A scenario with a clock and a payment list. */
const LISTED = path.join(
  temporaryDirectory({
    'listed.yaml': `simulation: {num_days: 1, rng_seed: 1}
agents: [{id: A, opening_balance: 900, policy: {type: Fifo}}, {id: B, opening_balance: 0, policy: {type: Fifo}}]
clock: {time_zone: Europe/Berlin, tick: 30m, opening: "07:00", closing: "18:00", first_day: 2024-03-27}
payments: {file: pay.csv}
`,
    'pay.csv': 'time,sender,receiver,amount\n2024-03-27 08:31,A,B,1.00\n2024-03-27T12:31:00+01:00,B,A,0.50\n',
  }),
  'listed.yaml',
);

/** A sweep of one cell. */
const SWEEP = path.join(
  temporaryDirectory({
    'sweep.yaml': 'sweep: s\nbase: two.yaml\nseeds: [1, 2]\nmeasures: [total_cost]\n',
    'two.yaml': `simulation: {ticks_per_day: 3, num_days: 1, rng_seed: 1}
agents: [{id: A, opening_balance: 900, policy: {type: Fifo}}, {id: B, opening_balance: 0, policy: {type: Fifo}}]
`,
  }),
  'sweep.yaml',
);

/** A file of version 0.1.0, whose schema is older. */
function earlierFile(): string {
  const file = path.join(temporaryDirectory(), 'a.duckdb');
  writeFileSync(file, gunzipSync(readFileSync(path.join(PACKAGES, 'persistence/test/fixtures/schema-2.duckdb.gz'))));
  return file;
}

interface Times {
  column: string;
  /** Milliseconds since 1970 in UTC; null if the column is empty. */
  first: number | null;
  last: number | null;
}

/** The earliest and the latest time in every column of times that any table of a file has. */
async function timesIn(file: string, where = (_table: string): string => 'true'): Promise<Times[]> {
  const columns = await query(
    file,
    `SELECT table_name, column_name FROM duckdb_columns() JOIN duckdb_tables() USING (database_oid, schema_oid, table_oid, table_name)
     WHERE NOT duckdb_tables.internal AND data_type SIMILAR TO '(TIMESTAMP|DATE|TIME).*' AND table_name <> 'simulation_calendar'
     ORDER BY ALL`,
  );
  const selects = columns.map(
    ({ column_name: column, table_name: table }) =>
      `SELECT '${table as string}.${column as string}' AS "column", epoch_ms(min(${column as string}))::DOUBLE AS first,
         epoch_ms(max(${column as string}))::DOUBLE AS last FROM ${table as string} WHERE ${where(table as string)}`,
  );
  return (await query(file, selects.join(' UNION ALL '))) as unknown as Times[];
}

/** Columns with a time that is not the one at which the command ran. */
const astray = (times: readonly Times[], from: number, to: number): Times[] =>
  times.filter(({ first, last }) => first !== null && (first < from - MINUTE || last! > to + MINUTE));

/** When the schema was made or brought up to date. */
const MIGRATIONS = 'schema_migrations.applied_at';

describe.concurrent.each(ZONES)('in the time zone %s', (zone) => {
  const env = { TZ: zone };
  const database = path.join(temporaryDirectory(), 'a.duckdb');
  let times: Times[] = [];
  let id = '';
  let from = 0;
  let to = 0;

  beforeAll(async () => {
    from = Date.now();
    const run = ['run', scenarioFile('mixed-five-days'), '--save', '--db', database, '--checkpoint-every', 'day', '--json', '-q'];
    const { simulation } = JSON.parse(await output(run, { env })) as { simulation: { simulation_id: string } };
    id = simulation.simulation_id;
    await output(['experiment', 'run', experimentFile(), '--id', 'e', '--db', database, '--quiet'], { env });
    await output(['run', LISTED, '--save', '--id', 'listed', '--db', database, '--quiet'], { env });
    await output(['sweep', 'run', SWEEP, '--db', database, '--quiet'], { env });
    await output(['sweep', 'run', SWEEP, '--replications', '2', '--shard', '1/1', '--db', database, '--quiet'], { env });
    to = Date.now();
    times = await timesIn(database);
  });

  it('every time that a run or an experiment stores is the one at which it happened, in UTC', () => {
    expect(times.map(({ column }) => column)).toEqual(
      expect.arrayContaining([
        'simulations.started_at',
        'simulation_checkpoints.checkpoint_timestamp',
        'experiments.created_at',
        'sweeps.created_at',
      ]),
    );
    expect(times.filter(({ first }) => first === null)).toEqual([]);
    expect(astray(times, from, to)).toEqual([]);
  });

  it('payments arrive in the tick that the clock of the scenario says, not the one of the machine', async () => {
    const arrivals = 'SELECT arrival_tick, list_index FROM transactions WHERE list_index IS NOT NULL ORDER BY list_index';
    expect(await query(database, arrivals)).toEqual([
      { arrival_tick: 3, list_index: 1 },
      { arrival_tick: 11, list_index: 2 },
    ]);
    const [day] = await query(database, 'SELECT epoch_ms(opening)::DOUBLE AS opening, open_ticks FROM simulation_calendar');
    expect(day).toEqual({ opening: Date.UTC(2024, 2, 27, 6), open_ticks: 22 });
    const [noon] = await query(database, "SELECT tick FROM v_tick_times WHERE strftime(local_time, '%H:%M') = '12:00'");
    expect(noon).toEqual({ tick: 10 });
  });

  it('lists print the stored instants', async () => {
    const listed = async (...args: string[]): Promise<Record<string, string>[]> =>
      JSON.parse(await output([...args, '--json', '--db', database], { env })) as Record<string, string>[];
    const stored = (table: string, key: string, columns: string[]): Promise<Record<string, unknown>[]> =>
      query(
        database,
        `SELECT ${key} AS id, ${columns.map((name) => `epoch_ms(${name})::DOUBLE AS ${name}`).join(', ')} FROM ${table} ORDER BY 1`,
      );
    for (const [args, table, key, columns] of [
      [['list'], 'simulations', 'simulation_id', ['started_at', 'completed_at']],
      [['checkpoint', 'list'], 'simulation_checkpoints', 'checkpoint_id', ['checkpoint_timestamp']],
      [['db', 'experiments'], 'experiments', 'run_id', ['created_at', 'completed_at']],
    ] as const) {
      const rows = await listed(...args);
      expect(rows.length, args.join(' ')).toBeGreaterThan(0);
      for (const column of columns)
        for (const row of rows) expect(row[column], column).toMatch(/^\d{4}-\d\d-\d\dT[\d:]{8}(\.\d+)?Z$/);
      const instants = rows.map((row) => ({
        id: row[key]!,
        ...Object.fromEntries(columns.map((column) => [column, Date.parse(row[column]!)])),
      }));
      expect(
        instants.sort((a, b) => (a.id < b.id ? -1 : 1)),
        args.join(' '),
      ).toEqual(await stored(table, key, [...columns]));
    }
  });

  it('tables for people are in UTC, as they say', async () => {
    const [row] = await query(
      database,
      `SELECT strftime(started_at, '%Y-%m-%d %H:%M:%S') AS second FROM simulations WHERE simulation_id = '${id}'`,
    );
    const second = row!.second as string;
    const [list, show] = await Promise.all([
      output(['list', '--db', database], { env }),
      output(['show', id, '--db', database], { env }),
    ]);
    expect(list).toContain('Started (UTC)');
    expect(list).toContain(second.slice(0, 16));
    expect(show).toContain(`${second} UTC`);
  });

  it('the id that a run is given has its time in UTC', () => {
    const [, y, mo, d, h, mi, s] = /^run-(\d{4})(\d\d)(\d\d)-(\d\d)(\d\d)(\d\d)-[0-9a-f]{6}$/.exec(id)!;
    const named = Date.parse(`${y}-${mo}-${d}T${h}:${mi}:${s}Z`);
    expect(named).toBeGreaterThan(from - MINUTE);
    expect(named).toBeLessThan(to + MINUTE);
  });

  it('db init stores no other time than that of the call, and that of its migrations where it makes some', async () => {
    const fresh = path.join(temporaryDirectory(), 'a.duckdb');
    const older = earlierFile();
    const before = Date.now();
    await output(['db', 'init', '--db', fresh], { env });
    await output(['db', 'init', '--db', older], { env });
    const after = Date.now();
    expect(astray(await timesIn(fresh), before, after)).toEqual([]);
    const migrated = (await timesIn(older, (table) => (table === 'schema_migrations' ? 'version > 2' : 'false'))).filter(
      ({ first }) => first !== null,
    );
    expect(migrated.map(({ column }) => column)).toEqual([MIGRATIONS]);
    expect(astray(migrated, before, after)).toEqual([]);
  });
});
