import type { Executor, Policy, ScenarioDocument, SimulationBatch } from '@simcash/protocol';
import { agentVariant, FRACTION, withParameters } from '../policies/policy.js';
import { product } from '../optimizers/grid.js';
import { agentEntry, costOf, effectiveScenario, hasPool, sum, type CostScope, type PolicyProfile } from '../scenario.js';

/** One cell of the game: everybody's fraction and mean cost in cents. */
export interface GameCell {
  fractions: readonly number[];
  costs: readonly number[];
}

/** The game in which each bank chooses its share of the liquidity pool (spec 11 §20.6). */
export interface Game {
  agents: readonly string[];
  values: readonly number[];
  /** All combinations, the last bank's fraction varying fastest. */
  cells: readonly GameCell[];
  /** Costs of each cell by bank and day. */
  day_costs: readonly (readonly (readonly number[])[])[];
  /** For each bank and each choice of the others, the fractions that cost it least; smallest first. */
  best_responses: readonly { agent_id: string; others: readonly number[]; fractions: readonly number[]; cost: number }[];
  /** Cells in which nobody can do better alone. */
  equilibria: readonly GameCell[];
  /** The cells that cost all banks together least. */
  joint_minima: readonly GameCell[];
}

export interface GameOptions {
  agents: readonly string[];
  /** Fractions that banks can choose. */
  values: readonly number[];
  /** What banks do beside choosing a fraction. */
  policies: PolicyProfile;
  /** Costs are means over these. */
  seeds: readonly number[];
  ticks: number;
  costScope: CostScope;
}

/** Most cells that a game may have. */
export const MAX_CELLS = 250_000;

/** Plays every combination of fractions. */
export async function playGame(scenario: ScenarioDocument, options: GameOptions, executor: Executor): Promise<Game> {
  const { agents, costScope, policies, seeds, ticks, values } = options;
  const last = agents.at(-1)!;
  const settings = product(agents.slice(0, -1).map(() => values));
  const policyAt = (id: string, fraction: number): Policy => withParameters(policies[id]!, { [FRACTION]: fraction });
  const batches = settings.map((fractions): SimulationBatch => {
    const profile = Object.fromEntries(agents.slice(0, -1).map((id, i) => [id, policyAt(id, fractions[i]!)]));
    return {
      scenario: effectiveScenario(scenario, profile, seeds[0]!),
      ticks,
      agent_id: last,
      report: agents,
      variants: values.map((value) => agentVariant(policyAt(last, value), hasPool(agentEntry(scenario, last)))),
      draws: seeds.map((seed) => ({ seed, payments: [], settlements: [] })),
    };
  });
  const outcomes = await executor.runBatches(batches);
  const played = settings.flatMap((fractions, s) =>
    values.map((value, v) => ({
      fractions: [...fractions, value],
      days: agents.map((id) => outcomes[s]![v]!.map((outcome) => costOf(outcome, id, costScope))),
    })),
  );
  const cells = played.map(({ days, fractions }): GameCell => ({
    fractions,
    costs: days.map((costs) => sum(costs) / seeds.length),
  }));
  return { agents, values, cells, day_costs: played.map(({ days }) => days), ...analyse(agents, cells) };
}

function analyse(
  agents: readonly string[],
  cells: readonly GameCell[],
): Pick<Game, 'best_responses' | 'equilibria' | 'joint_minima'> {
  const best = agents.map((_, i) => {
    const responses = new Map<string, { others: number[]; fractions: number[]; cost: number }>();
    for (const { costs, fractions } of cells) {
      const others = fractions.toSpliced(i, 1);
      const key = others.join(' ');
      const known = responses.get(key);
      if (!known || costs[i]! < known.cost) responses.set(key, { others, fractions: [fractions[i]!], cost: costs[i]! });
      else if (costs[i] === known.cost) known.fractions.push(fractions[i]!);
    }
    return responses;
  });
  const isBest = ({ fractions }: GameCell, i: number): boolean =>
    best[i]!.get(fractions.toSpliced(i, 1).join(' '))!.fractions.includes(fractions[i]!);
  const joint = cells.map(({ costs }) => sum(costs));
  const least = joint.reduce((a, b) => Math.min(a, b), Infinity);
  return {
    best_responses: agents.flatMap((agent_id, i) => [...best[i]!.values()].map((response) => ({ agent_id, ...response }))),
    equilibria: cells.filter((cell) => agents.every((_, i) => isBest(cell, i))),
    joint_minima: cells.filter((_, i) => joint[i] === least),
  };
}
