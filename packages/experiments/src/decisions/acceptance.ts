import { ACCEPTANCE_PROFILES, type ExperimentDefinition } from '../definition/schema.js';
import type { PairEvaluation } from '../evaluation/evaluation.js';
import { currency } from '@simcash/protocol';
import { shareText } from '../report/share-text.js';

/** When a proposal replaces the policy in force (spec 11 §8.2, §20.4). */
export interface AcceptanceSettings {
  /** Whether the lower end of the interval must be above 0. */
  require_statistical_significance: boolean;
  /** The greatest spread of costs in relation to their mean; null for any. */
  max_coefficient_of_variation: number | null;
  /** Least share of payments that must settle; null if it does not matter. */
  min_settlement_rate: number | null;
  /** Least saving in percent of the old cost. */
  min_improvement_pct: number;
  /** Judge significance by the new policy's costs instead of by the savings, as the published runs did (spec 11 Q12). */
  asReference: boolean;
}

/** Whether a proposal was accepted, and why. */
export interface Decision {
  /** Whether it was accepted. */
  accepted: boolean;
  /** Why, in words. */
  reason: string;
}

/** One condition of acceptance: null if it does not apply, else whether it holds, its name, and why not. */
type Check = (pair: PairEvaluation, settings: AcceptanceSettings) => { holds: boolean; name: string; failure: string } | null;

const CHECKS: readonly Check[] = [
  ({ settlement_rate: rate }, { min_settlement_rate: least }) =>
    rate === null || least === null || rate >= least
      ? null
      : {
          holds: false,
          name: 'settlement',
          failure: `settlement rate ${shareText(rate)} is below the minimum of ${shareText(least)}`,
        },
  ({ delta_sum }) => ({
    holds: delta_sum > 0,
    name: 'delta_sum > 0',
    failure: `no improvement: delta_sum ${currency(delta_sum)} ≤ 0`,
  }),
  ({ delta_sum, deltas }, { min_improvement_pct: least }) => {
    if (least <= 0) return null;
    const before = deltas.reduce((total, { old_cost }) => total + old_cost, 0);
    const saved = before === 0 ? 0 : (100 * delta_sum) / before;
    return {
      holds: saved >= least,
      name: `improvement ≥ ${least}%`,
      failure: `improvement of ${saved.toFixed(2)}% is below ${least}%`,
    };
  },
  ({ delta_statistics, new_statistics }, { asReference, require_statistical_significance }) => {
    if (!require_statistical_significance) return null;
    const { ci_95_lower: lower, ci_95_upper: upper } = asReference ? new_statistics : delta_statistics;
    if (lower === null) return { holds: true, name: 'CI > 0', failure: '' };
    return {
      holds: lower > 0,
      name: 'CI > 0',
      failure: `not significant: 95% confidence interval ${currency(lower)} … ${currency(upper!)} includes zero`,
    };
  },
  ({ new_cost, new_statistics: { std_dev } }, { max_coefficient_of_variation: max }) => {
    if (max === null) return null;
    const name = `CV ≤ ${max}`;
    if (std_dev === null || new_cost <= 0) return { holds: true, name, failure: '' };
    const cv = std_dev / new_cost;
    const spread = `standard deviation ${currency(std_dev)}, mean ${currency(new_cost)}`;
    return { holds: cv <= max, name, failure: `too risky: CV ${cv.toFixed(3)} exceeds ${max} (${spread})` };
  },
];

/** Applies the checks in order; the first that fails decides. */
export function decide(pair: PairEvaluation, settings: AcceptanceSettings): Decision {
  const passed: string[] = [];
  for (const check of CHECKS) {
    const result = check(pair, settings);
    if (result === null) continue;
    if (!result.holds) return { accepted: false, reason: result.failure };
    passed.push(result.name);
  }
  return { accepted: true, reason: `passed: ${passed.join(', ')}` };
}

/** The floor that searches keep; published ones knew none. */
export const leastRate = ({ asReference, min_settlement_rate }: AcceptanceSettings): number | null =>
  asReference ? null : min_settlement_rate;

/** The rule by which proposals of an experiment are accepted, profile and defaults filled in (spec 11 §8.2, §20.4). */
export function acceptanceSettings({ evaluation, semantics }: ExperimentDefinition): AcceptanceSettings {
  const { profile, ...own } = evaluation.acceptance;
  const preset = ACCEPTANCE_PROFILES[profile ?? 'aggressive'];
  return {
    require_statistical_significance:
      own.require_statistical_significance ??
      (profile === undefined && evaluation.mode === 'monte-carlo' ? true : preset.require_statistical_significance),
    max_coefficient_of_variation:
      own.max_coefficient_of_variation === undefined ? preset.max_coefficient_of_variation : own.max_coefficient_of_variation,
    min_improvement_pct: own.min_improvement_pct ?? preset.min_improvement_pct,
    // Samples of a bootstrap have had no floor; whoever wants one says so (spec 11 Q23).
    min_settlement_rate:
      own.min_settlement_rate === undefined ? (evaluation.mode === 'bootstrap' ? null : 0.95) : own.min_settlement_rate,
    asReference: semantics === 'reference',
  };
}
