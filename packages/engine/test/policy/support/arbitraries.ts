import * as fc from 'fast-check';
import {
  COMPARISONS,
  TREE_KIND,
  type ActionName,
  type ActionNode,
  type Expression,
  type PolicyDocument,
  type PolicyNode,
  type TreeKind,
  type TreeName,
  type Value,
} from '../../../src/policy/document.js';
import { all, any, compute, field, is, literal, not, param } from './documents.js';
import { FIELD_NAMES } from './field-names.js';

/** What random documents may contain. */
export interface Style {
  /** Divisions by anything, literals of the wrong type, empty lists, missing and malformed action parameters. */
  failing: boolean;
  /** Fields and parameters that do not exist: such a document does not validate. */
  unknown: boolean;
}

export const SAFE: Style = { failing: false, unknown: false };
export const FAILING: Style = { failing: true, unknown: false };
export const WILD: Style = { failing: true, unknown: true };

export const PARAMETERS = { p_small: 0.5, p_two: 2, p_large: 1_000, p_zero: 0, p_negative: -3 };
const REGISTERS = ['bank_state_a', 'bank_state_b', 'bank_state_c'];

const number = fc.oneof(
  fc.integer({ min: -5, max: 12 }),
  fc.integer({ min: -3_000, max: 3_000 }),
  fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 }),
  fc.constantFrom(0, 0.5, 1e-9, 1e-10, 1e308, -1e308, 2 ** 53),
);
const notZero = fc.oneof(fc.integer({ min: 1, max: 1_000 }), fc.constantFrom(-2, 0.25, 1e-9, 1e300)).map(literal);

function leafValue(kind: TreeKind, style: Style): fc.Arbitrary<Value> {
  const choices: fc.WeightedArbitrary<Value>[] = [
    { weight: 5, arbitrary: fc.constantFrom(...FIELD_NAMES[kind], ...REGISTERS).map(field) },
    { weight: 2, arbitrary: fc.constantFrom(...Object.keys(PARAMETERS)).map(param) },
    { weight: 4, arbitrary: number.map(literal) },
    { weight: 1, arbitrary: fc.boolean().map(literal) },
  ];
  if (style.failing) choices.push({ weight: 1, arbitrary: fc.constantFrom(null, 'text', [1], {}).map(literal) });
  if (style.unknown) {
    choices.push({ weight: 1, arbitrary: fc.constantFrom('no_such_field', 'toString', '__proto__', 'time_in_queue').map(field) });
    choices.push({ weight: 1, arbitrary: fc.constantFrom('no_such_parameter', 'constructor', '__proto__').map(param) });
  }
  return fc.oneof(...choices);
}

function value(kind: TreeKind, style: Style, depth: number): fc.Arbitrary<Value> {
  const leaf = leafValue(kind, style);
  if (depth === 0) return leaf;
  const inner = value(kind, style, depth - 1);
  // Validation finds literals that are 0; what is computed may be.
  const isZero = (candidate: Value): boolean =>
    'value' in candidate && typeof candidate.value === 'number' && Math.abs(candidate.value) < 2.22e-16;
  const anything = style.unknown ? inner : inner.filter((candidate) => !isZero(candidate));
  const divisor = style.failing ? fc.oneof(anything, notZero) : notZero;
  const computation = fc.oneof(
    fc.tuple(fc.constantFrom('+', '-', '*'), inner, inner).map(([op, left, right]) => compute(op, left, right)),
    fc.tuple(inner, divisor).map(([left, right]) => compute('/', left, right)),
    fc
      .tuple(fc.constantFrom('max', 'min'), fc.array(inner, { minLength: style.failing ? 0 : 1, maxLength: 3 }))
      .map(([op, values]) => compute(op, ...values)),
    fc.tuple(fc.constantFrom('ceil', 'floor', 'round', 'abs'), inner).map(([op, operand]) => compute(op, operand)),
    fc.tuple(inner, inner, inner).map(([x, min, max]) => compute('clamp', x, min, max)),
    fc.tuple(inner, inner, inner).map(([above, below, otherwise]) => compute('div0', above, below, otherwise)),
  );
  return fc.oneof({ weight: 2, arbitrary: leaf }, { weight: 3, arbitrary: computation });
}

function expression(kind: TreeKind, style: Style, depth: number): fc.Arbitrary<Expression> {
  const operand = value(kind, style, 2);
  const comparison = fc.tuple(operand, fc.constantFrom(...COMPARISONS), operand).map(([left, op, right]) => is(left, op, right));
  if (depth === 0) return comparison;
  const inner = expression(kind, style, depth - 1);
  return fc.oneof(
    { weight: 4, arbitrary: comparison },
    { weight: 1, arbitrary: fc.array(inner, { maxLength: 3 }).map((conditions) => all(...conditions)) },
    { weight: 1, arbitrary: fc.array(inner, { maxLength: 3 }).map((conditions) => any(...conditions)) },
    { weight: 1, arbitrary: inner.map(not) },
  );
}

type Parameters = Record<string, Value>;

/** Parameters of an action; with `failing` some are missing or of the wrong kind. */
function parameters(
  kind: TreeKind,
  style: Style,
  required: Record<string, fc.Arbitrary<Value>>,
  optional: Record<string, fc.Arbitrary<Value>> = {},
): fc.Arbitrary<Parameters> {
  const wrong = fc.constantFrom(null, true, 'text', '7', ['x'], { y: 1 }).map(literal);
  const spoilt = (arbitrary: fc.Arbitrary<Value>): fc.Arbitrary<Value> =>
    style.failing
      ? fc.oneof({ weight: 8, arbitrary }, { weight: 1, arbitrary: wrong }, { weight: 1, arbitrary: value(kind, style, 1) })
      : arbitrary;
  const all = Object.fromEntries(
    Object.entries({ ...required, ...optional }).map(([name, arbitrary]) => [name, spoilt(arbitrary)]),
  );
  const dependable = style.failing ? [] : Object.keys(required);
  return fc.record(all, { requiredKeys: dependable }) as fc.Arbitrary<Parameters>;
}

/** A number whose literals are numbers: as an action parameter a truth value is an error. */
function numeric(kind: TreeKind, style: Style): fc.Arbitrary<Value> {
  return value(kind, style, 2).filter((candidate) => !('value' in candidate) || typeof candidate.value === 'number');
}

function action(kind: TreeKind, style: Style): fc.Arbitrary<ActionNode> {
  const x = numeric(kind, style);
  const text = (...texts: string[]): fc.Arbitrary<Value> => fc.constantFrom(...texts).map(literal);
  // A number between limits, whatever is computed; wild documents do without limits.
  const between = (low: number, high: number): fc.Arbitrary<Value> =>
    style.failing
      ? fc.oneof(x, fc.integer({ min: low, max: high }).map(literal))
      : x.map((inner) => compute('max', low, compute('min', high, inner)));
  const of = (
    name: ActionName,
    required: Record<string, fc.Arbitrary<Value>> = {},
    optional: Record<string, fc.Arbitrary<Value>> = {},
  ): fc.Arbitrary<ActionNode> =>
    parameters(kind, style, required, optional).map((given): ActionNode => ({
      type: 'action',
      node_id: '',
      action: name,
      parameters: given,
    }));
  if (kind === 'bank') {
    const write = { key: text(...REGISTERS, 'no_prefix'), value: x };
    const reason = { reason: text('because', '') };
    return fc.oneof(
      of('NoAction'),
      of('SetState', write, reason),
      of('AddState', write, reason),
      of(
        'SetReleaseBudget',
        { max_value_to_release: x },
        { focus_counterparties: fc.constantFrom<unknown>(['B'], ['B', 'C', 3], [], 'B').map(literal), max_per_counterparty: x },
      ),
    );
  }
  if (kind === 'collateral') {
    const reason = { reason: text('PreemptivePosting', 'anything') };
    return fc.oneof(
      of('HoldCollateral'),
      of('PostCollateral', { amount: x }, { ...reason, auto_withdraw_after_ticks: x }),
      of('WithdrawCollateral', { amount: x }, reason),
    );
  }
  const release = {
    priority_flag: text('HIGH', 'MEDIUM', 'LOW', 'other'),
    timed_for_tick: fc.oneof(
      x,
      x.map((later) => compute('+', field('current_tick'), compute('clamp', later, 0, 5))),
    ),
  };
  return fc.oneof(
    { weight: 3, arbitrary: of('Release', {}, release) },
    { weight: 1, arbitrary: of('ReleaseWithCredit', {}, release) },
    { weight: 1, arbitrary: of('Split', { num_splits: between(2, 4) }) },
    { weight: 1, arbitrary: of('PaceAndRelease', { num_splits: between(2, 4) }) },
    {
      weight: 1,
      arbitrary: of('StaggerSplit', {
        num_splits: between(2, 4),
        stagger_first_now: between(0, 2),
        stagger_gap_ticks: between(0, 4),
        priority_boost_children: x,
      }),
    },
    { weight: 2, arbitrary: of('Hold', {}, { reason: text('InsufficientLiquidity', 'NearDeadline', 'mine "own"') }) },
    { weight: 1, arbitrary: of('Drop') },
    { weight: 1, arbitrary: of('Reprioritize', { new_priority: x }) },
    { weight: 1, arbitrary: of('WithdrawFromRtgs') },
    {
      weight: 1,
      arbitrary: of('ResubmitToRtgs', {
        rtgs_priority: style.failing
          ? text('HighlyUrgent', 'Urgent', 'Normal', 'soon')
          : text('HighlyUrgent', 'Urgent', 'Normal'),
      }),
    },
  );
}

function node(kind: TreeKind, style: Style, depth: number): fc.Arbitrary<PolicyNode> {
  const leaf = action(kind, style);
  if (depth === 0) return leaf;
  const inner = node(kind, style, depth - 1);
  const condition = fc
    .tuple(expression(kind, style, 2), inner, inner)
    .map(([test, on_true, on_false]): PolicyNode => ({ type: 'condition', node_id: '', condition: test, on_true, on_false }));
  return fc.oneof({ weight: 1, arbitrary: leaf }, { weight: 3, arbitrary: condition });
}

/** Gives every node an id of its own. */
function named(tree: PolicyNode, letter: string): PolicyNode {
  let count = 0;
  const name = (given: PolicyNode): PolicyNode => {
    const node_id = `${letter}${++count}`;
    return given.type === 'action'
      ? { ...given, node_id }
      : { ...given, node_id, on_true: name(given.on_true), on_false: name(given.on_false) };
  };
  return name(tree);
}

export const tree = (name: TreeName, style: Style, depth = 3): fc.Arbitrary<PolicyNode> =>
  node(TREE_KIND[name], style, depth).map((root) => named(root, name[0]!));

/** Whole documents; the payment tree is always there. */
export const documents = (style: Style): fc.Arbitrary<PolicyDocument> =>
  fc
    .record(
      {
        payment_tree: tree('payment_tree', style),
        bank_tree: tree('bank_tree', style),
        strategic_collateral_tree: tree('strategic_collateral_tree', style),
        end_of_tick_collateral_tree: tree('end_of_tick_collateral_tree', style),
      },
      { requiredKeys: ['payment_tree'] },
    )
    .map((trees): PolicyDocument => ({ version: '1.0', policy_id: 'random', parameters: { ...PARAMETERS }, ...trees }));
