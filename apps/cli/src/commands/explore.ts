import { Command } from 'commander';
import { requireDatabase, withDatabase } from '../database.js';
import { CommandError, EXIT } from '../exit-codes.js';
import { databasePath, withGlobalOptions, type GlobalOptions } from '../global-options.js';
import { interruption } from '../interruption.js';
import { secondsOption, wholeNumberOption } from '../numbers.js';
import { note, print } from '../output/streams.js';

interface ExploreOptions extends GlobalOptions {
  port?: number;
  timeLimit?: number;
}

export function exploreCommand(): Command {
  return withGlobalOptions(new Command('explore'))
    .description('look at stored runs in a browser: pictures, banks, queues, payments and why they waited')
    .argument('[id]', 'simulation id to begin with (default: the list of all runs)')
    .option('--port <n>', 'port on this machine (default: a free one)', wholeNumberOption('--port', 0))
    .option(
      '--time-limit <seconds>',
      'end by itself after so long (default: when it is interrupted)',
      secondsOption('--time-limit'),
    )
    .addHelpText('after', '\nExamples:\n  simcash explore\n  simcash explore demo --db demo.duckdb --port 8080')
    .action(explore);
}

/** Serves until it is interrupted. The address has a key: only who reads it gets in. */
async function explore(id: string | undefined, options: ExploreOptions): Promise<void> {
  requireDatabase(options);
  const path = databasePath(options);
  const { findSimulation } = await import('@simcash/persistence');
  // A file that cannot be read, and a run that is not there, are told at once.
  await withDatabase(options, true, async (database) => void (id === undefined ? null : await findSimulation(database, id)));
  const { startExplorer } = await import('@simcash/explorer');
  const { port = 0 } = options;
  const explorer = await startExplorer(path, { port, ...(id === undefined ? {} : { run: id }) }).catch((error: unknown) => {
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
