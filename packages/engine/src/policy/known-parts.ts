import { policyJsonSchema } from './json-schema.js';

/** Every key of the language, wherever it stands. */
const KEYS: ReadonlySet<string> = new Set(['node_id', ...keysIn(policyJsonSchema())]);

/**
 * A policy document without what the language does not know. Readers pass such parts by; whoever hands a document on, to a model or into
 * a file, hands on no more than was understood.
 */
export function knownParts<T>(document: T): T {
  return kept(document, false) as T;
}

function kept(value: unknown, areNames: boolean): unknown {
  if (Array.isArray(value)) return value.map((one) => kept(one, false));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      // Parameters have names of their own.
      .filter(([key]) => areNames || KEYS.has(key))
      .map(([key, member]) => [key, kept(member, key === 'parameters' && !areNames)]),
  );
}

function keysIn(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const { properties } = schema as { properties?: object };
  return [...Object.keys(properties ?? {}), ...Object.values(schema).flatMap(keysIn)];
}
