import { bandsSvg, linesSvg, stackedBarsSvg } from '@simcash/pictures';
import type { CostBreakdown, ExperimentEvent, StoredExperiment } from '@simcash/protocol';
import { parametersOf } from '../policies/policy.js';
import { sum } from '../scenario.js';

const COST = 'cost in units of 100 cents';

/** What a chart shows. */
export interface ChartOptions {
  /** Only this bank. */
  agent?: string;
  /** The parameter to draw or to write at the points. */
  parameter?: string;
}

/** The cost of every tested policy, and of the policy in force, by iteration; sums over banks unless one is named (spec 11 §13). */
export function costChart(run: StoredExperiment, { agent, parameter }: ChartOptions = {}): string {
  const { iterations, run_id } = run;
  const costs = iterations.map(
    ({ costs_per_agent, total_cost }) => (agent === undefined ? total_cost : costs_per_agent[agent]!) / 100,
  );
  const tested = iterations.map(({ costs_per_agent, evaluations }) => {
    const newest = (id: string): number =>
      evaluations.findLast(({ agent_id }) => agent_id === id)?.new_cost ?? costs_per_agent[id]!;
    const agents = agent === undefined ? Object.keys(costs_per_agent) : [agent];
    return sum(agents.map(newest)) / 100;
  });
  const isMean = iterations.some(({ costs_per_agent, total_cost }) => sum(Object.values(costs_per_agent)) !== total_cost);
  const scale = agent === undefined && isMean ? 1 / Object.keys(iterations[0]!.costs_per_agent).length : 1;
  const labels = parameter === undefined || agent === undefined ? [] : values(run, agent, parameter);
  const label = (value: number | null, i: number): string => `${i === 0 ? `${parameter} ` : ''}${value?.toFixed(2) ?? ''}`;
  return linesSvg({ title: `Cost Convergence - ${run_id}${agent === undefined ? '' : ` (${agent})`}`, x: 'iteration', y: COST }, [
    { name: 'in force', isMarked: true, points: costs.map((cost, i) => [i, cost]), labels: labels.map(label) },
    { name: 'proposed', isMarked: true, points: tested.map((cost, i) => [i + 1, cost * scale]) },
  ]);
}

/** Costs of the policies in force on the same test days, with 95 % intervals; null where a run has none (spec 17 §9). */
export function testCostChart(
  run: StoredExperiment,
  events: readonly ExperimentEvent[],
  { agent }: ChartOptions = {},
): string | null {
  const found = events.findLast((event) => event.event_type === 'estimates');
  if (found?.event_type !== 'estimates') return null;
  const { in_force } = found.event_data;
  const banks = agent === undefined ? Object.keys(in_force[0]!.costs) : [agent];
  const days = in_force[0]!.costs['*']!.num_days;
  return bandsSvg(
    { title: `Cost of a day, mean of ${days} test days with 95 % intervals - ${run.run_id}`, x: 'iteration', y: COST },
    banks.map((bank) => ({
      name: bank === '*' ? 'all banks' : bank,
      points: in_force.map(({ costs, iteration }) => {
        const { lower, mean, upper } = costs[bank]!;
        return {
          x: iteration,
          mean: mean / 100,
          low: lower === null ? null : lower / 100,
          high: upper === null ? null : upper / 100,
        };
      }),
    })),
  );
}

/** The way of a parameter of all banks, or of one. */
export function parameterChart(
  run: StoredExperiment,
  { agent, parameter = 'initial_liquidity_fraction' }: ChartOptions = {},
): string {
  const agents = agent === undefined ? Object.keys(run.iterations[0]?.policies ?? {}) : [agent];
  return linesSvg(
    { title: `${parameter} - ${run.run_id}`, x: 'iteration', y: parameter },
    agents.map((name) => ({ name, isStep: true, points: values(run, name, parameter).map((value, i) => [i, value]) })),
  );
}

/** What each bank's cost is made of, iteration by iteration. */
export function breakdownChart(run: StoredExperiment, events: readonly ExperimentEvent[], agent: string): string {
  const breakdowns = events.flatMap((event): CostBreakdown[] =>
    event.event_type === 'evaluation' && event.event_data.per_agent_breakdown[agent]
      ? [event.event_data.per_agent_breakdown[agent]]
      : [],
  );
  const components = (Object.keys(breakdowns[0] ?? {}) as (keyof CostBreakdown)[]).filter((key) =>
    breakdowns.some((costs) => costs[key] !== 0),
  );
  return stackedBarsSvg(
    { title: `Cost by component - ${run.run_id} (${agent})`, x: 'iteration', y: COST },
    breakdowns.map((_, i) => String(i)),
    components.map((key) => ({ name: key.replaceAll('_', ' '), values: breakdowns.map((costs) => costs[key] / 100) })),
  );
}

function values({ iterations }: StoredExperiment, agent: string, parameter: string): (number | null)[] {
  return iterations.map(({ policies }) => {
    const value = parametersOf(policies[agent]!)[parameter];
    return typeof value === 'number' ? value : null;
  });
}
