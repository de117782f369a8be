import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { inputError } from '../exit-codes.js';

/** Largest file that is read as a text; documents of 100,000 banks have a tenth of it. */
const MAX_FILE_BYTES = 64 * 1024 * 1024;

const STDIN = 0;

/** What was read so far, or was to be: nothing of it may be written over. */
export const filesRead = new Set<string>();

/**
 * Reads a text file, or stdin for `-`: the one way in which any file gets in. Whatever is no regular file could have no end, or make
 * us wait for ever.
 *
 * @throws CommandError that says which file and why
 */
export function readText(file: string, what: string): string {
  if (file === '-') return readFileSync(STDIN, 'utf8');
  filesRead.add(file);
  let descriptor: number | null = null;
  try {
    descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
    const status = fstatSync(descriptor);
    if (status.isDirectory()) throw inputError(`${file} is a directory, a ${what} file is needed`);
    if (!status.isFile()) throw inputError(`${file} is no regular file: a ${what} can be read from one, or from stdin as -`);
    if (status.size > MAX_FILE_BYTES)
      throw inputError(`${what} file ${file} has ${status.size} bytes, more than the ${MAX_FILE_BYTES} that are read`);
    return readFileSync(descriptor, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    if (code === 'ENOENT') throw inputError(`${what} file not found: ${file}`);
    throw inputError(`${what} file ${file} cannot be read: ${message}`);
  } finally {
    if (descriptor !== null) closeSync(descriptor);
  }
}
