/**
 * A policy interpreter written straight from spec 06 §3 and §7: it walks the JSON document, looks fields up in a table that holds
 * all of them, and shares nothing with the compiler but the document.
 */

type Json = Record<string, unknown>;

/** An error of evaluation as spec 06 §10.1 names them, without its text. */
export class NaiveError extends Error {
  constructor(
    readonly kind: string,
    readonly detail = '',
  ) {
    super(detail === '' ? kind : `${kind}(${JSON.stringify(detail)})`);
  }
}

export interface Environment {
  fields: ReadonlyMap<string, number>;
  parameters: Record<string, number>;
}

/** Which form counts: in operands field, param, value, compute; in action parameters the literal comes first (spec 06 §2.3). */
function formOf(value: Json, isParameter: boolean): 'field' | 'param' | 'value' | 'compute' {
  const order = isParameter
    ? (['value', 'field', 'param', 'compute'] as const)
    : (['field', 'param', 'value', 'compute'] as const);
  for (const form of order) {
    if (!Object.keys(value).includes(form)) continue;
    if ((form === 'field' || form === 'param') && typeof value[form] !== 'string') continue;
    return form;
  }
  throw new Error(`no value: ${JSON.stringify(value)}`);
}

export function valueOf(value: Json, environment: Environment, isParameter?: string): number {
  switch (formOf(value, isParameter !== undefined)) {
    case 'field': {
      const name = value.field as string;
      const found = environment.fields.get(name);
      if (found !== undefined) return found;
      if (name.startsWith('bank_state_')) return 0;
      throw new NaiveError('FieldNotFound', name);
    }
    case 'param': {
      const name = value.param as string;
      if (Object.keys(environment.parameters).includes(name)) return environment.parameters[name]!;
      throw new NaiveError('ParameterNotFound', name);
    }
    case 'value': {
      if (typeof value.value === 'number') return value.value;
      if (isParameter !== undefined) throw new NaiveError('InvalidActionParameter', isParameter);
      if (typeof value.value === 'boolean') return value.value ? 1 : 0;
      throw new NaiveError('InvalidLiteralType');
    }
    case 'compute':
      return computed(value.compute as Json, environment);
  }
}

function computed(c: Json, environment: Environment): number {
  const of = (key: string): number => valueOf(c[key] as Json, environment);
  switch (c.op) {
    case '+': {
      const left = of('left');
      return left + of('right');
    }
    case '-': {
      const left = of('left');
      return left - of('right');
    }
    case '*': {
      const left = of('left');
      return left * of('right');
    }
    case '/': {
      const left = of('left');
      const right = of('right');
      if (Math.abs(right) < 2.220446049250313e-16) throw new NaiveError('DivisionByZero');
      return left / right;
    }
    case 'max':
    case 'min': {
      const values = c.values as Json[];
      if (values.length === 0) throw new NaiveError('EmptyValueList');
      let accumulator = c.op === 'max' ? -Infinity : Infinity;
      for (const value of values) {
        const v = valueOf(value, environment);
        if (c.op === 'max' ? v > accumulator : v < accumulator) accumulator = v;
      }
      return accumulator;
    }
    case 'ceil':
      return Math.ceil(of('value'));
    case 'floor':
      return Math.floor(of('value'));
    case 'round': {
      const x = of('value');
      const t = Math.trunc(x);
      return Math.abs(x - t) >= 0.5 ? t + Math.sign(x) : t;
    }
    case 'abs':
      return Math.abs(of('value'));
    case 'clamp': {
      const value = of('value');
      const min = of('min');
      const max = of('max');
      const raised = Number.isNaN(value) ? min : Number.isNaN(min) ? value : value < min ? min : value;
      return Number.isNaN(raised) ? max : Number.isNaN(max) ? raised : raised > max ? max : raised;
    }
    case 'div0': {
      const numerator = of('numerator');
      const denominator = of('denominator');
      return Math.abs(denominator) < 1e-9 ? of('default') : numerator / denominator;
    }
  }
  throw new Error(`no operator: ${String(c.op)}`);
}

export function conditionHolds(e: Json, environment: Environment): boolean {
  switch (e.op) {
    case 'and':
      for (const condition of e.conditions as Json[]) if (!conditionHolds(condition, environment)) return false;
      return true;
    case 'or':
      for (const condition of e.conditions as Json[]) if (conditionHolds(condition, environment)) return true;
      return false;
    case 'not':
      return !conditionHolds(e.condition as Json, environment);
  }
  const l = valueOf(e.left as Json, environment);
  const r = valueOf(e.right as Json, environment);
  switch (e.op) {
    case '==':
      return Math.abs(l - r) < 1e-9;
    case '!=':
      return Math.abs(l - r) >= 1e-9;
    case '<':
      return l < r;
    case '>':
      return l > r;
    case '<=':
      return l <= r || Math.abs(l - r) < 1e-9;
    case '>=':
      return l >= r || Math.abs(l - r) < 1e-9;
  }
  throw new Error(`no operator: ${String(e.op)}`);
}

/** Follows a tree to its action. */
export function traverse(root: Json, environment: Environment): { path: string; node: Json } {
  const path: string[] = [];
  let node = root;
  while (node.type === 'condition') {
    const outcome = conditionHolds(node.condition as Json, environment);
    path.push(`${String(node.node_id)}(${outcome})`);
    node = (outcome ? node.on_true : node.on_false) as Json;
  }
  return { path: [...path, node.node_id].join(' → '), node };
}

/** Whole numbers are exact up to 2^53 − 1 and saturate there. */
const LARGEST = Number.MAX_SAFE_INTEGER;
const toInteger = (x: number): number => (Number.isNaN(x) ? 0 : Math.trunc(Math.max(Math.min(x, LARGEST), -LARGEST)) + 0);
const toCount = (x: number): number => Math.max(toInteger(x), 0);
const toByte = (x: number): number => Math.min(toCount(x), 255);

export type Decision =
  | { kind: 'submit'; override: number | null; target: number | null }
  | { kind: 'split'; parts: number }
  | { kind: 'stagger'; parts: number; first: number; gap: number; boost: number }
  | { kind: 'hold'; reason: string }
  | { kind: 'drop' }
  | { kind: 'reprioritize'; priority: number }
  | { kind: 'withdraw' }
  | { kind: 'resubmit'; priority: string }
  | { kind: 'budget'; max: number; focus: string[] | null; each: number | null }
  | { kind: 'register'; action: string; key: string; value: number; reason: string; path: string }
  | { kind: 'post'; amount: number; reason: string; after: number | null }
  | { kind: 'take'; amount: number; reason: string }
  | { kind: 'nothing' };

/** Evaluates a tree and builds the decision with the numbers of its action (spec 06 §7.2–§7.4). */
export function decideNaively(root: Json, environment: Environment): Decision {
  const { node, path } = traverse(root, environment);
  const given = (node.parameters ?? {}) as Record<string, Json>;
  const has = (name: string): boolean => Object.keys(given).includes(name);
  const optional = (name: string): number | null => (has(name) ? valueOf(given[name]!, environment, name) : null);
  const number = (name: string): number => {
    if (!has(name)) throw new NaiveError('MissingActionParameter', name);
    return valueOf(given[name]!, environment, name);
  };
  const isLiteral = (name: string): boolean => has(name) && Object.keys(given[name]!).includes('value');
  const literalText = (name: string): string | null =>
    isLiteral(name) && typeof given[name]!.value === 'string' ? (given[name]!.value as string) : null;
  const text = (name: string): string => {
    if (!has(name)) throw new NaiveError('MissingActionParameter', name);
    if (!isLiteral(name)) {
      const what = { field: 'field references', param: 'param references', compute: 'computed values', value: '' }[
        formOf(given[name]!, true)
      ];
      throw new NaiveError('InvalidActionParameter', `String parameter '${name}' does not support ${what}`);
    }
    const found = literalText(name);
    if (found === null) throw new NaiveError('InvalidActionParameter', name);
    return found;
  };
  const parts = (n: number): number => {
    if (n < 2) throw new NaiveError('InvalidActionParameter', 'num_splits must be >= 2');
    return n;
  };
  switch (node.action) {
    case 'Release':
    case 'ReleaseWithCredit': {
      const flag = literalText('priority_flag');
      const override = flag === null ? null : flag === 'HIGH' ? 10 : flag === 'LOW' ? 1 : 5;
      const target = optional('timed_for_tick');
      return { kind: 'submit', override, target: target === null ? null : toCount(target) };
    }
    case 'Split':
    case 'PaceAndRelease':
      return { kind: 'split', parts: parts(toCount(number('num_splits'))) };
    case 'StaggerSplit': {
      const n = toCount(number('num_splits'));
      const first = toCount(number('stagger_first_now'));
      const gap = toCount(number('stagger_gap_ticks'));
      const boost = toByte(number('priority_boost_children'));
      parts(n);
      if (first > n) throw new NaiveError('InvalidActionParameter', 'stagger_first_now cannot exceed num_splits');
      return { kind: 'stagger', parts: n, first, gap, boost };
    }
    case 'Hold':
      return { kind: 'hold', reason: literalText('reason') ?? 'Policy decision' };
    case 'Drop':
      return { kind: 'drop' };
    case 'Reprioritize':
      return { kind: 'reprioritize', priority: toByte(number('new_priority')) };
    case 'WithdrawFromRtgs':
      return { kind: 'withdraw' };
    case 'ResubmitToRtgs': {
      const refuse = (detail: string): never => {
        throw new NaiveError('InvalidActionParameter', detail);
      };
      if (!has('rtgs_priority')) throw new NaiveError('MissingActionParameter', 'rtgs_priority');
      if (!isLiteral('rtgs_priority')) refuse('rtgs_priority must be a direct string value');
      const priority = literalText('rtgs_priority') ?? refuse('rtgs_priority must be a string');
      if (!['HighlyUrgent', 'Urgent', 'Normal'].includes(priority)) {
        refuse(`rtgs_priority must be 'HighlyUrgent', 'Urgent', or 'Normal', got '${priority}'`);
      }
      return { kind: 'resubmit', priority };
    }
    case 'SetReleaseBudget': {
      const max = toInteger(number('max_value_to_release'));
      const list = isLiteral('focus_counterparties') ? given.focus_counterparties!.value : null;
      const focus = Array.isArray(list) ? list.filter((id): id is string => typeof id === 'string') : [];
      const each = optional('max_per_counterparty');
      return { kind: 'budget', max, focus: focus.length === 0 ? null : focus, each: each === null ? null : toInteger(each) };
    }
    case 'SetState':
    case 'AddState': {
      const key = text('key');
      const value = number('value');
      return {
        kind: 'register',
        action: node.action,
        key,
        value,
        reason: has('reason') ? text('reason') : 'policy_action',
        path,
      };
    }
    case 'PostCollateral':
    case 'WithdrawCollateral': {
      const amount = toInteger(number('amount'));
      if (amount <= 0) return { kind: 'nothing' };
      const known = [
        'UrgentLiquidityNeed',
        'PreemptivePosting',
        'LiquidityRestored',
        'EndOfDayCleanup',
        'DeadlineEmergency',
        'CostOptimization',
      ];
      const reason = known.includes(literalText('reason') ?? '') ? literalText('reason')! : 'UrgentLiquidityNeed';
      if (node.action === 'WithdrawCollateral') return { kind: 'take', amount, reason };
      const after = optional('auto_withdraw_after_ticks');
      return { kind: 'post', amount, reason, after: after !== null && after > 0 ? toCount(after) : null };
    }
    case 'NoAction':
    case 'HoldCollateral':
      return { kind: 'nothing' };
  }
  throw new Error(`no action: ${String(node.action)}`);
}
