import type { MoneyUnits } from '@simcash/protocol';
import { Option, type Command } from 'commander';
import { secondsOption } from './numbers.js';

/** Options that every command understands. */
export interface GlobalOptions {
  quiet?: boolean;
  verbose?: boolean;
  json?: boolean;
  db?: string;
  dbWait?: number;
  input?: boolean;
  units?: MoneyUnits;
  color?: 'auto' | 'always' | 'never' | false;
}

/** Where simulations are stored: flag, then environment, then the working directory. */
export function databasePath(options: GlobalOptions): string {
  return options.db ?? process.env.SIMCASH_DB ?? 'simcash.duckdb';
}

/** Adds the options that every command understands. */
export function withGlobalOptions(command: Command, defaultDatabase = './simcash.duckdb'): Command {
  return command
    .option('--json', 'print one JSON document on stdout')
    .option('-q, --quiet', 'no progress, information or warnings; errors and results remain')
    .option('-v, --verbose', 'show more: in run and replay the narrative, tick by tick')
    .option('--db <path>', `database file (default: $SIMCASH_DB, else ${defaultDatabase})`)
    .option('--db-wait <seconds>', 'wait so long for a database that another process holds', secondsOption('--db-wait'))
    .option('--no-input', 'never ask')
    .addOption(
      new Option('--units <units>', 'how texts for people write money: 1,234.56 (default) or 123,456').choices([
        'currency',
        'cents',
      ]),
    )
    .addOption(new Option('--color <when>', 'colours in texts for people').choices(['auto', 'always', 'never']))
    .option('--no-color', 'same as --color never');
}
