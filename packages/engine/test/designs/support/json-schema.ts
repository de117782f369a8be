/** The part of JSON Schema that the schema of scenario documents needs: is a value what a schema describes? */

interface Schema {
  type?: string;
  const?: unknown;
  enum?: unknown[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean;
  items?: Schema;
  minItems?: number;
  minimum?: number;
  maximum?: number;
}

const TYPES: Record<string, (value: unknown) => boolean> = {
  object: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  array: Array.isArray,
  string: (value) => typeof value === 'string',
  boolean: (value) => typeof value === 'boolean',
  number: (value) => typeof value === 'number',
  integer: Number.isInteger,
};

export function matches(schema: Schema, value: unknown): boolean {
  if (schema.type !== undefined && !TYPES[schema.type]!(value)) return false;
  if ('const' in schema && schema.const !== value) return false;
  if (schema.enum && !schema.enum.includes(value)) return false;
  if (schema.anyOf && !schema.anyOf.some((one) => matches(one, value))) return false;
  if (schema.oneOf && schema.oneOf.filter((one) => matches(one, value)).length !== 1) return false;
  if (typeof value === 'number') return value >= (schema.minimum ?? -Infinity) && value <= (schema.maximum ?? Infinity);
  if (Array.isArray(value))
    return value.length >= (schema.minItems ?? 0) && value.every((item) => matches(schema.items ?? {}, item));
  if (typeof value !== 'object' || value === null) return true;
  const { additionalProperties = true, properties = {}, required = [] } = schema;
  return (
    required.every((key) => Object.hasOwn(value, key)) &&
    Object.entries(value).every(([key, member]) => (properties[key] ? matches(properties[key], member) : additionalProperties))
  );
}
