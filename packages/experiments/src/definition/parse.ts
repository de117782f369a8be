import type { z } from 'zod';
import { boundsOf, treeKey } from '../policies/constraints.js';
import { TREES } from '../policies/policy.js';
import type { ExperimentDocument } from './document.js';
import { ExperimentError, type ExperimentIssue } from './issues.js';
import { experimentSchema, type ExperimentFile } from './schema.js';
import { unknown } from './unknown.js';

/** Keys that published files contain and that never had an effect. */
const IGNORED_LLM_KEYS = ['reasoning_summary', 'thinking_config'];

/** Largest number of points that a grid may have. */
const MAX_GRID = 100_000;

/** An experiment file that has been checked, and what is doubtful about it. */
export interface ParsedExperiment {
  definition: ExperimentFile;
  warnings: readonly ExperimentIssue[];
}

/**
 * Checks an experiment completely (spec 11 §2.2). What comes out of a file is not known to be one: for this there is
 * {@link readExperiment}.
 *
 * @throws ExperimentError with every problem found
 */
export function parseExperiment(document: ExperimentDocument): ParsedExperiment {
  return readExperiment(document);
}

/**
 * The same for data of which nothing is known yet: out of a file, a database, a message.
 *
 * @throws ExperimentError with every problem found
 */
export function readExperiment(data: unknown): ParsedExperiment {
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

function modeIssues(definition: ExperimentFile): ExperimentIssue[] {
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
  const { test } = evaluation.days;
  const looks = definition.convergence.certificate === false ? undefined : definition.convergence.certificate.days;
  if (looks?.some((n, i) => i > 0 && n <= looks[i - 1]!) || (looks && looks[0] !== test))
    issues.push({
      path: ['convergence', 'certificate', 'days'],
      message: `must rise strictly, beginning with the ${test} days of evaluation.days.test`,
    });
  if (optimizer && 'screen_days' in optimizer && optimizer.screen_days > evaluation.days.search)
    issues.push({
      path: ['optimizer', 'screen_days'],
      message: `must be at most the ${evaluation.days.search} days of evaluation.days.search`,
    });
  const temporal = evaluation.mode === 'deterministic-temporal';
  if (temporal && Object.keys(evaluation.acceptance).length > 0) {
    issues.push({
      path: ['evaluation', 'acceptance'],
      message: 'has no meaning in mode deterministic-temporal, which accepts every valid proposal',
    });
  }
  return issues;
}

function constraintIssues({ policy_constraints: constraints }: ExperimentFile): ExperimentIssue[] {
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

function optimizerIssues({ optimizer, optimized_agents, policy_constraints: constraints }: ExperimentFile): ExperimentIssue[] {
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

function settingWarnings({ evaluation, llm, optimizer }: ExperimentFile, document: Record<string, unknown>): ExperimentIssue[] {
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
