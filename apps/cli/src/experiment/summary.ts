import { shareText, summarise, type AgentSummary } from '@simcash/experiments';
import { money, type Estimate, type Estimates, type RegretReport, type StoredExperiment, visible } from '@simcash/protocol';
import { table } from '../output/table.js';

/** The end of a run's account: every bank's way, on test days where there are any, else from the first to the last evaluation. */
export function experimentSummary(run: StoredExperiment): string {
  const { agents, regret, test } = summarise(run);
  const figures = test === null ? costsOfIterations(agents) : costsOfTestDays(agents, test);
  const notes = test === null ? [] : [...aboutDays(test), ...(regret === null ? [] : [aboutRegret(regret)])];
  return `\n${figures}\n${notes.map((line) => `\n${line}`).join('')}${notes.length > 0 ? '\n' : ''}\nRun ${visible(run.run_id)}\n`;
}

function costsOfIterations(agents: readonly AgentSummary[]): string {
  const rows = agents.map((agent) => [
    agent.agent_id,
    money(agent.first_cost),
    money(agent.best_cost),
    money(agent.last_cost),
    shareOf(agent.last_fraction),
    `${agent.accepted} of ${agent.proposals}`,
  ]);
  return table(['Bank', 'First cost', 'Best', 'Final', 'Liquidity', 'Accepted'], rows);
}

function costsOfTestDays(agents: readonly AgentSummary[], test: Estimates): string {
  const row = (id: string): string[] => [
    withError(test.initial[id]!),
    withError(test.final[id]!),
    withInterval(test.difference_final[id]!),
  ];
  const rows = agents.map(({ agent_id, first_fraction, last_fraction }) => [
    agent_id,
    first_fraction === last_fraction ? shareOf(last_fraction) : `${shareOf(first_fraction)} → ${shareOf(last_fraction)}`,
    ...row(agent_id),
  ]);
  const all = agents.length > 1 ? [['all', '', ...row('*')]] : [];
  return table(['Bank', 'Liquidity', 'Initial', 'Final', 'Saves'], [...rows, ...all]);
}

const shareOf = (fraction: number | null): string => (fraction === null ? '–' : shareText(fraction));
const cents = (value: number): string => money(Math.round(value));

/** `165.79 ± 8.01`: half the width of the interval, on its wider side. */
function withError({ lower, mean, upper }: Estimate): string {
  return lower === null || upper === null ? cents(mean) : `${cents(mean)} ± ${cents(Math.max(mean - lower, upper - mean))}`;
}

function withInterval({ lower, mean, upper }: Estimate): string {
  return lower === null || upper === null ? cents(mean) : `${cents(mean)} (${cents(lower)} … ${cents(upper)})`;
}

function aboutDays({ best, final, initial }: Estimates): string[] {
  const days = initial['*']!.num_days;
  const isThin = [initial, final, best].some((banks) => Object.values(banks).some(({ thin }) => thin));
  return [
    `A day, over ${days.toLocaleString('en-US')} test days, with 95 % intervals (Hall's transformed t).`,
    `Losses rarer than one in ${Math.ceil(days / 3).toLocaleString('en-US')} days may be unknown.`,
    ...(isThin ? ['Few exceptional days: an interval may be too narrow.'] : []),
  ];
}

function aboutRegret({ candidates, nash_conv }: RegretReport): string {
  const { lower, mean, upper } = nash_conv;
  return `Together banks could still save ${cents(mean)} a day alone (${cents(lower)} … ${cents(upper)}), by one of ${candidates} candidates.`;
}
