import type { EventOf } from '@simcash/protocol';
import { describe, expect, it } from 'vitest';
import solver from '../../../../docs/examples/algorithms/highs.js';
import { gridlocks, optimum, settle } from '../../../../docs/scripts/effectiveness.mjs';
import { property } from '../properties/property.js';
import { rulesOf, sumOf, type RuleBank, type RulePayment } from './support/rules.js';
import { problems, select, setOf } from './support/selected.js';
import type { Small } from './support/small.js';
import { solve } from './support/solver.js';

/**
 * A second opinion on what could settle at most: HiGHS, a solver of mixed-integer programs that shares no code with the engine,
 * reaches sizes at which enumeration ends.
 */

/** The best value of a gridlock whose banks have money and nothing else. */
function secondOpinion({ agents, scenario_events }: Small): number {
  const bank = (id: string, balance: number): RuleBank => ({
    id,
    balance,
    limit: 0,
    reserved: [0, 0],
    bilateralLimits: new Map(),
    multilateralLimit: null,
    paid: new Map(),
    received: new Map(),
  });
  const banks = agents.map(({ id, opening_balance }) => bank(id, opening_balance));
  const payments = scenario_events.map(({ amount, from_agent: from, to_agent: to }): RulePayment => ({
    from,
    to,
    amount,
    class: 2,
  }));
  return solve(payments, rulesOf(banks, 'gross')).value;
}

describe('the optimum of a gridlock is the same for HiGHS and for the algorithm optimal', () => {
  it.each([
    ['G', 40],
    ['M', 12],
    ['E', 30],
  ])('family %s, %i of them', (family, count) => {
    const scenarios = gridlocks(family, count) as Small[];
    const values = scenarios.map(secondOpinion);
    expect(scenarios.map(optimum)).toEqual(values);
    expect(sumOf(values)).toBeGreaterThan(0);
    const entered = scenarios.map((scenario) => settle(scenario, { preset: 'optimal' }).value as number);
    // Payments of family E may be as small as balances: what settles at entry may cost a better set.
    if (family === 'E') entered.forEach((value, i) => expect(value).toBeLessThanOrEqual(values[i]!));
    else expect(entered).toEqual(values);
  });

  property(
    'with limits, reservations, credit and payments to oneself, in queues too long to enumerate',
    60,
    problems({ payments: { min: 13, max: 28 } }),
    ([scenario, block]) => {
      const found = select(scenario, block, 'optimal');
      const { amount, feasible, queue, report, rules } = found;
      const other = solve(queue, rules);
      expect(feasible(other.set)).toBe(true);
      expect(amount(setOf(found))).toBe(other.value);
      expect(report).toMatchObject({ proof: 'full', bound: other.value });
    },
  );
});

/** The algorithm that the guide offers where branch and bound gives up. */
property(
  'the example algorithm that asks HiGHS settles a best set',
  120,
  problems({ payments: { min: 1, max: 18 } }),
  ([scenario, block]) => {
    const exact = select(scenario, block, 'optimal');
    const solved = select(scenario, block, { type: 'custom', module: './highs.js' }, { './highs.js': solver });
    expect(solved.amount(setOf(solved))).toBe(exact.amount(setOf(exact)));
  },
);

describe('in dense gridlocks, too large for branch and bound,', () => {
  it.each([
    ['D6', 8],
    ['D8', 3],
  ])('best reaches 0.99 of the optimum: family %s, %i of them', (family, count) => {
    const scenarios = gridlocks(family, count) as Small[];
    const values = scenarios.map(secondOpinion);
    const reached = scenarios.map((scenario) => settle(scenario, { preset: 'best' }).value as number);
    reached.forEach((value, i) => expect(value).toBeLessThanOrEqual(values[i]!));
    expect(sumOf(reached) / sumOf(values)).toBeGreaterThanOrEqual(0.99);
  });

  it('the bound that optimal names when it stops is not below the optimum', () => {
    const runs = [{ algorithms: [{ type: 'optimal', node_limit: 1 }] }];
    for (const scenario of gridlocks('D6', 3) as Small[]) {
      const best = secondOpinion(scenario);
      const { report, value } = settle(scenario, { entry: { gross: false }, runs });
      expect(report).toMatchObject({ proof: 'none', truncated: 'node_limit' });
      expect(value).toBeLessThanOrEqual(best);
      expect((report as EventOf<'AlgorithmRun'>).bound).toBeGreaterThanOrEqual(best);
    }
  });
});
