import * as fc from 'fast-check';

/**
 * Random policy documents: any legal field, operator and action in all four trees, built so that no evaluation can fail: division
 * only by numbers other than 0 or through `div0`, counts clamped to what their actions allow.
 */

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type PolicyDocument = { [key: string]: Json };
type Node = { [key: string]: Json };
type TreeKind = 'payment' | 'bank' | 'collateral';

const ranks = (name: string): string[] => [1, 2, 3, 4, 5].map((rank) => name.replace('#', String(rank)));

/** Fields of all trees (spec 06 §6.2, column B). */
const COMMON_FIELDS = [
  ...['balance', 'credit_limit', 'unsecured_cap', 'credit_used', 'credit_headroom', 'effective_liquidity', 'available_liquidity'],
  ...['is_using_credit', 'liquidity_buffer', 'liquidity_pressure', 'is_overdraft_capped', 'incoming_expected_count'],
  ...['outgoing_queue_size', 'queue1_total_value', 'queue1_liquidity_gap', 'headroom'],
  ...['rtgs_queue_size', 'queue2_size', 'rtgs_queue_value', 'queue2_count_for_agent', 'queue2_nearest_deadline'],
  ...['ticks_to_nearest_queue2_deadline', 'system_queue2_pressure_index'],
  ...[
    'posted_collateral',
    'max_collateral_capacity',
    'remaining_collateral_capacity',
    'collateral_utilization',
    'collateral_haircut',
  ],
  ...[
    'allowed_overdraft_limit',
    'overdraft_headroom',
    'overdraft_utilization',
    'required_collateral_for_usage',
    'excess_collateral',
  ],
  ...['cost_overdraft_bps_per_tick', 'cost_delay_per_tick_per_cent', 'cost_collateral_bps_per_tick', 'cost_split_friction'],
  ...['cost_deadline_penalty', 'cost_eod_penalty'],
  ...[
    'current_tick',
    'total_agents',
    'system_ticks_per_day',
    'system_current_day',
    'system_tick_in_day',
    'ticks_remaining_in_day',
  ],
  ...['day_progress_fraction', 'is_eod_rush'],
  ...['my_throughput_fraction_today', 'expected_throughput_fraction_by_now', 'throughput_gap'],
];

const RANKED_FIELDS = [
  ...ranks('my_q2_out_value_top_#'),
  ...ranks('top_cpty_#_id_hash'),
  ...ranks('my_q2_in_value_top_#'),
  ...ranks('my_bilateral_net_q2_top_#'),
  ...['lsm_run_rate_last_10_ticks', 'system_throughput_guidance_fraction_by_tick'],
];

const PAYMENT_FIELDS = [
  ...[
    'amount',
    'remaining_amount',
    'settled_amount',
    'arrival_tick',
    'deadline_tick',
    'priority',
    'is_split',
    'is_past_deadline',
  ],
  ...['is_overdue', 'overdue_duration', 'is_in_queue2', 'ticks_to_deadline', 'queue_age'],
  ...['cost_delay_this_tx_one_tick', 'cost_overdraft_this_amount_one_tick'],
  ...['my_q2_out_value_to_counterparty', 'my_q2_in_value_from_counterparty', 'my_bilateral_net_q2'],
  ...['tx_counterparty_id', 'tx_is_top_counterparty'],
  ...['counterparty_in_outage', 'ticks_since_counterparty_outage', 'exposure_to_counterparty'],
];

/** Every context field by the kinds of trees that may read it. */
export const FIELDS: Record<TreeKind, readonly string[]> = {
  payment: [...PAYMENT_FIELDS, ...COMMON_FIELDS, ...RANKED_FIELDS],
  bank: COMMON_FIELDS,
  collateral: [...COMMON_FIELDS, ...RANKED_FIELDS],
};

const REGISTERS = Array.from({ length: 12 }, (_, i) => `bank_state_${'abcdefghijkl'[i]}`);
const PARAMETERS = ['p', 'q'];

const action = (name: string, parameters: Record<string, Json> = {}): Node =>
  Object.keys(parameters).length === 0 ? { type: 'action', action: name } : { type: 'action', action: name, parameters };
const value = (literal: Json): Json => ({ value: literal });
const field = (name: string): Json => ({ field: name });
const compute = (op: string, operands: Record<string, Json>): Json => ({ compute: { op, ...operands } });
const clamped = (inner: Json, min: number, max: number): Json =>
  compute('clamp', { value: inner, min: value(min), max: value(max) });

/** Literals near the sizes that occur: counts, ticks, priorities, cents. */
const literal = fc.constantFrom(0, 1, 2, 3, 4, 5, 8, 10, 50, 100, 200, 300, 500, 1000, -100, 0.5, 1.5).map(value);

/** Something that the tree can read. The fields that decide what payments do come up more often than their number warrants. */
function operand(kind: TreeKind): fc.Arbitrary<Json> {
  const interesting: Record<TreeKind, string[]> = {
    payment: [
      'remaining_amount',
      'ticks_to_deadline',
      'balance',
      'available_liquidity',
      'priority',
      'is_in_queue2',
      'queue_age',
      'is_split',
    ],
    bank: ['balance', 'queue1_total_value', 'system_tick_in_day', 'current_tick'],
    collateral: ['queue1_liquidity_gap', 'posted_collateral', 'credit_used', 'remaining_collateral_capacity', 'balance'],
  };
  return fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom(...interesting[kind]).map(field) },
    { weight: 3, arbitrary: fc.constantFrom(...FIELDS[kind]).map(field) },
    { weight: 1, arbitrary: fc.constantFrom(...REGISTERS).map(field) },
    { weight: 1, arbitrary: fc.constantFrom(...PARAMETERS).map((name): Json => ({ param: name })) },
  );
}

function computation(kind: TreeKind, depth: number): fc.Arbitrary<Json> {
  const inner = depth <= 0 ? fc.oneof(operand(kind), literal) : number(kind, depth - 1);
  const two = fc.tuple(inner, inner);
  return fc.oneof(
    fc.tuple(fc.constantFrom('+', '-', '*'), two).map(([op, [left, right]]) => compute(op, { left, right })),
    fc.tuple(inner, fc.constantFrom(2, 3, -4, 0.5)).map(([left, right]) => compute('/', { left, right: value(right) })),
    fc
      .tuple(fc.constantFrom('max', 'min'), fc.array(inner, { minLength: 1, maxLength: 3 }))
      .map(([op, values]) => compute(op, { values })),
    fc.tuple(fc.constantFrom('ceil', 'floor', 'round', 'abs'), inner).map(([op, x]) => compute(op, { value: x })),
    fc.tuple(inner, inner, inner).map(([x, min, max]) => compute('clamp', { value: x, min, max })),
    fc
      .tuple(inner, inner, inner)
      .map(([numerator, denominator, fallback]) => compute('div0', { numerator, denominator, default: fallback })),
  );
}

/** A number: a field, a parameter, a literal, or a computation with them. */
function number(kind: TreeKind, depth = 1): fc.Arbitrary<Json> {
  return fc.oneof(
    { weight: 4, arbitrary: operand(kind) },
    { weight: 2, arbitrary: literal },
    { weight: 2, arbitrary: computation(kind, depth) },
  );
}

function comparison(kind: TreeKind): fc.Arbitrary<Json> {
  return fc
    .tuple(fc.constantFrom('==', '!=', '<', '<=', '>', '>='), operand(kind), fc.oneof(literal, number(kind)))
    .map(([op, left, right]) => ({ op, left, right }));
}

function condition(kind: TreeKind, depth = 1): fc.Arbitrary<Json> {
  const simple = comparison(kind);
  if (depth <= 0) return simple;
  const inner = condition(kind, depth - 1);
  return fc.oneof(
    { weight: 6, arbitrary: simple },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.constantFrom('and', 'or'), fc.array(inner, { maxLength: 3 }))
        .map(([op, conditions]) => ({ op, conditions })),
    },
    { weight: 1, arbitrary: inner.map((c): Json => ({ op: 'not', condition: c })) },
  );
}

function tree(kind: TreeKind, leaf: fc.Arbitrary<Node>, depth: number): fc.Arbitrary<Node> {
  if (depth <= 0) return leaf;
  const inner = tree(kind, leaf, depth - 1);
  return fc.oneof(
    { withCrossShrink: true },
    { weight: 1, arbitrary: leaf },
    {
      weight: 3,
      arbitrary: fc
        .tuple(condition(kind), inner, inner)
        .map(([test, on_true, on_false]): Node => ({ type: 'condition', condition: test, on_true, on_false })),
    },
  );
}

const parts = (max: number): fc.Arbitrary<Json> =>
  fc.oneof(
    fc.integer({ min: 2, max }).map(value),
    number('payment').map((n) => clamped(n, 2, max)),
  );

const priorityFlag = fc.constantFrom<Json>(
  {},
  { priority_flag: value('HIGH') },
  { priority_flag: value('MEDIUM') },
  { priority_flag: value('LOW') },
);

/**
 * Splits happen only while the system is not full of payments: a policy that splits what it has just taken back from the central
 * queue would multiply them without bound.
 */
const bounded = (split: Node): Node => ({
  type: 'condition',
  condition: {
    op: 'or',
    conditions: [
      { op: '>', left: field('rtgs_queue_size'), right: value(12) },
      { op: '>', left: field('outgoing_queue_size'), right: value(12) },
    ],
  },
  on_true: action('Release'),
  on_false: split,
});

const paymentLeaf: fc.Arbitrary<Node> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .tuple(fc.constantFrom('Release', 'ReleaseWithCredit'), priorityFlag)
      .map(([name, flag]) => action(name, flag as never)),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(fc.integer({ min: 0, max: 4 }), priorityFlag).map(([later, flag]) =>
      action('Release', {
        timed_for_tick: compute('+', { left: field('current_tick'), right: value(later) }),
        ...(flag as object),
      }),
    ),
  },
  {
    weight: 4,
    arbitrary: fc
      .constantFrom<Json | null>(
        null,
        'InsufficientLiquidity',
        'AwaitingInflows',
        'LowPriority',
        'NearDeadline',
        'a "quoted" reason',
      )
      .map((reason) => action('Hold', reason === null ? {} : { reason: value(reason) })),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom('Split', 'PaceAndRelease'), parts(4))
      .map(([name, n]) => bounded(action(name, { num_splits: n }))),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(parts(4), fc.integer({ min: 0, max: 2 }), fc.integer({ min: 0, max: 3 }), fc.constantFrom(0, 1, 5, 200))
      .map(([n, first, gap, boost]) =>
        bounded(
          action('StaggerSplit', {
            num_splits: n,
            stagger_first_now: value(first),
            stagger_gap_ticks: value(gap),
            priority_boost_children: value(boost),
          }),
        ),
      ),
  },
  { weight: 1, arbitrary: fc.constant(action('Drop')) },
  {
    weight: 1,
    arbitrary: fc
      .oneof(fc.constantFrom(0, 5, 9, 50, 300).map(value), number('payment'))
      .map((p) => action('Reprioritize', { new_priority: p })),
  },
  { weight: 1, arbitrary: fc.constant(action('WithdrawFromRtgs')) },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom('HighlyUrgent', 'Urgent', 'Normal')
      .map((p) => action('ResubmitToRtgs', { rtgs_priority: value(p) })),
  },
);

const registerLeaf = fc
  .tuple(
    fc.constantFrom('SetState', 'AddState'),
    fc.constantFrom(...REGISTERS, 'unprefixed'),
    number('bank'),
    fc.constantFrom(null, 'counting'),
  )
  .map(([name, key, number, reason]) =>
    action(name, { key: value(key), value: number, ...(reason === null ? {} : { reason: value(reason) }) }),
  );

function budgetLeaf(bankIds: readonly string[]): fc.Arbitrary<Node> {
  const amount = fc.oneof(
    fc.constantFrom(-1, 0, 100, 300, 1000).map(value),
    number('bank').map((n) => clamped(n, -1_000, 1_000_000)),
  );
  const optional = <T extends Json>(name: string, arbitrary: fc.Arbitrary<T>): fc.Arbitrary<Record<string, Json>> =>
    fc.option(arbitrary, { nil: null }).map((x) => (x === null ? {} : { [name]: x }));
  return fc
    .tuple(
      amount,
      optional('focus_counterparties', fc.array(fc.constantFrom<Json>(...bankIds, 7), { maxLength: 3 }).map(value)),
      optional('max_per_counterparty', amount),
    )
    .map(([max, focus, each]) => action('SetReleaseBudget', { max_value_to_release: max, ...focus, ...each }));
}

const collateralAmount = fc.oneof(
  fc
    .constantFrom(
      'queue1_liquidity_gap',
      'remaining_collateral_capacity',
      'posted_collateral',
      'credit_used',
      'excess_collateral',
    )
    .map(field),
  fc.constantFrom(-5, 0, 1, 50, 300, 5000).map(value),
  number('collateral').map((n) => clamped(n, -1_000, 10_000_000)),
);
const collateralReason = fc
  .constantFrom(
    null,
    'UrgentLiquidityNeed',
    'PreemptivePosting',
    'LiquidityRestored',
    'EndOfDayCleanup',
    'DeadlineEmergency',
    'CostOptimization',
    'other',
  )
  .map((reason): Record<string, Json> => (reason === null ? {} : { reason: value(reason) }));
const timer = fc
  .constantFrom(null, -1, 0, 0.5, 1, 2, 3.7)
  .map((n): Record<string, Json> => (n === null ? {} : { auto_withdraw_after_ticks: value(n) }));

const collateralLeaf: fc.Arbitrary<Node> = fc.oneof(
  { weight: 2, arbitrary: fc.constant(action('HoldCollateral')) },
  {
    weight: 3,
    arbitrary: fc
      .tuple(collateralAmount, collateralReason, timer)
      .map(([amount, reason, t]) => action('PostCollateral', { amount, ...reason, ...t })),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(collateralAmount, collateralReason)
      .map(([amount, reason]) => action('WithdrawCollateral', { amount, ...reason })),
  },
);

const branch = (left: string, op: string, right: number, on_true: Node, on_false: Node): Node => ({
  type: 'condition',
  condition: { op, left: field(left), right: value(right) },
  on_true,
  on_false,
});

/**
 * Payment trees as people write them, which random trees hardly ever are: one decision for what is queued centrally, another for
 * parts of splits, a split only after some patience, whatever else for the rest.
 */
const purposefulTree: fc.Arbitrary<Node> = fc
  .record({
    queued: fc.constantFrom(
      action('WithdrawFromRtgs'),
      action('ResubmitToRtgs', { rtgs_priority: value('Urgent') }),
      action('ResubmitToRtgs', { rtgs_priority: value('HighlyUrgent') }),
      action('Hold'),
    ),
    patience: fc.integer({ min: 0, max: 4 }),
    part: fc.oneof(
      paymentLeaf,
      number('payment').map((n) => action('Reprioritize', { new_priority: n })),
    ),
    split: fc.oneof(
      parts(4).map((n) => bounded(action('Split', { num_splits: n }))),
      fc.tuple(fc.integer({ min: 0, max: 2 }), fc.integer({ min: 0, max: 2 })).map(([first, gap]) => {
        const boost = value(2);
        const [stagger_first_now, stagger_gap_ticks] = [value(first), value(gap)];
        return bounded(
          action('StaggerSplit', { num_splits: value(3), stagger_first_now, stagger_gap_ticks, priority_boost_children: boost }),
        );
      }),
    ),
    rest: tree('payment', paymentLeaf, 1),
    splits: fc.boolean(),
  })
  .map(({ part, patience, queued, rest, split, splits }) => {
    const waiting = splits ? branch('queue_age', '<', patience, action('Hold'), split) : rest;
    const impatient = branch('queue_age', '<', patience, action('Hold'), part);
    return branch('is_in_queue2', '==', 1, queued, branch('is_split', '==', 1, impatient, waiting));
  });

/** Gives every node an id of its own. */
function numbered(trees: Record<string, Node | null>): Record<string, Json> {
  let next = 1;
  const walk = (node: Node): Node => {
    const node_id = `${node.type === 'action' ? 'A' : 'N'}${next++}`;
    if (node.type === 'action') return { ...node, node_id };
    return { ...node, node_id, on_true: walk(node.on_true as Node), on_false: walk(node.on_false as Node) };
  };
  return Object.fromEntries(Object.entries(trees).flatMap(([name, root]) => (root === null ? [] : [[name, walk(root)]])));
}

const rarely = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(arbitrary, { freq: 2, nil: null });

/** A whole policy document; `bankIds` are the names that budgets may focus on. */
export function policyDocument(bankIds: readonly string[]): fc.Arbitrary<PolicyDocument> {
  const bankLeaf = fc.oneof(
    { weight: 1, arbitrary: fc.constant(action('NoAction')) },
    { weight: 2, arbitrary: registerLeaf },
    { weight: 2, arbitrary: budgetLeaf(bankIds) },
  );
  return fc
    .record({
      payment_tree: fc.oneof({ weight: 3, arbitrary: tree('payment', paymentLeaf, 3) }, { weight: 1, arbitrary: purposefulTree }),
      bank_tree: rarely(tree('bank', bankLeaf, 2)),
      strategic_collateral_tree: rarely(tree('collateral', collateralLeaf, 2)),
      end_of_tick_collateral_tree: rarely(tree('collateral', collateralLeaf, 2)),
      p: fc.constantFrom(0, 1, 100, 2.5, -3),
      fraction: fc.option(fc.constantFrom(0, 0.25, 0.5, 1), { freq: 2, nil: null }),
    })
    .map(({ p, fraction, ...trees }) => ({
      version: '1.0',
      policy_id: 'generated',
      parameters: { p, q: 300, ...(fraction === null ? {} : { initial_liquidity_fraction: fraction }) },
      ...numbered(trees),
    }));
}
