import type { RowOf, Table } from './column.js';
import { experiment_checksums, simulation_checksums } from './tables/checksums.js';
import {
  experiment_estimates,
  experiment_events,
  experiment_iterations,
  experiment_regret,
  experiments,
  policy_evaluation_days,
  policy_evaluations,
  schema_migrations,
} from './tables/experiments.js';
import { algorithm_runs, settlement_runs } from './tables/designs.js';
import { payment_dataset_rejects, payment_dataset_rows, payment_datasets, simulation_calendar } from './tables/lists.js';
import { bank_day_series, indicator_sheets } from './tables/indicators.js';
import { agent_state_registers, simulation_events } from './tables/log.js';
import { daily_agent_metrics, daily_system_metrics, tick_agent_states, tick_summaries } from './tables/metrics.js';
import { queue_snapshots, tick_queue_snapshots, transactions } from './tables/payments.js';
import { policy_snapshots, simulation_agents, simulation_calls, simulation_checkpoints, simulations } from './tables/runs.js';
import {
  stress_banks,
  sweep_cells,
  sweep_conflicts,
  sweep_jobs,
  sweep_sensitivity,
  sweep_shards,
  sweep_statistics,
  sweep_values,
  sweeps,
} from './tables/sweeps.js';
import { collateral_events, lsm_cycles, lsm_cycle_transactions } from './tables/settlement.js';

/** Every table by name, parents before children. */
export const TABLES = {
  schema_migrations,
  payment_datasets,
  payment_dataset_rows,
  payment_dataset_rejects,
  experiments,
  simulations,
  simulation_agents,
  simulation_calendar,
  policy_snapshots,
  simulation_calls,
  simulation_events,
  transactions,
  daily_agent_metrics,
  daily_system_metrics,
  tick_summaries,
  tick_agent_states,
  tick_queue_snapshots,
  queue_snapshots,
  collateral_events,
  lsm_cycles,
  lsm_cycle_transactions,
  settlement_runs,
  algorithm_runs,
  indicator_sheets,
  bank_day_series,
  agent_state_registers,
  simulation_checkpoints,
  simulation_checksums,
  experiment_iterations,
  policy_evaluations,
  policy_evaluation_days,
  experiment_estimates,
  experiment_regret,
  experiment_events,
  experiment_checksums,
  sweeps,
  sweep_cells,
  sweep_jobs,
  sweep_values,
  sweep_statistics,
  sweep_sensitivity,
  sweep_shards,
  sweep_conflicts,
  stress_banks,
} as const satisfies Readonly<Record<string, Table>>;

/** A table of the database. */
export type TableName = keyof typeof TABLES;

/** Rows by table. */
export type Rows = { [Name in TableName]: RowOf<(typeof TABLES)[Name]> };

/** Tables with rows of simulations, children before `simulations` itself. */
export const SIMULATION_TABLES = (Object.keys(TABLES) as TableName[]).filter((name) => TABLES[name].level !== null).reverse();

/** Tables with rows of experiments, children before `experiments` itself. */
export const EXPERIMENT_TABLES = (Object.keys(TABLES) as TableName[])
  .filter((name) => Object.hasOwn(TABLES[name].columns, 'run_id'))
  .reverse();

/** Columns by which the rows of a table are told apart, and in whose order they are compared and exported. */
export function keyOf(name: TableName): readonly string[] {
  const { logicalKey, primaryKey } = TABLES[name] as Table;
  return (logicalKey ?? primaryKey)!;
}
