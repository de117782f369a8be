import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { experimentSchema } from '../../packages/experiments/src/definition/schema.js';

/** The page about experiment files against the schema that reads them. */
const page = readFileSync(path.resolve(import.meta.dirname, '../reference/experiments.md'), 'utf8');

/** As much of a schema's inside as leads to its keys and defaults. */
interface Schema {
  shape?: Record<string, Schema>;
  def: {
    type: string;
    defaultValue?: unknown;
    innerType?: Schema;
    in?: Schema;
    element?: Schema;
    options?: Schema[];
  };
}

interface Key {
  path: string;
  required: boolean;
  /** As JSON, if the schema itself has one. */
  fallback: string | null;
}

/** Takes off what stands around a schema. */
function core(schema: Schema): Schema {
  const inner = schema.def.innerType ?? schema.def.in;
  return inner ? core(inner) : schema;
}

function isOptional({ def }: Schema): boolean {
  if (def.type === 'optional' || def.type === 'default') return true;
  const inner = def.innerType ?? def.in;
  return inner !== undefined && isOptional(inner);
}

/** The value that a schema takes for a missing one; sections that fill themselves have none of their own. */
function fallback(schema: Schema): string | null {
  const { def } = schema;
  if (def.type === 'default')
    return typeof def.defaultValue === 'object' && core(schema).shape ? null : JSON.stringify(def.defaultValue);
  const inner = def.innerType ?? def.in;
  return inner ? fallback(inner) : null;
}

/** Keys of a mapping and of everything below it. */
function keysOf(schema: Schema, prefix = ''): Key[] {
  return Object.entries(core(schema).shape ?? {}).flatMap(([name, member]) => {
    const key = { path: `${prefix}${name}`, required: !isOptional(member), fallback: fallback(member) };
    const { def, shape } = core(member);
    if (shape) return [key, ...keysOf(member, `${key.path}.`)];
    if (def.element && core(def.element).shape) return [key, ...keysOf(def.element, `${key.path}[].`)];
    if (def.type === 'union' && def.options!.some((option) => option.shape)) {
      return [key, ...def.options!.flatMap((option) => keysOf(option, `${key.path}.`))];
    }
    return [key];
  });
}

const keys = new Map(keysOf(experimentSchema as unknown as Schema).map((key) => [key.path, key]));

/** Sections of the file with a heading of their own instead of a row. */
const SECTIONS = [
  'evaluation',
  'evaluation.acceptance',
  'convergence',
  'optimizer',
  'policy_constraints',
  'llm',
  'budget',
  'seeds',
  'execution',
];

/** Rows of the tables of keys: key and default. */
const rows = [...page.matchAll(/^\| Key .*\n\| -.*\n((?:\|.*\n)+)/gm)]
  .flatMap(([, table]) => [...table!.matchAll(/^\| `([\w.[\]]+)` +\|[^|]*\| (.*?) *\|/gm)])
  .map(([, key, value]) => ({ key: key!, value: value! }));

describe('experiments.md', () => {
  it('has every key of the file, and no other', () => {
    const expected = [...keys.keys()].filter((key) => !SECTIONS.includes(key)).sort();
    expect(expected.length).toBeGreaterThan(70);
    expect(rows.map(({ key }) => key).sort()).toEqual(expected);
    for (const section of SECTIONS) expect(page).toMatch(new RegExp(`^### .*\\b${section.split('.').at(-1)!}\\b`, 'm'));
  });

  it('has the default that the schema has, and says which keys are required', () => {
    const wrong = rows.filter(({ key, value }) => {
      const { fallback: known, required } = keys.get(key)!;
      if (required !== (value === 'required')) return true;
      if (known === null) return false;
      const shown = value.replaceAll('`', '');
      return shown !== known && JSON.stringify(shown) !== known;
    });
    expect(wrong).toEqual([]);
  });
});
