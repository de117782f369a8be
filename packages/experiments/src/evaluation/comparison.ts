import type { SampleDelta, SimulationOutcome } from '@simcash/protocol';
import { breakdownOf, costOf, meanBreakdown, sum, type CostScope } from '../scenario.js';
import { costStatistics } from '../statistics.js';
import type { PairEvaluation } from './evaluation.js';

/** Pairs the outcomes of two policies draw by draw; means are rounded down (spec 11 §6.3). */
export function pair(
  agentId: string,
  seeds: readonly number[],
  before: readonly SimulationOutcome[],
  after: readonly SimulationOutcome[],
  scope: CostScope,
): PairEvaluation {
  const oldCosts = before.map((outcome) => costOf(outcome, agentId, scope));
  const newCosts = after.map((outcome) => costOf(outcome, agentId, scope));
  const deltas = seeds.map((seed, index): SampleDelta => {
    const old_cost = oldCosts[index]!;
    const new_cost = newCosts[index]!;
    return { index, seed, old_cost, new_cost, delta: old_cost - new_cost };
  });
  const n = seeds.length;
  const new_statistics = costStatistics(newCosts);
  return {
    old_cost: Math.floor(sum(oldCosts) / n),
    new_cost: Math.floor(sum(newCosts) / n),
    delta_sum: sum(deltas.map(({ delta }) => delta)),
    deltas,
    new_statistics,
    delta_statistics: costStatistics(deltas.map(({ delta }) => delta)),
    settlement_rate: sum(after.map((outcome) => outcome.settlement_rate)) / n,
    avg_delay: sum(after.map((outcome) => outcome.avg_delay_ticks)) / n,
    breakdown: meanBreakdown(after.map((outcome) => breakdownOf(outcome, agentId, scope))),
    agent_stats: { [agentId]: new_statistics },
    scenario_seed: n === 1 ? seeds[0]! : null,
    simulation_id: null,
  };
}
