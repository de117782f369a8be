import { closest } from 'fastest-levenshtein';

/** `unknown bank 'NROTH' (did you mean 'NORTH'?)` */
export function unknown(what: string, name: string, known: readonly string[]): string {
  return known.length === 0 ? `unknown ${what} '${name}'` : `unknown ${what} '${name}' (did you mean '${closest(name, known)}'?)`;
}
