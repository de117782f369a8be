import type { Policy } from '@simcash/protocol';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { policyDocument } from '../../engine/test/properties/policies.js';
import { simulationRunner } from '../../engine/src/index.js';
import { defaultPolicy, effectiveScenario, InProcessExecutor, iterationSeed } from '../src/index.js';
import { pair } from '../src/evaluation/comparison.js';
import { scenarios, type Changes } from './support/paper.js';
import { property } from './support/property.js';
import { conduct, decisionsOf, endOf, hostOf, policyProblems, totalsOf, type Conducted } from './support/running.js';

/** The loop: what is compared, what a decision changes, how it ends (spec 11 §6, §22). */
const FRACTION = 'initial_liquidity_fraction';
const at = (fraction: number): Policy => ({ ...defaultPolicy('any'), parameters: { [FRACTION]: fraction } });
const startAt = (a: number, b: number): object => ({ BANK_A: at(a), BANK_B: at(b) });
const script = (BANK_A: readonly unknown[], BANK_B: readonly unknown[] = []): object => ({
  type: 'scripted',
  proposals: { BANK_A, BANK_B },
});
const share = fc.integer({ min: 0, max: 100 }).map((n) => n / 100);
const shares = fc.array(share, { minLength: 1, maxLength: 5 });

describe('a comparison', () => {
  it('of a policy with itself saves nothing on any sample and is never accepted', async () => {
    const run = await conduct(2, {
      optimizer: script([0.5, 0.5], [0.5, 0.5]),
      convergence: { max_iterations: 3 },
      evaluation: { num_samples: 8 },
    });
    for (const { evaluations } of run.stored.iterations) {
      for (const { accepted, sample_details } of evaluations) {
        expect(accepted).toBe(false);
        expect(sample_details!.map(({ delta }) => delta)).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
      }
    }
    expect(decisionsOf(run, 'BANK_A')).toHaveLength(2);
  });

  property('turned around saves what it costs', 20, fc.tuple(share, share, share), async ([a, b, other]) => {
    const savings = async (from: number, to: number): Promise<number> => {
      const changes = { initial_policies: startAt(from, other), optimizer: script([to]), convergence: { max_iterations: 2 } };
      return decisionsOf(await conduct(3, changes), 'BANK_A')[0]![0]!;
    };
    expect(await savings(a, b)).toBe(0 - (await savings(b, a)));
  });

  it('turned around negates every sample', () => {
    const outcomes = [3, 1, 4, 1, 5].map((cost) => simulated(cost));
    const others = [2, 7, 1, 8, 2].map((cost) => simulated(cost));
    const deltas = (before: typeof outcomes, after: typeof outcomes): number[] =>
      pair('A', [1, 2, 3, 4, 5], before, after, 'total').deltas.map(({ delta }) => delta);
    expect(deltas(outcomes, others)).toEqual([1, -6, 3, -7, 3]);
    expect(deltas(others, outcomes)).toEqual([-1, 6, -3, 7, -3]);
  });

  it('has the evaluation of the iteration on its old side, sample by sample', async () => {
    const run = await conduct(2, { evaluation: { num_samples: 6 }, convergence: { max_iterations: 4 } });
    const evaluated = run.events.flatMap(({ event_data, event_type, iteration }) =>
      event_type === 'bootstrap_evaluation'
        ? [{ iteration, agent: event_data.agent_id, costs: event_data.seed_results.map(({ cost }) => cost) }]
        : [],
    );
    for (const { costs_per_agent, evaluations, iteration } of run.stored.iterations) {
      for (const { agent_id, old_cost, sample_details } of evaluations) {
        const costs = sample_details!.map((sample) => sample.old_cost);
        expect(evaluated).toContainEqual({ iteration, agent: agent_id, costs });
        expect(old_cost).toBe(costs_per_agent[agent_id]);
      }
    }
  });

  property(
    'tells in pairwise mode what the next evaluation finds if no later bank changes',
    15,
    fc.tuple(shares, shares),
    async ([a, b]) => {
      const { stored } = await conduct(3, { optimizer: script(a, b) });
      for (const [i, { evaluations }] of stored.iterations.entries()) {
        const last = evaluations.findLast(({ accepted }) => accepted);
        if (last) expect(stored.iterations[i + 1]!.costs_per_agent[last.agent_id]).toBe(last.new_cost);
      }
    },
  );
});

/** An outcome in which bank A pays this much. */
function simulated(total_cost: number): Parameters<typeof pair>[2][number] {
  const costs = {
    total_cost,
    liquidity_cost: 0,
    delay_cost: 0,
    collateral_cost: 0,
    deadline_penalty: 0,
    split_friction_cost: 0,
    liquidity_opportunity_cost: 0,
  };
  return {
    agents: { A: { last_day: costs, run: costs, payments: { arrived: 0, settled: 0, arrived_value: 0, settled_value: 0 } } },
    arrivals: 0,
    settlements: 0,
    arrived_value: 0,
    settled_value: 0,
    settlement_rate: 1,
    avg_delay_ticks: 0,
    num_events: 0,
  };
}

describe('a decision', () => {
  const policiesOf = ({ stored }: Conducted, i: number): unknown => stored.iterations[i]!.policies;

  property('changes the accepted bank’s policy and nothing else', 20, fc.tuple(shares, shares), async ([a, b]) => {
    const { stored } = await conduct(3, { optimizer: script(a, b) });
    for (const [i, { accepted_changes, evaluations, policies }] of stored.iterations.entries()) {
      const next: Record<string, Policy> = { ...policies };
      for (const { accepted, agent_id, proposed_policy } of evaluations) if (accepted) next[agent_id] = proposed_policy;
      if (i + 1 < stored.iterations.length) expect(stored.iterations[i + 1]!.policies).toEqual(next);
      for (const [bank, changed] of Object.entries(accepted_changes)) expect(changed).toBe(next[bank] !== policies[bank]);
    }
  });

  it.each([
    [{ evaluation: { mode: 'deterministic-pairwise' } }],
    [{ evaluation: { mode: 'deterministic-temporal' } }],
    [{ evaluation: { mode: 'bootstrap', num_samples: 3 } }],
  ])('refuses what may not be, and goes on: %j', async (mode) => {
    const run = await conduct(1, {
      ...mode,
      convergence: { max_iterations: 4 },
      optimizer: script([1.5, { policy_id: 'x', payment_tree: {} }, 0.2]),
    });
    const [first, second] = run.stored.iterations.map(({ evaluations }) => evaluations[0]!);
    expect(first).toMatchObject({
      accepted: false,
      new_cost: null,
      acceptance_reason:
        'invalid: parameters.initial_liquidity_fraction: initial_liquidity_fraction must lie between 0 and 1, got 1.5',
    });
    expect(second!.acceptance_reason).toMatch(/^invalid: .*payment_tree/);
    expect(policiesOf(run, 2)).toEqual(policiesOf(run, 0));
    expect(policiesOf(run, 3)).toMatchObject({ BANK_A: { parameters: { [FRACTION]: 0.2 } } });
  });

  it('rejects what breaks the simulation, and goes on', async () => {
    const engine = new InProcessExecutor(simulationRunner);
    const executor: InProcessExecutor = Object.assign(Object.create(engine) as InProcessExecutor, {
      runBatches: (batches: Parameters<InProcessExecutor['runBatches']>[0]) =>
        batches.some(({ variants }) => variants.some(({ liquidity_allocation_fraction: f }) => f === 0.3))
          ? Promise.reject(new Error('out of range'))
          : engine.runBatches(batches),
    });
    const run = await conduct(
      1,
      { optimizer: script([0.3, 0.2]), convergence: { max_iterations: 3 } },
      { host: hostOf(executor) },
    );
    expect(run.events).toContainEqual({
      iteration: 0,
      event_type: 'comparison_error',
      event_data: { agent_id: 'BANK_A', error: 'out of range' },
    });
    expect(run.stored.iterations[0]!.evaluations[0]).toMatchObject({
      accepted: false,
      acceptance_reason: 'cannot be simulated: out of range',
    });
    expect(policiesOf(run, 1)).toEqual(policiesOf(run, 0));
    expect(decisionsOf(run, 'BANK_A')).toEqual([
      [null, false],
      [3000, true],
    ]);
  });

  it.each([
    ['sequential', 2997],
    ['simultaneous', 6997],
  ])('is made with what banks before have changed, or all at once: %s', async (update, oldCost) => {
    // BANK_A's step from 10% to 20% spares BANK_B its delay.
    const run = await conduct(3, {
      initial_policies: startAt(0.1, 0.3),
      optimizer: script([0.2], [0.2]),
      evaluation: { update },
      convergence: { max_iterations: 2 },
    });
    expect(run.stored.iterations[0]!.costs_per_agent.BANK_B).toBe(6997);
    expect(run.stored.iterations[0]!.evaluations[1]).toMatchObject({ agent_id: 'BANK_B', old_cost: oldCost });
  });
});

describe('the end', () => {
  property('knows the last and the least cost', 15, fc.tuple(shares, shares), async ([a, b]) => {
    const run = await conduct(1, {
      evaluation: { mode: 'deterministic-temporal' },
      convergence: { max_iterations: 7 },
      optimizer: script(a, b),
    });
    const totals = totalsOf(run);
    expect(run.result).toMatchObject({
      final_cost: totals.at(-1),
      best_cost: Math.min(...totals),
      best_iteration: totals.indexOf(Math.min(...totals)),
    });
  });

  it('knows a best cost of nothing', async () => {
    const free = { ...scenarios[1], cost_rates: { delay_cost_per_tick_per_cent: 0, liquidity_cost_per_tick_bps: 0 } };
    const { result } = await conduct(1, { optimizer: script([]) }, { scenario: free });
    expect(result).toMatchObject({ best_cost: 0, final_cost: 0, best_iteration: 0, converged: true });
  });

  it('runs the day with the last policies once more', async () => {
    const run = await conduct(1, {
      evaluation: { mode: 'deterministic-temporal' },
      optimizer: script([0.4, 0.3]),
      convergence: { max_iterations: 2 },
    });
    const simulations = run.events.flatMap(({ event_data, event_type }) => (event_type === 'simulation_run' ? [event_data] : []));
    expect(simulations.map(({ simulation_id }) => simulation_id)).toEqual([
      'run-iter0-evaluation',
      'run-iter1-evaluation',
      'run-iter1-final',
    ]);
    expect(simulations.at(-1)!.per_agent_costs).toEqual(endOf(run).per_agent_costs);
  });

  it('comes when a budget is used up', async () => {
    let seconds = 0;
    const host = { ...hostOf(), now: () => seconds++ };
    const run = await conduct(1, { budget: { wall_seconds: 3 } }, { host });
    expect(endOf(run)).toMatchObject({
      stop_reason: 'budget',
      converged: false,
      convergence_reason: 'Budget exhausted (wall_seconds)',
    });
    expect(run.result.num_iterations).toBeLessThan(4);
  });

  it('says that nothing was proposed', async () => {
    const { events } = await conduct(1, { optimizer: script([null]), convergence: { max_iterations: 2 } });
    expect(events.filter(({ event_type }) => event_type === 'no_proposal')).toEqual(
      ['BANK_A', 'BANK_B'].map((agent_id) => ({
        iteration: 0,
        event_type: 'no_proposal',
        event_data: { agent_id, optimizer: 'scripted', reason: 'the script proposes nothing', errors: [] },
      })),
    );
  });
});

describe('semantics', () => {
  const both = async (experiment: 1 | 2, changes: Changes): Promise<{ corrected: Conducted; reference: Conducted }> => ({
    corrected: await conduct(experiment, changes),
    reference: await conduct(experiment, { ...changes, semantics: 'reference' }),
  });
  const last = { max_iterations: 2 };

  it('compare with the seed of the evaluation; the reference with each bank’s own', async () => {
    const { corrected, reference } = await both(2, {
      evaluation: { mode: 'deterministic-pairwise', acceptance: {} },
      optimizer: script([], [0.4]),
      convergence: last,
    });
    const [right, published] = [corrected, reference].map(({ stored }) => stored.iterations[0]!.evaluations[0]!);
    expect(right!.scenario_seed).toBe(iterationSeed('42', 0, 'BANK_A'));
    expect(published!.scenario_seed).toBe(iterationSeed('42', 0, 'BANK_B'));
    expect(right!.old_cost).toBe(corrected.stored.iterations[0]!.costs_per_agent.BANK_B);
  });

  it('count all days; the reference the last one, whole or not', async () => {
    const { corrected, reference } = await both(1, {
      initial_policies: startAt(0, 0.17),
      optimizer: script([]),
      evaluation: { ticks: 3 },
      convergence: { max_iterations: 1 },
    });
    expect(corrected.stored.iterations[0]!.costs_per_agent.BANK_B).toBe(2700 + 850);
    expect(reference.stored.iterations[0]!.costs_per_agent.BANK_B).toBe(850);
    const asked = await conduct(1, {
      semantics: 'reference',
      initial_policies: startAt(0, 0.17),
      optimizer: script([]),
      evaluation: { ticks: 3, cost_scope: 'total' },
      convergence: { max_iterations: 1 },
    });
    expect(asked.stored.iterations[0]!.costs_per_agent.BANK_B).toBe(2700 + 850);
  });

  it('do not take the last iteration for convergence; the reference does', async () => {
    const { corrected, reference } = await both(1, { convergence: last });
    expect([corrected, reference].map(({ result }) => result.converged)).toEqual([false, true]);
    expect([corrected, reference].map((run) => endOf(run).stop_reason)).toEqual(['max_iterations', 'max_iterations']);
  });

  it('know how well samples settle; the reference does not', async () => {
    const { corrected, reference } = await both(2, {
      evaluation: { num_samples: 3 },
      optimizer: script([0.2]),
      convergence: last,
    });
    expect(corrected.stored.iterations[0]!.evaluations[0]).toMatchObject({ settlement_rate: 1, avg_delay: expect.any(Number) });
    expect(reference.stored.iterations[0]!.evaluations[0]).toMatchObject({ settlement_rate: null, avg_delay: null });
  });

  it('make little liquidity dearer than the reference thinks, whose deadlines are too late', async () => {
    const changes = { initial_policies: startAt(0.04, 0.04), optimizer: script([]), convergence: { max_iterations: 1 } };
    const { corrected, reference } = await both(2, changes);
    expect(corrected.stored.iterations[0]!.costs_per_agent.BANK_A!).toBeGreaterThan(
      reference.stored.iterations[0]!.costs_per_agent.BANK_A!,
    );
  });

  it('draw samples for each bank if asked to', async () => {
    const seeds = async (per_agent_samples: boolean): Promise<unknown[]> => {
      const run = await conduct(2, {
        seeds: { per_agent_samples },
        evaluation: { num_samples: 2 },
        optimizer: script([]),
        convergence: { max_iterations: 1 },
      });
      const told = run.events.find(({ event_type }) => event_type === 'context_simulation_complete')!;
      return Object.values((told.event_data as { sample_seeds: object }).sample_seeds);
    };
    const [shared, own] = [await seeds(false), await seeds(true)];
    expect(shared[1]).toEqual(shared[0]);
    expect(own[0]).toEqual(shared[0]);
    expect(own[1]).not.toEqual(own[0]);
  });
});

property('whatever policy is valid can be simulated', 150, policyDocument(['BANK_A', 'BANK_B']), (policy) => {
  fc.pre(policyProblems(policy).length === 0);
  const { agents } = simulationRunner.run({ scenario: effectiveScenario(scenarios[2], { BANK_A: policy }, 7), ticks: 24 });
  expect(agents.BANK_A!.run.total_cost).toBeGreaterThanOrEqual(0);
});
