import type { Command } from 'commander';
import { idOption } from './id-option.js';
import { usageError } from './exit-codes.js';
import { secondsOption, seedOption, wholeNumberOption } from './numbers.js';
import type { SweepLoadOptions } from './sweep/load.js';

/** Options of a command that runs a sweep file to answer a question of its own. */
export interface SweepRunOptions extends SweepLoadOptions {
  workers?: number;
  save?: boolean;
  id?: string;
  csv?: boolean;
  timeLimit?: number;
}

export function withSweepRunOptions(command: Command): Command {
  return command
    .option('-s, --seed <n>', 'seed of which those of the days are made', seedOption)
    .option('--workers <n>', 'number of threads', wholeNumberOption('--workers', 1))
    .option('--save', 'store the sweep')
    .option('--id <id>', 'with --save: id of the sweep', idOption)
    .option('--time-limit <seconds>', 'stop after so long', secondsOption('--time-limit'))
    .option('--csv', 'print CSV');
}

/** @throws CommandError for options that do not go together */
export function checkSweepRunOptions({ csv, id, json, save }: Pick<SweepRunOptions, 'csv' | 'id' | 'json' | 'save'>): void {
  if (json && csv) throw usageError('--json and --csv exclude each other');
  if (id !== undefined && !save) throw usageError('--id needs --save');
}
