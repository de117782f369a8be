/** The part of JSON Schema that the schemas of documents need: is a value what a schema describes? */

export interface Schema {
  $ref?: string;
  $defs?: Record<string, Schema>;
  description?: string;
  type?: string | string[];
  const?: unknown;
  enum?: unknown[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  properties?: Record<string, Schema>;
  patternProperties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean | Schema;
  items?: Schema | false;
  prefixItems?: Schema[];
  minItems?: number;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
}

const TYPES: Record<string, (value: unknown) => boolean> = {
  object: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  array: Array.isArray,
  string: (value) => typeof value === 'string',
  boolean: (value) => typeof value === 'boolean',
  number: (value) => typeof value === 'number',
  integer: Number.isInteger,
  null: (value) => value === null,
};

/** `root` has the definitions. */
export function matches(schema: Schema, value: unknown, root: Schema = schema): boolean {
  const isA = (one: Schema, member: unknown): boolean => matches(one, member, root);
  if (schema.$ref !== undefined && !isA(definition(schema, root), value)) return false;
  if (schema.type !== undefined && ![schema.type].flat().some((type) => TYPES[type]!(value))) return false;
  if ('const' in schema && schema.const !== value) return false;
  if (schema.enum && !schema.enum.includes(value)) return false;
  if (schema.anyOf && !schema.anyOf.some((one) => isA(one, value))) return false;
  if (schema.oneOf && schema.oneOf.filter((one) => isA(one, value)).length !== 1) return false;
  if (typeof value === 'number') return isWithin(schema, value);
  if (Array.isArray(value)) {
    const { items = {}, minItems = 0, prefixItems = [] } = schema;
    return value.length >= minItems && value.every((item, i) => isItem(prefixItems[i] ?? items, item, isA));
  }
  if (typeof value !== 'object' || value === null) return true;
  const { additionalProperties = true, patternProperties = {}, properties = {}, required = [] } = schema;
  const others = (key: string): Schema | boolean =>
    Object.entries(patternProperties).find(([pattern]) => new RegExp(pattern).test(key))?.[1] ?? additionalProperties;
  return (
    required.every((key) => Object.hasOwn(value, key)) &&
    Object.entries(value).every(([key, member]) => isItem(properties[key] ?? others(key), member, isA))
  );
}

export function definition({ $ref }: Schema, { $defs = {} }: Schema): Schema {
  return $defs[$ref!.replace('#/$defs/', '')]!;
}

const isItem = (schema: Schema | boolean, value: unknown, isA: (schema: Schema, value: unknown) => boolean): boolean =>
  typeof schema === 'boolean' ? schema : isA(schema, value);

const isWithin = ({ exclusiveMinimum: above = -Infinity, maximum = Infinity, minimum = -Infinity }: Schema, x: number): boolean =>
  x >= minimum && x <= maximum && x > above;

/** Keys of mappings, at any depth, that say nothing about themselves: their paths. */
export function undescribed(schema: Schema, root: Schema = schema, path = ''): string[] {
  const below = (one: Schema, name: string): string[] => undescribed(one, root, `${path}${name}`);
  const keys = Object.entries(schema.properties ?? {});
  const isSilent = (key: Schema): boolean =>
    (key.description ?? (key.$ref === undefined ? undefined : definition(key, root).description) ?? '') === '';
  return [
    ...keys.filter(([, key]) => isSilent(key)).map(([name]) => `${path}.${name}`),
    ...keys.flatMap(([name, key]) => below(key, `.${name}`)),
    ...[...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].flatMap((one, i) => (isCondition(one) ? [] : below(one, `(${i})`))),
    ...(typeof schema.items === 'object' ? below(schema.items, '[]') : []),
    ...(typeof schema.additionalProperties === 'object' ? below(schema.additionalProperties, '.*') : []),
    ...Object.entries(schema.$defs ?? {}).flatMap(([name, one]) => below(one, `#${name}`)),
  ];
}

/** An alternative that only says which keys are needed. */
const isCondition = (schema: Schema): boolean => schema.type === undefined && schema.$ref === undefined && !('const' in schema);
