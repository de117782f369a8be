import type { Ending, Estimates, RegretReport, StoredExperiment } from '@simcash/protocol';
import { FRACTION, parametersOf } from '../policies/policy.js';

/** One bank's way through a run; money in cents. */
export interface AgentSummary {
  agent_id: string;
  first_cost: number;
  best_cost: number;
  last_cost: number;
  /** Share of the liquidity pool at the first and the last evaluation; null where the policy has none. */
  first_fraction: number | null;
  last_fraction: number | null;
  proposals: number;
  accepted: number;
}

/** A run in figures: what lists, comparisons and charts are made of (spec 11 §20.6). */
export interface RunSummary {
  run_id: string;
  experiment_name: string;
  experiment_type: string;
  status: StoredExperiment['status'];
  created_at: string;
  num_iterations: number;
  converged: boolean;
  convergence_reason: string | null;
  final_cost: number | null;
  best_cost: number | null;
  /** How the run ended, with the limit or what the certificate says; null where costs decide about the end. */
  ending: Ending | null;
  ending_detail: string | null;
  /** What banks could still save, and costs on test days; null outside the mode monte-carlo. */
  regret: RegretReport | null;
  test: Estimates | null;
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
