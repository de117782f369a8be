import { MAX_NESTING } from './nesting.js';

/** What a text is read as where reading it fast would not give the same: its reader looks at it token by token then. */
export const UNSURE = Symbol('unsure');

/**
 * Reads JSON with the parser of the language, whole numbers as bigints. It is unsure about texts that are no JSON or nested too
 * deeply, that name a key twice, or have a number of which `JSON.parse` does not tell how it was written: `100.0`, or one with more
 * digits than a double has.
 */
export function fastJson(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return UNSURE;
  }
  const { isClear, keys } = literalsIn(text);
  if (!isClear) return UNSURE;
  const reader = new Reader();
  const read = reader.read(value, 0);
  return reader.keys !== keys || reader.deepest > MAX_NESTING ? UNSURE : read;
}

/** How many keys are written in a JSON text, and whether all its numbers are clear. A loop: an expression would overflow on long texts. */
export function literalsIn(text: string): { keys: number; isClear: boolean } {
  let [keys, isClear] = [0, true];
  for (let i = 0; i < text.length; i++) {
    const character = text[i]!;
    if (character === '"') {
      i = endOfString(text, i);
      let next = i + 1;
      while (BLANK.includes(text[next]!)) next++;
      if (text[next] === ':') keys++;
    } else if (character === '-' || (character >= '0' && character <= '9')) {
      const from = i;
      while (i + 1 < text.length && NUMERIC.includes(text[i + 1]!)) i++;
      isClear &&= !isUnclear(text.slice(from, i + 1));
    }
  }
  return { keys, isClear };
}

const NUMERIC = '0123456789+-.eE';
const BLANK = ' \t\r\n';

/** Where a string ends that begins at a place. */
function endOfString(text: string, from: number): number {
  for (let end = text.indexOf('"', from + 1); ; end = text.indexOf('"', end + 1)) {
    let escapes = 0;
    while (text[end - 1 - escapes] === '\\') escapes++;
    if (escapes % 2 === 0) return end;
  }
}

const SURE_DIGITS = 15;

function isUnclear(number: string): boolean {
  if (/[.eE]/.test(number)) return Number.isInteger(Number(number));
  return number === '-0' || number.length > SURE_DIGITS;
}

class Reader {
  keys = 0;
  deepest = 0;

  read(value: unknown, depth: number): unknown {
    if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : value;
    if (typeof value !== 'object' || value === null) return value;
    this.deepest = Math.max(this.deepest, depth + 1);
    if (depth > MAX_NESTING) return value;
    if (Array.isArray(value)) {
      for (let i = 0; i < value.length; i++) value[i] = this.read(value[i], depth + 1);
      return value;
    }
    const object = value as Record<string, unknown>;
    for (const key of Object.keys(object)) {
      this.keys++;
      const member = this.read(object[key], depth + 1);
      // The key is the object's own, so that even `__proto__` is one like the others.
      if (member !== object[key]) object[key] = member;
    }
    return object;
  }
}
