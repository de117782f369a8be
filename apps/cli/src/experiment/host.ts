import {
  MemoryEventLog,
  outcomeOf,
  parsePolicy,
  parseScenario,
  PolicyDocumentError,
  Simulation,
  simulationRunner,
  validatePolicy,
  type Scenario,
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
  SimulationStart,
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
  const recorder = recording && new BackgroundRecorder(recording);
  return {
    executor,
    simulate: async (job, identity) => (recorder === null ? simulationRunner.run(job) : recorder.run(job, identity)),
    settled: async () => recorder?.settled(),
    policyProblems,
    now: () => performance.now() / 1000,
  };
}

/**
 * Runs simulations through the same recorder and provider as `simcash run --save` (INV-11). An outcome is handed out when the last
 * tick is done; the commit goes on meanwhile.
 */
class BackgroundRecorder {
  #storing: Promise<unknown> = Promise.resolve();

  constructor(private readonly recording: Recording) {}

  /** Waits until everything is stored. @throws what went wrong with it */
  async settled(): Promise<void> {
    await this.#storing;
  }

  async run(
    { scenario: document, ticks }: SimulationJob,
    identity: SimulationIdentity,
  ): Promise<SimulationOutcome & { events: SimulationEvent[] }> {
    await this.settled();
    const { database, level } = this.recording;
    const scenario = parseScenario(document);
    const id = simulationId(identity);
    const start = startOf(scenario, document, ticks, identity, this.recording);
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
    await new Promise<void>((ended, failed) => {
      const onTick = (): void => (simulation.currentTick === ticks ? ended() : undefined);
      this.#storing = recorder.run(simulation, { untilTick: ticks, onTick });
      this.#storing.catch(failed);
    });
    return { ...outcomeOf(simulation), events: [...memory] };
  }
}

/** What the store is told of a simulation before its first tick. */
function startOf(
  scenario: Scenario,
  document: unknown,
  ticks: number,
  identity: SimulationIdentity,
  { configFile, level }: Recording,
): SimulationStart {
  return {
    ...simulationStart(scenario, document, { level, configFile }),
    total_ticks: ticks,
    run_purpose: identity.purpose,
    experiment_run_id: identity.run_id,
    experiment_iteration: identity.iteration,
    ...(identity.sample === undefined ? {} : { sample_index: identity.sample }),
    ...(identity.agent_id === undefined ? {} : { subject_agent_id: identity.agent_id }),
    ...(identity.variant === undefined ? {} : { policy_variant: identity.variant }),
  };
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
