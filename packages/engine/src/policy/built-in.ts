import type { PolicyConfig } from '../scenario/config.js';
import type {
  ActionNode,
  ActionName,
  Comparison,
  ConditionNode,
  Expression,
  PolicyDocument,
  PolicyNode,
  Value,
} from './document.js';

const field = (name: string): Value => ({ field: name });
const param = (name: string): Value => ({ param: name });
const literal = (value: number): Value => ({ value });
const is = (left: Value, op: Comparison, right: Value): Expression => ({ op, left, right });

const action = (node_id: string, name: ActionName, parameters?: Record<string, Value>): ActionNode => ({
  type: 'action',
  node_id,
  action: name,
  ...(parameters ? { parameters } : {}),
});

const when = (node_id: string, condition: Expression, on_true: PolicyNode, on_false: PolicyNode): ConditionNode => ({
  type: 'condition',
  node_id,
  condition,
  on_true,
  on_false,
});

const hold = (node_id: string, reason: string): ActionNode => action(node_id, 'Hold', { reason: { value: reason } });

const atDeadline = is(field('deadline_tick'), '<=', field('current_tick'));
const urgent = is(field('ticks_to_deadline'), '<=', param('urgency_threshold'));
const affordable = is(field('effective_liquidity'), '>=', field('remaining_amount'));
const noBuffer = is(param('target_buffer'), '==', literal(0));
const leavesTooLittle = is(
  { compute: { op: '-', left: field('balance'), right: field('remaining_amount') } },
  '<',
  param('target_buffer'),
);

const document = (
  policy_id: string,
  description: string,
  parameters: Record<string, number>,
  payment_tree: PolicyNode,
): PolicyDocument => ({
  version: '1.0',
  policy_id,
  description,
  parameters,
  payment_tree,
});

const LIQUIDITY_AWARE_TREE = when(
  'N1_at_deadline',
  atDeadline,
  action('A1_drop', 'Drop'),
  when(
    'N2_urgent',
    urgent,
    when('N3_affordable', affordable, action('A2_release_urgent', 'Release'), hold('A3_hold_urgent', 'InsufficientLiquidity')),
    when(
      'N4_no_buffer',
      noBuffer,
      when('N5_affordable', affordable, action('A4_release', 'Release'), hold('A5_hold', 'InsufficientLiquidity')),
      when(
        'N6_buffer',
        leavesTooLittle,
        hold('A6_keep_buffer', 'InsufficientLiquidity'),
        action('A7_release_above_buffer', 'Release'),
      ),
    ),
  ),
);

const LIQUIDITY_SPLITTING_TREE = when(
  'N1_at_deadline',
  atDeadline,
  action('A1_drop', 'Drop'),
  when(
    'N2_affordable',
    is(field('balance'), '>=', field('amount')),
    action('A2_release', 'Release'),
    when(
      'N3_some_money',
      is(field('balance'), '>', literal(0)),
      when(
        'N4_urgent',
        is(field('ticks_to_deadline'), '<=', literal(5)),
        action('A3_split_urgent', 'Split', { num_splits: param('max_splits') }),
        action('A4_split_in_two', 'Split', { num_splits: literal(2) }),
      ),
      hold('A5_hold', 'InsufficientLiquidity'),
    ),
  ),
);

/** The built-in policies: fixed documents whose parameters the scenario sets (spec 06 §9). */
export function builtInPolicy(config: Exclude<PolicyConfig, { type: 'FromJson' }>): PolicyDocument {
  switch (config.type) {
    case 'Fifo':
      return document('fifo_policy', 'Releases every payment at once.', {}, action('A1_release', 'Release'));
    case 'Deadline':
      return document(
        'deadline_policy',
        'Releases payments whose deadline is near and drops them at the deadline.',
        { urgency_threshold: config.urgency_threshold },
        when(
          'N1_at_deadline',
          atDeadline,
          action('A1_drop', 'Drop'),
          when('N2_urgent', urgent, action('A2_release', 'Release'), hold('A3_hold', 'NearDeadline')),
        ),
      );
    case 'LiquidityAware':
      return document(
        'liquidity_aware_policy',
        'Keeps a buffer of liquidity unless a payment is urgent.',
        { target_buffer: config.target_buffer, urgency_threshold: config.urgency_threshold },
        LIQUIDITY_AWARE_TREE,
      );
    case 'LiquiditySplitting':
      return document(
        'liquidity_splitting_policy',
        'Splits payments that the balance does not cover.',
        { max_splits: config.max_splits, min_split_amount: config.min_split_amount },
        LIQUIDITY_SPLITTING_TREE,
      );
    case 'MockSplitting':
      return document(
        'mock_splitting_policy',
        'Splits every payment.',
        { num_splits: config.num_splits },
        action('A1_split', 'Split', { num_splits: param('num_splits') }),
      );
  }
}
