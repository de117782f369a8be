import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
// Built, as worker threads load a file of the package.
import { runSweep, sweepStatistics, type JobResult, type SweepOptions, type SweepPlan } from '@simcash/sweeps';
import { BASE, CAP, FRAIL, LSM, planOf } from './support/small.js';

/** What comes out is a function of the plan alone (spec 15 §13.1): neither where it runs, nor in which order, nor how often it stops. */

fc.configureGlobal({ seed: Number(process.env.SIMCASH_PROPERTY_SEED ?? 1) });
const FACTOR = Number(process.env.SIMCASH_PROPERTY_RUNS ?? 1);

/** fast-check never comes to an end of a number of runs that is not whole. */
const runs = (count: number): number => Math.max(1, Math.round(count * FACTOR));

interface Found {
  jobs: JobResult[];
  replications: number;
  stop: string;
  statistics: unknown;
}

async function found(plan: SweepPlan, options: SweepOptions = {}): Promise<Found> {
  const { replications, results, stop } = await runSweep(plan, options);
  // Jobs beyond a stopping point are no part of the sweep.
  const jobs = [...results.list()].filter(({ replication }) => replication < replications);
  return { jobs, replications, stop, statistics: sweepStatistics(plan, results, replications) };
}

/** Stops after every so many reports, and goes on with what was reported; says how often it was stopped. */
async function interrupted(plan: SweepPlan, reports: number): Promise<Found & { stops: number }> {
  const done: JobResult[] = [];
  for (let stops = 0; stops < 1000; stops++) {
    const controller = new AbortController();
    let count = 0;
    const outcome = await found(plan, {
      executor: 'in-process',
      signal: controller.signal,
      done: [...done],
      onResults: (results) => {
        done.push(...results);
        if (++count === reports) controller.abort();
      },
    });
    if (outcome.stop !== 'interrupted') return { ...outcome, stops };
  }
  throw new Error('what is done is not taken for done');
}

/** What each of n shards finds of its own. */
async function shards(plan: SweepPlan, n: number): Promise<JobResult[][]> {
  const parts: JobResult[][] = [];
  for (let k = 1; k <= n; k++) {
    const { results } = await runSweep(plan, { executor: 'in-process', shard: { k, n } });
    parts.push([...results.list()]);
  }
  return parts;
}

const DESIGNS = { name: 'design', designs: ['document', 'rtgs', 'rtgs_lsm'] };
const POLICIES = {
  name: 'policy',
  agent: 'NORTH',
  policies: { fifo: { type: 'Fifo' }, late: { type: 'Deadline', urgency_threshold: 2 } },
};

const arbitraryPlan = fc
  .record({
    axes: fc.uniqueArray(fc.constantFrom(CAP, DESIGNS, POLICIES), { maxLength: 2 }),
    count: fc.integer({ min: 1, max: 6 }),
    master_seed: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
    pairing: fc.constantFrom('common', 'independent'),
    measures: fc.uniqueArray(fc.constantFrom('total_cost', 'delay_indicator', 'bank.SOUTH.liquidity_used'), { minLength: 1 }),
    base: fc.constantFrom(BASE, FRAIL),
  })
  .map(({ base, count, master_seed, ...rest }) =>
    planOf({ ...rest, replications: { count, master_seed }, statistics: { bootstrap: 50 } }, { base }),
  );

const STOPPING = planOf({
  axes: [CAP, LSM],
  measures: ['delay_indicator'],
  stop: { measure: 'delay_indicator', absolute: 0.1, min: 4, batch: 3, max: 22 },
});

describe('what a sweep finds', () => {
  it('is the same when it is interrupted after every report and goes on', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryPlan, fc.integer({ min: 1, max: 2 }), async (plan, reports) => {
        const { stops, ...outcome } = await interrupted(plan, reports);
        expect(outcome).toEqual(await found(plan));
        expect(stops).toBeGreaterThan(0);
      }),
      { numRuns: runs(10) },
    );
  });

  it('is the same when shards are put together, in any order and more than once', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryPlan, fc.integer({ min: 1, max: 4 }), fc.nat(), async (plan, n, turn) => {
        const parts = await shards(plan, n);
        const whole = await found(plan);
        expect(parts.flat()).toHaveLength(whole.jobs.length);
        const turned = [...parts, ...parts].slice(turn % n, (turn % n) + n + 1).toReversed();
        expect(await found(plan, { done: turned.flat() })).toEqual(whole);
      }),
      { numRuns: runs(10) },
    );
  });

  it('is the same in whatever order jobs were done', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryPlan, fc.nat(), async (plan, pick) => {
        const whole = await found(plan);
        const some = whole.jobs.toReversed().filter((_, i) => (i * 7 + pick) % 3 !== 0);
        expect(await found(plan, { done: some })).toEqual(whole);
      }),
      { numRuns: runs(10) },
    );
  });

  it('is the same on worker threads', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryPlan, fc.constantFrom(1, 2), async (plan, workers) => {
        expect(await found(plan, { executor: 'worker-threads', workers })).toEqual(await found(plan, { executor: 'in-process' }));
      }),
      { numRuns: runs(4) },
    );
  });

  it('is the same on seven threads, with failures among the runs', async () => {
    const plan = planOf({ replications: { count: 12 }, axes: [CAP, LSM, POLICIES] }, { base: FRAIL });
    const here = await found(plan, { executor: 'in-process' });
    const failed = here.jobs.filter(({ error }) => error !== null);
    expect(failed.length).toBeGreaterThan(0);
    expect(failed.length).toBeLessThan(here.jobs.length);
    expect(await found(plan, { executor: 'worker-threads', workers: 7 })).toEqual(here);
  });

  it('is the same where precision decides: interrupted, and on threads', async () => {
    const here = await found(STOPPING, { executor: 'in-process' });
    expect(here.stop).toBe('precision');
    expect(here.replications).toBeGreaterThan(4);
    const { stops, ...outcome } = await interrupted(STOPPING, 2);
    expect(stops).toBeGreaterThan(2);
    expect(outcome).toEqual(here);
    expect(await found(STOPPING, { executor: 'worker-threads', workers: 2 })).toEqual(here);
  });
});

describe('shards', () => {
  it('share the jobs by their numbers, replication × cells + cell', async () => {
    const plan = planOf({ replications: { count: 4 }, axes: [CAP, LSM] });
    const parts = await shards(plan, 5);
    parts.forEach((jobs, i) => {
      const numbers = jobs.map(({ cell, replication }) => replication * 4 + cell).sort((a, b) => a - b);
      expect(numbers).toEqual(Array.from({ length: 16 }, (_, j) => j).filter((j) => j % 5 === i));
    });
  });

  it('may be more than there are jobs', async () => {
    expect((await shards(planOf({}), 3)).map(({ length }) => length)).toEqual([1, 0, 0]);
  });
});

describe('reports of a running sweep', () => {
  it('name every job once, and how many are planned', async () => {
    const plan = planOf({ replications: { count: 5 }, axes: [CAP] });
    const named: string[] = [];
    const counts: number[][] = [];
    await runSweep(plan, {
      onResults: (results, done, planned) => {
        named.push(...results.map(({ cell, replication }) => `${cell} ${replication}`));
        counts.push([named.length, done, planned]);
      },
    });
    expect(new Set(named).size).toBe(10);
    expect(named).toHaveLength(10);
    for (const [seen, done, planned] of counts) expect([done, planned]).toEqual([seen, 10]);
  });

  it('come before the sweep goes on: what a report throws ends it', async () => {
    const plan = planOf({ replications: { count: 5 } });
    const failing = runSweep(plan, { onResults: () => Promise.reject(new Error('the disk is full')) });
    await expect(failing).rejects.toThrow('the disk is full');
  });
});
