import type { Executor, ExperimentEvent, ExperimentResult, ExperimentStore, Policy, StoredExperiment } from '@simcash/protocol';
import { parsePolicy, PolicyDocumentError, simulationRunner, validatePolicy } from '../../../engine/src/index.js';
import {
  createOptimizer,
  forScenario,
  initialPolicies,
  InProcessExecutor,
  MemoryExperimentStore,
  readExperiment,
  runExperiment,
  type ExperimentDefinition,
  type ExperimentHost,
  type ExperimentRun,
  type PolicyProblem,
} from '../../src/index.js';
import { definition, read, scenarios, type Changes, type Experiment } from './paper.js';

/** The engine behind an experiment, storing nothing. */
export function hostOf(executor: Executor = new InProcessExecutor(simulationRunner)): ExperimentHost {
  return { executor, simulate: async (job) => simulationRunner.run(job), policyProblems, now: () => 0 };
}

/** What the policy language has against a document. */
export function policyProblems(policy: Policy): PolicyProblem[] {
  try {
    return [...validatePolicy(parsePolicy(JSON.stringify(policy))).errors];
  } catch (error) {
    if (error instanceof PolicyDocumentError) return [...error.issues];
    throw error;
  }
}

/** A run of one of the paper's experiments, ready to begin. */
export async function prepared(
  experiment: Experiment,
  changes: Changes = {},
  members: Partial<ExperimentRun> = {},
): Promise<ExperimentRun> {
  return preparedFor(definition(experiment, changes), { scenario: scenarios[experiment], ...members });
}

export async function preparedFor(
  checked: ExperimentDefinition,
  members: Partial<ExperimentRun> & Pick<ExperimentRun, 'scenario'>,
): Promise<ExperimentRun> {
  return {
    runId: 'run',
    definition: checked,
    config: {},
    scenarioPath: 'scenario.yaml',
    initial: initialPolicies(checked, members.scenario, unreachable),
    optimizer: members.optimizer ?? (await createOptimizer(checked, { loadRun: unreachable, llm: unreachable })),
    host: hostOf(),
    store: new MemoryExperimentStore(),
    ...members,
  };
}

const unreachable = (): never => {
  throw new Error('not part of this test');
};

/** A run of a file of the examples. */
export async function example(name: string): Promise<ExperimentRun> {
  const document = read(`${name}.yaml`);
  const scenario = read(document.scenario as string);
  return preparedFor(forScenario(readExperiment(document).definition, scenario).definition, { scenario });
}

/** A run that came to its end. */
export interface Conducted {
  result: ExperimentResult;
  /** As they were told. */
  events: ExperimentEvent[];
  stored: StoredExperiment;
  store: ExperimentStore;
}

/** Runs to the end. */
export async function finish(run: ExperimentRun): Promise<Conducted> {
  const told = runExperiment(run);
  const events: ExperimentEvent[] = [];
  for (;;) {
    const { done, value } = await told.next();
    if (!done) {
      events.push(value);
      continue;
    }
    const store = run.store!;
    return { result: value, events, store, stored: (await store.load(run.runId))! };
  }
}

/** Runs one of the paper's experiments. */
export async function conduct(
  experiment: Experiment,
  changes: Changes = {},
  members: Partial<ExperimentRun> = {},
): Promise<Conducted> {
  return finish(await prepared(experiment, changes, members));
}

/** What an experiment's last event says. */
export function endOf({ events }: Conducted): Extract<ExperimentEvent, { event_type: 'experiment_end' }>['event_data'] {
  const last = events.at(-1)!;
  if (last.event_type !== 'experiment_end') throw new Error(`the run ends with ${last.event_type}`);
  return last.event_data;
}

/** Costs of a bank, iteration by iteration. */
export const costsOf = ({ stored }: Conducted, agentId: string): number[] =>
  stored.iterations.map(({ costs_per_agent }) => costs_per_agent[agentId]!);

/** The metric, iteration by iteration. */
export const totalsOf = ({ stored }: Conducted): number[] => stored.iterations.map(({ total_cost }) => total_cost);

/** Decisions about a bank's proposals: what they save, and whether they were accepted. */
export const decisionsOf = ({ stored }: Conducted, agentId: string): [delta: number | null, accepted: boolean][] =>
  stored.iterations
    .flatMap(({ evaluations }) => evaluations)
    .filter(({ agent_id }) => agent_id === agentId)
    .map(({ accepted, delta_sum }) => [delta_sum, accepted]);
