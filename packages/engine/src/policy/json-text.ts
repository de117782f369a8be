import { MAX_DOCUMENT_BYTES, MAX_NESTING } from './document.js';

/** A JSON text that is not one, or that is refused unread. The message says where. */
export class JsonTextError extends Error {}

/**
 * Reads JSON from an untrusted source in bounded time: size and nesting are limited before anything is parsed.
 *
 * @returns the value, and the paths of object keys that occur twice (the last one counts)
 */
export function readJson(text: string): { value: unknown; duplicates: ReadonlySet<string> } {
  if (text.length > MAX_DOCUMENT_BYTES)
    throw new JsonTextError(`text is too large: ${text.length} characters, at most ${MAX_DOCUMENT_BYTES}`);
  checkNesting(text);
  try {
    return { value: JSON.parse(text) as unknown, duplicates: duplicateKeys(text) };
  } catch (error) {
    throw new JsonTextError((error as Error).message);
  }
}

/** Scans brackets outside strings; works on any text. */
function checkNesting(text: string): void {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === QUOTE) i = endOfString(text, i);
    else if (c === OPEN_OBJECT || c === OPEN_LIST) {
      if (++depth > MAX_NESTING)
        throw new JsonTextError(`recursion limit exceeded: more than ${MAX_NESTING} containers within each other`);
    } else if (c === CLOSE_OBJECT || c === CLOSE_LIST) depth--;
  }
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const COMMA = 0x2c;
const COLON = 0x3a;

/** Position of the closing quote of the string that begins at `start`. */
function endOfString(text: string, start: number): number {
  for (let i = start + 1; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === BACKSLASH) i++;
    else if (c === QUOTE) return i;
  }
  return text.length;
}

/** Paths (`payment_tree.on_true.node_id`) of keys given twice in a well-formed JSON text. */
function duplicateKeys(text: string): Set<string> {
  const duplicates = new Set<string>();
  const open: { path: string; keys: Set<string> | null; index: number; key: string }[] = [];
  let lastString = '';
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    const top = open.at(-1);
    if (c === QUOTE) {
      const end = endOfString(text, i);
      lastString = text.slice(i, end + 1);
      i = end;
    } else if (c === COLON && top?.keys) {
      top.key = JSON.parse(lastString) as string;
      if (top.keys.has(top.key)) duplicates.add(join(top.path, top.key));
      top.keys.add(top.key);
    } else if (c === COMMA && top) top.index++;
    else if (c === OPEN_OBJECT || c === OPEN_LIST) {
      const path = top === undefined ? '' : join(top.path, top.keys ? top.key : `[${top.index}]`);
      open.push({ path, keys: c === OPEN_OBJECT ? new Set() : null, index: 0, key: '' });
    } else if (c === CLOSE_OBJECT || c === CLOSE_LIST) open.pop();
  }
  return duplicates;
}

/** Appends a key or `[index]` to a dotted path. */
export function join(path: string, part: string): string {
  return path === '' || part.startsWith('[') ? path + part : `${path}.${part}`;
}
