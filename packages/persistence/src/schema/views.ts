import { v_bank_days_intratick } from './views/bank-days-intratick.js';
import { v_bank_days, v_bcbs248, v_system_days } from './views/days.js';
import { v_tick_times } from './views/calendar.js';
import { policy_decisions } from './views/decisions.js';
import {
  v_flows,
  v_flow_steps,
  v_liquidity_moves,
  v_lsm_savings,
  v_obligations,
  v_queue_steps,
  v_scheduled_settlements,
} from './views/movements.js';
import { v_deadlines, v_legs, v_mechanisms, v_pair_flows, v_payments, v_payment_timing } from './views/payments.js';
import { simulation_runs, v_simulations } from './views/runs.js';
import { v_stress_ranking, v_sweep_differences, v_sweep_statistics } from './views/sweeps.js';
import { v_bank_ticks } from './views/bank-ticks.js';
import { v_system_ticks } from './views/system-ticks.js';
import { v_throughput } from './views/throughput.js';
import { v_bank_runs, v_network, v_network_nodes, v_system_runs } from './views/totals.js';
import type { View } from './views/view.js';

/** Every view by name; those that read another one come after it. */
export const VIEWS = {
  v_simulations,
  simulation_runs,
  policy_decisions,
  v_payments,
  v_legs,
  v_payment_timing,
  v_deadlines,
  v_mechanisms,
  v_pair_flows,
  v_scheduled_settlements,
  v_flows,
  v_obligations,
  v_liquidity_moves,
  v_flow_steps,
  v_queue_steps,
  v_lsm_savings,
  v_bank_ticks,
  v_system_ticks,
  v_throughput,
  v_bank_days,
  v_bank_days_intratick,
  v_system_days,
  v_bank_runs,
  v_system_runs,
  v_bcbs248,
  v_network_nodes,
  v_network,
  v_tick_times,
  v_sweep_statistics,
  v_sweep_differences,
  v_stress_ranking,
} as const satisfies Readonly<Record<string, View>>;

/** Views of simulations; the others are of sweeps. */
export const SIMULATION_VIEWS = (Object.keys(VIEWS) as (keyof typeof VIEWS)[]).filter((name) =>
  Object.hasOwn(VIEWS[name].columns, 'simulation_id'),
);

/** Views that the queries of this package read. */
export const QUERIED_VIEWS = [
  'v_simulations',
  'simulation_runs',
  'policy_decisions',
  'v_payments',
  'v_tick_times',
] as const satisfies readonly (keyof typeof VIEWS)[];

export const createView = (name: string, { sql }: View, kind: 'VIEW' | 'TEMP VIEW' = 'VIEW'): string =>
  `CREATE OR REPLACE ${kind} ${name} AS
${sql}`;

/** Statements after which these names mean what this program says, whatever a file has under them. */
export const ownViews = (names: readonly (keyof typeof VIEWS)[]): string =>
  names.map((name) => createView(name, VIEWS[name], 'TEMP VIEW')).join(';\n');
