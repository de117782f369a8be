import { isDeepStrictEqual } from 'node:util';
import type { Policy } from '@simcash/protocol';
import type { PolicyProblem } from '../host.js';
import { FRACTION, parametersOf, TREES } from './policy.js';

/** A number that an optimizer may choose. */
export interface ParameterSpec {
  /** What it is called. */
  name: string;
  /** The type of its values. */
  param_type: 'int' | 'float' | 'enum';
  /** The least value; null for any. */
  min_value: number | null;
  /** The greatest value; null for any. */
  max_value: number | null;
  /** Values of an enumeration. */
  allowed_values: readonly (number | string)[];
  /** What it is, in words. */
  description: string;
}

/** What proposals may contain (spec 11 §10). */
export interface PolicyConstraints {
  /** Parameters that a policy may have. */
  allowed_parameters: readonly ParameterSpec[];
  /** Context fields; any if empty. */
  allowed_fields: readonly string[];
  /** Actions by tree; a tree that is not named must stay as it is. */
  allowed_actions: Readonly<Record<string, readonly string[]>>;
  /** Whether proposers are told about liquidity saving. */
  lsm_enabled: boolean;
}

/** Names of trees in constraints, which leave out `_tree`, and in policy documents. */
export const treeKey = (name: string): string => (name.endsWith('_tree') ? name : `${name}_tree`);

/** Everything that a proposal does that it may not do; empty if it is allowed (spec 11 §10, required replacement). */
export function constraintProblems(proposal: Policy, current: Policy, constraints: PolicyConstraints): PolicyProblem[] {
  return [
    ...parameterProblems(proposal, current, constraints),
    ...fieldProblems(proposal, current, constraints),
    ...treeProblems(proposal, current, constraints),
  ];
}

function parameterProblems(proposal: Policy, current: Policy, { allowed_parameters }: PolicyConstraints): PolicyProblem[] {
  return Object.entries(parametersOf(proposal)).flatMap(([name, value]) => {
    const path = `parameters.${name}`;
    const spec = allowed_parameters.find((parameter) => parameter.name === name);
    if (!spec) {
      // What was there before any optimisation may stay as it is.
      if (Object.is(parametersOf(current)[name], value)) return [];
      const names = allowed_parameters.map((parameter) => parameter.name).join(', ') || 'none';
      return [{ path, message: `parameter '${name}' is not allowed; allowed are: ${names}` }];
    }
    const message = valueProblem(value, spec);
    return message === null ? [] : [{ path, message }];
  });
}

/** Why a value does not fit a parameter; null if it does. */
function valueProblem(value: unknown, spec: ParameterSpec): string | null {
  const { allowed_values, max_value: max, min_value: min, name, param_type } = spec;
  if (param_type === 'enum') {
    const allowed = allowed_values.length === 0 || allowed_values.includes(value as never);
    return allowed ? null : `${name} must be one of ${allowed_values.join(', ')}, got ${String(value)}`;
  }
  if (typeof value !== 'number' || !Number.isFinite(value)) return `${name} must be a number, got ${JSON.stringify(value)}`;
  if (param_type === 'int' && !Number.isInteger(value)) return `${name} must be a whole number, got ${value}`;
  const [least, most] = boundsOf({ name, min_value: min, max_value: max });
  if (value < least || value > most) return `${name} must lie between ${least} and ${most}, got ${value}`;
  return null;
}

/** The range of a parameter; the share of the pool never leaves 0 … 1. */
export function boundsOf({
  max_value,
  min_value,
  name,
}: Pick<ParameterSpec, 'max_value' | 'min_value' | 'name'>): [min: number, max: number] {
  const share = name === FRACTION;
  return [Math.max(min_value ?? -Infinity, share ? 0 : -Infinity), Math.min(max_value ?? Infinity, share ? 1 : Infinity)];
}

function fieldProblems(proposal: Policy, current: Policy, { allowed_fields }: PolicyConstraints): PolicyProblem[] {
  if (allowed_fields.length === 0) return [];
  const problems: PolicyProblem[] = [];
  for (const tree of TREES) {
    if (isDeepStrictEqual(proposal[tree], current[tree])) continue;
    visit(proposal[tree], tree, (node, path) => {
      const { field } = node;
      if (typeof field !== 'string' || allowed_fields.includes(field)) return;
      problems.push({
        path: `${path}.field`,
        message: `field '${field}' is not allowed; allowed are: ${allowed_fields.join(', ')}`,
      });
    });
  }
  return problems;
}

function treeProblems(proposal: Policy, current: Policy, { allowed_actions }: PolicyConstraints): PolicyProblem[] {
  const allowedByTree = new Map(Object.entries(allowed_actions).map(([name, actions]) => [treeKey(name), actions]));
  return TREES.flatMap((tree): PolicyProblem[] => {
    const root = proposal[tree] ?? null;
    const before = current[tree] ?? null;
    if (root === null || isDeepStrictEqual(root, before)) {
      // A payment tree is what a full simulation needs; the other trees may be dropped if they may be changed at all.
      if (root !== null || before === null) return [];
      if (tree === 'payment_tree') return [{ path: tree, message: 'a policy needs a payment_tree' }];
      return allowedByTree.has(tree) ? [] : [{ path: tree, message: `${tree} may not be removed` }];
    }
    const allowed = allowedByTree.get(tree);
    if (!allowed) return [{ path: tree, message: `${tree} may not be changed: allowed_actions says nothing about it` }];
    const problems: PolicyProblem[] = [];
    visit(root, tree, (node, path) => {
      if (node.type !== 'action' || allowed.includes(node.action as string)) return;
      const message = `action '${String(node.action)}' is not allowed in ${tree}; allowed are: ${allowed.join(', ')}`;
      problems.push({ path: `${path}.action`, message });
    });
    return problems;
  });
}

/** Calls for every mapping inside a value, with its path. The language has made sure that nesting is bounded. */
function visit(value: unknown, path: string, see: (node: Record<string, unknown>, path: string) => void): void {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) see(value as Record<string, unknown>, path);
  for (const [key, member] of Object.entries(value)) visit(member, `${path}.${key}`, see);
}
