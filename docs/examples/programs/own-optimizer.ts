/**
 * An optimizer of your own in an experiment. It halves the share of the pool that a bank brings in, as long as that is cheaper. The
 * experiment tries every proposal on the same payments as the policy in force and decides; the optimizer only proposes.
 *
 * Prints:
 *
 *     iteration 0: NORTH pays 2500, not 5000
 *     iteration 0: SOUTH pays 2500, not 5000
 *     iteration 1: NORTH pays 1250, not 2500
 *     iteration 2: NORTH pays 626, not 1250
 *     iteration 3: NORTH pays 312, not 626
 */
import {
  forScenario,
  fractionOf,
  initialPolicies,
  MemoryExperimentStore,
  parseExperiment,
  runExperiment,
  type PolicyOptimizer,
} from '@simcash/experiments';
import { createExecutor, createHost } from '@simcash/runs/experiments';

const halving: PolicyOptimizer = {
  kind: 'halving',
  async propose({ search, view: { policy } }) {
    const parameters = { ...(policy['parameters'] as object), initial_liquidity_fraction: fractionOf(policy) / 2 };
    const half = { ...policy, parameters };
    const [now, then] = await search.tryOut([policy, half]);
    if (then === undefined || now === undefined || then.cost >= now.cost)
      return { status: 'no-change', reason: 'half as much is no cheaper', audit: [] };
    return { status: 'proposed', policy: half, audit: [] };
  },
};

const owe = (from_agent: string, to_agent: string, amount: number, tick: number) => ({
  ...{ type: 'CustomTransactionArrival', from_agent, to_agent, amount, deadline: 2 },
  schedule: { type: 'OneTime', tick },
});
const scenario = {
  simulation: { ticks_per_day: 2, num_days: 1, rng_seed: 42 },
  deferred_crediting: true,
  cost_rates: { liquidity_cost_per_tick_bps: 500, delay_cost_per_tick_per_cent: 0.2 },
  agents: ['NORTH', 'SOUTH'].map((id) => ({ id, opening_balance: 0, liquidity_pool: 100_000 })),
  scenario_events: [owe('NORTH', 'SOUTH', 15_000, 1), owe('SOUTH', 'NORTH', 15_000, 0), owe('SOUTH', 'NORTH', 5_000, 1)],
};
const { definition } = forScenario(
  parseExperiment({
    name: 'halving',
    scenario: 'in memory',
    evaluation: { mode: 'deterministic-pairwise', ticks: 2 },
    convergence: { max_iterations: 5 },
    optimized_agents: ['NORTH', 'SOUTH'],
    policy_constraints: {
      allowed_parameters: [{ name: 'initial_liquidity_fraction', param_type: 'float', min_value: 0, max_value: 1 }],
    },
  }).definition,
  scenario,
);
const noFiles = (): never => {
  throw new Error('this experiment names no files');
};
const run = runExperiment({
  ...{ runId: 'halving', definition, config: {}, scenarioPath: definition.scenario, scenario },
  initial: initialPolicies(definition, scenario, noFiles),
  optimizer: halving,
  host: createHost(createExecutor('in-process'), null),
  store: new MemoryExperimentStore(),
});
for await (const { event_data, event_type, iteration } of run)
  if (event_type === 'policy_change')
    console.log(`iteration ${iteration}: ${event_data.agent_id} pays ${event_data.new_cost}, not ${event_data.old_cost}`);
