import { Command, Option } from 'commander';
import {
  deletePaymentList,
  EXPORT_COLUMNS,
  findPaymentList,
  listPaymentLists,
  paymentsOfRun,
  rejectedRows,
  type StoredPaymentList,
} from '@simcash/persistence';
import { counted, money } from '@simcash/protocol';
import { confirm } from '../confirm.js';
import { requireDatabase, withDatabase } from '../database.js';
import { usageError } from '../exit-codes.js';
import { checkListFile, writeListFile } from '../files/list-files.js';
import { databaseFiles, withForceOption, type ForceOptions } from '../files/writing.js';
import { databasePath, withGlobalOptions, type GlobalOptions } from '../global-options.js';
import { wholeNumberOption } from '../numbers.js';
import type { BalancesOptions } from '../payments/balances.js';
import type { FitCommandOptions } from '../payments/fit.js';
import { json, note, print, say } from '../output/streams.js';
import { table } from '../output/table.js';
import type { ScenarioFileOptions } from '../scenario-file.js';
import { withScenarioOptions } from '../scenario-options.js';

export function paymentsCommand(): Command {
  const command = new Command('payments').description('payment lists: check files, look at stored ones, write those of a run');
  withForceOption(withScenarioOptions(withGlobalOptions(command.command('check'))))
    .description('read the payments of a scenario and report what would be taken; nothing is simulated')
    .argument('<scenario>', 'scenario file (.yaml, .yml, .json, or - for stdin)')
    .option('--rejects <file>', 'write every rejected row to a CSV file')
    .addHelpText(
      'after',
      `
Examples:
  simcash payments check scenario.yaml
  simcash payments check scenario.yaml --payments april.csv --rejects rejects.csv`,
    )
    .action(check);
  withGlobalOptions(command.command('profile'))
    .description('guess how a file of payments is written, and print the blocks that a scenario needs to read it')
    .argument('<file>', 'a CSV or Parquet file')
    .addHelpText('after', '\nExample:\n  simcash payments profile april.csv')
    .action(async (file: string, options: GlobalOptions) => (await import('../payments/profile.js')).profile(file, options));
  withForceOption(withScenarioOptions(withGlobalOptions(command.command('fit'))))
    .description('generated payments like those of a list: rates, profile of the day, amounts, receivers, deadlines, priorities')
    .argument('<scenario>', 'scenario file with payments')
    .option('--buckets <n>', 'parts of the day (default: 24, or as many as it has ticks)', wholeNumberOption('--buckets', 1))
    .addOption(new Option('--weights <what>', 'receivers by value or by number').choices(['value', 'count']))
    .addOption(new Option('--profile <which>', 'one profile for all banks, or one each').choices(['shared', 'per-bank']))
    .addOption(new Option('--amounts <how>', 'the best curve, or the amounts themselves').choices(['best', 'empirical']))
    .option('--out <file>', 'write the scenario with generated payments to this .yaml or .json file')
    .addHelpText(
      'after',
      `
What it does not model: correlation between banks, days of the week, autocorrelation, replies to received payments.

Examples:
  simcash payments fit scenario.yaml
  simcash payments fit scenario.yaml --buckets 12 --out generated.yaml`,
    )
    .action(async (file: string, options: FitCommandOptions) => (await import('../payments/fit.js')).fit(file, options));
  withForceOption(withGlobalOptions(command.command('synthesize')))
    .description('draw a payment list: sizes of banks or a matrix of values, profile of the day, amounts with a heavy tail')
    .argument('<specification>', 'file that says what is drawn (.yaml, .yml, .json)')
    .requiredOption('--out <file>', 'a .csv or .parquet file')
    .addHelpText('after', '\nExample:\n  simcash payments synthesize town.yaml --out pay.csv')
    .action(async (file: string, options: ExportOptions) => (await import('../payments/synthesize.js')).writeList(file, options));
  const sub = (name: string): Command => withGlobalOptions(command.command(name));
  sub('list').description('list the payment lists of a database, newest first').action(list);
  sub('show')
    .description('a stored payment list: how it was read, and what was not taken')
    .argument('<sha256>', 'name of the list, or its first digits')
    .action(show);
  sub('delete')
    .description('delete a payment list that no stored run needs')
    .argument('<sha256>', 'name of the list, or its first digits')
    .option('--yes', 'do not ask')
    .action(remove);
  withForceOption(sub('export'))
    .description('write the payments of a stored run to a file: what they were, and what became of them')
    .argument('<id>', 'simulation id')
    .requiredOption('--out <file>', 'a .csv or .parquet file')
    .action(exportPayments);
  sub('balances')
    .description('statements of accounts (camt.053) beside a stored run: balances, and entries by their references')
    .argument('<id>', 'simulation id')
    .argument('<file...>', 'statements (.xml)')
    .option(
      '--bank <account=bank>',
      'whose account it is, where neither its name nor its BIC says so (may be repeated)',
      bankOption,
    )
    .addHelpText('after', '\nExample:\n  simcash payments balances replay statement.xml --bank DE02100100100006820101=NORTH')
    .action(async (id: string, files: string[], options: BalancesOptions) =>
      (await import('../payments/balances.js')).compareBalances(id, files, options),
    );
  return command;
}

function bankOption(text: string, before: Readonly<Record<string, string>> = {}): Record<string, string> {
  const [account = '', bank = ''] = text.split('=');
  if (account === '' || bank === '') throw usageError(`--bank needs ACCOUNT=BANK, got '${text}'`);
  return { ...before, [account]: bank };
}

interface CheckOptions extends GlobalOptions, ScenarioFileOptions, ForceOptions {
  rejects?: string;
}

async function check(file: string, options: CheckOptions): Promise<void> {
  const { checkPayments } = await import('../payments/check.js');
  await checkPayments(file, options);
}

const short = ({ dataset_sha256: name }: StoredPaymentList): string => name.slice(0, 12);

async function list(options: GlobalOptions): Promise<void> {
  const lists = await withDatabase(options, true, listPaymentLists);
  if (options.json) return print(json(lists));
  if (lists.length === 0) return say(`${databasePath(options)} has no payment lists.\n`);
  const head = ['Payment list', 'Payments', 'Value', 'Rejected', 'Ticks', 'Runs', 'Stored (UTC)'];
  const rows = lists.map((one) => [
    short(one),
    one.num_payments,
    money(one.total_value),
    one.num_rejected,
    one.first_tick === null ? '–' : `${one.first_tick}..${one.last_tick}`,
    one.num_runs,
    one.created_at.slice(0, 16).replace('T', ' '),
  ]);
  say(`${table(head, rows)}\n`);
}

interface StoredSource {
  name: string | null;
  /** Only of files. */
  file?: { bytes: number; sha256: string };
  rows: number;
  accepted: number;
  rejected: number;
}

async function show(name: string, options: GlobalOptions): Promise<void> {
  const found = await withDatabase(options, true, async (database) => {
    const stored = await findPaymentList(database, name);
    const { sources, ...rest } = stored;
    return {
      ...rest,
      sources: JSON.parse(sources) as StoredSource[],
      rejects: await rejectedRows(database, stored.dataset_sha256),
    };
  });
  if (options.json) return print(json(found));
  const { currency, first_tick: first, last_tick: last, rejects, sources } = found;
  say(`Payment list ${found.dataset_sha256}\n\n`);
  say(`  ${counted(found.num_payments, 'payment')}, ${money(found.total_value)}${currency === null ? '' : ` ${currency}`}\n`);
  if (first !== null) say(`  ticks ${first} … ${last}, ${found.ticks_per_day} a day\n`);
  say(`  ${counted(found.num_runs, 'stored run')}\n\n`);
  const head = ['Source', 'Bytes', 'SHA-256', 'Rows', 'Accepted', 'Rejected'];
  const rows = sources.map(({ accepted, file, name: source, rejected, rows: count }) => [
    source ?? '–',
    file?.bytes ?? '–',
    file?.sha256.slice(0, 12) ?? '–',
    count,
    accepted,
    rejected,
  ]);
  say(`${table(head, rows)}\n`);
  if (rejects.length === 0) return;
  const rejected = rejects.map(({ code, column_name: column, line, source, source_row: row, value }) => [
    sources[source]?.name ?? String(source),
    row,
    line ?? '–',
    column ?? '–',
    code,
    value ?? '–',
  ]);
  say(`\n${table(['Source', 'Row', 'Line', 'Column', 'Reason', 'Value'], rejected)}\n`);
}

async function remove(name: string, options: GlobalOptions & { yes?: boolean }): Promise<void> {
  requireDatabase(options);
  if (!options.yes && !(await confirm(`Delete the payment list ${name} from ${databasePath(options)}?`, options)))
    throw usageError(`deleting ${name} needs a confirmation: add --yes`);
  await withDatabase(options, false, (database) => deletePaymentList(database, name));
  if (!options.quiet) note(`deleted ${name}`);
}

export interface ExportOptions extends GlobalOptions, ForceOptions {
  out: string;
}

async function exportPayments(id: string, options: ExportOptions): Promise<void> {
  checkListFile(options.out);
  const payments = await withDatabase(options, true, (database) => paymentsOfRun(database, id));
  const rows = payments.map(({ divisible, time_critical, ...payment }) => ({
    ...payment,
    time_critical: String(time_critical),
    divisible: String(divisible),
  }));
  await writeListFile(options.out, EXPORT_COLUMNS, rows, options, databaseFiles(databasePath(options)));
  if (options.json) print(json({ simulation_id: id, file: options.out, payments: rows.length }));
  else if (!options.quiet) note(`${options.out}: ${counted(rows.length, 'payment')}`);
}
