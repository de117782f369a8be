import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { requireDatabase, withDatabase } from '../database.js';
import { CommandError, EXIT } from '../exit-codes.js';
import { writeFolder } from '../files/folder.js';
import { withForceOption, type ForceOptions } from '../files/writing.js';
import { databasePath, withGlobalOptions, type GlobalOptions } from '../global-options.js';
import { interruption } from '../interruption.js';
import { secondsOption, wholeNumberOption } from '../numbers.js';
import { note, print } from '../output/streams.js';

interface ExploreOptions extends GlobalOptions, ForceOptions {
  export?: string;
  port?: number;
  timeLimit?: number;
}

export function exploreCommand(): Command {
  return withForceOption(withGlobalOptions(new Command('explore')))
    .argument('[id]', 'simulation id to begin with (default: the list of all runs)')
    .option('--port <n>', 'port on this machine (default: a free one)', wholeNumberOption('--port', 0))
    .option(
      '--time-limit <seconds>',
      'end by itself after so long (default: when it is interrupted)',
      secondsOption('--time-limit'),
    )
    .option('--export <folder>', 'write the playground, a page for any web server, and end')
    .addHelpText(
      'after',
      `
The playground is served, too: there a scenario is changed and run in the browser itself.

Examples:
  simcash explore
  simcash explore demo --db demo.duckdb --port 8080
  simcash explore --export playground`,
    )
    .action(explore);
}

/** Serves until it is interrupted. The address has a key: only who reads it gets in. */
async function explore(id: string | undefined, options: ExploreOptions): Promise<void> {
  if (options.export !== undefined) return exportPlayground(options.export, options);
  requireDatabase(options);
  const file = databasePath(options);
  const { findSimulation } = await import('@simcash/persistence');
  // A file that cannot be read, and a run that is not there, are told at once.
  await withDatabase(options, true, async (database) => void (id === undefined ? null : await findSimulation(database, id)));
  const { startExplorer } = await import('@simcash/explorer');
  const { port = 0 } = options;
  const explorer = await startExplorer(file, {
    port,
    playground: playgroundFolder(),
    ...(id === undefined ? {} : { run: id }),
  }).catch((error: unknown) => {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') throw new CommandError(EXIT.failure, `port ${port} is in use: choose another --port`);
    throw code === 'EACCES' || code === 'ERR_SOCKET_BAD_PORT'
      ? new CommandError(EXIT.usage, `--port ${port}: ${message}`)
      : error;
  });
  print(`${explorer.address}\n`);
  if (!options.quiet) note('The address is for you alone: it opens the database for reading on this machine. Ctrl-C ends it.');
  const stop = interruption(options.timeLimit);
  await new Promise<void>((resolve) => stop.signal.addEventListener('abort', () => resolve()));
  await explorer.close();
  stop.dispose();
}

/** Files of the playground, as they are published. */
const playgroundFolder = (): string =>
  fileURLToPath(new URL('dist/site', import.meta.resolve('@simcash/playground/package.json')));

function exportPlayground(folder: string, options: ForceOptions): void {
  const site = playgroundFolder();
  const texts = readdirSync(site).map((name) => [name, readFileSync(path.join(site, name), 'utf8')]);
  const places = writeFolder(folder, Object.fromEntries(texts) as Record<string, string>, options);
  print(`${places.find((place) => place.endsWith('.html'))}\n`);
}
