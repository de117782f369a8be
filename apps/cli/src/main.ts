import { readFileSync } from 'node:fs';
import { writeMoneyIn } from '@simcash/protocol';
import { Command } from 'commander';
import { EXIT } from './exit-codes.js';
import type { GlobalOptions } from './global-options.js';
import { reportError } from './output/errors.js';
import { noteText, print } from './output/streams.js';

/** The commands in the order in which the help lists them; each is loaded when it is needed, so that none waits for the others. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  bank: async () => (await import('./commands/bank.js')).bankCommand(),
  checkpoint: async () => (await import('./commands/checkpoint.js')).checkpointCommand(),
  compare: async () => (await import('./commands/compare.js')).compareCommand(),
  'compare-designs': async () => (await import('./commands/compare-designs.js')).compareDesignsCommand(),
  costs: async () => (await import('./commands/list.js')).costsCommand(),
  db: async () => (await import('./commands/db.js')).databaseCommand(),
  designs: async () => (await import('./commands/designs.js')).designsCommand(),
  diff: async () => (await import('./commands/diff.js')).diffCommand(),
  env: async () => (await import('./commands/env.js')).envCommand(),
  events: async () => (await import('./commands/replay.js')).eventsCommand(),
  experiment: async () => (await import('./commands/experiment.js')).experimentCommand(),
  explain: async () => (await import('./commands/explain.js')).explainCommand(),
  explore: async () => (await import('./commands/explore.js')).exploreCommand(),
  externalities: async () => (await import('./commands/externalities.js')).externalitiesCommand(),
  indicators: async () => (await import('./commands/indicators.js')).indicatorsCommand(),
  init: async () => (await import('./commands/init.js')).initCommand(),
  list: async () => (await import('./commands/list.js')).listCommand(),
  pareto: async () => (await import('./commands/pareto.js')).paretoCommand(),
  payments: async () => (await import('./commands/payments.js')).paymentsCommand(),
  policy: async () => (await import('./commands/policy.js')).policyCommand(),
  queues: async () => (await import('./commands/queues.js')).queuesCommand(),
  replay: async () => (await import('./commands/replay.js')).replayCommand(),
  report: async () => (await import('./commands/report.js')).reportCommand(),
  run: async () => (await import('./commands/run.js')).runCommand(),
  schema: async () => (await import('./commands/schema.js')).schemaCommand(),
  sensitivity: async () => (await import('./commands/sensitivity.js')).sensitivityCommand(),
  show: async () => (await import('./commands/list.js')).showCommand(),
  stress: async () => (await import('./commands/stress.js')).stressCommand(),
  sweep: async () => (await import('./commands/sweep.js')).sweepCommand(),
  validate: async () => (await import('./commands/validate.js')).validateCommand(),
  worker: async () => (await import('./commands/worker.js')).workerCommand(),
};

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

/** The program with the command that was named, or that is being completed, or with all of them. */
async function programFor([name, ...words]: readonly string[]): Promise<Command> {
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
  // Whoever completes what follows a command needs no other one.
  const [, completed, ...after] = name === COMPLETE ? words : [];
  const loaded = needed(after.length > 0 ? completed : name);
  for (const command of await Promise.all(loaded.map((load) => load()))) program.addCommand(command);
  program.hook('preAction', (_, command) => writeMoneyIn(command.opts<GlobalOptions>().units ?? 'currency'));
  reportErrorsInOnePlace(program);
  // Its command takes these settings over.
  if (name === COMPLETE || loaded.length > 1) (await import('@bomb.sh/tab/commander')).default(program);
  return program;
}

function needed(name: string | undefined): (() => Promise<Command>)[] {
  if (name === '--version') return [];
  return name !== undefined && Object.hasOwn(COMMANDS, name) ? [COMMANDS[name]!] : Object.values(COMMANDS);
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
try {
  await (await programFor(process.argv.slice(2))).parseAsync();
} catch (error) {
  process.exitCode = reportError(error, asJson);
}
