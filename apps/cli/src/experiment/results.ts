import { shareText, summarise } from '@simcash/experiments';
import { csv, money } from '@simcash/protocol';
import type { GlobalOptions } from '../global-options.js';
import { json, print, say } from '../output/streams.js';
import { table } from '../output/table.js';
import { readExperiments } from './database.js';

export interface ResultsOptions extends GlobalOptions {
  experiment?: string;
  type?: string;
  limit?: number;
  csv?: boolean;
}

/** Stored runs, newest first. */
export async function listResults(options: ResultsOptions): Promise<void> {
  const { experiment: name, limit = 20, type } = options;
  const runs = await readExperiments(options, (repository) =>
    repository.list({ limit, ...(name === undefined ? {} : { name }), ...(type === undefined ? {} : { type }) }),
  );
  if (options.json) return print(json(runs));
  const head = ['Run', 'Experiment', 'Type', 'Status', 'Final cost', 'Best cost', 'Iterations', 'Converged', 'Started'];
  const amount = (cents: number | null): string => (cents === null ? '–' : money(cents));
  const rows = runs.map((run) => [
    run.run_id,
    run.experiment_name,
    run.experiment_type,
    run.status,
    options.csv ? (run.final_cost ?? '') : amount(run.final_cost),
    options.csv ? (run.best_cost ?? '') : amount(run.best_cost),
    run.num_iterations,
    run.converged ? 'yes' : 'no',
    run.created_at.slice(0, 19).replace('T', ' '),
  ]);
  say(options.csv ? csv(head, rows) : `${table(head, rows)}\n`);
}

/** Runs side by side, bank by bank (spec 11 §20.6). */
export async function compareRuns(ids: readonly string[], options: ResultsOptions): Promise<void> {
  const runs = await readExperiments(options, async (repository) => {
    const found = [];
    for (const id of ids) found.push(summarise(await repository.find(id)));
    return found;
  });
  if (options.json) return print(json(runs));
  const head = ['Run', 'Bank', 'First cost', 'Best', 'Final', 'Change', 'Liquidity', 'Accepted', 'Iterations', 'Stopped by'];
  const rows = runs.flatMap((run) =>
    run.agents.map((agent) => {
      const change = agent.first_cost === 0 ? '–' : shareText(agent.last_cost / agent.first_cost - 1);
      return [
        run.run_id,
        agent.agent_id,
        options.csv ? agent.first_cost : money(agent.first_cost),
        options.csv ? agent.best_cost : money(agent.best_cost),
        options.csv ? agent.last_cost : money(agent.last_cost),
        change,
        agent.last_fraction === null ? '–' : String(agent.last_fraction),
        `${agent.accepted} of ${agent.proposals}`,
        run.num_iterations,
        run.convergence_reason ?? run.status,
      ];
    }),
  );
  say(options.csv ? csv(head, rows) : `${table(head, rows)}\n`);
}
