import { Command, Option } from 'commander';
import { idOption } from '../id-option.js';
import { usageError } from '../exit-codes.js';
import { withPathOptions, type PathOptions } from '../files/confines.js';
import { withForceOption, type ForceOptions } from '../files/writing.js';
import { withGlobalOptions, type GlobalOptions } from '../global-options.js';
import { secondsOption, seedOption, wholeNumberOption } from '../numbers.js';

export interface SweepRunOptions extends GlobalOptions, PathOptions, ForceOptions {
  chart?: string;
  replications?: number;
  seed?: bigint;
  workers?: number;
  executor: 'auto' | 'in-process' | 'worker-threads' | 'bullmq';
  queue?: string;
  blobs?: string;
  shard?: string;
  id?: string;
  resume?: string;
  retryFailed?: boolean;
  maxFailures?: Failures;
  timeLimit?: number;
  jsonl?: boolean;
  dryRun?: boolean;
}

export interface SweepReportOptions extends GlobalOptions {
  measure?: string;
  csv?: boolean;
}

export interface SweepExportOptions extends GlobalOptions, ForceOptions {
  out: string;
  table: 'values' | 'statistics' | 'jobs' | 'cells';
}

export interface SweepChartOptions extends GlobalOptions, ForceOptions {
  out: string;
  measure: string;
  axis?: string;
  against?: string;
  difference?: boolean;
}

/** Failed runs after which a sweep is given up: their number, or their share of the runs that are finished. */
export interface Failures {
  readonly count?: number;
  readonly share?: number;
}

function failuresOption(text: string): Failures {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= 1) return { count: number };
  if (/^0?\.\d+$/.test(text) && number > 0) return { share: number };
  throw usageError(`--max-failures needs a whole number of at least 1, or a share between 0 and 1, got '${text}'`);
}

export function sweepCommand(): Command {
  const command = new Command('sweep');
  withForceOption(withPathOptions(withGlobalOptions(command.command('run'))))
    .description('run a sweep and store what it measures')
    .argument('[file]', 'sweep file (.yaml, .yml, .json); may be left out with --resume')
    .option('--replications <n>', 'number of seeds in every cell', wholeNumberOption('--replications', 1))
    .option('--seed <n>', 'master seed, from which those of replications are derived', seedOption)
    .option('--workers <n>', 'number of threads', wholeNumberOption('--workers', 1))
    .addOption(
      new Option('--executor <name>', 'where it runs')
        .choices(['auto', 'in-process', 'worker-threads', 'bullmq'])
        .default('auto'),
    )
    .option('--queue <name>', 'with bullmq: queue that workers serve (default: simcash- and the id of the sweep)')
    .option('--blobs <dir>', 'with bullmq: folder shared with the workers, for scenarios above 8 MiB')
    .option('--shard <k/n>', 'only the k-th of n parts, into a database of its own; auto reads a job array’s environment')
    .option('--id <id>', 'id of the sweep', idOption)
    .option('--resume <id>', 'go on with a stored sweep')
    .option('--retry-failed', 'with --resume: try failed runs once more')
    .option(
      '--max-failures <n>',
      'stop after so many failed runs, or such a share of all (default: 0.1, and more than 20)',
      failuresOption,
    )
    .option('--time-limit <seconds>', 'stop after so long; go on with --resume', secondsOption('--time-limit'))
    .option('--chart <file>', 'draw the first measure along the first axis into an .svg file')
    .option('--jsonl', 'print a line per finished run, in order')
    .option('--dry-run', 'check everything; print cells, runs and an estimate of the time')
    .addHelpText(
      'after',
      '\nExamples:\n  simcash sweep run caps.yaml --workers 4\n  simcash sweep run caps.yaml --shard 1/8 --db shards/1.duckdb\n  simcash sweep run --resume caps-20261129-101530-1a2b3c',
    )
    .action(async (file: string | undefined, options: SweepRunOptions) => {
      if (file === undefined && options.resume === undefined)
        throw usageError('name a sweep file, or a stored sweep with --resume ID');
      if (options.id !== undefined && options.resume !== undefined) throw usageError('--id is for a new sweep, --resume has one');
      if (options.resume !== undefined && (options.seed !== undefined || options.replications !== undefined))
        throw usageError('--resume goes on with the seeds that are stored: --seed and --replications are for a new sweep');
      if (options.executor !== 'bullmq' && (options.queue ?? options.blobs) !== undefined)
        throw usageError('--queue and --blobs go with --executor bullmq');
      if (options.chart !== undefined && (options.resume ?? options.shard) !== undefined)
        throw usageError('--chart is for a sweep that is run as a whole: simcash sweep chart draws stored ones');
      if (options.retryFailed && options.resume === undefined) throw usageError('--retry-failed needs --resume');
      const { runStoredSweep } = await import('../sweep/run.js');
      await runStoredSweep(file, options);
    });
  withGlobalOptions(command.command('list'))
    .description('stored sweeps, newest first')
    .action(async (options: GlobalOptions) => (await import('../sweep/inspect.js')).listSweeps(options));
  for (const [name, about] of [
    ['status', 'how far a sweep is, and what failed'],
    ['show', 'cells and what they set, and the figures of each'],
  ] as const)
    withGlobalOptions(command.command(name))
      .description(about)
      .argument('<id>', 'sweep id')
      .action(async (id: string, options: GlobalOptions) => {
        const inspect = await import('../sweep/inspect.js');
        await (name === 'status' ? inspect.sweepStatus : inspect.showSweep)(id, options);
      });
  withGlobalOptions(command.command('report'))
    .description('a row per cell: measures with intervals, and differences to the baseline')
    .argument('<id>', 'sweep id')
    .option('--measure <name>', 'only this measure')
    .option('--csv', 'print CSV, money in cents')
    .action(async (id: string, options: SweepReportOptions) => (await import('../sweep/inspect.js')).reportSweep(id, options));
  withForceOption(withGlobalOptions(command.command('export')))
    .description('write a table of a sweep to a file: by default a row per run and measure')
    .argument('<id>', 'sweep id')
    .requiredOption('--out <file>', 'a .csv or .parquet file')
    .addOption(new Option('--table <name>', 'which table').choices(['values', 'statistics', 'jobs', 'cells']).default('values'))
    .action(async (id: string, options: SweepExportOptions) => (await import('../sweep/export.js')).exportSweep(id, options));
  withForceOption(withGlobalOptions(command.command('chart')))
    .description('draw a measure along an axis with its intervals, or two measures against each other')
    .argument('<id>', 'sweep id')
    .requiredOption('--out <file>', 'an .svg file')
    .requiredOption('--measure <name>', 'what is drawn upwards')
    .option('--axis <name>', 'axis of the sweep that is drawn to the right (default: its first)')
    .option('--against <measure>', 'measure that is drawn to the right: a point per cell, and the frontier')
    .option('--difference', 'differences to the baseline, pair by pair')
    .addHelpText(
      'after',
      `
Examples:
  simcash sweep chart caps --measure total_cost --out cost.svg
  simcash sweep chart caps --measure total_cost --against delay_indicator --out frontier.svg`,
    )
    .action(async (id: string, options: SweepChartOptions) => (await import('../sweep/chart.js')).chartSweep(id, options));
  withGlobalOptions(command.command('merge'))
    .description('put the parts of a sweep together, in any order, twice if need be')
    .argument('<out>', 'database that takes them')
    .argument('<shards...>', 'databases of the parts')
    .option('--partial', 'also if runs are missing')
    .action(async (out: string, shards: string[], options: GlobalOptions & { partial?: boolean }) =>
      (await import('../sweep/merge.js')).mergeShards(out, shards, options),
    );
  withGlobalOptions(command.command('delete'))
    .description('delete a stored sweep')
    .argument('<id>', 'sweep id')
    .action(async (id: string, options: GlobalOptions) => (await import('../sweep/inspect.js')).deleteSweep(id, options));
  return command;
}
