import type { Policy, ScenarioData } from './work.js';

/** How candidates are judged (spec 11 §2.1). */
export const EVALUATION_MODES = ['monte-carlo', 'bootstrap', 'deterministic-pairwise', 'deterministic-temporal'] as const;
/** How an experiment evaluates policies. */
export type EvaluationMode = (typeof EVALUATION_MODES)[number];

/** Amounts by agent, in cents. */
export type AgentAmounts = Readonly<Record<string, number>>;

/** Cost components in cents, named as in the event log. */
export interface CostBreakdown {
  liquidity_cost: number;
  delay_cost: number;
  collateral_cost: number;
  penalty_cost: number;
  split_friction_cost: number;
  liquidity_opportunity_cost: number;
}

/** One sample of a paired comparison; money in cents. */
export interface SampleDelta {
  index: number;
  seed: number;
  old_cost: number;
  new_cost: number;
  /** What the new policy saves. */
  delta: number;
}

/** Standard deviation and 95 % confidence interval in cents; null with fewer than two samples (spec 11 §8.1). */
export interface CostStatistics {
  mean: number;
  std_dev: number | null;
  ci_95_lower: number | null;
  ci_95_upper: number | null;
}

/** How a proposal was judged on days that nobody had seen before (spec 17 §5.3); money in cents a day. */
export interface AcceptanceTest {
  test: 'hall_t' | 'single_day';
  num_days: number;
  /** Days like the worst one that were added. */
  tail_days: number;
  test_df: number | null;
  /** Number of the test among those that share a level; the level that it got. */
  test_rank: number;
  alpha: number;
  /** Saving that has to be beaten. */
  margin_cents: number;
  test_statistic: number | null;
  p_value: number | null;
  saving_mean: number;
  saving_sd: number | null;
  saving_skewness: number | null;
  saving_lower: number | null;
  saving_upper: number | null;
  losing_days: number;
  /** Days whose saving is not the most frequent one. */
  exceptions: number;
  worst_saving_cents: number;
  /** So few exceptions that the interval may be too narrow. */
  thin: boolean;
  /** Shares of payments, and of their value, that settled over the days. */
  old_settlement_rate: number;
  new_settlement_rate: number;
  old_settlement_value: number;
  new_settlement_value: number;
}

/** Why a proposal was accepted or rejected (spec 17 §5.2). */
export const DECISION_REASONS = [
  ...(['better', 'not_better', 'not_significant', 'risk', 'floor_payments', 'floor_value'] as const),
  ...(['better_but_not_best', 'same_policy', 'invalid', 'failed'] as const),
] as const;
/** Why a proposal was accepted or rejected. */
export type DecisionReason = (typeof DECISION_REASONS)[number];

/** What was decided about a proposal, and what the search behind it cost. */
export interface ProposalDecision {
  decision: 'accepted' | 'rejected';
  reason: DecisionReason;
  /** Null where nobody searched. */
  candidates_searched: number | null;
  /** Days simulated by the search. */
  search_simulations: number | null;
  /** Null where nothing was compared. */
  acceptance: AcceptanceTest | null;
}

/** One day of a comparison: costs in cents, payments of the bank by number. */
export interface ComparedDay {
  seed: bigint;
  old_cost: number;
  new_cost: number;
  old_settled: number;
  new_settled: number;
  arrived: number;
}

/** A race of candidates (spec 17 §6.2). */
export interface SearchRecord {
  agent_id: string;
  /** Days simulated by the whole search, those of points that were only tried out included. */
  simulations: number;
  /** Parameters by candidate. */
  candidates: readonly Readonly<Record<string, unknown>>[];
  winner: number | null;
  stop: 'budget' | 'none_admissible' | 'single' | 'days';
  days: number;
  evaluations: number;
  alive: readonly number[];
  eliminated: readonly { candidate: number; days: number; reason: 'floor' | 'risk' | 'worse' }[];
  looks: readonly number[];
}

/** Mean of a cost or a saving over test days with its 95 % interval, in cents a day (spec 17 §3, §9). */
export interface Estimate {
  num_days: number;
  mean: number;
  sd: number | null;
  skewness: number | null;
  lower: number | null;
  upper: number | null;
  exceptions: number;
  thin: boolean;
}

/** Profiles of policies that are estimated on test days, and differences between them. */
export const ESTIMATED_PROFILES = ['initial', 'final', 'best', 'difference_final', 'difference_best'] as const;

/** By profile, then by bank; `*` is the sum over banks. Differences are savings against the initial profile. */
export type Estimates = Readonly<Record<(typeof ESTIMATED_PROFILES)[number], Readonly<Record<string, Estimate>>>>;

/** What the policies in force in an iteration cost a day, by bank and in all (`*`); the same days for all iterations. */
export interface CostsInForce {
  iteration: number;
  costs: Readonly<Record<string, Estimate>>;
}

/** What a certificate says. */
export type Verdict = 'certified' | 'refuted' | 'open';

/** What a bank could still save by one of the candidates, in cents a day (spec 17 §8). */
export interface BankRegret {
  verdict: Verdict;
  days: number;
  epsilon_cents: number;
  regret: number;
  lower: number;
  upper: number;
  /** Of the mean cost; null where that is not above 0. */
  percent: number | null;
  /** Label of the candidate that saves most; null if none saves. */
  best: string | null;
}

/** A candidate of a certificate. */
export interface CandidateRegret {
  agent_id: string;
  candidate: number;
  label: string;
  policy: Policy;
  days: number;
  mean_saving: number;
  lower: number;
  upper: number;
}

/** What each bank could still have gained by another policy. */
export interface RegretReport {
  /** Candidates of all banks together. */
  candidates: number;
  epsilon_cents: number;
  epsilon_pct: number;
  alpha: number;
  /** Sum over banks. */
  nash_conv: { mean: number; lower: number; upper: number };
  banks: Readonly<Record<string, BankRegret>>;
}

/** How an experiment ended (spec 17 §7). */
export const ENDINGS = ['failed', 'interrupted', 'no_proposals', 'converged', 'stalled', 'drifting', 'budget'] as const;
/** How an experiment ended. */
export type Ending = (typeof ENDINGS)[number];

/** A conversation with a language model, complete (spec 11 §11.2). */
export interface LlmInteraction {
  agent_id: string;
  /** 1 for the first request of a proposal. */
  attempt: number;
  model: string;
  system_prompt: string;
  user_prompt: string;
  raw_response: string;
  parsed_policy: Policy | null;
  /** Why the answer could not be used; null if it could. */
  parsing_error: string | null;
  /** As counted by the provider; 0 where it does not say. */
  prompt_tokens: number;
  completion_tokens: number;
  latency_seconds: number;
}

/** What an optimisation run tells about itself: payloads by event type (spec 11 §12.2). Iterations count from 0, money is cents. */
export interface ExperimentEventData {
  experiment_start: {
    run_id: string;
    experiment_name: string;
    description: string;
    evaluation_mode: EvaluationMode;
    optimizer: string;
    semantics: 'reference' | 'corrected';
    master_seed: string;
    num_samples: number;
    ticks: number;
    max_iterations: number;
    optimized_agents: readonly string[];
  };
  /** The seed of the iteration's day, or of the first of its days as a decimal number. */
  iteration_start: { seed: number | string };
  context_simulation_complete: {
    simulation_id: string;
    seed: number;
    per_agent_costs: AgentAmounts;
    num_events: number;
    sample_seeds: Readonly<Record<string, readonly number[]>>;
  };
  bootstrap_evaluation: {
    agent_id: string;
    mean_cost: number;
    std_cost: number;
    seed_results: readonly { seed: number; cost: number; settlement_rate: number }[];
  };
  simulation_run: {
    simulation_id: string;
    purpose: string;
    seed: number | string;
    ticks: number;
    total_cost: number;
    per_agent_costs: AgentAmounts;
    num_events: number;
  };
  evaluation: {
    /** The metric that convergence looks at: the sum over banks, or in bootstrap mode the mean over samples and banks. */
    total_cost: number;
    /** Sum of the banks' costs. */
    sum_cost: number;
    per_agent_costs: AgentAmounts;
    per_agent_liquidity: Readonly<Record<string, number | null>>;
    per_agent_breakdown: Readonly<Record<string, CostBreakdown>>;
    settlement_rate: number | null;
    avg_delay_ticks: number | null;
  };
  llm_interaction: LlmInteraction;
  llm_error: { agent_id: string; error: string; error_type: string };
  search: SearchRecord;
  acceptance_test: { agent_id: string } & Omit<ProposalDecision, 'acceptance'> & Partial<AcceptanceTest>;
  certificate: BankRegret & { agent_id: string };
  estimates: Estimates & { in_force: readonly CostsInForce[] };
  /** The optimizer found nothing to propose, or nothing that is allowed. */
  no_proposal: { agent_id: string; optimizer: string; reason: string; errors: readonly string[] };
  comparison_error: { agent_id: string; error: string };
  policy_change: ProposalJudged;
  policy_rejected: ProposalJudged;
  experiment_end: {
    num_iterations: number;
    converged: boolean;
    /** Which rule stopped the run; reaching the last iteration is no convergence. */
    stop_reason: 'stability' | 'policy_stability' | 'max_iterations' | 'budget' | 'quiet';
    convergence_reason: string;
    /** Null where costs decide about the end. */
    ending: Ending | null;
    ending_detail: string | null;
    final_cost: number;
    best_cost: number;
    best_iteration: number;
    per_agent_costs: AgentAmounts;
    final_liquidity: Readonly<Record<string, number | null>>;
    llm_calls: number;
    prompt_tokens: number;
    completion_tokens: number;
  };
}

/** A proposal with the verdict about it; costs are null where nothing was simulated. */
export interface ProposalJudged {
  agent_id: string;
  optimizer: string;
  old_cost: number | null;
  new_cost: number | null;
  delta_sum: number | null;
  reason: string;
  old_parameters: Readonly<Record<string, unknown>>;
  new_parameters: Readonly<Record<string, unknown>>;
  /** Whether anything beside parameters changed. */
  tree_changed: boolean;
  deltas: readonly SampleDelta[] | null;
  /** Of a comparison over many days; null in other modes. */
  saving: { num_days: number; mean: number; lower: number | null; upper: number | null } | null;
}

/** An event of an experiment by the name of its kind. */
export type ExperimentEventType = keyof ExperimentEventData;

/** An event of an experiment run; simulation events never are part of it (spec 09 §5.6). */
export type ExperimentEvent = {
  [T in ExperimentEventType]: { iteration: number; event_type: T; event_data: ExperimentEventData[T] };
}[ExperimentEventType];

/** What is known of a run before its first iteration (spec 09 §3.16). */
export interface ExperimentStart {
  run_id: string;
  experiment_name: string;
  experiment_type: string;
  description: string;
  /** The complete experiment file as plain data; contains no keys to services. */
  config: Readonly<Record<string, unknown>>;
  scenario_path: string;
  scenario: ScenarioData;
  master_seed: string;
}

/** A row of `policy_evaluations` (spec 09 §3.18). */
export interface PolicyEvaluation {
  agent_id: string;
  attempt: number;
  evaluation_mode: 'deterministic' | 'bootstrap' | 'monte-carlo';
  old_policy: Policy;
  proposed_policy: Policy;
  old_cost: number | null;
  new_cost: number | null;
  delta_sum: number | null;
  context_simulation_cost: number | null;
  accepted: boolean;
  acceptance_reason: string;
  num_samples: number;
  sample_details: readonly SampleDelta[] | null;
  scenario_seed: number | null;
  settlement_rate: number | null;
  avg_delay: number | null;
  cost_breakdown: CostBreakdown | null;
  cost_std_dev: number | null;
  confidence_interval_95: readonly [number, number] | null;
  agent_stats: Readonly<Record<string, CostStatistics>> | null;
  evaluation_simulation_id: string | null;
  /** Null outside the mode monte-carlo. */
  judgement: ProposalDecision | null;
  /** The days of the comparison; null where nothing was compared, in other modes, and where a store was not asked for them. */
  days: readonly ComparedDay[] | null;
}

/** An iteration that is complete: evaluated, and every proposal decided (spec 09 §3.17). */
export interface ExperimentIteration {
  iteration: number;
  total_cost: number;
  costs_per_agent: AgentAmounts;
  accepted_changes: Readonly<Record<string, boolean>>;
  /** In force during the iteration. */
  policies: Readonly<Record<string, Policy>>;
  evaluation_simulation_id: string | null;
  evaluations: readonly PolicyEvaluation[];
}

/** How a run ended. */
export interface ExperimentResult {
  num_iterations: number;
  converged: boolean;
  convergence_reason: string;
  final_cost: number;
  best_cost: number;
  best_iteration: number;
  /** Null where costs decide about the end. */
  ending: Ending | null;
  /** The limit, or what the certificate says. */
  ending_detail: string | null;
  /** Null outside the mode monte-carlo, or where nothing was certified. */
  regret: RegretReport | null;
  regret_candidates: readonly CandidateRegret[];
  test: Estimates | null;
}

/** A run as it stands in a store. */
export interface StoredExperiment extends ExperimentStart {
  status: 'running' | 'completed' | 'failed';
  created_at: string;
  completed_at: string | null;
  error_message: string | null;
  result: ExperimentResult | null;
  /** In order. */
  iterations: readonly ExperimentIteration[];
}

/** Keeps experiment runs. Iterations are committed whole, so whatever is loaded can be continued (spec 11 §20.5). */
export interface ExperimentStore {
  /** @throws if the run exists */
  begin(start: ExperimentStart): Promise<void>;
  /** Adds events that belong to no iteration's commit. */
  append(runId: string, events: readonly ExperimentEvent[]): Promise<void>;
  /** Adds an iteration with its evaluations and events: all or nothing. */
  commitIteration(runId: string, iteration: ExperimentIteration, events: readonly ExperimentEvent[]): Promise<void>;
  finish(runId: string, result: ExperimentResult, events: readonly ExperimentEvent[]): Promise<void>;
  fail(runId: string, message: string): Promise<void>;
  /** Makes a run that was broken off running again and forgets what no commit covers. */
  reopen(runId: string): Promise<void>;
  load(runId: string): Promise<StoredExperiment | null>;
  /** In order of their sequence numbers. */
  events(runId: string): Promise<readonly ExperimentEvent[]>;
}
