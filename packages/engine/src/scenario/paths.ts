import { SimcashError } from '@simcash/protocol';

/** Keys and list positions that lead to a place of a document. */
export type Place = readonly (string | number)[];

/** Keys of a document and what they hold. */
export type Mapping = Record<string, unknown>;

/** A path that leads nowhere, in a sentence. */
export class PathError extends SimcashError {
  override name = 'PathError';
  override readonly code = 'unknown_path';
  constructor(
    message: string,
    /** Elements that a list has, by their ids. */
    readonly known: readonly string[] = [],
  ) {
    super(message);
  }
}

/** Whether a value is a mapping: an object that is neither null nor an array. */
export const isMapping = (value: unknown): value is Mapping =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * The place that a dotted path names in a scenario document or an engine configuration; an element of a list is named by its id, which
 * may have dots, or by its position (spec 07 §1.3).
 *
 * @throws PathError
 */
export function placeOf(document: unknown, path: string): (string | number)[] {
  const parts = path.split('.');
  if (isMapping(document) && Object.hasOwn(document, 'agent_configs')) {
    if (parts[0] === 'simulation') parts.shift();
    if (parts[0] === 'agents') parts[0] = 'agent_configs';
  }
  // A single mapping counts as a list of one.
  if (isMapping(document) && parts[0] === 'payments' && parts[1] === '0' && isMapping(document.payments)) parts.splice(1, 1);
  const found: (string | number)[] = [];
  let current = document;
  let rest: readonly string[] = parts;
  while (rest.length > 0) {
    if (Array.isArray(current)) {
      const [index, used] = elementNamed(current, rest);
      found.push(index);
      current = current[index];
      rest = rest.slice(used);
    } else {
      const [key, ...others] = rest as [string, ...string[]];
      if (!isMapping(current ?? {})) throw new PathError(`'${key}' is not inside a mapping`);
      found.push(key);
      current = (current as Mapping | null | undefined)?.[key];
      rest = others;
    }
  }
  return found;
}

function elementNamed(list: readonly unknown[], parts: readonly string[]): [index: number, used: number] {
  for (let used = parts.length; used > 0; used--) {
    const index = positionOf(list, parts.slice(0, used).join('.'));
    if (index >= 0) return [index, used];
  }
  const index = /^\d+$/.test(parts[0]!) ? Number(parts[0]) : list.length;
  if (index >= list.length) throw new PathError(`there is no element '${parts[0]}'`, knownIds(list));
  return [index, 1];
}

/** Position of the element with an id, −1 if there is none. */
export const positionOf = (list: readonly unknown[], id: string): number =>
  list.findIndex((element) => isMapping(element) && element.id === id);

/** The ids in a list of agents that has not been checked yet. */
export const knownIds = (list: readonly unknown[]): string[] =>
  list.flatMap((element) => (isMapping(element) && typeof element.id === 'string' ? [element.id] : []));

/** The document with another value at a place; mappings on the way are made where they are missing. */
export function withValueAt(current: unknown, [part, ...rest]: Place, value: unknown): unknown {
  if (part === undefined) return value;
  if (Array.isArray(current)) return current.map((element, i) => (i === part ? withValueAt(element, rest, value) : element));
  const mapping = (current ?? {}) as Mapping;
  return { ...mapping, [part]: withValueAt(mapping[part], rest, value) };
}
