import {
  ACTION_NAMES,
  BINARY_OPERATORS,
  COMPARISONS,
  NARY_OPERATORS,
  TREE_NAMES,
  UNARY_OPERATORS,
  type ActionName,
  type Computation,
  type Expression,
  type PolicyDocument,
  type PolicyNode,
  type Value,
} from './document.js';
import { nearest } from '@simcash/protocol';
import { PolicyDocumentError, type PolicyIssue } from './issues.js';
import { join, JsonTextError, readJson } from './json-text.js';

const LOGIC = ['and', 'or', 'not'] as const;
const EXPRESSION_OPERATORS: readonly string[] = [...COMPARISONS, ...LOGIC];
const COMPUTATION_OPERATORS: readonly string[] = [...BINARY_OPERATORS, ...NARY_OPERATORS, ...UNARY_OPERATORS, 'clamp', 'div0'];

/**
 * Reads the JSON text of a policy document and checks its structure (spec 06 §2).
 *
 * @throws PolicyDocumentError with every structural error, each with its path
 */
export function parsePolicy(text: string): PolicyDocument {
  try {
    const { value, duplicates } = readJson(text);
    return new Parser(duplicates).document(value);
  } catch (error) {
    if (!(error instanceof JsonTextError)) throw error;
    throw new PolicyDocumentError([{ code: 'ParseError', path: '', message: error.message }]);
  }
}

type JsonObject = Record<string, unknown>;

/** Checks untyped JSON against the document format. Reading goes on after an error, so that all are found at once. */
class Parser {
  readonly #issues: PolicyIssue[] = [];
  /** The outermost value that is being read: errors inside it are reported as errors of it (spec 06 §2.3). */
  #valueKind: 'Value' | 'ValueOrCompute' | null = null;

  constructor(private readonly duplicates: ReadonlySet<string>) {}

  document(value: unknown): PolicyDocument {
    const document = this.#object(value, '', 'a policy document');
    if (document) {
      this.#known(document, '', ['version', 'policy_id', 'description', ...TREE_NAMES, 'parameters']);
      this.#string(document, '', 'version', true);
      this.#string(document, '', 'policy_id', true);
      if (document.description !== undefined && document.description !== null) this.#string(document, '', 'description', false);
      if (document.parameters !== undefined) this.#parameters(document.parameters);
      for (const tree of TREE_NAMES)
        if (document[tree] !== undefined && document[tree] !== null) this.#node(document[tree], tree);
    }
    if (this.#issues.length > 0) throw new PolicyDocumentError(this.#issues);
    return value as PolicyDocument;
  }

  #parameters(value: unknown): void {
    const parameters = this.#object(value, 'parameters', 'a table of numbers');
    for (const [name, number] of Object.entries(parameters ?? {})) {
      if (typeof number !== 'number')
        this.#error(join('parameters', name), `invalid type: ${describe(number)}, expected a number`);
    }
  }

  #node(value: unknown, path: string): asserts value is PolicyNode {
    const node = this.#object(value, path, 'a node');
    if (!node || !this.#variant(node, path, 'type', ['condition', 'action'])) return;
    this.#string(node, path, 'node_id', true);
    if (node.type === 'action') {
      this.#known(node, path, ['type', 'node_id', 'action', 'parameters']);
      if (this.#variant(node, path, 'action', ACTION_NAMES))
        this.#actionParameters(node.action as ActionName, node.parameters, join(path, 'parameters'));
      return;
    }
    this.#known(node, path, ['type', 'node_id', 'description', 'condition', 'on_true', 'on_false']);
    if (node.description !== undefined) this.#string(node, path, 'description', false);
    if (this.#present(node, path, 'condition')) this.#expression(node.condition, join(path, 'condition'));
    for (const branch of ['on_true', 'on_false'])
      if (this.#present(node, path, branch)) this.#node(node[branch], join(path, branch));
  }

  #actionParameters(action: ActionName, value: unknown, path: string): void {
    if (value === undefined) return;
    const parameters = this.#object(value, path, `parameters of ${action}`);
    for (const [name, parameter] of Object.entries(parameters ?? {})) this.#value(parameter, join(path, name), 'ValueOrCompute');
  }

  #expression(value: unknown, path: string): asserts value is Expression {
    const expression = this.#object(value, path, 'a condition');
    if (!expression || !this.#variant(expression, path, 'op', EXPRESSION_OPERATORS)) return;
    if (expression.op === 'not') {
      this.#known(expression, path, ['op', 'condition']);
      if (this.#present(expression, path, 'condition')) this.#expression(expression.condition, join(path, 'condition'));
    } else if (expression.op === 'and' || expression.op === 'or') {
      this.#known(expression, path, ['op', 'conditions']);
      const conditions = this.#list(expression, path, 'conditions');
      conditions.forEach((condition, i) => this.#expression(condition, `${path}.conditions[${i}]`));
    } else {
      this.#known(expression, path, ['op', 'left', 'right']);
      this.#operands(expression, path, ['left', 'right']);
    }
  }

  /** An operand (`Value`) or an action's parameter (`ValueOrCompute`). */
  #value(value: unknown, path: string, kind: 'Value' | 'ValueOrCompute'): asserts value is Value {
    const outer = this.#valueKind;
    this.#valueKind ??= kind;
    const forms = this.#object(value, path, 'a value like {"field": …}, {"param": …}, {"value": 1} or {"compute": …}');
    if (forms) {
      this.#known(forms, path, ['field', 'param', 'value', 'compute']);
      // One of these wins over a computation in operands and parameters alike, so the computation is not looked at (spec 06 §2.3).
      const simple = typeof forms.field === 'string' || typeof forms.param === 'string' || Object.hasOwn(forms, 'value');
      if (!simple && forms.compute !== undefined) this.#computation(forms.compute, join(path, 'compute'));
      else if (!simple) this.#error(path, 'give field, param, value or compute');
    }
    this.#valueKind = outer;
  }

  #computation(value: unknown, path: string): asserts value is Computation {
    const computation = this.#object(value, path, 'a computation');
    if (!computation || !this.#variant(computation, path, 'op', COMPUTATION_OPERATORS)) return;
    const operands = operandNames(computation.op as Computation['op']);
    this.#known(computation, path, ['op', ...(operands ?? ['values'])]);
    if (operands) this.#operands(computation, path, operands);
    else this.#list(computation, path, 'values').forEach((operand, i) => this.#value(operand, `${path}.values[${i}]`, 'Value'));
  }

  #operands(object: JsonObject, path: string, names: readonly string[]): void {
    for (const name of names) if (this.#present(object, path, name)) this.#value(object[name], join(path, name), 'Value');
  }

  #object(value: unknown, path: string, what: string): JsonObject | null {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject;
    this.#error(path, `invalid type: ${describe(value)}, expected ${what}`);
    return null;
  }

  #list(object: JsonObject, path: string, key: string): unknown[] {
    if (!this.#present(object, path, key)) return [];
    const value = object[key];
    if (Array.isArray(value)) return value;
    this.#error(join(path, key), `invalid type: ${describe(value)}, expected a list`);
    return [];
  }

  #present(object: JsonObject, path: string, key: string): boolean {
    if (Object.hasOwn(object, key)) return true;
    this.#error(path, `missing field \`${key}\``);
    return false;
  }

  #string(object: JsonObject, path: string, key: string, required: boolean): boolean {
    if (required && !this.#present(object, path, key)) return false;
    if (typeof object[key] === 'string') return true;
    this.#error(join(path, key), `invalid type: ${describe(object[key])}, expected a string`);
    return false;
  }

  #variant(object: JsonObject, path: string, key: string, variants: readonly string[]): boolean {
    if (!this.#string(object, path, key, true)) return false;
    const name = object[key] as string;
    if (variants.includes(name)) return true;
    const expected = variants.map((variant) => `\`${variant}\``).join(', ');
    const suggestion = nearest(name, variants);
    this.#error(join(path, key), `unknown variant \`${name.slice(0, 200)}\`, expected one of ${expected}`, suggestion);
    return false;
  }

  /** A key that the format knows must not be given twice; keys it does not know are ignored. */
  #known(object: JsonObject, path: string, keys: readonly string[]): void {
    if (this.duplicates.size === 0) return;
    for (const key of keys)
      if (Object.hasOwn(object, key) && this.duplicates.has(join(path, key))) this.#error(path, `duplicate field \`${key}\``);
  }

  #error(path: string, message: string, suggestion?: string): void {
    const context = this.#valueKind === null ? '' : `data did not match any variant of untagged enum ${this.#valueKind}: `;
    const place = path === '' ? '' : ` at ${path}`;
    const issue: PolicyIssue = { code: 'ParseError', path, message: `${context}${message}${place}` };
    this.#issues.push(suggestion === undefined ? issue : { ...issue, suggestion });
  }
}

/** Operand keys of a computation in evaluation order; undefined for the operators that take a list. */
export function operandNames(op: Computation['op']): readonly string[] | undefined {
  switch (op) {
    case '+':
    case '-':
    case '*':
    case '/':
      return ['left', 'right'];
    case 'ceil':
    case 'floor':
    case 'round':
    case 'abs':
      return ['value'];
    case 'clamp':
      return ['value', 'min', 'max'];
    case 'div0':
      return ['numerator', 'denominator', 'default'];
    case 'max':
    case 'min':
      return undefined;
  }
}

function describe(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  if (typeof value === 'string') return `string ${JSON.stringify(value.slice(0, 80))}`;
  return typeof value === 'number' && Number.isInteger(value) ? `integer \`${value}\`` : `${typeof value} \`${String(value)}\``;
}
