import { Command } from 'commander';
import { deleteCheckpoint, listCheckpoints, loadCheckpoint, NotStoredError } from '@simcash/persistence';
import { confirm } from '../confirm.js';
import { requireDatabase, withDatabase } from '../database.js';
import { usageError } from '../exit-codes.js';
import { withGlobalOptions, type GlobalOptions } from '../global-options.js';
import { json, note, print, say } from '../output/streams.js';
import { table } from '../output/table.js';

export function checkpointCommand(): Command {
  const command = new Command('checkpoint');
  withGlobalOptions(command.command('delete'))
    .description('delete a checkpoint')
    .argument('<id>')
    .option('--yes', 'do not ask')
    .action(remove);
  withGlobalOptions(command.command('list'))
    .description('list checkpoints, of one simulation or of all')
    .argument('[simulation]', 'simulation id')
    .action(list);
  withGlobalOptions(command.command('show'))
    .description('print the state of a checkpoint as JSON')
    .argument('<id>', 'checkpoint id, or latest with --id')
    .option('--id <simulation>', 'simulation whose latest checkpoint is meant')
    .action(show);
  return command;
}

async function list(simulation: string | undefined, options: GlobalOptions): Promise<void> {
  const rows = await withDatabase(options, true, (database) => listCheckpoints(database, simulation ?? null));
  if (options.json) return print(json(rows));
  const lines = rows.map((row) => [
    row.checkpoint_id,
    row.simulation_id,
    row.checkpoint_tick,
    row.checkpoint_type,
    row.num_transactions,
    row.total_size_bytes,
  ]);
  say(`${table(['Checkpoint', 'Simulation', 'Tick', 'Type', 'Payments', 'Bytes'], lines)}\n`);
}

async function show(id: string, options: GlobalOptions & { id?: string }): Promise<void> {
  if (id === 'latest' && options.id === undefined) throw usageError('latest needs --id: whose latest checkpoint?');
  const checkpoint = await withDatabase(options, true, (database) => loadCheckpoint(database, id, options.id));
  print(`${checkpoint.state_json}\n`);
}

async function remove(id: string, options: GlobalOptions & { yes?: boolean }): Promise<void> {
  requireDatabase(options);
  if (!options.yes && !(await confirm(`Delete checkpoint ${id}?`, options)))
    throw usageError(`deleting ${id} needs a confirmation: add --yes`);
  await withDatabase(options, false, async (database) => {
    if (!(await deleteCheckpoint(database, id))) throw new NotStoredError(`Checkpoint ${id} not found in ${database.path}`);
  });
  if (!options.quiet) note(`deleted ${id}`);
}
