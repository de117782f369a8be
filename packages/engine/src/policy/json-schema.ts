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
} from './document.js';
import { FIELDS } from './fields.js';

type Json = Record<string, unknown>;

const object = (properties: Json, required: readonly string[]): Json => ({ type: 'object', properties, required });
const ref = (name: string): Json => ({ $ref: `#/$defs/${name}` });

/** JSON Schema of policy documents, so that editors complete and check them; generated from the registries (spec 06). */
export function policyJsonSchema(): Record<string, unknown> {
  const kinds: readonly TreeKind[] = ['payment', 'bank', 'collateral'];
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'SimCash policy',
    type: 'object',
    properties: {
      version: { type: 'string', description: 'Version of the format: 1.0.' },
      policy_id: { type: 'string' },
      description: { type: ['string', 'null'] },
      parameters: { type: 'object', additionalProperties: { type: 'number' } },
      ...Object.fromEntries(TREE_NAMES.map((tree) => [tree, { anyOf: [ref(`${TREE_KIND[tree]}_node`), { type: 'null' }] }])),
    },
    required: ['version', 'policy_id'],
    $defs: Object.assign({}, ...kinds.map(definitions)) as Json,
  };
}

function definitions(kind: TreeKind): Json {
  const node = ref(`${kind}_node`);
  const value = ref(`${kind}_value`);
  const expression = ref(`${kind}_expression`);
  const fields = [...FIELDS.values()].filter((field) => field.read[kind] !== undefined);
  const computation = (ops: readonly string[], operands: readonly string[]): Json =>
    object({ op: { enum: ops }, ...Object.fromEntries(operands.map((name) => [name, value])) }, ['op', ...operands]);
  return {
    [`${kind}_node`]: {
      anyOf: [
        conditionNode(node, expression),
        ...ACTION_NAMES.filter((name) => ACTIONS[name].tree === kind).map((name) => actionNode(name, value)),
      ],
    },
    [`${kind}_expression`]: {
      anyOf: [
        object({ op: { enum: COMPARISONS }, left: value, right: value }, ['op', 'left', 'right']),
        object({ op: { enum: ['and', 'or'] }, conditions: { type: 'array', items: expression } }, ['op', 'conditions']),
        object({ op: { const: 'not' }, condition: expression }, ['op', 'condition']),
      ],
    },
    [`${kind}_value`]: {
      anyOf: [
        object(
          {
            field: {
              anyOf: [
                ...fields.map((field) => ({ const: field.name, description: `${field.about} (${field.unit})` })),
                { type: 'string', pattern: '^bank_state_', description: 'A state register; 0 when it is not set.' },
              ],
            },
          },
          ['field'],
        ),
        object({ param: { type: 'string' } }, ['param']),
        object({ value: {} }, ['value']),
        object({ compute: ref(`${kind}_computation`) }, ['compute']),
      ],
    },
    [`${kind}_computation`]: {
      anyOf: [
        computation(BINARY_OPERATORS, ['left', 'right']),
        object({ op: { enum: NARY_OPERATORS }, values: { type: 'array', items: value } }, ['op', 'values']),
        computation(UNARY_OPERATORS, ['value']),
        computation(['clamp'], ['value', 'min', 'max']),
        computation(['div0'], ['numerator', 'denominator', 'default']),
      ],
    },
  };
}

function conditionNode(node: Json, expression: Json): Json {
  const properties = {
    type: { const: 'condition' },
    node_id: { type: 'string', description: 'Unique over all trees.' },
    description: { type: 'string' },
    condition: expression,
    on_true: node,
    on_false: node,
  };
  return object(properties, ['type', 'node_id', 'condition', 'on_true', 'on_false']);
}

function actionNode(name: (typeof ACTION_NAMES)[number], value: Json): Json {
  const { about, parameters } = ACTIONS[name];
  const schemas = parameters.map((parameter) => {
    const { kind, values } = parameter;
    const text = { type: 'string', ...(values ? { examples: values } : {}) };
    const schema =
      kind === 'number'
        ? value
        : object({ value: kind === 'texts' ? { type: 'array', items: { type: 'string' } } : text }, ['value']);
    return [parameter.name, { ...schema, description: parameter.about }];
  });
  const required = parameters.filter((parameter) => parameter.required).map((parameter) => parameter.name);
  const properties = {
    type: { const: 'action' },
    node_id: { type: 'string', description: 'Unique over all trees.' },
    action: { const: name, description: about },
    parameters: { ...object(Object.fromEntries(schemas) as Json, required) },
  };
  return object(properties, ['type', 'node_id', 'action', ...(required.length > 0 ? ['parameters'] : [])]);
}
