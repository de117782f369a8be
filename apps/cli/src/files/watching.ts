import { unwatchFile, watchFile } from 'node:fs';
import { usageError } from '../exit-codes.js';
import type { GlobalOptions } from '../global-options.js';
import { reportError } from '../output/errors.js';
import { note } from '../output/streams.js';
import { filesRead } from './reading.js';

/** Milliseconds between two looks at a file. Editors put a new file in the place of the old one: watching by name finds that, too. */
const INTERVAL = 200;

/**
 * Does some work, and again whenever one of the files, or one that was read for them, has changed; until the process is stopped.
 * Errors are told as ever, and end nothing.
 *
 * @throws CommandError if stdin is one of the files
 */
export async function watching(files: readonly string[], options: GlobalOptions, work: () => Promise<void>): Promise<never> {
  if (files.includes('-')) throw usageError('--watch needs files that can change, not stdin');
  let changed = (): void => undefined;
  const onChange = (): void => changed();
  for (;;) {
    filesRead.clear();
    await work().catch((error: unknown) => reportError(error, Boolean(options.json)));
    const watched = new Set([...files, ...filesRead]);
    const change = new Promise<void>((resolve) => (changed = resolve));
    for (const file of watched) watchFile(file, { interval: INTERVAL }, onChange);
    if (!options.quiet) note(`Watching ${watched.size === 1 ? [...watched][0] : `${watched.size} files`}; Ctrl-C ends`);
    await change;
    for (const file of watched) unwatchFile(file, onChange);
  }
}
