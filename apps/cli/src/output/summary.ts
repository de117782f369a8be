import type { Simulation } from '@simcash/engine';
import { counted, money, percent } from '@simcash/replay';
import { table } from './table.js';

/** The figures of a run, gathered while it runs; the same for a run and for the replay of all of it. */
export interface RunFigures {
  config_file: string;
  seed: bigint;
  ticks_executed: number;
  total_ticks: number;
  completed: boolean;
  duration_seconds: number;
  simulation_id?: string;
  database?: string;
  total_arrivals: number;
  total_settlements: number;
  /** Payments that offsets or cycles settled. */
  total_lsm_releases: number;
  /** Pairs and cycles settled. */
  lsm_operations: number;
  overdue: number;
  agents: AgentFigures[];
  total_cost: number;
  /** Hash of the scenario as it was run. */
  config_hash: string;
  /** Microseconds per part of the ticks, when they were measured. */
  timings?: Record<string, number>;
}

export interface AgentFigures {
  id: string;
  final_balance: number;
  min_balance: number;
  queue1_size: number;
  queue2_size: number;
  costs: {
    liquidity_cost: number;
    delay_cost: number;
    collateral_cost: number;
    penalty_cost: number;
    split_friction_cost: number;
    liquidity_opportunity_cost: number;
    total_cost: number;
  };
}

/** The document that `run --json` prints (spec 10 §3.3, §13.4). */
export function resultDocument(figures: RunFigures): { simulation: object } & Record<string, unknown> {
  const { agents, duration_seconds: seconds, ticks_executed: ticks } = figures;
  const rate = seconds > 0 ? Number((ticks / seconds).toFixed(2)) : 0;
  const { total_arrivals, total_lsm_releases, total_settlements } = figures;
  return {
    schema_version: 1,
    simulation: {
      config_file: figures.config_file,
      seed: figures.seed,
      ticks_executed: ticks,
      duration_seconds: Number(seconds.toFixed(3)),
      ticks_per_second: rate,
      ...(figures.simulation_id === undefined ? {} : { simulation_id: figures.simulation_id, database: figures.database }),
      total_ticks: figures.total_ticks,
      completed: figures.completed,
    },
    metrics: {
      total_arrivals,
      total_settlements,
      total_lsm_releases,
      settlement_rate: total_arrivals === 0 ? 0 : total_settlements / total_arrivals,
      lsm_settled_transactions: total_lsm_releases,
      lsm_operations: figures.lsm_operations,
    },
    agents: agents.map(({ id, final_balance, queue1_size, costs }) => ({ id, final_balance, queue1_size, costs })),
    costs: { total_cost: figures.total_cost },
    performance: { ticks_per_second: rate, ...(figures.timings ? { timings: figures.timings } : {}) },
    scenario: { sha256: figures.config_hash },
  };
}

/** Tables with more banks than this show the most expensive ones. */
const MOST_BANKS = 25;

/** The summary for people. */
export function summaryText(figures: RunFigures): string {
  const {
    agents,
    completed,
    ticks_executed: ticks,
    total_arrivals: arrivals,
    total_settlements: settled,
    total_ticks: total,
  } = figures;
  const shown =
    agents.length <= MOST_BANKS
      ? agents
      : [...agents].sort((a, b) => b.costs.total_cost - a.costs.total_cost).slice(0, MOST_BANKS);
  const rows = shown.map(({ id, final_balance, min_balance, queue1_size, queue2_size, costs }) => [
    id,
    money(final_balance),
    money(min_balance),
    queue1_size + queue2_size,
    ...[costs.liquidity_cost, costs.delay_cost, costs.collateral_cost, costs.penalty_cost, costs.split_friction_cost].map(money),
    ...[costs.liquidity_opportunity_cost, costs.total_cost].map(money),
  ]);
  const head = [
    'Bank',
    'Balance',
    'Lowest',
    'Unsettled',
    'Overdraft',
    'Delay',
    'Collateral',
    'Penalties',
    'Splits',
    'Liquidity',
    'Total cost',
  ];
  const omitted = agents.length - shown.length;
  return [
    `${figures.config_file}, seed ${figures.seed}: ${ticks} of ${total} ticks${completed ? '' : ' (stopped early)'} in ${figures.duration_seconds.toFixed(2)} s`,
    '',
    `Payments   ${arrivals} arrived, ${settled} settled (${percent(settled, arrivals)}), ${figures.overdue} overdue`,
    `LSM        ${counted(figures.total_lsm_releases, 'payment')} settled in ${counted(figures.lsm_operations, 'offset')} of pairs and cycles`,
    `Costs      ${money(figures.total_cost)} in all`,
    '',
    table(head, rows),
    ...(omitted > 0 ? [`… and ${counted(omitted, 'bank')} with lower costs`] : []),
    '',
  ].join('\n');
}

/** Reads the closing figures off a simulation. */
export function agentFigures(simulation: Simulation, lowest: Float64Array): AgentFigures[] {
  const { columns } = simulation.agentColumns();
  return simulation.agentIds.map((id, b) => {
    const { deadline_penalty, ...costs } = simulation.agentRunCosts(id);
    return {
      id,
      final_balance: columns.balance[b]!,
      min_balance: lowest[b]!,
      queue1_size: columns.queue1_size[b]!,
      queue2_size: columns.queue2_size[b]!,
      costs: {
        liquidity_cost: costs.liquidity_cost,
        delay_cost: costs.delay_cost,
        collateral_cost: costs.collateral_cost,
        penalty_cost: deadline_penalty,
        split_friction_cost: costs.split_friction_cost,
        liquidity_opportunity_cost: costs.liquidity_opportunity_cost,
        total_cost: costs.total_cost,
      },
    };
  });
}
