import {
  bestResponseGraph,
  bimatrixEquilibria,
  equilibriumSet,
  fictitiousPlay,
  priceOfAnarchy,
  replicatorDynamics,
  skewInterval,
  type Equilibria,
  type SkewInterval,
} from '@simcash/statistics';
import { sum } from '../scenario.js';
import type { Game } from './equilibrium.js';

/** How a game is analysed. */
export interface AnalysisOptions {
  /** Level of the limits behind the set of equilibria. */
  readonly alpha?: number;
  /** Saving up to which a bank stays: in cents, and in percent of its mean cost. */
  readonly epsilon_cents?: number;
  /** What counts as no improvement, in per cent of the costs. */
  readonly epsilon_pct?: number;
  /** The dynamics that are followed. */
  readonly dynamics?: 'fictitious' | 'replicator';
  /** First play of fictitious play. */
  readonly start?: readonly [number, number];
}

/** What the days tell about a cell; lists by bank. Money is cents. */
export interface AnalysedCell {
  /** Positions of the banks' strategies. */
  readonly strategies: readonly number[];
  /** The interval of each player's costs. */
  readonly intervals: readonly Pick<SkewInterval, 'mean' | 'sd' | 'lower' | 'upper' | 'exceptions' | 'thin'>[];
  /** Whether it may be an equilibrium: no, surely, or as far as these days tell. */
  readonly state: 'excluded' | 'certain' | 'possible';
  /** What each bank could save alone, with guarded limits. */
  readonly regret: readonly number[];
  /** Lower ends of the players' regrets. */
  readonly regret_lower: readonly number[];
  /** Upper ends of the players' regrets. */
  readonly regret_upper: readonly number[];
}

/** A game with its equilibria, how sure they are, and where play leads (spec 17 §12–§16). */
export interface GameAnalysis {
  /** Number of days. */
  readonly days: number;
  /** The level of significance. */
  readonly alpha: number;
  /** What counts as no improvement, in cents. */
  readonly epsilon_cents: number;
  /** What counts as no improvement, in per cent of the costs. */
  readonly epsilon_pct: number;
  /** The cells in order. */
  readonly cells: readonly AnalysedCell[];
  /** Cells that are not excluded. */
  readonly epsilon_equilibria: readonly number[];
  /** Which profiles lead to which when one player answers best. */
  readonly best_response_graph: {
    readonly edges: readonly (readonly number[])[];
    readonly sinks: readonly (readonly number[])[];
  };
  /** The profile with the lowest costs of all. */
  readonly least_total: number;
  /** Costs of the worst equilibrium over the lowest costs; null without one. */
  readonly price_of_anarchy: number | null;
  /** Costs of the best equilibrium over the lowest costs; null without one. */
  readonly price_of_stability: number | null;
  /** With two banks: the extreme equilibria of the game of mean costs. */
  readonly mixed?: Equilibria;
  /** Where the dynamics led to. */
  readonly dynamics?: object;
}

/** Equilibria, regrets and dynamics of a game, with intervals. */
export function analyseGame(game: Game, options: AnalysisOptions = {}): GameAnalysis {
  const { alpha = 0.05, dynamics, epsilon_cents = 0, epsilon_pct = 0, start = [0, 0] } = options;
  const { agents, cells, day_costs: costs, strategies } = game;
  const shape = strategies.map(({ length }) => length);
  const means = cells.map((cell) => [...cell.costs]);
  const found = equilibriumSet({ shape, costs, alpha, epsilon_cents, epsilon_pct });
  const { edges, equilibria, sinks } = bestResponseGraph(shape, means);
  const isBimatrix = agents.length === 2;
  const matrixOf = (bank: number): number[][] =>
    strategies[0]!.map((_, i) => strategies[1]!.map((__, j) => cells[i * shape[1]! + j]!.costs[bank]!));
  return {
    days: costs[0]![0]!.length,
    alpha,
    epsilon_cents,
    epsilon_pct,
    cells: found.map(({ lower, regret, state, upper }, cell): AnalysedCell => ({
      strategies: cells[cell]!.strategies,
      intervals: costs[cell]!.map((days) => {
        const { exceptions, lower: least, mean, sd, thin, upper: most } = skewInterval(days);
        return { mean, sd, lower: least, upper: most, exceptions, thin };
      }),
      state,
      regret,
      regret_lower: lower,
      regret_upper: upper,
    })),
    epsilon_equilibria: found.filter(({ state }) => state !== 'excluded').map(({ cell }) => cell),
    best_response_graph: { edges, sinks },
    ...priceOfAnarchy(means.map(sum), equilibria),
    ...(isBimatrix ? { mixed: bimatrixEquilibria(matrixOf(0), matrixOf(1)) } : {}),
    ...(isBimatrix && dynamics === 'fictitious' ? { dynamics: fictitiousPlay(matrixOf(0), matrixOf(1), { start }) } : {}),
    ...(isBimatrix && dynamics === 'replicator' ? { dynamics: replicatorDynamics(matrixOf(0), matrixOf(1)) } : {}),
  };
}
