import { byCodePoint } from '@simcash/protocol';
import type { ActionNode, Computation, Expression, PolicyDocument, PolicyNode, TreeName, Value } from './document.js';
import { TREE_NAMES } from './document.js';
import { join } from './json-text.js';
import { operandNames } from './parse.js';

/** A node with its place. */
export interface PlacedNode {
  tree: TreeName;
  node: PolicyNode;
  path: string;
  /** Condition nodes above it. */
  depth: number;
}

/** All nodes of a document, tree by tree, each before its branches (the order in which validation reports). */
export function* nodesOf(document: PolicyDocument): Generator<PlacedNode> {
  for (const tree of TREE_NAMES) {
    const root = document[tree];
    if (root) yield* nodesBelow(tree, root, tree, 0);
  }
}

function* nodesBelow(tree: TreeName, node: PolicyNode, path: string, depth: number): Generator<PlacedNode> {
  yield { tree, node, path, depth };
  if (node.type === 'action') return;
  yield* nodesBelow(tree, node.on_true, join(path, 'on_true'), depth + 1);
  yield* nodesBelow(tree, node.on_false, join(path, 'on_false'), depth + 1);
}

/** A value with its place. */
export interface PlacedValue {
  value: Value;
  path: string;
  /** Whether something is divided by it. */
  isDivisor: boolean;
}

/** All values of a node in order of evaluation, operands after the computation they belong to. */
export function* valuesOf(node: PolicyNode, path: string): Generator<PlacedValue> {
  if (node.type === 'condition') yield* valuesOfExpression(node.condition, join(path, 'condition'));
  else yield* valuesOfAction(node, path);
}

/** Values of an action's parameters, parameters in ascending order of their names so that key order in the file is of no effect. */
function* valuesOfAction(node: ActionNode, path: string): Generator<PlacedValue> {
  for (const name of Object.keys(node.parameters ?? {}).sort(byCodePoint)) {
    const value = node.parameters![name]!;
    // A literal wins over everything else beside it in an action parameter (spec 06 §2.3).
    if (Object.hasOwn(value, 'value')) continue;
    yield* withOperands(value, join(join(path, 'parameters'), name));
  }
}

function* valuesOfExpression(expression: Expression, path: string): Generator<PlacedValue> {
  if (expression.op === 'not') yield* valuesOfExpression(expression.condition, join(path, 'condition'));
  else if (expression.op === 'and' || expression.op === 'or') {
    for (const [i, condition] of expression.conditions.entries())
      yield* valuesOfExpression(condition, `${path}.conditions[${i}]`);
  } else {
    yield* withOperands(expression.left, join(path, 'left'));
    yield* withOperands(expression.right, join(path, 'right'));
  }
}

function* withOperands(value: Value, path: string, isDivisor = false): Generator<PlacedValue> {
  yield { value, path, isDivisor };
  if (kindOf(value) !== 'compute') return;
  const { compute } = value as { compute: Computation };
  for (const [name, operand] of operandsOf(compute))
    yield* withOperands(operand, `${join(path, 'compute')}${name}`, compute.op === '/' && name === '.right');
}

/** Operands of a computation in order of evaluation, each with the rest of its path. */
export function operandsOf(computation: Computation): [path: string, operand: Value][] {
  const names = operandNames(computation.op);
  const operands = computation as unknown as Record<string, Value> & { values?: Value[] };
  if (names) return names.map((name) => [`.${name}`, operands[name]!]);
  return operands.values!.map((operand, i) => [`.values[${i}]`, operand]);
}

/** Which form of a value counts when several are given (spec 06 §2.3). */
export function kindOf(value: Value): 'field' | 'param' | 'value' | 'compute' {
  const given = value as unknown as Record<string, unknown>;
  if (typeof given.field === 'string') return 'field';
  if (typeof given.param === 'string') return 'param';
  return Object.hasOwn(given, 'value') ? 'value' : 'compute';
}
