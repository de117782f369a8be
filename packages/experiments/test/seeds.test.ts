import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { iterationSeed, optimizerSeed, sampleSeed } from '../src/index.js';
import { shortHash } from '../src/seeds.js';
import { conduct } from './support/running.js';
import { property } from './support/property.js';

/** Seeds (spec 11 §4). */
describe('seeds of master seed 42', () => {
  it.each([
    ['BANK_A', [1088125515, 8987875, 529213769, 811298381, 2085306093, 1132034827, 904275576, 34513207, 141922487]],
    ['BANK_B', [747645807, 31030725, 1405787459]],
  ])('of iterations, as %s sees them', (bank, seeds) => {
    expect(seeds.map((_, i) => iterationSeed('42', i, bank))).toEqual(seeds);
  });

  it('of samples', () => {
    expect([0, 1, 2].map((k) => sampleSeed(1088125515, k))).toEqual([58745492, 1290828484, 1285962202]);
  });

  it('of the matrix that the reference prints and does not use', () => {
    expect([0, 1, 2].map((k) => shortHash(`1088125515:bootstrap:${k}`))).toEqual([1885828304, 1295799063, 1832018853]);
  });
});

const text = fc.string({ unit: 'binary', maxLength: 20 });

property('every derived seed lies below 2^31', 500, fc.tuple(text, fc.nat(), text), ([master, n, agent]) => {
  const seed = iterationSeed(master, n, agent);
  for (const value of [seed, sampleSeed(seed, n), optimizerSeed(seed, 'cem', agent)]) {
    expect(Number.isInteger(value)).toBe(true);
    expect(value).toBeGreaterThanOrEqual(0);
    expect(value).toBeLessThan(2 ** 31);
  }
});

describe('the seeds that a run uses', () => {
  const seedsOf = async (changes: Parameters<typeof conduct>[1]): Promise<unknown[]> =>
    (await conduct(1, changes)).events.flatMap((event) =>
      event.event_type === 'iteration_start' ? [event.event_data.seed] : [],
    );

  it('do not depend on the number of iterations', async () => {
    const few = await seedsOf({ convergence: { max_iterations: 3 } });
    const many = await seedsOf({ convergence: { max_iterations: 5 } });
    expect(many.slice(0, 3)).toEqual(few);
  });

  it('are those of the first bank of the list', async () => {
    const seeds = await seedsOf({ optimized_agents: ['BANK_B', 'BANK_A'], convergence: { max_iterations: 3 } });
    expect(seeds).toEqual([747645807, 31030725, 1405787459]);
  });

  it('follow a master seed that is longer than a number', async () => {
    const [seed] = await seedsOf({ master_seed: '18446744073709551615', convergence: { max_iterations: 1 } });
    expect(seed).toBe(iterationSeed('18446744073709551615', 0, 'BANK_A'));
  });
});
