import type {
  AcceptanceTest,
  EvaluationMode,
  Policy,
  PolicyEvaluation,
  ProposalDecision,
  ProposalJudged,
} from '@simcash/protocol';
import type { Verdict } from '../evaluation/evaluation.js';
import { parametersOf, sameTrees } from '../policies/policy.js';

/** A proposal and the verdict about it. */
export interface Judgement {
  agentId: string;
  old: Policy;
  proposed: Policy;
  /** Position among the proposals for the bank in this iteration. */
  attempt: number;
  /** What the old policy cost in the evaluation of the iteration. */
  evaluatedCost: number;
  mode: EvaluationMode;
  /** Samples of a bootstrap, days of monte-carlo; 1 in the deterministic modes. */
  samples: number;
  verdict: Verdict;
}

/** The verdict about something that nothing was compared for: no valid policy, or one that cannot be simulated. */
export function refused(reason: 'invalid' | 'failed', text: string, mode: EvaluationMode): Verdict {
  const judgement: ProposalDecision = {
    decision: 'rejected',
    reason,
    candidates_searched: null,
    search_simulations: null,
    acceptance: null,
  };
  const words = { invalid: 'invalid', failed: 'cannot be simulated' };
  return {
    decision: { accepted: false, reason: `${words[reason]}: ${text}` },
    pair: null,
    judgement: mode === 'monte-carlo' ? judgement : null,
    days: null,
  };
}

/** A judgement as the store keeps it (spec 09 §3.18). */
export function evaluationRow({
  agentId,
  attempt,
  evaluatedCost,
  mode,
  old,
  proposed,
  samples,
  verdict: { days, decision, judgement, pair },
}: Judgement): PolicyEvaluation {
  const statistics = pair?.new_statistics;
  const lower = statistics?.ci_95_lower ?? null;
  return {
    agent_id: agentId,
    attempt,
    evaluation_mode: mode === 'monte-carlo' ? mode : samples > 1 ? 'bootstrap' : 'deterministic',
    old_policy: old,
    proposed_policy: proposed,
    old_cost: pair?.old_cost ?? null,
    new_cost: pair?.new_cost ?? null,
    delta_sum: pair?.delta_sum ?? null,
    context_simulation_cost: evaluatedCost,
    accepted: decision.accepted,
    acceptance_reason: decision.reason,
    num_samples: samples,
    sample_details: hasSamples(mode, samples) ? (pair?.deltas ?? null) : null,
    scenario_seed: pair?.scenario_seed ?? null,
    settlement_rate: pair?.settlement_rate ?? null,
    avg_delay: pair?.avg_delay ?? null,
    cost_breakdown: pair?.breakdown ?? null,
    cost_std_dev: statistics?.std_dev ?? null,
    confidence_interval_95: lower === null ? null : [lower, statistics!.ci_95_upper!],
    agent_stats: pair?.agent_stats ?? null,
    evaluation_simulation_id: pair?.simulation_id ?? null,
    judgement,
    days,
  };
}

/** Savings one by one are told of samples; days have a table of their own. */
const hasSamples = (mode: EvaluationMode, samples: number): boolean => mode !== 'monte-carlo' && samples > 1;

/** A judgement as it is told. */
export function judgedData(
  { agentId, evaluatedCost, mode, old, proposed, samples, verdict: { decision, judgement, pair } }: Judgement,
  optimizer: string,
): ProposalJudged {
  return {
    agent_id: agentId,
    optimizer,
    old_cost: pair?.old_cost ?? evaluatedCost,
    new_cost: pair?.new_cost ?? null,
    delta_sum: pair?.delta_sum ?? null,
    reason: decision.reason,
    old_parameters: parametersOf(old),
    new_parameters: parametersOf(proposed),
    tree_changed: !sameTrees(old, proposed),
    deltas: hasSamples(mode, samples) ? (pair?.deltas ?? null) : null,
    saving: savingOf(judgement?.acceptance ?? null),
  };
}

const savingOf = (test: AcceptanceTest | null): ProposalJudged['saving'] =>
  test && { num_days: test.num_days, mean: test.saving_mean, lower: test.saving_lower, upper: test.saving_upper };
