import type { ExperimentDefinition } from '../definition/schema.js';
import { acceptanceSettings, type AcceptanceSettings } from './acceptance.js';

/** When a proposal replaces the policy in force, in the mode monte-carlo (spec 17 §1.1, §5). */
export interface AcceptanceRule extends Omit<AcceptanceSettings, 'asReference'> {
  /** One-sided level of the test, and what keeps it. */
  alpha: number;
  family: 'proposal' | 'renewed' | 'run';
  /** Days like the worst one that are added. */
  tail_days: number;
  /** Least share of the payments' value that must settle; null if it does not matter. */
  min_settlement_value: number | null;
  /** Whose payments the floors look at. */
  settlement_scope: 'own' | 'system';
}

/** The rule of an experiment, profile and defaults filled in. */
export function acceptanceRule(definition: ExperimentDefinition): AcceptanceRule {
  const {
    alpha = 0.05,
    family = 'renewed',
    min_settlement_value,
    settlement_scope = 'own',
    tail_days = 2,
  } = definition.evaluation.acceptance;
  const { asReference: _, ...settings } = acceptanceSettings(definition);
  return { ...settings, alpha, family, min_settlement_value: min_settlement_value ?? null, settlement_scope, tail_days };
}
