/**
 * Writes policy documents in TypeScript, with names that complete and mistakes that the compiler finds.
 *
 * ```ts
 * const careful = policy('careful', {
 *   parameters: { buffer: 50_000 },
 *   payment: when(gt(field('balance'), param('buffer')), release(), hold('AwaitingInflows')),
 * });
 * simulation.updateAgentPolicy('NORTH', JSON.stringify(careful));
 * ```
 *
 * What comes out is the plain document: the same JSON that a file would hold.
 *
 * @module
 */
import type {
  ActionName,
  ActionNode,
  Comparison,
  Computation,
  Expression,
  PolicyDocument,
  PolicyNode,
  TreeKind,
  Value,
} from './document.js';

/** Names that every tree can read. */
export type CommonField =
  | 'balance'
  | 'credit_limit'
  | 'unsecured_cap'
  | 'credit_used'
  | 'credit_headroom'
  | 'effective_liquidity'
  | 'available_liquidity'
  | 'is_using_credit'
  | 'liquidity_pressure'
  | 'is_overdraft_capped'
  | 'outgoing_queue_size'
  | 'queue1_total_value'
  | 'queue1_liquidity_gap'
  | 'headroom'
  | 'rtgs_queue_size'
  | 'queue2_size'
  | 'rtgs_queue_value'
  | 'queue2_count_for_agent'
  | 'queue2_nearest_deadline'
  | 'ticks_to_nearest_queue2_deadline'
  | 'system_queue2_pressure_index'
  | 'posted_collateral'
  | 'max_collateral_capacity'
  | 'remaining_collateral_capacity'
  | 'collateral_utilization'
  | 'collateral_haircut'
  | 'allowed_overdraft_limit'
  | 'overdraft_headroom'
  | 'overdraft_utilization'
  | 'required_collateral_for_usage'
  | 'excess_collateral'
  | 'cost_overdraft_bps_per_tick'
  | 'cost_delay_per_tick_per_cent'
  | 'cost_collateral_bps_per_tick'
  | 'cost_split_friction'
  | 'cost_deadline_penalty'
  | 'cost_eod_penalty'
  | 'current_tick'
  | 'total_agents'
  | 'system_ticks_per_day'
  | 'system_current_day'
  | 'system_tick_in_day'
  | 'ticks_remaining_in_day'
  | 'day_progress_fraction'
  | 'is_eod_rush'
  | 'my_throughput_fraction_today'
  | 'expected_throughput_fraction_by_now'
  | 'throughput_gap'
  | `bank_state_${string}`;

type Rank = 1 | 2 | 3 | 4 | 5;

/** Further names in payment and collateral trees: counterparties by rank. */
export type RankedField =
  `my_q2_out_value_top_${Rank}` | `my_q2_in_value_top_${Rank}` | `my_bilateral_net_q2_top_${Rank}` | `top_cpty_${Rank}_id_hash`;

/** Further names in payment trees: the payment and its receiver. */
export type PaymentField =
  | 'amount'
  | 'remaining_amount'
  | 'settled_amount'
  | 'arrival_tick'
  | 'deadline_tick'
  | 'priority'
  | 'is_split'
  | 'is_past_deadline'
  | 'is_overdue'
  | 'overdue_duration'
  | 'is_in_queue2'
  | 'ticks_to_deadline'
  | 'queue_age'
  | 'cost_delay_this_tx_one_tick'
  | 'cost_overdraft_this_amount_one_tick'
  | 'my_q2_out_value_to_counterparty'
  | 'my_q2_in_value_from_counterparty'
  | 'my_bilateral_net_q2'
  | 'tx_counterparty_id';

/** Field names by kind of tree. */
export interface FieldsOf {
  payment: CommonField | RankedField | PaymentField;
  bank: CommonField;
  collateral: CommonField | RankedField;
}

declare const reads: unique symbol;
/** Marks which kinds of tree may use a value, condition or tree; it exists for the compiler only. */
interface In<Kind extends TreeKind> {
  readonly [reads]?: (kind: Kind) => void;
}

export type Operand<Kind extends TreeKind = TreeKind> = (Value & In<Kind>) | number;
export type Condition<Kind extends TreeKind = TreeKind> = Expression & In<Kind>;
export type Tree<Kind extends TreeKind = TreeKind> = PolicyNode & In<Kind>;

const value = (operand: Value | number): Value => (typeof operand === 'number' ? { value: operand } : operand);

/** A context field. */
export function field<Name extends FieldsOf['payment']>(name: Name): Value & In<KindsWith<Name>> {
  return { field: name };
}

/** Kinds of tree in which a field exists. */
export type KindsWith<Name> = Name extends CommonField
  ? TreeKind
  : Name extends RankedField
    ? 'payment' | 'collateral'
    : 'payment';

/** A parameter of the document. */
export const param = (name: string): Value & In<TreeKind> => ({ param: name });

const comparison =
  (op: Comparison) =>
  <Kind extends TreeKind>(left: Operand<Kind>, right: Operand<Kind>): Condition<Kind> => ({
    op,
    left: value(left),
    right: value(right),
  });

export const eq = comparison('==');
export const ne = comparison('!=');
export const lt = comparison('<');
export const le = comparison('<=');
export const gt = comparison('>');
export const ge = comparison('>=');

/** True if all conditions hold; of none, true. */
export const and = <Kind extends TreeKind>(...conditions: Condition<Kind>[]): Condition<Kind> => ({ op: 'and', conditions });
/** True if any condition holds; of none, false. */
export const or = <Kind extends TreeKind>(...conditions: Condition<Kind>[]): Condition<Kind> => ({ op: 'or', conditions });
export const not = <Kind extends TreeKind>(condition: Condition<Kind>): Condition<Kind> => ({ op: 'not', condition });

type Computed<Kind extends TreeKind> = Value & In<Kind>;
const compute = (computation: Computation): Value => ({ compute: computation });

const arithmetic =
  (op: '+' | '-' | '*' | '/') =>
  <Kind extends TreeKind>(left: Operand<Kind>, right: Operand<Kind>): Computed<Kind> =>
    compute({ op, left: value(left), right: value(right) });

export const add = arithmetic('+');
export const subtract = arithmetic('-');
export const multiply = arithmetic('*');
/** Division; fails the tick if the divisor is 0. Use {@link divideOr} where it can be. */
export const divide = arithmetic('/');

export const max = <Kind extends TreeKind>(...values: Operand<Kind>[]): Computed<Kind> =>
  compute({ op: 'max', values: values.map(value) });
export const min = <Kind extends TreeKind>(...values: Operand<Kind>[]): Computed<Kind> =>
  compute({ op: 'min', values: values.map(value) });

const rounding =
  (op: 'ceil' | 'floor' | 'round' | 'abs') =>
  <Kind extends TreeKind>(operand: Operand<Kind>): Computed<Kind> =>
    compute({ op, value: value(operand) });

export const ceil = rounding('ceil');
export const floor = rounding('floor');
/** Nearest whole number, half away from zero. */
export const round = rounding('round');
export const abs = rounding('abs');

export function clamp<Kind extends TreeKind>(operand: Operand<Kind>, low: Operand<Kind>, high: Operand<Kind>): Computed<Kind> {
  return compute({ op: 'clamp', value: value(operand), min: value(low), max: value(high) });
}

/** Division that gives `otherwise` where the denominator is 0. */
export function divideOr<Kind extends TreeKind>(
  numerator: Operand<Kind>,
  denominator: Operand<Kind>,
  otherwise: Operand<Kind>,
): Computed<Kind> {
  return compute({ op: 'div0', numerator: value(numerator), denominator: value(denominator), default: value(otherwise) });
}

/** A decision between two branches. Ids of nodes are given by {@link policy} unless `id` names this one. */
export function when<Kind extends TreeKind>(
  condition: Condition<Kind>,
  onTrue: Tree<Kind>,
  onFalse: Tree<Kind>,
  id = '',
): Tree<Kind> {
  return { type: 'condition', node_id: id, condition, on_true: onTrue, on_false: onFalse };
}

function action<Kind extends TreeKind>(
  name: ActionName,
  parameters: Record<string, Value | number | string | readonly string[] | undefined> = {},
): Tree<Kind> {
  const given = Object.entries(parameters).filter(([, parameter]) => parameter !== undefined);
  const values = given.map(([key, parameter]) => [
    key,
    typeof parameter === 'object' && !Array.isArray(parameter) ? parameter : { value: parameter },
  ]);
  const node: ActionNode = { type: 'action', node_id: '', action: name };
  if (values.length > 0) node.parameters = Object.fromEntries(values) as Record<string, Value>;
  return node;
}

type PaymentTree = Tree<'payment'>;
type PaymentOperand = Operand<'payment'>;

export interface ReleaseOptions {
  priority_flag?: 'HIGH' | 'MEDIUM' | 'LOW';
  /** Release automatically at this tick if it is in the future. */
  timed_for_tick?: PaymentOperand;
}

export const release = (options: ReleaseOptions = {}): PaymentTree => action('Release', { ...options });
export const releaseWithCredit = (options: ReleaseOptions = {}): PaymentTree => action('ReleaseWithCredit', { ...options });
export const hold = (reason?: string): PaymentTree => action('Hold', { reason });
export const drop = (): PaymentTree => action('Drop');
export const split = (parts: PaymentOperand): PaymentTree => action('Split', { num_splits: parts });
export const reprioritize = (priority: PaymentOperand): PaymentTree => action('Reprioritize', { new_priority: priority });
export const withdrawFromRtgs = (): PaymentTree => action('WithdrawFromRtgs');
export const resubmitToRtgs = (priority: 'HighlyUrgent' | 'Urgent' | 'Normal'): PaymentTree =>
  action('ResubmitToRtgs', { rtgs_priority: priority });

export function staggerSplit(
  parts: PaymentOperand,
  firstNow: PaymentOperand,
  gapTicks: PaymentOperand,
  boost: PaymentOperand,
): PaymentTree {
  return action('StaggerSplit', {
    num_splits: parts,
    stagger_first_now: firstNow,
    stagger_gap_ticks: gapTicks,
    priority_boost_children: boost,
  });
}

type BankTree = Tree<'bank'>;
type BankOperand = Operand<'bank'>;

export const noAction = (): BankTree => action('NoAction');
export const setState = (key: `bank_state_${string}`, to: BankOperand, reason?: string): BankTree =>
  action('SetState', { key, value: to, reason });
export const addState = (key: `bank_state_${string}`, by: BankOperand, reason?: string): BankTree =>
  action('AddState', { key, value: by, reason });

export function setReleaseBudget(
  max: BankOperand,
  options: { focus?: readonly string[]; maxPerCounterparty?: BankOperand } = {},
): BankTree {
  return action('SetReleaseBudget', {
    max_value_to_release: max,
    focus_counterparties: options.focus,
    max_per_counterparty: options.maxPerCounterparty,
  });
}

type CollateralTree = Tree<'collateral'>;
type CollateralOperand = Operand<'collateral'>;
export type CollateralReason =
  | 'UrgentLiquidityNeed'
  | 'PreemptivePosting'
  | 'LiquidityRestored'
  | 'EndOfDayCleanup'
  | 'DeadlineEmergency'
  | 'CostOptimization';

export const holdCollateral = (): CollateralTree => action('HoldCollateral');
export const withdrawCollateral = (amount: CollateralOperand, reason?: CollateralReason): CollateralTree =>
  action('WithdrawCollateral', { amount, reason });

export function postCollateral(
  amount: CollateralOperand,
  reason?: CollateralReason,
  autoWithdrawAfterTicks?: CollateralOperand,
): CollateralTree {
  return action('PostCollateral', { amount, reason, auto_withdraw_after_ticks: autoWithdrawAfterTicks });
}

export interface PolicyParts {
  description?: string;
  parameters?: Record<string, number>;
  payment?: Tree<'payment'>;
  bank?: Tree<'bank'>;
  strategicCollateral?: Tree<'collateral'>;
  endOfTickCollateral?: Tree<'collateral'>;
}

/** Puts a document together; nodes without id get one from their tree and place (`P1`, `P2`, …). */
export function policy(id: string, parts: PolicyParts): PolicyDocument {
  const tree = (prefix: string, root: PolicyNode | undefined): PolicyNode | undefined =>
    root && withIds(root, prefix, { next: 1 });
  const trees = {
    payment_tree: tree('P', parts.payment),
    bank_tree: tree('B', parts.bank),
    strategic_collateral_tree: tree('S', parts.strategicCollateral),
    end_of_tick_collateral_tree: tree('E', parts.endOfTickCollateral),
  };
  return {
    version: '1.0',
    policy_id: id,
    ...(parts.description === undefined ? {} : { description: parts.description }),
    ...(parts.parameters === undefined ? {} : { parameters: parts.parameters }),
    ...Object.fromEntries(Object.entries(trees).filter(([, root]) => root !== undefined)),
  };
}

function withIds(node: PolicyNode, prefix: string, counter: { next: number }): PolicyNode {
  const node_id = node.node_id === '' ? `${prefix}${counter.next++}` : node.node_id;
  if (node.type === 'action') return { ...node, node_id };
  const { on_false: onFalse, on_true: onTrue } = node;
  return { ...node, node_id, on_true: withIds(onTrue, prefix, counter), on_false: withIds(onFalse, prefix, counter) };
}
