import { checkFinite } from '../checks.js';
import { isBelowFloor } from './floors.js';
import { pairedTest, type PairedTest } from './paired-test.js';
import { isRisky } from './risk.js';

/** What a policy cost and settled over the acceptance days; payments are sums over the days. Money is cents. */
export interface Outcome {
  /** Costs by day or by player, in cents. */
  readonly costs: readonly number[];
  /** Payments that settled. */
  readonly settled: number;
  /** Payments that arrived. */
  readonly arrived: number;
  /** Value that settled, in cents. */
  readonly settled_value: number;
  /** Value that arrived, in cents. */
  readonly arrived_value: number;
}

/** When a proposal is better. */
export interface AcceptanceSettings {
  /** The level of significance. */
  readonly alpha?: number;
  /** The least improvement that counts, in per cent. */
  readonly min_improvement_pct?: number;
  /** How many more days like the worst are assumed. */
  readonly tail_days?: number;
  /** The least share of payments that must settle; null for any. */
  readonly min_settlement_rate?: number | null;
  /** The least share of value that must settle; null for any. */
  readonly min_settlement_value?: number | null;
  /** Whether the lower end of the interval must be above 0. */
  readonly require_statistical_significance?: boolean;
  /** The greatest spread of costs in relation to their mean; null for any. */
  readonly max_coefficient_of_variation?: number | null;
}

/** Why a proposal was accepted or rejected. */
export type DecisionReason =
  'same_policy' | 'floor_payments' | 'floor_value' | 'not_better' | 'not_significant' | 'risk' | 'better';

/** The decision about a proposal, with the test behind it. */
export interface ProposalDecision {
  /** Whether the proposal was accepted. */
  readonly decision: 'accepted' | 'rejected';
  /** Why, as a word. */
  readonly reason: DecisionReason;
  /** Null where nothing had to be simulated. */
  readonly test: PairedTest | null;
}

/** Judges a proposal on fresh days: the first check that fails decides (spec 17 §5.2). @throws RangeError */
export function decideProposal({
  new: after,
  old: before,
  same_policy = false,
  settings = {},
}: {
  readonly same_policy?: boolean;
  readonly old: Outcome;
  readonly new: Outcome;
  readonly settings?: AcceptanceSettings;
}): ProposalDecision {
  const {
    max_coefficient_of_variation: mostVariation = null,
    min_settlement_rate: floor = 0.95,
    min_settlement_value: valueFloor = null,
    require_statistical_significance: isTested = true,
    ...options
  } = settings;
  for (const { arrived, arrived_value, settled, settled_value } of [before, after])
    checkFinite('payments', [arrived, arrived_value, settled, settled_value]);
  if (same_policy) return { decision: 'rejected', reason: 'same_policy', test: null };
  const test = pairedTest(before.costs, after.costs, options);
  const rejected = (reason: DecisionReason): ProposalDecision => ({ decision: 'rejected', reason, test });
  if (floor !== null && isBelowFloor(after, before, floor)) return rejected('floor_payments');
  if (valueFloor !== null && isBelowFloor(byValue(after), byValue(before), valueFloor)) return rejected('floor_value');
  if (!(test.mean_saving > test.margin)) return rejected('not_better');
  if (test.n >= 2 && isTested && !(test.p_value! < (options.alpha ?? 0.05))) return rejected('not_significant');
  if (isRisky(after.costs, mostVariation)) return rejected('risk');
  return { decision: 'accepted', reason: 'better', test };
}

const byValue = ({ arrived_value, settled_value }: Outcome): { settled: number; arrived: number } => ({
  settled: settled_value,
  arrived: arrived_value,
});
