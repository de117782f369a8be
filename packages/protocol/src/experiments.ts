import type { Ending, ExperimentEvent } from './experiments/events.js';
import type {
  AgentAmounts,
  ComparedDay,
  CostBreakdown,
  CostStatistics,
  Estimates,
  ProposalDecision,
  SampleDelta,
} from './experiments/judgement.js';
import type { CandidateRegret, RegretReport } from './experiments/regret.js';
import type { Policy, ScenarioData } from './work.js';

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
