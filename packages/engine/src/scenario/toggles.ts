import { ACTIONS } from '../policy/actions.js';
import type { Computation, Expression, PolicyDocument, Value } from '../policy/document.js';
import { PolicyDocumentError } from '../policy/issues.js';
import { parsePolicy } from '../policy/parse.js';
import { validatePolicy } from '../policy/validate.js';
import { kindOf, nodesOf } from '../policy/walk.js';
import type { EngineConfig } from './config.js';
import type { ResolvedDocument } from './document-schema.js';
import type { ScenarioIssue } from './issues.js';

/** Which elements of the policy language a scenario allows. */
export type FeatureToggles = NonNullable<ResolvedDocument['policy_feature_toggles']>;

/** Categories of operators (spec 07 §7.3). */
const OPERATOR_CATEGORIES: Record<string, string> = {
  ...Object.fromEntries(['==', '!=', '<', '<=', '>', '>='].map((op) => [op, 'ComparisonOperator'])),
  ...Object.fromEntries(['and', 'or', 'not'].map((op) => [op, 'LogicalOperator'])),
  ...Object.fromEntries(['+', '-', '*', '/'].map((op) => [op, 'BinaryArithmetic'])),
  ...Object.fromEntries(['max', 'min'].map((op) => [op, 'NaryArithmetic'])),
  ...Object.fromEntries(['ceil', 'floor', 'round', 'abs'].map((op) => [op, 'UnaryMath'])),
  ...Object.fromEntries(['clamp', 'div0'].map((op) => [op, 'TernaryMath'])),
};

/** The fields that toggles know; the others are never forbidden (Quirk Q721). */
const FIELD_CATEGORIES: Record<string, readonly string[]> = {
  TransactionField: ['remaining_amount', 'amount', 'priority', 'arrival_tick', 'deadline_tick', 'is_overdue'],
  AgentField: ['balance', 'effective_liquidity', 'credit_limit', 'unsecured_cap'],
  QueueField: ['queue1_liquidity_gap', 'queue2_size'],
  TimeField: ['current_tick', 'ticks_to_deadline', 'is_eod_rush', 'is_past_deadline'],
  CollateralField: ['posted_collateral', 'collateral_haircut', 'remaining_collateral_capacity'],
  CostField: [
    'cost_delay_this_tx_one_tick',
    'cost_overdraft_this_amount_one_tick',
    'cost_deadline_penalty',
    'cost_eod_penalty',
    'cost_split_friction',
  ],
  DerivedField: ['liquidity_pressure'],
};

const CATEGORY_OF_FIELD = new Map(
  Object.entries(FIELD_CATEGORIES).flatMap(([category, fields]) => fields.map((field) => [field, category])),
);

/** Checks user-supplied policies against the scenario's toggles (spec 07 §7.2); they never change results, only whether a run starts. */
export function checkToggles(document: ResolvedDocument, config: EngineConfig): ScenarioIssue[] {
  const { policy_feature_toggles: toggles } = document;
  if (!toggles) return [];
  return document.agents.flatMap((agent, i) => {
    const { policy } = config.agent_configs[i]!;
    if (agent.policy.type === 'InlineJson' || policy.type !== 'FromJson') return [];
    const path = ['agents', i, 'policy'];
    return togglesProblems(policy.json, toggles).map((message) => ({ path, message: `Agent ${agent.id}: ${message}` }));
  });
}

function togglesProblems(json: string, toggles: FeatureToggles): string[] {
  try {
    const policy = parsePolicy(json);
    const { errors } = validatePolicy(policy);
    if (errors.length > 0) return errors.map((error) => error.message);
    const problem = forbiddenCategories(policy, toggles);
    return problem === null ? [] : [problem.message];
  } catch (error) {
    if (error instanceof PolicyDocumentError) return error.issues.map((issue) => issue.message);
    throw error;
  }
}

/** The categories that a policy uses although the toggles forbid them; null if there are none. */
export function forbiddenCategories(
  policy: PolicyDocument,
  toggles: FeatureToggles,
): { categories: string[]; message: string } | null {
  const { include, exclude } = toggles;
  const allowed = (category: string): boolean =>
    include ? (include as string[]).includes(category) : !((exclude ?? []) as string[]).includes(category);
  const categories = [...usedCategories(policy)].filter((category) => !allowed(category)).sort();
  if (categories.length === 0) return null;
  const list = include
    ? `Allowed categories: ${[...include].sort().join(', ')}.`
    : `Excluded categories: ${[...(exclude ?? [])].sort().join(', ')}.`;
  return { categories, message: `Policy uses forbidden categories: ${categories.join(', ')}. ${list}` };
}

function usedCategories(policy: PolicyDocument): Set<string> {
  const used = new Set<string>();
  for (const { node } of nodesOf(policy)) {
    if (node.type === 'condition') addExpression(node.condition, used);
    else {
      if (node.action !== 'NoAction') used.add(ACTIONS[node.action].category);
      for (const [name, value] of Object.entries(node.parameters ?? {})) if (name !== 'value') addValue(value, used);
    }
  }
  return used;
}

/** The body of `not` and some operands are passed over, as in the published behaviour (Quirk Q29). */
function addExpression(expression: Expression, used: Set<string>): void {
  used.add(OPERATOR_CATEGORIES[expression.op]!);
  if (expression.op === 'and' || expression.op === 'or')
    for (const condition of expression.conditions) addExpression(condition, used);
  else if (expression.op !== 'not') {
    addValue(expression.left, used);
    addValue(expression.right, used);
  }
}

function addValue(value: Value, used: Set<string>): void {
  const kind = kindOf(value);
  if (kind === 'field') {
    const category = CATEGORY_OF_FIELD.get((value as { field: string }).field);
    if (category !== undefined) used.add(category);
  }
  if (kind !== 'compute') return;
  const computation = (value as { compute: Computation }).compute;
  used.add(OPERATOR_CATEGORIES[computation.op]!);
  if ('left' in computation) [computation.left, computation.right].forEach((operand) => addValue(operand, used));
  if ('values' in computation) computation.values.forEach((operand) => addValue(operand, used));
}
