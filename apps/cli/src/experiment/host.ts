import {
  MemoryEventLog,
  outcomeOf,
  parsePolicy,
  parseScenario,
  PolicyDocumentError,
  Simulation,
  simulationRunner,
  validatePolicy,
} from '@simcash/engine';
import { simulationId, type ExperimentHost, type PolicyProblem, type SimulationIdentity } from '@simcash/experiments';
import { SimulationRecorder, StandardSimulationPersistenceProvider, type SimCashDatabase } from '@simcash/persistence';
import type {
  EventSink,
  Executor,
  PersistenceLevel,
  Policy,
  SimulationEvent,
  SimulationJob,
  SimulationOutcome,
} from '@simcash/protocol';
import { simulationStart } from '../simulation-start.js';
import { VERSION } from '../version.js';

/** How much of an experiment's simulations is stored, and where. */
export interface Recording {
  database: SimCashDatabase;
  level: PersistenceLevel;
  /** Scenario path as the experiment names it. */
  configFile: string;
}

/** Plugs engine and store into the experiments package. */
export function createHost(executor: Executor, recording: Recording | null): ExperimentHost {
  return {
    executor,
    simulate: async (job, identity) => (recording === null ? simulationRunner.run(job) : record(job, identity, recording)),
    policyProblems,
    now: () => performance.now() / 1000,
  };
}

/** Runs a simulation through the same recorder and provider as `simcash run --save` (INV-11). */
async function record(
  { scenario: document, ticks }: SimulationJob,
  identity: SimulationIdentity,
  { configFile, database, level }: Recording,
): Promise<SimulationOutcome & { events: SimulationEvent[] }> {
  const scenario = parseScenario(document);
  const id = simulationId(identity);
  const start = {
    ...simulationStart(scenario, document, { level, configFile }),
    total_ticks: ticks,
    run_purpose: identity.purpose,
    experiment_run_id: identity.run_id,
    experiment_iteration: identity.iteration,
    ...(identity.sample === undefined ? {} : { sample_index: identity.sample }),
    ...(identity.agent_id === undefined ? {} : { subject_agent_id: identity.agent_id }),
    ...(identity.variant === undefined ? {} : { policy_variant: identity.variant }),
  };
  const provider = new StandardSimulationPersistenceProvider(database, VERSION);
  const recorder = new SimulationRecorder(provider, id, start);
  const memory = new MemoryEventLog();
  const sink: EventSink = {
    write(batch) {
      recorder.write(batch);
      memory.write(batch);
    },
  };
  const simulation = Simulation.create(scenario, {
    sink,
    simulationId: id,
    history: 'release',
    collectClosed: true,
    recordChosenHolds: level === 'FULL',
  });
  await provider.persistSimulationStart(id, start);
  await recorder.run(simulation, { untilTick: ticks });
  return { ...outcomeOf(simulation), events: [...memory] };
}

/** What the policy language, and the engine's constructor, have against a document (spec 06 §8, spec 11 §10). */
export function policyProblems(policy: Policy): PolicyProblem[] {
  try {
    const { errors } = validatePolicy(parsePolicy(JSON.stringify(policy)));
    if (errors.length > 0) return errors.map(problem);
  } catch (error) {
    if (error instanceof PolicyDocumentError) return error.issues.map(problem);
    if (error instanceof RangeError) return [{ path: '', message: 'the document is nested too deeply' }];
    throw error;
  }
  const fraction = (policy.parameters as Record<string, unknown> | undefined)?.initial_liquidity_fraction;
  if (typeof fraction !== 'number' || (fraction >= 0 && fraction <= 1)) return [];
  return [{ path: 'parameters.initial_liquidity_fraction', message: `must lie between 0 and 1, got ${fraction}` }];
}

function problem({ message, path, suggestion }: { message: string; path: string; suggestion?: string }): PolicyProblem {
  return { path, message: suggestion === undefined ? message : `${message} (did you mean '${suggestion}'?)` };
}
