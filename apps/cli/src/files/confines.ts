import { existsSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { inputError } from '../exit-codes.js';
import { repeatable } from '../filter-options.js';
import { filesRead } from './reading.js';

export interface PathOptions {
  /** Folders into which paths in files may lead. */
  allowPath?: string[];
}

/** Adds the option by which the user widens what files may name. */
export function withPathOptions(command: Command): Command {
  return command.option('--allow-path <directory>', 'let paths in files lead into this directory, too (repeatable)', repeatable);
}

const LIBRARY = fileURLToPath(new URL('../../../../docs/examples/policies/', import.meta.url));

/**
 * Where the paths in a file may lead. Whoever wrote it may be a stranger, so they stay in its own folder, links followed, unless the
 * user said otherwise with `--allow-path`.
 */
export class Confines {
  readonly #folder: string;
  readonly #allowed: readonly string[];

  constructor(
    private readonly file: string,
    { allowPath = [] }: PathOptions = {},
  ) {
    this.#folder = file === '-' ? process.cwd() : path.dirname(path.resolve(file));
    this.#allowed = allowPath.map((directory) => realName(path.resolve(directory)));
  }

  /** The file that a path in the file means. @throws CommandError if it leads out of the folder */
  resolve(name: string, what: string): string {
    const target = path.resolve(this.#folder, name);
    if (this.#contains(realName(target))) return target;
    throw inputError(
      `${this.file}: ${what}: ${name} leads out of the folder of the file`,
      `if that is meant, allow it with --allow-path ${path.dirname(target)}`,
    );
  }

  /**
   * The file of a policy that a scenario or an experiment names: beside it, in the working directory, or in the library (spec 07 §12).
   * Policies may also lie in a folder beside the file's own, as they are parsed and nothing else.
   *
   * @throws CommandError if there is none, or it lies elsewhere
   */
  policy(name: string): string {
    const places = path.isAbsolute(name)
      ? [name]
      : [path.resolve(this.#folder, name), path.resolve(name), path.join(LIBRARY, path.basename(name))];
    const found = places.find((place) => existsSync(place));
    if (found === undefined) {
      for (const place of places) filesRead.add(place);
      throw inputError(`Policy JSON file not found: ${name} (tried ${places.join(', ')})`);
    }
    const real = realName(found);
    const folders = [process.cwd(), LIBRARY].map(realName);
    if (this.#contains(real) || folders.some((folder) => isInside(real, folder)) || this.#isBeside(real)) return found;
    throw inputError(
      `${this.file}: the policy ${name} leads out of the folders of the file`,
      `if that is meant, allow it with --allow-path ${path.dirname(found)}`,
    );
  }

  #contains(real: string): boolean {
    return [realName(this.#folder), ...this.#allowed].some((folder) => isInside(real, folder));
  }

  /** In another folder of the folder that has the file's own. */
  #isBeside(real: string): boolean {
    const parent = path.dirname(realName(this.#folder));
    return path.dirname(parent) !== parent && isInside(real, parent) && path.dirname(real) !== parent;
  }
}

function isInside(file: string, folder: string): boolean {
  const relative = path.relative(folder, file);
  return relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative);
}

/** The absolute name without links, of as much of the path as is there. */
export function realName(file: string): string {
  const absolute = path.resolve(file);
  if (existsSync(absolute)) return realpathSync(absolute);
  const parent = path.dirname(absolute);
  return parent === absolute ? absolute : path.join(realName(parent), path.basename(absolute));
}
