import { setTimeout as after } from 'node:timers/promises';
import { usageError } from '../exit-codes.js';
import type { GlobalOptions } from '../global-options.js';
import { reportError } from '../output/errors.js';
import { note } from '../output/streams.js';
import { filesRead } from './reading.js';
import { statusOf } from './status.js';

/** Milliseconds between two looks. Editors put a new file in the place of the old one: looking by name finds that, too. */
const INTERVAL = 200;

/**
 * Does some work, and again whenever one of the files, or one that was or should have been read for them, has changed; until the
 * process is stopped. Errors are told as ever, and end nothing.
 *
 * @throws CommandError if stdin is one of the files
 */
export async function watching(files: readonly string[], options: GlobalOptions, work: () => Promise<void>): Promise<never> {
  if (files.includes('-')) throw usageError('--watch needs files that can change, not stdin');
  for (let watched = new Set(files); ;) {
    const before = stateOf(watched);
    filesRead.clear();
    await work().catch((error: unknown) => reportError(error, Boolean(options.json)));
    const isChanged = stateOf(watched) !== before;
    // A file that is not there any more may come back.
    watched = new Set([...watched, ...filesRead]);
    if (!options.quiet) note(`Watching ${watched.size === 1 ? [...watched][0] : `${watched.size} files`}; Ctrl-C ends`);
    // What changed while the work was under way has changed.
    if (isChanged) continue;
    for (const state = stateOf(watched); stateOf(watched) === state;) await after(INTERVAL);
  }
}

/** Differs when one of the files does, has been replaced, or came or went. */
function stateOf(files: Iterable<string>): string {
  return JSON.stringify(
    Array.from(files, (file) => {
      const { ino, mtimeMs, size } = statusOf(file) ?? {};
      return [ino, mtimeMs, size];
    }),
  );
}
