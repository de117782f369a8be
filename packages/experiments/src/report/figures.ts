import type { ExperimentFigures, ProposalFigures } from '@simcash/pictures';
import type { ExperimentEvent, PolicyEvaluation, StoredExperiment } from '@simcash/protocol';
import { parametersOf, sameTrees } from '../policies/policy.js';

/** What the page of a run shows (spec 16 §9). */
export function experimentFigures(run: StoredExperiment, events: readonly ExperimentEvent[]): ExperimentFigures {
  const { iterations, result } = run;
  const banks = Object.keys(iterations[0]?.policies ?? {});
  const estimates = events.findLast((event) => event.event_type === 'estimates');
  const inForce = estimates?.event_type === 'estimates' ? estimates.event_data.in_force : null;
  const start = events.find((event) => event.event_type === 'experiment_start');
  const test = result?.test ?? null;
  const plain = (mean: number) => ({ mean, lower: null, upper: null });
  return {
    run_id: run.run_id,
    experiment_name: run.experiment_name,
    description: run.description,
    optimizer: run.experiment_type,
    mode: start?.event_type === 'experiment_start' ? start.event_data.evaluation_mode : '',
    master_seed: run.master_seed,
    status: run.status,
    error_message: run.error_message,
    ending: result?.convergence_reason ?? null,
    banks,
    costs: inForce
      ? inForce.map(({ costs, iteration }) => ({
          iteration,
          by_bank: Object.fromEntries(
            Object.entries(costs).map(([bank, { lower, mean, upper }]) => [bank, { mean, lower, upper }]),
          ),
        }))
      : iterations.map(({ costs_per_agent, iteration }) => ({
          iteration,
          by_bank: Object.fromEntries(banks.map((bank) => [bank, plain(costs_per_agent[bank]!)])),
        })),
    days: inForce?.[0]?.costs['*']?.num_days ?? 1,
    proposals: iterations.flatMap(({ evaluations, iteration }) => evaluations.map((row) => proposalFigures(iteration, row))),
    parameters: iterations.map(({ iteration, policies }) => ({
      iteration,
      by_bank: Object.fromEntries(Object.entries(policies).map(([bank, policy]) => [bank, numbersOf(parametersOf(policy))])),
    })),
    savings:
      test &&
      Object.fromEntries(
        [...banks, '*'].map((bank) => {
          const of = (profile: 'initial' | 'final' | 'difference_final') => {
            const { lower, mean, upper } = test[profile][bank]!;
            return { mean, lower, upper };
          };
          return [bank, { initial: of('initial'), final: of('final'), saved: of('difference_final') }];
        }),
      ),
    regret: result?.regret
      ? Object.entries(result.regret.banks).map(([bank, { best, days, regret, upper, verdict }]) => ({
          ...{ bank, verdict, days, regret, upper, best },
        }))
      : null,
  };
}

function proposalFigures(iteration: number, row: PolicyEvaluation): ProposalFigures {
  const { accepted, acceptance_reason: reason, agent_id: bank, judgement, new_cost, num_samples, old_cost } = row;
  const test = judgement?.acceptance;
  const saving = test
    ? { mean: test.saving_mean, lower: test.saving_lower, upper: test.saving_upper }
    : row.delta_sum === null
      ? null
      : { mean: row.delta_sum / num_samples, lower: null, upper: null };
  const isRefused = old_cost === null && !accepted && judgement?.reason !== 'same_policy';
  return {
    iteration,
    bank,
    outcome: accepted ? 'accepted' : isRefused ? 'refused' : 'rejected',
    reason,
    old_cost,
    new_cost,
    saving,
    change: changeOf(row),
  };
}

function changeOf({ old_policy, proposed_policy }: PolicyEvaluation): string {
  const [before, after] = [parametersOf(old_policy), parametersOf(proposed_policy)];
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((name) => before[name] !== after[name]);
  const parts = names.map((name) => `${name} ${String(before[name] ?? '–')} → ${String(after[name] ?? '–')}`);
  if (!sameTrees(old_policy, proposed_policy)) parts.push('other tree');
  return parts.length === 0 ? 'the same' : parts.join(', ');
}

const numbersOf = (parameters: Readonly<Record<string, unknown>>): Record<string, number> =>
  Object.fromEntries(Object.entries(parameters).filter((entry): entry is [string, number] => typeof entry[1] === 'number'));
