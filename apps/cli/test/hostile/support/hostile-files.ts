import { HOSTILE_NAMES } from './acting.js';

/** One name with everything in it that acts; no program can be given a NUL as an argument, and no file name has more than 255 bytes. */
export const WICKED = ['colour', 'title', 'C1 control', 'delete', 'line break', 'return', 'right to left', 'zero width']
  .map((name) => HOSTILE_NAMES[name] ?? '')
  .concat('<script>"\'&')
  .join(' ')
  .replaceAll('/', '');

const rates = { delay_cost_per_tick_per_cent: 0.01, overdraft_bps_per_tick: 1 };

/** A scenario whose banks have these names; each owes the next one more than it has, so that payments wait and cost. */
export function scenario(names: readonly string[], bank: object = {}): Record<string, unknown> {
  return {
    simulation: { ticks_per_day: 2, num_days: 2, rng_seed: 1 },
    cost_rates: rates,
    agents: names.map((id) => ({
      id,
      opening_balance: 100,
      unsecured_cap: 0,
      policy: { type: 'InlineJson', json_string: JSON.stringify(policy(id)) },
      ...bank,
    })),
    scenario_events: names.map((from_agent, i) => ({
      type: 'CustomTransactionArrival',
      from_agent,
      to_agent: names[(i + 1) % names.length],
      amount: 150 + i,
      deadline: 2,
      schedule: { type: 'OneTime', tick: 0 },
    })),
  };
}

/** A policy that has the name in each of its texts. */
export const policy = (name: string): Record<string, unknown> => ({
  version: '2.0',
  policy_id: name,
  description: name,
  parameters: { [name]: 1 },
  payment_tree: {
    type: 'condition',
    node_id: name,
    description: name,
    condition: { op: '>=', left: { param: name }, right: { value: 0 } },
    on_true: { type: 'action', node_id: `${name}!`, action: 'Release' },
    on_false: { type: 'action', node_id: `${name}?`, action: 'Hold', parameters: { reason: { value: name } } },
  },
});

/** A document that is wrong in many places, with a name in each of them. */
export function badScenario(names: readonly string[]): Record<string, unknown> {
  const { agents, scenario_events: events, ...rest } = scenario(names);
  return {
    ...rest,
    ...Object.fromEntries(names.map((name) => [name, name])),
    cost_rates: { ...rates, [WICKED]: 1, delay_cost_per_tick_per_cent: WICKED },
    agents: [
      ...(agents as object[]),
      { id: WICKED, opening_balance: WICKED, policy: { type: WICKED } },
      { id: WICKED, opening_balance: 1, policy: { type: 'FromJson', json_path: WICKED } },
      ...names.map((id) => ({ id, opening_balance: id, [id]: 1 })),
    ],
    scenario_events: [
      ...(events as object[]),
      { type: WICKED },
      { type: 'DirectTransfer', from_agent: WICKED, to_agent: WICKED },
    ],
  };
}

/** A policy that is wrong in many places. */
export const badPolicy = (names: readonly string[]): Record<string, unknown> => ({
  version: '2.0',
  policy_id: WICKED,
  payment_tree: names.reduce<object>(
    (rest, name) => ({
      type: 'condition',
      node_id: 'same',
      condition: { op: '==', left: { field: name }, right: { param: name } },
      on_true: { type: 'action', node_id: 'same', action: 'Hold', parameters: { [name]: { value: 1 } } },
      on_false: rest,
    }),
    { type: 'action', node_id: 'end', action: 'Release' },
  ),
});

/** Names of experiments have no blanks and no slashes. */
export const EXPERIMENT = WICKED.replaceAll(/\s/g, '');

/** An experiment about these banks. */
export const experiment = (file: string, banks: readonly string[]): Record<string, unknown> => ({
  name: EXPERIMENT,
  description: WICKED,
  scenario: file,
  evaluation: { mode: 'deterministic-pairwise', ticks: 4 },
  convergence: { max_iterations: 2 },
  optimizer: { type: 'grid', step: 0.5 },
  optimized_agents: banks,
  policy_constraints: {
    allowed_parameters: [
      { name: 'initial_liquidity_fraction', param_type: 'float', min_value: 0, max_value: 1, description: WICKED },
    ],
  },
  master_seed: 42,
});
