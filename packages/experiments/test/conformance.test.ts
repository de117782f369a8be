import { describe, expect, it } from 'vitest';
import { conduct, decisionsOf, endOf, totalsOf } from './support/running.js';

/** The loop with a grid search, against what the reference engine gives (spec 11 §21.3). Money in cents. */
const STABLE = 'Stability achieved (5 consecutive stable iterations)';
const POLICIES = 'policy_stability';
const pairwise = { mode: 'deterministic-pairwise' };
const temporal = { mode: 'deterministic-temporal' };
const times = (n: number, cost: number): number[] => Array.from({ length: n }, () => cost);

/** A script that always proposes to go on as before. */
const same = { type: 'scripted', proposals: { BANK_A: times(25, 0.5), BANK_B: times(25, 0.5) } };

describe('grid search ends where the published game has its equilibrium', () => {
  it.each([
    { experiment: 1, evaluation: pairwise, totals: [10000, ...times(6, 2000)], at: [0, 0.2], costs: [0, 2000], reason: STABLE },
    { experiment: 1, evaluation: temporal, totals: [10000, ...times(4, 2000)], at: [0, 0.2], costs: [0, 2000], reason: POLICIES },
    {
      experiment: 3,
      evaluation: pairwise,
      totals: [9990, ...times(6, 3996)],
      at: [0.2, 0.2],
      costs: [1998, 1998],
      reason: STABLE,
    },
    {
      experiment: 3,
      evaluation: temporal,
      totals: [9990, ...times(4, 3996)],
      at: [0.2, 0.2],
      costs: [1998, 1998],
      reason: POLICIES,
    },
  ] as const)('experiment $experiment, $evaluation.mode', async ({ at, costs, evaluation, experiment, reason, totals }) => {
    const run = await conduct(experiment, { evaluation });
    expect(totalsOf(run)).toEqual(totals);
    expect(run.result).toMatchObject({ num_iterations: totals.length, converged: true, convergence_reason: reason });
    expect(endOf(run)).toMatchObject({
      final_liquidity: { BANK_A: at[0], BANK_B: at[1] },
      per_agent_costs: { BANK_A: costs[0], BANK_B: costs[1] },
    });
  });

  it.each([
    { evaluation: temporal, evaluations: 5, reason: POLICIES },
    { evaluation: pairwise, evaluations: 6, reason: STABLE },
  ] as const)('experiment 1, $evaluation.mode, always half of the pool', async ({ evaluation, evaluations, reason }) => {
    const run = await conduct(1, { evaluation, optimizer: same });
    expect(totalsOf(run)).toEqual(times(evaluations, 10000));
    expect(run.result.convergence_reason).toBe(reason);
    expect(endOf(run).final_liquidity).toEqual({ BANK_A: 0.5, BANK_B: 0.5 });
  });

  it('experiment 1 decides as the reference does', async () => {
    const run = await conduct(1);
    const rejected = times(5, 0).map((delta) => [delta, false]);
    expect(decisionsOf(run, 'BANK_A')).toEqual([[5000, true], ...rejected]);
    expect(decisionsOf(run, 'BANK_B')).toEqual([[3000, true], ...rejected]);
  });
});

describe('experiment 2 by the rules of the reference', () => {
  it('gives its metric, decisions and end', async () => {
    const run = await conduct(2, { semantics: 'reference' });
    expect(totalsOf(run)).toEqual([
      49800, 12031, 11551, 20620, 13822, 12472, 42545, 30907, 15423, 16614, 16680, 15103, 10016, 20587, 32739, 14940, 15106,
      17574, 14940, 17812, 19528, 14433, 23460, 15027, 12361,
    ]);
    expect(decisionsOf(run, 'BANK_A').slice(0, 8)).toEqual([
      [1903332, true],
      [0, false],
      [313252, false],
      [704896, true],
      [427368, false],
      [111346, false],
      [482871, true],
      [1474457, false],
    ]);
    expect(decisionsOf(run, 'BANK_B').slice(0, 8)).toEqual([
      [1965410, true],
      [0, false],
      [0, false],
      [230106, true],
      [129159, true],
      [113137, false],
      [2334882, true],
      [702320, false],
    ]);
    expect(endOf(run)).toMatchObject({
      per_agent_costs: { BANK_A: 14763, BANK_B: 9960 },
      final_liquidity: { BANK_A: 0.1, BANK_B: 0.1 },
      stop_reason: 'max_iterations',
      convergence_reason: 'Max iterations reached (25)',
    });
  });
});
