import type { Policy, ScenarioData } from './work.js';

/** How candidates are judged (spec 11 §2.1). */
export const EVALUATION_MODES = ['monte-carlo', 'bootstrap', 'deterministic-pairwise', 'deterministic-temporal'] as const;
/** How an experiment evaluates policies. */
export type EvaluationMode = (typeof EVALUATION_MODES)[number];

/** Amounts by agent, in cents. */
export type AgentAmounts = Readonly<Record<string, number>>;

/** Cost components in cents, named as in the event log. */
export interface CostBreakdown {
  /** For credit in use, in cents. */
  liquidity_cost: number;
  /** For waiting payments, in cents. */
  delay_cost: number;
  /** For posted collateral, in cents. */
  collateral_cost: number;
  /** For missed deadlines and days' ends, in cents. */
  penalty_cost: number;
  /** For split payments, in cents. */
  split_friction_cost: number;
  /** For liquidity that was allocated, in cents. */
  liquidity_opportunity_cost: number;
}

/** One sample of a paired comparison; money in cents. */
export interface SampleDelta {
  /** The number of it, counted from 0. */
  index: number;
  /** The seed of the random numbers. */
  seed: number;
  /** Costs of the policy in force, in cents. */
  old_cost: number;
  /** Costs of the proposed policy, in cents. */
  new_cost: number;
  /** What the new policy saves. */
  delta: number;
}

/** Standard deviation and 95 % confidence interval in cents; null with fewer than two samples (spec 11 §8.1). */
export interface CostStatistics {
  /** Cents. */
  mean: number;
  /** Standard deviation; null with fewer than two values. */
  std_dev: number | null;
  /** Lower end of the 95 % interval of the mean; null without one. */
  ci_95_lower: number | null;
  /** Upper end of the 95 % interval of the mean; null without one. */
  ci_95_upper: number | null;
}

/** How a proposal was judged on days that nobody had seen before (spec 17 §5.3); money in cents a day. */
export interface AcceptanceTest {
  /** Which test was made. */
  test: 'hall_t' | 'single_day';
  /** Number of days. */
  num_days: number;
  /** Days like the worst one that were added. */
  tail_days: number;
  /** Degrees of freedom; null without a test. */
  test_df: number | null;
  /** Number of the test among those that share a level; the level that it got. */
  test_rank: number;
  /** The level of significance. */
  alpha: number;
  /** Saving that has to be beaten. */
  margin_cents: number;
  /** The statistic of the test; null without one. */
  test_statistic: number | null;
  /** The p-value of the test; null if there is none. */
  p_value: number | null;
  /** Mean saving of a day, in cents. */
  saving_mean: number;
  /** Standard deviation of the savings; null with one day. */
  saving_sd: number | null;
  /** Skewness of the savings; null if it is not defined. */
  saving_skewness: number | null;
  /** Lower end of the interval of the mean saving; null without one. */
  saving_lower: number | null;
  /** Upper end of the interval of the mean saving; null without one. */
  saving_upper: number | null;
  /** Days on which the new policy is dearer. */
  losing_days: number;
  /** Days whose saving is not the most frequent one. */
  exceptions: number;
  /** The saving on the worst day, in cents. */
  worst_saving_cents: number;
  /** So few exceptions that the interval may be too narrow. */
  thin: boolean;
  /** Shares of payments, and of their value, that settled over the days. */
  old_settlement_rate: number;
  /** The share of payments that settled with the proposed policy. */
  new_settlement_rate: number;
  /** The share of value that settled with the policy in force. */
  old_settlement_value: number;
  /** The share of value that settled with the proposed policy. */
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
  /** Whether the proposal was accepted. */
  decision: 'accepted' | 'rejected';
  /** Why, as a word. */
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
  /** The seed of the random numbers. */
  seed: bigint;
  /** Costs of the policy in force, in cents. */
  old_cost: number;
  /** Costs of the proposed policy, in cents. */
  new_cost: number;
  /** Payments that settled with the policy in force. */
  old_settled: number;
  /** Payments that settled with the proposed policy. */
  new_settled: number;
  /** Payments that arrived. */
  arrived: number;
}

/** A race of candidates (spec 17 §6.2). */
export interface SearchRecord {
  /** The bank's id. */
  agent_id: string;
  /** Days simulated by the whole search, those of points that were only tried out included. */
  simulations: number;
  /** Parameters by candidate. */
  candidates: readonly Readonly<Record<string, unknown>>[];
  /** The number of the candidate that won; null if none did. */
  winner: number | null;
  /** Why it ended. */
  stop: 'budget' | 'none_admissible' | 'single' | 'days';
  /** Number of days. */
  days: number;
  /** How many days of how many candidates were played. */
  evaluations: number;
  /** Candidates that were never given up, by number. */
  alive: readonly number[];
  /** Candidates that were given up, when, and why. */
  eliminated: readonly { candidate: number; days: number; reason: 'floor' | 'risk' | 'worse' }[];
  /** After how many days candidates were compared. */
  looks: readonly number[];
}

/** Mean of a cost or a saving over test days with its 95 % interval, in cents a day (spec 17 §3, §9). */
export interface Estimate {
  /** Number of days. */
  num_days: number;
  /** Cents a day. */
  mean: number;
  /** Standard deviation; null with fewer than two values. */
  sd: number | null;
  /** Skewness; null if it is not defined. */
  skewness: number | null;
  /** The lower end of the interval. */
  lower: number | null;
  /** The upper end of the interval. */
  upper: number | null;
  /** How many values differ from the most frequent one. */
  exceptions: number;
  /** Whether so few differ that the interval may be too narrow. */
  thin: boolean;
}

/** Profiles of policies that are estimated on test days, and differences between them. */
export const ESTIMATED_PROFILES = ['initial', 'final', 'best', 'difference_final', 'difference_best'] as const;

/** By profile, then by bank; `*` is the sum over banks. Differences are savings against the initial profile. */
export type Estimates = Readonly<Record<(typeof ESTIMATED_PROFILES)[number], Readonly<Record<string, Estimate>>>>;

/** What the policies in force in an iteration cost a day, by bank and in all (`*`); the same days for all iterations. */
export interface CostsInForce {
  /** Iterations are counted from 0. */
  iteration: number;
  /** Costs of a day, by bank. */
  costs: Readonly<Record<string, Estimate>>;
}

/** What a certificate says. */
export type Verdict = 'certified' | 'refuted' | 'open';

/** What a bank could still save by one of the candidates, in cents a day (spec 17 §8). */
export interface BankRegret {
  /** Whether the bank's policy is certified, refuted or still open. */
  verdict: Verdict;
  /** Number of days. */
  days: number;
  /** What counts as no improvement, in cents. */
  epsilon_cents: number;
  /** What the best candidate would save, in cents a day. */
  regret: number;
  /** The lower end of the interval. */
  lower: number;
  /** The upper end of the interval. */
  upper: number;
  /** Of the mean cost; null where that is not above 0. */
  percent: number | null;
  /** Label of the candidate that saves most; null if none saves. */
  best: string | null;
}

/** A candidate of a certificate. */
export interface CandidateRegret {
  /** The bank's id. */
  agent_id: string;
  /** The number of the candidate. */
  candidate: number;
  /** What it is called in tables. */
  label: string;
  /** The policy as a document. */
  policy: Policy;
  /** Number of days. */
  days: number;
  /** What the new policy saves a day on average, in cents. */
  mean_saving: number;
  /** The lower end of the interval. */
  lower: number;
  /** The upper end of the interval. */
  upper: number;
}

/** What each bank could still have gained by another policy. */
export interface RegretReport {
  /** Candidates of all banks together. */
  candidates: number;
  /** What counts as no improvement, in cents. */
  epsilon_cents: number;
  /** What counts as no improvement, in per cent of the costs. */
  epsilon_pct: number;
  /** The level of significance. */
  alpha: number;
  /** Sum over banks. */
  nash_conv: { mean: number; lower: number; upper: number };
  /** By bank: what it could save by the best of the candidates that were tried. */
  banks: Readonly<Record<string, BankRegret>>;
}

/** How an experiment ended (spec 17 §7). */
export const ENDINGS = ['failed', 'interrupted', 'no_proposals', 'converged', 'stalled', 'drifting', 'budget'] as const;
/** How an experiment ended. */
export type Ending = (typeof ENDINGS)[number];

/** A conversation with a language model, complete (spec 11 §11.2). */
export interface LlmInteraction {
  /** The bank's id. */
  agent_id: string;
  /** 1 for the first request of a proposal. */
  attempt: number;
  /** The model by name. */
  model: string;
  /** What the model was told about its task. */
  system_prompt: string;
  /** What the model was asked. */
  user_prompt: string;
  /** What the model answered. */
  raw_response: string;
  /** The policy in the answer; null if there was none. */
  parsed_policy: Policy | null;
  /** Why the answer could not be used; null if it could. */
  parsing_error: string | null;
  /** As counted by the provider; 0 where it does not say. */
  prompt_tokens: number;
  /** Tokens of the answer. */
  completion_tokens: number;
  /** How long the answer took, in seconds. */
  latency_seconds: number;
}

/** What an optimisation run tells about itself: payloads by event type (spec 11 §12.2). Iterations count from 0, money is cents. */
export interface ExperimentEventData {
  /** The experiment begins. */
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
  /** The run that an iteration begins with is done. */
  context_simulation_complete: {
    simulation_id: string;
    seed: number;
    per_agent_costs: AgentAmounts;
    num_events: number;
    sample_seeds: Readonly<Record<string, readonly number[]>>;
  };
  /** The policies in force were played on sampled days. */
  bootstrap_evaluation: {
    agent_id: string;
    mean_cost: number;
    std_cost: number;
    seed_results: readonly { seed: number; cost: number; settlement_rate: number }[];
  };
  /** A simulation was run. */
  simulation_run: {
    simulation_id: string;
    purpose: string;
    seed: number | string;
    ticks: number;
    total_cost: number;
    per_agent_costs: AgentAmounts;
    num_events: number;
  };
  /** The policies in force were evaluated. */
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
  /** A language model was asked, and answered. */
  llm_interaction: LlmInteraction;
  /** A language model did not answer. */
  llm_error: { agent_id: string; error: string; error_type: string };
  /** Candidates were compared. */
  search: SearchRecord;
  /** A proposal was tested. */
  acceptance_test: { agent_id: string } & Omit<ProposalDecision, 'acceptance'> & Partial<AcceptanceTest>;
  /** What the certificate says of a bank. */
  certificate: BankRegret & { agent_id: string };
  /** Costs on test days. */
  estimates: Estimates & { in_force: readonly CostsInForce[] };
  /** The optimizer found nothing to propose, or nothing that is allowed. */
  no_proposal: { agent_id: string; optimizer: string; reason: string; errors: readonly string[] };
  /** A proposal could not be compared. */
  comparison_error: { agent_id: string; error: string };
  /** A proposal was accepted. */
  policy_change: ProposalJudged;
  /** A proposal was rejected. */
  policy_rejected: ProposalJudged;
  /** The experiment has ended. */
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
  /** The bank's id. */
  agent_id: string;
  /** What proposed the policies. */
  optimizer: string;
  /** Costs of the policy in force, in cents. */
  old_cost: number | null;
  /** Costs of the proposed policy, in cents. */
  new_cost: number | null;
  /** Savings over all samples, in cents; null without samples. */
  delta_sum: number | null;
  /** Why, in words. */
  reason: string;
  /** Parameters of the policy in force. */
  old_parameters: Readonly<Record<string, unknown>>;
  /** Parameters of the proposed policy. */
  new_parameters: Readonly<Record<string, unknown>>;
  /** Whether anything beside parameters changed. */
  tree_changed: boolean;
  /** Costs of both policies, sample by sample. */
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
  /** The experiment's id. */
  run_id: string;
  /** What the experiment is called. */
  experiment_name: string;
  /** What kind of experiment it is. */
  experiment_type: string;
  /** What it is, in words. */
  description: string;
  /** The complete experiment file as plain data; contains no keys to services. */
  config: Readonly<Record<string, unknown>>;
  /** The file of the scenario. */
  scenario_path: string;
  scenario: ScenarioData;
  master_seed: string;
}

/** A row of `policy_evaluations` (spec 09 §3.18). */
export interface PolicyEvaluation {
  /** The bank's id. */
  agent_id: string;
  /** Which attempt of the iteration it was. */
  attempt: number;
  /** How policies are evaluated. */
  evaluation_mode: 'deterministic' | 'bootstrap' | 'monte-carlo';
  /** The policy in force. */
  old_policy: Policy;
  /** As it was handed over, accepted or not. */
  proposed_policy: Policy;
  /** Costs of the policy in force, in cents. */
  old_cost: number | null;
  /** Costs of the proposed policy, in cents. */
  new_cost: number | null;
  /** Savings over all samples, in cents; null without samples. */
  delta_sum: number | null;
  /** Costs of the bank in the run that the iteration began with, in cents. */
  context_simulation_cost: number | null;
  /** Whether it was accepted. */
  accepted: boolean;
  /** Why it was accepted or rejected, in words. */
  acceptance_reason: string;
  /** How many days were played. */
  num_samples: number;
  /** Costs of both policies, day by day; null without days. */
  sample_details: readonly SampleDelta[] | null;
  /** The seed of the day; null with several days. */
  scenario_seed: number | null;
  /** Settled payments as a share of those that arrived, 0 to 1. */
  settlement_rate: number | null;
  /** Mean delay of settled payments, in ticks; null if none settled. */
  avg_delay: number | null;
  /** Costs by component, in cents. */
  cost_breakdown: CostBreakdown | null;
  /** Standard deviation of the costs; null with one day. */
  cost_std_dev: number | null;
  /** 95 % interval of the mean; null without one. */
  confidence_interval_95: readonly [number, number] | null;
  /** Statistics of the costs of every bank, by id. */
  agent_stats: Readonly<Record<string, CostStatistics>> | null;
  /** The stored run of the evaluation; null if none was stored. */
  evaluation_simulation_id: string | null;
  /** Null outside the mode monte-carlo. */
  judgement: ProposalDecision | null;
  /** The days of the comparison; null where nothing was compared, in other modes, and where a store was not asked for them. */
  days: readonly ComparedDay[] | null;
}

/** An iteration that is complete: evaluated, and every proposal decided (spec 09 §3.17). */
export interface ExperimentIteration {
  /** Iterations are counted from 0. */
  iteration: number;
  /** All costs, in cents. */
  total_cost: number;
  /** Costs by bank, in cents. */
  costs_per_agent: AgentAmounts;
  /** Whether each bank's proposal was accepted. */
  accepted_changes: Readonly<Record<string, boolean>>;
  /** In force during the iteration. */
  policies: Readonly<Record<string, Policy>>;
  /** The stored run of the evaluation; null if none was stored. */
  evaluation_simulation_id: string | null;
  /** Each bank's proposal, and what became of it. */
  evaluations: readonly PolicyEvaluation[];
}

/** How a run ended. */
export interface ExperimentResult {
  /** How many iterations there were. */
  num_iterations: number;
  /** Whether the experiment came to rest. */
  converged: boolean;
  /** Why the experiment ended. */
  convergence_reason: string;
  /** Costs of all banks after the last iteration, in cents. */
  final_cost: number;
  /** The lowest costs of an iteration, in cents. */
  best_cost: number;
  /** The iteration with the lowest costs. */
  best_iteration: number;
  /** Null where costs decide about the end. */
  ending: Ending | null;
  /** The limit, or what the certificate says. */
  ending_detail: string | null;
  /** Null outside the mode monte-carlo, or where nothing was certified. */
  regret: RegretReport | null;
  /** What each candidate would have saved. */
  regret_candidates: readonly CandidateRegret[];
  /** The figures on test days; null without them. */
  test: Estimates | null;
}

/** A run as it stands in a store. */
export interface StoredExperiment extends ExperimentStart {
  /** How far it has come. */
  status: 'running' | 'completed' | 'failed';
  /** When it was stored, as an ISO date. */
  created_at: string;
  /** When it ended, as an ISO date; null before. */
  completed_at: string | null;
  /** Why it failed; null if it did not. */
  error_message: string | null;
  /** What the tick or experiment led to. */
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
  /** Stores that it has ended, with its results. */
  finish(runId: string, result: ExperimentResult, events: readonly ExperimentEvent[]): Promise<void>;
  /** Stores that it failed, and why. */
  fail(runId: string, message: string): Promise<void>;
  /** Makes a run that was broken off running again and forgets what no commit covers. */
  reopen(runId: string): Promise<void>;
  /** What is stored of it; null if there is nothing. */
  load(runId: string): Promise<StoredExperiment | null>;
  /** In order of their sequence numbers. */
  events(runId: string): Promise<readonly ExperimentEvent[]>;
}
