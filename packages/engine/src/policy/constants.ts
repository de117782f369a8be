import type { PolicyContext } from './context.js';
import { Compiler } from './compile.js';
import { TREE_KIND, type Expression, type PolicyDocument, type TreeName, type Value } from './document.js';
import { EvaluationError } from './evaluation-error.js';
import type { PolicyIssue } from './issues.js';
import { join } from './json-text.js';
import { kindOf, operandsOf, type PlacedNode } from './walk.js';

/** Conditions that always give the same answer, and the branches that are never reached for that reason. */
export function constantConditions(document: PolicyDocument, nodes: readonly PlacedNode[]): PolicyIssue[] {
  const issues: PolicyIssue[] = [];
  for (const { tree, node, path } of nodes) {
    if (node.type === 'action') continue;
    const outcome = constantOutcome(document, tree, node.condition);
    if (outcome === null) continue;
    const dead = outcome ? 'on_false' : 'on_true';
    issues.push({
      code: 'ConstantCondition',
      path: join(path, 'condition'),
      message: `Condition of node ${node.node_id} is always ${outcome}`,
    });
    issues.push({
      code: 'UnreachableBranch',
      path: join(path, dead),
      message: `Branch ${dead} of node ${node.node_id} is never reached`,
    });
  }
  return issues;
}

function constantOutcome(document: PolicyDocument, tree: TreeName, expression: Expression): boolean | null {
  if (!isConstant(expression)) return null;
  try {
    // A constant condition reads nothing, so it needs no context.
    return new Compiler(document, TREE_KIND[tree]).test(expression)(undefined as unknown as PolicyContext);
  } catch (error) {
    if (error instanceof EvaluationError) return null;
    throw error;
  }
}

function isConstant(expression: Expression): boolean {
  if (expression.op === 'not') return isConstant(expression.condition);
  if (expression.op === 'and' || expression.op === 'or') return expression.conditions.every(isConstant);
  return isConstantValue(expression.left) && isConstantValue(expression.right);
}

function isConstantValue(value: Value): boolean {
  switch (kindOf(value)) {
    case 'field':
      return false;
    case 'compute':
      return operandsOf((value as { compute: never }).compute).every(([, operand]) => isConstantValue(operand));
    default:
      return true;
  }
}
