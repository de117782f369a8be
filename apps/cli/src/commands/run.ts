import { Command, Option } from 'commander';
import { PERSISTENCE_LEVELS, type PersistenceLevel } from '@simcash/protocol';
import { idOption } from '../id-option.js';
import { usageError } from '../exit-codes.js';
import { withForceOption, type ForceOptions } from '../files/writing.js';
import { checkFiltersAreUsed, withFilterOptions, withShortOption, type FilterOptions } from '../filter-options.js';
import { withGlobalOptions, type GlobalOptions } from '../global-options.js';
import { momentOption, type Moment } from '../moment-option.js';
import { secondsOption, seedOption, seedsOption, wholeNumber, wholeNumberOption } from '../numbers.js';
import type { ScenarioFileOptions } from '../scenario-file.js';
import { withScenarioOptions } from '../scenario-options.js';

export interface RunOptions extends GlobalOptions, FilterOptions, ForceOptions, ScenarioFileOptions {
  short?: boolean;
  untilTick?: Moment;
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
  replications?: number;
  seeds?: bigint[];
  checkDeterminism?: boolean;
}

export function runCommand(): Command {
  return withForceOption(withScenarioOptions(withShortOption(withFilterOptions(withGlobalOptions(new Command('run'))))))
    .argument('<scenario>', 'scenario file (.yaml, .yml, .json, or - for stdin)')
    .option('--seed <n>', 'random seed, 0 … 2^64−1', seedOption)
    .option(
      '--until-tick <n>',
      'stop after n ticks, or at a time of the clock; the scenario keeps its length',
      momentOption('--until-tick', 1),
    )
    .option('--time-limit <seconds>', 'stop after the tick that runs then', secondsOption('--time-limit'))
    .option('--design <name|file>', 'settle by a design: a preset (simcash designs), or a file with a settlement block')
    .option('--check-determinism', 'ask your settlement algorithms twice, and stop if answers differ')
    .addOption(new Option('--jsonl <what>', 'print JSON lines instead of the summary').choices(['ticks', 'events']))
    .option('--events-out <file>', 'also write the whole event log to a file, as JSON lines')
    .option('--save', 'store the run in the database')
    .option('--id <id>', 'id of the stored run', idOption)
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
    .option('--replications <n>', 'run n seeds and print means with intervals', wholeNumberOption('--replications', 1))
    .option('--seeds <list>', 'run these seeds, as 1..20 or 3,7,9, and print means with intervals', seedsOption)
    .option('--dry-run', 'check everything, print what would run')
    .addHelpText(
      'after',
      `
Examples:
  simcash run scenario.yaml --seed 7 --save --id trial-7
  simcash run scenario.yaml --jsonl events --agent NORTH --ticks 10..20
  simcash run scenario.yaml --verbose --ticks 40..50
  simcash run scenario.yaml --short
  simcash run scenario.yaml --save --id long --checkpoint-every day
  simcash run scenario.yaml --resume latest --id long
  simcash run scenario.yaml --replications 100`,
    )
    .action(async (file: string, options: RunOptions) => {
      checkCombinations(options);
      if (isReplicated(options)) return (await import('../sweep/replications.js')).runReplications(file, options);
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

const isReplicated = ({ replications, seeds }: RunOptions): boolean => replications !== undefined || seeds !== undefined;

/** What is asked of one run cannot be asked of many. */
function checkReplications(options: RunOptions): void {
  if (options.replications !== undefined && options.seeds !== undefined)
    throw usageError('--replications and --seeds exclude each other');
  if (options.seeds !== undefined && options.seed !== undefined) throw usageError('--seed and --seeds exclude each other');
  for (const [flag, given] of [
    ['--jsonl', options.jsonl !== undefined],
    ['--events-out', options.eventsOut !== undefined],
    ['--verbose', options.verbose === true],
    ['--short', options.short === true],
    ['--timings', options.timings === true],
    ['--resume', options.resume !== undefined],
    ['--level', options.level !== undefined],
    ['--no-snapshots', options.snapshots === false],
    ['--checkpoint-every', options.checkpointEvery !== undefined],
    ['--description', options.description !== undefined],
    ['--label', options.label !== undefined],
    ['--check-determinism', options.checkDeterminism === true],
    ['--time-limit with --save', options.save === true && options.timeLimit !== undefined],
  ] as const)
    if (given) throw usageError(`${flag} is for one run: leave out --replications and --seeds`);
}

function checkCombinations(options: RunOptions): void {
  if (isReplicated(options)) checkReplications(options);
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
