import type { Policy, PolicyEvaluation, ProposalJudged } from '@simcash/protocol';
import type { PairEvaluation } from '../evaluation/evaluation.js';
import { parametersOf, sameTrees } from '../policies/policy.js';
import type { Decision } from './acceptance.js';

/** A proposal and the verdict about it. */
export interface Judgement {
  agentId: string;
  old: Policy;
  proposed: Policy;
  /** Position among the proposals for the bank in this iteration. */
  attempt: number;
  /** What the old policy cost in the evaluation of the iteration. */
  evaluatedCost: number;
  /** Samples of a bootstrap; 1 in the deterministic modes. */
  samples: number;
  decision: Decision;
  /** Null if nothing was compared. */
  pair: PairEvaluation | null;
}

/** The verdict about something that is not even a valid policy. */
export const refused = (text: string): Decision => ({ accepted: false, reason: `invalid: ${text}` });

/** A judgement as the store keeps it (spec 09 §3.18). */
export function evaluationRow({
  agentId,
  attempt,
  decision,
  evaluatedCost,
  old,
  pair,
  proposed,
  samples,
}: Judgement): PolicyEvaluation {
  const statistics = pair?.new_statistics;
  const lower = statistics?.ci_95_lower ?? null;
  return {
    agent_id: agentId,
    attempt,
    evaluation_mode: samples > 1 ? 'bootstrap' : 'deterministic',
    old_policy: old,
    proposed_policy: proposed,
    old_cost: pair?.old_cost ?? null,
    new_cost: pair?.new_cost ?? null,
    delta_sum: pair?.delta_sum ?? null,
    context_simulation_cost: evaluatedCost,
    accepted: decision.accepted,
    acceptance_reason: decision.reason,
    num_samples: samples,
    sample_details: samples > 1 ? (pair?.deltas ?? null) : null,
    scenario_seed: pair?.scenario_seed ?? null,
    settlement_rate: pair?.settlement_rate ?? null,
    avg_delay: pair?.avg_delay ?? null,
    cost_breakdown: pair?.breakdown ?? null,
    cost_std_dev: statistics?.std_dev ?? null,
    confidence_interval_95: lower === null ? null : [lower, statistics!.ci_95_upper!],
    agent_stats: pair?.agent_stats ?? null,
    evaluation_simulation_id: pair?.simulation_id ?? null,
  };
}

/** A judgement as it is told. */
export function judgedData(
  { agentId, decision, evaluatedCost, old, pair, proposed, samples }: Judgement,
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
    deltas: samples > 1 ? (pair?.deltas ?? null) : null,
  };
}
