import type { CostBreakdown, CostStatistics, EvaluationMode, Policy, ScenarioData } from '@simcash/protocol';
import type { PolicyConstraints } from '../policies/constraints.js';
import type { ProfileEvaluation } from '../evaluation/evaluation.js';
import type { AcceptanceSettings } from '../decisions/acceptance.js';
import { visibleTo, type VisibleEvent } from './visibility.js';

/** What became of a bank's policy in an iteration: each policy beside its own cost (spec 11 §6.5, Q13). */
export interface HistoryEntry {
  /** Iterations are counted from 0. */
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
  /** What is charged, and how much. */
  cost_rates: Readonly<Record<string, unknown>>;
  /** Number of ticks. */
  ticks: number;
  /** Ticks of a day. */
  ticks_per_day: number;
  /** Whether receipts can be spent only after the tick. */
  deferred_crediting: boolean;
  /** Whether payments are offset. */
  lsm: boolean;
}

/**
 * All that a proposer learns: one bank's own policies, costs and part of the log, and the rules of the system. It is built from
 * that bank's data alone, so nothing else can be in it (spec 11 §11.4).
 */
export interface AgentView {
  /** The bank's id. */
  readonly agent_id: string;
  /** Iterations are counted from 0. */
  readonly iteration: number;
  /** How many iterations there are at most. */
  readonly max_iterations: number;
  /** How policies are evaluated. */
  readonly evaluation_mode: EvaluationMode;
  /** When a proposal is accepted. */
  readonly acceptance: AcceptanceSettings;
  /** Days over which costs are means; null in modes without. */
  readonly days: number | null;
  /** The policy as a document. */
  readonly policy: Policy;
  /** Cost of the policy in force: in bootstrap mode over the bank's own samples. */
  readonly cost: number;
  /** Statistics of the bank's costs. */
  readonly statistics: CostStatistics;
  /** Costs by component, in cents. */
  readonly breakdown: CostBreakdown;
  /** What a policy may contain. */
  readonly constraints: PolicyConstraints;
  /** What everybody knows of the system. */
  readonly rules: PublicRules;
  /** What of the log the bank may know, in its order (INV-10). */
  readonly events: readonly VisibleEvent[];
  /** What was tried before. */
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
