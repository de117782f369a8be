import { setTimeout as after } from 'node:timers/promises';
import { Queue, QueueEvents, type Job } from 'bullmq';
import type { Redis } from 'ioredis';
import type { SweepPlan } from '../cells/plan.js';
import type { SweepTexts } from '../definition/stored.js';
import type { Portion, PortionExecutor } from '../execution/executors.js';
import { jobId, type JobResult } from '../execution/job.js';
import { Blobs } from './blobs.js';
import { checkName, connectTo, QueueError } from './connection.js';
import { answers, portionId, portionSchema, resultsSchema, type QueuePortion } from './portion.js';

const PORTIONS_PER_WORKER = 4;
/** Finished messages that are looked at together. */
const MOST_AT_ONCE = 1000;
/** How often the queue is looked at although it says nothing: it may have been restarted. */
const LOOK_AGAIN_MS = 2000;
const LAST_WAIT_MS = 30_000;
const KEPT_SECONDS = 7 * 24 * 3600;

/** Where a sweep is queued, and what of it. */
export interface QueueSettings {
  /** Of the Redis or Valkey server, from `SIMCASH_REDIS_URL`. */
  readonly url: string;
  /** The name of the queue. */
  readonly queue: string;
  /** The sweep's id. */
  readonly sweepId: string;
  /** The version of the engine. */
  readonly engineVersion: string;
  /** What the sweep can be planned from. */
  readonly texts: SweepTexts;
  /** Folder for scenarios above 8 MiB. */
  readonly blobs: string | null;
}

/** Lets workers on any machines run portions of a sweep (spec 15 §13.4): they may die, portions may come twice, Redis may restart. */
export class QueueExecutor implements PortionExecutor {
  /** What it is called. */
  readonly name = 'bullmq';
  readonly #waiting = new Map<string, QueuePortion>();
  readonly #queue: Queue;
  readonly #events: QueueEvents;
  readonly #blobs: Blobs;
  /** Called when something in the queue is finished. */
  #wake = (): void => undefined;
  #room = 0;
  #texts: Pick<QueuePortion, 'base_sha256' | 'definition_sha256'> | null = null;

  private constructor(
    private readonly plan: SweepPlan,
    private readonly settings: QueueSettings,
    private readonly redis: Redis,
  ) {
    this.#queue = new Queue(settings.queue, { connection: redis });
    this.#events = new QueueEvents(settings.queue, { connection: redis });
    // Connections say it themselves when they break, and come back.
    this.#queue.on('error', () => undefined);
    this.#events.on('error', () => undefined);
    this.#events.on('completed', () => this.#wake());
    this.#events.on('failed', () => this.#wake());
    this.#blobs = new Blobs(redis, settings.blobs);
  }

  /** @throws QueueError if the server does not answer, or the sweep cannot travel */
  static async connect(plan: SweepPlan, settings: QueueSettings): Promise<QueueExecutor> {
    checkName(settings.queue);
    if (plan.cells.some(({ scenario }) => scenario.payments !== null))
      throw new QueueError('scenarios with payment lists run in one process or in shards, not through a queue');
    const redis = await connectTo(settings.url);
    try {
      const executor = new QueueExecutor(plan, settings, redis);
      await executor.#events.waitUntilReady();
      await executor.#putTexts();
      return executor;
    } catch (error) {
      redis.disconnect();
      throw error;
    }
  }

  /** Results that a session before this one asked for and did not take. Portions of it that nobody has begun are withdrawn. */
  async *left(): AsyncGenerator<readonly JobResult[]> {
    await this.#queue.drain(true);
    yield* this.#finished();
  }

  /** Queues portions; results come in any order. */
  async *run(portions: Iterable<Portion>, signal?: AbortSignal): AsyncGenerator<readonly JobResult[]> {
    const next = portions[Symbol.iterator]();
    let isExhausted = false;
    let lastLook = 0;
    let stopAt = Infinity;
    signal?.addEventListener('abort', () => this.#wake(), { once: true });
    for (;;) {
      // Asked for before looking: what is finished meanwhile is not waited for.
      const woken = new Promise<void>((resolve) => (this.#wake = resolve));
      if (Date.now() - lastLook > LOOK_AGAIN_MS) {
        this.#room = PORTIONS_PER_WORKER * Math.max(await this.#queue.getWorkersCount(), 1);
        await this.#addLost();
        lastLook = Date.now();
      }
      if (signal?.aborted && stopAt === Infinity) {
        await this.#withdraw();
        isExhausted = true;
        stopAt = Date.now() + LAST_WAIT_MS;
      }
      while (!isExhausted && this.#waiting.size < this.#room) {
        const { done, value } = next.next();
        if (done) isExhausted = true;
        else await this.#add(this.#portion(value));
      }
      if ((isExhausted && this.#waiting.size === 0) || Date.now() > stopAt) return;
      let took = false;
      for await (const results of this.#finished()) {
        took = true;
        yield results;
      }
      if (took) continue;
      const rest = new AbortController();
      await Promise.race([woken, after(LOOK_AGAIN_MS, undefined, { signal: rest.signal }).catch(() => undefined)]);
      rest.abort();
    }
  }

  /** Ends the work and gives back what it held. */
  async close(): Promise<void> {
    await Promise.allSettled([this.#queue.close(), this.#events.close()]);
    this.redis.disconnect();
  }

  /** Takes what is finished out of the queue; a message goes when its results are stored. Those of other sweeps stay. */
  async *#finished(): AsyncGenerator<readonly JobResult[]> {
    for (const state of ['completed', 'failed'] as const)
      for (const id of await this.redis.zrange(this.#queue.toKey(state), 0, MOST_AT_ONCE - 1)) {
        const job = await this.#read(id);
        if (job === null) continue;
        const { data, success } = portionSchema.safeParse(job.data);
        const isForeign = success && data.sweep_id !== this.settings.sweepId && !this.#waiting.has(id);
        if (isForeign) continue;
        const portion = success && this.#fits(data) ? data : null;
        if (portion !== null) {
          const results = state === 'failed' ? null : resultsSchema.safeParse(job.returnvalue);
          if (results?.success && answers(portion, this.plan.measures, results.data)) yield results.data;
          else yield* this.#split(portion, results === null ? reasonOf(job) : 'the worker sent no results of these runs');
        }
        await this.#forget(id, portion !== null);
      }
  }

  /** A message; what is none, as somebody else may have put it there, is removed. */
  async #read(id: string): Promise<Job | null> {
    try {
      return ((await this.#queue.getJob(id)) as Job | undefined) ?? null;
    } catch {
      await this.#forget(id, false);
      return null;
    }
  }

  /** @param isDone false if what bore the name of one of our portions was something else: ours is still to be done */
  async #forget(id: string, isDone: boolean): Promise<void> {
    await this.#queue.remove(id).catch(() => undefined);
    const portion = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (portion !== undefined && !isDone) await this.#add(portion);
  }

  /** A portion that killed its workers is tried run by run: the one that did it is named, and stops nothing else. */
  async *#split(portion: QueuePortion, reason: string): AsyncGenerator<readonly JobResult[]> {
    const [first, ...others] = portion.jobs as [QueuePortion['jobs'][number]];
    if (others.length > 0) {
      for (const job of portion.jobs) await this.#add({ ...portion, jobs: [job] });
      return;
    }
    const { cell, replication, seed } = first;
    yield [{ cell, replication, seed, values: this.plan.measures.map(() => null), event_count: 0, error: reason }];
  }

  /** Whether a portion, which anybody could have put there, is one that this sweep could have put there. */
  #fits({ base_sha256, definition_sha256, engine_version, jobs, sweep_id }: QueuePortion): boolean {
    const { cells, replications, seed } = this.plan;
    const [first] = jobs as [QueuePortion['jobs'][number]];
    return (
      sweep_id === this.settings.sweepId &&
      engine_version === this.settings.engineVersion &&
      definition_sha256 === this.#texts!.definition_sha256 &&
      base_sha256 === this.#texts!.base_sha256 &&
      new Set(jobs.map(({ replication }) => replication)).size === jobs.length &&
      jobs.every(
        (job) =>
          job.cell === first.cell &&
          job.cell < cells.length &&
          job.replication < replications &&
          job.seed === String(seed(job.cell, job.replication)),
      ) &&
      first.job_id === jobId(this.plan, first.cell, BigInt(first.seed))
    );
  }

  async #add(portion: QueuePortion): Promise<void> {
    const id = portionId(portion);
    this.#waiting.set(id, portion);
    await this.#queue.add('portion', portion, {
      jobId: id,
      attempts: 3,
      backoff: { type: 'exponential', delay: 1000 },
      removeOnComplete: { age: KEPT_SECONDS },
      removeOnFail: { age: KEPT_SECONDS },
    });
  }

  /** A server that was restarted may have forgotten what it was given. */
  async #addLost(): Promise<void> {
    const lost: QueuePortion[] = [];
    for (const [id, portion] of this.#waiting) if (!(await this.#queue.getJob(id))) lost.push(portion);
    if (lost.length === 0) return;
    await this.#putTexts();
    for (const portion of lost) await this.#add(portion);
  }

  /** Takes back what no worker has begun. */
  async #withdraw(): Promise<void> {
    await this.#queue.drain(true);
    for (const id of this.#waiting.keys()) if (!(await this.#queue.getJob(id))) this.#waiting.delete(id);
  }

  async #putTexts(): Promise<void> {
    const { base, definition } = this.settings.texts;
    this.#texts = { base_sha256: await this.#blobs.put(base), definition_sha256: await this.#blobs.put(definition) };
  }

  #portion({ cell, from, to }: Portion): QueuePortion {
    const { seed } = this.plan;
    const jobs = Array.from({ length: to - from }, (_, i) => {
      const own = seed(cell, from + i);
      return { cell, replication: from + i, seed: String(own), job_id: jobId(this.plan, cell, own) };
    });
    return { sweep_id: this.settings.sweepId, engine_version: this.settings.engineVersion, ...this.#texts!, jobs };
  }
}

/** A worker that says nothing any more has died: what it ran, or the machine, killed it. */
const reasonOf = ({ failedReason }: Job): string =>
  /^job stalled|^worker died/.test(failedReason ?? '') ? 'worker died 3 times' : (failedReason ?? 'failed');
