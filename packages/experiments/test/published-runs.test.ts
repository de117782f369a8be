import { describe, expect, it } from 'vitest';
import { costsOf, decisionsOf, endOf, example, finish, totalsOf } from './support/running.js';

/** The paper's runs, retraced to the cent: the examples' scripts propose what the language model proposed (spec 11 §21.4). */
interface PublishedRun {
  file: string;
  costs: { BANK_A: number[]; BANK_B: number[] };
  stop: 'policy_stability' | 'stability';
}

const times = (n: number, value: number): number[] => Array.from({ length: n }, () => value);

const RUNS: readonly PublishedRun[] = [
  {
    file: 'published-1-1',
    costs: {
      BANK_A: [5000, 2000, 1000, 500, 0, 10, 10, 10, 10],
      BANK_B: [5000, 3000, 2000, 2800, 2000, 2700, 2700, 2700, 2700],
    },
    stop: 'policy_stability',
  },
  {
    file: 'published-1-3',
    costs: {
      BANK_A: [5000, 1000, 3200, 3180, 198, 188, 3178, 3174, 3178, 3178, 3176, 3178],
      BANK_B: [5000, 2000, 7000, 7300, 2500, 2500, ...times(6, 7000)],
    },
    stop: 'stability',
  },
  {
    file: 'published-3-1',
    costs: {
      BANK_A: [4995, 2997, 12099, 12090, 12096, 12099, 12096, 12099],
      BANK_B: [4995, 3996, 6997, 6898, 6997, 7198, 6997, 6997],
    },
    stop: 'stability',
  },
  {
    file: 'published-3-2',
    costs: {
      BANK_A: [4995, 1998, 12501, 12399, 12450, 12480, 12489, 12489],
      BANK_B: [4995, 3996, 6997, 6796, 6946, 6988, 6898, 6898],
    },
    stop: 'stability',
  },
  {
    file: 'published-3-3',
    costs: {
      BANK_A: [4995, 1998, 20999, 20900, 20999, 20798, 20990, 20996],
      BANK_B: [4995, 1998, 20099, 20051, 20090, 20099, 20096, 20096],
    },
    stop: 'stability',
  },
];

describe('published run', () => {
  it.each(RUNS)('$file', async ({ costs, file, stop }) => {
    const run = await finish(await example(file));
    expect(costsOf(run, 'BANK_A')).toEqual(costs.BANK_A);
    expect(costsOf(run, 'BANK_B')).toEqual(costs.BANK_B);
    expect(endOf(run).stop_reason).toBe(stop);
  });

  it('2/2, with bootstrap', async () => {
    const fractions = {
      BANK_A: [0.5, 0.35, 0.3, 0.25, 0.2, 0.15, 0.15, 0.14, 0.13, 0.12, 0.11, 0.11, 0.11, 0.105, 0.1, 0.1],
      BANK_B: [0.5, 0.25, 0.15, 0.15, 0.14, 0.13, 0.12, 0.12, 0.11, 0.1, 0.09, 0.08, 0.08, 0.075, 0.075, 0.075],
    };
    const run = await finish(await example('published-2-2'));
    expect(totalsOf(run)).toEqual([
      49800, 29880, 22410, 19920, 16932, 13966, 34888, 13003, 11952, 11530, 10884, 11507, 9708, 35429, 11816, 10461,
    ]);
    expect(costsOf(run, 'BANK_A')).toEqual([
      49800, 34860, 29880, 24900, 19920, 14984, 14940, 14054, 12948, 12999, 12805, 10956, 10956, 10464, 16157, 10739,
    ]);
    expect(costsOf(run, 'BANK_B')).toEqual([
      49800, 24900, 14940, 14940, 13944, 12948, 54836, 11952, 10956, 10061, 8964, 12059, 8461, 60395, 7476, 10182,
    ]);
    const deltas = {
      BANK_A: [747000, 249000, 249000, 249000, 249000, 0, 49800, 40977, 49800, 11835, 0, 0, 24600, 25200, 0],
      BANK_B: [1245000, 492802, 0, 49800, 49800, 49800, 0, 49800, 46698, 49800, 49800, 0, 16835, 0, 0],
    };
    for (const bank of ['BANK_A', 'BANK_B'] as const) {
      const changes = fractions[bank].slice(1).map((fraction, i) => fraction !== fractions[bank][i]);
      expect(decisionsOf(run, bank)).toEqual(deltas[bank].map((delta, i) => [delta, changes[i]]));
    }
  });
});
