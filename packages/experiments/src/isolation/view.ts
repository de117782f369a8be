import type { CostBreakdown, CostStatistics, EvaluationMode, Policy, ScenarioData } from '@simcash/protocol';
import type { PolicyConstraints } from '../policies/constraints.js';
import type { ProfileEvaluation } from '../evaluation/evaluation.js';
import type { AcceptanceSettings } from '../decisions/acceptance.js';
import { visibleTo, type VisibleEvent } from './visibility.js';

/** What became of a bank's policy in an iteration: each policy beside its own cost (spec 11 §6.5, Q13). */
export interface HistoryEntry {
  iteration: number;
  /** In force during the iteration. */
  policy: Policy;
  /** What it cost, in cents. */
  cost: number;
  /** What was proposed, if anything was. */
  proposal: { policy: Policy; cost: number | null; accepted: boolean; reason: string } | null;
}

/** The rules of the system, which are the same for all banks. */
export interface PublicRules {
  cost_rates: Readonly<Record<string, unknown>>;
  ticks: number;
  ticks_per_day: number;
  deferred_crediting: boolean;
  lsm: boolean;
}

/**
 * All that a proposer learns: one bank's own policies, costs and part of the log, and the rules of the system. It is built from
 * that bank's data alone, so nothing else can be in it (spec 11 §11.4).
 */
export interface AgentView {
  readonly agent_id: string;
  readonly iteration: number;
  readonly max_iterations: number;
  readonly evaluation_mode: EvaluationMode;
  readonly acceptance: AcceptanceSettings;
  /** Days over which costs are means; null in modes without. */
  readonly days: number | null;
  readonly policy: Policy;
  /** Cost of the policy in force: in bootstrap mode over the bank's own samples. */
  readonly cost: number;
  readonly statistics: CostStatistics;
  readonly breakdown: CostBreakdown;
  readonly constraints: PolicyConstraints;
  readonly rules: PublicRules;
  readonly events: readonly VisibleEvent[];
  readonly history: readonly HistoryEntry[];
}

export function publicRules(scenario: ScenarioData, ticks: number): PublicRules {
  const { cost_rates, deferred_crediting, lsm_config, simulation } = scenario;
  const lsm = (lsm_config ?? {}) as { enable_bilateral?: boolean; enable_cycles?: boolean };
  return {
    cost_rates: (cost_rates ?? {}) as Record<string, unknown>,
    ticks,
    ticks_per_day: (simulation as { ticks_per_day: number }).ticks_per_day,
    deferred_crediting: deferred_crediting === true,
    lsm: (lsm.enable_bilateral ?? true) || (lsm.enable_cycles ?? true),
  };
}

/** Cuts one bank's view out of an evaluation. */
export function agentView(
  agentId: string,
  evaluation: ProfileEvaluation,
  own: Omit<AgentView, 'agent_id' | 'breakdown' | 'cost' | 'events' | 'statistics'>,
): AgentView {
  return {
    ...own,
    agent_id: agentId,
    cost: evaluation.per_agent_costs[agentId]!,
    statistics: evaluation.per_agent_statistics[agentId]!,
    breakdown: evaluation.per_agent_breakdown[agentId]!,
    events: visibleTo(agentId, evaluation.log),
  };
}
