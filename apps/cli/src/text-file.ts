import { readFileSync } from 'node:fs';
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
