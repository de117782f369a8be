import { Command, Option } from 'commander';
import { PERSISTENCE_LEVELS, type PersistenceLevel } from '@simcash/protocol';
import { usageError } from '../exit-codes.js';
import { withPathOptions } from '../files/confines.js';
import { withForceOption, type ForceOptions } from '../files/writing.js';
import { checkFiltersAreUsed, repeatable, withFilterOptions, type FilterOptions } from '../filter-options.js';
import { withGlobalOptions, type GlobalOptions } from '../global-options.js';
import { secondsOption, seedOption, wholeNumber, wholeNumberOption } from '../numbers.js';
import type { ScenarioFileOptions } from '../scenario-file.js';

export interface RunOptions extends GlobalOptions, FilterOptions, ForceOptions, ScenarioFileOptions {
  untilTick?: number;
  timeLimit?: number;
  jsonl?: 'ticks' | 'events';
  eventsOut?: string;
  save?: boolean;
  id?: string;
  name?: string;
  description?: string;
  label?: Record<string, string>;
  level?: Lowercase<PersistenceLevel>;
  snapshots?: boolean;
  timings?: boolean;
  checkpointEvery?: number | 'day';
  resume?: string;
  dryRun?: boolean;
}

export function runCommand(): Command {
  return withForceOption(withPathOptions(withFilterOptions(withGlobalOptions(new Command('run')))))
    .description('simulate a scenario')
    .argument('<scenario>', 'scenario file (.yaml, .yml, .json, or - for stdin)')
    .option('--seed <n>', 'random seed, 0 … 2^64−1', seedOption)
    .option('--days <n>', 'number of days', wholeNumberOption('--days', 1))
    .option('--ticks-per-day <n>', 'ticks of a day', wholeNumberOption('--ticks-per-day', 1))
    .option('--until-tick <n>', 'stop after n ticks; the scenario keeps its length', wholeNumberOption('--until-tick', 1))
    .option('--time-limit <seconds>', 'stop after the tick that runs then', secondsOption('--time-limit'))
    .option('--set <path=value>', 'override a key of the scenario, e.g. agents.NORTH.unsecured_cap=0 (repeatable)', repeatable)
    .option('--policy <agent=file>', 'replace the policy of a bank (repeatable)', repeatable)
    .addOption(new Option('--jsonl <what>', 'print JSON lines instead of the summary').choices(['ticks', 'events']))
    .option('--events-out <file>', 'also write the whole event log to a file, as JSON lines')
    .option('--save', 'store the run in the database')
    .option('--id <id>', 'id of the stored run')
    .option('--name <name>', 'name of the stored run (default: that of the scenario file)')
    .option('--description <text>', 'what the stored run is about')
    .option('--label <key=value>', 'free word by which stored runs can be grouped (repeatable)', label)
    .addOption(
      new Option('--level <level>', 'how much is stored').choices(PERSISTENCE_LEVELS.map((level) => level.toLowerCase())),
    )
    .option('--no-snapshots', 'do not store the state of banks and queues after each tick (same as --level events)')
    .option('--timings', 'print how long the parts of a tick took')
    .option('--checkpoint-every <n>', 'store a checkpoint every n ticks, or at the end of each day: day (with --save)', interval)
    .option('--resume <checkpoint>', 'go on with a stored run from a checkpoint (its id, or latest with --id)')
    .option('--no-strict', 'unknown scenario keys are warnings, not errors')
    .option('--dry-run', 'check everything, print what would run')
    .addHelpText(
      'after',
      `
Examples:
  simcash run scenario.yaml --seed 7 --save --id trial-7
  simcash run scenario.yaml --jsonl events --agent NORTH --ticks 10..20
  simcash run scenario.yaml --verbose --ticks 40..50
  simcash run scenario.yaml --save --id long --checkpoint-every day
  simcash run scenario.yaml --resume latest --id long`,
    )
    .action(async (file: string, options: RunOptions) => {
      checkCombinations(options);
      const { run } = await import('../running/run.js');
      await run(file, options);
    });
}

const interval = (text: string): number | 'day' => (text === 'day' ? 'day' : wholeNumber(text, '--checkpoint-every', 1));

function label(text: string, before: Record<string, string> = {}): Record<string, string> {
  const at = text.indexOf('=');
  if (at < 1) throw usageError(`--label needs KEY=VALUE, got '${text}'`);
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) };
}

function checkCombinations(options: RunOptions): void {
  if (options.json && options.jsonl) throw usageError('--json and --jsonl exclude each other');
  checkFiltersAreUsed(options);
  if (options.resume === 'latest' && options.id === undefined)
    throw usageError('--resume latest needs --id: whose latest checkpoint?');
  if (options.resume !== undefined)
    for (const name of ['name', 'description', 'label'] as const)
      if (options[name] !== undefined) throw usageError(`--${name} is for new runs: one that goes on keeps what it has`);
  if (options.save || options.resume !== undefined) return;
  for (const [flag, given] of [
    ['--id', options.id !== undefined],
    ['--name', options.name !== undefined],
    ['--description', options.description !== undefined],
    ['--label', options.label !== undefined],
    ['--level', options.level !== undefined],
    ['--no-snapshots', options.snapshots === false],
    ['--checkpoint-every', options.checkpointEvery !== undefined],
  ] as const) {
    if (given) throw usageError(`${flag} needs --save`);
  }
}
