import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { CommandError, EXIT, usageError } from '../exit-codes.js';
import { OutputFile, writeText, type ForceOptions } from './writing.js';

/**
 * Writes texts by their names into a folder, which is made where it is not there, and gives their places. Everything that can be refused
 * is refused before the first file is written.
 *
 * @throws CommandError
 */
export function writeFolder(folder: string, texts: Readonly<Record<string, string>>, options: ForceOptions): string[] {
  if (existsSync(folder) && !isFolder(folder)) throw usageError(`${folder} is no directory`);
  const files = Object.entries(texts).map(([name, text]) => [path.join(folder, name), text] as const);
  if (existsSync(folder)) for (const [place] of files) OutputFile.check(place, place, options);
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw new CommandError(EXIT.failure, `${folder} cannot be made: ${(error as Error).message}`);
  }
  for (const [place, text] of files) writeText(place, place, text, options);
  return files.map(([place]) => place);
}

function isFolder(directory: string): boolean {
  try {
    readdirSync(directory);
    return true;
  } catch {
    return false;
  }
}
