import { z } from 'zod';

/** What a schema cannot tell about how its values are written; the JSON Schema is made with it. */
interface Written {
  /** What a person may write in this place, if the loader brings it into another form before the schema sees it. */
  readonly form?: z.ZodType;
  /** Keys of a mapping that may be left out although the schema needs them: the loader finds them out. */
  readonly mayLack?: readonly string[];
  /** Keywords of JSON Schema for rules that stand in code. */
  readonly keywords?: Readonly<Record<string, unknown>>;
}

const WRITTEN = new WeakMap<z.core.$ZodType, Written>();

/** A copy of a schema, with what is to be known about how its values are written. */
export function writtenAs<T extends z.ZodType>(schema: T, written: Written): T {
  const copy = schema.clone(undefined, { parent: true });
  WRITTEN.set(copy, written);
  return copy;
}

/** What is known about a schema, or about the one that it is a copy of. */
export function writtenOf(schema: z.core.$ZodType): Written {
  const { parent } = schema._zod;
  return { ...(parent && writtenOf(parent)), ...WRITTEN.get(schema) };
}

/** A variant of a union by `type`, which a person may leave out where the loader infers it (spec 07 §1.6). */
export function variant<T extends string, S extends z.ZodRawShape>(
  type: T,
  about: string,
  keys: S,
): z.ZodObject<{ type: z.ZodLiteral<T> } & S, z.core.$strict> {
  const schema = z.strictObject({ type: z.literal(type).describe(about), ...keys });
  return writtenAs(schema, { mayLack: ['type'] }).describe(about) as never;
}

/** The variants of a union as a list that zod takes. */
export const valuesOf = <T extends Record<string, z.ZodObject>>(variants: T): [T[keyof T], ...T[keyof T][]] =>
  Object.values(variants) as [T[keyof T], ...T[keyof T][]];
