import type { StoredExperiment } from '@simcash/protocol';
import { csv } from '@simcash/protocol';
import type { GlobalOptions } from '../global-options.js';
import { json, note, print } from '../output/streams.js';
import { databaseFiles, writeText, type ForceOptions } from '../files/writing.js';
import { experimentDatabase, readExperiments } from './database.js';

export interface ExportOptions extends GlobalOptions, ForceOptions {
  format?: 'csv' | 'json';
  output?: string;
}

/** Writes a run for other programs: everything as JSON, or one CSV line for each iteration and bank. */
export async function exportRun(id: string, options: ExportOptions): Promise<void> {
  const { format = 'json', output } = options;
  const text = await readExperiments(options, async (repository) => {
    const run = await repository.find(id);
    return format === 'csv' ? iterationTable(run) : json({ schema_version: 1, ...run, events: await repository.events(id) });
  });
  if (output === undefined || output === '-') return print(text);
  writeText(`--output ${output}`, output, text, options, databaseFiles(experimentDatabase(options)));
  if (!options.quiet) note(`Written to ${output}`);
}

function iterationTable({ iterations }: StoredExperiment): string {
  const parameters = [
    ...new Set(
      iterations.flatMap(({ policies }) =>
        Object.values(policies).flatMap((policy) => Object.keys((policy.parameters ?? {}) as object)),
      ),
    ),
  ].sort();
  const head = [
    'iteration',
    'agent_id',
    'cost_cents',
    'total_cost_cents',
    ...parameters,
    'proposed_cost_cents',
    'delta_sum_cents',
    'accepted',
    'reason',
  ];
  const rows = iterations.flatMap(({ accepted_changes, costs_per_agent, evaluations, iteration, policies, total_cost }) =>
    Object.entries(costs_per_agent).map(([agentId, cost]) => {
      const judged = evaluations.findLast(({ agent_id }) => agent_id === agentId);
      const values = (policies[agentId]!.parameters ?? {}) as Record<string, number>;
      return [
        iteration,
        agentId,
        cost,
        total_cost,
        ...parameters.map((name) => values[name] ?? null),
        judged?.new_cost ?? null,
        judged?.delta_sum ?? null,
        String(accepted_changes[agentId] ?? false),
        judged?.acceptance_reason ?? null,
      ];
    }),
  );
  return csv(head, rows);
}
