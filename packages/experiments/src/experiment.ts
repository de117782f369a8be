import type { ExperimentEvent, ExperimentResult, ExperimentStore, ScenarioData, StoredExperiment } from '@simcash/protocol';
import type { ExperimentDefinition } from './definition/schema.js';
import type { ExperimentHost } from './host.js';
import { ExperimentInterrupted } from './interrupted.js';
import { ExperimentLoop } from './loop.js';
import type { PolicyOptimizer } from './optimizers/optimizer.js';
import type { PolicyProfile } from './scenario.js';

/** An experiment ready to run. */
export interface ExperimentRun {
  /** The experiment's id. */
  runId: string;
  /** The definition as it was checked. */
  definition: ExperimentDefinition;
  /** The complete experiment file as plain data, for the store. */
  config: Readonly<Record<string, unknown>>;
  /** Path of the scenario as the experiment names it. */
  scenarioPath: string;
  scenario: ScenarioData;
  /** Policies of the first iteration. */
  initial: PolicyProfile;
  /** What proposed the policies. */
  optimizer: PolicyOptimizer;
  /** What runs simulations and tells the time. */
  host: ExperimentHost;
  /** Where the experiment is stored. */
  store?: ExperimentStore;
  /** Store the simulations of comparisons, too. */
  persistSamples?: boolean;
  /** Goes on where this run was broken off. */
  resume?: StoredExperiment;
  /** Ends the work early. */
  signal?: AbortSignal;
}

/**
 * Runs an experiment: evaluate, propose, validate, compare on the same draws, accept or reject, commit; until a rule says stop
 * (spec 11 §6). Every step is told as an event; display and store see the same ones.
 *
 * @throws ExperimentInterrupted, and whatever broke an evaluation; the store keeps what was committed and why the run ended
 */
export async function* runExperiment(run: ExperimentRun): AsyncGenerator<ExperimentEvent, ExperimentResult, undefined> {
  const { resume, runId, store } = run;
  const loop = new ExperimentLoop(run);
  // Before anything else: if this fails, the run is not ours, and its row says what somebody else's run has come to.
  await (resume ? store?.reopen(runId) : store?.begin(loop.start));
  // Whoever listens may also stop listening.
  let failure: string | null = 'interrupted';
  let ending: string | null = null;
  try {
    const result = yield* loop.events();
    failure = null;
    ending = result.ending;
    return result;
  } catch (error) {
    if (!(error instanceof ExperimentInterrupted)) failure = (error as Error).message;
    throw error;
  } finally {
    await run.optimizer.close?.(ending);
    if (failure !== null) {
      // What could not be stored is the failure already, or comes too late to matter.
      await run.host.settled?.().catch(() => undefined);
      await store?.fail(runId, failure);
    }
  }
}
