import { MemoryEventLog, outcomeOf, readScenario, simulationRunner, type Simulation } from '@simcash/engine';
import { simulationId, type ExperimentHost, type SimulationIdentity } from '@simcash/experiments';
import type { SimCashDatabase } from '@simcash/persistence';
import type {
  Executor,
  PersistenceLevel,
  SimulationEvent,
  SimulationJob,
  SimulationOutcome,
  SimulationStart,
} from '@simcash/protocol';
import { recordSimulation } from '../record.js';
import { policyProblems } from './policy-problems.js';

/** How much of an experiment's simulations is stored, and where. */
export interface Recording {
  /** The database it is stored in. */
  database: SimCashDatabase;
  /** How much of the run is stored. */
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
 * Records simulations as `simcash run --save` does (INV-11). An outcome is handed out when the last tick is done; the commit goes on
 * meanwhile.
 */
class BackgroundRecorder {
  #storing: Promise<unknown> = Promise.resolve();

  constructor(private readonly recording: Recording) {}

  /** Waits until everything is stored. @throws what went wrong with it */
  async settled(): Promise<void> {
    await this.#storing;
  }

  async run(
    { scenario, ticks }: SimulationJob,
    identity: SimulationIdentity,
  ): Promise<SimulationOutcome & { events: SimulationEvent[] }> {
    await this.settled();
    const { configFile, database, level } = this.recording;
    const log = new MemoryEventLog();
    const simulation = await new Promise<Simulation>((ended, failed) => {
      this.#storing = recordSimulation(database, readScenario(scenario), {
        id: simulationId(identity),
        level,
        configFile,
        untilTick: ticks,
        sink: log,
        context: { total_ticks: ticks, ...contextOf(identity) },
        onTick: (_, running) => (running.currentTick === ticks ? ended(running) : undefined),
      });
      this.#storing.catch(failed);
    });
    return { ...outcomeOf(simulation), events: [...log] };
  }
}

function contextOf(identity: SimulationIdentity): Partial<SimulationStart> {
  return {
    run_purpose: identity.purpose,
    experiment_run_id: identity.run_id,
    experiment_iteration: identity.iteration,
    ...(identity.sample === undefined ? {} : { sample_index: identity.sample }),
    ...(identity.agent_id === undefined ? {} : { subject_agent_id: identity.agent_id }),
    ...(identity.variant === undefined ? {} : { policy_variant: identity.variant }),
  };
}
