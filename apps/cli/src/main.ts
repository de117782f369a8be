import { Command, CommanderError } from 'commander';
import { checkpointCommand } from './commands/checkpoint.js';
import { databaseCommand } from './commands/db.js';
import { diffCommand } from './commands/diff.js';
import { costsCommand, listCommand, showCommand } from './commands/list.js';
import { policyCommand } from './commands/policy.js';
import { replayCommand } from './commands/replay.js';
import { runCommand } from './commands/run.js';
import { schemaCommand } from './commands/schema.js';
import { validateCommand } from './commands/validate.js';
import { CommandError, EXIT } from './exit-codes.js';
import { reportError } from './output/errors.js';
import { VERSION } from './version.js';

const program = new Command('simcash')
  .description(
    'Simulates a payment settlement system: RTGS, liquidity saving, programmable banks; stores and replays every event.',
  )
  .version(`simcash ${VERSION}`, '--version', 'print the version')
  .helpOption('-h, --help', 'show help')
  .addHelpText(
    'after',
    `
Examples:
  simcash run scenario.yaml                       simulate and print a summary
  simcash run scenario.yaml --save                and store every event in ./simcash.duckdb
  simcash run scenario.yaml --jsonl events        print the event log as JSON lines
  simcash replay RUN_ID --verbose                 show a stored run again

Exit codes: 0 success, 1 simulation or internal failure, 2 usage, 3 invalid input file, 4 not found, 5 database,
6 verification failed, 130/143 interrupted.`,
  )
  .showSuggestionAfterError()
  .exitOverride()
  .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'error: ')) });

const commands = [
  checkpointCommand(),
  costsCommand(),
  databaseCommand(),
  diffCommand(),
  listCommand(),
  policyCommand(),
  replayCommand(),
  runCommand(),
  schemaCommand(),
  showCommand(),
  validateCommand(),
];
for (const command of commands) program.addCommand(command);
for (const command of program.commands) overrideExit(command);

function overrideExit(command: Command): void {
  command.exitOverride().showSuggestionAfterError();
  for (const sub of command.commands) overrideExit(sub);
}

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? EXIT.success : EXIT.usage;
  else {
    reportError(error, process.argv.includes('--json'));
    process.exitCode = error instanceof CommandError ? error.exitCode : EXIT.failure;
  }
}
