import { z } from 'zod';
import { experimentSchema } from './schema.js';

/**
 * JSON Schema of experiment files as people write them, with meanings and defaults: editors complete and check by it, and types
 * and the printed reference are made from it. It is generated from the schema that validates them.
 */
export function experimentJsonSchema(): Record<string, unknown> {
  const { $schema, ...schema } = z.toJSONSchema(experimentSchema, {
    io: 'input',
    unrepresentable: 'any',
    override: ({ jsonSchema, zodSchema }) => {
      const { def } = zodSchema as unknown as { def: Definition };
      if (def.type === 'bigint') Object.assign(jsonSchema, { type: 'integer', format: 'int64' });
      if (def.in?.def.type === 'default') jsonSchema.default = def.in.def.defaultValue;
      // The ends of what a double holds exactly say nothing about a key.
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
    },
  });
  // Only the check as a whole can tell why they are missing.
  const required = [...(schema.required ?? []), 'policy_constraints'];
  return { $schema, title: 'SimCash experiment', ...schema, required };
}

interface Definition {
  type: string;
  defaultValue?: unknown;
  in?: { def: Definition };
}
