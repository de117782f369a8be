import type { Policy } from '@simcash/protocol';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createOptimizer,
  defaultPolicy,
  type AgentView,
  type ExperimentDefinition,
  type PolicyOptimizer,
  type Proposal,
  type ProposalRequest,
} from '../src/index.js';
import type { CandidateSearch } from '../src/optimizers/candidate-search.js';
import { definition, document, type Changes } from './support/paper.js';
import { property } from './support/property.js';
import { conduct, endOf, policyProblems } from './support/running.js';

/** Optimizers that need no model (spec 11 §20.8). */
const FRACTION = 'initial_liquidity_fraction';
const share = { name: FRACTION, param_type: 'float', min_value: 0, max_value: 1 };
const urgency = { name: 'urgency', param_type: 'int', min_value: 0, max_value: 20 };

const unused = (): never => {
  throw new Error('not part of this test');
};

/** An optimizer by its settings, with the numbers that it may choose. */
async function optimizerOf(
  optimizer: object,
  allowed_parameters: readonly object[] = [share],
): Promise<[PolicyOptimizer, ExperimentDefinition]> {
  const limits = document(1).policy_constraints as object;
  const checked = definition(1, { optimizer, policy_constraints: { ...limits, allowed_parameters } });
  return [await createOptimizer(checked, { loadRun: unused, llm: unused }), checked];
}

type Parameters = Readonly<Record<string, number>>;

/** A search that knows all there is to know after trying out, and in which everything is allowed. */
const searchOf = (costs: (candidates: readonly Policy[]) => number[]): CandidateSearch => ({
  tryOut: async (candidates) =>
    costs(candidates).map((cost) => ({ cost, costs: [cost], settlement_rate: 1, isAdmissible: true, shortfall: 0 })),
  race: null,
});

/** Asks for a proposal where a policy costs what a function of its parameters says. */
async function propose(
  settings: object,
  cost: (parameters: Parameters) => number,
  {
    allowed = [share],
    from = { [FRACTION]: 0.5 },
    seed = 1,
  }: { allowed?: readonly object[]; from?: Parameters; seed?: number } = {},
): Promise<{ proposal: Proposal; parameters: Parameters; tried: Parameters[] }> {
  const [optimizer, checked] = await optimizerOf(settings, allowed);
  const tried: Parameters[] = [];
  const parametersOf = (policy: Policy): Parameters => policy.parameters as Parameters;
  const policy = { ...defaultPolicy('A'), parameters: from };
  const request: ProposalRequest = {
    view: { agent_id: 'A', iteration: 0, policy, constraints: checked.policy_constraints! } as unknown as AgentView,
    seed,
    problems: policyProblems,
    search: searchOf((candidates) => {
      tried.push(...candidates.map(parametersOf));
      return candidates.map((candidate) => cost(parametersOf(candidate)));
    }),
  };
  const proposal = await optimizer.propose(request);
  return { proposal, parameters: proposal.status === 'proposed' ? parametersOf(proposal.policy) : {}, tried };
}

describe('grid', () => {
  it('tries every point once, bounds included', async () => {
    const { tried } = await propose({ type: 'grid', step: 0.05 }, () => 1);
    expect(tried.map((parameters) => parameters[FRACTION])).toEqual(
      Array.from({ length: 21 }, (_, i) => Number((i * 0.05).toFixed(2))),
    );
  });

  it('takes the smallest of equally cheap points', async () => {
    const { parameters } = await propose({ type: 'grid', step: 0.1 }, ({ [FRACTION]: x }) => (x! >= 0.3 && x! <= 0.6 ? 1 : 2));
    expect(parameters).toEqual({ [FRACTION]: 0.3 });
  });

  it('proposes what is in force if that is cheapest', async () => {
    const { parameters } = await propose({ type: 'grid', step: 0.1 }, ({ [FRACTION]: x }) => Math.abs(x! - 0.5));
    expect(parameters).toEqual({ [FRACTION]: 0.5 });
  });

  it('searches several numbers at once, whole ones among them', async () => {
    const allowed = [share, urgency];
    const cost = ({ [FRACTION]: x, urgency: n }: Parameters): number => Math.abs(x! - 0.4) + Math.abs(n! - 7);
    const { parameters, tried } = await propose({ type: 'grid', points: 11 }, cost, { allowed });
    expect(tried).toHaveLength(121);
    expect(parameters).toEqual({ [FRACTION]: 0.4, urgency: 6 });
  });

  it('searches only what it is told to', async () => {
    const { parameters } = await propose({ type: 'grid', parameters: ['urgency'], step: 1 }, ({ urgency: n }) => -n!, {
      allowed: [share, urgency],
    });
    expect(parameters).toEqual({ [FRACTION]: 0.5, urgency: 20 });
  });
});

describe('golden section', () => {
  property('finds the minimum of a cost that falls and rises', 60, fc.nat(1000), async (n) => {
    const { parameters, tried } = await propose({ type: 'golden', tolerance: 0.001 }, ({ [FRACTION]: x }) =>
      Math.abs(x! - n / 1000),
    );
    expect(Math.abs(parameters[FRACTION]! - n / 1000)).toBeLessThanOrEqual(0.001);
    expect(tried.length).toBeLessThan(40);
  });

  it('ends at the smallest of the values that it tried where nothing matters', async () => {
    expect((await propose({ type: 'golden' }, () => 7)).parameters).toEqual({ [FRACTION]: 0 });
  });

  it('keeps whole numbers whole', async () => {
    const { parameters, tried } = await propose({ type: 'golden' }, ({ urgency: n }) => Math.abs(n! - 13), {
      allowed: [urgency],
      from: {},
    });
    expect(parameters).toEqual({ urgency: 13 });
    expect(tried.every(({ urgency: n }) => Number.isInteger(n))).toBe(true);
  });
});

describe('coordinate search', () => {
  it('walks along one parameter after another, by smaller and smaller steps', async () => {
    const cost = ({ [FRACTION]: x, urgency: n }: Parameters): number => (x! - 0.13) ** 2 + (n! - 17) ** 2;
    const { parameters } = await propose({ type: 'coordinate' }, cost, {
      allowed: [share, urgency],
      from: { [FRACTION]: 0.9, urgency: 2 },
    });
    expect(parameters.urgency).toBe(17);
    expect(parameters[FRACTION]).toBeCloseTo(0.13, 9);
  });

  it('stays where nothing nearby is cheaper', async () => {
    expect((await propose({ type: 'coordinate' }, () => 7)).parameters).toEqual({ [FRACTION]: 0.5 });
  });

  it('never leaves the bounds', async () => {
    const { parameters, tried } = await propose({ type: 'coordinate' }, ({ [FRACTION]: x }) => -x!, {
      from: { [FRACTION]: 0.97 },
    });
    expect(parameters).toEqual({ [FRACTION]: 1 });
    for (const { [FRACTION]: x } of tried) expect(x! >= 0 && x! <= 1).toBe(true);
  });
});

describe('the cross-entropy method', () => {
  const cost = ({ [FRACTION]: x, urgency: n }: Parameters): number => (x! - 0.2) ** 2 + ((n! - 5) / 20) ** 2;
  const allowed = [share, urgency];

  it('comes near the minimum over several numbers', async () => {
    const { parameters } = await propose({ type: 'cem' }, cost, { allowed });
    expect(Math.abs(parameters[FRACTION]! - 0.2)).toBeLessThan(0.05);
    expect(parameters.urgency).toBe(5);
  });

  it('draws the same for the same seed, and something else for another', async () => {
    const tries = await Promise.all(
      [1, 1, 2].map(async (seed) => (await propose({ type: 'cem' }, cost, { allowed, seed })).tried),
    );
    expect(tries[1]).toEqual(tries[0]);
    expect(tries[2]).not.toEqual(tries[0]);
  });

  it('draws as often as it is told to, inside the bounds', async () => {
    const { tried } = await propose({ type: 'cem', population: 5, iterations: 3 }, cost, { allowed });
    expect(tried).toHaveLength(1 + 15);
    for (const { [FRACTION]: x, urgency: n } of tried)
      expect(x! >= 0 && x! <= 1 && Number.isInteger(n) && n! >= 0 && n! <= 20).toBe(true);
  });

  it('stays where nothing is cheaper', async () => {
    expect((await propose({ type: 'cem' }, () => 7)).parameters).toEqual({ [FRACTION]: 0.5 });
  });
});

describe('tree mutation', () => {
  const settings = { type: 'tree-mutation', candidates: 40, max_mutations: 3 };

  it('proposes the cheapest of its changes, and only allowed ones', async () => {
    let cheapest = Infinity;
    const { proposal } = await propose(settings, (parameters) => {
      const cost = 1000 * parameters[FRACTION]!;
      cheapest = Math.min(cheapest, cost);
      return cost;
    });
    expect(proposal.status).toBe('proposed');
    const { policy } = proposal as Extract<Proposal, { status: 'proposed' }>;
    expect(1000 * (policy.parameters as Parameters)[FRACTION]!).toBe(cheapest);
    expect(policyProblems(policy)).toEqual([]);
  });

  it('proposes nothing where nothing is cheaper', async () => {
    const { proposal } = await propose(settings, () => 7);
    expect(proposal).toMatchObject({ status: 'no-change', reason: 'none of 40 changed policies is cheaper' });
  });

  it('draws the same for the same seed', async () => {
    const tries = await Promise.all([3, 3, 4].map(async (seed) => (await propose(settings, () => 7, { seed })).tried));
    expect(tries[1]).toEqual(tries[0]);
    expect(tries[2]).not.toEqual(tries[0]);
  });
});

describe('tree mutation of a bank tree', () => {
  it('scores only what the language allows, although a field of payments is in the list', async () => {
    const policy_constraints = { allowed_fields: ['balance', 'ticks_to_deadline'], allowed_actions: { bank_tree: ['NoAction'] } };
    const checked = definition(1, { optimizer: { type: 'tree-mutation', candidates: 30 }, policy_constraints });
    const optimizer = await createOptimizer(checked, { loadRun: unused, llm: unused });
    const policy = { ...defaultPolicy('A'), bank_tree: { type: 'action', node_id: 'B1', action: 'NoAction' } };
    const scored: Policy[] = [];
    await optimizer.propose({
      view: { agent_id: 'A', iteration: 0, policy, constraints: checked.policy_constraints! } as unknown as AgentView,
      seed: 1,
      problems: policyProblems,
      search: searchOf((candidates) => {
        scored.push(...candidates);
        return candidates.map(() => 0);
      }),
    });
    expect(scored).toHaveLength(31);
    expect(scored.flatMap(policyProblems)).toEqual([]);
    expect(JSON.stringify(scored)).toContain('"field":"balance"');
  });
});

describe('a scripted optimizer', () => {
  it('proposes numbers and whole policies in turn, and nothing where it says null or is at its end', async () => {
    const policy = { ...defaultPolicy('BANK_A'), policy_id: 'other', parameters: { [FRACTION]: 0.3 } };
    const optimizer = { type: 'scripted', proposals: { BANK_A: [0.4, null, policy] } };
    const { stored } = await conduct(1, { optimizer, convergence: { max_iterations: 6 } });
    const proposed = stored.iterations.map(({ evaluations }) =>
      evaluations.map((row) => [row.agent_id, row.proposed_policy.policy_id]),
    );
    expect(proposed.slice(0, 4)).toEqual([[['BANK_A', 'BANK_A_default']], [], [['BANK_A', 'other']], []]);
    expect(stored.iterations[3]!.policies.BANK_A).toEqual(policy);
  });
});

describe('a recorded run', () => {
  it('is repeated proposal by proposal', async () => {
    const changes: Changes = { evaluation: { num_samples: 5 }, convergence: { max_iterations: 5 } };
    const original = await conduct(2, { ...changes, optimizer: { type: 'tree-mutation', candidates: 6 } });
    const checked = definition(2, { ...changes, optimizer: { type: 'recorded', run: 'run' } });
    const optimizer = await createOptimizer(checked, { loadRun: async () => original.stored, llm: unused });
    const again = await conduct(2, changes, { optimizer });
    const decisions = ({ stored }: typeof original): object[] =>
      stored.iterations.map(({ total_cost, policies }) => ({ total_cost, policies }));
    expect(decisions(again)).toEqual(decisions(original));
  });
});

describe('where searches end in the paper’s games', () => {
  it.each([
    [{ type: 'grid', step: 0.05 }, [0, 0.2], [0.2, 0.2]],
    [{ type: 'grid', step: 0.01 }, [0, 0.2], [0.2, 0.2]],
    [{ type: 'cem' }, [0, 0.2], [0.2, 0.2]],
    [{ type: 'coordinate' }, [0, 0.2], [0.2, 0.2]],
    [{ type: 'golden' }, [0, 0.2], [0.2, 0.2]],
  ] as const)('%j', async (optimizer, first, third) => {
    for (const [experiment, [a, b]] of [
      [1, first],
      [3, third],
    ] as const) {
      const { final_liquidity } = endOf(await conduct(experiment, { optimizer }));
      expect([experiment, final_liquidity.BANK_A, final_liquidity.BANK_B]).toEqual([
        experiment,
        expect.closeTo(a, 2),
        expect.closeTo(b, 2),
      ]);
    }
  });
});
