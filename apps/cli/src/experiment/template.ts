import { existsSync } from 'node:fs';
import path from 'node:path';
import { usageError } from '../exit-codes.js';
import { writeText } from '../files/writing.js';
import type { GlobalOptions } from '../global-options.js';
import { note, print } from '../output/streams.js';

const SCENARIO = 'two-banks-scenario.yaml';

const EXPERIMENT_TEXT = `# Two banks look for the cheapest share of their liquidity pools. Run it: simcash experiment run FILE
name: my-experiment
description: Two banks, two periods, liquidity against delay
scenario: ${SCENARIO}            # relative to this file

evaluation:
  mode: deterministic-pairwise            # or bootstrap (with num_samples), or deterministic-temporal
  ticks: 2                                # ticks of a simulation

convergence:
  max_iterations: 25
  stability_threshold: 0.05               # relative change of cost that counts as none
  stability_window: 5                     # iterations without change after which the run stops

optimizer:                                # grid, golden, cem, coordinate, tree-mutation, scripted, recorded or llm
  type: grid
  step: 0.05

# llm:                                    # for optimizer type llm; the key comes from the environment
#   model: anthropic:claude-sonnet-4-5

optimized_agents: [BANK_A, BANK_B]

policy_constraints:
  allowed_parameters:
    - name: initial_liquidity_fraction
      param_type: float
      min_value: 0
      max_value: 1
      description: share of the liquidity pool brought in at the start of the day
  allowed_fields: [system_tick_in_day, balance, ticks_to_deadline]
  allowed_actions:
    payment_tree: [Release, Hold]

output:
  directory: results                      # relative to where the command runs
  database: experiments.db

master_seed: 42
`;

const SCENARIO_TEXT = `simulation: { ticks_per_day: 2, num_days: 1, rng_seed: 42 }
deferred_crediting: true
deadline_cap_at_eod: true
lsm_config: { enable_bilateral: false, enable_cycles: false }
cost_rates:
  overdraft_bps_per_tick: 0
  collateral_cost_per_tick_bps: 0
  liquidity_cost_per_tick_bps: 500
  delay_cost_per_tick_per_cent: 0.2
  deadline_penalty: 50000
  eod_penalty_per_transaction: 100000
  split_friction_cost: 0
agents:
  - { id: BANK_A, opening_balance: 0, unsecured_cap: 0, liquidity_pool: 100000, policy: { type: Fifo } }
  - { id: BANK_B, opening_balance: 0, unsecured_cap: 0, liquidity_pool: 100000, policy: { type: Fifo } }
scenario_events:
  - { type: CustomTransactionArrival, from_agent: BANK_A, to_agent: BANK_B, amount: 15000, priority: 5, deadline: 2, schedule: { type: OneTime, tick: 1 } }
  - { type: CustomTransactionArrival, from_agent: BANK_B, to_agent: BANK_A, amount: 15000, priority: 5, deadline: 2, schedule: { type: OneTime, tick: 0 } }
  - { type: CustomTransactionArrival, from_agent: BANK_B, to_agent: BANK_A, amount: 5000, priority: 5, deadline: 2, schedule: { type: OneTime, tick: 1 } }
`;

export interface TemplateOptions extends GlobalOptions {
  output?: string;
}

/** Prints an experiment to start from; with a file name, writes it and its scenario, ready to run. */
export function writeTemplate({ output, quiet }: TemplateOptions): void {
  if (output === undefined || output === '-') return print(EXPERIMENT_TEXT);
  const scenario = path.join(path.dirname(output), SCENARIO);
  for (const file of [output, scenario]) {
    if (existsSync(file)) throw usageError(`${file} exists: name another file with --output`);
  }
  writeText(`--output ${output}`, scenario, SCENARIO_TEXT, {});
  writeText(`--output ${output}`, output, EXPERIMENT_TEXT, {});
  if (!quiet) note(`Written: ${output} and ${scenario}. Next: simcash experiment run ${output}`);
}
