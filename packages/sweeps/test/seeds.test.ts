import { Simulation, withSeed } from '@simcash/engine';
import type { EventBatch } from '@simcash/protocol';
import { h64, replicationSeed } from '@simcash/statistics';
import { describe, expect, it } from 'vitest';
import vectors from './fixtures/sweep-vectors.json' with { type: 'json' };
import { BASE, CAP, LSM, planOf } from './support/small.js';

/** Seeds of replications: the same in every cell, so that cells differ in nothing but what they set (spec 15 §9). */

const seedsOf = (document: object, cell = 0): bigint[] => {
  const plan = planOf(document);
  return Array.from({ length: plan.replications }, (_, r) => plan.seed(cell, r));
};

describe('the hash H64', () => {
  it('is the known one', () => {
    for (const [key, hash] of Object.entries(vectors.h64)) expect({ [key]: String(h64(key)) }).toEqual({ [key]: hash });
  });

  it('is what seeds of replications are made of', () => {
    vectors.replication_seeds.forEach((seed, r) => expect(String(replicationSeed(42, r))).toBe(seed));
    expect(replicationSeed(42n, 999_999)).toBe(h64('42:replication:999999'));
  });
});

describe('seeds of a sweep', () => {
  it('are derived from its master seed', () => {
    const count = vectors.replication_seeds.length;
    expect(seedsOf({ replications: { count, master_seed: 42 } }).map(String)).toEqual(vectors.replication_seeds);
    expect(seedsOf({ replications: { count, master_seed: 43 } }).map(String)).not.toEqual(vectors.replication_seeds);
  });

  it('are derived from the seed of the base where no master seed is named', () => {
    expect(seedsOf({ replications: { count: 3 } })).toEqual(seedsOf({ replications: { count: 3, master_seed: 42 } }));
    expect(planOf({ replications: { count: 3 } }).masterSeed).toBe(42n);
  });

  it('are those that are listed, or all of a range', () => {
    expect(seedsOf({ seeds: [3, 1, 18_446_744_073_709_551_615n] })).toEqual([3n, 1n, 18_446_744_073_709_551_615n]);
    expect(seedsOf({ seeds: { from: 98, to: 101 } })).toEqual([98n, 99n, 100n, 101n]);
  });

  it('are that of the base alone where nothing is said', () => {
    expect(seedsOf({})).toEqual([42n]);
  });

  it('are as many as the stopping rule may take', () => {
    const plan = planOf({ stop: { measure: 'total_cost', relative: 0.1, max: 70 } });
    expect(plan.replications).toBe(70);
    expect(plan.seed(0, 69)).toBe(replicationSeed(42, 69));
  });

  it('are enough for the stopping rule where they are listed, or the sweep is refused', () => {
    expect(() => planOf({ seeds: [1, 2, 3], stop: { measure: 'total_cost', relative: 0.1, max: 70 } })).toThrow(/seeds|stop/);
  });
});

describe('cells of a sweep', () => {
  const document = { replications: { count: 3, master_seed: 42 }, axes: [CAP, LSM] };

  it('have the same seeds', () => {
    for (const cell of [1, 2, 3]) expect(seedsOf(document, cell)).toEqual(seedsOf(document));
  });

  it('have seeds of their own with independent pairing', () => {
    const independent = { ...document, pairing: 'independent' };
    for (const cell of [0, 3])
      expect(seedsOf(independent, cell)).toEqual([0, 1, 2].map((r) => h64(`42:cell:${cell}:replication:${r}`)));
  });

  it('get the same payments in the same replication, and others in another', () => {
    const plan = planOf(document);
    const arrivals = (cell: number, r: number): string => {
      const found: unknown[] = [];
      const write = (batch: EventBatch): void => {
        for (const event of batch) if (event.event_type === 'Arrival') found.push({ ...event });
      };
      Simulation.create(withSeed(plan.cells[cell]!.scenario, plan.seed(cell, r)), { sink: { write } }).run();
      expect(found.length).toBeGreaterThan(5);
      return JSON.stringify(found);
    };
    for (const r of [0, 1, 2]) expect(new Set([0, 1, 2, 3].map((cell) => arrivals(cell, r))).size).toBe(1);
    expect(arrivals(0, 0)).not.toBe(arrivals(0, 1));
  });
});

describe('an axis that changes what arrives', () => {
  const path = 'agents.NORTH.arrival_config.rate_per_tick';
  const warnings = (axis: object, base: object = BASE): string[] => [...planOf({ axes: [axis] }, { base }).warnings];

  it('is warned of, as all streams of chance are one', () => {
    expect(warnings({ name: 'rate', path, values: [1, 2] })).toEqual([expect.stringContaining('axis rate changes arrivals')]);
    expect(warnings({ name: 'rate', values: [{ label: 'x', set: { [path]: 2 } }] })).toHaveLength(1);
    expect(warnings({ name: 'rate', path, values: [1, 2] }, { ...BASE, random_streams: 'shared' })).toHaveLength(1);
  });

  it('is not where each bank has its own, nor is any other axis', () => {
    expect(warnings({ name: 'rate', path, values: [1, 2] }, { ...BASE, random_streams: 'per_bank' })).toEqual([]);
    expect(warnings(CAP)).toEqual([]);
  });
});
