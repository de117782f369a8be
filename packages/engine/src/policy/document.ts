/** The policy document as it stands in a JSON file (spec 06 §2). Unknown keys are allowed everywhere and ignored. */
export interface PolicyDocument {
  /** The version of the format. */
  version: string;
  /** The policy's id. */
  policy_id: string;
  /** What it is, in words. */
  description?: string | null;
  /** Numbers that the trees refer to, by name. */
  parameters?: Record<string, number>;
  /** What becomes of each payment. */
  payment_tree?: PolicyNode | null;
  /** What the bank does once in a tick. */
  bank_tree?: PolicyNode | null;
  /** Collateral before payments are decided on. */
  strategic_collateral_tree?: PolicyNode | null;
  /** Collateral at the end of the tick. */
  end_of_tick_collateral_tree?: PolicyNode | null;
}

/** The four trees, in the order in which validation reports about them. */
export const TREE_NAMES = ['payment_tree', 'bank_tree', 'strategic_collateral_tree', 'end_of_tick_collateral_tree'] as const;
/** A tree of a policy, by its key. */
export type TreeName = (typeof TREE_NAMES)[number];

/** What a tree may see: payment trees see a payment, bank trees only the bank, collateral trees the bank and its counterparties. */
export type TreeKind = 'payment' | 'bank' | 'collateral';

/** The kind of decision that each tree takes. */
export const TREE_KIND: Record<TreeName, TreeKind> = {
  payment_tree: 'payment',
  bank_tree: 'bank',
  strategic_collateral_tree: 'collateral',
  end_of_tick_collateral_tree: 'collateral',
};

/** A node of a policy tree: a condition or an action. */
export type PolicyNode = ConditionNode | ActionNode;

/** A node that goes on to one of two nodes. */
export interface ConditionNode {
  type: 'condition';
  /** Unique over all trees of the document. */
  node_id: string;
  /** What it is, in words. */
  description?: string;
  /** What is asked. */
  condition: Expression;
  /** Where it goes on if the condition holds. */
  on_true: PolicyNode;
  /** Where it goes on if the condition does not hold. */
  on_false: PolicyNode;
}

/** A leaf of a policy tree: what is done. */
export interface ActionNode {
  type: 'action';
  /** The node's id, which traces name. */
  node_id: string;
  /** What is done. */
  action: ActionName;
  /** Values that the action takes, by name. */
  parameters?: Record<string, Value>;
}

/** Operators that compare two values. */
export const COMPARISONS = ['==', '!=', '<', '<=', '>', '>='] as const;
/** An operator that compares two values. */
export type Comparison = (typeof COMPARISONS)[number];

/** A condition: a comparison, or several with `and`, `or`, `not`. */
export type Expression =
  | { op: Comparison; left: Value; right: Value }
  | { op: 'and'; conditions: Expression[] }
  | { op: 'or'; conditions: Expression[] }
  | { op: 'not'; condition: Expression };

/** A number: a context field, a parameter of the document, a literal, or a computation. */
export type Value = { field: string } | { param: string } | { value: unknown } | { compute: Computation };

/** Operators of calculations with two operands. */
export const BINARY_OPERATORS = ['+', '-', '*', '/'] as const;
/** Operators of calculations with any number of operands. */
export const NARY_OPERATORS = ['max', 'min'] as const;
/** Operators of calculations with one operand. */
export const UNARY_OPERATORS = ['ceil', 'floor', 'round', 'abs'] as const;

/** A calculation with values. */
export type Computation =
  | { op: (typeof BINARY_OPERATORS)[number]; left: Value; right: Value }
  | { op: (typeof NARY_OPERATORS)[number]; values: Value[] }
  | { op: (typeof UNARY_OPERATORS)[number]; value: Value }
  | { op: 'clamp'; value: Value; min: Value; max: Value }
  | { op: 'div0'; numerator: Value; denominator: Value; default: Value };

/** All actions, in the order of spec 06 §7.1. */
export const ACTION_NAMES = [
  'Release',
  'ReleaseWithCredit',
  'PaceAndRelease',
  'Split',
  'StaggerSplit',
  'Hold',
  'Drop',
  'Reprioritize',
  'SetReleaseBudget',
  'SetState',
  'AddState',
  'NoAction',
  'PostCollateral',
  'WithdrawCollateral',
  'HoldCollateral',
  'WithdrawFromRtgs',
  'ResubmitToRtgs',
] as const;
/** An action that a policy may take. */
export type ActionName = (typeof ACTION_NAMES)[number];

/** Longest way from a root to an action, in conditions (spec 06 §8.1). */
export const MAX_TREE_DEPTH = 100;
/** Containers within containers that a document may have (spec 06 §2.5). */
export const MAX_NESTING = 127;
/** Larger texts are refused unread. */
export const MAX_DOCUMENT_BYTES = 16 * 1024 * 1024;

/** Prefix of the names of state registers. */
export const REGISTER_PREFIX = 'bank_state_';
