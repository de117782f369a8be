import type { CostBreakdown, ExperimentEvent, ExperimentEventData, ProposalJudged } from '@simcash/protocol';
import { money } from '@simcash/protocol';
import { shareText } from './share-text.js';

/** What is told beyond the iterations and their decisions (spec 11 §14.1). */
export interface NarrativeOptions {
  /** Seeds of iterations. */
  iterations?: boolean;
  /** Samples one by one: seeds, costs, savings. */
  bootstrap?: boolean;
  /** Requests to language models. */
  llm?: boolean;
  /** All parameters of changed policies. */
  policy?: boolean;
  /** Costs by component. */
  metrics?: boolean;
  /** Every simulation that was run on its own. */
  simulations?: boolean;
}

type Tell<T extends keyof ExperimentEventData> = (
  data: ExperimentEventData[T],
  iteration: number,
  options: NarrativeOptions,
) => string[];

/** Seeds that are shown from both ends of a long list. */
const SHOWN_SEEDS = 3;

const hex = (seed: number): string => `0x${seed.toString(16).padStart(8, '0')}`;

const TELL: { [T in keyof ExperimentEventData]: Tell<T> } = {
  experiment_start: (data) => [
    `${data.experiment_name}${data.description === '' ? '' : `: ${data.description}`}`,
    `run ${data.run_id}`,
    [
      `${data.evaluation_mode}${drawn(data)}`,
      `optimizer ${data.optimizer}`,
      `${data.ticks} ticks`,
      `at most ${data.max_iterations} iterations`,
      `master seed ${data.master_seed}`,
      ...(data.semantics === 'reference' ? ['semantics reference'] : []),
    ].join(', '),
    '',
  ],
  iteration_start: ({ seed }, iteration, { iterations }) =>
    iterations ? [`Iteration ${iteration}: seed ${typeof seed === 'number' ? hex(seed) : seed}`] : [],
  context_simulation_complete: ({ num_events, per_agent_costs, sample_seeds, simulation_id }, _, { bootstrap, simulations }) => [
    ...(simulations ? [`  simulation ${simulation_id}: ${num_events} events, ${amounts(per_agent_costs)}`] : []),
    ...(bootstrap ? Object.entries(sample_seeds).map(([agent, seeds]) => `  samples of ${agent}: ${seedList(seeds)}`) : []),
  ],
  bootstrap_evaluation: ({ agent_id, mean_cost, seed_results, std_cost }, _, { bootstrap }) =>
    bootstrap
      ? [
          `  ${agent_id}: mean ${money(mean_cost)}, standard deviation ${money(std_cost)} over ${seed_results.length} samples`,
          ...seed_results.map(
            ({ cost, seed, settlement_rate }, k) =>
              `    ${String(k).padStart(3)}  ${hex(seed)}  ${money(cost).padStart(12)}  settled ${shareText(settlement_rate)}`,
          ),
        ]
      : [],
  simulation_run: ({ num_events, per_agent_costs, simulation_id }, _, { simulations }) =>
    simulations ? [`  simulation ${simulation_id}: ${num_events} events, ${amounts(per_agent_costs)}`] : [],
  evaluation: (data, iteration, { metrics }) => {
    const banks = Object.entries(data.per_agent_costs).map(([agent, cost]) => {
      const fraction = data.per_agent_liquidity[agent];
      return `${agent} ${money(cost)}${fraction === null || fraction === undefined ? '' : ` at ${shareText(fraction)}`}`;
    });
    const isMean = data.total_cost !== data.sum_cost;
    const total = isMean ? `mean ${money(data.total_cost)}, sum ${money(data.sum_cost)}` : `total ${money(data.total_cost)}`;
    const breakdowns = Object.entries(data.per_agent_breakdown).map(([agent, costs]) => `  ${agent}: ${breakdown(costs)}`);
    return [`Iteration ${iteration}: ${total}   ${banks.join('   ')}`, ...(metrics ? breakdowns : [])];
  },
  search: ({ agent_id, alive, candidates, days, simulations, stop }, _, { policy }) =>
    policy
      ? [
          `  ${agent_id}: ${count(candidates.length, 'candidate')} on up to ${count(days, 'day')}, ${count(simulations, 'simulation')}; ${
            stop === 'none_admissible' ? 'none settles enough' : `${alive.length} could not be told apart`
          }`,
        ]
      : [],
  acceptance_test: ({ agent_id, alpha, new_settlement_rate, p_value, test_rank }, _, { bootstrap }) =>
    bootstrap && p_value != null
      ? [
          `  ${agent_id}: p = ${p_value.toPrecision(3)} at level ${Number(alpha!.toPrecision(3))} (test ${test_rank}), settles ${shareText(new_settlement_rate!)}`,
        ]
      : [],
  certificate: ({ agent_id, best, days, percent, regret, upper, verdict }) => [
    `  ${agent_id}: ${verdict} on ${count(days, 'day')}: could save ${money(Math.round(regret))} a day${
      percent === null || best === null ? '' : ` (${percent.toFixed(1)} %, with ${best})`
    }, at most ${money(Math.round(upper))}`,
  ],
  estimates: () => [],
  llm_interaction: (data, _, { llm }) => {
    const verdict = data.parsing_error === null ? 'valid' : `refused: ${data.parsing_error}`;
    const tokens = `${data.prompt_tokens} + ${data.completion_tokens} tokens`;
    return llm
      ? [
          `  ${data.agent_id}: ${data.model}, attempt ${data.attempt}, ${tokens}, ${data.latency_seconds.toFixed(1)} s; ${verdict}`,
        ]
      : [];
  },
  llm_error: ({ agent_id, error }) => [`  ${agent_id}: ${error}`],
  no_proposal: ({ agent_id, errors, reason }) => [
    `  ${agent_id}: no proposal: ${reason}`,
    ...errors.map((error) => `    ${error}`),
  ],
  comparison_error: ({ agent_id, error }) => [`  ${agent_id}: the proposal cannot be simulated: ${error}`],
  policy_change: (data, _, options) => judged(data, 'accepted', options),
  policy_rejected: (data, _, options) => judged(data, 'rejected', options),
  experiment_end: (data) => [
    '',
    `Stopped after ${count(data.num_iterations, 'iteration')}${
      data.ending === null ? ` (${data.converged ? 'converged' : 'not converged'})` : ''
    }: ${data.convergence_reason}`,
  ],
};

/** The lines in which an event is told; run and replay print the same (spec 11 §13). */
export function narrate({ event_data, event_type, iteration }: ExperimentEvent, options: NarrativeOptions = {}): string[] {
  return (TELL[event_type] as Tell<keyof ExperimentEventData>)(event_data, iteration, options);
}

function judged(data: ProposalJudged, verdict: string, { bootstrap, policy }: NarrativeOptions): string[] {
  const saving = data.saving
    ? [`saves ${money(Math.round(data.saving.mean))} a day${limits(data.saving)}`]
    : data.delta_sum === null
      ? []
      : [`saves ${money(data.delta_sum)}${data.deltas ? ` over ${data.deltas.length} samples` : ''}`];
  const cost = data.new_cost === null ? [] : [`${money(data.old_cost ?? 0)} → ${money(data.new_cost)}`];
  const what = [...changes(data), ...(data.tree_changed ? ['other tree'] : [])];
  return [
    `  ${[`${data.agent_id}: ${what.length === 0 ? 'same policy' : what.join(', ')}`, ...cost, ...saving].join('   ')}   ${verdict} (${data.reason})`,
    ...(policy ? parameterTable(data) : []),
    ...(bootstrap && data.deltas
      ? data.deltas.map(({ delta, index }) => {
          const meaning = delta > 0 ? 'improvement' : delta < 0 ? 'regression' : 'no change';
          return `    ${String(index).padStart(3)}  ${money(delta).padStart(12)}  ${meaning}`;
        })
      : []),
  ];
}

const limits = ({ lower, upper }: NonNullable<ProposalJudged['saving']>): string =>
  lower === null || upper === null ? '' : ` (${money(Math.round(lower))} … ${money(Math.round(upper))})`;

function changes({ new_parameters: after, old_parameters: before }: ProposalJudged): string[] {
  return names(before, after)
    .filter((name) => before[name] !== after[name])
    .map((name) => `${name} ${text(before[name])} → ${text(after[name])}`);
}

function parameterTable({ new_parameters: after, old_parameters: before }: ProposalJudged): string[] {
  return names(before, after).map((name) => {
    const [old, now] = [before[name], after[name]];
    const relative = typeof old === 'number' && typeof now === 'number' && old !== 0 ? ` (${shareText(now / old - 1)})` : '';
    return `    ${name}: ${text(old)} → ${text(now)}${relative}`;
  });
}

function drawn({ evaluation_mode, num_samples }: ExperimentEventData['experiment_start']): string {
  if (evaluation_mode === 'bootstrap') return ` with ${num_samples} samples`;
  return evaluation_mode === 'monte-carlo' ? ` with ${count(num_samples, 'day')} a test` : '';
}

const count = (n: number, what: string): string => `${n.toLocaleString('en-US')} ${what}${n === 1 ? '' : 's'}`;
const names = (a: object, b: object): string[] => [...new Set([...Object.keys(a), ...Object.keys(b)])].sort();
const text = (value: unknown): string => (value === undefined ? '–' : String(value));
const amounts = (costs: Readonly<Record<string, number>>): string =>
  Object.entries(costs)
    .map(([agent, cost]) => `${agent} ${money(cost)}`)
    .join(', ');

function seedList(seeds: readonly number[]): string {
  if (seeds.length <= 2 * SHOWN_SEEDS) return seeds.map(hex).join(' ');
  return [...seeds.slice(0, SHOWN_SEEDS).map(hex), '…', ...seeds.slice(-SHOWN_SEEDS).map(hex)].join(' ');
}

function breakdown(costs: CostBreakdown): string {
  const parts = Object.entries(costs).filter(([, amount]) => amount !== 0);
  return parts.length === 0
    ? 'no costs'
    : parts.map(([name, amount]) => `${name.replace(/_cost$/, '').replaceAll('_', ' ')} ${money(amount as number)}`).join(', ');
}
