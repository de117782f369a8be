import type { Policy } from '@simcash/protocol';
import { ExperimentError, type ExperimentIssue } from '../definition/issues.js';
import type { ExperimentDefinition } from '../definition/schema.js';
import { agentEntry, type PolicyProfile } from '../scenario.js';
import type { ScenarioData } from '@simcash/protocol';
import { defaultPolicy, FRACTION, parametersOf, TREES, withParameters } from './policy.js';

/** Reads a policy file named in an experiment. @throws Error with a sentence that names the file */
export type ReadPolicyFile = (path: string) => Policy;

/**
 * The policies of the first iteration (spec 11 §5.1, Q11): the default, the scenario's own, a document, or a file; for all banks or
 * one by one.
 *
 * @throws ExperimentError
 */
export function initialPolicies(
  definition: ExperimentDefinition,
  scenario: ScenarioData,
  readFile: ReadPolicyFile,
): PolicyProfile {
  const { initial_policies: given, optimized_agents: agents } = definition;
  const forAll = typeof given === 'string' || isSource(given);
  const issues: ExperimentIssue[] = [];
  const profile = Object.fromEntries(
    agents.map((agentId): [string, Policy] => {
      const source = forAll ? given : (given[agentId] ?? 'default');
      try {
        return [agentId, resolve(source, agentId, scenario, readFile)];
      } catch (error) {
        issues.push({ path: ['initial_policies', ...(forAll ? [] : [agentId])], message: (error as Error).message });
        return [agentId, {}];
      }
    }),
  );
  if (!forAll) {
    for (const key of Object.keys(given)) {
      if (agents.includes(key)) continue;
      issues.push({ path: ['initial_policies', key], message: `is neither an optimised bank nor part of a policy` });
    }
  }
  if (issues.length > 0) throw new ExperimentError(issues);
  return profile;
}

const isSource = (value: Readonly<Record<string, unknown>>): boolean =>
  Object.hasOwn(value, 'file') || Object.hasOwn(value, 'policy_id') || TREES.some((tree) => Object.hasOwn(value, tree));

function resolve(source: unknown, agentId: string, scenario: ScenarioData, readFile: ReadPolicyFile): Policy {
  if (source === 'default') return defaultPolicy(agentId);
  if (source === 'scenario') return scenarioPolicy(agentId, scenario);
  if (typeof source !== 'object' || source === null || !isSource(source as Record<string, unknown>)) {
    throw new Error("must be 'default', 'scenario', a policy document, or {file: PATH}");
  }
  const { file } = source as { file?: unknown };
  return typeof file === 'string' ? readFile(file) : (source as Policy);
}

/** The policy of a bank's entry, which must be a document; the entry's fraction counts where the document has none. */
function scenarioPolicy(agentId: string, scenario: ScenarioData): Policy {
  const entry = agentEntry(scenario, agentId);
  const policy = entry?.policy as { type: string; json_string?: string; decision_trees?: Policy } | undefined;
  const document =
    policy?.type === 'Inline' ? policy.decision_trees : policy?.json_string && (JSON.parse(policy.json_string) as Policy);
  if (!document)
    throw new Error(`the scenario gives ${agentId} the built-in policy ${policy?.type}; an optimizer needs a policy document`);
  const fraction = entry?.liquidity_allocation_fraction;
  if (typeof fraction !== 'number' || parametersOf(document)[FRACTION] !== undefined) return document;
  return withParameters(document, { [FRACTION]: fraction });
}
