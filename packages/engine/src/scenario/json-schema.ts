import { z } from 'zod';
import { scenarioSchema } from './document-schema.js';

/** JSON Schema of scenario documents, so that editors complete and check them; generated from the schema that validates them. */
export function scenarioJsonSchema(): Record<string, unknown> {
  return { ...written(scenarioSchema), title: 'SimCash scenario' };
}

/** The schema of what users write: short forms as such, not what they stand for. */
function written(schema: z.ZodType): Record<string, unknown> {
  return z.toJSONSchema(schema, {
    io: 'output',
    unrepresentable: 'any',
    override: ({ jsonSchema, zodSchema }) => {
      const { def } = zodSchema._zod;
      if (def.type === 'pipe' && def.in._zod.def.type !== 'transform') {
        for (const key of Object.keys(jsonSchema)) delete jsonSchema[key];
        const { $schema: _, ...form } = written(def.in as z.ZodType);
        Object.assign(jsonSchema, form);
      }
      // A seed has up to 64 bits; and a key with a default need not be given.
      if (def.type === 'bigint') Object.assign(jsonSchema, { type: 'integer', minimum: 0 });
      if (def.type === 'object') withoutDefaults(jsonSchema as ObjectSchema);
    },
  });
}

interface ObjectSchema {
  properties?: Record<string, { default?: unknown }>;
  required?: string[];
}

function withoutDefaults(schema: ObjectSchema): void {
  const { properties = {}, required } = schema;
  if (required) schema.required = required.filter((key) => properties[key]?.default === undefined && key !== 'type');
}
