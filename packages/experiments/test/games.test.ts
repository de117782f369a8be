import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { simulationRunner } from '../../engine/src/index.js';
import {
  defaultPolicy,
  effectiveScenario,
  InProcessExecutor,
  iterationSeed,
  playGame,
  sharesOf,
  shareStrategies,
  type Game,
} from '../src/index.js';
import { scenarios, type Experiment } from './support/paper.js';
import { property } from './support/property.js';

/** The games of the paper in closed form (spec 11 §21.1, §21.2), against the engine. Fractions of the pool; money in cents. */
type Costs = readonly [a: number, b: number];

const POOL = 100_000;
const AGENTS = ['BANK_A', 'BANK_B'];

const liquidity = (allocation: number, bps: number, ticks: number): number =>
  ticks * Math.floor((allocation * bps) / 10_000 + 0.5);

function twoPeriods(fractionA: number, fractionB: number): Costs {
  const [a, b] = [Math.floor(fractionA * POOL), Math.floor(fractionB * POOL)];
  const delayB = b >= 20_000 ? 0 : b >= 15_000 ? 1_000 : b >= 5_000 ? 6_000 : 7_000;
  return [liquidity(a, 500, 2) + (b >= 15_000 || a >= 15_000 ? 0 : 3_000), liquidity(b, 500, 2) + delayB];
}

function threePeriods(fractionA: number, fractionB: number): Costs {
  const delay = (x: number, y: number): number => {
    if (x >= 40_000) return 0;
    if (x >= 20_000) return y >= 20_000 ? 0 : 4_000;
    return y >= 40_000 ? 8_000 : y >= 20_000 ? 12_000 : 20_000;
  };
  const [a, b] = [Math.floor(fractionA * POOL), Math.floor(fractionB * POOL)];
  return [liquidity(a, 333, 3) + delay(a, b), liquidity(b, 333, 3) + delay(b, a)];
}

const CLOSED_FORMS = { 1: twoPeriods, 3: threePeriods } as const;
const TICKS = { 1: 2, 2: 12, 3: 3 } as const;

/** A cell of a game of shares. */
interface ShareCell {
  fractions: number[];
  costs: readonly number[];
}

/** Every combination of fractions, played by the engine. */
async function game(experiment: Experiment, values: readonly number[], seeds: readonly number[] = [42]) {
  const played = await playGame(
    scenarios[experiment],
    {
      agents: AGENTS,
      strategies: AGENTS.map((id) => shareStrategies(defaultPolicy(id), values)),
      seeds,
      ticks: TICKS[experiment],
      costScope: 'total',
    },
    new InProcessExecutor(simulationRunner),
  );
  expect(sharesOf(played)).toEqual(values);
  const shares = (places: readonly number[]): number[] => places.map((place) => values[place]!);
  const inShares = (cells: Game['cells']): ShareCell[] =>
    cells.map(({ costs, strategies }) => ({ fractions: shares(strategies), costs }));
  return {
    values,
    cells: inShares(played.cells),
    equilibria: inShares(played.equilibria),
    joint_minima: inShares(played.joint_minima),
    best_responses: played.best_responses.map(({ others, strategies, ...response }) => ({
      ...response,
      others: shares(others),
      fractions: shares(strategies),
    })),
  };
}

const grid = (steps: number): number[] => Array.from({ length: steps + 1 }, (_, i) => Number((i / steps).toFixed(9)));

/** What one pair of fractions costs, by the engine. */
function played(experiment: Experiment, [a, b]: Costs): Costs {
  const profile = Object.fromEntries(
    [a, b].map((fraction, i) => [
      AGENTS[i]!,
      { ...defaultPolicy(AGENTS[i]!), parameters: { initial_liquidity_fraction: fraction } },
    ]),
  );
  const scenario = effectiveScenario(scenarios[experiment], profile, 42);
  const { agents } = simulationRunner.run({ scenario, ticks: TICKS[experiment] });
  return [agents.BANK_A!.run.total_cost, agents.BANK_B!.run.total_cost];
}

describe.each([1, 3] as const)('game of experiment %i', (experiment) => {
  const formula = CLOSED_FORMS[experiment];

  it('has its closed form on the whole grid of 2.5%', async () => {
    const { cells } = await game(experiment, grid(40));
    expect(cells).toHaveLength(41 * 41);
    expect(cells).toEqual(cells.map(({ fractions: [a, b] }) => ({ fractions: [a, b], costs: formula(a!, b!) })));
  });

  const share = fc.integer({ min: 0, max: 1000 }).map((n) => n / 1000);
  property('has its closed form anywhere', 400, fc.tuple(share, share), (fractions) => {
    expect(played(experiment, fractions)).toEqual(formula(...fractions));
  });

  it('has one equilibrium in pure strategies, which is also its joint minimum', async () => {
    const { equilibria, joint_minima } = await game(experiment, grid(20));
    const fractions = experiment === 1 ? [0, 0.2] : [0.2, 0.2];
    expect(equilibria).toEqual([{ fractions, costs: formula(fractions[0]!, fractions[1]!) }]);
    expect(joint_minima).toEqual(equilibria);
  });

  it('is led to its equilibrium by best responses from anywhere on the grid', async () => {
    const { best_responses, equilibria, values } = await game(experiment, grid(20));
    const response = (agent: string, other: number): number =>
      best_responses.find(({ agent_id, others }) => agent_id === agent && others[0] === other)!.fractions[0]!;
    const ends = values.flatMap((startA) =>
      values.map((startB) => {
        let [a, b] = [startA, startB];
        for (let round = 0; round < 5; round++) {
          a = response('BANK_A', b);
          b = response('BANK_B', a);
        }
        return [a, b];
      }),
    );
    expect(ends).toEqual(ends.map(() => equilibria[0]!.fractions));
  });
});

describe('game of experiment 1', () => {
  it.each([
    [0, 0, 3000, 7000],
    [0.05, 500, 3500, 6500],
    [0.1, 1000, 4000, 7000],
    [0.15, 1500, 1500, 2500],
    [0.2, 2000, 2000, 2000],
    [0.25, 2500, 2500, 2500],
    [0.5, 5000, 5000, 5000],
  ])('costs what the table says at %f', (fraction, costA, costAWithPoorB, costB) => {
    expect(played(1, [fraction, 0.15])[0]).toBe(costA);
    expect(played(1, [fraction, 0.1])[0]).toBe(costAWithPoorB);
    expect(played(1, [0, fraction])[1]).toBe(costB);
  });

  it('makes BANK_B choose 20% whatever BANK_A does, and BANK_A 15% only beside a poor BANK_B', async () => {
    const { best_responses } = await game(1, grid(20));
    for (const { agent_id, fractions, others } of best_responses) {
      expect(fractions).toEqual([agent_id === 'BANK_B' ? 0.2 : others[0]! >= 0.15 ? 0 : 0.15]);
    }
  });

  it('rounds the allocation down in doubles: 0.29 of 100000 is 28999', () => {
    expect(played(1, [0.29, 0.2])[0]).toBe(2 * Math.floor((28_999 * 500) / 10_000 + 0.5));
  });
});

describe('game of experiment 3', () => {
  it.each([
    [0, 0, 20000, 20000],
    [0.1, 0.1, 20999, 20999],
    [0.2, 0.2, 1998, 1998],
    [0.2, 0.1, 5998, 12999],
    [0.3, 0.4, 2997, 3996],
    [0.01, 0.3, 12099, 6997],
    [0.049, 0.29, 12489, 6898],
    [0.05, 0.4, 8501, 3996],
    [0.5, 0.5, 4995, 4995],
  ])('costs what the table says at (%f, %f)', (a, b, costA, costB) => {
    expect(played(3, [a, b])).toEqual([costA, costB]);
  });

  it('makes a bank choose 20% beside one that does, else 40%', async () => {
    const { best_responses } = await game(3, grid(20));
    for (const { fractions, others } of best_responses) expect(fractions).toEqual([others[0]! >= 0.2 ? 0.2 : 0.4]);
  });
});

describe('game of experiment 2', () => {
  const seeds = Array.from({ length: 50 }, (_, i) => iterationSeed('42', i, 'BANK_A'));

  it('has the published means over fifty days, and its equilibrium and joint minimum at 13%', async () => {
    const values = [0.05, 0.08, 0.1, 0.12, 0.13, 0.14, 0.15, 0.2];
    const { cells, equilibria, joint_minima } = await game(2, values, seeds);
    const symmetric = cells.filter(({ fractions: [a, b] }) => a === b).map(({ costs, fractions: [f] }) => [f, ...costs]);
    expect(symmetric).toEqual([
      [0.05, 69684.2, 59170.66],
      [0.08, 27255.68, 31317.54],
      [0.1, 19001.02, 17239.16],
      [0.12, 14830.86, 16896.54],
      [0.13, 14827.82, 14038.84],
      [0.14, 15022.66, 14545.14],
      [0.15, 15578.94, 15170.76],
      [0.2, 19920, 19920],
    ]);
    expect(equilibria.map(({ fractions }) => fractions)).toEqual([[0.13, 0.13]]);
    expect(joint_minima).toEqual(equilibria);
    // Beside a bank with 8% or more, what one with 5% or more pays depends on itself alone.
    for (const { costs, fractions } of cells.filter(({ fractions: [, b] }) => b! >= 0.08)) {
      const besideEight = cells.find(({ fractions: [a, b] }) => a === fractions[0] && b === 0.08)!;
      expect(costs[0]).toBe(besideEight.costs[0]);
    }
  });
});
