import { DatabaseError } from '../errors.js';

/** Refuses a word that a column never holds: a query for it would find nothing and say nothing. @throws DatabaseError */
export function knownWord<const Word extends string>(word: string, words: readonly Word[], what: string): Word {
  if ((words as readonly string[]).includes(word)) return word as Word;
  throw new DatabaseError(`${what} is one of ${words.join(', ')}; got '${word}'`);
}
