import { Command } from 'commander';
import { withGlobalOptions, type GlobalOptions } from '../global-options.js';
import { secondsOption, wholeNumberOption } from '../numbers.js';

export interface WorkerOptions extends GlobalOptions {
  queue: string;
  concurrency?: number;
  drain?: boolean;
  jobTimeout?: number;
  lock?: number;
  blobs?: string;
}

export function workerCommand(): Command {
  return withGlobalOptions(new Command('worker'))
    .requiredOption('--queue <name>', 'queue to work for, as sweep run --executor bullmq prints it')
    .option('--concurrency <n>', 'portions at a time (default: one for each core)', wholeNumberOption('--concurrency', 1))
    .option('--drain', 'end when there has been nothing to do for some seconds')
    .option(
      '--job-timeout <seconds>',
      'time after which a portion has gone wrong (default: 600)',
      secondsOption('--job-timeout', 0.1, 604_800),
    )
    .option(
      '--lock <seconds>',
      'time after which a worker that says nothing counts as dead (default: 60)',
      secondsOption('--lock', 1, 3600),
    )
    .option('--blobs <dir>', 'folder shared with the coordinator, for scenarios above 8 MiB')
    .addHelpText(
      'after',
      '\nExamples:\n  SIMCASH_REDIS_URL=redis://localhost:6379 simcash worker --queue caps\n  simcash worker --queue caps --concurrency 4 --drain',
    )
    .action(async (options: WorkerOptions) => (await import('../sweep/queue.js')).serve(options));
}
