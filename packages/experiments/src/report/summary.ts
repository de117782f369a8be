import type { Ending, Estimates, RegretReport, StoredExperiment } from '@simcash/protocol';
import { FRACTION, parametersOf } from '../policies/policy.js';

/** One bank's way through a run; money in cents. */
export interface AgentSummary {
  /** The bank's id. */
  agent_id: string;
  /** Costs in the first iteration, in cents. */
  first_cost: number;
  /** The lowest costs of an iteration, in cents. */
  best_cost: number;
  /** Costs in the last iteration, in cents. */
  last_cost: number;
  /** Share of the liquidity pool at the first and the last evaluation; null where the policy has none. */
  first_fraction: number | null;
  /** The share of the pool that was allocated last; null without a pool. */
  last_fraction: number | null;
  /** How many policies were proposed. */
  proposals: number;
  /** How many policies were accepted. */
  accepted: number;
}

/** A run in figures: what lists, comparisons and charts are made of (spec 11 §20.6). */
export interface RunSummary {
  /** The experiment's id. */
  run_id: string;
  /** What the experiment is called. */
  experiment_name: string;
  /** What kind of experiment it is. */
  experiment_type: string;
  /** How far it has come. */
  status: StoredExperiment['status'];
  /** When it was stored, as an ISO date. */
  created_at: string;
  /** How many iterations there were. */
  num_iterations: number;
  /** Whether the experiment came to rest. */
  converged: boolean;
  /** Why the experiment ended. */
  convergence_reason: string | null;
  /** Costs of all banks after the last iteration, in cents. */
  final_cost: number | null;
  /** The lowest costs of an iteration, in cents. */
  best_cost: number | null;
  /** How the run ended, with the limit or what the certificate says; null where costs decide about the end. */
  ending: Ending | null;
  /** More about its end; null if there is nothing to say. */
  ending_detail: string | null;
  /** What banks could still save, and costs on test days; null outside the mode monte-carlo. */
  regret: RegretReport | null;
  /** The figures on test days; null without them. */
  test: Estimates | null;
  /** The banks. */
  agents: readonly AgentSummary[];
}

/** The figures of a stored experiment, by agent and in all. */
export function summarise(run: StoredExperiment): RunSummary {
  const { created_at, experiment_name, experiment_type, iterations, result, run_id, status } = run;
  const agents = Object.keys(iterations[0]?.policies ?? {});
  const totals = iterations.map(({ total_cost }) => total_cost);
  return {
    run_id,
    experiment_name,
    experiment_type,
    status,
    created_at,
    num_iterations: iterations.length,
    converged: result?.converged ?? false,
    convergence_reason: result?.convergence_reason ?? null,
    // Costs of different days cannot be compared: there the test days say it.
    final_cost: result?.test ? result.final_cost : (totals.at(-1) ?? null),
    best_cost: result?.test ? result.best_cost : totals.length === 0 ? null : Math.min(...totals),
    ending: result?.ending ?? null,
    ending_detail: result?.ending_detail ?? null,
    regret: result?.regret ?? null,
    test: result?.test ?? null,
    agents: agents.map((agentId) => agentSummary(run, agentId)),
  };
}

function agentSummary({ iterations }: StoredExperiment, agentId: string): AgentSummary {
  const costs = iterations.map(({ costs_per_agent }) => costs_per_agent[agentId]!);
  const evaluations = iterations.flatMap((iteration) => iteration.evaluations).filter(({ agent_id }) => agent_id === agentId);
  const fractionAt = (i: number): number | null => {
    const value = parametersOf(iterations.at(i)!.policies[agentId]!)[FRACTION];
    return typeof value === 'number' ? value : null;
  };
  return {
    agent_id: agentId,
    first_cost: costs[0]!,
    best_cost: Math.min(...costs),
    last_cost: costs.at(-1)!,
    first_fraction: fractionAt(0),
    last_fraction: fractionAt(-1),
    proposals: evaluations.length,
    accepted: evaluations.filter(({ accepted }) => accepted).length,
  };
}
