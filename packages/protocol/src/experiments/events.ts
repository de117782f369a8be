import type { Policy } from '../work.js';
import type {
  AcceptanceTest,
  AgentAmounts,
  CostBreakdown,
  CostsInForce,
  Estimates,
  EvaluationMode,
  ProposalDecision,
  SampleDelta,
  SearchRecord,
} from './judgement.js';
import type { BankRegret } from './regret.js';

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
