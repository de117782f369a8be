import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { SimulationCall } from '@simcash/protocol';
import { readScenario, type Scenario, type Simulation } from '../../../engine/src/index.js';

const DAY = 12;
const TRADERS = ['salt', 'ROWAN', 'birch', 'MICA', 'dove'];
const OTHERS = ['￮', '🏦', 'ring', 'zoo', 'Zoo'] as const;
const policy = (name: string): string =>
  readFileSync(path.join(import.meta.dirname, `../../../engine/test/reference/policies/${name}.json`), 'utf8');

/**
 * Busy days: splits, drops, collateral, a liquidity pool, offsets and cycles; every cost has its price. The order of its banks by bytes
 * is neither that of an alphabet nor that of UTF-16.
 */
export function town(rng_seed: number, num_days: number, cash = 40_000): Scenario {
  const weights = [...TRADERS.map((id) => [id, 1]), ...OTHERS.map((id) => [id, 0])];
  const trader = (id: string, json_path: string, more: object = {}): object => ({
    ...{
      id,
      unsecured_cap: 10_000,
      opening_balance: id === 'birch' ? cash : 80_000 - cash,
      policy: { type: 'FromJson', json_path },
    },
    arrival_config: {
      ...{ rate_per_tick: 0.7, amount_distribution: { type: 'Uniform', min: 3000, max: 70_000 }, deadline_range: [2, 9] },
      ...{ counterparty_weights: Object.fromEntries(weights), priority_distribution: { type: 'Uniform', min: 0, max: 10 } },
    },
    ...more,
  });
  const daily = (from_agent: string, to_agent: string, amount: number, start_tick: number): object => ({
    ...{ type: 'CustomTransactionArrival', from_agent, to_agent, amount, deadline: 5 },
    schedule: { type: 'Repeating', start_tick, interval: DAY },
  });
  const [a, b, c] = OTHERS;
  const document = {
    simulation: { ticks_per_day: DAY, num_days, rng_seed },
    lsm_config: { enable_bilateral: true, enable_cycles: true },
    cost_rates: {
      ...{ overdraft_bps_per_tick: 3, collateral_cost_per_tick_bps: 2, liquidity_cost_per_tick_bps: 1, split_friction_cost: 40 },
      ...{ delay_cost_per_tick_per_cent: 0.0004, deadline_penalty: 300, eod_penalty_per_transaction: 700 },
    },
    agents: [
      ...[trader('salt', 'splitter_tree'), trader('birch', 'dropper')],
      trader('ROWAN', 'collateral_cycle', { max_collateral_capacity: 90_000, posted_collateral: 20_000 }),
      trader('MICA', 'resplit_returned', { liquidity_pool: 40_000, liquidity_allocation_fraction: 0.25 }),
      trader('dove', 'collateral_timer', { max_collateral_capacity: 90_000 }),
      ...OTHERS.map((id) => ({ id, opening_balance: 5, unsecured_cap: 3000, policy: { type: 'Fifo' } })),
    ],
    scenario_events: [
      ...[daily('birch', 'dove', 400_000, 1), daily(a, b, 9000, 2), daily(b, c, 9100, 3), daily(c, a, 9200, 3)],
      ...[daily(a, b, 20_000, 6), daily(b, a, 15_000, 6), daily(b, a, 5500, 7)],
    ],
  };
  return readScenario(document, { readPolicy: policy });
}

const order = { receiver: 'dove', amount: 777, deadline_tick: 20, priority: 3, divisible: true };
/** Calls from outside, by run. */
export const CALLS: Record<string, readonly (readonly [beforeTick: number, SimulationCall])[]> = {
  one: [
    [2, { call: 'post_collateral', agent_id: 'dove', amount: 100 }],
    [4, { call: 'submit_transaction', sender: 'zoo', ...order }],
    [4, { call: 'update_agent_policy', agent_id: 'ROWAN', policy_json: policy('hold_forever') }],
    [15, { call: 'update_agent_policy', agent_id: 'ROWAN', policy_json: policy('dropper') }],
    [20, { call: 'update_agent_policy', agent_id: 'ROWAN', policy_json: policy('plain_release') }],
  ],
  two: [[3, { call: 'submit_transaction', sender: 'salt', ...order }]],
};

/** Makes the calls of a run that are due. */
export function callsOf(run: string, simulation: Simulation): void {
  for (const [tick, call] of CALLS[run] ?? []) if (tick === simulation.currentTick) simulation.repeat(call);
}
