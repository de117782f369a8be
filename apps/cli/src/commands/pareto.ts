import { Command } from 'commander';
import { usageError } from '../exit-codes.js';
import { withPathOptions } from '../files/confines.js';
import { withGlobalOptions } from '../global-options.js';
import { wholeNumberOption } from '../numbers.js';
import { checkSweepRunOptions, withSweepRunOptions, type SweepRunOptions } from '../sweep-run-options.js';

export interface ParetoOptions extends SweepRunOptions {
  measures?: readonly string[];
}

export function paretoCommand(): Command {
  return withSweepRunOptions(
    withPathOptions(withGlobalOptions(new Command('pareto')))
      .argument('<file>', 'sweep file')
      .option(
        '--measures <names>',
        'two or more, with commas, all to be small; rates count as what is missing to 1 (default: total_cost,delay_indicator,liquidity_used)',
        (text: string) => text.split(','),
      )
      .option('--replications <n>', 'days of each cell', wholeNumberOption('--replications', 1)),
  )
    .addHelpText(
      'after',
      '\nExamples:\n  simcash pareto sweep.yaml --measures total_cost,delay_indicator\n  simcash pareto sweep.yaml --replications 50 --json',
    )
    .action(async (file: string, options: ParetoOptions) => {
      checkSweepRunOptions(options);
      if (options.measures?.length === 1) throw usageError('--measures: a trade-off needs two or more');
      const { runPareto } = await import('../sweep/pareto.js');
      await runPareto(file, options);
    });
}
