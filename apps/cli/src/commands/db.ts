import { Command } from 'commander';
import { listSimulations } from '@simcash/persistence';
import { withDatabase } from '../database.js';
import { withGlobalOptions, type GlobalOptions } from '../global-options.js';
import { wholeNumber } from '../numbers.js';
import { json, print } from '../output/streams.js';
import { table } from '../output/table.js';

export function databaseCommand(): Command {
  const command = new Command('db').description('look into a database and look after it');
  withGlobalOptions(command.command('simulations'))
    .description('list stored simulations, newest first')
    .option('--limit <n>', 'at most so many', '20')
    .action(simulations);
  return command;
}

interface SimulationsOptions extends GlobalOptions {
  limit: string;
}

async function simulations(options: SimulationsOptions): Promise<void> {
  const rows = await withDatabase(options, true, (database) =>
    listSimulations(database, { limit: wholeNumber(options.limit, '--limit', 1) }),
  );
  if (options.json) return print(json(rows));
  const head = [
    'Simulation',
    'Status',
    'Scenario',
    'Seed',
    'Ticks',
    'Level',
    'Payments',
    'Settled',
    'Started',
    'Experiment',
    'Purpose',
  ];
  const ticks = (row: (typeof rows)[number]): string => `${row.last_tick === null ? 0 : row.last_tick + 1}/${row.total_ticks}`;
  print(
    `${table(
      head,
      rows.map((row) => [
        row.simulation_id,
        row.status,
        row.config_file ?? '–',
        String(row.rng_seed),
        ticks(row),
        row.persistence_level,
        row.total_arrivals ?? '–',
        row.total_settlements ?? '–',
        row.started_at.slice(0, 16).replace('T', ' '),
        row.experiment_run_id === null ? '–' : `${row.experiment_run_id} #${row.experiment_iteration}`,
        row.run_purpose,
      ]),
    )}\n`,
  );
}
