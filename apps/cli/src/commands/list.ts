import { Command, Option } from 'commander';
import {
  COST_COLUMNS,
  findSimulation,
  getCostTimeline,
  getDailyCosts,
  getSimulationSummary,
  listSimulations,
  type CostPoint,
  type DailyCosts,
  type SimulationFilter,
  type StoredSimulation,
} from '@simcash/persistence';
import { csv, money } from '@simcash/protocol';
import { openRun, storedFigures } from '@simcash/runs';
import { checkBank } from '../banks.js';
import { withDatabase } from '../database.js';
import { usageError } from '../exit-codes.js';
import { withGlobalOptions, type GlobalOptions } from '../global-options.js';
import { wholeNumberOption } from '../numbers.js';
import { json, print, say } from '../output/streams.js';
import { summaryText } from '../output/summary.js';
import { table } from '../output/table.js';

interface ListOptions extends GlobalOptions {
  limit: number;
  status?: StoredSimulation['status'];
  experiment?: string;
}

export function listCommand(): Command {
  return withGlobalOptions(new Command('list'))
    .option('--limit <n>', 'show at most this many', wholeNumberOption('--limit', 1), 20)
    .addOption(new Option('--status <status>', 'only simulations with this status').choices(['running', 'completed', 'failed']))
    .option('--experiment <run>', 'only simulations of this experiment run')
    .action(list);
}

async function list(options: ListOptions): Promise<void> {
  const { experiment, status } = options;
  const filter: SimulationFilter = {
    limit: options.limit,
    ...(status === undefined ? {} : { status }),
    ...(experiment === undefined ? {} : { experiment_run_id: experiment }),
  };
  printSimulations(await withDatabase(options, true, (database) => listSimulations(database, filter)), options);
}

/** A row per simulation. */
export function printSimulations(rows: readonly StoredSimulation[], options: GlobalOptions): void {
  // The configuration of a run is large; `show` has it.
  if (options.json) return print(json(rows.map(({ config_json: _, ...row }) => row)));
  const ticks = (row: StoredSimulation): string => `${row.last_tick === null ? 0 : row.last_tick + 1}/${row.total_ticks}`;
  const ofExperiments = rows.some((row) => row.experiment_run_id !== null);
  const head = ['Simulation', 'Status', 'Seed', 'Ticks', 'Payments', 'Settled', 'Started (UTC)'];
  const lines = rows.map((row) => [
    row.simulation_id,
    row.status,
    String(row.rng_seed),
    ticks(row),
    row.total_arrivals ?? '–',
    row.total_settlements ?? '–',
    row.started_at.slice(0, 16).replace('T', ' '),
    ...(ofExperiments ? [row.experiment_run_id ?? '–', row.experiment_iteration ?? '–', row.run_purpose] : []),
  ]);
  say(`${table([...head, ...(ofExperiments ? ['Experiment', 'Iteration', 'Purpose'] : [])], lines)}\n`);
}

export function showCommand(): Command {
  return withGlobalOptions(new Command('show')).argument('<id>', 'simulation id').action(show);
}

async function show(id: string, options: GlobalOptions): Promise<void> {
  const { figures, summary } = await withDatabase(options, true, async (database) => {
    const run = await openRun(database, id);
    return { summary: (await getSimulationSummary(database, id))!, figures: await storedFigures(database, run) };
  });
  if (options.json) return print(json({ ...summary, figures }));
  const about: [string, unknown][] = [
    ['Name', summary.config_name],
    ['Description', summary.description],
    ['Labels', summary.labels],
    ['Scenario', summary.config_file],
    ['Status', summary.error_message === null ? summary.status : `${summary.status}: ${summary.error_message}`],
    ['Purpose', summary.run_purpose],
    ['Experiment', summary.experiment_run_id],
    ['Level', summary.persistence_level],
    ['Started', `${summary.started_at.slice(0, 19).replace('T', ' ')} UTC`],
    ['Configuration', summary.config_hash],
    ['Event log', summary.event_log_hash],
  ];
  const known = about.filter(([, value]) => value !== null && value !== undefined);
  say(
    `${table(
      ['Simulation', id],
      known.map(([name, value]) => [name, String(value)]),
    )}\n\n`,
  );
  say(
    summaryText({
      ...figures,
      config_file: summary.config_file ?? id,
      seed: summary.rng_seed,
      duration_seconds: summary.duration_seconds ?? 0,
      config_hash: summary.config_hash,
    }),
  );
}

interface CostOptions extends GlobalOptions {
  agent?: string;
  by?: 'bank' | 'day' | 'tick';
  perTick?: boolean;
  csv?: boolean;
}

export function costsCommand(): Command {
  return withGlobalOptions(new Command('costs'))
    .argument('<id>', 'simulation id')
    .option('--agent <id>', 'only this bank')
    .addOption(new Option('--by <what>', 'what a row is about').choices(['bank', 'day', 'tick']))
    .option('--per-tick', 'by tick: the cost of each tick instead of the sum so far')
    .option('--csv', 'print CSV, money in cents')
    .addHelpText(
      'after',
      `
Tables show amounts as units of 100 cents, --csv and --json whole cents. Without --by, --csv and --json are by tick.

Examples:
  simcash costs demo
  simcash costs demo --by day --agent NORTH
  simcash costs demo --by tick --per-tick --csv`,
    )
    .action(costs);
}

async function costs(id: string, options: CostOptions): Promise<void> {
  if (options.perTick && options.by !== undefined && options.by !== 'tick') throw usageError('--per-tick needs --by tick');
  const by = options.by ?? (options.perTick || options.csv || options.json ? 'tick' : 'bank');
  const { agents, days, points, ticksPerDay } = await withDatabase(options, true, async (database) => {
    const simulation = await findSimulation(database, id);
    checkBank(simulation.agent_ids, options.agent);
    if (by === 'tick' && simulation.persistence_level === 'SUMMARY')
      throw usageError(`simulation ${id} was stored at level SUMMARY: it has no costs of ticks`, 'take --by bank or --by day');
    const ids = options.agent === undefined ? simulation.agent_ids : [options.agent];
    return {
      agents: ids,
      ticksPerDay: simulation.ticks_per_day,
      points: by === 'tick' ? await getCostTimeline(database, id, options.agent) : [],
      days: by === 'tick' ? [] : await getDailyCosts(database, id, by, options.agent),
    };
  });
  if (by !== 'tick') return printCosts(days, by, options);
  if (options.json) return print(json(points));
  const amount = (cents: number): number | string => (options.csv ? cents : money(cents));
  const rows = tickRows(points, agents, options.perTick ?? false);
  const lines = rows.map(({ tick, values }) => [tick, Math.floor(tick / ticksPerDay), ...values.map(amount)]);
  const head = ['tick', 'day', ...agents];
  say(options.csv ? csv(head, lines) : `${table(head, lines, 2)}\n`);
}

/** A row per tick in which anybody was charged: by bank the sum so far, or what the tick cost. */
function tickRows(
  points: readonly CostPoint[],
  agents: readonly string[],
  perTick: boolean,
): { tick: number; values: number[] }[] {
  const byTick = new Map<number, Map<string, number>>();
  for (const { accumulated_cost, agent_id, per_tick_cost, tick } of points) {
    const row = byTick.get(tick) ?? new Map<string, number>();
    byTick.set(tick, row.set(agent_id, perTick ? per_tick_cost : accumulated_cost));
  }
  const latest = new Map<string, number>();
  return [...byTick].map(([tick, row]) => {
    const values = agents.map((agent) => row.get(agent) ?? (perTick ? 0 : (latest.get(agent) ?? 0)));
    agents.forEach((agent, i) => latest.set(agent, values[i]!));
    return { tick, values };
  });
}

function printCosts(rows: readonly DailyCosts[], by: 'bank' | 'day', options: CostOptions): void {
  if (options.json) return print(json(rows.map(({ day, ...row }) => (by === 'bank' ? row : { day, ...row }))));
  const amount = (cents: number): number | string => (options.csv ? cents : money(cents));
  const names = [...COST_COLUMNS, 'total_cost'] as const;
  const head = [
    ...(by === 'day' ? ['day'] : []),
    'bank',
    ...names.map((name) => name.replace(/_cost$/, '')),
    'dropped',
    'dropped_value',
  ];
  const lines = rows.map((row) => [
    ...(by === 'day' ? [row.day!] : []),
    row.agent_id,
    ...names.map((name) => amount(row[name])),
    row.num_dropped,
    row.dropped_value === null ? '–' : amount(row.dropped_value),
  ]);
  say(options.csv ? csv(head, lines) : `${table(head, lines, by === 'day' ? 2 : 1)}\n`);
}
