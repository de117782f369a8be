import type { SimulationBatch, SimulationOutcome } from '@simcash/protocol';
import * as fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { ScenarioError, simulationRunner } from '../../engine/src/index.js';
import { BySizeExecutor, InProcessExecutor, WorkerThreadsExecutor } from '../src/index.js';
import { assemble, chunksOf } from '../src/executors/chunks.js';
import { scenarios } from './support/paper.js';
import { property } from './support/property.js';
import { conduct, hostOf } from './support/running.js';

/** Where simulations run never matters to what comes out (spec 11 §20.3, §22 invariant 1). */
const worker = new URL('./support/worker.mjs', import.meta.url);
const pools = [1, 2, 3].map((workers) => new WorkerThreadsExecutor(worker, workers));
afterAll(() => Promise.all(pools.map((pool) => pool.close())));

const id = (error: unknown): unknown => error;

const here = new InProcessExecutor(simulationRunner);

/** Stands for the engine: an outcome that tells from which variant and draw it comes. */
const labelled = ({ draws, scenario, variants }: SimulationBatch): SimulationOutcome[][] =>
  variants.map(({ policy }) =>
    draws.map(
      ({ seed }) =>
        ({
          agents: {},
          arrivals: scenario.number as number,
          settlements: policy.number as number,
          num_events: seed,
        }) as SimulationOutcome,
    ),
  );

const batches = fc.array(fc.tuple(fc.nat(12), fc.nat(12)), { maxLength: 5 }).map((sizes) =>
  sizes.map(([variants, draws], number): SimulationBatch => ({
    scenario: { number, agents: [] },
    ticks: 1,
    agent_id: 'A',
    report: ['A'],
    variants: Array.from({ length: variants }, (_, i) => ({ policy: { number: i } })),
    draws: Array.from({ length: draws }, (_, seed) => ({ seed, payments: [], settlements: [] })),
  })),
);

property(
  'batches cut into any number of parts are put together again',
  300,
  fc.tuple(batches, fc.integer({ min: 1, max: 40 })),
  ([whole, parts]) => {
    const chunks = chunksOf(whole, parts);
    const results = chunks.map(({ part }) => labelled(part));
    expect(assemble(whole, chunks, results)).toEqual(whole.map(labelled));
  },
);

describe('a run on worker threads', () => {
  const changes = { evaluation: { num_samples: 7 }, convergence: { max_iterations: 3 }, optimizer: { type: 'grid', step: 0.25 } };

  it.each([1, 2, 3])('is the run in the process: %i of them', async (workers) => {
    const alone = await conduct(2, changes, { host: hostOf(here) });
    const onThreads = await conduct(2, changes, { host: hostOf(pools[workers - 1]) });
    expect(onThreads.events).toEqual(alone.events);
    expect(onThreads.result).toEqual(alone.result);
    expect(onThreads.stored.iterations).toEqual(alone.stored.iterations);
  });

  it('fails with the engine’s own words', async () => {
    const scenario = { ...scenarios[1], agents: [{ id: 'BANK_A' }] };
    const job = {
      scenario,
      ticks: 1,
      agent_id: 'BANK_A',
      report: ['BANK_A'],
      variants: [{ policy: { type: 'Fifo' } }],
      draws: [{ seed: 1, payments: [], settlements: [] }],
    };
    const inProcess = await here.runBatches([job]).catch((error: Error) => error.message);
    const onThread = await pools[0]!.runBatches([job]).catch((error: Error) => error.message);
    expect(onThread).toBe(inProcess);
    expect(onThread).toContain('opening_balance: is required');
  });
});

describe('the choice by size', () => {
  const job = (draws: number): SimulationBatch => ({
    scenario: scenarios[2],
    ticks: 12,
    agent_id: 'BANK_A',
    report: ['BANK_A'],
    variants: [{ policy: { type: 'Fifo' } }],
    draws: Array.from({ length: draws }, (_, seed) => ({ seed, payments: [], settlements: [] })),
  });

  it.each([
    [10, 0],
    [900, 1],
  ])('of %i days starts %i pools of threads', async (draws, started) => {
    let starts = 0;
    const nothing = { runBatches: async () => [], close: async () => undefined };
    const executor = new BySizeExecutor(nothing, () => {
      starts++;
      return nothing;
    });
    for (let i = 0; i < 2; i++) await executor.runBatches([job(draws)]);
    expect(starts).toBe(started);
  });
});

describe('an iteration', () => {
  it('plays no policy twice on the same draw: evaluation, search and comparison share what is known', async () => {
    const played: string[] = [];
    const counting = {
      async runBatches(batches: readonly SimulationBatch[]) {
        for (const { agent_id, draws, variants } of batches)
          played.push(...variants.flatMap((variant) => draws.map((draw) => JSON.stringify([agent_id, variant, draw]))));
        return here.runBatches(batches);
      },
      close: async () => undefined,
    };
    const changes = {
      evaluation: { num_samples: 3 },
      convergence: { max_iterations: 2 },
      optimizer: { type: 'grid', step: 0.25 },
    };
    await conduct(2, changes, { host: hostOf(counting) });
    expect(new Set(played).size).toBe(played.length);
    // One iteration with five shares for two banks, and the evaluation of the last.
    expect(played).toHaveLength(5 * 3 * 2 + 3 * 2);
  });
});

describe('an executor with worker threads', () => {
  const batch: SimulationBatch = {
    scenario: { simulation: { ticks_per_day: 1, num_days: 0, rng_seed: 1 }, agents: [{ id: 'A', opening_balance: -1.5 }] },
    ticks: 1,
    agent_id: 'A',
    report: ['A'],
    variants: [{ policy: { type: 'Fifo' } }],
    draws: [{ seed: 1, payments: [], settlements: [] }],
  };

  it('throws what a simulation throws, with its class and its issues', async () => {
    const pool = new WorkerThreadsExecutor(worker, 1, { ScenarioError });
    const [there, alone] = await Promise.all([pool.runBatches([batch]).catch(id), here.runBatches([batch]).catch(id)]);
    expect(there).toBeInstanceOf(ScenarioError);
    expect((there as ScenarioError).name).toBe('ScenarioError');
    expect((there as ScenarioError).message).toBe((alone as ScenarioError).message);
    expect((there as ScenarioError).issues).toEqual((alone as ScenarioError).issues);
    await pool.close();
  });

  it.each(['./support/none.mjs', './support/throwing-worker.mjs'])('says that its worker file is of no use: %s', async (file) => {
    const pool = new WorkerThreadsExecutor(new URL(file, import.meta.url), 1);
    await expect(pool.runBatches([batch])).rejects.toThrow(/^worker file:.*mjs cannot run: /);
    await pool.close();
  });

  it('says that its worker file answers something else', async () => {
    const pool = new WorkerThreadsExecutor(new URL('./support/other-worker.mjs', import.meta.url), 1);
    await expect(pool.runBatches([batch])).rejects.toThrow(/gave no outcomes: its default export must be made by onWorker$/);
    await pool.close();
  });
});
