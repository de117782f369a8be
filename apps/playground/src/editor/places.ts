import type { SchemaPath } from './schema.js';

/** Where a position stands in a text that may be half written. */
export interface Place {
  /** The mapping or list around it. */
  readonly path: SchemaPath;
  /** The key whose value is written there; null where a key is. */
  readonly key: string | null;
}

const KEY = /^(\s*)((?:- +)*)(?:"([^"]*)"|'([^']*)'|([^\s#:{}[\],"'][^:#{}[\],]*?))\s*:(?:\s|$)/;
const ITEM = /^(\s*)((?:- *)+)/;

/** In YAML: by indentation, and within a line by its braces; a half-written document has no tree yet. */
export function placeInYaml(text: string, position: number): Place {
  const before = text.slice(0, position);
  const lines = before.split('\n');
  const line = lines.pop()!;
  const { indent, key, path: own } = lineOf(line);
  return { path: [...around(lines, indent), ...own], key };
}

/** What the line itself says: how deep it stands, and how deep it goes into items and braces. */
function lineOf(line: string): { indent: number; path: (string | number)[]; key: string | null } {
  const [, blank = '', dashes = ''] = ITEM.exec(line) ?? [/^\s*/.exec(line)![0], /^\s*/.exec(line)![0]];
  const path: (string | number)[] = Array.from(dashes.matchAll(/-/g), () => 0);
  let rest = line.slice(blank.length + dashes.length);
  let key: string | null = null;
  for (;;) {
    const found = /^\s*(?:"([^"]*)"|'([^']*)'|([^\s:{}[\],"']+))\s*:\s*/.exec(rest);
    if (found !== null) {
      key = found[1] ?? found[2] ?? found[3]!;
      rest = rest.slice(found[0].length);
      continue;
    }
    const mark = /^\s*([{[]|[^{}[\],]*[,}\]])/.exec(rest);
    if (mark === null) return { indent: dashes === '' ? blank.length : blank.length + 1, path, key };
    const sign = mark[0].at(-1)!;
    if (sign === '{' || sign === '[') {
      if (key !== null) path.push(key);
      if (sign === '[') path.push(0);
    } else if (sign !== ',') while (path.length > 0 && typeof path.pop() === 'number');
    key = null;
    rest = rest.slice(mark[0].length);
  }
}

/** The keys and items that a line of this indentation stands in. */
function around(lines: readonly string[], indent: number): (string | number)[] {
  const path: (string | number)[] = [];
  let limit = indent;
  for (const line of lines.toReversed()) {
    if (limit < 0 || /^\s*(#|$)/.test(line)) continue;
    const [, blank = '', dashes = '', ...names] = KEY.exec(line) ?? ITEM.exec(line) ?? [];
    if (blank === undefined || (dashes === '' && names.length === 0)) continue;
    const name = names.find((one) => one !== undefined);
    const start = blank.length + dashes.length;
    // A key further in on the left holds this line; a list may stand as far in as its key.
    if (name !== undefined && start < limit) {
      path.unshift(name);
      limit = start;
    }
    if (dashes !== '' && blank.length < limit) {
      path.unshift(...Array.from(dashes.matchAll(/-/g), () => 0));
      limit = blank.length + 1;
    }
  }
  return path;
}

/** In JSON: by braces, brackets and the keys before them. */
export function placeInJson(text: string, position: number): Place {
  const open: { key: string | null; isList: boolean }[] = [];
  let key: string | null = null;
  for (const [token] of text.slice(0, position).matchAll(/"(?:[^"\\]|\\.)*"\s*:|"(?:[^"\\]|\\.)*"|[{}[\],]/g)) {
    if (token.endsWith(':')) key = (JSON.parse(token.slice(0, token.lastIndexOf('"') + 1)) as string | null) ?? null;
    else if (token === '{' || token === '[') {
      open.push({ key, isList: token === '[' });
      key = null;
    } else if (token === '}' || token === ']') {
      open.pop();
      key = null;
    } else if (token === ',') key = null;
  }
  // A bracket stands behind its key, or in a list.
  const path = open.map(({ key: name }) => name ?? 0).slice(1);
  return { path: open.at(-1)?.isList ? [...path, 0] : path, key };
}
