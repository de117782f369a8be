import { copyFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { asParquet, COMMAND } from './read-inputs.mjs';

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const TWO_BANKS = here('../../../docs/examples/scenarios/two-banks.yaml');

/** The rows of a run that a command reads, written to nowhere by DuckDB alone. */
const copied = (condition, run = 'day') =>
  `COPY (SELECT event_type, tick, details FROM simulation_events WHERE simulation_id = '${run}'${condition} ORDER BY event_seq) TO '/dev/null' (FORMAT csv)`;

/** Parts of stored runs and whole ones: what the command is told, and the same rows with DuckDB alone. */
export function readingCases({ bank, database, ticks: [from, to], tx }) {
  const simcash = (...args) => [COMMAND, ...args, '--db', database];
  const duckdb = (...statements) => [here('duckdb-alone.mjs'), database, 'read', ...statements];
  const wholeLog = duckdb(copied(''));
  return [
    {
      name: 'events RUN --tx T',
      goal: { seconds: 0.6 },
      args: simcash('events', 'day', '--tx', tx),
      alone: duckdb(copied(` AND list_contains(tx_ids, '${tx}')`)),
    },
    {
      name: 'events RUN --agent B',
      goal: { seconds: 0.6 },
      args: simcash('events', 'day', '--agent', bank),
      alone: duckdb(copied(` AND list_contains(agent_ids, '${bank}')`)),
    },
    {
      name: 'costs RUN',
      goal: { seconds: 1.5 },
      args: simcash('costs', 'day'),
      alone: duckdb("COPY (FROM daily_agent_metrics WHERE simulation_id = 'day') TO '/dev/null' (FORMAT csv)"),
    },
    {
      name: 'costs RUN --csv, by tick',
      goal: { seconds: 1.5 },
      args: simcash('costs', 'day', '--csv'),
      alone: duckdb(costsByTick('day')),
    },
    {
      name: 'replay RUN --verbose, three ticks',
      goal: { seconds: 1 },
      args: simcash('replay', 'day', '--verbose', '--ticks', `${from}..${to}`),
      alone: duckdb(copied(` AND tick BETWEEN ${from} AND ${to}`)),
    },
    {
      name: 'replay RUN --jsonl events',
      goal: { seconds: 8 },
      args: simcash('replay', 'day', '--jsonl', 'events'),
      alone: wholeLog,
    },
    { name: 'replay RUN --verify', goal: { seconds: 6 }, args: simcash('replay', 'day', '--verify'), alone: wholeLog },
    {
      name: 'db verify RUN',
      goal: { seconds: 12 },
      args: simcash('db', 'verify', 'day'),
      alone: duckdb(
        ...['simulation_events', 'transactions'].map(
          (name) => `SELECT sum(hash(COLUMNS(*))) FROM ${name} WHERE simulation_id = 'day'`,
        ),
      ),
    },
    {
      name: 'diff A B, the same log twice',
      goal: { megabytes: 500 },
      args: simcash('diff', 'day', 'again'),
      alone: duckdb(
        `SELECT count(*) FROM (FROM simulation_events WHERE simulation_id = 'day') a
         JOIN (FROM simulation_events WHERE simulation_id = 'again') b USING (event_seq) WHERE a.details <> b.details`,
      ),
    },
  ];
}

const costsByTick = (run) =>
  `COPY (SELECT tick, agent_id, sum(CAST(details -> 'costs' ->> 'total' AS BIGINT)) AS cost FROM simulation_events
   WHERE simulation_id = '${run}' AND event_type = 'CostAccrual' GROUP BY ALL ORDER BY ALL) TO '/dev/null' (FORMAT csv)`;

/** Everything else: a longer run of fewer banks, storing, starting, reading a scenario, many small games. */
export function otherCases({ database, files }, folder) {
  const fresh = path.join(folder, 'fresh.duckdb');
  const remove = () => ['', '.wal'].forEach((end) => rmSync(`${fresh}${end}`, { force: true }));
  const save = (name, goal, id) => ({
    name,
    goal,
    args: [COMMAND, 'run', files[id], '--save', '--db', fresh, '--id', id, '--level', 'events', '--quiet'],
    prepare: remove,
    // The run is exported when this row is measured, and not for the others.
    get alone() {
      const inserts = asParquet(folder, database, id).files.map(
        ({ file, table }) => `INSERT INTO ${table} BY NAME FROM '${file}'`,
      );
      return [here('duckdb-alone.mjs'), fresh, 'write', ...inserts];
    },
    prepareAlone: () => {
      remove();
      copyFileSync(asParquet(folder, database, id).empty, fresh);
    },
  });
  return [
    {
      name: 'costs RUN --csv, 200 banks, 30 days',
      goal: { seconds: 0.6 },
      args: [COMMAND, 'costs', 'many', '--csv', '--db', database],
      alone: [here('duckdb-alone.mjs'), database, 'read', costsByTick('many')],
    },
    save('run --save', { seconds: 8.5, megabytes: 1000 }, 'day'),
    save('run --save, 200 banks, 30 days', { seconds: 0.7 }, 'many'),
    {
      name: 'run two-banks.yaml (alone: node -e 0)',
      goal: { cpu: 0.15 },
      args: [COMMAND, 'run', TWO_BANKS, '--quiet'],
      alone: ['-e', '0'],
    },
    {
      name: 'validate, 100,000 payments in JSON (alone: JSON.parse)',
      goal: { seconds: 1, megabytes: 300 },
      args: [COMMAND, 'validate', files.listed],
      alone: ['-e', 'JSON.parse(fs.readFileSync(process.argv[1], "utf8"))', files.listed],
    },
    { name: '20 seeds of a game of ten banks, in process', goal: { cpu: 0.09 }, args: [here('seeds.mjs')], alone: null },
  ];
}
