import { z } from 'zod';
import { scenarioSchema } from './document-schema.js';

/** JSON Schema of scenario documents, so that editors complete and check them; generated from the schema that validates them. */
export function scenarioJsonSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(scenarioSchema, {
    io: 'output',
    unrepresentable: 'any',
    override: ({ jsonSchema, zodSchema }) => {
      // A seed has up to 64 bits; and a key with a default need not be given.
      if (zodSchema._zod.def.type === 'bigint') Object.assign(jsonSchema, { type: 'integer', minimum: 0 });
      if (zodSchema._zod.def.type === 'object') withoutDefaults(jsonSchema as ObjectSchema);
    },
  });
  return { ...schema, title: 'SimCash scenario' };
}

interface ObjectSchema {
  properties?: Record<string, { default?: unknown }>;
  required?: string[];
}

function withoutDefaults(schema: ObjectSchema): void {
  const { properties = {}, required } = schema;
  if (required) schema.required = required.filter((key) => properties[key]?.default === undefined && key !== 'type');
}
