import { readScenario, Simulation, type SimulationOptions } from '../../src/index.js';

/** Rates under which nothing costs anything. */
export const NO_COSTS = {
  overdraft_bps_per_tick: 0,
  delay_cost_per_tick_per_cent: 0,
  collateral_cost_per_tick_bps: 0,
  liquidity_cost_per_tick_bps: 0,
  eod_penalty: 0,
  deadline_penalty: 0,
  split_friction_cost: 0,
};

export interface ScenarioParts {
  /** Keys of `agents[]` entries by bank id; the balance is 0 unless given. */
  banks: Record<string, Record<string, unknown>>;
  simulation?: { ticks_per_day?: number; num_days?: number; rng_seed?: number | bigint };
  /** Rates that differ from {@link NO_COSTS}. */
  cost_rates?: Record<string, unknown>;
  /** Any other top-level key. */
  [key: string]: unknown;
}

/** A scenario document in which, unless it says otherwise, nothing costs anything and there is one day of 100 ticks. */
export function scenario({ banks, simulation, cost_rates, ...rest }: ScenarioParts): Record<string, unknown> {
  return {
    simulation: { ticks_per_day: 100, num_days: 1, rng_seed: 1, ...simulation },
    agents: Object.entries(banks).map(([id, bank]) => ({ id, opening_balance: 0, ...bank })),
    cost_rates: { ...NO_COSTS, ...cost_rates },
    ...rest,
  };
}

export function simulate(parts: ScenarioParts, options?: SimulationOptions): Simulation {
  return Simulation.create(readScenario(scenario(parts)), options);
}

/** A scenario event that takes place once. */
export function once(tick: number, event: Record<string, unknown>): Record<string, unknown> {
  return { ...event, schedule: { type: 'OneTime', tick } };
}

/** A payment that a scenario event orders; `deadline` counts from its tick. */
export function payment(
  tick: number,
  from_agent: string,
  to_agent: string,
  amount: number,
  rest: Record<string, unknown> = {},
): Record<string, unknown> {
  return once(tick, { type: 'CustomTransactionArrival', from_agent, to_agent, amount, deadline: 90, ...rest });
}
