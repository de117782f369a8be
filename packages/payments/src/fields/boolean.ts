const WORDS: ReadonlyMap<string, boolean> = new Map([
  ...['true', 't', 'yes', 'y', 'on', '1'].map((word): [string, boolean] => [word, true]),
  ...['false', 'f', 'no', 'n', 'off', '0'].map((word): [string, boolean] => [word, false]),
]);

/** Null if it is no word for yes or no (spec 13 §4). */
export const readBoolean = (text: string): boolean | null => WORDS.get(text.toLowerCase()) ?? null;
