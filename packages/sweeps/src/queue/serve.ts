import { availableParallelism } from 'node:os';
import { Queue, UnrecoverableError, WaitingError, Worker, type Job } from 'bullmq';
import { Piscina } from 'piscina';
import type { SweepPlan } from '../cells/plan.js';
import { planOfTexts } from '../definition/stored.js';
import { sentPortion, type SentPortion } from '../execution/executors.js';
import { jobId, type JobResult } from '../execution/job.js';
import { Blobs } from './blobs.js';
import { checkName, connectTo, QueueError } from './connection.js';
import { portionSchema, type QueuePortion } from './portion.js';

/** How a worker serves a queue. */
export interface ServeOptions {
  /** The address of the server. */
  readonly url: string;
  /** The name of the queue. */
  readonly queue: string;
  /** The version of the engine. */
  readonly engineVersion: string;
  /** Portions at a time, each in a thread of its own; the machine's cores unless given. */
  readonly concurrency?: number;
  /** Folder with scenarios above 8 MiB. */
  readonly blobs?: string | null;
  /** Seconds after which a portion has gone wrong. */
  readonly jobTimeout?: number;
  /** Seconds after which a worker that says nothing counts as dead. */
  readonly lock?: number;
  /** Ends when there has been nothing to do for a few seconds. */
  readonly drain?: boolean;
  /** First: finish what is under way, take nothing more. */
  readonly stop?: AbortSignal;
  /** Second: give back what is under way. */
  readonly abandon?: AbortSignal;
  /** The server answers. */
  readonly onReady?: () => void;
  /** Told after each portion how many runs it had. */
  readonly onPortion?: (runs: number) => void;
}

const IDLE_MS = 3000;

/**
 * Works for a queue until it is told to stop (spec 15 §13.4). Simulations run in threads, so that this one can tell Redis every few
 * seconds that it lives.
 *
 * @returns runs that were done
 * @throws QueueError if the server does not answer, or a portion is of another version: it goes back to the queue
 */
export async function serveQueue({
  abandon,
  blobs = null,
  concurrency = availableParallelism(),
  drain = false,
  engineVersion,
  jobTimeout = 600,
  lock = 60,
  onPortion,
  onReady,
  queue,
  stop,
  url,
}: ServeOptions): Promise<number> {
  checkName(queue);
  const redis = await connectTo(url);
  onReady?.();
  const store = new Blobs(redis, blobs);
  const pool = new Piscina<SentPortion, JobResult[]>({
    filename: new URL('../execution/worker.js', import.meta.url).href,
    minThreads: concurrency,
    maxThreads: concurrency,
  });
  const plans = new Map<string, Promise<SweepPlan>>();
  let runs = 0;
  let failure: QueueError | null = null;
  let end = (): void => undefined;
  const ended = new Promise<void>((resolve) => (end = resolve));

  const planFor = (portion: QueuePortion): Promise<SweepPlan> => {
    const key = `${portion.definition_sha256} ${portion.base_sha256}`;
    const known = plans.get(key);
    if (known !== undefined) return known;
    plans.clear();
    const made = (async () =>
      planOfTexts({ definition: await store.get(portion.definition_sha256), base: await store.get(portion.base_sha256) }))();
    plans.set(key, made);
    made.catch(() => plans.delete(key));
    return made;
  };

  const giveBack = async (job: Job, token: string | undefined): Promise<never> => {
    await job.moveToWait(token);
    throw new WaitingError();
  };

  let underWay = 0;
  let idleSince = Date.now();
  const process = async (job: Job, token?: string): Promise<JobResult[]> => {
    underWay++;
    try {
      return await portionDone(job, token);
    } finally {
      underWay--;
      idleSince = Date.now();
    }
  };

  const portionDone = async (job: Job, token?: string): Promise<JobResult[]> => {
    const { data: portion, success } = portionSchema.safeParse(job.data);
    if (!success) throw new UnrecoverableError('this is no portion of a sweep');
    if (portion.engine_version !== engineVersion) {
      failure = new QueueError(`${queue} needs version ${portion.engine_version}, this worker is ${engineVersion}`);
      end();
      return giveBack(job, token);
    }
    const sent = checkedPortion(await planFor(portion), portion);
    const timeout = AbortSignal.timeout(jobTimeout * 1000);
    try {
      const results = await pool.run(sent, { signal: AbortSignal.any([timeout, ...(abandon === undefined ? [] : [abandon])]) });
      runs += results.length;
      onPortion?.(results.length);
      return results;
    } catch (error) {
      if (abandon?.aborted) return giveBack(job, token);
      const reason = timeout.aborted ? `no result after ${jobTimeout} s` : (error as Error).message;
      throw new Error(`worker died: ${reason}`, { cause: error });
    }
  };

  const worker = new Worker(queue, process, {
    connection: redis,
    concurrency,
    lockDuration: lock * 1000,
    lockRenewTime: lock * 250,
    stalledInterval: lock * 500,
    maxStalledCount: 2,
    drainDelay: 1,
  });
  worker.on('error', () => undefined);
  const left = new Queue(queue, { connection: redis });
  left.on('error', () => undefined);
  const watch = setInterval(() => {
    if (drain && underWay === 0 && Date.now() - idleSince > IDLE_MS)
      void left.getJobCountByTypes('wait', 'active', 'delayed', 'prioritized').then((count) => count === 0 && end());
  }, 500);
  stop?.addEventListener('abort', () => end(), { once: true });
  if (stop?.aborted) end();
  try {
    await ended;
    // Waits for what is under way, which `abandon` ends.
    await worker.close();
    if (failure !== null) throw failure as QueueError;
    return runs;
  } finally {
    clearInterval(watch);
    await Promise.allSettled([left.close(), pool.destroy()]);
    redis.disconnect();
  }
}

/** @throws QueueError for a portion that does not belong to its sweep: the job's name says what it computes */
function checkedPortion(plan: SweepPlan, { jobs }: QueuePortion): SentPortion {
  const [first] = jobs as [QueuePortion['jobs'][number]];
  const { cell } = first;
  const isRight =
    plan.cells[cell] !== undefined &&
    first.job_id === jobId(plan, cell, BigInt(first.seed)) &&
    jobs.every((job) => job.cell === cell && job.seed === String(plan.seed(cell, job.replication)));
  if (!isRight) throw new UnrecoverableError('these runs are not those of the sweep');
  return sentPortion(
    plan,
    cell,
    jobs.map(({ replication, seed }) => ({ replication, seed: BigInt(seed) })),
  );
}
