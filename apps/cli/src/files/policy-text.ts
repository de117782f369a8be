import { repeatedJsonKey } from '@simcash/engine';
import { inputError } from '../exit-codes.js';
import { readText } from './reading.js';

/** Reads the text of a policy document. @throws CommandError for a key that stands twice; what else is wrong, its reader says */
export function readPolicyText(file: string): string {
  const text = readText(file, 'policy');
  const repeated = repeatedJsonKey(text);
  if (repeated === null) return text;
  throw inputError(
    `${file}:${repeated.line}:${repeated.column}: the key '${repeated.key}' stands here a second time in one object`,
  );
}
