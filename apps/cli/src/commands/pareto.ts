import { Command } from 'commander';
import { usageError } from '../exit-codes.js';
import { withPathOptions } from '../files/confines.js';
import { withGlobalOptions } from '../global-options.js';
import { secondsOption, seedOption, wholeNumberOption } from '../numbers.js';
import type { SweepLoadOptions } from '../sweep/load.js';

export interface ParetoOptions extends SweepLoadOptions {
  measures?: readonly string[];
  workers?: number;
  save?: boolean;
  id?: string;
  csv?: boolean;
  timeLimit?: number;
}

export function paretoCommand(): Command {
  return withPathOptions(withGlobalOptions(new Command('pareto')))
    .description('which cells of a sweep no other one betters in every measure')
    .argument('<file>', 'sweep file')
    .option(
      '--measures <names>',
      'two or more, with commas, all to be small; rates count as what is missing to 1 (default: total_cost,delay_indicator,liquidity_used)',
      (text: string) => text.split(','),
    )
    .option('--replications <n>', 'days of each cell', wholeNumberOption('--replications', 1))
    .option('-s, --seed <n>', 'seed of which those of the days are made', seedOption)
    .option('--workers <n>', 'number of threads', wholeNumberOption('--workers', 1))
    .option('--save', 'store the sweep')
    .option('--id <id>', 'with --save: id of the sweep')
    .option('--time-limit <seconds>', 'stop after so long', secondsOption('--time-limit'))
    .option('--csv', 'print CSV')
    .addHelpText(
      'after',
      '\nExamples:\n  simcash pareto sweep.yaml --measures total_cost,delay_indicator\n  simcash pareto sweep.yaml --replications 50 --json',
    )
    .action(async (file: string, options: ParetoOptions) => {
      if (options.json && options.csv) throw usageError('--json and --csv exclude each other');
      if (options.id !== undefined && !options.save) throw usageError('--id needs --save');
      if (options.measures?.length === 1) throw usageError('--measures: a trade-off needs two or more');
      const { runPareto } = await import('../sweep/pareto.js');
      await runPareto(file, options);
    });
}
