import { parseScenario, type Scenario } from '../../../packages/engine/src/index.js';
import type { SimulationStart } from '../../../packages/protocol/src/index.js';
import type { SimCashDatabase } from '../../../packages/persistence/src/index.js';
import { storeWhole } from '../../../packages/persistence/test/support/storing.js';

const RUN = 'exp1-20251214-abc123';
const ITERATIONS = 3;
const SAMPLES = 3;

/** Two banks with random traffic; how early NORTH pays is what the experiment looks for. */
function scenario(urgency: number, seed: number): Scenario {
  const bank = (id: string, other: string, policy: object) => ({
    id,
    opening_balance: 20_000,
    unsecured_cap: 30_000,
    policy,
    arrival_config: {
      rate_per_tick: 1.5,
      amount_distribution: { type: 'Uniform', min: 5_000, max: 30_000 },
      counterparty_weights: { [other]: 1 },
      deadline_range: [3, 8],
    },
  });
  return parseScenario({
    simulation: { ticks_per_day: 12, num_days: 1, rng_seed: seed },
    agents: [bank('NORTH', 'SOUTH', { type: 'Deadline', urgency_threshold: urgency }), bank('SOUTH', 'NORTH', { type: 'Fifo' })],
    cost_rates: { overdraft_bps_per_tick: 5, delay_cost_per_tick_per_cent: 0.001, deadline_penalty: 2_000, eod_penalty: 5_000 },
  });
}

interface Costs {
  total: number;
  perAgent: Record<string, number>;
}

/** Stores a small experiment: its simulations really run, what it concludes from them is written here. */
export async function storeExampleExperiment(database: SimCashDatabase): Promise<void> {
  await database.execute(
    `INSERT INTO experiments (run_id, experiment_name, experiment_type, config, status, created_at, num_iterations, converged)
     VALUES ($1, 'exp1', 'example', '{}', 'completed', TIMESTAMP '2025-12-14 10:00:00', 3, false)`,
    [RUN],
  );
  let urgency = 1;
  for (let iteration = 0; iteration < ITERATIONS; iteration++) {
    const evaluation = await run(database, scenario(urgency, 7), `iter${iteration}-evaluation`, {
      run_purpose: 'evaluation',
      experiment_iteration: iteration,
    });
    const proposed = [4, 12, 2][iteration]!;
    const saving = await compare(database, iteration, urgency, proposed);
    const accepted = saving > 0;
    const reason = accepted ? 'lower cost' : 'not lower in the sum of all samples';
    await database.execute(
      `INSERT INTO policy_evaluations (run_id, iteration, agent_id, attempt, evaluation_mode, old_policy_hash, proposed_policy_hash,
         proposed_policy, delta_sum, accepted, acceptance_reason, num_samples, timestamp)
       VALUES ($1, $2, 'NORTH', 0, 'bootstrap', 'old', 'new', '{}', $3, $4, $5, $6, TIMESTAMP '2025-12-14 10:00:00')`,
      [RUN, iteration, saving, accepted, reason, SAMPLES],
    );
    await database.execute(
      `INSERT INTO experiment_iterations (run_id, iteration, costs_per_agent, accepted_changes, policies, total_cost, timestamp)
       VALUES ($1, $2, $3, $4, '{}', $5, TIMESTAMP '2025-12-14 10:00:00')`,
      [RUN, iteration, JSON.stringify(evaluation.perAgent), JSON.stringify({ NORTH: accepted }), evaluation.total],
    );
    if (accepted) urgency = proposed;
  }
}

/** What the proposal saves on all samples together. */
async function compare(database: SimCashDatabase, iteration: number, old: number, proposed: number): Promise<number> {
  let saving = 0;
  for (let sample = 0; sample < SAMPLES; sample++) {
    const costs = { old: 0, new: 0 };
    for (const variant of ['old', 'new'] as const) {
      const id = `iter${iteration}-bootstrap-NORTH-${variant}-s${String(sample).padStart(3, '0')}`;
      const { total } = await run(database, scenario(variant === 'old' ? old : proposed, 100 + sample), id, {
        run_purpose: 'bootstrap',
        experiment_iteration: iteration,
        sample_index: sample,
        subject_agent_id: 'NORTH',
        policy_variant: variant,
      });
      costs[variant] = total;
    }
    saving += costs.old - costs.new;
  }
  return saving;
}

async function run(database: SimCashDatabase, input: Scenario, name: string, context: Partial<SimulationStart>): Promise<Costs> {
  const id = `${RUN}-${name}`;
  await storeWhole(database, id, input, { context: { experiment_run_id: RUN, ...context } });
  const rows = await database.query<{ agent_id: string; cost: number }>(
    'SELECT agent_id, sum(total_cost) AS cost FROM daily_agent_metrics WHERE simulation_id = $1 GROUP BY agent_id ORDER BY agent_id',
    [id],
  );
  const perAgent = Object.fromEntries(rows.map((row) => [row.agent_id, row.cost]));
  return { total: rows.reduce((sum, row) => sum + row.cost, 0), perAgent };
}
