import type { PaymentList } from '@simcash/protocol';
import type { z } from 'zod';
import type { EngineConfig, PaymentsConfig } from './config.js';
import type { ScenarioDocument } from './document.js';
import { toEngineConfig, type ReadPolicy } from './convert.js';
import { scenarioSchema, type ResolvedDocument } from './document-schema.js';
import { engineConfigSchema } from './engine-config-schema.js';
import { guidelineIssues, type ThroughputGuideline } from './guidelines.js';
import { writeOut } from './inference.js';
import { checkSettlementBlock, mostTicks, withSettlementIssues } from './settlement/check-block.js';
import { resolveSettlement } from './settlement/resolve.js';
import type { SettlementBlock } from './settlement/schema.js';
import { ScenarioError, type ScenarioIssue } from './issues.js';
import { checkReferences } from './references.js';
import { withTicksForTimes } from './clock-times.js';
import { withTicksPerDay } from './open-ticks.js';
import { inDocumentOrder, schemaIssues, without } from './schema-issues.js';
import { checkToggles } from './toggles.js';
import { documentWarnings } from './warnings.js';

/** How a scenario is read: where policies come from, how strictly, and the payments that are listed. */
export interface ScenarioOptions {
  /** Reads policy files named by `json_path`; without it such scenarios are refused. */
  readPolicy?: ReadPolicy;
  /** Unknown keys are errors (default) or, if false, warnings. */
  strict?: boolean;
  /** Whole numbers in the document are bigints, so that `100` and `100.0` differ; set by {@link readScenarioText}. */
  exactIntegers?: boolean;
  /** The payment list that the key `payments` identifies (spec 13). */
  payments?: PaymentList;
}

/** A scenario that has been checked completely and is ready to run. */
export interface Scenario {
  readonly config: EngineConfig;
  /** The valid document with its defaults; null for an engine configuration. */
  readonly document: ResolvedDocument | null;
  /** What was given, with the texts of policy files in place of their names: it alone reproduces the run (spec 09 §1). */
  readonly source: unknown;
  /** What will hardly do what its author expects. */
  readonly warnings: readonly ScenarioIssue[];
  /** Of the key `throughput_guidelines`, which is no part of {@link source}: runs with and without them are the same. */
  readonly guidelines: readonly ThroughputGuideline[];
  /** The payment list of the key `payments`; null without the key, or as long as nobody gave the list. */
  readonly payments: PaymentList | null;
}

/** A scenario document, or a scenario that is checked already. */
export type ScenarioInput = Scenario | ScenarioDocument;

/**
 * Checks a scenario document and resolves it. What comes out of a file is not known to be a document: for this there is
 * {@link readScenario}.
 *
 * @throws ScenarioError with every error found
 */
export function parseScenario(document: ScenarioDocument, options: ScenarioOptions = {}): Scenario {
  return readScenario(document, options);
}

/**
 * The same for data of which nothing is known yet: out of a file, a database, a message. It may also be an engine configuration,
 * which is recognised by `agent_configs`.
 *
 * @throws ScenarioError with every error found
 */
export function readScenario(input: unknown, options: ScenarioOptions = {}): Scenario {
  const isConfig = typeof input === 'object' && input !== null && Object.hasOwn(input, 'agent_configs');
  return isConfig ? parseEngineConfig(input, options) : parseDocument(input, options);
}

/** The scenario behind whatever describes one. @throws ScenarioError */
export function resolvedScenario(input: ScenarioInput): Scenario {
  return 'config' in input && 'warnings' in input ? (input as Scenario) : readScenario(input);
}

function parseEngineConfig(input: object, options: ScenarioOptions): Scenario {
  const { data, warnings } = check(engineConfigSchema, input, options);
  const ids = data.agent_configs.map(({ id }) => id);
  checkSettlementBlock(data.settlement as SettlementBlock | undefined, ids, mostTicks(data.clock, data.ticks_per_day), {});
  const config = data.settlement ? { ...data, settlement: resolveSettlement(data.settlement as SettlementBlock) } : data;
  return { config, document: null, source: input, warnings, guidelines: [], payments: options.payments ?? null };
}

function parseDocument(input: unknown, options: ScenarioOptions): Scenario {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    throw new ScenarioError([{ path: [], message: 'the scenario must be a mapping with the keys simulation and agents' }]);
  }
  const { document: written, warnings: chosen } = writeOut(withTicksForTimes(input), options.exactIntegers ?? false);
  const { data: document, warnings: forgiven } = check(scenarioSchema, withTicksPerDay(withoutExtensions(written)), options);
  const broken = checkReferences(document);
  if (broken) throw new ScenarioError([broken]);
  checkSettlementBlock(
    document.settlement,
    document.agents.map(({ id }) => id),
    mostTicks(document.clock, document.simulation.ticks_per_day),
    written as object,
  );
  const guidelines = document.throughput_guidelines ?? [];
  const unfit = guidelineIssues(guidelines, document.clock !== undefined, document.simulation.ticks_per_day);
  if (unfit.length > 0) throw new ScenarioError(unfit);
  const config = toEngineConfig(document, options.readPolicy ?? noFiles);
  const toggled = checkToggles(document, config);
  if (toggled.length > 0) throw new ScenarioError(toggled);
  return {
    config,
    document,
    source: withPolicyTexts(withoutGuidelines(input), config),
    guidelines,
    warnings: [...chosen, ...forgiven, ...documentWarnings(document)],
    payments: options.payments ?? null,
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
  if (strict || unknownKeys.length === 0) {
    throw new ScenarioError(inDocumentOrder(withSettlementIssues(input, [...unknownKeys, ...errors]), input));
  }
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

/** Guidelines judge a run and do not change it. */
function withoutGuidelines(document: object): object {
  if (!Object.hasOwn(document, 'throughput_guidelines')) return document;
  return Object.fromEntries(Object.entries(document).filter(([key]) => key !== 'throughput_guidelines'));
}

function noFiles(path: string): string {
  throw new Error(`policy files cannot be read here (${path}): pass readPolicy, or give the policy inline`);
}

/** The same scenario with another seed: another day of it. */
export function withSeed(scenario: Scenario, seed: bigint): Scenario {
  const { config, document, source } = scenario;
  if (config.rng_seed === seed) return scenario;
  const { simulation } = source as { simulation?: object };
  const drawn = scenario.payments?.drawnBy?.(seed);
  const payments = drawn === undefined ? {} : { payments: drawn.config as PaymentsConfig };
  return {
    ...scenario,
    ...(drawn === undefined ? {} : { payments: drawn.list }),
    config: { ...config, rng_seed: seed, ...payments },
    document: document && { ...document, simulation: { ...document.simulation, rng_seed: seed }, ...payments },
    source:
      simulation === undefined
        ? { ...(source as object), rng_seed: seed, ...payments }
        : { ...(source as object), simulation: { ...simulation, rng_seed: seed }, ...payments },
  };
}
