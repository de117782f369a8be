import type {
  AgentAmounts,
  ComparedDay,
  CostBreakdown,
  CostStatistics,
  ExperimentEvent,
  Policy,
  ProposalDecision,
  SampleDelta,
  SimulationEvent,
} from '@simcash/protocol';
import type { Decision } from '../decisions/acceptance.js';
import type { CandidateSearch } from '../optimizers/candidate-search.js';
import type { PolicyProfile } from '../scenario.js';

/** What the policies in force cost in an iteration (spec 11 §6.1). */
export interface ProfileEvaluation {
  /** The metric of convergence. */
  total_cost: number;
  per_agent_costs: AgentAmounts;
  per_agent_breakdown: Readonly<Record<string, CostBreakdown>>;
  per_agent_statistics: Readonly<Record<string, CostStatistics>>;
  settlement_rate: number | null;
  avg_delay_ticks: number | null;
  simulation_id: string | null;
  /** The log that banks see their part of. */
  log: readonly SimulationEvent[];
}

/** A new policy against the old one on the same draws (spec 11 §6.3); money in cents. */
export interface PairEvaluation {
  /** Costs of the policy in force, in cents. */
  old_cost: number;
  /** Costs of the proposed policy, in cents. */
  new_cost: number;
  /** What the new policy saves over all draws. */
  delta_sum: number;
  /** Costs of both policies, sample by sample. */
  deltas: readonly SampleDelta[];
  /** Of the new policy's costs. */
  new_statistics: CostStatistics;
  /** Of the savings. */
  delta_statistics: CostStatistics;
  /** Null where nothing reliable is known. */
  settlement_rate: number | null;
  /** Mean delay of settled payments, in ticks; null if none settled. */
  avg_delay: number | null;
  /** Costs by component, in cents. */
  breakdown: CostBreakdown;
  /** Statistics of the costs of every bank, by id. */
  agent_stats: Readonly<Record<string, CostStatistics>>;
  /** The seed of the only draw; null in bootstrap mode. */
  scenario_seed: number | null;
  /** The simulation's id. */
  simulation_id: string | null;
}

/** Candidates, one or more, for the place of a bank's policy. */
export interface Comparison {
  agentId: string;
  profile: PolicyProfile;
  candidates: readonly Policy[];
  /** Level of the test, and its number among those that share a level (spec 17 §5.4). */
  alpha: number;
  rank: number;
}

export interface Verdict {
  decision: Decision;
  /** Null if nothing was compared. */
  pair: PairEvaluation | null;
  /** Null outside the mode monte-carlo. */
  judgement: ProposalDecision | null;
  days: readonly ComparedDay[] | null;
}

export type Emit = (event: ExperimentEvent) => void;

/** One iteration's way of judging policies: everything in it uses the same seeds and samples. */
export interface IterationEvaluator {
  /** Seed of its day, or of the first of its days. */
  readonly seed: number | string;
  /** Judges the policies in force. */
  evaluate(profile: PolicyProfile, emit: Emit): Promise<ProfileEvaluation>;
  /** Tries out candidates for one bank, the others unchanged. */
  search(agentId: string, profile: PolicyProfile, emit: Emit): CandidateSearch;
  /** Decides whether one of the candidates takes the place of the bank's policy: at most one is accepted. */
  judge(comparison: Comparison, emit: Emit): Promise<Verdict[]>;
}
