import type { ScenarioDocument } from '@simcash/protocol';
import { closest } from 'fastest-levenshtein';
import type { z } from 'zod';
import { boundsOf, treeKey } from '../policies/constraints.js';
import { TREES } from '../policies/policy.js';
import { agentEntry } from '../scenario.js';
import { ExperimentError, type ExperimentIssue } from './issues.js';
import { experimentSchema, type ExperimentDefinition } from './schema.js';

/** Keys that published files contain and that never had an effect. */
const IGNORED_LLM_KEYS = ['reasoning_summary', 'thinking_config'];

/** Largest number of points that a grid may have. */
const MAX_GRID = 100_000;

/** An experiment file that has been checked, and what is doubtful about it. */
export interface ParsedExperiment {
  definition: ExperimentDefinition;
  warnings: readonly ExperimentIssue[];
}

/**
 * Checks an experiment file's data completely (spec 11 §2.2).
 *
 * @throws ExperimentError with every problem found
 */
export function parseExperiment(data: unknown): ParsedExperiment {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) {
    throw new ExperimentError([
      { path: [], message: 'an experiment file is a mapping with the keys name, scenario, evaluation, …' },
    ]);
  }
  const missing = ['name', 'scenario', 'evaluation', 'optimized_agents'].filter((key) => !Object.hasOwn(data, key));
  if (missing.length > 0) throw new ExperimentError([{ path: [], message: `missing required keys: ${missing.join(', ')}` }]);
  const { document, warnings } = withoutIgnoredKeys(data as Record<string, unknown>);
  const result = experimentSchema.safeParse(document);
  if (!result.success) throw new ExperimentError(result.error.issues.flatMap(asIssues));
  const definition = result.data;
  const issues = [...modeIssues(definition), ...constraintIssues(definition), ...optimizerIssues(definition)];
  if (issues.length > 0) throw new ExperimentError(issues);
  return { definition, warnings: [...warnings, ...settingWarnings(definition, document)] };
}

/** Checks that the banks of an experiment exist in its scenario. @throws ExperimentError */
export function checkAgents(definition: ExperimentDefinition, scenario: ScenarioDocument): void {
  const known = (scenario.agents as readonly { id: string }[]).map(({ id }) => id);
  const issues = definition.optimized_agents.flatMap((id, i): ExperimentIssue[] =>
    agentEntry(scenario, id) ? [] : [{ path: ['optimized_agents', i], message: unknown('bank', id, known) }],
  );
  if (definition.evaluation.mode === 'bootstrap') {
    for (const [i, id] of definition.optimized_agents.entries()) {
      if (id === 'SOURCE' || id === 'SINK')
        issues.push({ path: ['optimized_agents', i], message: `${id} is the name of a part of the sandbox; rename the bank` });
    }
  }
  if (issues.length > 0) throw new ExperimentError(issues);
}

function withoutIgnoredKeys(data: Record<string, unknown>): { document: Record<string, unknown>; warnings: ExperimentIssue[] } {
  const { llm } = data;
  if (typeof llm !== 'object' || llm === null) return { document: data, warnings: [] };
  const ignored = IGNORED_LLM_KEYS.filter((key) => Object.hasOwn(llm, key));
  const kept = Object.fromEntries(Object.entries(llm).filter(([key]) => !ignored.includes(key)));
  return {
    document: { ...data, llm: kept },
    warnings: ignored.map((key) => ({ path: ['llm', key], message: 'has no effect and is ignored' })),
  };
}

function asIssues(issue: z.core.$ZodIssue): ExperimentIssue[] {
  const path = issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part));
  if (issue.code === 'unrecognized_keys') {
    const known = knownKeys(path);
    return issue.keys.map((key) => ({ path: [...path, key], message: unknown('key', key, known) }));
  }
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const nested = issue.errors.reduce((a, b) => (b.length < a.length ? b : a));
    return nested.flatMap((inner) => asIssues({ ...inner, path: [...issue.path, ...inner.path] }));
  }
  return [{ path, message: issue.message }];
}

/** Keys of the mapping at a path, from the schema itself. */
function knownKeys(path: readonly (string | number)[]): string[] {
  let schema: unknown = experimentSchema;
  for (const part of path) schema = (unwrap(schema) as { shape?: Record<string, unknown> }).shape?.[part];
  return Object.keys((unwrap(schema) as { shape?: object } | undefined)?.shape ?? {});
}

/** Takes off defaults and transformations. */
function unwrap(schema: unknown): unknown {
  let inner = schema as { def?: { innerType?: unknown; in?: unknown } } | undefined;
  for (;;) {
    const next = inner?.def?.innerType ?? inner?.def?.in;
    if (next === undefined) return inner;
    inner = next as typeof inner;
  }
}

function unknown(what: string, name: string, known: readonly string[]): string {
  return known.length === 0 ? `unknown ${what} '${name}'` : `unknown ${what} '${name}' (did you mean '${closest(name, known)}'?)`;
}

function modeIssues(definition: ExperimentDefinition): ExperimentIssue[] {
  const { budget, constraints, evaluation, llm, optimized_agents, optimizer, policy_constraints } = definition;
  const issues: ExperimentIssue[] = [];
  for (const [i, id] of optimized_agents.entries()) {
    if (optimized_agents.indexOf(id) < i) issues.push({ path: ['optimized_agents', i], message: `'${id}' is there twice` });
  }
  if (budget.usd !== undefined && !llm?.usd_per_million_tokens)
    issues.push({ path: ['budget', 'usd'], message: 'needs llm.usd_per_million_tokens: prices are not built in' });
  if (!policy_constraints) {
    const message =
      constraints === ''
        ? 'is needed: without it nothing may be proposed'
        : `is needed: the module '${constraints}' named by constraints belongs to another implementation and cannot be read`;
    issues.push({ path: ['policy_constraints'], message });
  }
  if (optimizer?.type === 'llm' && !llm)
    issues.push({ path: ['llm'], message: 'is needed for the optimizer llm: it names the model' });
  const temporal = evaluation.mode === 'deterministic-temporal';
  if (temporal && Object.keys(evaluation.acceptance).length > 0) {
    issues.push({
      path: ['evaluation', 'acceptance'],
      message: 'has no meaning in mode deterministic-temporal, which accepts every valid proposal',
    });
  }
  return issues;
}

function constraintIssues({ policy_constraints: constraints }: ExperimentDefinition): ExperimentIssue[] {
  if (!constraints) return [];
  const issues: ExperimentIssue[] = [];
  const names = new Set<string>();
  for (const [i, parameter] of constraints.allowed_parameters.entries()) {
    const path = ['policy_constraints', 'allowed_parameters', i] as const;
    if (names.has(parameter.name)) issues.push({ path: [...path, 'name'], message: `'${parameter.name}' is there twice` });
    names.add(parameter.name);
    const [min, max] = boundsOf(parameter);
    if (min > max) issues.push({ path: [...path], message: `the range of '${parameter.name}' is empty: ${min} … ${max}` });
  }
  for (const tree of Object.keys(constraints.allowed_actions)) {
    if ((TREES as readonly string[]).includes(treeKey(tree))) continue;
    const known = TREES.map((name) => name.replace(/_tree$/, ''));
    issues.push({ path: ['policy_constraints', 'allowed_actions', tree], message: unknown('tree', tree, known) });
  }
  return issues;
}

function optimizerIssues({
  optimizer,
  optimized_agents,
  policy_constraints: constraints,
}: ExperimentDefinition): ExperimentIssue[] {
  if (!constraints || !optimizer) return [];
  if (optimizer.type === 'scripted') {
    return Object.keys(optimizer.proposals)
      .filter((id) => !optimized_agents.includes(id))
      .map((id) => ({ path: ['optimizer', 'proposals', id], message: unknown('bank', id, optimized_agents) }));
  }
  if (!['grid', 'golden', 'cem', 'coordinate'].includes(optimizer.type)) return [];
  const numeric = constraints.allowed_parameters.filter(({ param_type }) => param_type !== 'enum');
  const { parameters } = optimizer as { parameters?: string[] };
  const chosen = parameters ?? numeric.map(({ name }) => name);
  if (chosen.length === 0)
    return [
      { path: ['policy_constraints', 'allowed_parameters'], message: `the optimizer ${optimizer.type} needs a number to choose` },
    ];
  const issues = chosen.flatMap((name, i): ExperimentIssue[] => {
    const spec = numeric.find((parameter) => parameter.name === name);
    const path = parameters ? ['optimizer', 'parameters', i] : ['policy_constraints', 'allowed_parameters'];
    if (!spec)
      return [
        {
          path,
          message: unknown(
            'parameter',
            name,
            numeric.map((parameter) => parameter.name),
          ),
        },
      ];
    if (boundsOf(spec).every(Number.isFinite)) return [];
    return [{ path, message: `'${name}' needs min_value and max_value to be searched by ${optimizer.type}` }];
  });
  if (issues.length === 0 && optimizer.type === 'grid') {
    const points = chosen.map((name) => {
      const [min, max] = boundsOf(numeric.find((parameter) => parameter.name === name)!);
      return optimizer.points ?? Math.floor((max - min) / optimizer.step) + 1;
    });
    const size = points.reduce((a, b) => a * b, 1);
    if (size > MAX_GRID)
      issues.push({
        path: ['optimizer'],
        message: `a grid of ${size} points is too large (at most ${MAX_GRID}); take a larger step or optimizer cem`,
      });
  }
  return issues;
}

function settingWarnings(
  { evaluation, llm, optimizer }: ExperimentDefinition,
  document: Record<string, unknown>,
): ExperimentIssue[] {
  const warnings: ExperimentIssue[] = [];
  const convergence = document.convergence as Record<string, unknown> | undefined;
  if (convergence && Object.hasOwn(convergence, 'improvement_threshold'))
    warnings.push({ path: ['convergence', 'improvement_threshold'], message: 'has no effect' });
  if (llm && optimizer && optimizer.type !== 'llm')
    warnings.push({ path: ['llm'], message: `is not used: the optimizer is ${optimizer.type}` });
  if (evaluation.mode === 'bootstrap' && evaluation.num_samples === 1)
    warnings.push({ path: ['evaluation', 'num_samples'], message: 'with one sample this is deterministic-pairwise' });
  return warnings;
}
