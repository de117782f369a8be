import { shareText, summarise } from '@simcash/experiments';
import { money, type StoredExperiment, visible } from '@simcash/protocol';
import { table } from '../output/table.js';

/** The end of a run's account: every bank's way from the first to the last evaluation. */
export function experimentSummary(run: StoredExperiment): string {
  const { agents } = summarise(run);
  const rows = agents.map((agent) => [
    agent.agent_id,
    money(agent.first_cost),
    money(agent.best_cost),
    money(agent.last_cost),
    agent.last_fraction === null ? '–' : shareText(agent.last_fraction),
    `${agent.accepted} of ${agent.proposals}`,
  ]);
  return `\n${table(['Bank', 'First cost', 'Best', 'Final', 'Liquidity', 'Accepted'], rows)}\n\nRun ${visible(run.run_id)}\n`;
}
