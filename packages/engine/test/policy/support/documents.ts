import {
  BINARY_OPERATORS,
  type ActionName,
  type ActionNode,
  type Comparison,
  type Computation,
  type ConditionNode,
  type Expression,
  type PolicyDocument,
  type PolicyNode,
  type Value,
} from '../../../src/policy/document.js';
import { PolicyDocumentError, type PolicyIssue } from '../../../src/policy/issues.js';
import { parsePolicy } from '../../../src/policy/parse.js';

/** A value or a plain number, which stands for a literal. */
export type Operand = Value | number;

export const field = (name: string): Value => ({ field: name });
export const param = (name: string): Value => ({ param: name });
export const literal = (value: unknown): Value => ({ value });

const written = (operand: Operand): Value => (typeof operand === 'number' ? literal(operand) : operand);

/** A computation with its operands in the order of evaluation. */
export function compute(op: Computation['op'], ...operands: Operand[]): Value {
  const values = operands.map(written);
  if (op === 'max' || op === 'min') return { compute: { op, values } };
  const names = operandNames(op);
  return { compute: { op, ...Object.fromEntries(names.map((name, i) => [name, values[i]])) } as Computation };
}

/** Keys of the operands as the specification lists them. */
export function operandNames(op: Computation['op']): string[] {
  if ((BINARY_OPERATORS as readonly string[]).includes(op)) return ['left', 'right'];
  if (op === 'clamp') return ['value', 'min', 'max'];
  if (op === 'div0') return ['numerator', 'denominator', 'default'];
  return ['value'];
}

export const is = (left: Operand, op: Comparison, right: Operand): Expression => ({
  op,
  left: written(left),
  right: written(right),
});
export const all = (...conditions: Expression[]): Expression => ({ op: 'and', conditions });
export const any = (...conditions: Expression[]): Expression => ({ op: 'or', conditions });
export const not = (condition: Expression): Expression => ({ op: 'not', condition });

export const YES = is(1, '==', 1);
export const NO = is(1, '==', 2);

/** A value that cannot be computed, with the error kinds that it may give. */
export const failing = {
  DivisionByZero: compute('/', 1, 0),
  InvalidLiteralType: literal('text'),
  EmptyValueList: compute('max'),
  FieldNotFound: field('no_such_field'),
  ParameterNotFound: param('no_such_parameter'),
} as const;

export function when(node_id: string, condition: Expression, on_true: PolicyNode, on_false: PolicyNode): ConditionNode {
  return { type: 'condition', node_id, condition, on_true, on_false };
}

export function act(node_id: string, action: ActionName, parameters?: Record<string, Operand>): ActionNode {
  const node: ActionNode = { type: 'action', node_id, action };
  if (parameters) node.parameters = Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, written(value)]));
  return node;
}

/** A text among action parameters. */
export const text = (value: string): Value => ({ value });

export function policy(content: Partial<PolicyDocument>): PolicyDocument {
  return { version: '1.0', policy_id: 'test', ...content };
}

/** A document with a payment tree only. */
export const paying = (tree: PolicyNode, parameters?: Record<string, number>): PolicyDocument =>
  policy({ payment_tree: tree, ...(parameters ? { parameters } : {}) });

/** Holds everything. */
export const HOLD = act('hold', 'Hold');
export const RELEASE = act('release', 'Release');

/** Condition nodes one below the other, `depth` of them, every one with an action to its right. */
export function chain(depth: number, leaf: PolicyNode = RELEASE, condition: Expression = YES): PolicyNode {
  let node = leaf;
  for (let i = depth; i > 0; i--)
    node = when(`c${i}`, condition, node, act(`else${i}`, leaf.type === 'action' ? leaf.action : 'Hold'));
  return node;
}

/** The structural errors of a text; empty if it has none. */
export function parseIssues(text: string): readonly PolicyIssue[] {
  try {
    parsePolicy(text);
    return [];
  } catch (error) {
    if (!(error instanceof PolicyDocumentError)) throw error;
    return error.issues;
  }
}

type Path = readonly (string | number)[];

/** A copy of JSON data with the value at a path replaced; `undefined` removes the key. */
export function withAt<T>(data: T, path: Path, value: unknown): T {
  const copy = structuredClone(data) as unknown;
  let place = copy as Record<string | number, unknown>;
  for (const key of path.slice(0, -1)) place = place[key] as Record<string | number, unknown>;
  const last = path.at(-1)!;
  if (value === undefined) delete place[last];
  else place[last] = value;
  return copy as T;
}

/** JSON text in which the object at a path has the given members a second time (texts, so that anything can be written). */
export function textWith(data: unknown, path: Path, extraMembers: string): string {
  const [key, ...rest] = path;
  if (key === undefined) {
    const own = JSON.stringify(data);
    return `${own.slice(0, -1)}${own === '{}' ? '' : ','}${extraMembers}}`;
  }
  if (Array.isArray(data))
    return `[${data.map((item, i) => (i === key ? textWith(item, rest, extraMembers) : JSON.stringify(item))).join(',')}]`;
  const members = Object.entries(data as object).map(([name, value]) => {
    return `${JSON.stringify(name)}:${name === key ? textWith(value, rest, extraMembers) : JSON.stringify(value)}`;
  });
  return `{${members.join(',')}}`;
}

/** The same data with the keys of all objects in another order. */
export function withKeysShuffled<T>(data: T, random: () => number): T {
  if (Array.isArray(data)) return data.map((item) => withKeysShuffled(item, random)) as T;
  if (typeof data !== 'object' || data === null) return data;
  const entries = Object.entries(data);
  for (let i = entries.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [entries[i], entries[j]] = [entries[j]!, entries[i]!];
  }
  return Object.fromEntries(entries.map(([key, value]) => [key, withKeysShuffled(value, random)])) as T;
}

/** A small generator of pseudo-random numbers in [0, 1). */
export function randomNumbers(seed: number): () => number {
  let state = (seed >>> 0) + 0x9e3779b9;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let x = Math.imul(state ^ (state >>> 15), state | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return ((x ^ (x >>> 14)) >>> 0) / 4294967296;
  };
}
