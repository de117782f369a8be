import type { Executor, Policy, SimulationEvent, SimulationJob, SimulationOutcome } from '@simcash/protocol';
import type { SimulationIdentity } from './identifiers.js';

/** Something wrong with a policy: where (a dotted path) and what. */
export interface PolicyProblem {
  /** The place in the document. */
  path: string;
  /** What is wrong, in words. */
  message: string;
}

/** What an experiment needs from the world around it; whoever runs one plugs the engine and the store in here. */
export interface ExperimentHost {
  /** Runs the many simulations of which only the costs count. */
  executor: Executor;
  /** Runs one of the experiment's own simulations and stores it, if there is a store. */
  simulate(job: SimulationJob, identity: SimulationIdentity): Promise<SimulationOutcome & { events: SimulationEvent[] }>;
  /** Waits until everything that was simulated is stored, if that happens in the background; an iteration is committed after it. */
  settled?(): Promise<void>;
  /** Everything that the policy language has against a document (spec 06 §8); empty if it can run. */
  policyProblems(policy: Policy): PolicyProblem[];
  /** Seconds of a clock; measures answers of language models and the time budget. */
  now(): number;
}
