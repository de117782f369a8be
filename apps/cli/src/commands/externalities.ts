import { Command } from 'commander';
import { idOption } from '../id-option.js';
import { usageError } from '../exit-codes.js';
import { withForceOption, type ForceOptions } from '../files/writing.js';
import { withGlobalOptions, type GlobalOptions } from '../global-options.js';
import { secondsOption, seedsOption, wholeNumberOption } from '../numbers.js';
import type { ScenarioFileOptions } from '../scenario-file.js';
import { withScenarioOptions } from '../scenario-options.js';
import { checkSweepRunOptions } from '../sweep-run-options.js';

export interface ExternalitiesOptions extends GlobalOptions, ScenarioFileOptions, ForceOptions {
  against: string;
  seeds?: readonly bigint[];
  replications?: number;
  workers?: number;
  save?: boolean;
  id?: string;
  csv?: boolean;
  chart?: string;
  timeLimit?: number;
}

export function externalitiesCommand(): Command {
  return withForceOption(withScenarioOptions(withGlobalOptions(new Command('externalities'))))
    .argument('<scenario>', 'scenario file (.yaml, .yml, .json)')
    .option('--against <policy>', 'the benchmark: fifo, or a policy file', 'fifo')
    .option(
      '--replications <n>',
      'number of seeds, drawn from that of the scenario (default: 20)',
      wholeNumberOption('--replications', 1),
    )
    .option('--seeds <list>', 'seeds, as 1..20 or 3,7,9', seedsOption)
    .option('--workers <n>', 'number of threads', wholeNumberOption('--workers', 1))
    .option('--save', 'store it as a sweep, which can be resumed, reported and merged like any other')
    .option('--id <id>', 'with --save: id of the sweep', idOption)
    .option('--chart <file>', 'draw the changes of costs as a heat map: a file that ends in .svg')
    .option('--time-limit <seconds>', 'stop after so long', secondsOption('--time-limit'))
    .option('--csv', 'print CSV: a row per measure, bank and affected bank, money in cents')
    .addHelpText(
      'after',
      '\nExamples:\n  simcash externalities scenario.yaml --seeds 1..50\n  simcash externalities scenario.yaml --against patient.json --chart matrix.svg --json',
    )
    .action(async (file: string, options: ExternalitiesOptions) => {
      if (options.seeds !== undefined && options.replications !== undefined)
        throw usageError('--replications and --seeds exclude each other');
      checkSweepRunOptions(options);
      const { runExternalities } = await import('../sweep/externalities.js');
      await runExternalities(file, options);
    });
}
