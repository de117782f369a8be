import type { CostStatistics, SimulationOutcome } from '@simcash/protocol';
import { isBelowFloor, isRisky, skewInterval, type PlayedDay } from '@simcash/statistics';
import type { AcceptanceRule } from '../decisions/acceptance-rule.js';
import type { Tried } from '../optimizers/candidate-search.js';
import { costOf, sum, type CostScope } from '../scenario.js';

/** What a bank's policy cost and settled, day by day and over all days. */
export interface PlayedDays {
  readonly costs: readonly number[];
  readonly settled: number;
  readonly arrived: number;
  readonly settled_value: number;
  readonly arrived_value: number;
}

/** A day as one bank sees it, or with the payments of all (spec 17 §5.1). */
export function playedDay(
  outcome: SimulationOutcome,
  agentId: string,
  costScope: CostScope,
  { settlement_scope }: AcceptanceRule,
): PlayedDay {
  const cost = costOf(outcome, agentId, costScope);
  if (settlement_scope === 'own') return { cost, ...outcome.agents[agentId]!.payments };
  const { arrivals, arrived_value, settled_value, settlements } = outcome;
  return { cost, settled: settlements, arrived: arrivals, settled_value, arrived_value };
}

export const together = (days: readonly PlayedDay[]): PlayedDays => ({
  costs: days.map(({ cost }) => cost),
  settled: sum(days.map(({ settled }) => settled)),
  arrived: sum(days.map(({ arrived }) => arrived)),
  settled_value: sum(days.map(({ settled_value }) => settled_value)),
  arrived_value: sum(days.map(({ arrived_value }) => arrived_value)),
});

/** 1 where nothing arrived. */
export const share = (settled: number, arrived: number): number => (arrived === 0 ? 1 : settled / arrived);

/** How a candidate stands beside the policy in force on the same days (spec 17 §6.1, §6.3). */
export function tried(own: PlayedDays, inForce: PlayedDays, rule: AcceptanceRule): Tried {
  const missed = (floor: number | null, settled: 'settled' | 'settled_value', arrived: 'arrived' | 'arrived_value'): number => {
    const of = (days: PlayedDays): { settled: number; arrived: number } => ({ settled: days[settled], arrived: days[arrived] });
    if (floor === null || !isBelowFloor(of(own), of(inForce), floor)) return 0;
    return Math.min(floor, share(inForce[settled], inForce[arrived])) - share(own[settled], own[arrived]);
  };
  const shortfall =
    missed(rule.min_settlement_rate, 'settled', 'arrived') + missed(rule.min_settlement_value, 'settled_value', 'arrived_value');
  return {
    cost: sum(own.costs),
    isAdmissible: shortfall === 0 && !isRisky(own.costs, rule.max_coefficient_of_variation),
    shortfall,
    costs: own.costs,
    settlement_rate: share(own.settled, own.arrived),
  };
}

/** Whole cents, rounded down. */
export const meanCents = (costs: readonly number[]): number => Math.floor(sum(costs) / costs.length);

/** Mean, standard deviation and interval of costs in whole cents. */
export function dayStatistics(costs: readonly number[]): CostStatistics {
  const { lower, mean, sd, upper } = skewInterval(costs);
  const whole = (value: number | null): number | null => (value === null ? null : Math.round(value));
  return { mean: Math.floor(mean), std_dev: whole(sd), ci_95_lower: whole(lower), ci_95_upper: whole(upper) };
}
