import { Command, Option } from 'commander';
import { eventLines, findSimulation } from '@simcash/persistence';
import type { SimulationEvent } from '@simcash/protocol';
import { withDatabase } from '../database.js';
import { eventFilter, withFilterOptions, type FilterOptions } from '../filter-options.js';
import { withGlobalOptions, type GlobalOptions } from '../global-options.js';
import { print } from '../output/streams.js';

interface ReplayOptions extends GlobalOptions, FilterOptions {
  jsonl?: 'events';
}

export function replayCommand(): Command {
  return withFilterOptions(withGlobalOptions(new Command('replay')))
    .description('show a stored simulation again, from the database alone')
    .argument('<id>', 'simulation id')
    .addOption(new Option('--jsonl <what>', 'print JSON lines').choices(['events']))
    .action((id: string, options: ReplayOptions) =>
      withDatabase(options, true, async (database) => {
        const simulation = await findSimulation(database, id);
        const filter = eventFilter(options, simulation.agent_ids);
        for await (const lines of eventLines(database, id)) {
          if (filter.passesAll) print(lines);
          else
            for (const line of lines.trimEnd().split('\n'))
              if (filter.matches(JSON.parse(line) as SimulationEvent)) print(`${line}\n`);
        }
      }),
    );
}
