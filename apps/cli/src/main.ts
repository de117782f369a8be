import { readFileSync } from 'node:fs';
import { writeMoneyIn } from '@simcash/protocol';
import { Command } from 'commander';
import { COMMANDS } from './commands.js';
import { EXIT } from './exit-codes.js';
import { filesRead } from './files/reading.js';
import type { GlobalOptions } from './global-options.js';
import { reportError } from './output/errors.js';
import { noteText, print } from './output/streams.js';

/** Prints what makes a shell complete commands and options, and answers the shell: `simcash complete bash`. */
const COMPLETE = 'complete';

/** Version of the command: that of all packages. */
const VERSION = (JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }).version;

const HELP = `
Examples:
  simcash run scenario.yaml                       simulate and print a summary
  simcash run scenario.yaml --save                and store every event in ./simcash.duckdb
  simcash run scenario.yaml --jsonl events        print the event log as JSON lines
  simcash replay RUN_ID --verbose                 show a stored run again
  simcash experiment run experiment.yaml          look for better policies

Exit codes: 0 success, 1 simulation or internal failure, 2 usage, 3 invalid input file, 4 not found, 5 database,
6 verification failed, 130/143 interrupted.`;

/** The program with one command, or with the names of all of them. */
async function programFor(args: readonly string[]): Promise<Command> {
  const program = new Command('simcash')
    .description(
      'Simulates a payment settlement system: RTGS, liquidity saving, programmable banks; stores and replays every event.',
    )
    .version(`simcash ${VERSION}`, '--version', 'print the version')
    .helpOption('-h, --help', 'show help')
    // What follows the name of a command is the command's, also where one of its subcommands has the same option.
    .enablePositionalOptions()
    .configureHelp({ sortSubcommands: true })
    .addHelpText('after', HELP);
  const wanted = wantedIn(args);
  const one = wanted !== undefined && Object.hasOwn(COMMANDS, wanted) ? COMMANDS[wanted]! : null;
  if (one !== null) program.addCommand((await one[1]()).description(one[0]));
  else for (const [known, [about]] of Object.entries(COMMANDS)) program.addCommand(new Command(known).description(about));
  program.hook('preAction', (_, command) => writeMoneyIn(command.opts<GlobalOptions>().units ?? 'currency'));
  reportErrorsInOnePlace(program);
  // Its command takes these settings over.
  if (args[0] === COMPLETE || one === null) (await import('@bomb.sh/tab/commander')).default(program);
  return program;
}

/** The command that is run, helped with, or completed behind its name: the others need not be loaded. */
function wantedIn(args: readonly string[]): string | undefined {
  const [name, ...words] = args[0] === '--' ? args.slice(1) : args;
  // After `complete --` stands the line so far, whose last word may be the beginning of a name.
  if (name === COMPLETE) return words.length > 2 ? words[1] : undefined;
  return name === 'help' ? words[0] : name;
}

/** The parser throws its errors, and prints none: there is one place that reports. */
function reportErrorsInOnePlace(command: Command): void {
  command
    .exitOverride()
    .showSuggestionAfterError()
    .configureOutput({
      outputError: () => undefined,
      writeErr: (text) => (asJson ? undefined : noteText(text.trimEnd())),
      writeOut: print,
    });
  for (const sub of command.commands) reportErrorsInOnePlace(sub);
}

const asJson = process.argv.includes('--json');
process.exitCode = EXIT.success;
// A process may be given one line after the other.
filesRead.clear();
try {
  await (await programFor(process.argv.slice(2))).parseAsync();
} catch (error) {
  process.exitCode = reportError(error, asJson);
}
