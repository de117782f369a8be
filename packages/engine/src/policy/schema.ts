import { ACTIONS, type ActionParameter } from './actions.js';
import { ACTION_NAMES, TREE_KIND, TREE_NAMES, type TreeName } from './document.js';
import { FIELDS } from './fields.js';

/** An element of the policy language as the schema document describes it (spec 06 §11.1). */
export interface SchemaElement {
  /** What it is called. */
  name: string;
  /** The key in a document. */
  json_key: string;
  /** The group that it belongs to. */
  category: string;
  /** What it is, in words. */
  description: string;
  /** What it means exactly; null if its description says all. */
  semantics: string | null;
  /** What it takes. */
  parameters: SchemaParameter[];
  /** Trees in which it may stand. */
  valid_in_trees: TreeName[];
  /** An example as a document. */
  example_json: unknown;
  /** The file of the program that it stands in. */
  source_location: string;
  /** Names of related elements. */
  see_also: string[];
  /** The type of its value. */
  data_type: string | null;
  /** The unit of its value. */
  unit: string | null;
  /** The version that it came with. */
  added_in: string;
}

/** A parameter of an element of the policy language. */
export interface SchemaParameter {
  /** What it is called. */
  name: string;
  /** The type of its values. */
  param_type: 'string' | 'number' | 'list';
  /** Whether it must be given. */
  required: boolean;
  /** What it is, in words. */
  description: string;
  /** An example of a value. */
  example: unknown;
  /** Values that it may have; null for any. */
  valid_values: readonly string[] | null;
}

/** What the policy language offers, as `simcash schema policy` prints it. */
export interface PolicySchema {
  /** The version of the format. */
  version: string;
  /** When it was printed. */
  generated_at: string;
  /** Trees of a policy. */
  tree_types: SchemaElement[];
  /** Nodes of trees. */
  node_types: SchemaElement[];
  /** Conditions. */
  expressions: SchemaElement[];
  /** Forms of values. */
  values: SchemaElement[];
  /** Calculations. */
  computations: SchemaElement[];
  /** What a leaf may do. */
  actions: SchemaElement[];
  /** What a policy may look at. */
  fields: SchemaElement[];
}

/** The whole language, generated from the registries that validate and compile policies. */
export function policySchema(): PolicySchema {
  return {
    version: '1.0',
    generated_at: '2025-01-01T00:00:00Z',
    tree_types: TREES,
    node_types: NODES,
    expressions: EXPRESSIONS,
    values: VALUES,
    computations: COMPUTATIONS,
    actions: ACTION_NAMES.map(actionElement),
    fields: [...FIELDS.values()].map((field) => ({
      ...element(field.name, field.name, field.category, field.about, { field: field.name }, 'policy/fields'),
      valid_in_trees: TREE_NAMES.filter((tree) => field.read[TREE_KIND[tree]] !== undefined),
      data_type: 'f64',
      unit: field.unit,
    })),
  };
}

function element(
  name: string,
  key: string,
  category: string,
  description: string,
  example: unknown,
  source: string,
): SchemaElement {
  return {
    name,
    json_key: key,
    category,
    description,
    semantics: null,
    parameters: [],
    valid_in_trees: [...TREE_NAMES],
    example_json: example,
    source_location: `packages/engine/src/${source}`,
    see_also: [],
    data_type: null,
    unit: null,
    added_in: '1.0',
  };
}

const about = (
  name: string,
  key: string,
  category: string,
  description: string,
  semantics: string,
  example: unknown,
): SchemaElement => ({
  ...element(name, key, category, description, example, 'policy/operators.ts'),
  semantics,
});

const DEFAULT_ACTION: Record<TreeName, string> = {
  payment_tree: 'Release',
  bank_tree: 'NoAction',
  strategic_collateral_tree: 'HoldCollateral',
  end_of_tick_collateral_tree: 'HoldCollateral',
};

const TREES: SchemaElement[] = (
  [
    [
      'PaymentTree',
      'payment_tree',
      'Decides about each payment in the bank’s own queue, and may take payments back from the central one.',
    ],
    ['BankTree', 'bank_tree', 'Decides once per tick about the bank: its release budget, or one state register.'],
    ['StrategicCollateralTree', 'strategic_collateral_tree', 'Decides about collateral before payments are decided.'],
    ['EndOfTickCollateralTree', 'end_of_tick_collateral_tree', 'Decides about collateral after settlement.'],
  ] as const
).map(([name, key, text]) => {
  const example = { [key]: { type: 'action', node_id: 'A1', action: DEFAULT_ACTION[key] } };
  return { ...element(name, key, 'TreeType', text, example, 'policy/document.ts'), valid_in_trees: [key] };
});

const NODES: SchemaElement[] = [
  {
    ...element('Condition', 'condition', 'NodeType', 'Goes one of two ways.', null, 'policy/document.ts'),
    example_json: {
      type: 'condition',
      node_id: 'N1',
      condition: { op: '>', left: { field: 'balance' }, right: { value: 0 } },
      on_true: { type: 'action', node_id: 'A1', action: 'Release' },
      on_false: { type: 'action', node_id: 'A2', action: 'Hold' },
    },
  },
  element(
    'Action',
    'action',
    'NodeType',
    'Ends the tree with a decision.',
    { type: 'action', node_id: 'A1', action: 'Release' },
    'policy/document.ts',
  ),
];

const sides = { left: { field: 'balance' }, right: { value: 50_000 } };
const comparison = (name: string, op: string, text: string, semantics: string): SchemaElement =>
  about(name, op, 'ComparisonOperator', text, semantics, { op, ...sides });

const EXPRESSIONS: SchemaElement[] = [
  comparison('Equal', '==', 'True if both sides are equal.', 'abs(left − right) < 1e-9'),
  comparison('NotEqual', '!=', 'True if the sides differ.', 'abs(left − right) ≥ 1e-9; false with NaN'),
  comparison('LessThan', '<', 'True if the left side is smaller.', 'left < right, without tolerance'),
  comparison('LessOrEqual', '<=', 'True if the left side is not larger.', 'left ≤ right or abs(left − right) < 1e-9'),
  comparison('GreaterThan', '>', 'True if the left side is larger.', 'left > right, without tolerance'),
  comparison('GreaterOrEqual', '>=', 'True if the left side is not smaller.', 'left ≥ right or abs(left − right) < 1e-9'),
  about('And', 'and', 'LogicalOperator', 'True if all conditions hold.', 'stops at the first that does not; of none, true', {
    op: 'and',
    conditions: [{ op: '>', ...sides }],
  }),
  about('Or', 'or', 'LogicalOperator', 'True if any condition holds.', 'stops at the first that does; of none, false', {
    op: 'or',
    conditions: [{ op: '>', ...sides }],
  }),
  about('Not', 'not', 'LogicalOperator', 'Turns a condition around.', 'negation', {
    op: 'not',
    condition: { op: '>', ...sides },
  }),
];

const VALUES: SchemaElement[] = [
  {
    ...element('Field', 'field', 'ValueType', 'A field of the context.', { field: 'balance' }, 'policy/document.ts'),
    data_type: 'f64',
  },
  {
    ...element('Param', 'param', 'ValueType', 'A parameter of the document.', { param: 'buffer' }, 'policy/document.ts'),
    data_type: 'f64',
  },
  {
    ...element(
      'Literal',
      'value',
      'ValueType',
      'A literal: a number; in conditions also true (1) and false (0).',
      { value: 5 },
      'policy/document.ts',
    ),
    data_type: 'any',
  },
  {
    ...element('Compute', 'compute', 'ValueType', 'A computation.', { compute: { op: '+', ...sides } }, 'policy/document.ts'),
    data_type: 'f64',
  },
];

const number = (item: SchemaElement): SchemaElement => ({ ...item, data_type: 'f64' });

const COMPUTATIONS: SchemaElement[] = [
  about('Add', '+', 'BinaryArithmetic', 'Sum.', 'left + right', { op: '+', ...sides }),
  about('Subtract', '-', 'BinaryArithmetic', 'Difference.', 'left − right', { op: '-', ...sides }),
  about('Multiply', '*', 'BinaryArithmetic', 'Product.', 'left × right', { op: '*', ...sides }),
  about('Divide', '/', 'BinaryArithmetic', 'Quotient.', 'fails the tick if abs(right) < 2^−52; div0 does not', {
    op: '/',
    ...sides,
  }),
  about('Max', 'max', 'NaryArithmetic', 'Largest value.', 'NaN is passed over; an empty list fails', {
    op: 'max',
    values: [{ value: 1 }, { value: 2 }],
  }),
  about('Min', 'min', 'NaryArithmetic', 'Smallest value.', 'NaN is passed over; an empty list fails', {
    op: 'min',
    values: [{ value: 1 }, { value: 2 }],
  }),
  about('Ceil', 'ceil', 'UnaryMath', 'Next whole number up.', 'ceil(value)', { op: 'ceil', value: { value: 1.2 } }),
  about('Floor', 'floor', 'UnaryMath', 'Next whole number down.', 'floor(value)', { op: 'floor', value: { value: 1.8 } }),
  about('Round', 'round', 'UnaryMath', 'Nearest whole number.', 'half away from zero', { op: 'round', value: { value: 2.5 } }),
  about('Abs', 'abs', 'UnaryMath', 'Value without sign.', 'abs(value)', { op: 'abs', value: { value: -1 } }),
  about('Clamp', 'clamp', 'TernaryMath', 'Value kept between two others.', 'min(max(value, min), max)', {
    op: 'clamp',
    value: { field: 'balance' },
    min: { value: 0 },
    max: { value: 1000 },
  }),
  about('SafeDiv', 'div0', 'TernaryMath', 'Quotient with a default.', 'default if abs(denominator) < 1e-9', {
    op: 'div0',
    numerator: { field: 'balance' },
    denominator: { field: 'credit_limit' },
    default: { value: 0 },
  }),
].map(number);

function actionElement(name: (typeof ACTION_NAMES)[number]): SchemaElement {
  const definition = ACTIONS[name];
  const required = definition.parameters.filter((parameter) => parameter.required);
  const parameters = Object.fromEntries(required.map((parameter) => [parameter.name, { value: parameter.example }]));
  const example = { type: 'action', node_id: 'A1', action: name, ...(required.length > 0 ? { parameters } : {}) };
  return {
    ...element(name, name, definition.category, definition.about, example, 'policy/actions.ts'),
    parameters: definition.parameters.map(schemaParameter),
    valid_in_trees: TREE_NAMES.filter((tree) => TREE_KIND[tree] === definition.tree),
  };
}

function schemaParameter({ about: description, example, kind, name, required, values }: ActionParameter): SchemaParameter {
  const type = kind === 'texts' ? 'list' : kind === 'text' ? 'string' : 'number';
  return { name, param_type: type, required, description, example, valid_values: values ?? null };
}
