import { availableParallelism } from 'node:os';
import path from 'node:path';
import { readScenarioText } from '@simcash/engine';
import {
  agentEntry,
  analyseGame,
  defaultPolicy,
  drawsPayments,
  FRACTION,
  hasPool,
  iterationSeed,
  MAX_CELLS,
  playGame,
  type AnalysisOptions,
  type CostScope,
  type Game,
  type GameAnalysis,
  type GameCell,
  type PolicyProfile,
} from '@simcash/experiments';
import { money, type ScenarioDocument } from '@simcash/protocol';
import { createExecutor, type ExecutorName } from '@simcash/runs/experiments';
import { usageError } from '../exit-codes.js';
import type { PathOptions } from '../files/confines.js';
import type { GlobalOptions } from '../global-options.js';
import { json, print, say } from '../output/streams.js';
import { csv, table } from '../output/table.js';
import { loadScenario } from '../scenario-file.js';
import { readText } from '../files/reading.js';
import { loadExperiment } from './load.js';

export interface EquilibriumOptions extends GlobalOptions, PathOptions {
  grid?: number;
  agents?: string;
  samples?: number;
  alpha?: number;
  epsilon?: number;
  epsilonPct?: number;
  dynamics?: 'fictitious' | 'replicator';
  start?: string;
  seed?: bigint;
  ticks?: number;
  csv?: boolean;
  executor?: ExecutorName;
  workers?: number;
}

/** A scenario whose banks choose their share of the liquidity pool. */
interface Setting {
  scenario: ScenarioDocument;
  agents: readonly string[];
  /** What banks do beside choosing a share. */
  policies: PolicyProfile;
  ticks: number;
  seed: string;
  costScope: CostScope;
}

/** Days over which costs are averaged where payments are drawn (spec 17 §12). */
const DAYS = 400;

/** Plays the whole game on a grid of fractions and prints costs, best responses, equilibria and the joint minimum. */
export async function printEquilibrium(file: string, options: EquilibriumOptions): Promise<void> {
  const { grid = 0.05 } = options;
  if (!(grid > 0 && grid <= 1)) throw usageError(`--grid needs a step between 0 and 1, got ${grid}`);
  const setting = await readSetting(file, options);
  const { agents } = setting;
  const samples = options.samples ?? (drawsPayments(setting.scenario) ? DAYS : 1);
  const steps = Math.floor(1 / grid + 1e-9);
  const values = Array.from({ length: steps + 1 }, (_, i) => Number((i * grid).toFixed(9)));
  const cells = values.length ** agents.length;
  if (cells > MAX_CELLS)
    throw usageError(
      `${agents.length} banks with ${values.length} choices each make ${cells} cells; take a larger --grid or fewer --agents`,
    );
  const executor = createExecutor(options.executor ?? 'auto', options.workers ?? availableParallelism());
  try {
    const seeds = Array.from({ length: samples }, (_, i) => iterationSeed(setting.seed, i, agents[0]!));
    const { costScope, policies, scenario, ticks } = setting;
    const game = await playGame(scenario, { agents, values, policies, seeds, ticks, costScope }, executor);
    const analysis = analyseGame(game, analysisOptions(options, values.length));
    if (options.json) print(json(gameDocument(game, analysis, seeds)));
    else if (options.csv) say(cellTable(game, analysis));
    else say(`${gameText(game, seeds.length)}\n${analysisText(game, analysis)}`);
  } finally {
    await executor.close();
  }
}

/**
 * An experiment file says which banks play and with which policies; of a scenario, all banks with a liquidity pool do, and release
 * every payment at once.
 */
async function readSetting(file: string, options: EquilibriumOptions): Promise<Setting> {
  const seed = String(options.seed ?? 42n);
  const text = readText(file, 'scenario');
  const { document } = readScenarioText(text, path.extname(file) === '.json' ? 'json' : 'yaml');
  if (typeof document === 'object' && document !== null && Object.hasOwn(document, 'optimized_agents')) {
    const { definition, initial, scenario } = await loadExperiment(file, options);
    const { evaluation, master_seed, optimized_agents, policy_constraints, semantics } = definition;
    const parameters = (policy_constraints?.allowed_parameters ?? [{ name: FRACTION }]).map(({ name }) => name);
    if (!parameters.includes(FRACTION))
      throw usageError(
        `${file} searches for ${parameters.join(', ') || 'trees'}, not for ${FRACTION}: this game is about shares of the liquidity pool`,
      );
    const without = optimized_agents.filter((id) => !hasPool(agentEntry(scenario, id)));
    if (without.length > 0)
      throw usageError(`no liquidity_pool for ${without.join(', ')}: there is nothing to choose a share of`);
    return {
      scenario,
      agents: chosen(options, optimized_agents),
      policies: initial,
      ticks: options.ticks ?? evaluation.ticks,
      seed: options.seed === undefined ? master_seed : seed,
      costScope: evaluation.cost_scope ?? (semantics === 'reference' ? 'last_day' : 'total'),
    };
  }
  const scenario = JSON.parse(
    JSON.stringify(
      (await loadScenario(file, { ...(options.allowPath && { allowPath: options.allowPath }) })).scenario.source,
      (_, value: unknown) => (typeof value === 'bigint' ? Number(value) : value),
    ),
  ) as ScenarioDocument;
  const { num_days, ticks_per_day } = scenario.simulation as { num_days: number; ticks_per_day: number };
  const players = (scenario.agents as { id: string; liquidity_pool?: number }[]).filter(
    (agent) => agent.liquidity_pool !== undefined,
  );
  const agents = chosen(
    options,
    players.map(({ id }) => id),
  );
  const policies = Object.fromEntries(agents.map((id) => [id, defaultPolicy(id)]));
  return { scenario, agents, policies, ticks: options.ticks ?? num_days * ticks_per_day, seed, costScope: 'total' };
}

function chosen({ agents }: EquilibriumOptions, known: readonly string[]): readonly string[] {
  if (known.length === 0) throw usageError('no bank of this scenario has a liquidity_pool, so there is nothing to choose');
  const named = agents?.split(',') ?? known;
  for (const id of named) if (!known.includes(id)) throw usageError(`--agents: ${id} is not among ${known.join(', ')}`);
  return named;
}

function analysisOptions(
  { alpha, dynamics, epsilon, epsilonPct, start }: EquilibriumOptions,
  strategies: number,
): AnalysisOptions {
  if (start !== undefined && dynamics !== 'fictitious') throw usageError('--start is for --dynamics fictitious');
  const plays = start?.split(',').map(Number);
  if (plays && !(plays.length === 2 && plays.every((play) => Number.isInteger(play) && play >= 0 && play < strategies)))
    throw usageError(`--start needs two positions from 0 to ${strategies - 1}, as 0,0; got '${start}'`);
  return {
    ...(alpha === undefined ? {} : { alpha }),
    ...(epsilon === undefined ? {} : { epsilon_cents: epsilon }),
    ...(epsilonPct === undefined ? {} : { epsilon_pct: epsilonPct }),
    ...(dynamics === undefined ? {} : { dynamics }),
    ...(plays === undefined ? {} : { start: plays as [number, number] }),
  };
}

/** Today's keys and those of the analysis (spec 17 §16). */
function gameDocument({ day_costs: _, ...game }: Game, { cells, ...analysis }: GameAnalysis, seeds: readonly number[]): object {
  return { schema_version: 1, seeds, ...game, ...analysis, cells: game.cells.map((cell, i) => ({ ...cell, ...cells[i]! })) };
}

/** Cells that a list of those which cannot be told apart shows. */
const SHOWN_CELLS = 20;

function analysisText(game: Game, analysis: GameAnalysis): string {
  const { days, epsilon_equilibria: kept, mixed, price_of_anarchy: anarchy, price_of_stability: stability } = analysis;
  const parts: string[] = [];
  if (days > 1) {
    const shown = kept.slice(0, SHOWN_CELLS).map((cell) => place(game.cells[cell]!));
    const more = kept.length > shown.length ? `, … and ${kept.length - shown.length} more` : '';
    const found =
      kept.length === 1
        ? `With ${days} days one cell is left that may be an equilibrium`
        : `These ${kept.length} cells cannot be told apart with ${days} days: any of them may be an equilibrium`;
    parts.push(`${found}\n  ${shown.join(', ')}${more}`, '');
    if (analysis.cells.some(({ intervals }) => intervals.some(({ thin }) => thin)))
      parts.push('Few exceptional days: intervals may be too narrow', '');
  }
  if (anarchy !== null) parts.push(`Price of anarchy ${anarchy.toFixed(3)}, of stability ${stability!.toFixed(3)}`, '');
  const proper = mixed?.equilibria.filter(({ pure }) => !pure) ?? [];
  if (proper.length > 0) {
    const shares = (list: readonly number[]): string =>
      list.flatMap((p, i) => (p > 0 ? [`${share(game.values[i]!)} with ${(p * 100).toFixed(1)} %`] : [])).join(', ');
    parts.push(`Equilibria in mixed strategies${mixed!.complete ? '' : ' (one was looked for)'}, of the mean costs`);
    for (const { costs, x, y } of proper)
      parts.push(
        `  ${game.agents[0]}: ${shares(x)}`,
        `  ${game.agents[1]}: ${shares(y)}`,
        `  costs ${costs.map(mean).join(' / ')}`,
        '',
      );
  }
  return parts.join('\n');
}

const share = (fraction: number): string => fraction.toFixed(2);
const place = ({ fractions }: GameCell): string => `(${fractions.map(share).join(', ')})`;
const mean = (cost: number): string => money(Math.round(cost));

function gameText(game: Game, samples: number): string {
  const { agents, best_responses, equilibria, joint_minima } = game;
  const parts = [
    `Game of ${agents.join(', ')}: share of the liquidity pool${samples > 1 ? `, mean cost of ${samples} days` : ''}`,
    '',
  ];
  if (agents.length === 2) parts.push(matrix(game), '');
  parts.push('Best responses', responseTable(agents, best_responses), '');
  const list = (cells: readonly GameCell[]): string[] =>
    cells.map((cell) => `  ${place(cell)}   ${agents.map((id, i) => `${id} ${mean(cell.costs[i]!)}`).join('   ')}`);
  parts.push(
    equilibria.length === 0 ? 'No equilibrium in pure strategies on this grid' : 'Equilibria in pure strategies',
    ...list(equilibria),
    '',
  );
  parts.push('Least cost of all banks together', ...list(joint_minima), '');
  return parts.join('\n');
}

/** Costs of both banks, the first by row, the second by column. */
function matrix({ agents, cells, values }: Game): string {
  const rows = values.map((value, r) => [
    share(value),
    ...values.map((_, c) => cells[r * values.length + c]!.costs.map(mean).join(' / ')),
  ]);
  return `Costs, ${agents[0]} by row / ${agents[1]} by column\n${table(['', ...values.map(share)], rows)}`;
}

function responseTable(agents: readonly string[], responses: Game['best_responses']): string {
  const rows = responses.map(({ agent_id, cost, fractions, others }) => [
    agent_id,
    agents
      .filter((id) => id !== agent_id)
      .map((id, i) => `${id} ${share(others[i]!)}`)
      .join(', '),
    fractions.map(share).join(' or '),
    mean(cost),
  ]);
  return table(['Bank', 'if', 'chooses', 'at cost'], rows);
}

function cellTable({ agents, cells }: Game, analysis: GameAnalysis): string {
  const head = [
    ...agents.map((id) => `${id}_fraction`),
    ...agents.map((id) => `${id}_cost_cents`),
    ...agents.flatMap((id) => [`${id}_mean`, `${id}_lower`, `${id}_upper`]),
    'state',
  ];
  return csv(
    head,
    cells.map(({ costs, fractions }, i) => {
      const { intervals, state } = analysis.cells[i]!;
      return [...fractions, ...costs, ...intervals.flatMap(({ lower, mean: m, upper }) => [m, lower, upper]), state];
    }),
  );
}
