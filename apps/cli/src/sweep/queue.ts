import type { QueueExecutor, serveQueue } from '@simcash/sweeps/queue';
import { VERSION } from '@simcash/runs';
import type { WorkerOptions } from '../commands/worker.js';
import { CommandError, EXIT, usageError } from '../exit-codes.js';
import type { GlobalOptions } from '../global-options.js';
import { json, note, print, say } from '../output/streams.js';
import { command } from '../output/invocation.js';
import type { LoadedSweep } from './load.js';

interface QueueOptions extends GlobalOptions {
  queue?: string;
  blobs?: string;
}

/** Lets workers run a sweep: the coordinator's side of the queue (spec 15 §13.4). @throws CommandError */
export async function openQueue(id: string, { plan, texts }: LoadedSweep, options: QueueOptions): Promise<QueueExecutor> {
  const url = redisUrl('--executor bullmq');
  const queue = options.queue ?? `simcash-${id}`;
  const executor = await explained(async ({ QueueExecutor }) =>
    QueueExecutor.connect(plan, {
      ...{ url, queue, sweepId: id, engineVersion: VERSION, texts },
      blobs: options.blobs ?? null,
    }),
  );
  if (!options.quiet) note(`Runs are in the queue ${queue}; start workers with ${command()} worker --queue ${queue}`);
  return executor;
}

/** Refuses a queue that cannot be used before anything is written. @throws CommandError */
export async function checkQueue({ queue }: QueueOptions): Promise<void> {
  const url = redisUrl('--executor bullmq');
  await explained(async ({ checkName, checkServer }) => {
    if (queue !== undefined) checkName(queue);
    await checkServer(url);
  });
}

/** `simcash worker`: works until SIGTERM or Ctrl-C, which finish what is under way; a second one gives it back. */
export async function serve(options: WorkerOptions): Promise<void> {
  const url = redisUrl('simcash worker');
  const [stop, abandon] = [new AbortController(), new AbortController()];
  const hear = (): void => (stop.signal.aborted ? abandon : stop).abort();
  process.on('SIGTERM', hear);
  process.on('SIGINT', hear);
  const onReady = (): void => {
    if (!options.quiet) note(`Working for ${options.queue}; Ctrl-C finishes what is under way, a second one gives it back`);
  };
  try {
    const runs = await explained(({ serveQueue }) =>
      serveQueue({ ...settings(options), url, onReady, stop: stop.signal, abandon: abandon.signal }),
    );
    if (options.json) print(json({ schema_version: 1, queue: options.queue, runs }));
    else if (!options.quiet) say(`${runs} runs done for ${options.queue}\n`);
  } finally {
    process.off('SIGTERM', hear);
    process.off('SIGINT', hear);
  }
}

type Served = Parameters<typeof serveQueue>[0];

const settings = ({ blobs, concurrency, drain, jobTimeout, lock, queue }: WorkerOptions): Omit<Served, 'url'> => ({
  queue,
  engineVersion: VERSION,
  blobs: blobs ?? null,
  drain: drain ?? false,
  ...(concurrency === undefined ? {} : { concurrency }),
  ...(jobTimeout === undefined ? {} : { jobTimeout }),
  ...(lock === undefined ? {} : { lock }),
});

/** Never an argument: every user of the machine sees those. */
function redisUrl(what: string): string {
  const url = process.env.SIMCASH_REDIS_URL;
  if (url === undefined || url === '')
    throw usageError(
      `${what} needs the address of a Redis or Valkey server in SIMCASH_REDIS_URL, such as redis://localhost:6379`,
    );
  return url;
}

async function explained<T>(work: (queue: typeof import('@simcash/sweeps/queue')) => Promise<T>): Promise<T> {
  const queue = await import('@simcash/sweeps/queue').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new CommandError(EXIT.failure, 'queues need the packages bullmq and ioredis: npm install bullmq ioredis');
  });
  try {
    return await work(queue);
  } catch (error) {
    if (error instanceof queue.QueueNameError) throw usageError(`--queue: ${error.message}`);
    throw error;
  }
}
