import { z } from 'zod';
import { scenarioSchema } from './document-schema.js';
import { writtenOf } from './written.js';

type Json = Record<string, unknown>;

/**
 * JSON Schema of scenario documents as people write them, with meanings and defaults: editors complete and check by it, and types
 * and reference pages are made from it. It is generated from the schema that validates them.
 */
export function scenarioJsonSchema(): Record<string, unknown> {
  const $defs: Json = {};
  const { $schema, ...schema } = written(scenarioSchema, $defs);
  // A clock may say how many ticks a day has; keys that begin with x- are for anchors and notes.
  const counted = { properties: { simulation: { required: ['ticks_per_day'] } } };
  return {
    $schema,
    title: 'SimCash scenario',
    ...schema,
    anyOf: [{ required: ['clock'] }, counted],
    patternProperties: { '^x-': {} },
    $defs,
  };
}

/** What users write: short forms as such, not what they stand for. Definitions are gathered in `definitions`. */
function written(schema: z.core.$ZodType, definitions: Json): Json {
  const { $defs, ...json } = z.toJSONSchema(schema as z.ZodType, {
    io: 'input',
    unrepresentable: 'any',
    override: ({ jsonSchema, zodSchema }) => {
      if (jsonSchema.$ref === undefined) complete(jsonSchema as Json, zodSchema, definitions);
      setDefault(jsonSchema as Json, zodSchema);
    },
  });
  Object.assign(definitions, $defs);
  return json;
}

function complete(json: Json, schema: z.core.$ZodType, definitions: Json): void {
  const { form, keywords, mayLack = [] } = writtenOf(schema);
  const { shape, type } = definitionOf(schema);
  if (type === 'bigint') Object.assign(json, { type: 'integer', format: 'uint64', minimum: 0 });
  if (form !== undefined) {
    const { $schema: _, ...other } = written(form, definitions);
    for (const key of Object.keys(json)) if (key !== 'description') delete json[key];
    Object.assign(json, other, json);
  }
  Object.assign(json, keywords);
  // Without its type a mapping may be several variants; the loader takes the one that fits best.
  if (json.oneOf !== undefined) json.anyOf = json.oneOf;
  delete json.oneOf;
  if (form === undefined && shape !== undefined) json.required = requiredKeys(json, shape, mayLack);
  // The ends of what a double holds exactly say nothing about a key.
  if (json.minimum === Number.MIN_SAFE_INTEGER) delete json.minimum;
  if (json.maximum === Number.MAX_SAFE_INTEGER) delete json.maximum;
}

/** What zod leaves out where scalars are converted first; sections whose keys have defaults of their own have none as a whole. */
function setDefault(json: Json, schema: z.core.$ZodType): void {
  const { defaultValue, type } = definitionOf(schema);
  if (type === 'default') json.default = defaultValue;
  if (type === 'prefault') delete json.default;
}

interface Definition {
  type: string;
  defaultValue?: unknown;
  shape?: Record<string, z.ZodType>;
}

const definitionOf = (schema: z.core.$ZodType): Definition => (schema as unknown as { def: Definition }).def;

/** A union of scalars that are read leniently is no less needed than they are, though zod takes it for optional. */
function requiredKeys({ required }: Json, shape: Record<string, z.ZodType>, mayLack: readonly string[]): string[] {
  const known = (required ?? []) as readonly string[];
  return Object.keys(shape).filter((key) => (known.includes(key) || shape[key]!.type === 'union') && !mayLack.includes(key));
}
