import { Command, Option } from 'commander';
import {
  findSimulation,
  getCostTimeline,
  getSimulationSummary,
  listSimulations,
  type SimulationFilter,
  type StoredSimulation,
} from '@simcash/persistence';
import { money, percent } from '@simcash/replay';
import { withDatabase } from '../database.js';
import { usageError } from '../exit-codes.js';
import { withGlobalOptions, type GlobalOptions } from '../global-options.js';
import { wholeNumberOption } from '../numbers.js';
import { json, print } from '../output/streams.js';
import { csv, table } from '../output/table.js';

interface ListOptions extends GlobalOptions {
  limit: number;
  status?: StoredSimulation['status'];
  experiment?: string;
}

export function listCommand(): Command {
  return withGlobalOptions(new Command('list'))
    .description('list stored simulations, those of experiments included, newest first')
    .option('--limit <n>', 'at most so many', wholeNumberOption('--limit', 1), 20)
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
  if (options.json) return print(json(rows));
  const head = [
    'Simulation',
    'Status',
    'Scenario',
    'Seed',
    'Ticks',
    'Level',
    'Payments',
    'Settled',
    'Started',
    'Experiment',
    'Purpose',
  ];
  const ticks = (row: StoredSimulation): string => `${row.last_tick === null ? 0 : row.last_tick + 1}/${row.total_ticks}`;
  const lines = rows.map((row) => [
    row.simulation_id,
    row.status,
    row.config_file ?? '–',
    String(row.rng_seed),
    ticks(row),
    row.persistence_level,
    row.total_arrivals ?? '–',
    row.total_settlements ?? '–',
    row.started_at.slice(0, 16).replace('T', ' '),
    row.experiment_run_id === null ? '–' : `${row.experiment_run_id} #${row.experiment_iteration}`,
    row.run_purpose,
  ]);
  print(`${table(head, lines)}\n`);
}

export function showCommand(): Command {
  return withGlobalOptions(new Command('show'))
    .description('show what is stored about a simulation')
    .argument('<id>', 'simulation id')
    .action(show);
}

async function show(id: string, options: GlobalOptions): Promise<void> {
  const summary = await withDatabase(options, true, async (database) => {
    await findSimulation(database, id);
    return (await getSimulationSummary(database, id))!;
  });
  if (options.json) return print(json(summary));
  const { config_json: _, ...rest } = summary;
  const shown = {
    ...rest,
    total_cost_cents: money(summary.total_cost_cents!),
    settlement_rate: percent(summary.total_settlements!, summary.total_arrivals!),
  };
  const rows = Object.entries(shown).filter(([, value]) => value !== null);
  print(
    `${table(
      ['', id],
      rows.map(([name, value]) => [name, String(value)]),
    )}\n`,
  );
}

interface CostOptions extends GlobalOptions {
  agent?: string;
  perTick?: boolean;
  csv?: boolean;
}

export function costsCommand(): Command {
  return withGlobalOptions(new Command('costs'))
    .description('costs of a stored simulation by bank, in cents, tick by tick')
    .argument('<id>', 'simulation id')
    .option('--agent <id>', 'only this bank')
    .option('--per-tick', 'cost of each tick instead of the sum so far')
    .option('--csv', 'print CSV: tick, day, one column per bank')
    .action(costs);
}

async function costs(id: string, options: CostOptions): Promise<void> {
  const { agents, points, ticksPerDay } = await withDatabase(options, true, async (database) => {
    const simulation = await findSimulation(database, id);
    if (options.agent !== undefined && !simulation.agent_ids.includes(options.agent)) {
      throw usageError(`unknown agent '${options.agent}'`, `known are: ${simulation.agent_ids.join(', ')}`);
    }
    const ids = options.agent === undefined ? simulation.agent_ids : [options.agent];
    return { agents: ids, points: await getCostTimeline(database, id, options.agent), ticksPerDay: simulation.ticks_per_day };
  });
  if (options.json) return print(json(points));
  const byTick = new Map<number, Map<string, number>>();
  const running = new Map<string, number>();
  for (const point of points) {
    running.set(point.agent_id, point.accumulated_cost);
    const row = byTick.get(point.tick) ?? new Map<string, number>();
    row.set(point.agent_id, options.perTick ? point.per_tick_cost : point.accumulated_cost);
    byTick.set(point.tick, row);
  }
  const latest = new Map<string, number>();
  const rows = [...byTick].map(([tick, row]) => [
    tick,
    Math.floor(tick / ticksPerDay),
    ...agents.map((agent) => {
      if (options.perTick) return row.get(agent) ?? 0;
      const value = row.get(agent) ?? latest.get(agent) ?? 0;
      latest.set(agent, value);
      return value;
    }),
  ]);
  const head = ['tick', 'day', ...agents];
  print(options.csv ? csv(head, rows) : `${table(head, rows)}\n`);
}
