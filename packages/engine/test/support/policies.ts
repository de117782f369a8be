/** Building blocks of policy documents; nodes are numbered when a document is put together. */
export type Node =
  | { type: 'condition'; condition: unknown; on_true: Node; on_false: Node }
  | { type: 'action'; action: string; parameters: unknown };

/** An action; parameters that are no objects are literals. */
export function action(name: string, parameters: Record<string, unknown> = {}): Node {
  return {
    type: 'action',
    action: name,
    parameters: Object.fromEntries(Object.entries(parameters).map(([key, value]) => [key, operand(value)])),
  };
}

/** `when('amount', '==', 20, …)`: texts are fields, numbers literals, objects operands as they stand. */
export function when(left: unknown, op: string, right: unknown, on_true: Node, on_false: Node): Node {
  const side = (value: unknown): unknown => (typeof value === 'string' ? { field: value } : operand(value));
  return { type: 'condition', condition: { op, left: side(left), right: side(right) }, on_true, on_false };
}

/** A computation with two operands, which are written as in {@link when}. */
export function compute(left: unknown, op: string, right: unknown): unknown {
  const side = (value: unknown): unknown => (typeof value === 'string' ? { field: value } : operand(value));
  return { compute: { op, left: side(left), right: side(right) } };
}

export interface Trees {
  payment_tree?: Node;
  bank_tree?: Node;
  strategic_collateral_tree?: Node;
  end_of_tick_collateral_tree?: Node;
  parameters?: Record<string, number>;
}

/** A policy document with numbered nodes. */
export function policyDocument({ parameters, ...trees }: Trees): Record<string, unknown> {
  let count = 0;
  const numbered = (node: Node): unknown => {
    const node_id = `N${++count}`;
    return node.type === 'action'
      ? { ...node, node_id }
      : { ...node, node_id, on_true: numbered(node.on_true), on_false: numbered(node.on_false) };
  };
  return {
    version: '1.0',
    policy_id: 'test',
    ...(parameters && { parameters }),
    ...Object.fromEntries(Object.entries(trees).map(([name, tree]) => [name, numbered(tree as Node)])),
  };
}

/** The same as the `policy` of a bank. */
export function inline(trees: Trees): Record<string, unknown> {
  return { type: 'Inline', decision_trees: policyDocument(trees) };
}

export const RELEASE = inline({ payment_tree: action('Release') });
export const HOLD = inline({ payment_tree: action('Hold') });

function operand(value: unknown): unknown {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : { value };
}
