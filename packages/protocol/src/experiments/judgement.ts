/** How candidates are judged (spec 11 §2.1). */
export const EVALUATION_MODES = ['monte-carlo', 'bootstrap', 'deterministic-pairwise', 'deterministic-temporal'] as const;
/** How an experiment evaluates policies. */
export type EvaluationMode = (typeof EVALUATION_MODES)[number];

/** Amounts by agent, in cents. */
export type AgentAmounts = Readonly<Record<string, number>>;

/** Cost components in cents, named as in the event log. */
export interface CostBreakdown {
  /** For credit in use, in cents. */
  liquidity_cost: number;
  /** For waiting payments, in cents. */
  delay_cost: number;
  /** For posted collateral, in cents. */
  collateral_cost: number;
  /** For missed deadlines and days' ends, in cents. */
  penalty_cost: number;
  /** For split payments, in cents. */
  split_friction_cost: number;
  /** For liquidity that was allocated, in cents. */
  liquidity_opportunity_cost: number;
}

/** One sample of a paired comparison; money in cents. */
export interface SampleDelta {
  /** The number of it, counted from 0. */
  index: number;
  /** The seed of the random numbers. */
  seed: number;
  /** Costs of the policy in force, in cents. */
  old_cost: number;
  /** Costs of the proposed policy, in cents. */
  new_cost: number;
  /** What the new policy saves. */
  delta: number;
}

/** Standard deviation and 95 % confidence interval in cents; null with fewer than two samples (spec 11 §8.1). */
export interface CostStatistics {
  /** Cents. */
  mean: number;
  /** Standard deviation; null with fewer than two values. */
  std_dev: number | null;
  /** Lower end of the 95 % interval of the mean; null without one. */
  ci_95_lower: number | null;
  /** Upper end of the 95 % interval of the mean; null without one. */
  ci_95_upper: number | null;
}

/** How a proposal was judged on days that nobody had seen before (spec 17 §5.3); money in cents a day. */
export interface AcceptanceTest {
  /** Which test was made. */
  test: 'hall_t' | 'single_day';
  /** Number of days. */
  num_days: number;
  /** Days like the worst one that were added. */
  tail_days: number;
  /** Degrees of freedom; null without a test. */
  test_df: number | null;
  /** Number of the test among those that share a level; the level that it got. */
  test_rank: number;
  /** The level of significance. */
  alpha: number;
  /** Saving that has to be beaten. */
  margin_cents: number;
  /** The statistic of the test; null without one. */
  test_statistic: number | null;
  /** The p-value of the test; null if there is none. */
  p_value: number | null;
  /** Mean saving of a day, in cents. */
  saving_mean: number;
  /** Standard deviation of the savings; null with one day. */
  saving_sd: number | null;
  /** Skewness of the savings; null if it is not defined. */
  saving_skewness: number | null;
  /** Lower end of the interval of the mean saving; null without one. */
  saving_lower: number | null;
  /** Upper end of the interval of the mean saving; null without one. */
  saving_upper: number | null;
  /** Days on which the new policy is dearer. */
  losing_days: number;
  /** Days whose saving is not the most frequent one. */
  exceptions: number;
  /** The saving on the worst day, in cents. */
  worst_saving_cents: number;
  /** So few exceptions that the interval may be too narrow. */
  thin: boolean;
  /** Shares of payments, and of their value, that settled over the days. */
  old_settlement_rate: number;
  /** The share of payments that settled with the proposed policy. */
  new_settlement_rate: number;
  /** The share of value that settled with the policy in force. */
  old_settlement_value: number;
  /** The share of value that settled with the proposed policy. */
  new_settlement_value: number;
}

/** Why a proposal was accepted or rejected (spec 17 §5.2). */
export const DECISION_REASONS = [
  ...(['better', 'not_better', 'not_significant', 'risk', 'floor_payments', 'floor_value'] as const),
  ...(['better_but_not_best', 'same_policy', 'invalid', 'failed'] as const),
] as const;
/** Why a proposal was accepted or rejected. */
export type DecisionReason = (typeof DECISION_REASONS)[number];

/** What was decided about a proposal, and what the search behind it cost. */
export interface ProposalDecision {
  /** Whether the proposal was accepted. */
  decision: 'accepted' | 'rejected';
  /** Why, as a word. */
  reason: DecisionReason;
  /** Null where nobody searched. */
  candidates_searched: number | null;
  /** Days simulated by the search. */
  search_simulations: number | null;
  /** Null where nothing was compared. */
  acceptance: AcceptanceTest | null;
}

/** One day of a comparison: costs in cents, payments of the bank by number. */
export interface ComparedDay {
  /** The seed of the random numbers. */
  seed: bigint;
  /** Costs of the policy in force, in cents. */
  old_cost: number;
  /** Costs of the proposed policy, in cents. */
  new_cost: number;
  /** Payments that settled with the policy in force. */
  old_settled: number;
  /** Payments that settled with the proposed policy. */
  new_settled: number;
  /** Payments that arrived. */
  arrived: number;
}

/** A race of candidates (spec 17 §6.2). */
export interface SearchRecord {
  /** The bank's id. */
  agent_id: string;
  /** Days simulated by the whole search, those of points that were only tried out included. */
  simulations: number;
  /** Parameters by candidate. */
  candidates: readonly Readonly<Record<string, unknown>>[];
  /** The number of the candidate that won; null if none did. */
  winner: number | null;
  /** Why it ended. */
  stop: 'budget' | 'none_admissible' | 'single' | 'days';
  /** Number of days. */
  days: number;
  /** How many days of how many candidates were played. */
  evaluations: number;
  /** Candidates that were never given up, by number. */
  alive: readonly number[];
  /** Candidates that were given up, when, and why. */
  eliminated: readonly { candidate: number; days: number; reason: 'floor' | 'risk' | 'worse' }[];
  /** After how many days candidates were compared. */
  looks: readonly number[];
}

/** Mean of a cost or a saving over test days with its 95 % interval, in cents a day (spec 17 §3, §9). */
export interface Estimate {
  /** Number of days. */
  num_days: number;
  /** Cents a day. */
  mean: number;
  /** Standard deviation; null with fewer than two values. */
  sd: number | null;
  /** Skewness; null if it is not defined. */
  skewness: number | null;
  /** The lower end of the interval. */
  lower: number | null;
  /** The upper end of the interval. */
  upper: number | null;
  /** How many values differ from the most frequent one. */
  exceptions: number;
  /** Whether so few differ that the interval may be too narrow. */
  thin: boolean;
}

/** Profiles of policies that are estimated on test days, and differences between them. */
export const ESTIMATED_PROFILES = ['initial', 'final', 'best', 'difference_final', 'difference_best'] as const;

/** By profile, then by bank; `*` is the sum over banks. Differences are savings against the initial profile. */
export type Estimates = Readonly<Record<(typeof ESTIMATED_PROFILES)[number], Readonly<Record<string, Estimate>>>>;

/** What the policies in force in an iteration cost a day, by bank and in all (`*`); the same days for all iterations. */
export interface CostsInForce {
  /** Iterations are counted from 0. */
  iteration: number;
  /** Costs of a day, by bank. */
  costs: Readonly<Record<string, Estimate>>;
}
