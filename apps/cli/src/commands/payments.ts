import { Command, Option } from 'commander';
import { usageError } from '../exit-codes.js';
import { withForceOption, type ForceOptions } from '../files/writing.js';
import { withGlobalOptions, type GlobalOptions } from '../global-options.js';
import { wholeNumberOption } from '../numbers.js';
import type { BalancesOptions } from '../payments/balances.js';
import type { CheckOptions } from '../payments/check.js';
import type { FitCommandOptions } from '../payments/fit.js';
import { withScenarioOptions } from '../scenario-options.js';

export interface ExportOptions extends GlobalOptions, ForceOptions {
  out: string;
}

export function paymentsCommand(): Command {
  const command = new Command('payments');
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
    .action(async (file: string, options: CheckOptions) => (await import('../payments/check.js')).checkPayments(file, options));
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
  const stored = () => import('../payments/stored.js');
  sub('list')
    .description('list the payment lists of a database, newest first')
    .action(async (options: GlobalOptions) => (await stored()).listLists(options));
  sub('show')
    .description('a stored payment list: how it was read, and what was not taken')
    .argument('<sha256>', 'name of the list, or its first digits')
    .action(async (name: string, options: GlobalOptions) => (await stored()).showList(name, options));
  sub('delete')
    .description('delete a payment list that no stored run needs')
    .argument('<sha256>', 'name of the list, or its first digits')
    .option('--yes', 'do not ask')
    .action(async (name: string, options: GlobalOptions & { yes?: boolean }) => (await stored()).deleteList(name, options));
  withForceOption(sub('export'))
    .description('write the payments of a stored run to a file: what they were, and what became of them')
    .argument('<id>', 'simulation id')
    .requiredOption('--out <file>', 'a .csv or .parquet file')
    .action(async (id: string, options: ExportOptions) => (await stored()).exportPayments(id, options));
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
