import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { Queue, Worker, type Job } from 'bullmq';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
// Built, as worker threads load a file of the package.
import { jobId, runSweep, sweepStatistics, sweepTexts, type Conflict, type JobResult, type SweepPlan } from '@simcash/sweeps';
import { QueueExecutor, serveQueue, type ServeOptions } from '@simcash/sweeps/queue';
import { Blobs } from '../src/queue/blobs.js';
import { portionId, type QueuePortion } from '../src/queue/portion.js';
import { HAS_REDIS, RedisServer } from './support/redis.js';
import { BASE, CAP, FRAIL, LSM, planOf, scenarioOf } from './support/small.js';

/** A queue between coordinator and workers (spec 15 §13.4): what a sweep finds does not depend on who dies, lies or comes twice. */

const VERSION = '1.0.0';
const SWEEP = 's';
const MEASURES = ['total_cost', 'delay_indicator'];

const PLAN = planOf({ replications: { count: 6, master_seed: 7 }, axes: [CAP, LSM], measures: MEASURES });
/** The same cells and seeds, of another scenario. */
const OTHER_BASE = { ...BASE, agents: [{ ...BASE.agents[0], opening_balance: 11_000 }, BASE.agents[1]] };
const OTHER_PLAN = planOf(
  { replications: { count: 6, master_seed: 7 }, axes: [CAP, LSM], measures: MEASURES },
  { base: OTHER_BASE },
);

const textsOf = (plan: SweepPlan, base: object = BASE): ReturnType<typeof sweepTexts> => sweepTexts(plan, scenarioOf(base));
const digest = (text: string): string => createHash('sha256').update(text).digest('hex');

interface Found {
  jobs: JobResult[];
  replications: number;
  stop: string;
  statistics: unknown;
  conflicts: Conflict[];
}

async function found(plan: SweepPlan, executor: QueueExecutor | 'in-process'): Promise<Found> {
  const conflicts: Conflict[] = [];
  const { replications, results, stop } = await runSweep(plan, {
    executor,
    onConflicts: (more) => void conflicts.push(...more),
  });
  const jobs = [...results.list()].filter(({ replication }) => replication < replications);
  return { jobs, replications, stop, statistics: sweepStatistics(plan, results, replications), conflicts };
}

/** What travels for replications of a cell. */
function portionOf(
  plan: SweepPlan,
  cell: number,
  [from, to]: readonly [number, number],
  { base = BASE, ...rest }: Partial<QueuePortion> & { base?: object } = {},
): QueuePortion {
  const texts = textsOf(plan, base);
  const jobs = Array.from({ length: to - from }, (_, i) => {
    const seed = plan.seed(cell, from + i);
    const id = jobId(plan, cell, seed);
    return { cell, replication: from + i, seed: String(seed), job_id: id };
  });
  return {
    sweep_id: SWEEP,
    engine_version: VERSION,
    definition_sha256: digest(texts.definition),
    base_sha256: digest(texts.base),
    jobs,
    ...rest,
  };
}

const changed = (results: readonly JobResult[]): JobResult[] =>
  results.map((result) => ({ ...result, values: result.values.map((value) => (value ?? 0) + 1) }));

describe.skipIf(!HAS_REDIS).concurrent('a sweep through a queue', () => {
  let server: RedisServer;
  let whole: Found;
  let ends: (() => unknown)[] = [];
  let queues = 0;

  beforeAll(async () => {
    server = await RedisServer.start();
    whole = await found(PLAN, 'in-process');
  });
  afterAll(async () => {
    for (const end of ends.reverse()) await end();
    ends = [];
    await server.stop();
  });

  const nextQueue = (): string => `q-${++queues}`;
  const connection = (url = server.url): Redis => {
    const redis = new Redis(url, { maxRetriesPerRequest: null });
    redis.on('error', () => undefined);
    ends.push(() => redis.disconnect());
    return redis;
  };
  const queueOf = (name: string): Queue => {
    const queue = new Queue(name, { connection: connection() });
    ends.push(() => queue.close());
    return queue;
  };
  const coordinator = (
    queue: string,
    plan = PLAN,
    { base = BASE, sweepId = SWEEP, url = server.url }: { base?: object; sweepId?: string; url?: string } = {},
  ): Promise<QueueExecutor> =>
    QueueExecutor.connect(plan, { url, queue, sweepId, engineVersion: VERSION, texts: textsOf(plan, base), blobs: null });

  /** A worker of the package, with one thread. */
  function worker(queue: string, options: Partial<ServeOptions> = {}): { done: Promise<number>; stop: () => Promise<number> } {
    const controller = new AbortController();
    const done = serveQueue({
      ...{ url: server.url, queue, engineVersion: VERSION, concurrency: 1, stop: controller.signal },
      ...options,
    });
    done.catch(() => undefined);
    const stop = (): Promise<number> => {
      controller.abort();
      return done;
    };
    ends.push(() => stop().catch(() => undefined));
    return { done, stop };
  }

  /** A worker that answers what it likes. */
  function liar(queue: string, answer: (portion: QueuePortion) => unknown): Worker {
    const fake = new Worker(queue, async (job: Job) => Promise.resolve(answer(job.data as QueuePortion)), {
      ...{ connection: connection(), concurrency: 4, drainDelay: 1 },
    });
    fake.on('error', () => undefined);
    ends.push(() => fake.close(true));
    return fake;
  }

  /** Puts a message into the queue that is finished already. */
  async function finished(name: string, data: unknown, value: unknown, jobId: string): Promise<void> {
    const taker = new Worker(name, null, { connection: connection() });
    await queueOf(name).add('portion', data, { jobId });
    await (await taker.getNextJob('token'))!.moveToCompleted(value, 'token', false);
    await taker.close();
  }

  /** The runs of PLAN in four portions, one for each cell. */
  async function portions(executor: QueueExecutor): Promise<JobResult[]> {
    const jobs: JobResult[] = [];
    const asked = PLAN.cells.map(({ index }) => ({ cell: index, from: 0, to: PLAN.replications }));
    for await (const results of executor.run(asked)) jobs.push(...results);
    await executor.close();
    return jobs.sort((a, b) => a.cell - b.cell || a.replication - b.replication);
  }

  const right = ({ jobs }: QueuePortion, of = whole): JobResult[] =>
    jobs.map(({ cell, replication }) => of.jobs.find((job) => job.cell === cell && job.replication === replication)!);

  it('finds what one process finds, with one worker and with two', async () => {
    const plan = planOf({ replications: { count: 8, master_seed: 3 }, axes: [CAP, LSM], measures: MEASURES }, { base: FRAIL });
    const here = await found(plan, 'in-process');
    const failed = here.jobs.filter(({ error }) => error !== null);
    expect(failed.length).toBeGreaterThan(0);
    expect(failed.length).toBeLessThan(here.jobs.length);
    for (const workers of [1, 2]) {
      const queue = nextQueue();
      const all = Array.from({ length: workers }, () => worker(queue));
      expect(await found(plan, await coordinator(queue, plan, { base: FRAIL }))).toEqual(here);
      const runs = await Promise.all(all.map(({ stop }) => stop()));
      // One run is tried by the coordinator; failures are results, and not tried again.
      expect(runs.reduce((sum, n) => sum + n, 0)).toBe(here.jobs.length - 1);
      expect(await queueOf(queue).getJobCountByTypes('wait', 'active', 'delayed', 'completed', 'failed')).toBe(0);
    }
  });

  it('stops where one process stops', async () => {
    const plan = planOf({
      axes: [CAP, LSM],
      measures: ['delay_indicator'],
      stop: { measure: 'delay_indicator', absolute: 0.1, min: 4, batch: 3, max: 22 },
    });
    const here = await found(plan, 'in-process');
    expect(here.stop).toBe('precision');
    const queue = nextQueue();
    worker(queue);
    worker(queue);
    expect(await found(plan, await coordinator(queue, plan))).toEqual(here);
  });

  describe('whose messages come twice', () => {
    it('counts equal results once', async () => {
      const queue = nextQueue();
      const executor = await coordinator(queue);
      await queueOf(queue).add('portion', portionOf(PLAN, 1, [0, 4]), { jobId: 'again' });
      await finished(queue, portionOf(PLAN, 2, [2, 5]), right(portionOf(PLAN, 2, [2, 5])), 'once-more');
      worker(queue);
      expect(await found(PLAN, executor)).toEqual(whole);
    });

    it('keeps the first of two different results, and tells both', async () => {
      const queue = nextQueue();
      const executor = await coordinator(queue);
      const forged = portionOf(PLAN, 1, [2, 4]);
      await finished(queue, forged, changed(right(forged)), 'forged');
      worker(queue);
      const { conflicts, jobs } = await found(PLAN, executor);
      const [first, second] = [changed(right(forged)), right(forged)];
      expect(conflicts).toEqual(first.map((one, i) => ({ first: one, second: second[i] })));
      const isForged = ({ cell, replication }: JobResult): boolean => cell === 1 && [2, 3].includes(replication);
      expect(jobs).toEqual(whole.jobs.map((job) => (isForged(job) ? changed([job])[0] : job)));
    });

    it('keeps what the coordinator found itself', async () => {
      const queue = nextQueue();
      const executor = await coordinator(queue);
      const forged = portionOf(PLAN, 0, [0, 1]);
      await finished(queue, forged, changed(right(forged)), 'forged');
      worker(queue);
      const { conflicts, jobs } = await found(PLAN, executor);
      expect(jobs).toEqual(whole.jobs);
      expect(conflicts).toEqual([{ first: whole.jobs[0], second: changed([whole.jobs[0]!])[0] }]);
    });

    it('takes results that lay in the queue before it began', async () => {
      const queue = nextQueue();
      const portion = portionOf(PLAN, 3, [1, 5]);
      await finished(queue, portion, right(portion), 'left');
      await queueOf(queue).add('portion', portionOf(PLAN, 2, [0, 2]), { jobId: 'not-begun' });
      const executor = await coordinator(queue);
      const left: JobResult[] = [];
      for await (const results of executor.left()) left.push(...results);
      await executor.close();
      expect(left).toEqual(right(portion));
      expect(await queueOf(queue).getJobCountByTypes('wait', 'completed')).toBe(0);
    });

    it('refuses results of a sweep of the same name with another scenario', async () => {
      const queue = nextQueue();
      const stale = portionOf(OTHER_PLAN, 1, [0, 6], { base: OTHER_BASE });
      const other = await found(OTHER_PLAN, 'in-process');
      expect(right(stale, other)).not.toEqual(right(stale));
      await finished(queue, stale, right(stale, other), 'stale');
      const executor = await coordinator(queue);
      const left: JobResult[] = [];
      for await (const results of executor.left()) left.push(...results);
      await executor.close();
      expect(left).toEqual([]);
    });

    it('refuses results of another version', async () => {
      const queue = nextQueue();
      const old = portionOf(PLAN, 1, [0, 6], { engine_version: '0.9.0' });
      await finished(queue, old, changed(right(old)), 'old');
      worker(queue);
      expect(await found(PLAN, await coordinator(queue))).toEqual(whole);
    });

    it('is complete although a message of another sweep has the name of one of its own', async () => {
      const queue = nextQueue();
      const executor = await coordinator(queue);
      for (const cell of [1, 2]) {
        const portion = portionOf(PLAN, cell, [0, 6], { sweep_id: 'other' });
        await finished(queue, portion, right(portion), portionId(portion));
      }
      worker(queue);
      expect(await portions(executor)).toEqual(whole.jobs);
    });

    it('shares a queue with another sweep', async () => {
      const queue = nextQueue();
      const other = planOf({ replications: { count: 4, master_seed: 8 }, axes: [CAP, LSM], measures: MEASURES });
      const expected = await found(other, 'in-process');
      worker(queue);
      worker(queue);
      const [a, b] = await Promise.all([
        coordinator(queue).then((executor) => found(PLAN, executor)),
        coordinator(queue, other, { sweepId: 't' }).then((executor) => found(other, executor)),
      ]);
      expect(a).toEqual(whole);
      expect(b).toEqual(expected);
    });
  });

  describe('whose worker', () => {
    const each = (change: object) => (results: JobResult[]) => results.map((result) => ({ ...result, ...change }));
    const GARBAGE: Record<string, (results: JobResult[]) => unknown> = {
      nothing: () => null,
      'a word': () => 'done',
      'an object': () => ({}),
      'no results': () => [],
      'fewer results': (results) => results.slice(1),
      'more results': (results) => [...results, results[0]],
      'another order': (results) => results.toReversed(),
      'other seeds': (results) => results.map((result) => ({ ...result, seed: String(BigInt(result.seed) + 1n) })),
      'another cell': (results) => results.map((result) => ({ ...result, cell: (result.cell + 1) % 4 })),
      'numbers as words': (results) => results.map((result) => ({ ...result, values: result.values.map(String) })),
      'no values': (results) => results.map(({ values: _, ...rest }) => rest),
      'a count below zero': each({ event_count: -1 }),
      'more than was asked for': each({ extra: true }),
    };
    /** What comes of such answers, and how many runs were asked for once more, one by one. */
    const believed = async (change: (results: JobResult[]) => unknown): Promise<{ jobs: JobResult[]; again: number }> => {
      const queue = nextQueue();
      let again = 0;
      // Portions that are split after a wrong answer are answered rightly.
      liar(queue, (portion) => {
        if (portion.jobs.length > 1) return change(right(portion));
        again++;
        return right(portion);
      });
      return { jobs: await portions(await coordinator(queue)), again };
    };

    it.each(Object.entries(GARBAGE))('answers %s is not believed', async (_, change) => {
      expect(await believed(change)).toEqual({ jobs: whole.jobs, again: whole.jobs.length });
    });

    it.each<[string, (results: JobResult[]) => unknown]>([
      ['too few values', (results) => results.map((result) => ({ ...result, values: result.values.slice(1) }))],
      ['too many values', (results) => results.map((result) => ({ ...result, values: [...result.values, 1] }))],
      ['half cents', each({ values: [0.5, 0.5] })],
      ['more money than can be exact', each({ values: [1e300, 0.5] })],
    ])('answers %s is not believed', async (_, change) => {
      expect(await believed(change)).toEqual({ jobs: whole.jobs, again: whole.jobs.length });
    });

    it('never answers anything that can be used makes the runs fail by name', async () => {
      const queue = nextQueue();
      liar(queue, () => 'done');
      const jobs = await portions(await coordinator(queue));
      expect(jobs).toHaveLength(whole.jobs.length);
      for (const { error, values } of jobs)
        expect({ error, values }).toEqual({ error: 'the worker sent no results of these runs', values: [null, null] });
    });

    it('is killed by one run finds the others, and says which it was', async () => {
      const queue = nextQueue();
      const culprit = PLAN.seed(1, 3);
      const begun: number[] = [];
      liar(queue, (portion) => {
        begun.push(portion.jobs.length);
        if (portion.jobs.some(({ cell, seed }) => cell === 1 && seed === String(culprit)))
          throw new Error('worker died: out of memory');
        return right(portion);
      });
      const jobs = await portions(await coordinator(queue));
      const failed = { error: 'worker died 3 times', values: [null, null], event_count: 0 };
      expect(jobs).toEqual(whole.jobs.map((job) => (job.cell === 1 && job.replication === 3 ? { ...job, ...failed } : job)));
      // Cells 0, 2, 3 once; cell 1 three times, then its six runs one by one, of which the culprit three times.
      expect(begun).toHaveLength(3 + 3 + 5 + 3);
    });

    it('says nothing any more is replaced', async () => {
      const queue = nextQueue();
      const dead = new Worker(queue, null, { connection: connection(), lockDuration: 1000 });
      dead.on('error', () => undefined);
      ends.push(() => dead.close(true));
      const executor = await coordinator(queue);
      const going = portions(executor);
      let taken: Job | undefined;
      while (taken === undefined) taken = await dead.getNextJob('dead', { block: false });
      worker(queue, { lock: 1 });
      expect(await going).toEqual(whole.jobs);
    });

    it('is of another version gives the portion back and says so', async () => {
      const queue = nextQueue();
      const old = worker(queue, { engineVersion: '0.9.0' });
      const executor = await coordinator(queue);
      const going = portions(executor);
      await expect(old.done).rejects.toThrow(`${queue} needs version 1.0.0, this worker is 0.9.0`);
      await expect(old.done).rejects.toMatchObject({ name: 'QueueError' });
      expect(await queueOf(queue).getJobCountByTypes('wait', 'failed', 'completed')).toBe(4);
      worker(queue);
      expect(await going).toEqual(whole.jobs);
    });
  });

  describe('into whose queue a stranger writes', () => {
    it('is not disturbed, nor are its workers', async () => {
      const queue = nextQueue();
      const own = portionOf(PLAN, 1, [0, 2]);
      const [run] = own.jobs as [QueuePortion['jobs'][number]];
      const unknown = 'ab'.repeat(32);
      const messages: unknown[] = [
        ...[null, 'portion', 12, true, [], {}, [own], 'x'.repeat(5_000_000)],
        ...[
          { ...own, jobs: [] },
          { ...own, jobs: {} },
          { ...own, jobs: Array.from({ length: 501 }, () => run) },
        ],
        ...[
          { ...own, extra: 1 },
          { ...own, sweep_id: 5 },
          { ...own, base_sha256: '../../etc/passwd' },
        ],
        { ...own, sweep_id: 'other', definition_sha256: unknown, base_sha256: unknown },
        { ...own, sweep_id: 'other' },
        ...[-1, 0.5, 4, 2 ** 53, '0'].map((cell) => ({ ...own, jobs: [{ ...run, cell }] })),
        ...[-1, 6, 10 ** 9, null].map((replication) => ({ ...own, jobs: [{ ...run, replication }] })),
        ...['-1', '1', '9'.repeat(20), '9'.repeat(21), 1, ''].map((seed) => ({ ...own, jobs: [{ ...run, seed }] })),
        { ...own, jobs: [run, { ...run, cell: 2 }] },
        { ...portionOf(OTHER_PLAN, 1, [0, 2], { base: OTHER_BASE }), sweep_id: 'other' },
      ];
      const stranger = queueOf(queue);
      const executor = await coordinator(queue);
      for (const [i, data] of messages.entries()) await stranger.add('portion', data, { jobId: `stranger-${i}`, attempts: 1 });
      await stranger.add('__proto__', { constructor: null }, { jobId: 'stranger-name', attempts: 1 });
      const one = worker(queue);
      expect(await found(PLAN, executor)).toEqual(whole);
      // The worker goes on.
      expect(await found(PLAN, await coordinator(queue))).toEqual(whole);
      expect(await one.stop()).toBeGreaterThan(0);
    });

    it('runs that are asked for by a wrong name are run nevertheless', async () => {
      const queue = nextQueue();
      const own = portionOf(PLAN, 1, [2, 3]);
      const executor = await coordinator(queue);
      await queueOf(queue).add('portion', { ...own, jobs: [{ ...own.jobs[0], job_id: 'j-0' }] }, { jobId: 'wrong' });
      worker(queue);
      expect(await found(PLAN, executor)).toEqual(whole);
    });

    it('runs that are asked for twice in one message are taken once', async () => {
      const queue = nextQueue();
      const own = portionOf(PLAN, 1, [2, 3]);
      const executor = await coordinator(queue);
      await queueOf(queue).add('portion', { ...own, jobs: [own.jobs[0], own.jobs[0]] }, { jobId: 'double' });
      worker(queue);
      const jobs: JobResult[] = [];
      const parts: number[] = [];
      const { results } = await runSweep(PLAN, {
        executor,
        onResults: (part) => {
          const names = part.map(({ cell, replication }) => `${cell} ${replication}`);
          parts.push(names.length - new Set(names).size);
        },
      });
      jobs.push(...results.list());
      expect(jobs).toEqual(whole.jobs);
      // A report with a run twice cannot be stored.
      expect(parts.filter((n) => n > 0)).toEqual([]);
    });

    it('messages that are no JSON are passed over', async () => {
      const queue = nextQueue();
      const redis = connection();
      const executor = await coordinator(queue);
      const fields = { name: 'portion', data: '{no json', opts: '{}', timestamp: 1, delay: 0, priority: 0, atm: 0 };
      await redis.hset(`bull:${queue}:no-json`, fields);
      await redis.zadd(`bull:${queue}:completed`, 1, 'no-json');
      worker(queue, { lock: 1 });
      expect(await found(PLAN, executor)).toEqual(whole);
    });

    it('altered blobs are refused, and missing ones', async () => {
      const queue = nextQueue();
      const plan = planOf({ replications: { count: 2, master_seed: 99 }, axes: [CAP] });
      const other = planOf({ replications: { count: 2, master_seed: 98 }, axes: [CAP] });
      const redis = connection();
      const executor = await coordinator(queue, plan);
      await redis.set(`simcash:${digest(textsOf(plan).definition)}`, textsOf(other).definition);
      const second = nextQueue();
      const missing = await coordinator(second, other);
      await redis.del(`simcash:${digest(textsOf(other).definition)}`);
      worker(queue);
      worker(second);
      const [altered, absent] = await Promise.all([found(plan, executor), found(other, missing)]);
      for (const { error, values } of altered.jobs.slice(1))
        expect({ error, values }).toEqual({
          error: `blob ${digest(textsOf(plan).definition)} has been altered`,
          values: plan.measures.map(() => null),
        });
      for (const { error } of absent.jobs.slice(1))
        expect(error).toMatch(/^blob [0-9a-f]{64} is neither in Redis nor in a folder/);
    });
  });

  describe('whose worker is told to end', () => {
    // About half a second for a run.
    const SLOW = { ...BASE, simulation: { ...BASE.simulation, ticks_per_day: 100, num_days: 150 } };
    const slow = planOf({ replications: { count: 4, master_seed: 1 } }, { base: SLOW });

    async function busy(signals: Partial<ServeOptions>): Promise<{ queue: Queue; one: ReturnType<typeof worker> }> {
      const name = nextQueue();
      const redis = connection(signals.url);
      const queue = new Queue(name, { connection: redis });
      queue.on('error', () => undefined);
      ends.push(() => queue.close());
      await new Blobs(redis, null).put(textsOf(slow, SLOW).definition);
      await new Blobs(redis, null).put(textsOf(slow, SLOW).base);
      for (const r of [0, 1]) await queue.add('portion', portionOf(slow, 0, [r, r + 1], { base: SLOW }), { jobId: `p-${r}` });
      const one = worker(name, signals);
      while ((await queue.getActiveCount()) === 0) await after(5);
      return { queue, one };
    }

    it('finishes its portion, and takes no other', async () => {
      const { one, queue } = await busy({});
      expect(await one.stop()).toBe(1);
      expect(await queue.getJobCounts('completed', 'wait', 'active')).toEqual({ completed: 1, wait: 1, active: 0 });
    });

    it('a second time gives it back at once', async () => {
      const abandon = new AbortController();
      const { one, queue } = await busy({ abandon: abandon.signal });
      const stopped = one.stop();
      abandon.abort();
      expect(await stopped).toBe(0);
      expect(await queue.getJobCounts('completed', 'wait', 'active', 'delayed')).toEqual({
        completed: 0,
        wait: 2,
        active: 0,
        delayed: 0,
      });
    });

    // A portion whose lock was lost is reported neither as completed nor as failed.
    it('when there is nothing left to do ends by itself, although the server forgot what it was doing', async () => {
      const own = await RedisServer.start();
      ends.push(() => own.stop());
      const { one, queue } = await busy({ drain: true, url: own.url });
      await own.restart();
      expect(await queue.getJobCounts('wait', 'active')).toEqual({ wait: 0, active: 0 });
      expect(await Promise.race([one.done, after(60_000, 'still there', { ref: false })])).not.toBe('still there');
    });

    it('when there is nothing left to do ends by itself', async () => {
      const queue = nextQueue();
      const idle = worker(nextQueue(), { drain: true });
      const working = worker(queue, { drain: true });
      expect(await found(PLAN, await coordinator(queue))).toEqual(whole);
      expect(await working.done).toBe(whole.jobs.length - 1);
      expect(await idle.done).toBe(0);
    });
  });

  describe('whose server is restarted', () => {
    it.each([
      ['and has forgotten everything', []],
      ['and knows what it knew', ['--appendonly', 'yes', '--appendfsync', 'always']],
    ])('%s ends as if nothing had happened', async (_, options) => {
      const own = await RedisServer.start(...options);
      ends.push(() => own.stop());
      const queue = nextQueue();
      const plan = planOf({ replications: { count: 40, master_seed: 7 }, axes: [CAP, LSM], measures: MEASURES });
      const executor = await coordinator(queue, plan, { url: own.url });
      worker(queue, { url: own.url, lock: 1 });
      const conflicts: Conflict[] = [];
      let restarted: Promise<void> | null = null;
      const { results } = await runSweep(plan, {
        executor,
        onConflicts: (more) => void conflicts.push(...more),
        onResults: async (_results, done) => {
          if (done > 1) await (restarted ??= own.restart());
        },
      });
      expect(restarted).not.toBeNull();
      expect(conflicts).toEqual([]);
      expect([...results.list()]).toEqual((await found(plan, 'in-process')).jobs);
    });
  });
});

describe.skipIf(!HAS_REDIS)('texts that workers need', () => {
  let server: RedisServer;
  let redis: Redis;
  let folder: string;

  beforeAll(async () => {
    server = await RedisServer.start();
    redis = new Redis(server.url);
    folder = mkdtempSync(path.join(tmpdir(), 'simcash-blobs-'));
  });
  afterAll(async () => {
    redis.disconnect();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('are in Redis, for a week', async () => {
    const blobs = new Blobs(redis, null);
    const name = await blobs.put('prices: ä');
    expect(name).toBe(digest('prices: ä'));
    expect(await blobs.get(name)).toBe('prices: ä');
    expect(await redis.ttl(`simcash:${name}`)).toBeGreaterThan(7 * 24 * 3600 - 60);
  });

  it('are in the shared folder if they are large', async () => {
    const text = 'x'.repeat(8 * 1024 * 1024 + 1);
    await expect(new Blobs(redis, null).put(text)).rejects.toThrow(/larger than 8 MiB.*--blobs DIR/);
    const blobs = new Blobs(redis, folder);
    const name = await blobs.put(text);
    expect(readdirSync(folder)).toEqual([name]);
    expect(await redis.exists(`simcash:${name}`)).toBe(0);
    expect(await blobs.get(name)).toBe(text);
    await expect(new Blobs(redis, null).get(name)).rejects.toThrow(`blob ${name} is neither in Redis nor in a folder`);
    writeFileSync(path.join(folder, name), `${text}y`);
    await expect(blobs.get(name)).rejects.toThrow(`blob ${name} has been altered`);
  });

  it('are not sent to a server that does not answer, or to nobody knows whom', async () => {
    const texts = textsOf(PLAN);
    const connect = (url: string): Promise<QueueExecutor> =>
      QueueExecutor.connect(PLAN, { url, queue: 'q', sweepId: SWEEP, engineVersion: VERSION, texts, blobs: null });
    for (const url of ['', 'secret', 'http://u:secret@127.0.0.1', 'redis://:secret@', 'redis://:secret@127.0.0.1:1']) {
      const error = await connect(url).then(
        () => null,
        (reason: Error) => reason,
      );
      expect(error).toMatchObject({ name: 'QueueError' });
      expect(error!.message).toMatch(/SIMCASH_REDIS_URL must look like|no Redis server answers at 127\.0\.0\.1:1/);
      expect(error!.message).not.toContain('secret');
    }
  });
});
