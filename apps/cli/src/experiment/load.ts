import path from 'node:path';
import { jsonProblem, knownParts, readScenarioText, ScenarioError, type ScenarioText } from '@simcash/engine';
import {
  ExperimentError,
  forScenario,
  initialPolicies,
  readExperiment,
  type ExperimentDefinition,
  type ExperimentIssue,
  type PolicyProfile,
} from '@simcash/experiments';
import { issueText, type Policy, type ScenarioData } from '@simcash/protocol';
import { policyProblems } from '@simcash/runs/experiments';
import { inputError } from '../exit-codes.js';
import { loadScenario, MOST_PROBLEMS, more } from '../scenario-file.js';
import { Confines, type PathOptions } from '../files/confines.js';
import { readPolicyText } from '../files/policy-text.js';
import { readText } from '../files/reading.js';

/** An experiment file with everything it refers to, checked. */
export interface LoadedExperiment {
  file: string;
  definition: ExperimentDefinition;
  /** The file's data with overrides. */
  config: Record<string, unknown>;
  scenarioPath: string;
  scenario: ScenarioData;
  initial: PolicyProfile;
  /** Every file that was read. */
  inputs: readonly string[];
  /** The database that `output` names; null if there is none. */
  output: string | null;
  warnings: readonly string[];
}

/** Changes of the file's data by options of the command line. */
export type Override = (config: Record<string, unknown>) => Record<string, unknown>;

/**
 * Reads an experiment file, its scenario and its policies. Paths in it are relative to its folder and do not lead out of it.
 *
 * @throws CommandError with every problem of the first file that has any
 */
export async function loadExperiment(
  file: string,
  paths: PathOptions = {},
  override: Override = (config) => config,
): Promise<LoadedExperiment> {
  const source = parseText(file);
  const confines = new Confines(file, paths);
  const prompts: string[] = [];
  const config = override(withPrompt(plain(source.document) as Record<string, unknown>, confines, prompts));
  const parsed = checked(file, source, () => readExperiment(config));
  const scenarioPath = confines.resolve(parsed.definition.scenario, 'scenario');
  const loaded = await loadScenario(scenarioPath, paths);
  if (loaded.scenario.payments !== null)
    throw inputError(
      `${scenarioPath}: experiments cannot play payment lists yet`,
      'simcash payments fit makes generated payments like those of a list',
    );
  const scenario = plain(loaded.scenario.source) as ScenarioData;
  if (!Array.isArray(scenario.agents))
    throw inputError(`${scenarioPath}: experiments need a scenario document, not an engine configuration`);
  const { definition, warnings } = checked(file, source, () => forScenario(parsed.definition, scenario, config));
  const policies: string[] = [];
  const readPolicy = (name: string): Policy => {
    const found = confines.policy(name);
    policies.push(found);
    return readPolicyFile(found);
  };
  // What is no part of the language is not sent to a model, nor written.
  const initial = checked(file, source, () => understood(initialPolicies(definition, scenario, readPolicy)));
  checked(file, source, () => checkPolicies(initial));
  return {
    file,
    definition,
    config,
    scenarioPath: definition.scenario,
    scenario,
    initial,
    inputs: [file, ...loaded.inputs, ...policies, ...prompts],
    output: definition.output && confines.resolve(path.join(definition.output.directory, definition.output.database), 'output'),
    warnings: [...parsed.warnings, ...warnings].map((issue) => describe(file, source, issue)),
  };
}

const understood = (profile: PolicyProfile): PolicyProfile =>
  Object.fromEntries(Object.entries(profile).map(([id, policy]) => [id, knownParts(policy)]));

/** Checks that the first iteration can be simulated. @throws ExperimentError */
function checkPolicies(initial: PolicyProfile): void {
  const issues = Object.entries(initial).flatMap(([id, policy]) =>
    policyProblems(policy).map(({ message, path: place }) => ({
      path: ['initial_policies', id],
      message: `the policy of ${id}: ${place === '' ? '' : `${place}: `}${message}`,
    })),
  );
  if (issues.length > 0) throw new ExperimentError(issues);
}

function parseText(file: string): ScenarioText {
  try {
    return readScenarioText(readText(file, 'experiment'), path.extname(file) === '.json' ? 'json' : 'yaml');
  } catch (error) {
    if (error instanceof ScenarioError) throw inputError(`${file}: ${error.message}`);
    throw error;
  }
}

function checked<T>(file: string, source: ScenarioText, check: () => T): T {
  try {
    return check();
  } catch (error) {
    if (!(error instanceof ExperimentError)) throw error;
    const [first, ...others] = error.issues.slice(0, MOST_PROBLEMS).map((issue) => describe(file, source, issue));
    throw inputError(first!, ...others, ...more(error.issues.length));
  }
}

function describe(file: string, source: ScenarioText, issue: ExperimentIssue): string {
  const place = source.locate(issue.path);
  return `${file}${place === null ? '' : `:${place.line}:${place.column}`}: ${issueText(issue)}`;
}

/** Puts the text of `llm.system_prompt_file` in its place, so that what is stored says everything. */
function withPrompt(config: Record<string, unknown>, confines: Confines, read: string[]): Record<string, unknown> {
  const llm = config?.llm as Record<string, unknown> | undefined;
  if (typeof llm?.system_prompt_file !== 'string' || llm.system_prompt !== undefined) return config;
  const prompt = confines.resolve(llm.system_prompt_file, 'llm.system_prompt_file');
  read.push(prompt);
  return { ...config, llm: { ...llm, system_prompt: readText(prompt, 'prompt') } };
}

export function readPolicyFile(file: string): Policy {
  try {
    return JSON.parse(readPolicyText(file)) as Policy;
  } catch (error) {
    throw new Error(
      `policy file ${file} cannot be read: ${error instanceof SyntaxError ? jsonProblem(error) : (error as Error).message}`,
      { cause: error },
    );
  }
}

/** Whole numbers of a document are read as bigints; experiments work with plain JSON. Longer ones than a number holds stay texts. */
function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, plain(member)]));
}
