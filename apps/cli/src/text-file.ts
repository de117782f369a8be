import { readFileSync } from 'node:fs';
import { repeatedJsonKey } from '@simcash/engine';
import { inputError } from './exit-codes.js';

/** Reads a text file, or stdin for `-`. @throws CommandError that says which file and why */
export function readText(file: string, what: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw inputError(`${what} file not found: ${file}`);
    if (code === 'EISDIR') throw inputError(`${file} is a directory, a ${what} file is needed`);
    throw inputError(`${what} file ${file} cannot be read: ${message}`);
  }
}

/** Reads the text of a policy document. @throws CommandError for a key that stands twice; what else is wrong, its reader says */
export function readPolicyText(file: string): string {
  const text = readText(file, 'policy');
  const repeated = repeatedJsonKey(text);
  if (repeated === null) return text;
  throw inputError(
    `${file}:${repeated.line}:${repeated.column}: the key '${repeated.key}' stands here a second time in one object`,
  );
}
