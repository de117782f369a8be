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
    return { value: JSON.parse(text) as unknown, duplicates: scanMembers(text) };
  } catch (error) {
    throw new JsonTextError(jsonProblem(error as Error));
  }
}

/** What is wrong with a JSON text, and where, without a quotation: what is no policy may be a secret. */
export const jsonProblem = ({ message }: Error): string => message.replace(/, (\.\.\.)?".*"(\.\.\.)? is not valid JSON$/s, '');

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
const MINUS = 0x2d;
const DIGIT_0 = 0x30;
const DIGIT_9 = 0x39;
const NUMBER = /[-+.0-9eE]+/y;
const PLAIN_KEY = /^[^.[]+$/;

/** Position of the closing quote of the string that begins at `start`. */
function endOfString(text: string, start: number): number {
  for (let i = start + 1; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === BACKSLASH) i++;
    else if (c === QUOTE) return i;
  }
  return text.length;
}

/** An object or list that is being read. */
interface Container {
  path: string;
  /** Null for a list. */
  keys: Set<string> | null;
  index: number;
  key: string;
}

/**
 * Finds what `JSON.parse` says nothing about: returns the paths (`payment_tree.on_true.node_id`) of keys given twice in a
 * well-formed text, and refuses numbers too large for a double (spec 06 §2.5).
 */
function scanMembers(text: string): Set<string> {
  const duplicates = new Set<string>();
  const open: Container[] = [];
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
      open.push({ path: placeIn(top), keys: c === OPEN_OBJECT ? new Set() : null, index: 0, key: '' });
    } else if (c === CLOSE_OBJECT || c === CLOSE_LIST) open.pop();
    else if (c === MINUS || (c >= DIGIT_0 && c <= DIGIT_9)) {
      NUMBER.lastIndex = i;
      const [number] = NUMBER.exec(text)!;
      if (!Number.isFinite(Number(number)))
        throw new JsonTextError(`number out of range${top === undefined ? '' : ` at ${placeIn(top)}`}`);
      i += number.length - 1;
    }
  }
  return duplicates;
}

/** The path of what is read next. */
function placeIn(container: Container | undefined): string {
  if (container === undefined) return '';
  return container.keys ? join(container.path, container.key) : `${container.path}[${container.index}]`;
}

/** Appends a key to a dotted path; in brackets where a dot would be misread: `parameters["a.b"]`. */
export function join(path: string, key: string): string {
  if (!PLAIN_KEY.test(key)) return `${path}[${JSON.stringify(key)}]`;
  return path === '' ? key : `${path}.${key}`;
}
