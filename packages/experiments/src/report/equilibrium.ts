import type { Executor, ScenarioData, SimulationBatch } from '@simcash/protocol';
import { product } from '../optimizers/grid.js';
import { agentVariant, FRACTION } from '../policies/policy.js';
import { agentEntry, costOf, effectiveScenario, hasPool, sum, type CostScope } from '../scenario.js';
import type { Strategy } from './strategies.js';

/** One cell of the game: positions of everybody's strategies, and mean costs in cents. */
export interface GameCell {
  /** The strategy of each player, by number. */
  strategies: readonly number[];
  /** Costs by day or by player, in cents. */
  costs: readonly number[];
}

/** The game in which each bank chooses one of its strategies (spec 11 §20.6, 17 §11). */
export interface Game {
  /** The banks. */
  agents: readonly string[];
  /** By bank. */
  strategies: readonly (readonly Strategy[])[];
  /** All combinations, the last bank's strategy varying fastest. */
  cells: readonly GameCell[];
  /** Costs of each cell by bank and day. */
  day_costs: readonly (readonly (readonly number[])[])[];
  /** For each bank and each choice of the others, the strategies that cost it least; in their order. */
  best_responses: readonly { agent_id: string; others: readonly number[]; strategies: readonly number[]; cost: number }[];
  /** Cells in which nobody can do better alone. */
  equilibria: readonly GameCell[];
  /** The cells that cost all banks together least. */
  joint_minima: readonly GameCell[];
}

/** The players, strategies and days of a game. */
export interface GameOptions {
  /** The banks. */
  agents: readonly string[];
  /** By bank. */
  strategies: readonly (readonly Strategy[])[];
  /** Costs are means over these. */
  seeds: readonly number[];
  /** Number of ticks. */
  ticks: number;
  /** Which costs count. */
  costScope: CostScope;
}

/** Most cells that a game may have. */
export const MAX_CELLS = 250_000;

/** Plays every combination of strategies. */
export async function playGame(scenario: ScenarioData, options: GameOptions, executor: Executor): Promise<Game> {
  const { agents, costScope, seeds, strategies, ticks } = options;
  const last = agents.length - 1;
  const settings = product(strategies.slice(0, -1).map((own) => own.map((_, i) => i)));
  const pool = hasPool(agentEntry(scenario, agents[last]!));
  const batches = settings.map((chosen): SimulationBatch => {
    const profile = Object.fromEntries(chosen.map((strategy, i) => [agents[i]!, strategies[i]![strategy]!.policy]));
    return {
      scenario: effectiveScenario(scenario, profile, seeds[0]!),
      ticks,
      agent_id: agents[last]!,
      report: agents,
      variants: strategies[last]!.map(({ policy }) => agentVariant(policy, pool)),
      draws: seeds.map((seed) => ({ seed, payments: [], settlements: [] })),
    };
  });
  const outcomes = await executor.runBatches(batches);
  const played = settings.flatMap((chosen, s) =>
    strategies[last]!.map((_, v) => ({
      strategies: [...chosen, v],
      days: agents.map((id) => outcomes[s]![v]!.map((outcome) => costOf(outcome, id, costScope))),
    })),
  );
  const cells = played.map(({ days, strategies: own }): GameCell => ({
    strategies: own,
    costs: days.map((costs) => sum(costs) / seeds.length),
  }));
  return { agents, strategies, cells, day_costs: played.map(({ days }) => days), ...analyse(agents, cells) };
}

function analyse(
  agents: readonly string[],
  cells: readonly GameCell[],
): Pick<Game, 'best_responses' | 'equilibria' | 'joint_minima'> {
  const best = agents.map((_, i) => {
    const responses = new Map<string, { others: number[]; strategies: number[]; cost: number }>();
    for (const { costs, strategies } of cells) {
      const others = strategies.toSpliced(i, 1);
      const key = others.join(' ');
      const known = responses.get(key);
      if (!known || costs[i]! < known.cost) responses.set(key, { others, strategies: [strategies[i]!], cost: costs[i]! });
      else if (costs[i] === known.cost) known.strategies.push(strategies[i]!);
    }
    return responses;
  });
  const isBest = ({ strategies }: GameCell, i: number): boolean =>
    best[i]!.get(strategies.toSpliced(i, 1).join(' '))!.strategies.includes(strategies[i]!);
  const joint = cells.map(({ costs }) => sum(costs));
  const least = joint.reduce((a, b) => Math.min(a, b), Infinity);
  return {
    best_responses: agents.flatMap((agent_id, i) => [...best[i]!.values()].map((response) => ({ agent_id, ...response }))),
    equilibria: cells.filter((cell) => agents.every((_, i) => isBest(cell, i))),
    joint_minima: cells.filter((_, i) => joint[i] === least),
  };
}

/** The shares of the pool that all banks choose among; null where they choose something else, or not the same. */
export function sharesOf({ strategies }: Pick<Game, 'strategies'>): number[] | null {
  const lists = strategies.map((own) =>
    own.map(({ parameters }) => {
      const names = Object.keys(parameters ?? {});
      return names.length === 1 && names[0] === FRACTION ? parameters![FRACTION]! : null;
    }),
  );
  const [first] = lists;
  const isCommon = lists.every(
    (list) => list.length === first!.length && list.every((share, i) => share !== null && share === first![i]),
  );
  return isCommon ? (first as number[]) : null;
}
