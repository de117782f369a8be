import { createHash } from 'node:crypto';
import { forScenario, optimizerSettings, readExperiment, type ExperimentDefinition } from '@simcash/experiments';
import { resultHash, resultRows, type SimCashDatabase } from '@simcash/persistence';
import { canonicalJson, type Ending, type Policy, type ScenarioData, type StoredExperiment } from '@simcash/protocol';
import { VERSION } from '../version.js';

/** All that it takes to run an experiment again, and what came out (spec 17 §22). It has no times, paths, machines or keys. */
export interface ExperimentManifest {
  schema_version: 1;
  kind: 'experiment';
  /** The version of the program. */
  simcash_version: string;
  /** The rules that the experiment follows. */
  semantics: ExperimentDefinition['semantics'];
  /** The file with its defaults, and the policies of the first iteration in the place of names of files. */
  definition: Readonly<Record<string, unknown>>;
  /** SHA-256 of the definition. */
  definition_sha256: string;
  scenario: ScenarioData;
  scenario_sha256: string;
  /** Hashes of the first policies, by bank. */
  policies: Readonly<Record<string, string>>;
  /** The seed that all other seeds are derived from. */
  master_seed: string;
  /** The days that were played; null if the rules do not tell. */
  days: ExperimentDefinition['evaluation']['days'] | null;
  /** The optimizer and its model. */
  optimizer: { type: string; model?: string };
  /** What the certificate says; null without one. */
  certificate: ExperimentDefinition['convergence']['certificate'] | null;
  /** Whether simulations of comparisons were stored, whose ids are in the rows. */
  persist_bootstrap: boolean;
  /** The limit that was reached, what the certificate says, or the message. */
  ending_detail: string | null;
  /** How it ended; null if the rules do not tell. */
  ending: Ending | null;
  /** How many iterations there were. */
  num_iterations: number;
  /** SHA-256 of the results. */
  result_sha256: string;
}

const sha256 = (value: unknown): string => createHash('sha256').update(canonicalJson(value)).digest('hex');

/** What `output` names is no part of an experiment: nothing of it is in its results. */
const NO_RESULT = ['output', 'execution', 'description'];

/** The manifest of a run that is complete; a stored run has everything that it says. */
export async function manifestOf(database: SimCashDatabase, run: StoredExperiment): Promise<ExperimentManifest> {
  const first = run.iterations[0]!.policies;
  const given = Object.fromEntries(Object.entries(run.config).filter(([key]) => !NO_RESULT.includes(key)));
  const config = { ...given, initial_policies: first, master_seed: run.config.master_seed ?? 42 };
  const { definition } = experimentOf(config, run.scenario);
  const { convergence, evaluation, semantics } = definition;
  const optimizer = optimizerSettings(definition);
  const isMonteCarlo = evaluation.mode === 'monte-carlo';
  return {
    schema_version: 1,
    kind: 'experiment',
    simcash_version: VERSION,
    semantics,
    definition: config,
    definition_sha256: sha256(definition),
    scenario: run.scenario,
    scenario_sha256: sha256(run.scenario),
    policies: Object.fromEntries(Object.entries(first).map(([id, policy]: [string, Policy]) => [id, sha256(policy)])),
    master_seed: definition.master_seed,
    days: isMonteCarlo ? evaluation.days : null,
    optimizer: { type: optimizer.type, ...(optimizer.type === 'llm' ? { model: definition.llm!.model } : {}) },
    certificate: isMonteCarlo ? convergence.certificate : null,
    persist_bootstrap: run.iterations.some(({ evaluations }) => evaluations.some((row) => row.evaluation_simulation_id !== null)),
    ending_detail: run.result?.ending_detail ?? null,
    ending: run.result?.ending ?? null,
    num_iterations: run.iterations.length,
    result_sha256: await resultHash(resultRows(database, run.run_id)),
  };
}

/** The experiment of a manifest, checked. @throws ExperimentError */
export function experimentOf(
  definition: Readonly<Record<string, unknown>>,
  scenario: ScenarioData,
): { definition: ExperimentDefinition } {
  return forScenario(readExperiment(definition).definition, scenario, definition);
}
