import { Command, Option } from 'commander';
import { usageError } from '../exit-codes.js';
import { withPathOptions } from '../files/confines.js';
import { withGlobalOptions } from '../global-options.js';
import { wholeNumberOption } from '../numbers.js';
import { checkSweepRunOptions, withSweepRunOptions, type SweepRunOptions } from '../sweep-run-options.js';

export interface SensitivityOptions extends SweepRunOptions {
  method: 'sobol' | 'morris';
  points?: number;
  trajectories?: number;
  levels?: number;
  measure?: readonly string[];
}

export function sensitivityCommand(): Command {
  return withSweepRunOptions(
    withPathOptions(withGlobalOptions(new Command('sensitivity')))
      .argument('<file>', 'sweep file whose axes have ranges; its design is replaced')
      .addOption(
        new Option('--method <name>', 'Sobol indices, or the effects of Morris').choices(['sobol', 'morris']).default('sobol'),
      )
      .option(
        '--points <n>',
        'sobol: rows, a power of 2; runs are n (parameters + 2) (default: 256)',
        wholeNumberOption('--points', 1),
      )
      .option('--trajectories <n>', 'morris: walks (default: 10)', wholeNumberOption('--trajectories', 1))
      .option(
        '--levels <n>',
        'morris: values that a parameter may have, an even number (default: 4)',
        wholeNumberOption('--levels', 4),
      )
      .option('--measure <names>', 'measures, with commas (default: those of the file)', (text: string) => text.split(','))
      .option('--replications <n>', 'days of each run', wholeNumberOption('--replications', 1)),
  )
    .addHelpText(
      'after',
      '\nExamples:\n  simcash sensitivity sweep.yaml --points 512\n  simcash sensitivity sweep.yaml --method morris --measure total_cost --json',
    )
    .action(async (file: string, options: SensitivityOptions) => {
      checkSweepRunOptions(options);
      const isMorris = options.method === 'morris';
      if (isMorris && options.points !== undefined) throw usageError('--points goes with --method sobol');
      if (!isMorris && (options.trajectories ?? options.levels) !== undefined)
        throw usageError('--trajectories and --levels go with --method morris');
      const { runSensitivity } = await import('../sweep/sensitivity.js');
      await runSensitivity(file, options);
    });
}
