import { availableParallelism } from 'node:os';
import path from 'node:path';
import { readScenarioText } from '@simcash/engine';
import {
  agentEntry,
  defaultPolicy,
  FRACTION,
  hasPool,
  iterationSeed,
  MAX_CELLS,
  playGame,
  type CostScope,
  type Game,
  type GameCell,
  type PolicyProfile,
} from '@simcash/experiments';
import { money, type ScenarioDocument } from '@simcash/protocol';
import { createExecutor, type ExecutorName } from '@simcash/runs/experiments';
import { usageError } from '../exit-codes.js';
import type { PathOptions } from '../files/confines.js';
import type { GlobalOptions } from '../global-options.js';
import { json, print } from '../output/streams.js';
import { csv, table } from '../output/table.js';
import { loadScenario } from '../scenario-file.js';
import { readText } from '../files/reading.js';
import { loadExperiment } from './load.js';

export interface EquilibriumOptions extends GlobalOptions, PathOptions {
  grid?: number;
  agents?: string;
  samples?: number;
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

/** Plays the whole game on a grid of fractions and prints costs, best responses, equilibria and the joint minimum. */
export async function printEquilibrium(file: string, options: EquilibriumOptions): Promise<void> {
  const { grid = 0.05, samples = 1 } = options;
  if (!(grid > 0 && grid <= 1)) throw usageError(`--grid needs a step between 0 and 1, got ${grid}`);
  const setting = readSetting(file, options);
  const { agents } = setting;
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
    if (options.json) print(json({ schema_version: 1, seeds, ...game }));
    else if (options.csv) print(cellTable(game));
    else print(gameText(game, seeds.length));
  } finally {
    await executor.close();
  }
}

/**
 * An experiment file says which banks play and with which policies; of a scenario, all banks with a liquidity pool do, and release
 * every payment at once.
 */
function readSetting(file: string, options: EquilibriumOptions): Setting {
  const seed = String(options.seed ?? 42n);
  const text = readText(file, 'scenario');
  const { document } = readScenarioText(text, path.extname(file) === '.json' ? 'json' : 'yaml');
  if (typeof document === 'object' && document !== null && Object.hasOwn(document, 'optimized_agents')) {
    const { definition, initial, scenario } = loadExperiment(file, options);
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
      loadScenario(file, { ...(options.allowPath && { allowPath: options.allowPath }) }).scenario.source,
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

function cellTable({ agents, cells }: Game): string {
  const head = [...agents.map((id) => `${id}_fraction`), ...agents.map((id) => `${id}_cost_cents`)];
  return csv(
    head,
    cells.map(({ costs, fractions }) => [...fractions, ...costs]),
  );
}
