/** A JSON Schema, as far as it says what can be written at a place. */
export interface Schema {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema | boolean;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
}

/** Keys and list positions from the root; of a position nothing but that it is one matters. */
export type SchemaPath = readonly (string | number)[];

/** Everything that a schema may mean: references followed, alternatives side by side. */
function meanings(root: Schema, schema: Schema | boolean | undefined, depth = 0): Schema[] {
  if (typeof schema !== 'object' || depth > 20) return [];
  if (schema.$ref !== undefined) {
    const target = schema.$ref === '#' ? root : root.$defs?.[schema.$ref.replace('#/$defs/', '')];
    return meanings(root, target, depth + 1);
  }
  const parts = [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])];
  return [schema, ...parts.flatMap((part) => meanings(root, part, depth + 1))];
}

/** What may stand at a path. */
function schemasAt(root: Schema, path: SchemaPath): Schema[] {
  let found = meanings(root, root);
  for (const part of path)
    found = found.flatMap((schema) => {
      const child =
        typeof part === 'number'
          ? schema.items
          : schema.properties !== undefined && Object.hasOwn(schema.properties, part)
            ? schema.properties[part]
            : schema.additionalProperties;
      return meanings(root, child);
    });
  return found;
}

/** Something that can be written, with what is known of it. */
export interface Suggestion {
  readonly label: string;
  readonly detail: string;
  readonly info: string;
}

/** Keys that may stand at a path, and closed words. */
export function suggestionsAt(root: Schema, path: SchemaPath): { keys: Suggestion[]; words: Suggestion[] } {
  const keys = new Map<string, Suggestion>();
  const words = new Map<string, Suggestion>();
  for (const schema of schemasAt(root, path)) {
    for (const [label, property] of Object.entries(schema.properties ?? {}))
      if (!keys.has(label)) keys.set(label, { label, detail: detailOf(root, property), info: aboutOf(root, property) });
    const listed = schema.const === undefined ? (schema.enum ?? []) : [schema.const];
    const closed = schema.type === 'boolean' ? ['true', 'false'] : listed.map(String);
    for (const label of closed) words.set(label, { label, detail: '', info: schema.description ?? '' });
  }
  return { keys: [...keys.values()], words: [...words.values()] };
}

/** What is said of the value at a path; empty if nothing is. */
export function aboutAt(root: Schema, path: SchemaPath): string {
  return schemasAt(root, path).find(({ description }) => description !== undefined)?.description ?? '';
}

function aboutOf(root: Schema, schema: Schema): string {
  return meanings(root, schema).find(({ description }) => description !== undefined)?.description ?? '';
}

function detailOf(root: Schema, schema: Schema): string {
  const all = meanings(root, schema);
  const types = new Set(all.flatMap(({ enum: words, type }) => (words === undefined ? (type ?? []) : 'word')));
  const given = all.find((one) => one.default !== undefined)?.default;
  return `${[...types].slice(0, 3).join(', ')}${given === undefined || typeof given === 'object' ? '' : ` = ${String(given)}`}`;
}
