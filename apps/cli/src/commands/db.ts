import { existsSync } from 'node:fs';
import { Command, Option } from 'commander';
import {
  checkSchema,
  databaseInfo,
  deleteSimulation,
  diffRows,
  exportSimulation,
  listSimulations,
  SCHEMA_VERSION,
  verifySimulation,
  type SimCashDatabase,
} from '@simcash/persistence';
import { confirm } from '../confirm.js';
import { requireDatabase, withDatabase } from '../database.js';
import { CommandError, EXIT, usageError } from '../exit-codes.js';
import { databasePath, withGlobalOptions, type GlobalOptions } from '../global-options.js';
import { wholeNumberOption } from '../numbers.js';
import { json, note, print } from '../output/streams.js';
import { table } from '../output/table.js';
import { printSimulations } from './list.js';

export function databaseCommand(): Command {
  const command = new Command('db').description('look into a database and look after it');
  const sub = (name: string): Command => withGlobalOptions(command.command(name));
  sub('check').description('compare the schema with the one this program knows').action(check);
  sub('delete').description('delete a stored simulation').argument('<id>').option('--yes', 'do not ask').action(remove);
  sub('diff').description('the first differing row of two simulations, per table').argument('<a>').argument('<b>').action(diff);
  sub('experiments').description('list stored experiments, newest first').action(experiments);
  sub('export')
    .description('write all rows of a simulation to files')
    .argument('<id>')
    .addOption(new Option('--format <format>', 'of the files').choices(['parquet', 'ndjson']).default('parquet'))
    .option('--out <directory>', 'where to (default: a directory named after the simulation)')
    .action(exportRows);
  sub('info').description('size, schema version and rows per table').action(info);
  sub('init').description('create the database and its schema').action(init);
  sub('migrate').description('bring an older schema up to date; never drops data').action(migrate);
  sub('simulations')
    .description('list stored simulations, newest first')
    .option('--limit <n>', 'at most so many', wholeNumberOption('--limit', 1), 20)
    .action(simulations);
  sub('verify').description('check that the rows of a simulation, or of all, add up').argument('[id]').action(verify);
  return command;
}

async function simulations({ limit, ...options }: GlobalOptions & { limit: number }): Promise<void> {
  printSimulations(await withDatabase(options, true, (database) => listSimulations(database, { limit })), options);
}

async function experiments(options: GlobalOptions): Promise<void> {
  const rows = await withDatabase(options, true, (database) =>
    database.query<Record<string, string | number | boolean | null>>(
      `SELECT run_id, experiment_name, experiment_type, status, num_iterations, converged, final_cost, best_cost, created_at
       FROM experiments ORDER BY created_at DESC, run_id`,
    ),
  );
  if (options.json) return print(json(rows));
  const head = ['Run', 'Experiment', 'Type', 'Status', 'Iterations', 'Converged', 'Final cost', 'Best cost', 'Created'];
  print(
    `${table(
      head,
      rows.map((row) => Object.values(row).map((value) => (value === null ? '–' : String(value)))),
    )}\n`,
  );
}

async function init(options: GlobalOptions): Promise<void> {
  const path = databasePath(options);
  const existed = existsSync(path);
  await withDatabase(options, false, async () => undefined);
  report(
    options,
    { database: path, created: !existed, version: SCHEMA_VERSION },
    `${path}: schema version ${SCHEMA_VERSION}${existed ? ', was there already' : ' created'}`,
  );
}

/** Opening for writing applies what is pending. */
async function migrate(options: GlobalOptions): Promise<void> {
  const path = databasePath(options);
  requireDatabase(options);
  await withDatabase(options, false, async () => undefined);
  report(options, { database: path, version: SCHEMA_VERSION }, `${path}: schema version ${SCHEMA_VERSION}`);
}

async function check(options: GlobalOptions): Promise<void> {
  const differences = await withDatabase(options, true, checkSchema);
  report(
    options,
    { database: databasePath(options), differences },
    `${databasePath(options)}: ${differences.length === 0 ? 'schema is as it should be' : 'schema differs'}`,
  );
  if (differences.length > 0)
    throw new CommandError(EXIT.database, 'the schema differs from the one this program knows', differences);
}

async function info(options: GlobalOptions): Promise<void> {
  const found = await withDatabase(options, true, databaseInfo);
  const megabytes = (found.bytes / 1e6).toFixed(1);
  const rows = table(
    ['Table', 'Rows'],
    found.tables.map(({ rows: count, table: name }) => [name, count]),
  );
  report(options, found, `${found.path}: ${megabytes} MB, schema version ${found.version}\n\n${rows}`);
}

async function verify(id: string | undefined, options: GlobalOptions): Promise<void> {
  const problems = await withDatabase(options, true, async (database) => {
    const ids = id === undefined ? (await listSimulations(database)).map((simulation) => simulation.simulation_id) : [id];
    const found: Record<string, string[]> = {};
    for (const simulationId of ids) found[simulationId] = await verifySimulation(database, simulationId);
    return found;
  });
  const broken = Object.entries(problems).filter(([, list]) => list.length > 0);
  const lines = Object.entries(problems).map(
    ([simulation, list]) => `${simulation}: ${list.length === 0 ? 'all rows add up' : list.join('; ')}`,
  );
  report(options, problems, lines.join('\n'));
  if (broken.length > 0)
    throw new CommandError(EXIT.verification, `${broken.length} of ${lines.length} simulations do not add up`);
}

async function diff(a: string, b: string, options: GlobalOptions): Promise<void> {
  const differences = await withDatabase(options, true, (database) => diffRows(database, a, b));
  const lines = differences.map((difference) => `${difference.table}\n  ${a}: ${difference.first}\n  ${b}: ${difference.second}`);
  report(options, differences, lines.length === 0 ? 'All rows are equal.' : lines.join('\n'));
}

async function remove(id: string, options: GlobalOptions & { yes?: boolean }): Promise<void> {
  requireDatabase(options);
  if (!options.yes && !(await confirm(`Delete simulation ${id} from ${databasePath(options)}?`, options))) {
    throw usageError(`deleting ${id} needs a confirmation: add --yes`);
  }
  await withDatabase(options, false, (database) => deleteSimulation(database, id));
  if (!options.quiet) note(`deleted ${id}`);
}

async function exportRows(id: string, options: GlobalOptions & { format: 'parquet' | 'ndjson'; out?: string }): Promise<void> {
  const files = await withDatabase(options, true, (database: SimCashDatabase) =>
    exportSimulation(database, id, options.format, options.out ?? id),
  );
  report(options, files, files.join('\n'));
}

function report(options: GlobalOptions, document: unknown, text: string): void {
  print(options.json ? json(document) : `${text}\n`);
}
