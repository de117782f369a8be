import { policyEvolution } from '@simcash/experiments';
import { usageError } from '../exit-codes.js';
import type { GlobalOptions } from '../global-options.js';
import { print } from '../output/streams.js';
import { readExperiments } from './database.js';

export interface EvolutionCommandOptions extends GlobalOptions {
  agent?: string;
  start?: number;
  end?: number;
  llm?: boolean;
  compact?: boolean;
}

/** Prints how policies developed, as JSON. */
export async function printEvolution(id: string, options: EvolutionCommandOptions): Promise<void> {
  const { agent, compact, end, start } = options;
  if (start !== undefined && end !== undefined && start > end) throw usageError(`--start ${start} lies after --end ${end}`);
  const evolution = await readExperiments(options, async (repository) => {
    const run = await repository.find(id);
    return policyEvolution(run, {
      ...(agent === undefined ? {} : { agent }),
      ...(start === undefined ? {} : { start }),
      ...(end === undefined ? {} : { end }),
      ...(options.llm ? { events: await repository.events(id) } : {}),
    });
  });
  print(`${JSON.stringify(evolution, null, compact ? undefined : 2)}\n`);
}
