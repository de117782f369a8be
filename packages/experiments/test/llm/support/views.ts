import { publicRules, type AgentView } from '../../../src/isolation/view.js';
import { defaultPolicy, withParameters } from '../../../src/policies/policy.js';
import { ACCEPTANCE } from './acceptance.js';

/** The cost rates of the small games of the published experiments. */
export const RATES = { liquidity_cost_per_tick_bps: 333, delay_cost_per_tick_per_cent: 0.2, deadline_penalty: 50_000 };

/** The view of a bank in its third iteration: one proposal accepted, one rejected. */
export function aView(overrides: Partial<AgentView> = {}): AgentView {
  const start = defaultPolicy('NORTH');
  const current = withParameters(start, { initial_liquidity_fraction: 0.2 });
  const tried = withParameters(start, { initial_liquidity_fraction: 0.05 });
  return {
    agent_id: 'NORTH',
    iteration: 2,
    max_iterations: 25,
    evaluation_mode: 'deterministic-pairwise',
    acceptance: ACCEPTANCE,
    days: null,
    policy: current,
    cost: 1998,
    statistics: { mean: 1998, std_dev: null, ci_95_lower: null, ci_95_upper: null },
    breakdown: {
      liquidity_cost: 0,
      delay_cost: 500,
      collateral_cost: 0,
      penalty_cost: 0,
      split_friction_cost: 0,
      liquidity_opportunity_cost: 1498,
    },
    constraints: {
      allowed_parameters: [
        {
          name: 'initial_liquidity_fraction',
          param_type: 'float',
          min_value: 0,
          max_value: 1,
          allowed_values: [],
          description: '',
        },
      ],
      allowed_fields: ['balance', 'ticks_to_deadline'],
      allowed_actions: { payment_tree: ['Release', 'Hold'] },
      lsm_enabled: true,
    },
    rules: publicRules(
      {
        simulation: { ticks_per_day: 3 },
        cost_rates: RATES,
        deferred_crediting: true,
        lsm_config: { enable_bilateral: false, enable_cycles: false },
      },
      3,
    ),
    events: [
      {
        tick: 0,
        event_type: 'LiquidityAllocation',
        day: 0,
        agent_id: 'NORTH',
        fraction: 0.2,
        amount: 20_000,
        balance_after: 20_000,
      },
      {
        tick: 0,
        event_type: 'Arrival',
        tx_id: 'P1',
        sender_id: 'NORTH',
        receiver_id: 'SOUTH',
        amount: 15_050,
        deadline: 2,
        priority: 5,
        is_divisible: false,
      },
      {
        tick: 1,
        event_type: 'RtgsImmediateSettlement',
        tx_id: 'P1',
        sender: 'NORTH',
        receiver: 'SOUTH',
        amount: 15_050,
        sender_balance_before: 20_000,
        sender_balance_after: 4950,
      },
      {
        tick: 1,
        event_type: 'CostAccrual',
        agent_id: 'NORTH',
        costs: {
          liquidity_cost: 0,
          delay_cost: 500,
          collateral_cost: 0,
          penalty_cost: 0,
          split_friction_cost: 0,
          liquidity_opportunity_cost: 666,
          total: 1166,
        },
      },
    ],
    history: [
      {
        iteration: 0,
        policy: start,
        cost: 4995,
        proposal: { policy: current, cost: 1998, accepted: true, reason: 'passed: delta_sum > 0' },
      },
      {
        iteration: 1,
        policy: current,
        cost: 1998,
        proposal: { policy: tried, cost: 20_499, accepted: false, reason: 'no improvement: delta_sum -$185.01 ≤ 0' },
      },
    ],
    ...overrides,
  };
}
