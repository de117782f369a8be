import type { z } from 'zod';
import type { EngineConfig } from './config.js';
import { toEngineConfig, type ReadPolicy } from './convert.js';
import { scenarioSchema, type ScenarioDocument } from './document-schema.js';
import { engineConfigSchema } from './engine-config-schema.js';
import { writeOut } from './inference.js';
import { ScenarioError, type ScenarioIssue } from './issues.js';
import { checkReferences } from './references.js';
import { inDocumentOrder, schemaIssues, without } from './schema-issues.js';
import { checkToggles } from './toggles.js';
import { documentWarnings } from './warnings.js';

export interface ScenarioOptions {
  /** Reads policy files named by `json_path`; without it such scenarios are refused. */
  readPolicy?: ReadPolicy;
  /** Unknown keys are errors (default) or, if false, warnings. */
  strict?: boolean;
  /** Whole numbers in the document are bigints, so that `100` and `100.0` differ; set by {@link readScenarioText}. */
  exactIntegers?: boolean;
}

/** A scenario that has been checked completely and is ready to run. */
export interface Scenario {
  readonly config: EngineConfig;
  /** The valid document with its defaults; null for an engine configuration. */
  readonly document: ScenarioDocument | null;
  /** What was given, with the texts of policy files in place of their names: it alone reproduces the run (spec 09 §1). */
  readonly source: unknown;
  /** What will hardly do what its author expects. */
  readonly warnings: readonly ScenarioIssue[];
}

/** A scenario document or an engine configuration as plain data, or a scenario that is checked already. */
export type ScenarioInput = Scenario | Record<string, unknown>;

/**
 * Checks a scenario document (or an engine configuration, recognised by `agent_configs`) and resolves it.
 *
 * @throws ScenarioError with every error found
 */
export function parseScenario(input: unknown, options: ScenarioOptions = {}): Scenario {
  const isConfig = typeof input === 'object' && input !== null && Object.hasOwn(input, 'agent_configs');
  return isConfig ? parseEngineConfig(input, options) : parseDocument(input, options);
}

/** The scenario behind whatever describes one. @throws ScenarioError */
export function resolvedScenario(input: ScenarioInput): Scenario {
  return 'config' in input && 'warnings' in input ? (input as Scenario) : parseScenario(input);
}

function parseEngineConfig(input: object, options: ScenarioOptions): Scenario {
  const { data: config, warnings } = check(engineConfigSchema, input, options);
  return { config, document: null, source: input, warnings };
}

function parseDocument(input: unknown, options: ScenarioOptions): Scenario {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    throw new ScenarioError([{ path: [], message: 'the scenario must be a mapping with the keys simulation and agents' }]);
  }
  const { document: written, warnings: chosen } = writeOut(input, options.exactIntegers ?? false);
  const { data: document, warnings: forgiven } = check(scenarioSchema, withoutExtensions(written), options);
  const broken = checkReferences(document);
  if (broken) throw new ScenarioError([broken]);
  const config = toEngineConfig(document, options.readPolicy ?? noFiles);
  const toggled = checkToggles(document, config);
  if (toggled.length > 0) throw new ScenarioError(toggled);
  return {
    config,
    document,
    source: withPolicyTexts(input, config),
    warnings: [...chosen, ...forgiven, ...documentWarnings(document)],
  };
}

/** The document with every policy file's text inside, so that moving the file changes nothing (spec 07 Q712). */
function withPolicyTexts(input: object, config: EngineConfig): unknown {
  const { agents } = input as { agents: Record<string, unknown>[] };
  const embedded = agents.map((agent, i) => {
    const policy = agent.policy as Record<string, unknown> | undefined;
    const resolved = config.agent_configs[i]!.policy;
    if (!policy || !Object.hasOwn(policy, 'json_path') || resolved.type !== 'FromJson') return agent;
    return { ...agent, policy: { type: 'InlineJson', json_string: resolved.json } };
  });
  return { ...input, agents: embedded };
}

/** Applies a schema; with `strict: false` unknown keys are taken out and reported as warnings. */
function check<T>(
  schema: z.ZodType<T>,
  input: unknown,
  { strict = true }: ScenarioOptions,
): { data: T; warnings: ScenarioIssue[] } {
  const result = schema.safeParse(input);
  if (result.success) return { data: result.data, warnings: [] };
  const { errors, unknownKeys } = schemaIssues(result.error, schema, input);
  if (strict || unknownKeys.length === 0) throw new ScenarioError(inDocumentOrder([...unknownKeys, ...errors], input));
  const forgiving = check(
    schema,
    without(
      input,
      unknownKeys.map((issue) => issue.path),
    ),
    { strict: false },
  );
  return { data: forgiving.data, warnings: inDocumentOrder([...unknownKeys, ...forgiving.warnings], input) };
}

/** Top-level keys beginning with `x-` are a place for anchors and notes (spec 07 §1.5). */
function withoutExtensions(document: unknown): Record<string, unknown> {
  return Object.fromEntries(Object.entries(document as object).filter(([key]) => !key.startsWith('x-')));
}

function noFiles(path: string): string {
  throw new Error(`policy files cannot be read here (${path}): pass readPolicy, or give the policy inline`);
}
