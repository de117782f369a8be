import type { Command } from 'commander';

/** Options that every command understands. */
export interface GlobalOptions {
  quiet?: boolean;
  verbose?: boolean;
  json?: boolean;
  db?: string;
  dbWait?: string;
  input?: boolean;
  color?: string | false;
}

/** Where simulations are stored: flag, then environment, then the working directory. */
export function databasePath(options: GlobalOptions): string {
  return options.db ?? process.env.SIMCASH_DB ?? 'simcash.duckdb';
}

/** Seconds to wait for a database that another process holds. */
export function waitSeconds(options: GlobalOptions): number {
  return options.dbWait === undefined ? 0 : Number(options.dbWait);
}

/** Adds the options that every command understands. */
export function withGlobalOptions(command: Command): Command {
  return command
    .option('--json', 'print one JSON document on stdout')
    .option('-q, --quiet', 'no progress, information or warnings; errors and results remain')
    .option('-v, --verbose', 'show more: in run and replay the narrative, tick by tick')
    .option('--db <path>', 'database file (default: $SIMCASH_DB, else ./simcash.duckdb)')
    .option('--db-wait <seconds>', 'wait so long for a database that another process holds')
    .option('--no-input', 'never ask')
    .option('--color <when>', 'auto, always or never')
    .option('--no-color', 'same as --color never');
}
