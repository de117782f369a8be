import { ACTIONS } from './actions.js';
import {
  ACTION_NAMES,
  BINARY_OPERATORS,
  COMPARISONS,
  NARY_OPERATORS,
  TREE_KIND,
  TREE_NAMES,
  UNARY_OPERATORS,
  type TreeKind,
  type TreeName,
} from './document.js';
import { FIELDS } from './fields.js';

type Json = Record<string, unknown>;

const object = (properties: Json, required: readonly string[]): Json => ({ type: 'object', properties, required });
const ref = (name: string, description?: string): Json => ({
  $ref: `#/$defs/${name}`,
  ...(description === undefined ? {} : { description }),
});

/** What the operands of computations are. */
const OPERANDS: Readonly<Record<string, string>> = {
  left: 'First value.',
  right: 'Second value.',
  value: 'The value.',
  min: 'Lower end of the range.',
  max: 'Upper end of the range.',
  numerator: 'What is divided.',
  denominator: 'By what it is divided.',
  default: 'Result if the denominator is 0.',
};

const TREES: Readonly<Record<TreeName, string>> = {
  payment_tree: 'Decides, in every tick, about each payment in the queue of the bank.',
  bank_tree: 'Sets budgets and registers of the bank, in every tick, before payments.',
  strategic_collateral_tree: 'Decides about collateral, in every tick, before payments.',
  end_of_tick_collateral_tree: 'Decides about collateral, in every tick, after settlement.',
};

/** JSON Schema of policy documents, so that editors complete and check them; generated from the registries (spec 06). */
export function policyJsonSchema(): Record<string, unknown> {
  const kinds: readonly TreeKind[] = ['payment', 'bank', 'collateral'];
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'SimCash policy',
    type: 'object',
    properties: {
      version: { type: 'string', description: 'Version of the format: 1.0.' },
      policy_id: { type: 'string', description: 'Name of the policy.' },
      description: { type: ['string', 'null'], description: 'What it does, for readers.' },
      parameters: {
        type: 'object',
        additionalProperties: { type: 'number' },
        description: 'Numbers by name, which trees read as {param: NAME}.',
      },
      ...Object.fromEntries(
        TREE_NAMES.map((tree) => [tree, { anyOf: [ref(`${TREE_KIND[tree]}_node`), { type: 'null' }], description: TREES[tree] }]),
      ),
    },
    required: ['version', 'policy_id'],
    $defs: Object.assign({}, ...kinds.map(definitions)) as Json,
  };
}

function definitions(kind: TreeKind): Json {
  const value = (about: string): Json => ref(`${kind}_value`, about);
  const expression = (about?: string): Json => ref(`${kind}_expression`, about);
  const values = { type: 'array', items: ref(`${kind}_value`), description: 'The values.' };
  const fields = [...FIELDS.values()].filter((field) => field.read[kind] !== undefined);
  const op = (names: readonly string[], description = 'What is computed.'): Json => ({ enum: names, description });
  const computation = (ops: readonly string[], operands: readonly string[]): Json =>
    object({ op: op(ops), ...Object.fromEntries(operands.map((name) => [name, value(OPERANDS[name]!)])) }, ['op', ...operands]);
  return {
    [`${kind}_node`]: {
      anyOf: [
        conditionNode(kind, expression('What is asked.')),
        ...ACTION_NAMES.filter((name) => ACTIONS[name].tree === kind).map((name) => actionNode(name, kind)),
      ],
    },
    [`${kind}_expression`]: {
      anyOf: [
        object({ op: op(COMPARISONS, 'How they are compared.'), left: value('First value.'), right: value('Second value.') }, [
          'op',
          'left',
          'right',
        ]),
        object(
          {
            op: op(['and', 'or'], 'Whether all conditions have to hold, or one.'),
            conditions: { type: 'array', items: expression(), description: 'The conditions.' },
          },
          ['op', 'conditions'],
        ),
        object(
          { op: { const: 'not', description: 'The opposite.' }, condition: expression('The condition that must not hold.') },
          ['op', 'condition'],
        ),
      ],
    },
    [`${kind}_value`]: {
      anyOf: [
        object(
          {
            field: {
              description: 'What is read from the simulation.',
              anyOf: [
                ...fields.map((field) => ({ const: field.name, description: `${field.about} (${field.unit})` })),
                { type: 'string', pattern: '^bank_state_', description: 'A state register; 0 when it is not set.' },
              ],
            },
          },
          ['field'],
        ),
        object({ param: { type: 'string', description: 'Name of a parameter of the document.' } }, ['param']),
        object({ value: { description: 'A constant.' } }, ['value']),
        object({ compute: ref(`${kind}_computation`, 'What is computed.') }, ['compute']),
      ],
    },
    [`${kind}_computation`]: {
      anyOf: [
        computation(BINARY_OPERATORS, ['left', 'right']),
        object({ op: op(NARY_OPERATORS), values }, ['op', 'values']),
        computation(UNARY_OPERATORS, ['value']),
        computation(['clamp'], ['value', 'min', 'max']),
        computation(['div0'], ['numerator', 'denominator', 'default']),
      ],
    },
  };
}

const node_id = { type: 'string', description: 'Name of the node, unique over all trees.' };

function conditionNode(kind: TreeKind, condition: Json): Json {
  const properties = {
    type: { const: 'condition', description: 'A node that asks and goes on.' },
    node_id,
    description: { type: 'string', description: 'What it is for, for readers.' },
    condition,
    on_true: ref(`${kind}_node`, 'What follows if the condition holds.'),
    on_false: ref(`${kind}_node`, 'What follows if it does not.'),
  };
  return object(properties, ['type', 'node_id', 'condition', 'on_true', 'on_false']);
}

function actionNode(name: (typeof ACTION_NAMES)[number], tree: TreeKind): Json {
  const { about, parameters } = ACTIONS[name];
  const schemas = parameters.map((parameter) => {
    const { kind, values } = parameter;
    const text = { type: 'string', ...(values ? { examples: values } : {}) };
    const given = { ...(kind === 'texts' ? { type: 'array', items: { type: 'string' } } : text), description: parameter.about };
    const schema = kind === 'number' ? ref(`${tree}_value`) : object({ value: given }, ['value']);
    return [parameter.name, { ...schema, description: parameter.about }];
  });
  const required = parameters.filter((parameter) => parameter.required).map((parameter) => parameter.name);
  const properties = {
    type: { const: 'action', description: 'A node that does something.' },
    node_id,
    action: { const: name, description: about },
    parameters: { ...object(Object.fromEntries(schemas) as Json, required), description: 'How it is done.' },
  };
  return object(properties, ['type', 'node_id', 'action', ...(required.length > 0 ? ['parameters'] : [])]);
}
