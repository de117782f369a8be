import { compareIds } from './oracle.js';
import type { LogFold } from './fold.js';
import { penaltyFor } from './costs.js';
import type { Json, PolicyDocument } from './policies.js';
import type { AgentDocument, CostDocument } from './scenarios.js';

/**
 * A naive interpreter of policy documents (spec 06): walks the tree, computes every field from the fold of the log when it is read,
 * remembers nothing.
 */

type Node = {
  type: 'condition' | 'action';
  node_id: string;
  condition: Expression;
  on_true: Node;
  on_false: Node;
  action: string;
  parameters?: Parameters;
};
type Parameters = Record<string, Value>;
type Value = { field?: string; param?: string; value?: Json; compute?: Computation };
type Computation = { op: string } & Record<string, Value & Value[]>;
type Expression = { op: string; left: Value; right: Value; conditions: Expression[]; condition: Expression };

/** What a tree looks at. */
export interface Moment {
  fold: LogFold;
  tick: number;
  bank: string;
  /** The payment; null in trees about the bank. */
  payment: string | null;
  kind: 'payment' | 'bank' | 'collateral';
  priority: (id: string) => number;
}

/** The action that a tree arrives at, with its numbers read and its texts as they are. */
export interface Decision {
  action: string;
  number: (name: string) => number | null;
  literal: (name: string) => Json | undefined;
  path: string;
}

export function decide(document: PolicyDocument, tree: string, moment: Moment): Decision | null {
  let node = (document[tree] ?? null) as unknown as Node | null;
  if (node === null) return null;
  const numbers = (document.parameters ?? {}) as Record<string, number>;
  const value = (v: Value): number => valueOf(v, numbers, moment);
  let path = '';
  while (node.type === 'condition') {
    const outcome: boolean = holds(node.condition, value);
    path += `${node.node_id}(${outcome}) → `;
    node = outcome ? node.on_true : node.on_false;
  }
  const { action, node_id, parameters = {} } = node;
  // Numbers are read at once: later the state is another one.
  const read = new Map<string, number>();
  for (const [name, parameter] of Object.entries(parameters)) {
    const isNumber = !('value' in parameter) || typeof parameter.value === 'number';
    if (isNumber) read.set(name, value(parameter));
  }
  return {
    action,
    path: path + node_id,
    number: (name) => read.get(name) ?? null,
    literal: (name) => parameters[name]?.value,
  };
}

// --- §3 values and conditions ----------------------------------------------------------------------------------------------

function holds(expression: Expression, value: (v: Value) => number): boolean {
  const epsilon = 1e-9;
  switch (expression.op) {
    case 'and':
      return expression.conditions.every((condition) => holds(condition, value));
    case 'or':
      return expression.conditions.some((condition) => holds(condition, value));
    case 'not':
      return !holds(expression.condition, value);
  }
  const l = value(expression.left);
  const r = value(expression.right);
  switch (expression.op) {
    case '==':
      return Math.abs(l - r) < epsilon;
    case '!=':
      return Math.abs(l - r) >= epsilon;
    case '<':
      return l < r;
    case '>':
      return l > r;
    case '<=':
      return l <= r || Math.abs(l - r) < epsilon;
    case '>=':
      return l >= r || Math.abs(l - r) < epsilon;
    default:
      throw new Error(`No operator ${expression.op}`);
  }
}

function valueOf(v: Value, parameters: Record<string, number>, moment: Moment): number {
  if (v.field !== undefined) return fieldOf(v.field, moment);
  if (v.param !== undefined) return parameters[v.param]!;
  if (v.compute === undefined) return Number(v.value);
  const c = v.compute;
  const x = (operand: Value): number => valueOf(operand, parameters, moment);
  switch (c.op) {
    case '+':
      return x(c.left!) + x(c.right!);
    case '-':
      return x(c.left!) - x(c.right!);
    case '*':
      return x(c.left!) * x(c.right!);
    case '/':
      return x(c.left!) / x(c.right!);
    case 'max':
      return c.values!.map(x).reduce((most, n) => (n > most ? n : most), -Infinity);
    case 'min':
      return c.values!.map(x).reduce((least, n) => (n < least ? n : least), Infinity);
    case 'ceil':
      return Math.ceil(x(c.value!));
    case 'floor':
      return Math.floor(x(c.value!));
    case 'round':
      return roundHalfAway(x(c.value!));
    case 'abs':
      return Math.abs(x(c.value!));
    case 'clamp': {
      const [n, min, max] = [x(c.value!), x(c.min!), x(c.max!)];
      return otherIfNan(Math.min, otherIfNan(Math.max, n, min), max);
    }
    case 'div0': {
      const [n, d] = [x(c.numerator!), x(c.denominator!)];
      return Math.abs(d) < 1e-9 ? x(c.default!) : n / d;
    }
    default:
      throw new Error(`No operator ${c.op}`);
  }
}

function roundHalfAway(x: number): number {
  const t = Math.trunc(x);
  return Math.abs(x - t) >= 0.5 ? t + Math.sign(x) : t;
}

function otherIfNan(f: (x: number, y: number) => number, x: number, y: number): number {
  return Number.isNaN(x) ? y : Number.isNaN(y) ? x : f(x, y);
}

// --- casts -------------------------------------------------------------------------------------------------------------------

export const toCount = (x: number): number => (x > 0 ? Math.trunc(x) : 0);
export const toCents = (x: number): number => (Number.isNaN(x) ? 0 : Math.trunc(x) + 0);
export const toByte = (x: number): number => Math.min(toCount(x), 255);

// --- §6 fields ----------------------------------------------------------------------------------------------------------------

function fieldOf(name: string, moment: Moment): number {
  const { bank, fold } = moment;
  if (name.startsWith('bank_state_')) return fold.bank(bank).registers.get(name) ?? 0;
  const ranked = /^(my_q2_out_value|top_cpty|my_q2_in_value|my_bilateral_net_q2)(?:_top)?_([1-5])(?:_id_hash)?$/.exec(name);
  if (ranked) return rankedField(ranked[1]!, Number(ranked[2]), moment);
  const payment = moment.payment === null ? undefined : paymentField(name, moment);
  const x = payment ?? bankField(name, moment);
  if (x === undefined) throw new Error(`No field ${name}`);
  return Number(x);
}

function paymentField(name: string, { bank, fold, payment, priority, tick }: Moment): number | boolean | undefined {
  const p = fold.payment(payment!);
  const outage = fold.outages.get(p.receiver);
  const { delay_cost_per_tick_per_cent: delay = 0.0001, overdraft_bps_per_tick: overdraft = 0.001 } =
    fold.scenario.cost_rates ?? {};
  const queued = (from: string, to: string): number => queuedValue(fold, (q) => q.sender === from && q.receiver === to);
  switch (name) {
    case 'amount':
    case 'remaining_amount':
      return p.amount;
    case 'settled_amount':
      return 0;
    case 'arrival_tick':
      return p.arrivalTick;
    case 'deadline_tick':
      return p.deadline;
    case 'priority':
      return priority(p.id);
    case 'is_split':
      return p.parent !== null;
    case 'is_past_deadline':
      return tick > p.deadline;
    case 'is_overdue':
      return p.overdueSince !== null;
    case 'overdue_duration':
      return p.overdueSince === null ? 0 : Math.max(tick - p.overdueSince, 0);
    case 'is_in_queue2':
      return p.rtgsPriority !== null;
    case 'ticks_to_deadline':
      return p.deadline - tick;
    case 'queue_age':
      return Math.max(tick - p.arrivalTick, 0);
    case 'cost_delay_this_tx_one_tick':
      return p.amount * delay;
    case 'cost_overdraft_this_amount_one_tick':
      return (overdraft / 10000) * p.amount;
    case 'my_q2_out_value_to_counterparty':
      return queued(bank, p.receiver);
    case 'my_q2_in_value_from_counterparty':
      return queued(p.receiver, bank);
    case 'my_bilateral_net_q2':
      return queued(bank, p.receiver) - queued(p.receiver, bank);
    case 'tx_counterparty_id':
      return idHash(p.receiver);
    case 'tx_is_top_counterparty':
      return 0;
    case 'counterparty_in_outage':
      return fold.outages.has(p.receiver);
    case 'ticks_since_counterparty_outage':
      return outage === undefined ? -1 : tick - outage.since;
    case 'exposure_to_counterparty':
      return outage?.exposure.get(bank) ?? 0;
    default:
      return undefined;
  }
}

function bankField(name: string, moment: Moment): number | boolean | undefined {
  const { bank, fold, tick } = moment;
  const { scenario } = fold;
  const { balance, haircut, posted, queue1, unsecuredCap: cap } = fold.bank(bank);
  const used = Math.max(-balance, 0);
  const limit = fold.limit(bank);
  const available = fold.available(bank);
  const waiting = queue1.reduce((sum, id) => sum + fold.payment(id).amount, 0);
  const capacity = fold.capacity(bank);
  const index = fold.index.get(bank) ?? [];
  const nearest = Math.min(...index.map((id) => fold.payment(id).deadline));
  const { ticks_per_day: ticksPerDay } = scenario.simulation;
  const ofDay = tick % ticksPerDay;
  const required = haircut >= 1 ? 0 : Math.ceil((used - Math.min(cap, used)) / Math.max(1 - haircut, 0));
  switch (name) {
    case 'balance':
      return balance;
    case 'credit_limit':
    case 'unsecured_cap':
      return cap;
    case 'credit_used':
      return used;
    case 'credit_headroom':
      return cap - used;
    case 'effective_liquidity':
      return balance + (cap - used);
    case 'available_liquidity':
      return available;
    case 'is_using_credit':
      return balance < 0;
    case 'liquidity_buffer':
    case 'incoming_expected_count':
    case 'lsm_run_rate_last_10_ticks':
    case 'system_throughput_guidance_fraction_by_tick':
      return 0;
    case 'liquidity_pressure': {
      const total = balance + cap + posted;
      return total === 0 ? 1 : 1 - Math.max(balance, 0) / total;
    }
    case 'is_overdraft_capped':
      return 1;
    case 'outgoing_queue_size':
      return queue1.length;
    case 'queue1_total_value':
      return waiting;
    case 'queue1_liquidity_gap':
      return Math.max(waiting - available, 0);
    case 'headroom':
      return available - waiting;
    case 'rtgs_queue_size':
    case 'queue2_size':
      return fold.queue2.length;
    case 'rtgs_queue_value':
      return queuedValue(fold, () => true);
    case 'queue2_count_for_agent':
      return index.length;
    case 'queue2_nearest_deadline':
      return index.length === 0 ? 2 ** 64 : nearest;
    case 'ticks_to_nearest_queue2_deadline':
      return index.length === 0 ? Infinity : Math.max(nearest - tick, 0);
    case 'system_queue2_pressure_index': {
      const x = fold.queue2.length / (10 * fold.banks.size);
      return fold.queue2.length === 0 ? 0 : Math.min(1 / (1 + expOfMinus(2 * x)), 1);
    }
    case 'posted_collateral':
      return posted;
    case 'max_collateral_capacity':
      return capacity;
    case 'remaining_collateral_capacity':
      return capacity - posted;
    case 'collateral_utilization':
      return capacity > 0 ? posted / capacity : 0;
    case 'collateral_haircut':
      return haircut;
    case 'allowed_overdraft_limit':
      return limit;
    case 'overdraft_headroom':
      return limit - used;
    case 'overdraft_utilization':
      return limit > 0 ? used / limit : 0;
    case 'required_collateral_for_usage':
      return required;
    case 'excess_collateral':
      return Math.max(posted - required, 0);
    default:
      return rateField(name, moment) ?? timeField(name, moment, ofDay) ?? throughputField(name, moment, ofDay / ticksPerDay);
  }
}

function rateField(name: string, { fold, kind, payment }: Moment): number | undefined {
  const rates: CostDocument = fold.scenario.cost_rates ?? {};
  const amount = { payment: payment === null ? 0 : fold.payment(payment).amount, bank: 0, collateral: 1 }[kind];
  switch (name) {
    case 'cost_overdraft_bps_per_tick':
      return rates.overdraft_bps_per_tick ?? 0.001;
    case 'cost_delay_per_tick_per_cent':
      return rates.delay_cost_per_tick_per_cent ?? 0.0001;
    case 'cost_collateral_bps_per_tick':
      return rates.collateral_cost_per_tick_bps ?? 0.0002;
    case 'cost_split_friction':
      return rates.split_friction_cost ?? 1000;
    case 'cost_deadline_penalty':
      return penaltyFor(rates.deadline_penalty ?? 50_000, amount);
    case 'cost_eod_penalty':
      return penaltyFor(rates.eod_penalty ?? 10_000, amount);
    default:
      return undefined;
  }
}

function timeField(name: string, { fold, tick }: Moment, ofDay: number): number | boolean | undefined {
  const { simulation, eod_rush_threshold = 0.8 } = fold.scenario;
  const { ticks_per_day } = simulation;
  switch (name) {
    case 'current_tick':
      return tick;
    case 'total_agents':
      return fold.banks.size;
    case 'system_ticks_per_day':
      return ticks_per_day;
    case 'system_current_day':
      return Math.floor(tick / ticks_per_day);
    case 'system_tick_in_day':
      return ofDay;
    case 'ticks_remaining_in_day':
      return Math.max(ticks_per_day - ofDay - 1, 0);
    case 'day_progress_fraction':
      return ofDay / ticks_per_day;
    case 'is_eod_rush':
      return ofDay / ticks_per_day >= eod_rush_threshold;
    default:
      return undefined;
  }
}

/** Over all payments ever created: a split one counts as a whole and as parts, and so does what is paid of it. */
function throughputField(name: string, { bank, fold }: Moment, expected: number): number | undefined {
  const mine = [...fold.payments.values()].filter(({ sender }) => sender === bank);
  const created = mine.reduce((sum, { amount }) => sum + amount, 0);
  const paidOf = (id: string): number => {
    const { amount, children, settledTick } = fold.payment(id);
    if (settledTick !== null) return amount;
    return children.reduce((sum, child) => sum + (fold.payment(child).settledTick === null ? 0 : fold.payment(child).amount), 0);
  };
  const paid = mine.reduce((sum, { id }) => sum + paidOf(id), 0);
  const fraction = created === 0 ? 0 : paid / created;
  switch (name) {
    case 'my_throughput_fraction_today':
      return fraction;
    case 'expected_throughput_fraction_by_now':
      return expected;
    case 'throughput_gap':
      return fraction - expected;
    default:
      return undefined;
  }
}

/** Counterparties in the central queue by value, largest first, equal ones by id. */
function rankedField(what: string, rank: number, { bank, fold }: Moment): number {
  const others = [...fold.banks.keys()];
  const out = (id: string): number => queuedValue(fold, (q) => q.sender === bank && q.receiver === id);
  const into = (id: string): number => queuedValue(fold, (q) => q.sender === id && q.receiver === bank);
  const sorted = (list: { id: string; value: number }[]): { id: string; value: number }[] =>
    list.sort((x, y) => Math.abs(y.value) - Math.abs(x.value) || compareIds(x.id, y.id));
  const outgoing = sorted(others.map((id) => ({ id, value: out(id) })).filter(({ value }) => value > 0));
  switch (what) {
    case 'my_q2_out_value':
      return outgoing[rank - 1]?.value ?? 0;
    case 'top_cpty': {
      const top = outgoing[rank - 1];
      return top ? idHash(top.id) : 0;
    }
    case 'my_q2_in_value':
      return sorted(others.map((id) => ({ id, value: into(id) })).filter(({ value }) => value > 0))[rank - 1]?.value ?? 0;
    default: {
      const involved = others.filter((id) => out(id) > 0 || into(id) > 0);
      return sorted(involved.map((id) => ({ id, value: out(id) - into(id) })))[rank - 1]?.value ?? 0;
    }
  }
}

function queuedValue(fold: LogFold, matches: (payment: { sender: string; receiver: string }) => boolean): number {
  return fold.queue2.map((id) => fold.payment(id)).reduce((sum, payment) => sum + (matches(payment) ? payment.amount : 0), 0);
}

/** FNV-1a, 64 bits, as a double. */
function idHash(id: string): number {
  let hash = 14695981039346656037n;
  for (const byte of Buffer.from(id)) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 1099511628211n);
  return Number(hash);
}

/** exp(−x) for x ≥ 0, correctly rounded: a Taylor series with 256 bits after the point. */
function expOfMinus(x: number): number {
  const one = 1n << 256n;
  // A double of this size is a whole number of 2^−128.
  const y = -(BigInt(x * 2 ** 128) << 128n);
  let sum = one;
  let term = one;
  for (let n = 1n; term !== 0n && n < 400n; n++) {
    term = (term * y) / (one * n);
    sum += term;
  }
  return Number(sum) / 2 ** 256;
}

// --- §9 built-in policies -------------------------------------------------------------------------------------------------------

type Rows = [condition: Json, leaf: Json][];

const test = (op: string, left: Json, right: Json): Json => ({ op, left, right });
const f = (field: string): Json => ({ field });
const n = (value: number): Json => ({ value });
const both = (...conditions: Json[]): Json => ({ op: 'and', conditions });

/** A tree of rows: the first whose condition holds decides. */
function table(rows: Rows, otherwise: Json): Json {
  const ids = { next: 1 };
  const leafOf = (leaf: Json): Json => ({ type: 'action', node_id: `A${ids.next++}`, ...(leaf as object) });
  const build = ([row, ...rest]: Rows): Json =>
    row === undefined
      ? leafOf(otherwise)
      : { type: 'condition', node_id: `N${ids.next++}`, condition: row[0], on_true: leafOf(row[1]), on_false: build(rest) };
  return build(rows);
}

const RELEASE: Json = { action: 'Release' };
const hold = (reason: string): Json => ({ action: 'Hold', parameters: { reason: { value: reason } } });
const split = (parts: number): Json => ({ action: 'Split', parameters: { num_splits: n(parts) } });
const DROP: [Json, Json] = [test('<=', f('deadline_tick'), f('current_tick')), { action: 'Drop' }];

/** The document that a bank of a scenario follows; built-in policies are the decision tables of spec 06 §9. */
export function documentOf({ policy = { type: 'Fifo' } }: AgentDocument): { document: PolicyDocument; supplied: boolean } {
  const built = (rows: Rows, otherwise: Json): { document: PolicyDocument; supplied: boolean } => ({
    document: { version: '1.0', policy_id: 'built-in', payment_tree: table(rows, otherwise) },
    supplied: false,
  });
  const urgent = test('<=', f('ticks_to_deadline'), n(policy.urgency_threshold as number));
  const affordable = test('>=', f('effective_liquidity'), f('remaining_amount'));
  const rest: Json = { compute: { op: '-', left: f('balance'), right: f('remaining_amount') } };
  const insufficient = hold('InsufficientLiquidity');
  switch (policy.type) {
    case 'Fifo':
      return built([], RELEASE);
    case 'Deadline':
      return built([DROP, [urgent, RELEASE]], hold('NearDeadline'));
    case 'LiquidityAware': {
      const target = policy.target_buffer as number;
      const free = test('==', n(target), n(0));
      return built(
        [
          DROP,
          [both(urgent, affordable), RELEASE],
          [urgent, insufficient],
          [both(free, affordable), RELEASE],
          [free, insufficient],
          [test('<', rest, n(target)), insufficient],
        ],
        RELEASE,
      );
    }
    case 'LiquiditySplitting': {
      const positive = test('>', f('balance'), n(0));
      return built(
        [
          DROP,
          [test('>=', f('balance'), f('amount')), RELEASE],
          [both(positive, test('<=', f('ticks_to_deadline'), n(5))), split(policy.max_splits as number)],
          [positive, split(2)],
        ],
        insufficient,
      );
    }
    case 'MockSplitting':
      return built([], split(policy.num_splits as number));
    case 'Inline':
      return { document: policy.decision_trees as PolicyDocument, supplied: true };
    case 'InlineJson':
      return { document: JSON.parse(policy.json_string as string) as PolicyDocument, supplied: true };
    default:
      throw new Error(`No policy type ${policy.type}`);
  }
}
