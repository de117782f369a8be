/** What a terminal would act upon, or show in another order than it is written: control characters, and marks of direction. */
const ACTIVE =
  // oxlint-disable-next-line no-control-regex -- these are what it is about
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]|[\ud800-\udfff]/gu;

/** A text from a file, made fit for a terminal: nothing in it acts, everything can be seen. */
export function visible(text: string): string {
  return text.replace(ACTIVE, (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`);
}

/** Data with all its texts made {@link visible}. */
export function visibleDeep<T>(value: T): T {
  if (typeof value === 'string') return visible(value) as T;
  if (Array.isArray(value)) return value.map(visibleDeep) as T;
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [visible(key), visibleDeep(member as unknown)])) as T;
}

/** Longest piece of a stranger's text that a message quotes. */
const MOST_QUOTED = 200;

/** The beginning of a text, made visible. */
export function quoted(text: string): string {
  return visible(text.length <= MOST_QUOTED ? text : `${text.slice(0, MOST_QUOTED)}… (${text.length} characters)`);
}
