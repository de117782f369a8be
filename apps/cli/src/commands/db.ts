import { existsSync } from 'node:fs';
import path from 'node:path';
import { Command, Option } from 'commander';
import {
  checkSchema,
  databaseInfo,
  deleteExperiment,
  deleteSimulation,
  diffRows,
  EXPORT_FORMATS,
  ExperimentRepository,
  exportRows,
  importRows,
  listSimulations,
  SCHEMA_VERSION,
  verifyExperiment,
  verifySimulation,
  type ExportFormat,
} from '@simcash/persistence';
import { counted, money, visible } from '@simcash/protocol';
import { openRun, sheetProblems } from '@simcash/runs';
import { confirm } from '../confirm.js';
import { isExperiment, requireDatabase, withDatabase } from '../database.js';
import { queryDatabase } from '../database-query.js';
import { CommandError, EXIT, usageError } from '../exit-codes.js';
import { databasePath, withGlobalOptions, type GlobalOptions } from '../global-options.js';
import { wholeNumberOption } from '../numbers.js';
import { json, note, print, say } from '../output/streams.js';
import { table } from '../output/table.js';
import { printSimulations } from './list.js';

export function databaseCommand(): Command {
  const command = new Command('db');
  const sub = (name: string): Command => withGlobalOptions(command.command(name));
  sub('check').description('compare the schema with the one this program knows').action(check);
  sub('delete')
    .description('delete a stored simulation, or an experiment with all its simulations')
    .argument('<id>')
    .option('--yes', 'do not ask')
    .action(remove);
  sub('diff').description('the first differing row of two simulations, per table').argument('<a>').argument('<b>').action(diff);
  sub('experiments').description('list stored experiments, newest first').action(experiments);
  sub('export')
    .description('write all rows of simulations and experiments to files')
    .argument('<ids...>', 'ids of simulations and experiments; of an experiment its simulations are written, too')
    .addOption(new Option('--format <format>', 'of the files').choices(EXPORT_FORMATS).default('parquet'))
    .option('--out <directory>', 'where to; it must not exist (default: a directory named after the first id)')
    .option('--views', 'write the views, too')
    .action(exportFiles);
  sub('import').description('take in what db export wrote').argument('<directory>').action(importFiles);
  sub('info').description('size, schema version and rows per table').action(info);
  sub('init').description('create the database and its schema').action(init);
  sub('migrate').description('bring an older schema up to date; never drops data').action(migrate);
  sub('query')
    .description('print what a query of yours finds; nothing can be changed')
    .argument('<sql>', 'one query, such as "SELECT * FROM v_bank_days"; - for standard input')
    .option('--csv', 'print CSV')
    .option('--jsonl', 'print a JSON object per row')
    .option('--limit <n>', 'print at most so many rows (default: 1000 in a table, else all)', wholeNumberOption('--limit', 1))
    .action(queryDatabase);
  sub('simulations')
    .alias('list')
    .description('list stored simulations, newest first')
    .option('--limit <n>', 'show at most this many', wholeNumberOption('--limit', 1), 20)
    .action(simulations);
  sub('verify')
    .description('check that the rows of a simulation or an experiment, or of all, add up')
    .argument('[id]')
    .action(verify);
  return command;
}

async function simulations({ limit, ...options }: GlobalOptions & { limit: number }): Promise<void> {
  printSimulations(await withDatabase(options, true, (database) => listSimulations(database, { limit })), options);
}

async function experiments(options: GlobalOptions): Promise<void> {
  const runs = await withDatabase(options, true, (database) => new ExperimentRepository(database).list());
  if (options.json) return print(json(runs));
  const amount = (cents: number | null): string => (cents === null ? '–' : money(cents));
  const head = ['Run', 'Type', 'Status', 'Iterations', 'Converged', 'Final cost', 'Best cost', 'Created (UTC)'];
  const rows = runs.map((run) => [
    run.run_id,
    run.experiment_type,
    run.status,
    run.num_iterations,
    run.converged ? 'yes' : 'no',
    amount(run.final_cost),
    amount(run.best_cost),
    run.created_at.slice(0, 16).replace('T', ' '),
  ]);
  say(`${table(head, rows)}\n`);
}

async function init(options: GlobalOptions): Promise<void> {
  const file = databasePath(options);
  const existed = existsSync(file);
  await withDatabase(options, false, async () => undefined);
  report(
    options,
    { database: file, created: !existed, version: SCHEMA_VERSION },
    `${file}: schema version ${SCHEMA_VERSION}${existed ? ', was there already' : ' created'}`,
  );
}

/** Opening for writing applies what is pending. */
async function migrate(options: GlobalOptions): Promise<void> {
  const file = databasePath(options);
  requireDatabase(options);
  await withDatabase(options, false, async () => undefined);
  report(options, { database: file, version: SCHEMA_VERSION }, `${file}: schema version ${SCHEMA_VERSION}`);
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
  report(options, found, `${found.path}: ${megabytes} MB, schema version ${found.version}`, '', ...rows.split('\n'));
}

async function verify(id: string | undefined, options: GlobalOptions): Promise<void> {
  const problems = await withDatabase(options, true, async (database) => {
    const found: Record<string, string[]> = {};
    const all = id === undefined;
    const experimentIds = all ? (await new ExperimentRepository(database).list()).map(({ run_id }) => run_id) : [];
    const simulationIds = all ? (await listSimulations(database)).map(({ simulation_id }) => simulation_id) : [];
    if (!all) ((await isExperiment(database, id)) ? experimentIds : simulationIds).push(id);
    for (const simulation of simulationIds) {
      const problems = await verifySimulation(database, simulation);
      // What damaged rows would give says nothing more.
      if (problems.length === 0) problems.push(...(await sheetProblems(database, await openRun(database, simulation))));
      found[simulation] = problems;
    }
    for (const experiment of experimentIds) found[experiment] = await verifyExperiment(database, experiment);
    return found;
  });
  const broken = Object.entries(problems).filter(([, list]) => list.length > 0);
  const lines = Object.entries(problems).map(
    ([name, list]) => `${name}: ${list.length === 0 ? 'all rows add up' : list.join('; ')}`,
  );
  report(options, problems, ...lines);
  if (broken.length > 0) throw new CommandError(EXIT.verification, `${broken.length} of ${lines.length} do not add up`);
}

async function diff(a: string, b: string, options: GlobalOptions): Promise<void> {
  const differences = await withDatabase(options, true, (database) => diffRows(database, a, b));
  const lines = differences.flatMap(({ first, second, table: name }) => [name, `  ${a}: ${first}`, `  ${b}: ${second}`]);
  report(options, differences, ...(lines.length === 0 ? ['All rows are equal.'] : lines));
}

async function remove(id: string, options: GlobalOptions & { yes?: boolean }): Promise<void> {
  requireDatabase(options);
  if (!options.yes && !(await confirm(`Delete ${id} from ${databasePath(options)}?`, options))) {
    throw usageError(`deleting ${id} needs a confirmation: add --yes`);
  }
  await withDatabase(options, false, async (database) =>
    (await isExperiment(database, id)) ? deleteExperiment(database, id) : deleteSimulation(database, id),
  );
  if (!options.quiet) note(`deleted ${id}`);
}

interface ExportOptions extends GlobalOptions {
  format: ExportFormat;
  out?: string;
  views?: boolean;
}

async function exportFiles(ids: readonly string[], options: ExportOptions): Promise<void> {
  const directory = options.out ?? ids[0]!;
  if (existsSync(directory)) throw usageError(`--out ${directory} exists already: name a directory that does not, or remove it`);
  const files = await withDatabase(
    { ...options, directories: [path.dirname(path.resolve(directory))] },
    true,
    async (database) => {
      const simulations: string[] = [];
      const experiments: string[] = [];
      for (const id of ids) ((await isExperiment(database, id)) ? experiments : simulations).push(id);
      return exportRows(database, { simulations, experiments, views: options.views ?? false }, options.format, directory);
    },
  );
  report(options, files, ...files);
}

async function importFiles(directory: string, options: GlobalOptions): Promise<void> {
  const taken = await withDatabase({ ...options, directories: [directory] }, false, (database) =>
    importRows(database, directory),
  );
  const { experiments, simulations } = taken;
  report(
    options,
    taken,
    `${directory}: ${counted(simulations.length, 'simulation')}, ${counted(experiments.length, 'experiment')}`,
  );
}

function report(options: GlobalOptions, document: unknown, ...lines: readonly string[]): void {
  if (options.json) print(json(document));
  else say(`${lines.map(visible).join('\n')}\n`);
}
