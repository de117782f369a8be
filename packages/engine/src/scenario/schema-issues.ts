import type { z } from 'zod';
import { nearest, pathText } from '@simcash/protocol';
import type { ScenarioIssue } from './issues.js';
import { show } from './scalars.js';

type Path = readonly (string | number)[];

/** Keys that people try, and what they mean; the pattern is that of the mapping's path (spec 07 §8.2). */
const HINTS: readonly { place: RegExp; keys: Record<string, string> }[] = [
  {
    place: /^agents\[\d+\]$/,
    keys: { bilateral_limits: 'limits.bilateral_limits', multilateral_limit: 'limits.multilateral_limit' },
  },
  {
    place: /^agents\[\d+\]$/,
    keys: { credit_limit: 'unsecured_cap', overdraft_rate: 'cost_rates', delay_cost_per_tick: 'cost_rates' },
  },
  { place: /^priority_escalation$/, keys: { threshold_ticks: 'start_escalating_at_ticks' } },
  { place: /^$/, keys: { lsm: 'lsm_config', cost_model: 'cost_rates' } },
  { place: /^simulation$/, keys: { lsm_enabled: 'lsm_config', lsm_frequency_ticks: 'lsm_config' } },
  {
    place: /^cost_rates$/,
    keys: { split_fee: 'split_friction_cost', eod_unsettled_penalty: 'eod_penalty', deadline_penalty_cost: 'deadline_penalty' },
  },
];

const REMARKS: readonly { place: RegExp; keys: Record<string, string> }[] = [
  {
    place: /^agents\[\d+\]\.policy$/,
    keys: { params: 'parameters belong in the policy document', parameters: 'parameters belong in the policy document' },
  },
];

/** The findings of the schema as issues; unknown keys are kept apart because they may be forgiven. */
export function schemaIssues(
  error: z.ZodError,
  schema: z.ZodType,
  document: unknown,
): { errors: ScenarioIssue[]; unknownKeys: ScenarioIssue[] } {
  const errors: ScenarioIssue[] = [];
  const unknownKeys: ScenarioIssue[] = [];
  for (const issue of error.issues.flatMap(ofMeantForm)) {
    const path = issue.path as Path;
    if (issue.code === 'unrecognized_keys') {
      const known = knownKeys(schema, document, path);
      for (const key of issue.keys) unknownKeys.push(unknownKey(path, key, known, document));
    } else errors.push({ path, code: codeOf(issue), message: messageOf(issue, document) });
  }
  return { errors, unknownKeys };
}

/** Where several forms are allowed and the value has one of them, what is wrong with it in that form. */
function ofMeantForm(issue: z.core.$ZodIssue): z.core.$ZodIssue[] {
  if (issue.code !== 'invalid_union' || (issue as { discriminator?: string }).discriminator !== undefined) return [issue];
  const meant = issue.errors.find((errors) => errors.length > 0 && errors.every(isOfTheRightForm));
  if (!meant) return [issue];
  return meant.flatMap((inner) => ofMeantForm({ ...inner, path: [...issue.path, ...inner.path] } as z.core.$ZodIssue));
}

const isOfTheRightForm = ({ code, path }: z.core.$ZodIssue): boolean =>
  path.length > 0 || (code !== 'invalid_type' && code !== 'invalid_value');

/** Issues in the order in which their places stand in the document; what is missing, before everything else where it belongs. */
export function inDocumentOrder(issues: readonly ScenarioIssue[], document: unknown): ScenarioIssue[] {
  const positions = new Positions();
  const placed = issues.map((issue) => ({ issue, place: placeOf(document, issue.path, positions) }));
  return placed.sort((x, y) => comparePlaces(x.place, y.place)).map(({ issue }) => issue);
}

/** Positions of a path's parts among their neighbours; −1 for one that is not there. */
function placeOf(document: unknown, path: Path, positions: Positions): number[] {
  return path.map((part, i) => (typeof part === 'number' ? part : positions.of(valueAt(document, path.slice(0, i)), part)));
}

/** Positions of keys in their mappings, each of which is gone through once. */
class Positions {
  readonly #known = new Map<object, ReadonlyMap<string, number>>();

  of(mapping: unknown, key: string): number {
    if (typeof mapping !== 'object' || mapping === null) return -1;
    let keys = this.#known.get(mapping);
    if (keys === undefined) this.#known.set(mapping, (keys = new Map(Object.keys(mapping).map((one, i) => [one, i]))));
    return keys.get(key) ?? -1;
  }
}

function comparePlaces(x: readonly number[], y: readonly number[]): number {
  const i = x.findIndex((position, i) => position !== y[i]);
  if (i < 0) return x.length - y.length;
  return i < y.length && x[i]! < y[i]! ? -1 : 1;
}

interface Definition {
  type: string;
  innerType?: z.ZodType;
  in?: z.ZodType;
  out?: z.ZodType;
  element?: z.ZodType;
  valueType?: z.ZodType;
  shape?: Record<string, z.ZodType>;
  options?: z.ZodType[];
  discriminator?: string;
}

/** Keys that the schema allows in the mapping at a path. */
function knownKeys(schema: z.ZodType, document: unknown, path: Path): string[] {
  let current = unwrap(schema, document);
  path.forEach((part, i) => {
    const { element, shape, valueType } = (current?.def ?? {}) as Definition;
    const next = element ?? valueType ?? shape?.[part];
    current = next && unwrap(next, valueAt(document, path.slice(0, i + 1)));
  });
  return Object.keys((current?.def as Definition | undefined)?.shape ?? {});
}

/** The schema of a mapping or list behind defaults and the like; of a union the option that the value names. */
function unwrap(schema: z.ZodType, value: unknown): z.ZodType | undefined {
  const { discriminator, in: before, innerType, options, out } = schema.def as unknown as Definition;
  if (innerType) return unwrap(innerType, value);
  if (before && out) return unwrap(out.def.type === 'transform' ? before : out, value);
  if (!options) return schema;
  if (discriminator === undefined) {
    const forms = options.map((option) => unwrap(option, value));
    return forms.find((form) => (form?.def as Definition | undefined)?.shape !== undefined) ?? schema;
  }
  const name = valueAt(value, [discriminator]);
  return options.find((option) => {
    const literal = (option.def as unknown as Definition).shape?.[discriminator]?.def as { values?: unknown[] } | undefined;
    return literal?.values?.includes(name) ?? false;
  });
}

/** The word of a rule of ours, else that of the kind of rule. */
const codeOf = (issue: z.core.$ZodIssue): string =>
  (issue.code === 'custom' ? (issue.params?.code as string | undefined) : undefined) ?? issue.code;

function unknownKey(path: Path, key: string, known: readonly string[], document: unknown): ScenarioIssue {
  const place = pathText(path);
  const name = `Unknown key '${pathText([...path, key])}'`;
  const saying = (message: string): ScenarioIssue => ({ path: [...path, key], code: 'unknown_key', message });
  for (const { place: pattern, keys } of REMARKS)
    if (pattern.test(place) && Object.hasOwn(keys, key)) return saying(`${name} (${keys[key]})`);
  if (key === 'agent' && valueAt(document, [...path, 'type']) === 'DeadlineWindowChange')
    return saying(`${name} (the event applies to all agents)`);
  const hint = HINTS.find(({ place: pattern, keys }) => pattern.test(place) && Object.hasOwn(keys, key));
  const suggestion = hint?.keys[key] ?? nearest(key, known);
  return suggestion === undefined ? saying(name) : { ...saying(`${name} (did you mean '${suggestion}'?)`), suggestion };
}

function messageOf(issue: z.core.$ZodIssue, document: unknown): string {
  const value = valueAt(document, issue.path as Path);
  if (value === undefined && ['invalid_type', 'invalid_union', 'invalid_value', 'custom'].includes(issue.code)) {
    if (!isPresent(document, issue.path as Path)) return 'is required';
  }
  if (issue.code === 'invalid_union') return unionMessage(issue, value);
  if (issue.code === 'invalid_type' && value === null) return 'must not be null';
  if (issue.code === 'invalid_type' && issue.expected === 'object') return 'expected a mapping';
  if (issue.code === 'invalid_type' && issue.expected === 'record') return 'expected a mapping';
  if (issue.code === 'invalid_type' && issue.expected === 'array') return 'expected a list';
  return issue.message;
}

function unionMessage(issue: z.core.$ZodIssueInvalidUnion, value: unknown): string {
  const { discriminator, options } = issue as { discriminator?: string; options?: unknown[] };
  if (discriminator === undefined) return issue.message;
  const names = (options ?? []).map(String);
  if (value === undefined || value === null || value === '') return `${discriminator} is required: one of ${names.join(', ')}`;
  const suggestion = typeof value === 'string' ? nearest(value, names) : undefined;
  const hint = suggestion === undefined ? `expected one of ${names.join(', ')}` : `did you mean '${suggestion}'?`;
  return `unknown ${discriminator} ${show(value)} (${hint})`;
}

/** The value at a path, undefined where there is none. */
export function valueAt(document: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, part) =>
      value === null || typeof value !== 'object' ? undefined : (value as Record<string | number, unknown>)[part],
    document,
  );
}

function isPresent(document: unknown, path: Path): boolean {
  const parent = valueAt(document, path.slice(0, -1));
  return path.length === 0 || (typeof parent === 'object' && parent !== null && Object.hasOwn(parent, path.at(-1)!));
}

/** A copy of the document without the given keys. */
export function without(document: unknown, paths: readonly Path[]): unknown {
  if (paths.some((path) => path.length === 0)) return undefined;
  if (paths.length === 0 || typeof document !== 'object' || document === null) return document;
  const byKey = new Map<string | number, Path[]>();
  for (const [key, ...rest] of paths as readonly [string | number, ...Path][]) {
    const group = byKey.get(key);
    if (group === undefined) byKey.set(key, [rest]);
    else group.push(rest);
  }
  const below = (key: string | number): readonly Path[] => byKey.get(key) ?? [];
  if (Array.isArray(document)) return document.map((element, i) => without(element, below(i)));
  const kept = Object.entries(document).filter(([key]) => !below(key).some((path) => path.length === 0));
  return Object.fromEntries(kept.map(([key, value]) => [key, without(value, below(key))]));
}
