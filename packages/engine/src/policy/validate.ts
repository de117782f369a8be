import { nearest } from '@simcash/protocol';
import { ACTIONS } from './actions.js';
import { MAX_TREE_DEPTH, REGISTER_PREFIX, TREE_KIND, type ActionNode, type PolicyDocument, type TreeName } from './document.js';
import { FIELDS, isFieldKnown, isRegister } from './fields.js';
import { constantConditions } from './constants.js';
import type { PolicyIssue } from './issues.js';
import { join } from './json-text.js';
import { kindOf, nodesOf, valuesOf, type PlacedNode } from './walk.js';

/** Errors and warnings of a policy document. */
export interface PolicyValidation {
  /** What is wrong. */
  errors: PolicyIssue[];
  /** What is not wrong, but probably not meant. */
  warnings: PolicyIssue[];
}

/** Parameters that are read outside the trees. */
const PARAMETERS_WITH_OTHER_USE = ['initial_liquidity_fraction', 'initial_collateral_fraction'];

/**
 * Checks a document that has the right structure, all trees and all rules, without stopping at the first error (spec 06 §8.1).
 * The order of errors does not depend on the order of keys in the file.
 */
export function validatePolicy(document: PolicyDocument): PolicyValidation {
  const nodes = [...nodesOf(document)];
  return {
    errors: [
      ...duplicateNodeIds(nodes),
      ...excessiveDepth(nodes),
      ...unknownFields(nodes),
      ...unknownParameters(document, nodes),
      ...divisionsByZero(nodes),
      ...misplacedActions(nodes),
    ],
    warnings: [
      ...missingPaymentTree(document),
      ...actionParameterWarnings(nodes),
      ...unusedParameters(document, nodes),
      ...fieldsThatAreZero(nodes),
      ...constantConditions(document, nodes),
    ],
  };
}

function duplicateNodeIds(nodes: readonly PlacedNode[]): PolicyIssue[] {
  const seen = new Set<string>();
  const issues: PolicyIssue[] = [];
  for (const { node, path } of nodes) {
    if (seen.has(node.node_id)) {
      issues.push({ code: 'DuplicateNodeId', path: join(path, 'node_id'), message: `Duplicate node ID: ${node.node_id}` });
    }
    seen.add(node.node_id);
  }
  return issues;
}

function excessiveDepth(nodes: readonly PlacedNode[]): PolicyIssue[] {
  const deepest = nodes.reduce<PlacedNode | null>((best, node) => (best === null || node.depth > best.depth ? node : best), null);
  if (deepest === null || deepest.depth <= MAX_TREE_DEPTH) return [];
  return [
    { code: 'ExcessiveDepth', path: deepest.tree, message: `Tree depth ${deepest.depth} exceeds maximum ${MAX_TREE_DEPTH}` },
  ];
}

function unknownFields(nodes: readonly PlacedNode[]): PolicyIssue[] {
  const seen = new Set<string>();
  const issues: PolicyIssue[] = [];
  for (const { tree, name, path } of references(nodes, 'field')) {
    const first = !seen.has(`${tree} ${name}`);
    seen.add(`${tree} ${name}`);
    if (!first || isFieldKnown(name, TREE_KIND[tree])) continue;
    const known = [...FIELDS.keys()].filter((field) => isFieldKnown(field, TREE_KIND[tree]));
    const suggestion = nearest(name, known);
    issues.push({
      code: 'InvalidFieldReference',
      path,
      message: `Invalid field reference: '${name}'`,
      ...(suggestion ? { suggestion } : {}),
    });
  }
  return issues;
}

function unknownParameters(document: PolicyDocument, nodes: readonly PlacedNode[]): PolicyIssue[] {
  const parameters = document.parameters ?? {};
  const seen = new Set<string>();
  const issues: PolicyIssue[] = [];
  for (const { name, path } of references(nodes, 'param')) {
    if (seen.has(name)) continue;
    seen.add(name);
    if (Object.hasOwn(parameters, name)) continue;
    const suggestion = nearest(name, Object.keys(parameters));
    issues.push({
      code: 'InvalidParameterReference',
      path,
      message: `Parameter '${name}' not found in tree parameters`,
      ...(suggestion ? { suggestion } : {}),
    });
  }
  return issues;
}

function divisionsByZero(nodes: readonly PlacedNode[]): PolicyIssue[] {
  const issues: PolicyIssue[] = [];
  for (const { node, path: nodePath } of nodes) {
    for (const { isDivisor, path, value } of valuesOf(node, nodePath)) {
      if (!isDivisor || kindOf(value) !== 'value') continue;
      const { value: divisor } = value as { value: unknown };
      if (typeof divisor !== 'number' || Math.abs(divisor) >= 2.22e-16) continue;
      issues.push({ code: 'DivisionByZeroRisk', path, message: `Potential division by zero at node ${node.node_id}` });
    }
  }
  return issues;
}

function misplacedActions(nodes: readonly PlacedNode[]): PolicyIssue[] {
  return actionNodes(nodes)
    .filter(({ node, tree }) => ACTIONS[node.action].tree !== TREE_KIND[tree])
    .map(({ node, tree, path }) => ({
      code: 'InvalidActionForTree',
      path: join(path, 'action'),
      message: `Action '${node.action}' is not allowed in ${tree} (node ${node.node_id})`,
    }));
}

function missingPaymentTree(document: PolicyDocument): PolicyIssue[] {
  if (document.payment_tree) return [];
  return [
    { code: 'NoPaymentTree', path: '', message: 'The policy has no payment_tree: a bank with queued payments cannot use it' },
  ];
}

function actionParameterWarnings(nodes: readonly PlacedNode[]): PolicyIssue[] {
  const issues: PolicyIssue[] = [];
  for (const { node, path } of actionNodes(nodes)) {
    const given = node.parameters ?? {};
    const known = ACTIONS[node.action].parameters;
    const at = join(path, 'parameters');
    for (const name of Object.keys(given)) {
      if (known.some((parameter) => parameter.name === name)) continue;
      const names = known.map((parameter) => parameter.name);
      const suggestion = nearest(name, names);
      const message = `Action '${node.action}' never reads the parameter '${name}' (node ${node.node_id})`;
      issues.push({ code: 'UnknownActionParameter', path: join(at, name), message, ...(suggestion ? { suggestion } : {}) });
    }
    for (const { name, required } of known) {
      if (!required || Object.hasOwn(given, name)) continue;
      const message = `Action '${node.action}' needs the parameter '${name}' (node ${node.node_id}); reaching it fails the tick`;
      issues.push({ code: 'MissingActionParameter', path: at, message });
    }
    const key = given.key as { value?: unknown } | undefined;
    if ((node.action === 'SetState' || node.action === 'AddState') && typeof key?.value === 'string' && !isRegister(key.value)) {
      const message = `Register key '${key.value}' must start with '${REGISTER_PREFIX}' (node ${node.node_id}); nothing is written`;
      issues.push({ code: 'RegisterWithoutPrefix', path: join(at, 'key'), message });
    }
  }
  return issues;
}

function unusedParameters(document: PolicyDocument, nodes: readonly PlacedNode[]): PolicyIssue[] {
  const used = new Set(PARAMETERS_WITH_OTHER_USE);
  for (const { name } of references(nodes, 'param')) used.add(name);
  return Object.keys(document.parameters ?? {})
    .filter((name) => !used.has(name))
    .map((name) => ({ code: 'UnusedParameter', path: join('parameters', name), message: `Parameter '${name}' is never used` }));
}

function fieldsThatAreZero(nodes: readonly PlacedNode[]): PolicyIssue[] {
  const seen = new Set<string>();
  const issues: PolicyIssue[] = [];
  for (const { name, path } of references(nodes, 'field')) {
    if (!FIELDS.get(name)?.alwaysZero || seen.has(name)) continue;
    seen.add(name);
    issues.push({ code: 'FieldAlwaysZero', path, message: `Field '${name}' is always 0` });
  }
  return issues;
}

function* references(
  nodes: readonly PlacedNode[],
  kind: 'field' | 'param',
): Generator<{ tree: TreeName; name: string; path: string }> {
  for (const { tree, node, path } of nodes) {
    for (const { value, path: at } of valuesOf(node, path)) {
      if (kindOf(value) === kind) yield { tree, name: (value as Record<string, unknown>)[kind] as string, path: at };
    }
  }
}

function actionNodes(nodes: readonly PlacedNode[]): (PlacedNode & { node: ActionNode })[] {
  return nodes.filter((placed): placed is PlacedNode & { node: ActionNode } => placed.node.type === 'action');
}
