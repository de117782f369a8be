import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EvaluationMode } from '@simcash/protocol';
import { parseScenario, policySchema, simulationRunner } from '../../../engine/src/index.js';
import '../../../engine/test/support/seed.js';
import type { AcceptanceSettings } from '../../src/decisions/acceptance.js';
import { agentView, type AgentView } from '../../src/isolation/view.js';
import { costRatesText } from '../../src/optimizers/llm/cost-rates.js';
import { systemPrompt } from '../../src/optimizers/llm/system-prompt.js';
import { userPrompt } from '../../src/optimizers/llm/user-prompt.js';
import { defaultPolicy, withParameters } from '../../src/policies/policy.js';
import { dollars } from '../../src/optimizers/llm/dollars.js';
import { breakdownOf, costOf } from '../../src/scenario.js';
import { ACCEPTANCE } from './support/acceptance.js';
import { aView, RATES } from './support/views.js';

const MONEY = /-?\$[\d,]+\.\d\d/g;

/** Every number in a value as it looks as money, and every amount in its texts. */
function moneyIn(value: unknown): Set<string> {
  const found = new Set<string>();
  const visit = (part: unknown): void => {
    if (typeof part === 'number') found.add(dollars(part));
    else if (typeof part === 'string') for (const amount of part.match(MONEY) ?? []) found.add(amount);
    else if (typeof part === 'object' && part !== null) Object.values(part).forEach(visit);
  };
  visit(value);
  return found;
}

const amount = fc.integer({ min: 1, max: 10 ** 12 });

/** Views that differ in every number. */
const someView = fc
  .record({
    costs: fc.array(amount, { minLength: 1, maxLength: 40 }),
    parts: fc.tuple(amount, amount, amount),
    statistics: fc.option(fc.record({ mean: amount, std_dev: amount, ci_95_lower: amount, ci_95_upper: amount })),
    events: fc.array(fc.record({ tick: fc.nat(20), amount }), { maxLength: 400 }),
    proposals: fc.array(
      fc.record({ cost: fc.option(amount), accepted: fc.boolean(), fraction: fc.double({ min: 0, max: 1, noNaN: true }) }),
      {
        minLength: 40,
        maxLength: 40,
      },
    ),
    mode: fc.constantFrom<EvaluationMode>('bootstrap', 'deterministic-pairwise', 'deterministic-temporal'),
  })
  .map(({ costs, events, mode, parts, proposals, statistics }): AgentView => {
    const policy = defaultPolicy('NORTH');
    const [delay_cost, penalty_cost, liquidity_opportunity_cost] = parts;
    return aView({
      iteration: costs.length - 1,
      evaluation_mode: mode,
      cost: costs.at(-1)!,
      statistics: statistics ?? aView().statistics,
      breakdown: { ...aView().breakdown, delay_cost, penalty_cost, liquidity_opportunity_cost },
      events: events.map(({ amount, tick }) => ({
        tick,
        event_type: 'Arrival',
        tx_id: 'P1',
        sender_id: 'NORTH',
        receiver_id: 'SOUTH',
        amount,
      })),
      history: costs.slice(0, -1).map((cost, iteration) => {
        const { accepted, cost: proposed, fraction } = proposals[iteration]!;
        const proposal = withParameters(policy, { initial_liquidity_fraction: fraction });
        return {
          iteration,
          policy,
          cost,
          proposal: { policy: proposal, cost: proposed, accepted, reason: `saved ${dollars(cost)}` },
        };
      }),
    });
  });

describe('the prompt of an iteration', () => {
  it('contains no amount that is not in the view', () => {
    fc.assert(
      fc.property(someView, (view) => {
        const known = moneyIn(view);
        const shown = userPrompt(view, null).match(MONEY) ?? [];
        expect(shown.length).toBeGreaterThan(0);
        for (const found of shown) expect(known).toContain(found);
      }),
      { numRuns: 50 },
    );
  });

  it("shows the bank's own cost, its parts, its history: each policy beside its own cost", () => {
    const prompt = userPrompt(aView(), null);
    expect(prompt).toContain('# Bank NORTH, iteration 2 (counted from 0, at most 25)');
    expect(prompt).toContain('cost of the policy in force: $19.98, the same as in the iteration before');
    expect(prompt).toContain(
      '| liquidity opportunity | $14.98 | 75% | HIGH |\n| delay | $5.00 | 25% | MEDIUM |\n| overdraft | $0.00 | 0% | LOW |',
    );
    expect(prompt).toContain(
      '| 0 | initial_liquidity_fraction=0.5 | $49.95 | initial_liquidity_fraction=0.2 | $19.98 | accepted: passed: delta_sum > 0 |',
    );
    expect(prompt).toContain('initial_liquidity_fraction: 0.5 ($49.95) → 0.2 ($19.98) → 0.2 ($19.98)');
    expect(prompt).toContain(JSON.stringify(aView().policy, null, 2));
  });

  it('shows what was rejected, why, and what it would have cost', () => {
    expect(userPrompt(aView(), null)).toContain(
      '| 1 | initial_liquidity_fraction=0.2 | $19.98 | initial_liquidity_fraction=0.05 | $204.99 | REJECTED: no improvement: delta_sum -$185.01 ≤ 0 |',
    );
    expect(userPrompt(aView(), null)).toContain('1 of your 2 proposals so far was rejected.');
  });

  it('shows the trees that were tried', () => {
    const held = { type: 'action', node_id: 'A', action: 'Hold' };
    const tried = { ...aView().policy, payment_tree: held };
    const history = [
      {
        iteration: 1,
        policy: aView().policy,
        cost: 5,
        proposal: { policy: tried, cost: null, accepted: false, reason: 'too slow' },
      },
    ];
    const prompt = userPrompt(aView({ history }), null);
    expect(prompt).toContain('| initial_liquidity_fraction=0.2; changed trees | not compared | REJECTED: too slow |');
    expect(prompt).toContain(
      `Trees changed by the proposal of iteration 1 (rejected): ${JSON.stringify({ payment_tree: held })}`,
    );
  });

  it('gives the best policy so far if it is not the one in force', () => {
    const [first] = aView().history;
    const prompt = userPrompt(aView({ history: [{ ...first!, cost: 100 }] }), null);
    expect(prompt).toContain('cheapest so far: $1.00 in iteration 0 with initial_liquidity_fraction=0.5');
    expect(prompt).toContain('less than $1.00');
    expect(prompt).toContain(`The cheapest policy so far was\n\`\`\`json\n${JSON.stringify(first!.policy, null, 2)}`);
  });

  it('is the same after a run has been read back from a store', () => {
    const view = aView();
    // Unlike a structured clone, text does not remember that policies are the same object.
    const read = JSON.parse(JSON.stringify(view)) as AgentView;
    expect(userPrompt(read, null)).toBe(userPrompt(view, null));
  });

  it('of the first iteration speaks of no history', () => {
    const prompt = userPrompt(aView({ iteration: 0, history: [] }), null);
    expect(prompt).toContain('nothing has been tried yet');
    expect(prompt).not.toMatch(/trend:|iteration before|proposals so far/);
  });

  it.each([
    [[500, 400, 300], 'improving'],
    [[300, 400, 500], 'worsening'],
    [[300, 500, 400], 'going up and down'],
    [[300, 300, 300], 'the same'],
  ])('tells the trend of %j: %s', (costs, word) => {
    const history = costs.slice(0, 2).map((cost, iteration) => ({ iteration, policy: aView().policy, cost, proposal: null }));
    expect(userPrompt(aView({ history, cost: costs[2]! }), null)).toContain(`trend: ${word}`);
  });

  it("shows the spread of the bank's own samples, where there are some", () => {
    const statistics = { mean: 1998, std_dev: 321, ci_95_lower: 1500, ci_95_upper: 2500 };
    const prompt = userPrompt(aView({ evaluation_mode: 'bootstrap', statistics }), null);
    expect(prompt).toContain("$19.98 (mean over your bank's own samples)");
    expect(prompt).toContain('standard deviation over your samples: $3.21');
    expect(prompt).toContain('95% confidence interval of the mean: $15.00 to $25.00');
    expect(userPrompt(aView(), null)).not.toMatch(/deviation|interval/);
  });
});

describe('the prompt after a failed attempt', () => {
  it('tells what was wrong and with what, both within bounds', () => {
    const errors = Array.from({ length: 100 }, (_, i) => `problem ${i}.`);
    const prompt = userPrompt(aView(), { errors, answer: 'x'.repeat(100_000) });
    expect(prompt).toContain('- problem 0.\n- problem 1.\n');
    expect(prompt).toContain('- problem 39.\n- and 60 more\nYou had answered:\nxxx');
    expect(prompt).toContain('xxx… (shortened)\n');
    expect(prompt.length).toBeLessThan(15_000);
  });
});

describe('the prompt about the task', () => {
  const texts = { customization: { all: ' To all. ', NORTH: 'To the north.', SOUTH: 'To the south.' } };

  it('has the texts for all and for this bank', () => {
    const prompt = systemPrompt(aView(), texts);
    expect(prompt).toContain('## About this experiment\n\nTo all.\n\nTo the north.\n');
    expect(prompt).not.toContain('south');
    expect(systemPrompt(aView(), { customization: { all: ' ' } })).not.toContain('About this experiment');
  });

  it('is the same for all banks and iterations otherwise', () => {
    const other = aView({ agent_id: 'SOUTH', iteration: 7, cost: 1, events: [], history: [] });
    expect(systemPrompt(other, {})).toBe(systemPrompt(aView(), {}));
  });

  it('describes liquidity saving and deferred crediting as the scenario has them', () => {
    const withRules = (rules: Partial<AgentView['rules']>, lsm_enabled = true): string =>
      systemPrompt(aView({ rules: { ...aView().rules, ...rules }, constraints: { ...aView().constraints, lsm_enabled } }), {});
    expect(withRules({ lsm: true })).toContain('Liquidity-saving mechanism: payments');
    expect(withRules({ lsm: false })).toContain('There is no liquidity-saving mechanism');
    expect(withRules({ lsm: true }, false)).not.toContain('iquidity-saving');
    expect(withRules({ deferred_crediting: true })).toContain('Crediting is deferred');
    expect(withRules({ deferred_crediting: false })).toContain('booked at once');
  });

  it('names the rates of the scenario, money in dollars', () => {
    const prompt = systemPrompt(aView(), {});
    expect(prompt).toContain('each tick, 333 basis points (3.33%) of what the bank brought in');
    expect(prompt).toContain('each tick, 20% of every own payment that waits');
    expect(prompt).toContain('deadline penalty: $500.00, once');
  });

  it.each([
    [{ eod_penalty: 1, eod_penalty_per_transaction: 700 }, 'end-of-day penalty: $7.00'],
    [{ deadline_penalty: { mode: 'rate', bps_per_event: 50 } }, 'deadline penalty: 50 basis points (0.5%) of the amount'],
    [{ priority_delay_multipliers: { urgent_multiplier: 2 } }, '× 2 for priority 8 to 10, × 1 for 4 to 7, × 1 below'],
  ])('knows the ways to write rates: %j', (rates, text) => {
    expect(costRatesText(rates)).toContain(text);
  });

  it('knows the rates of scenarios that set none', () => {
    const { config } = parseScenario({
      simulation: { ticks_per_day: 1, num_days: 1, rng_seed: 1 },
      agents: [{ id: 'A', opening_balance: 0 }],
    });
    expect(costRatesText({})).toBe(costRatesText(config.cost_rates as never));
  });

  it('tells the rule of acceptance that is applied', () => {
    const strict: AcceptanceSettings = {
      ...ACCEPTANCE,
      require_statistical_significance: true,
      max_coefficient_of_variation: 0.5,
      min_improvement_pct: 2,
    };
    const told = (evaluation_mode: EvaluationMode, acceptance = strict): string =>
      systemPrompt(aView({ evaluation_mode, acceptance }), {});
    expect(told('deterministic-temporal')).toContain('takes effect in the next iteration whatever it costs');
    expect(told('deterministic-temporal')).not.toMatch(/It replaces|95%/);
    expect(told('deterministic-pairwise')).toContain('saves at least 2%');
    expect(told('deterministic-pairwise')).toContain('at least 95% of all payments settle');
    // One simulation has no spread.
    expect(told('deterministic-pairwise')).not.toMatch(/confidence|deviation/);
    expect(told('bootstrap')).toContain('the 95% confidence interval of the saving lies above zero');
    expect(told('bootstrap')).toContain('at most 0.5 times its mean cost');
    // Samples know no rate of settlement.
    expect(told('bootstrap')).not.toContain('payments settle\n');
    expect(told('bootstrap', ACCEPTANCE)).not.toMatch(/confidence|deviation|saves at least/);
    expect(told('bootstrap', { ...strict, asReference: true })).toContain("interval of the new policy's cost");
  });

  it('lists parameters with their bounds', () => {
    const parameters = [
      {
        name: 'initial_liquidity_fraction',
        param_type: 'float' as const,
        min_value: -1,
        max_value: 5,
        allowed_values: [],
        description: 'Lever.',
      },
      { name: 'ticks', param_type: 'int' as const, min_value: 1, max_value: null, allowed_values: [], description: '' },
      { name: 'mode', param_type: 'enum' as const, min_value: null, max_value: null, allowed_values: [1, 2], description: '' },
    ];
    const prompt = systemPrompt(aView({ constraints: { ...aView().constraints, allowed_parameters: parameters } }), {});
    expect(prompt).toContain('- `initial_liquidity_fraction` (number, at least 0, at most 1): Lever. The share of');
    expect(prompt).toContain('- `ticks` (whole number, at least 1)\n- `mode` (one of 1, 2)');
  });

  const withActions = (allowed_actions: Record<string, string[]>, policyLanguage?: string): string =>
    systemPrompt(
      aView({ constraints: { ...aView().constraints, allowed_actions } }),
      policyLanguage === undefined ? {} : { policyLanguage },
    );

  it('lists the trees that may change, in the order in which they are asked', () => {
    const prompt = withActions({ payment: ['Release', 'Hold'], bank_tree: ['NoAction'] });
    expect(prompt).toMatch(/- `bank_tree`, asked .* Actions: NoAction\.\n- `payment_tree`, asked .* Actions: Release, Hold\./);
    expect(prompt).not.toContain('- `strategic_collateral_tree`');
    expect(prompt).toContain('wrong tree');
    expect(withActions({ payment: ['Release'] })).not.toContain('wrong tree');
  });

  it('says nothing of the language if only parameters may change', () => {
    const prompt = withActions({}, JSON.stringify(policySchema()));
    expect(prompt).toContain('Only parameters.');
    expect(prompt).not.toMatch(/node_id` twice|## The policy language|ticks_to_deadline/);
  });

  it('shows the allowed part of the language', () => {
    const prompt = withActions({ payment_tree: ['Hold'] }, JSON.stringify(policySchema()));
    expect(prompt).toMatch(/- `balance` \(cents\): Balance\.\n- `ticks_to_deadline` \(ticks\): /);
    expect(prompt).not.toContain('- `credit_limit`');
    expect(prompt).toMatch(/- `Hold`: .*\n {2}- parameter `reason`/);
    expect(prompt).not.toContain('- `Split`');
  });

  it('names the trees that know a field, where not all do', () => {
    const prompt = withActions({ payment_tree: ['Hold'], bank_tree: ['NoAction'] }, JSON.stringify(policySchema()));
    expect(prompt).toMatch(/- `ticks_to_deadline` .* Only in payment_tree\.\n/);
    expect(prompt).toMatch(/- `balance` \(cents\): Balance\.\n/);
  });

  it('shows prose about the language as it is', () => {
    expect(withActions({ payment_tree: ['Hold'] }, ' Trees have branches. ')).toContain('\n\nTrees have branches.\n\n');
  });
});

describe('isolation', () => {
  /** What each bank is told after a day of three banks in which EAST and WEST have dealings of their own. */
  function told(privateAmount: number, eastShare: number): { north: string; west: string } {
    const agents = ['NORTH', 'EAST', 'WEST'];
    const pay = (from_agent: string, to_agent: string, amount: number, tick: number): object => ({
      type: 'CustomTransactionArrival',
      from_agent,
      to_agent,
      amount,
      deadline: 3,
      schedule: { type: 'OneTime', tick },
    });
    const scenario = {
      simulation: { ticks_per_day: 5, num_days: 1, rng_seed: 1 },
      cost_rates: RATES,
      agents: agents.map((id) => ({
        id,
        opening_balance: 0,
        liquidity_pool: 1_000_000,
        liquidity_allocation_fraction: id === 'EAST' ? eastShare : 0.5,
      })),
      scenario_events: [pay('NORTH', 'EAST', 30_011, 0), pay('EAST', 'WEST', privateAmount, 1), pay('WEST', 'NORTH', 20_022, 2)],
    };
    const { events, ...outcome } = simulationRunner.run({ scenario, ticks: 5 });
    const each = <T>(value: (id: string) => T): Record<string, T> => Object.fromEntries(agents.map((id) => [id, value(id)]));
    const cost = each((id) => costOf(outcome, id, 'total'));
    const evaluation = {
      total_cost: Object.values(cost).reduce((sum, value) => sum + value, 0),
      per_agent_costs: cost,
      per_agent_breakdown: each((id) => breakdownOf(outcome, id, 'total')),
      per_agent_statistics: each((id) => ({ mean: cost[id]!, std_dev: null, ci_95_lower: null, ci_95_upper: null })),
      settlement_rate: outcome.settlement_rate,
      avg_delay_ticks: outcome.avg_delay_ticks,
      simulation_id: null,
      log: events,
    };
    const prompt = (id: string): string => {
      const view = agentView(id, evaluation, { ...aView({ history: [], iteration: 0 }), policy: defaultPolicy(id) });
      return systemPrompt(view, {}) + userPrompt(view, null);
    };
    return { north: prompt('NORTH'), west: prompt('WEST') };
  }

  it('a bank is told nothing of what others do among themselves', () => {
    const before = told(77_077, 0.5);
    const after = told(88_088, 0.4);
    expect(before.west).toContain('$770.77');
    expect(after.west).not.toBe(before.west);
    expect(before.north).toContain('$300.11');
    expect(before.north).not.toContain('$770.77');
    expect(after.north).toBe(before.north);
  });
});
