import { defineScenario, parseScenario, Simulation, type AgentDocument, type ScenarioEventDocument } from '@simcash/engine';
import { defineExperiment, parseExperiment } from '@simcash/experiments';
import { recordSimulation } from '@simcash/runs';
import type { SimCashDatabase } from '@simcash/persistence';

/** Mistakes that the compiler has to find: one error in each line that is marked, and nowhere else. */

const simulation = { ticks_per_day: 10, num_days: 1, rng_seed: 1 };
const north = { id: 'NORTH', opening_balance: 0 };
const agents = [north];
const schedule = { type: 'OneTime', tick: 3 } as const;
declare const database: SimCashDatabase;
declare const unknown: unknown;

// Keys that do not exist, at every depth, wherever a scenario is taken.
Simulation.create({ simulaton: simulation, agents }); // wrong
parseScenario({ simulation, agents, lsm: {} }); // wrong
void recordSimulation(database, { simulation, agents, seed: 5 }); // wrong
defineScenario({ simulation, agents: [{ ...north, credit_limit: 5 }] }); // wrong
defineScenario({ simulation: { ...simulation, lsm_enabled: true }, agents }); // wrong
defineScenario({ simulation, agents, cost_rates: { split_fee: 5 } }); // wrong
defineScenario({ simulation, agents, settlement: { presets: 'rtgs' } }); // wrong
defineScenario({ simulation, agents, scenario_events: [{ type: 'SystemOutage', schedule, agent: 'NORTH' }] }); // wrong
defineScenario({ simulation, agents, payments: { file: 'pay.csv', csv: { delimeter: ';' } } }); // wrong

// What is required is missing.
Simulation.create({ simulation }); // wrong
Simulation.create({ simulation, agents: [{ id: 'NORTH' }] }); // wrong
defineScenario({ simulation: { ticks_per_day: 10, num_days: 1 }, agents }); // wrong

// Data of which nothing is known is for readScenario.
Simulation.create(unknown); // wrong
parseScenario(unknown); // wrong

// Words and kinds of values.
defineScenario({ simulation, agents, queue1_ordering: 'lifo' }); // wrong
defineScenario({ simulation, agents, settlement: { preset: 'rtsg' } }); // wrong
defineScenario({ simulation, agents, deferred_crediting: 'yes' }); // wrong
defineScenario({ simulation, agents, policy_feature_toggles: { include: ['Everything'] } }); // wrong
defineScenario({ simulation: { ...simulation, num_days: '1' }, agents }); // wrong

const bank: AgentDocument = { id: 1, opening_balance: 0 }; // wrong
const patient: AgentDocument = { ...north, policy: { type: 'Patient' } }; // wrong
const late: AgentDocument = { ...north, policy: { type: 'Deadline', urgency_treshold: 5 } }; // wrong
const outage: ScenarioEventDocument = { schedule, agent: 'NORTH', incoming: 'block' }; // wrong
const burst: AgentDocument = {
  ...north,
  arrival_config: {
    rate_per_tick: 1,
    amount_distribution: { type: 'Uniform', min: 1, maximum: 5 }, // wrong
    counterparty_weights: { SOUTH: 1 },
    deadline_range: [5], // wrong
  },
};
defineScenario({ simulation, agents: [bank, patient, late, burst], scenario_events: [outage] });

// Experiments.
const named = { name: 'first', scenario: 'first.yaml', optimized_agents: ['NORTH'], policy_constraints: {} };
const evaluation = { ticks: 10 };
defineExperiment({ ...named, evaluation, optimiser: { type: 'grid' } }); // wrong
defineExperiment({ ...named, evaluation, optimizer: { type: 'simplex' } }); // wrong
defineExperiment({ ...named, evaluation: { ticks: 10, mode: 'montecarlo' } }); // wrong
defineExperiment({ ...named, evaluation, convergence: { max_iteration: 5 } }); // wrong
defineExperiment({ name: 'first', scenario: 'first.yaml', optimized_agents: ['NORTH'], evaluation }); // wrong
parseExperiment(unknown); // wrong
