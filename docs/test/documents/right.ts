import {
  build,
  defineScenario,
  parseScenario,
  readScenario,
  readScenarioText,
  Simulation,
  type AgentDocument,
  type ScenarioDocument,
  type ScenarioEventDocument,
} from '@simcash/engine';
import { defineExperiment, parseExperiment, readExperiment, runExperiment, type ExperimentRun } from '@simcash/experiments';

/** Scenarios and experiments that are right: the compiler finds nothing to say. */

const simulation = { ticks_per_day: 10, num_days: 1, rng_seed: 1 };
const north = { id: 'NORTH', opening_balance: 0 };
const agents = [north, { id: 'SOUTH', opening_balance: 5 }];
const schedule = { type: 'OneTime', tick: 3 } as const;

// What is needed, and no more; plain constants of the right shape.
Simulation.create({ simulation, agents });
const plain = { simulation, agents };
Simulation.create(plain);
Simulation.create(parseScenario(plain));
Simulation.create(defineScenario(plain));

// Constants, and whatever is made with map.
const constant = { simulation, agents: [{ ...north, policy: { type: 'Deadline', urgency_threshold: 5 } }] } as const;
Simulation.create(constant);
Simulation.create({
  simulation,
  agents: ['NORTH', 'SOUTH'].map((id) => ({
    id,
    opening_balance: 0,
    arrival_config: {
      rate_per_tick: 1,
      amount_distribution: { type: 'Uniform', min: 1, max: 5 },
      counterparty_weights: { NORTH: 1, SOUTH: 1 },
      deadline_range: [3, 8],
    },
  })),
});

// Seeds of 64 bits, null for what is not there, notes.
defineScenario({ simulation: { ...simulation, rng_seed: 18_446_744_073_709_551_615n }, agents });
defineScenario({ simulation, agents: [{ ...north, liquidity_pool: null, limits: { multilateral_limit: null } }] });
defineScenario({ simulation, agents, 'x-notes': { anything: ['goes', 1] } });

// Short forms: without type where it can be told, bare penalties, names of algorithms, one value for all classes.
const fast: AgentDocument = { ...north, policy: { target_buffer: 5, urgency_threshold: 2 } };
const paid: ScenarioEventDocument = { schedule: { tick: 5 }, from_agent: 'NORTH', to_agent: 'SOUTH', amount: 5 };
defineScenario({ simulation, agents: [fast], scenario_events: [paid] });
defineScenario({ simulation, agents, cost_rates: { eod_penalty: 5, deadline_penalty: { mode: 'rate', bps_per_event: 2 } } });
defineScenario({ simulation, agents, settlement: { runs: [{ algorithms: ['retry', { type: 'search', max_starts: 5 }] }] } });
defineScenario({
  simulation,
  agents,
  settlement: { preset: 't2', entry: { gross: true }, queue: { discipline: { urgent: 'strict' } } },
});

// Policies: built in, in a file, as a document, made with the builder.
const own = build.policy('own', { payment: build.release() });
defineScenario({ simulation, agents: [{ ...north, policy: { type: 'Inline', decision_trees: own } }] });
defineScenario({ simulation, agents: [{ ...north, policy: { type: 'InlineJson', json_string: JSON.stringify(own) } }] });
defineScenario({ simulation, agents: [{ ...north, policy: { type: 'FromJson', json_path: 'own.json' } }] });

// Events at ticks and at times, a clock that says how many ticks there are, files.
const clock = { time_zone: 'Europe/Berlin', tick: '5m', opening: '07:00', closing: '18:00', first_day: '2024-03-27' };
defineScenario({
  simulation: { num_days: 1, rng_seed: 1 },
  agents,
  clock: { ...clock, weekdays: ['mon', 'tue'], exceptions: { '2024-03-28': 'closed', '2024-04-02': { closing: '14:00' } } },
  scenario_events: [{ type: 'SystemOutage', from: '10:00', until: '11:00' }],
  throughput_guidelines: [{ by: '12:00', share: 0.5 }],
});
defineScenario({ simulation, agents, scenario_events: [{ type: 'ParticipantOutage', agent: 'NORTH', schedule, ticks: 5 }] });
defineScenario({ simulation, agents, payments: [{ file: 'pay.csv', columns: { amount: 'Betrag', sender: 2 } }, { run: 'old' }] });
defineScenario({ simulation, agents, accounts: { file: 'accounts.csv' }, limits: { file: 'limits.csv', csv: { decimal: ',' } } });

// Data of which nothing is known is read.
readScenario(readScenarioText('agents: []').document, { exactIntegers: true });
readExperiment(JSON.parse('{}'));

// A document is plain data, and can be built up piece by piece.
const growing: ScenarioDocument = { simulation, agents };
growing.priority_mode = true;
const data: Readonly<Record<string, unknown>> = growing;

// Experiments.
const named = { name: 'first', scenario: 'first.yaml', optimized_agents: ['NORTH'], evaluation: { ticks: 10 } };
const allowed = { name: 'initial_liquidity_fraction', param_type: 'float', min_value: 0, max_value: 1 } as const;
const first = defineExperiment({ ...named, policy_constraints: { allowed_parameters: [allowed] } });
parseExperiment({
  ...first,
  optimizer: { type: 'golden', racing: false },
  master_seed: 'a text',
  convergence: { certificate: false },
});
parseExperiment({
  ...first,
  llm: { model: 'anthropic:any', base_url: null },
  budget: { usd: 5 },
  initial_policies: { file: 'own.json' },
});
parseExperiment({ ...first, optimizer: { type: 'scripted', proposals: { NORTH: [0.5, null, own] } } });
declare const run: ExperimentRun;
runExperiment({ ...run, scenario: defineScenario({ simulation, agents }), config: first });
runExperiment({ ...run, scenario: data });
