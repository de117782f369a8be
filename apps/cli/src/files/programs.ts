import { accessSync, constants } from 'node:fs';
import path from 'node:path';

/** Whether a program can be started by this name: a path, or one on the PATH. */
export function isProgram(name: string): boolean {
  const folders = name.includes(path.sep) ? [''] : (process.env.PATH ?? '').split(path.delimiter);
  const endings = process.platform === 'win32' ? ['', ...(process.env.PATHEXT ?? '.EXE').split(';')] : [''];
  return folders.some((folder) => endings.some((ending) => isExecutable(path.join(folder, `${name}${ending}`))));
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
