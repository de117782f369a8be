import { describe, expect, it } from 'vitest';
import { analyseGame, shareStrategies, type Game } from '../src/index.js';

/** A game of two banks with two shares each; costs by cell and bank, one list of days each. */
function game(day_costs: number[][][]): Game {
  const chosen = [
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1],
  ];
  const two = shareStrategies({}, [0, 1]);
  const mean = (days: number[]): number => days.reduce((sum, cost) => sum + cost, 0) / days.length;
  const cells = chosen.map((strategies, cell) => ({ strategies, costs: day_costs[cell]!.map(mean) }));
  return { agents: ['A', 'B'], strategies: [two, two], cells, day_costs, best_responses: [], equilibria: [], joint_minima: [] };
}

/** Bech and Garratt's stag hunt: costs 0/0, 3/2, 2/3, 2/2. */
const STAG_HUNT = [
  [[0], [0]],
  [[3], [2]],
  [[2], [3]],
  [[2], [2]],
];

describe('the stag hunt', () => {
  it('has two equilibria in pure strategies and one between them', () => {
    const { epsilon_equilibria, mixed, price_of_anarchy, best_response_graph } = analyseGame(game(STAG_HUNT));
    expect(epsilon_equilibria).toEqual([0, 3]);
    expect(mixed).toMatchObject({ complete: true, degenerate: false });
    expect(mixed!.equilibria.map(({ x, y }) => [x, y])).toEqual([
      [
        [1, 0],
        [1, 0],
      ],
      [
        [0, 1],
        [0, 1],
      ],
      [
        [1 / 3, 2 / 3],
        [1 / 3, 2 / 3],
      ],
    ]);
    expect(price_of_anarchy).toBeNull();
    expect(best_response_graph.sinks).toEqual([[0], [3]]);
  });

  it('is played to the equilibrium that it begins in', () => {
    for (const start of [
      [0, 0],
      [1, 1],
    ] as const) {
      const { dynamics } = analyseGame(game(STAG_HUNT), { dynamics: 'fictitious', start });
      expect((dynamics as { plays: number[][] }).plays.at(-1)).toEqual(start);
    }
  });
});

describe('cells of many days', () => {
  const noisy = (mean: number): number[] => Array.from({ length: 60 }, (_, day) => mean + ((day * 37) % 21) - 10);

  it('are excluded where a bank surely saves elsewhere, and kept where the days do not tell', () => {
    const apart = game([
      [noisy(100), noisy(100)],
      [noisy(100), noisy(200)],
      [noisy(200), noisy(100)],
      [noisy(200), noisy(200)],
    ]);
    const { cells, epsilon_equilibria } = analyseGame(apart);
    expect(cells.map(({ state }) => state)).toEqual(['certain', 'excluded', 'excluded', 'excluded']);
    expect(epsilon_equilibria).toEqual([0]);
    expect(analyseGame(apart, { epsilon_cents: 150 }).epsilon_equilibria).toEqual([0, 1, 2, 3]);
    const near = game([100, 101, 101, 100].map((mean, i) => [noisy(mean).toReversed(), noisy(mean + (i % 2))]));
    expect(analyseGame(near).epsilon_equilibria.length).toBeGreaterThan(1);
  });
});
