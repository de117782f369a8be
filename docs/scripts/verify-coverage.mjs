import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { readScenario, readScenarioText } from '@simcash/engine';
import { SimCashDatabase, TABLES, verifyExperiment, verifySimulation } from '@simcash/persistence';
import { recordSimulation } from '@simcash/runs';
import prettier from 'prettier';

/** The page that says which alterations `db verify` finds. `npm run docs:pages` writes it. */
export const PAGE = fileURLToPath(new URL('../reference/verify-coverage.md', import.meta.url));

const file = (name) => fileURLToPath(new URL(`../../${name}`, import.meta.url));

/** Columns in which an alteration is not found, and why. */
export const NOT_FOUND = {
  'simulation_checkpoints.checkpoint_timestamp': 'when a checkpoint was made: nothing else says so',
  'simulation_checkpoints.description': 'free text',
  'simulation_checkpoints.created_by': 'who asked for a checkpoint: nothing else says so',
};

/** Changes one value of every (nth) column, one at a time, and asks `db verify`: `{ table, column, found }`, null where there is no row. */
export async function coverage({ every = 1 } = {}) {
  const folder = mkdtempSync(path.join(tmpdir(), 'simcash-coverage-'));
  try {
    const database = await stored(path.join(folder, 'x.duckdb'));
    const [{ run_id: experiment }] = await database.query('SELECT run_id FROM experiments');
    const [rows, columns] = [[], []];
    for (const [table, declaration] of Object.entries(TABLES)) {
      const owner = ['simulation_id', 'run_id'].find((column) => Object.hasOwn(declaration.columns, column));
      if (owner === undefined) continue;
      const simulation = table === 'bank_day_series' ? 'large' : 'x';
      const [id, verify] = owner === 'run_id' ? [experiment, verifyExperiment] : [simulation, verifySimulation];
      for (const [column, { computed }] of Object.entries(declaration.columns))
        if (column !== owner && computed === undefined) columns.push({ table, column, owner, id, verify });
    }
    for (const [i, { column, table, ...rest }] of columns.entries())
      if (i % every === 0) rows.push({ table, column, found: await isFound(database, { table, column, ...rest }) });
    database.close();
    return rows;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A database with rows in every table. */
async function stored(name) {
  const [simcash, experiment] = ['apps/cli/bin/simcash.js', 'docs/examples/experiments/exp1.yaml'].map(file);
  execFileSync(process.execPath, [simcash, 'experiment', 'run', experiment, '--db', name, '--quiet'], {
    cwd: path.dirname(name),
  });
  const database = await SimCashDatabase.open(name);
  const scenario = file('packages/engine/test/reference/scenarios/mixed-five-days.yaml');
  const { document } = readScenarioText(readFileSync(scenario, 'utf8'));
  document.simulation.num_days = 1n;
  const readPolicy = (name) => readFileSync(path.resolve(path.dirname(scenario), name), 'utf8');
  await recordSimulation(database, readScenario(document, { exactIntegers: true, readPolicy }), {
    id: 'x',
    level: 'FULL',
    name: 'all kinds',
    description: 'of everything',
    labels: { study: 'coverage' },
    checkpointEvery: 'day',
    onTick: ({ tick }, simulation) => void (tick === 5 && simulation.postCollateral('COLNE', 100)),
  });
  await recordSimulation(database, largeScenario(), { id: 'large', level: 'EVENTS' });
  return database;
}

/** So many bank-ticks that their series are stored; nothing happens in them. */
function largeScenario() {
  const agents = Array.from({ length: 200 }, (_, i) => ({ id: `B${i}`, opening_balance: i, policy: { type: 'Fifo' } }));
  return readScenario({ simulation: { ticks_per_day: 100, num_days: 1, rng_seed: 1 }, agents });
}

async function isFound(database, { column, id, owner, table, verify }) {
  const [row] = await database.query(
    `SELECT rowid, "${column}" AS value, ${alteration(table, column)} AS altered FROM ${table} WHERE ${owner} = $1 ORDER BY "${column}" IS NULL, rowid LIMIT 1`,
    [id],
  );
  if (row === undefined) return null;
  await database.execute('BEGIN');
  try {
    const update = `UPDATE ${table} SET "${column}" = ${alteration(table, column)} WHERE rowid = ${row.rowid}`;
    // What DuckDB itself refuses needs not be found.
    if (
      await database.execute(update).then(
        () => false,
        () => true,
      )
    )
      return true;
    return (await verify(database, id)).length > 0;
  } finally {
    await database.execute('ROLLBACK');
  }
}

/** SQL for another value of a column. */
function alteration(table, column) {
  const { type, words } = TABLES[table].columns[column];
  const name = `"${column}"`;
  if (type === 'WORD') {
    const other = `CASE WHEN ${name} = '${words[0]}' THEN '${words[1] ?? words[0]}' ELSE '${words[0]}' END`;
    return TABLES[table].bulk ? `CAST(${other} AS ${`ENUM(${words.map((word) => `'${word}'`).join(', ')})`})` : other;
  }
  if (type.endsWith('[]')) return `list_append(coalesce(${name}, []), ${type === 'VARCHAR[]' ? "'x'" : '1'})`;
  if (type === 'BOOLEAN') return `NOT coalesce(${name}, true)`;
  if (type === 'TIMESTAMP') return `coalesce(${name}, TIMESTAMP '2025-01-01') + INTERVAL 1 SECOND`;
  if (type === 'JSON') return `CASE WHEN ${name} IS NULL THEN '{}' ELSE '[' || ${name} || ']' END`;
  if (type === 'VARCHAR') return `coalesce(${name}, '') || 'x'`;
  return type === 'UBIGINT' ? `CASE WHEN ${name} = 0 THEN 1 ELSE ${name} - 1 END` : `coalesce(${name}, 0) + 1`;
}

/** The text of the page. */
export async function coveragePage(rows) {
  const reached = rows.filter(({ found }) => found !== null);
  const missed = reached.filter(({ found }) => !found);
  const tables = [...new Set(reached.map(({ table }) => table))].map((table) => {
    const of = reached.filter((row) => row.table === table);
    return `| \`${table}\` | ${of.length} | ${of.filter(({ found }) => found).length} |`;
  });
  const text = `# What \`db verify\` finds

Made by [\`verify-coverage.mjs\`](../scripts/verify-coverage.mjs): it stores a run and an experiment, changes one value of each
column, one at a time, and verifies. ${reached.length - missed.length} of ${reached.length} changes are found. What is proved, and how, is in [The database](database.md).

| Table | Columns | Found |
|---|---:|---:|
${tables.join('\n')}

Not found:

| Column | Reason |
|---|---|
${missed.map(({ column, table }) => `| \`${table}.${column}\` | ${NOT_FOUND[`${table}.${column}`] ?? ''} |`).join('\n')}
`;
  return prettier.format(text, { ...(await prettier.resolveConfig(PAGE)), parser: 'markdown' });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(PAGE, await coveragePage(await coverage()));
