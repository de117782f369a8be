import type { ExperimentEvent } from '@simcash/protocol';
import { describe, expect, it } from 'vitest';
import { narrate, shareText, policyDiff, policyEvolution, summarise } from '../src/index.js';
import { breakdownChart, costChart, parameterChart } from '../src/report/chart.js';
import { conduct } from './support/running.js';

/** What is told about a run (spec 11 §13, §14.1, §20.6). */
const run = await conduct(1, {}, { runId: 'r' });
const lines = (told: readonly ExperimentEvent[], options = {}): string[] => told.flatMap((event) => narrate(event, options));

describe('the account of a run', () => {
  it('says what was found, iteration by iteration', () => {
    expect(lines(run.events).slice(0, 9)).toEqual([
      'exp1: Two banks, two periods: who pays first lends to the other',
      'run r',
      'deterministic-pairwise, optimizer grid, 2 ticks, at most 25 iterations, master seed 42',
      '',
      'Iteration 0: total 100.00   BANK_A 50.00 at 50%   BANK_B 50.00 at 50%',
      '  BANK_A: initial_liquidity_fraction 0.5 → 0   50.00 → 0.00   saves 50.00   accepted (passed: delta_sum > 0)',
      '  BANK_B: initial_liquidity_fraction 0.5 → 0.2   50.00 → 20.00   saves 30.00   accepted (passed: delta_sum > 0)',
      'Iteration 1: total 20.00   BANK_A 0.00 at 0%   BANK_B 20.00 at 20%',
      '  BANK_A: same policy   0.00 → 0.00   saves 0.00   rejected (no improvement: delta_sum 0.00 ≤ 0)',
    ]);
    expect(lines(run.events).slice(-2)).toEqual([
      '',
      'Stopped after 7 iterations (converged): Stability achieved (5 consecutive stable iterations)',
    ]);
  });

  it.each([
    [{ iterations: true }, 'Iteration 0: seed 0x40db7a4b'],
    [{ simulations: true }, '  simulation r-iter0-evaluation: 27 events, BANK_A 50.00, BANK_B 50.00'],
    [{ policy: true }, '    initial_liquidity_fraction: 0.5 → 0.2 (-60%)'],
    [{ metrics: true }, '  BANK_A: liquidity opportunity 50.00'],
  ])('says more with %j', (options, line) => {
    expect(lines(run.events)).not.toContain(line);
    expect(lines(run.events, options)).toContain(line);
  });

  it('shows samples of a bootstrap', async () => {
    const { events } = await conduct(2, { evaluation: { num_samples: 8 }, convergence: { max_iterations: 2 } });
    const told = lines(events, { bootstrap: true });
    expect(told).toContainEqual(
      expect.stringMatching(/^ {2}samples of BANK_A: 0x03806294 0x4cf07ac4 0x4ca639da …( 0x[0-9a-f]{8}){3}$/),
    );
    expect(told).toContain('  BANK_A: mean 498.00, standard deviation 0.00 over 8 samples');
    expect(told.filter((line) => /^ {4} *\d {2} +[\d,.]+ {2}improvement$/.test(line))).toHaveLength(16);
  });
});

it.each([
  [0.125, '12.5%'],
  [1, '100%'],
  [1 / 3, '33.3%'],
])('a share of %f is %s', (share, text) => expect(shareText(share)).toBe(text));

describe('a run in figures', () => {
  it('shows each bank’s way', () => {
    expect(summarise(run.stored)).toMatchObject({
      run_id: 'r',
      num_iterations: 7,
      converged: true,
      final_cost: 2000,
      best_cost: 2000,
      agents: [
        {
          agent_id: 'BANK_A',
          first_cost: 5000,
          best_cost: 0,
          last_cost: 0,
          first_fraction: 0.5,
          last_fraction: 0,
          proposals: 6,
          accepted: 1,
        },
        {
          agent_id: 'BANK_B',
          first_cost: 5000,
          best_cost: 2000,
          last_cost: 2000,
          first_fraction: 0.5,
          last_fraction: 0.2,
          proposals: 6,
          accepted: 1,
        },
      ],
    });
  });

  it('can be told of a run that has only begun', () => {
    expect(summarise({ ...run.stored, iterations: [], result: null })).toMatchObject({
      num_iterations: 0,
      final_cost: null,
      agents: [],
    });
  });
});

describe('the way of policies', () => {
  it('has every iteration with its difference, cost and decision', () => {
    const { BANK_A, BANK_B } = policyEvolution(run.stored);
    expect(Object.keys(BANK_A!)).toEqual([0, 1, 2, 3, 4, 5, 6].map((n) => `iteration_${n}`));
    expect(BANK_A!.iteration_0).toMatchObject({ diff: '', cost: 5000, accepted: true });
    expect(BANK_B!.iteration_1).toMatchObject({
      diff: 'Changed: parameters.initial_liquidity_fraction (0.5 -> 0.2)',
      cost: 2000,
      accepted: false,
    });
  });

  it('can be cut to a bank and some iterations', () => {
    const cut = policyEvolution(run.stored, { agent: 'BANK_B', start: 1, end: 2 });
    expect(Object.entries(cut).map(([agent, steps]) => [agent, Object.keys(steps)])).toEqual([
      ['BANK_B', ['iteration_1', 'iteration_2']],
    ]);
    expect(policyEvolution(run.stored, { agent: 'NOBODY' })).toEqual({});
  });

  it('tells additions, removals and changes apart', () => {
    const before = { a: 1, b: { c: [1, 2, 3, 4], d: null }, e: 'x' };
    const after = { a: 1.23456, b: { c: [1, 2], d: 5 }, f: true };
    expect(policyDiff(before, after)).toEqual([
      'Changed: a (1 -> 1.235)',
      'Changed: b.c ([1, 2, 3, … 4 in all] -> [1, 2])',
      'Added: b.d = 5',
      'Removed: e (was x)',
      'Added: f = true',
    ]);
  });
});

describe('a chart', () => {
  it.each([
    ['costs', costChart(run.stored), 'Cost Convergence - r'],
    [
      'costs of a bank',
      costChart(run.stored, { agent: 'BANK_B', parameter: 'initial_liquidity_fraction' }),
      'Cost Convergence - r (BANK_B)',
    ],
    ['a parameter', parameterChart(run.stored), 'initial_liquidity_fraction - r'],
    ['the parts of a cost', breakdownChart(run.stored, run.events, 'BANK_B'), 'Cost by component - r (BANK_B)'],
  ])('of %s is SVG with a title, the same each time', (_, svg, title) => {
    expect(svg).toMatch(/^<svg [^>]*xmlns="http:\/\/www\.w3\.org\/2000\/svg"[^]*<\/svg>$/);
    expect(svg).toContain(title);
    expect(svg).not.toContain('NaN');
  });

  it('writes the values of a parameter at its points', () => {
    expect(costChart(run.stored, { agent: 'BANK_B', parameter: 'initial_liquidity_fraction' })).toContain(
      'initial_liquidity_fraction 0.50',
    );
  });
});
