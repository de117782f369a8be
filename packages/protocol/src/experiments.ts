import type { Policy, ScenarioDocument } from './work.js';

/** How candidates are judged (spec 11 §2.1). */
export const EVALUATION_MODES = ['bootstrap', 'deterministic-pairwise', 'deterministic-temporal'] as const;
export type EvaluationMode = (typeof EVALUATION_MODES)[number];

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
  iteration_start: { seed: number };
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
    seed: number;
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
  /** The optimizer found nothing to propose, or nothing that is allowed. */
  no_proposal: { agent_id: string; optimizer: string; reason: string; errors: readonly string[] };
  comparison_error: { agent_id: string; error: string };
  policy_change: ProposalJudged;
  policy_rejected: ProposalJudged;
  experiment_end: {
    num_iterations: number;
    converged: boolean;
    /** Which rule stopped the run; reaching the last iteration is no convergence. */
    stop_reason: 'stability' | 'policy_stability' | 'max_iterations' | 'budget';
    convergence_reason: string;
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
}

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
  scenario: ScenarioDocument;
  master_seed: string;
}

/** A row of `policy_evaluations` (spec 09 §3.18). */
export interface PolicyEvaluation {
  agent_id: string;
  attempt: number;
  evaluation_mode: 'deterministic' | 'bootstrap';
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
