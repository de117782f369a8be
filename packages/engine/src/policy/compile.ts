import { RTGS_PRIORITIES } from '@simcash/protocol';
import { truncate } from '../numeric/integers.js';
import { COLLATERAL_REASONS } from './actions.js';
import type { PolicyContext } from './context.js';
import type { ActionNode, Computation, Expression, PolicyDocument, PolicyNode, TreeKind, Value } from './document.js';
import { TREE_KIND, type TreeName } from './document.js';
import { EvaluationError } from './evaluation-error.js';
import { fieldReader } from './fields.js';
import type { Read } from './fields/definition.js';
import { binary, clamp, compare, isZeroDenominator, nary, unary } from './operators.js';
import { DEFAULT_HOLD_REASON } from './hold-reasons.js';
import { kindOf } from './walk.js';

/** A tree ready to run: conditions are closures over the context, leaves are prepared decisions. */
export type CompiledNode<Leaf> = CompiledCondition<Leaf> | { id: string; test: null; leaf: Leaf };

interface CompiledCondition<Leaf> {
  id: string;
  test: (context: PolicyContext) => boolean;
  onTrue: CompiledNode<Leaf>;
  onFalse: CompiledNode<Leaf>;
}

/** A policy document compiled once for all its evaluations; nothing of it is interpreted any more. */
export interface CompiledPolicy {
  document: PolicyDocument;
  paymentTree: CompiledNode<PaymentLeaf> | null;
  bankTree: CompiledNode<BankLeaf> | null;
  strategicCollateralTree: CompiledNode<CollateralLeaf> | null;
  endOfTickCollateralTree: CompiledNode<CollateralLeaf> | null;
  /** Whether the payment tree can do anything to payments in the central queue. */
  actsOnQueue2: boolean;
}

/** What a payment tree can decide; numbers are read when the decision is made. */
export type PaymentLeaf =
  | { action: 'release'; priorityFlag: number | null; timedFor: Read | null }
  | { action: 'split'; parts: Read }
  | { action: 'stagger'; parts: Read; firstNow: Read; gap: Read; boost: Read }
  | { action: 'hold'; reason: string }
  | { action: 'drop' }
  | { action: 'reprioritize'; priority: Read }
  | { action: 'withdraw' }
  | { action: 'resubmit'; priority: number }
  | { action: 'fail'; error: EvaluationError };

export type BankLeaf =
  | { action: 'none' }
  | { action: 'budget'; max: Read; focus: readonly string[] | null; maxPerCounterparty: Read | null }
  | { action: 'set' | 'add'; key: string; value: Read; reason: string }
  | { action: 'fail'; error: EvaluationError };

export type CollateralLeaf =
  | { action: 'hold' }
  | { action: 'post'; amount: Read; reason: string; autoWithdrawAfter: Read | null }
  | { action: 'withdraw'; amount: Read; reason: string }
  | { action: 'fail'; error: EvaluationError };

/** Compiles a validated document. */
export function compilePolicy(document: PolicyDocument): CompiledPolicy {
  const tree = <Leaf>(name: TreeName, leaf: (node: ActionNode, compiler: Compiler) => Leaf): CompiledNode<Leaf> | null => {
    const root = document[name];
    return root ? new Compiler(document, TREE_KIND[name]).node(root, leaf) : null;
  };
  const paymentTree = tree('payment_tree', paymentLeaf);
  return {
    document,
    paymentTree,
    bankTree: tree('bank_tree', bankLeaf),
    strategicCollateralTree: tree('strategic_collateral_tree', collateralLeaf),
    endOfTickCollateralTree: tree('end_of_tick_collateral_tree', collateralLeaf),
    actsOnQueue2:
      paymentTree !== null && leaves(paymentTree).some(({ action }) => action === 'withdraw' || action === 'resubmit'),
  };
}

/** Follows the conditions from the root to a decision. */
export function decide<Leaf>(root: CompiledNode<Leaf>, context: PolicyContext): Leaf {
  let node = root;
  while (node.test !== null) node = node.test(context) ? node.onTrue : node.onFalse;
  return node.leaf;
}

/** The same, and the ids of the nodes on the way: `N1(true) → N4(false) → A2`. */
export function decideWithPath<Leaf>(root: CompiledNode<Leaf>, context: PolicyContext): { leaf: Leaf; path: string } {
  let path = '';
  let node = root;
  while (node.test !== null) {
    const outcome = node.test(context);
    path += `${node.id}(${outcome}) → `;
    node = outcome ? node.onTrue : node.onFalse;
  }
  return { leaf: node.leaf, path: path + node.id };
}

/** Compiles the parts of one tree. */
export class Compiler {
  constructor(
    private readonly document: Pick<PolicyDocument, 'parameters'>,
    private readonly kind: TreeKind,
  ) {}

  node<Leaf>(node: PolicyNode, leaf: (node: ActionNode, compiler: Compiler) => Leaf): CompiledNode<Leaf> {
    if (node.type === 'action') return { id: node.node_id, test: null, leaf: leaf(node, this) };
    return {
      id: node.node_id,
      test: this.test(node.condition),
      onTrue: this.node(node.on_true, leaf),
      onFalse: this.node(node.on_false, leaf),
    };
  }

  test(expression: Expression): (context: PolicyContext) => boolean {
    switch (expression.op) {
      case 'not': {
        const inner = this.test(expression.condition);
        return (c) => !inner(c);
      }
      case 'and': {
        const tests = expression.conditions.map((condition) => this.test(condition));
        return (c) => tests.every((test) => test(c));
      }
      case 'or': {
        const tests = expression.conditions.map((condition) => this.test(condition));
        return (c) => tests.some((test) => test(c));
      }
      default: {
        const holds = compare[expression.op];
        const left = this.operand(expression.left);
        const right = this.operand(expression.right);
        return (c) => holds(left(c), right(c));
      }
    }
  }

  /** A value in a condition or computation, where a literal may also be a truth value. */
  operand(value: Value): Read {
    const literal = (value as { value?: unknown }).value;
    if (kindOf(value) === 'value') {
      if (typeof literal === 'number') return constant(literal);
      if (typeof literal === 'boolean') return constant(literal ? 1 : 0);
      return failing(new EvaluationError('InvalidLiteralType'));
    }
    return this.#reference(value);
  }

  /** A number among an action's parameters; `undefined` when it is not given. */
  number(node: ActionNode, name: string): Read | undefined {
    const value = given(node, name);
    if (value === undefined) return undefined;
    if (!Object.hasOwn(value, 'value')) return this.#reference(value);
    const literal = (value as { value: unknown }).value;
    return typeof literal === 'number' ? constant(literal) : failing(new EvaluationError('InvalidActionParameter', name));
  }

  /** A number that the action cannot do without. */
  requiredNumber(node: ActionNode, name: string): Read {
    return this.number(node, name) ?? failing(new EvaluationError('MissingActionParameter', name));
  }

  #reference(value: Value): Read {
    switch (kindOf(value)) {
      case 'field': {
        const name = (value as { field: string }).field;
        return fieldReader(name, this.kind) ?? failing(new EvaluationError('FieldNotFound', name));
      }
      case 'param': {
        const name = (value as { param: string }).param;
        const parameters = this.document.parameters ?? {};
        return Object.hasOwn(parameters, name)
          ? constant(parameters[name]!)
          : failing(new EvaluationError('ParameterNotFound', name));
      }
      default:
        return this.#computation((value as { compute: Computation }).compute);
    }
  }

  #computation(computation: Computation): Read {
    switch (computation.op) {
      case '+':
      case '-':
      case '*':
      case '/': {
        const operation = binary[computation.op];
        const left = this.operand(computation.left);
        const right = this.operand(computation.right);
        return (c) => operation(left(c), right(c));
      }
      case 'max':
      case 'min': {
        const { start, better } = nary[computation.op];
        const values = computation.values.map((value) => this.operand(value));
        if (values.length === 0) return failing(new EvaluationError('EmptyValueList'));
        return (c) => {
          let best = start;
          for (const value of values) {
            const candidate = value(c);
            if (better(candidate, best)) best = candidate;
          }
          return best;
        };
      }
      case 'clamp': {
        const value = this.operand(computation.value);
        const min = this.operand(computation.min);
        const max = this.operand(computation.max);
        return (c) => clamp(value(c), min(c), max(c));
      }
      case 'div0': {
        const numerator = this.operand(computation.numerator);
        const denominator = this.operand(computation.denominator);
        const otherwise = this.operand(computation.default);
        return (c) => {
          const above = numerator(c);
          const below = denominator(c);
          return isZeroDenominator(below) ? otherwise(c) : above / below;
        };
      }
      default: {
        const operation = unary[computation.op];
        const value = this.operand(computation.value);
        return (c) => operation(value(c));
      }
    }
  }
}

const constant =
  (value: number): Read =>
  () =>
    value;

/** A value that cannot be computed: the error occurs when, and only when, a tree asks for it. */
const failing =
  (error: EvaluationError): Read =>
  () => {
    throw error;
  };

function given(node: ActionNode, name: string): Value | undefined {
  return Object.hasOwn(node.parameters ?? {}, name) ? node.parameters![name] : undefined;
}

/** A literal text among an action's parameters; anything else counts as not given. */
function literalText(node: ActionNode, name: string): string | null {
  const value = given(node, name) as { value?: unknown } | undefined;
  return typeof value?.value === 'string' ? value.value : null;
}

function leaves<Leaf>(node: CompiledNode<Leaf>): Leaf[] {
  return node.test === null ? [node.leaf] : [...leaves(node.onTrue), ...leaves(node.onFalse)];
}

const PRIORITY_FLAGS: Record<string, number> = { HIGH: 10, MEDIUM: 5, LOW: 1 };

function paymentLeaf(node: ActionNode, compiler: Compiler): PaymentLeaf {
  switch (node.action) {
    case 'Release':
    case 'ReleaseWithCredit': {
      const flag = literalText(node, 'priority_flag');
      const priorityFlag = flag === null ? null : Object.hasOwn(PRIORITY_FLAGS, flag) ? PRIORITY_FLAGS[flag]! : 5;
      return { action: 'release', priorityFlag, timedFor: compiler.number(node, 'timed_for_tick') ?? null };
    }
    case 'Split':
    case 'PaceAndRelease':
      return { action: 'split', parts: compiler.requiredNumber(node, 'num_splits') };
    case 'StaggerSplit':
      return {
        action: 'stagger',
        parts: compiler.requiredNumber(node, 'num_splits'),
        firstNow: compiler.requiredNumber(node, 'stagger_first_now'),
        gap: compiler.requiredNumber(node, 'stagger_gap_ticks'),
        boost: compiler.requiredNumber(node, 'priority_boost_children'),
      };
    case 'Hold':
      return { action: 'hold', reason: literalText(node, 'reason') ?? DEFAULT_HOLD_REASON };
    case 'Drop':
      return { action: 'drop' };
    case 'Reprioritize':
      return { action: 'reprioritize', priority: compiler.requiredNumber(node, 'new_priority') };
    case 'WithdrawFromRtgs':
      return { action: 'withdraw' };
    case 'ResubmitToRtgs':
      return resubmitLeaf(node);
    default: {
      const level = node.action.endsWith('Collateral') ? 'Collateral' : 'Bank-level';
      const advice =
        level === 'Collateral'
          ? 'Collateral actions require separate tree evaluation.'
          : 'Bank-level actions require bank_tree evaluation.';
      throw new Error(`${level} action ${node.action} cannot be used in payment release decision tree. ${advice}`);
    }
  }
}

function resubmitLeaf(node: ActionNode): PaymentLeaf {
  const value = given(node, 'rtgs_priority') as { value?: unknown } | undefined;
  if (value === undefined) return { action: 'fail', error: new EvaluationError('MissingActionParameter', 'rtgs_priority') };
  const fail = (detail: string): PaymentLeaf => ({
    action: 'fail',
    error: new EvaluationError('InvalidActionParameter', detail),
  });
  if (!Object.hasOwn(value, 'value')) return fail('rtgs_priority must be a direct string value');
  if (typeof value.value !== 'string') return fail('rtgs_priority must be a string');
  const priority = (RTGS_PRIORITIES as readonly string[]).indexOf(value.value);
  if (priority < 0) return fail(`rtgs_priority must be 'HighlyUrgent', 'Urgent', or 'Normal', got '${value.value}'`);
  return { action: 'resubmit', priority };
}

function bankLeaf(node: ActionNode, compiler: Compiler): BankLeaf {
  switch (node.action) {
    case 'SetReleaseBudget': {
      const focus = (given(node, 'focus_counterparties') as { value?: unknown } | undefined)?.value;
      const names = Array.isArray(focus) ? focus.filter((name): name is string => typeof name === 'string') : [];
      return {
        action: 'budget',
        max: compiler.requiredNumber(node, 'max_value_to_release'),
        focus: names.length > 0 ? names : null,
        maxPerCounterparty: compiler.number(node, 'max_per_counterparty') ?? null,
      };
    }
    case 'SetState':
    case 'AddState':
      return registerLeaf(node, compiler);
    default:
      return { action: 'none' };
  }
}

function registerLeaf(node: ActionNode, compiler: Compiler): BankLeaf {
  const key = requiredText(node, 'key');
  if (typeof key !== 'string') return { action: 'fail', error: key };
  const value = compiler.requiredNumber(node, 'value');
  const reason = given(node, 'reason') === undefined ? 'policy_action' : requiredText(node, 'reason');
  // The value is computed before the reason is looked at, so its errors come first.
  const checked: Read = typeof reason === 'string' ? value : (c) => (value(c), failing(reason)(c));
  return {
    action: node.action === 'SetState' ? 'set' : 'add',
    key,
    value: checked,
    reason: typeof reason === 'string' ? reason : '',
  };
}

function requiredText(node: ActionNode, name: string): string | EvaluationError {
  const value = given(node, name);
  if (value === undefined) return new EvaluationError('MissingActionParameter', name);
  const form = Object.hasOwn(value, 'value') ? 'value' : kindOf(value);
  if (form === 'value') {
    const literal = (value as { value: unknown }).value;
    return typeof literal === 'string' ? literal : new EvaluationError('InvalidActionParameter', name);
  }
  const what = { field: 'field references', param: 'param references', compute: 'computed values' }[form];
  return new EvaluationError('InvalidActionParameter', `String parameter '${name}' does not support ${what}`);
}

function collateralLeaf(node: ActionNode, compiler: Compiler): CollateralLeaf {
  if (node.action !== 'PostCollateral' && node.action !== 'WithdrawCollateral') return { action: 'hold' };
  const amount = compiler.requiredNumber(node, 'amount');
  const text = literalText(node, 'reason');
  const reason = text !== null && (COLLATERAL_REASONS as readonly string[]).includes(text) ? text : COLLATERAL_REASONS[0];
  if (node.action === 'WithdrawCollateral') return { action: 'withdraw', amount, reason };
  return { action: 'post', amount, reason, autoWithdrawAfter: compiler.number(node, 'auto_withdraw_after_ticks') ?? null };
}

/** Double to a count: truncated, negative values and NaN are 0. */
export const toCount = (x: number): number => Math.max(truncate(x), 0);

/** Double to a small priority number, 0–255. */
export const toByte = (x: number): number => Math.min(toCount(x), 255);
