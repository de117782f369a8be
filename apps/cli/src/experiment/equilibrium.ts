import { availableParallelism } from 'node:os';
import path from 'node:path';
import { readScenarioText } from '@simcash/engine';
import {
  analyseGame,
  defaultPolicy,
  drawsPayments,
  ExperimentError,
  iterationSeed,
  MAX_CELLS,
  playGame,
  sharesOf,
  shareStrategies,
  strategiesOf,
  type AnalysisOptions,
  type CostScope,
  type Game,
  type GameAnalysis,
  type GameCell,
  type Strategy,
} from '@simcash/experiments';
import { csv, money, type ScenarioData } from '@simcash/protocol';
import { createExecutor, type ExecutorName } from '@simcash/runs/experiments';
import { inputError, issuesError, usageError } from '../exit-codes.js';
import { Confines, type PathOptions } from '../files/confines.js';
import type { GlobalOptions } from '../global-options.js';
import { json, note, print, say } from '../output/streams.js';
import { table } from '../output/table.js';
import { loadScenario } from '../scenario-file.js';
import { readText } from '../files/reading.js';
import { loadExperiment, readPolicyFile } from './load.js';

export interface EquilibriumOptions extends GlobalOptions, PathOptions {
  grid?: number;
  agents?: string;
  /** Labels of a profile whose regret is wanted. */
  profile?: string;
  maxSimulations?: number;
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

/** A scenario whose banks choose among strategies. */
interface Setting {
  scenario: ScenarioData;
  agents: readonly string[];
  strategies: readonly (readonly Strategy[])[];
  ticks: number;
  seed: string;
  costScope: CostScope;
}

/** Days over which costs are averaged where payments are drawn (spec 17 §12). */
const DAYS = 400;

/** Plays the whole game and prints costs, best responses, equilibria and the joint minimum. */
export async function printEquilibrium(file: string, options: EquilibriumOptions): Promise<void> {
  const setting = await readSetting(file, options);
  const { agents, costScope, scenario, strategies, ticks } = setting;
  const samples = options.samples ?? (drawsPayments(scenario) ? DAYS : 1);
  const cells = strategies.reduce((count, { length }) => count * length, 1);
  if (cells > MAX_CELLS)
    throw inputError(
      `${agents.length} banks with ${choicesText(strategies)} make ${cells} cells; take a larger --grid or fewer --agents`,
    );
  const most = options.maxSimulations ?? MOST_SIMULATIONS;
  if (cells * samples > most)
    throw inputError(
      `${cells} cells on ${samples} days are ${cells * samples} simulations, more than ${most}`,
      'take a larger --grid, fewer --samples, or allow them with --max-simulations',
    );
  const executor = createExecutor(options.executor ?? 'auto', options.workers ?? availableParallelism());
  try {
    const seeds = Array.from({ length: samples }, (_, i) => iterationSeed(setting.seed, i, agents[0]!));
    const game = await playGame(scenario, { agents, strategies, seeds, ticks, costScope }, executor);
    const [first, ...others] = game.day_costs.map((costs) => JSON.stringify(costs));
    if (others.every((costs) => costs === first))
      note('warning: all cells cost the same: nothing that the banks can choose makes a difference');
    const analysis = analyseGame(game, analysisOptions(options, strategies));
    if (options.profile !== undefined) return printProfile(game, analysis, options);
    if (options.json) print(json(gameDocument(game, analysis, seeds)));
    else if (options.csv) say(cellTable(game, analysis));
    else say(`${gameText(game, seeds.length)}\n${analysisText(game, analysis)}`);
  } finally {
    await executor.close();
  }
}

function choicesText(strategies: Game['strategies']): string {
  const counts = strategies.map(({ length }) => length);
  return new Set(counts).size === 1 ? `${counts[0]} choices each` : `${counts.join(', ')} choices`;
}

const MOST_SIMULATIONS = 2_000_000;

/**
 * An experiment file says which banks play, with which policies and what they may choose; of a scenario, all banks with a liquidity pool
 * choose a share of it, and release every payment at once.
 */
async function readSetting(file: string, options: EquilibriumOptions): Promise<Setting> {
  const { grid = 0.05 } = options;
  const seed = String(options.seed ?? 42n);
  const text = readText(file, 'scenario');
  const { document } = readScenarioText(text, path.extname(file) === '.json' ? 'json' : 'yaml');
  if (typeof document === 'object' && document !== null && Object.hasOwn(document, 'optimized_agents')) {
    const { definition, initial, scenario } = await loadExperiment(file, options);
    const { evaluation, master_seed, optimized_agents, semantics } = definition;
    const agents = chosen(options, optimized_agents);
    return {
      scenario,
      agents,
      strategies: refusing(file, () =>
        strategiesOf(definition, scenario, initial, agents, {
          grid,
          readPolicy: (name) => readPolicyFile(new Confines(file, options).policy(name)),
        }),
      ),
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
  ) as ScenarioData;
  const { num_days, ticks_per_day } = scenario.simulation as { num_days: number; ticks_per_day: number };
  const players = (scenario.agents as { id: string; liquidity_pool?: number }[]).filter(
    (agent) => agent.liquidity_pool !== undefined,
  );
  if (players.length === 0) throw usageError('no bank of this scenario has a liquidity_pool, so there is nothing to choose');
  const agents = chosen(
    options,
    players.map(({ id }) => id),
  );
  const values = Array.from({ length: Math.floor(1 / grid + 1e-9) + 1 }, (_, i) => Number((i * grid).toFixed(9)));
  const strategies = agents.map((id) => shareStrategies(defaultPolicy(id), values));
  return { scenario, agents, strategies, ticks: options.ticks ?? num_days * ticks_per_day, seed, costScope: 'total' };
}

function refusing<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof ExperimentError ? issuesError(file, error) : error;
  }
}

function chosen({ agents }: EquilibriumOptions, known: readonly string[]): readonly string[] {
  const named = agents?.split(',') ?? known;
  for (const id of named) if (!known.includes(id)) throw usageError(`--agents: ${id} is not among ${known.join(', ')}`);
  return named;
}

function analysisOptions(
  { alpha, dynamics, epsilon, epsilonPct, start }: EquilibriumOptions,
  strategies: Game['strategies'],
): AnalysisOptions {
  if (start !== undefined && dynamics !== 'fictitious') throw usageError('--start is for --dynamics fictitious');
  const plays = start?.split(',').map(Number);
  const isPosition = (play: number, i: number): boolean => Number.isInteger(play) && play >= 0 && play < strategies[i]!.length;
  if (plays && !(plays.length === 2 && strategies.length === 2 && plays.every(isPosition)))
    throw usageError(`--start needs a position for each of two banks, counted from 0, as 0,0; got '${start}'`);
  return {
    ...(alpha === undefined ? {} : { alpha }),
    ...(epsilon === undefined ? {} : { epsilon_cents: epsilon }),
    ...(epsilonPct === undefined ? {} : { epsilon_pct: epsilonPct }),
    ...(dynamics === undefined ? {} : { dynamics }),
    ...(plays === undefined ? {} : { start: plays as [number, number] }),
  };
}

/** Keys of games of shares are there where all banks choose among the same shares (spec 17 §16). */
function gameDocument({ day_costs: _, ...game }: Game, { cells, ...analysis }: GameAnalysis, seeds: readonly number[]): object {
  const values = sharesOf(game);
  const fractions = (strategies: readonly number[]): object =>
    values === null ? {} : { fractions: strategies.map((strategy) => values[strategy]!) };
  const withShares = (cell: GameCell): object => ({ ...cell, ...fractions(cell.strategies) });
  return {
    schema_version: 1,
    seeds,
    agents: game.agents,
    ...(values === null ? {} : { values }),
    strategies: Object.fromEntries(
      game.agents.map((id, i) => [id, game.strategies[i]!.map((strategy, index) => ({ index, ...strategy }))]),
    ),
    ...analysis,
    cells: game.cells.map((cell, i) => ({ ...withShares(cell), ...cells[i]! })),
    best_responses: game.best_responses.map(({ others, strategies, ...response }) => ({
      ...response,
      others: values === null ? others : others.map((strategy) => values[strategy]!),
      strategies,
      ...fractions(strategies),
    })),
    equilibria: game.equilibria.map(withShares),
    joint_minima: game.joint_minima.map(withShares),
  };
}

/** Regret of one profile, named by its labels (spec 17 §16). */
function printProfile(game: Game, analysis: GameAnalysis, options: EquilibriumOptions): void {
  const labels = options.profile!.split(';').map((label) => label.trim());
  const strategies = game.strategies.map((own, i) => own.findIndex(({ label }) => label === labels[i]));
  if (labels.length !== game.agents.length || strategies.includes(-1))
    throw usageError(
      `--profile needs a strategy for each of ${game.agents.join(', ')}, with semicolons`,
      ...game.agents.map(
        (id, i) =>
          `${id}: ${game.strategies[i]!.map(({ label }) => label)
            .slice(0, 12)
            .join('; ')}`,
      ),
    );
  const place = game.cells.findIndex((cell) => cell.strategies.every((strategy, i) => strategy === strategies[i]));
  const { intervals, regret, regret_lower, regret_upper, state } = analysis.cells[place]!;
  const rows = game.agents.map((id, i) => ({
    agent_id: id,
    strategy: labels[i]!,
    cost: intervals[i]!.mean,
    regret: regret[i]!,
    lower: regret_lower[i]!,
    upper: regret_upper[i]!,
  }));
  if (options.json) return print(json({ schema_version: 1, state, days: analysis.days, banks: rows }));
  const head = ['Bank', 'Strategy', 'Cost', 'Could save', 'At least', 'At most'];
  say(
    `${table(
      head,
      rows.map((row) => [row.agent_id, row.strategy, mean(row.cost), mean(row.regret), mean(row.lower), mean(row.upper)]),
    )}\n\nAs an equilibrium: ${state}, on ${analysis.days === 1 ? 'one day' : `${analysis.days} days`}.\n`,
  );
}

/** Cells that a list of those which cannot be told apart shows. */
const SHOWN_CELLS = 20;

function analysisText(game: Game, analysis: GameAnalysis): string {
  const { days, epsilon_equilibria: kept, mixed, price_of_anarchy: anarchy, price_of_stability: stability } = analysis;
  const parts: string[] = [];
  if (days > 1) {
    const shown = kept.slice(0, SHOWN_CELLS).map((cell) => place(game, game.cells[cell]!));
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
    const shares = (bank: number, list: readonly number[]): string =>
      list.flatMap((p, i) => (p > 0 ? [`${game.strategies[bank]![i]!.label} with ${(p * 100).toFixed(1)} %`] : [])).join(', ');
    parts.push(`Equilibria in mixed strategies${mixed!.complete ? '' : ' (one was looked for)'}, of the mean costs`);
    for (const { costs, x, y } of proper)
      parts.push(
        `  ${game.agents[0]}: ${shares(0, x)}`,
        `  ${game.agents[1]}: ${shares(1, y)}`,
        `  costs ${costs.map(mean).join(' / ')}`,
        '',
      );
  }
  return parts.join('\n');
}

const labelsOf = ({ strategies }: Game, cell: GameCell): string[] =>
  cell.strategies.map((strategy, i) => strategies[i]![strategy]!.label);
const place = (game: Game, cell: GameCell): string => `(${labelsOf(game, cell).join(sharesOf(game) === null ? '; ' : ', ')})`;
const mean = (cost: number): string => money(Math.round(cost));

function gameText(game: Game, samples: number): string {
  const { agents, equilibria, joint_minima } = game;
  const parts = [
    `Game of ${agents.join(', ')}${sharesOf(game) === null ? '' : ': share of the liquidity pool'}${samples > 1 ? `, mean cost of ${samples} days` : ''}`,
    '',
  ];
  if (agents.length === 2) parts.push(matrix(game), '');
  parts.push('Best responses', responseTable(game), '');
  const list = (cells: readonly GameCell[]): string[] =>
    cells.map((cell) => `  ${place(game, cell)}   ${agents.map((id, i) => `${id} ${mean(cell.costs[i]!)}`).join('   ')}`);
  parts.push(
    equilibria.length === 0 ? 'No equilibrium in pure strategies on this grid' : 'Equilibria in pure strategies',
    ...list(equilibria),
    '',
  );
  parts.push('Least cost of all banks together', ...list(joint_minima), '');
  return parts.join('\n');
}

/** Costs of both banks, the first by row, the second by column. */
function matrix({ agents, cells, strategies }: Game): string {
  const [byRow, byColumn] = strategies as readonly [readonly Strategy[], readonly Strategy[]];
  const rows = byRow.map(({ label }, r) => [
    label,
    ...byColumn.map((_, c) => cells[r * byColumn.length + c]!.costs.map(mean).join(' / ')),
  ]);
  return `Costs, ${agents[0]} by row / ${agents[1]} by column\n${table(['', ...byColumn.map(({ label }) => label)], rows)}`;
}

function responseTable({ agents, best_responses, strategies }: Game): string {
  const label = (bank: number, strategy: number): string => strategies[bank]![strategy]!.label;
  const rows = best_responses.map(({ agent_id, cost, others, strategies: best }) => {
    const own = agents.indexOf(agent_id);
    const rest = agents.map((_, i) => i).filter((i) => i !== own);
    return [
      agent_id,
      rest.map((bank, i) => `${agents[bank]} ${label(bank, others[i]!)}`).join(', '),
      best.map((strategy) => label(own, strategy)).join(' or '),
      mean(cost),
    ];
  });
  return table(['Bank', 'if', 'chooses', 'at cost'], rows);
}

function cellTable(game: Game, analysis: GameAnalysis): string {
  const { agents, cells } = game;
  const values = sharesOf(game);
  const head = [
    ...agents.map((id) => `${id}_${values === null ? 'strategy' : 'fraction'}`),
    ...agents.map((id) => `${id}_cost_cents`),
    ...agents.flatMap((id) => [`${id}_mean`, `${id}_lower`, `${id}_upper`]),
    'state',
  ];
  return csv(
    head,
    cells.map((cell, i) => {
      const { intervals, state } = analysis.cells[i]!;
      const choices = values === null ? labelsOf(game, cell) : cell.strategies.map((strategy) => values[strategy]!);
      return [...choices, ...cell.costs, ...intervals.flatMap(({ lower, mean: m, upper }) => [m, lower, upper]), state];
    }),
  );
}
