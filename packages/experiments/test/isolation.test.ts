import type { ScenarioData, SimulationEvent } from '@simcash/protocol';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { simulationRunner } from '../../engine/src/index.js';
import { readExperiment, visibleTo, type AgentView, type ExperimentDefinition, type PolicyOptimizer } from '../src/index.js';
import { document } from './support/paper.js';
import { property } from './support/property.js';
import { finish, preparedFor } from './support/running.js';

/** What a bank, and whoever proposes for it, can see of the others (spec 11 §11.4, §22 invariant 11). */
const event = (event_type: string, details: object): SimulationEvent => ({ event_type, tick: 3, ...details }) as SimulationEvent;
const seen = (agentId: string, log: SimulationEvent): object | null => visibleTo(agentId, [log])[0] ?? null;

describe('an event is seen by its parties and by nobody else', () => {
  it.each([
    ['Arrival', { sender_id: 'X', receiver_id: 'Y' }, ['X', 'Y']],
    ['RtgsImmediateSettlement', { sender: 'X', receiver: 'Y' }, ['X', 'Y']],
    ['RtgsSubmission', { sender: 'X', receiver: 'Y' }, ['X', 'Y']],
    ['RtgsWithdrawal', { sender: 'X', receiver: 'Y' }, ['X', 'Y']],
    ['RtgsResubmission', { sender: 'X', receiver: 'Y' }, ['X', 'Y']],
    ['Queue2LiquidityRelease', { sender: 'X', receiver: 'Y' }, ['X', 'Y']],
    ...[
      'PolicySubmit',
      'PolicyHold',
      'PolicyDrop',
      'PolicySplit',
      'TransactionReprioritized',
      'CollateralPost',
      'CollateralWithdraw',
      'CollateralTimerWithdrawn',
      'CollateralTimerBlocked',
      'StateRegisterSet',
      'BankBudgetSet',
      'CostAccrual',
      'DeferredCreditApplied',
      'LiquidityAllocation',
      'LiquidityReturn',
    ].map((type): [string, object, string[]] => [type, { agent_id: 'X' }, ['X']]),
    ...['TransactionWentOverdue', 'OverdueTransactionSettled', 'PriorityEscalated', 'QueuedRtgs'].map(
      (type): [string, object, string[]] => [type, { sender_id: 'X', receiver_id: 'Y' }, ['X']],
    ),
    ['BilateralLimitExceeded', { sender: 'X', receiver: 'Y' }, ['X']],
    ['MultilateralLimitExceeded', { sender: 'X', receiver: 'Y' }, ['X']],
    ['LsmBilateralOffset', { agent_a: 'X', agent_b: 'Y', tx_ids: ['1', '2'] }, ['X', 'Y']],
    ['EntryDispositionOffset', { agent_a: 'X', agent_b: 'Y', incoming_tx_id: '1', queued_tx_id: '2' }, ['X', 'Y']],
    ['LsmCycleSettlement', { agents: ['X', 'Y', 'Z'], tx_ids: ['1', '2', '3'], total_value: 9 }, ['X', 'Y', 'Z']],
    ['EndOfDay', { unsettled_count: 7 }, ['X', 'Y', 'Z']],
    ['AlgorithmExecution', { algorithm: 1 }, []],
    ['RtgsQueue2Settle', { sender: 'X', receiver: 'Y' }, []],
    [
      'ScenarioEventExecuted',
      { scenario_event_type: 'direct_transfer', details_json: '{"from_agent":"X","to_agent":"Y"}' },
      ['X', 'Y'],
    ],
    [
      'ScenarioEventExecuted',
      { scenario_event_type: 'agent_arrival_rate_change', details_json: '{"agent":"Z","multiplier":2}' },
      ['Z'],
    ],
    [
      'ScenarioEventExecuted',
      { scenario_event_type: 'global_arrival_rate_change', details_json: '{"multiplier":2}' },
      ['X', 'Y', 'Z'],
    ],
  ] as [string, object, string[]][])('%s %j', (type, details, witnesses) => {
    expect(['X', 'Y', 'Z'].filter((id) => seen(id, event(type, details)) !== null)).toEqual(witnesses);
  });

  it('balances of a settlement only by the sender', () => {
    const settlement = event('RtgsImmediateSettlement', {
      ...{ sender: 'X', receiver: 'Y', amount: 5 },
      ...{ sender_balance_before: 11, sender_balance_after: 6 },
    });
    expect(seen('X', settlement)).toMatchObject({ amount: 5, sender_balance_before: 11, sender_balance_after: 6 });
    expect(seen('Y', settlement)).toEqual({
      tick: 3,
      event_type: 'RtgsImmediateSettlement',
      sender: 'X',
      receiver: 'Y',
      amount: 5,
    });
  });

  it('of an offset only the own amount, of a cycle only number and value', () => {
    const offset = event('LsmBilateralOffset', { agent_a: 'X', agent_b: 'Y', amount_a: 5, amount_b: 7, tx_ids: ['1', '2'] });
    expect(seen('X', offset)).toMatchObject({ counterparty: 'Y', paid: 5 });
    expect(seen('Y', offset)).toMatchObject({ counterparty: 'X', paid: 7 });
    const cycle = event('LsmCycleSettlement', {
      ...{ agents: ['X', 'Y', 'Z'], tx_ids: ['1', '2', '3'], tx_amounts: [1, 2, 3], net_positions: [1, 2, 3], total_value: 9 },
    });
    expect(seen('Y', cycle)).toEqual({ tick: 3, event_type: 'LsmCycleSettlement', num_payments: 3, total_value: 9 });
  });

  it('the end of the day only as such', () => {
    expect(seen('X', event('EndOfDay', { unsettled_count: 7, total_penalties: 100 }))).toEqual({
      tick: 3,
      event_type: 'EndOfDay',
    });
  });

  it('payments by numbers of its own', () => {
    const log = [
      event('Arrival', { sender_id: 'Y', receiver_id: 'Z', tx_id: 'T00000000' }),
      event('Arrival', { sender_id: 'X', receiver_id: 'Y', tx_id: 'T00000001' }),
      event('PolicySplit', { agent_id: 'X', tx_id: 'T00000001', child_ids: ['T00000007', 'T00000008'] }),
    ];
    expect(visibleTo('X', log)).toMatchObject([{ tx_id: 'P1' }, { tx_id: 'P1', child_ids: ['P2', 'P3'] }]);
  });
});

/** Banks that deal with X, and banks that deal only with one another. */
interface Strangers {
  names: [string, string];
  payments: { amount: number; tick: number; from: number }[];
  pool: number;
  /** Where the first of them stands in the list of banks. */
  position: number;
}

const payment = fc.record({ amount: fc.integer({ min: 1, max: 90_000 }), tick: fc.nat(3), from: fc.nat(1) });
const strangers = fc.record({
  names: fc.uniqueArray(fc.stringMatching(/^[S-W][a-z]{1,6}$/), { minLength: 2, maxLength: 2 }) as fc.Arbitrary<[string, string]>,
  payments: fc.array(payment, { maxLength: 12 }),
  pool: fc.integer({ min: 1, max: 500_000 }),
  position: fc.nat(2),
});

function world(own: readonly Strangers['payments'][number][], { names, payments, pool, position }: Strangers): ScenarioData {
  const bank = (id: string, liquidity_pool: number): object => ({ id, opening_balance: 0, unsecured_cap: 5_000, liquidity_pool });
  const paid =
    (banks: readonly string[]) =>
    ({ amount, from, tick }: Strangers['payments'][number]): object => ({
      type: 'CustomTransactionArrival',
      from_agent: banks[from]!,
      to_agent: banks[1 - from]!,
      amount,
      deadline: 2,
      schedule: { type: 'OneTime', tick },
    });
  return {
    simulation: { ticks_per_day: 4, num_days: 1, rng_seed: 1 },
    cost_rates: { liquidity_cost_per_tick_bps: 50, delay_cost_per_tick_per_cent: 0.2 },
    agents: [bank('X', 100_000), bank('Y', 100_000)].toSpliced(position, 0, bank(names[0], pool), bank(names[1], pool)),
    scenario_events: [...own.map(paid(['X', 'Y'])), ...payments.map(paid(names))],
  };
}

/** All that proposers for X are shown during a short run in which X, Y and a stranger are optimised. */
async function viewsOfX(scenario: ScenarioData, stranger: string): Promise<AgentView[]> {
  const views: AgentView[] = [];
  const spy: PolicyOptimizer = {
    kind: 'spy',
    async propose({ view }) {
      if (view.agent_id === 'X') views.push(view);
      const fraction = { X: 0.25, Y: 0.375 }[view.agent_id] ?? 0.8125;
      return { status: 'proposed', policy: { ...view.policy, parameters: { initial_liquidity_fraction: fraction } }, audit: [] };
    },
  };
  const evaluation = { mode: 'deterministic-pairwise', ticks: 4, acceptance: { min_settlement_rate: null } };
  const { definition } = readExperiment({
    ...document(1, { evaluation, convergence: { max_iterations: 3 } }),
    optimized_agents: ['X', 'Y', stranger],
  });
  await finish(await preparedFor(definition as ExperimentDefinition, { scenario, optimizer: spy }));
  return views;
}

const own = fc.array(payment, { minLength: 1, maxLength: 8 });

describe('a bank’s view', () => {
  property(
    'does not change when banks that it never deals with do',
    40,
    fc.tuple(own, strangers, strangers),
    async ([payments, one, other]) => {
      const [before, after] = [world(payments, one), world(payments, other)];
      const [here, there] = [await viewsOfX(before, one.names[0]), await viewsOfX(after, other.names[1])];
      expect(here).toHaveLength(2);
      expect(JSON.stringify(there)).toBe(JSON.stringify(here));
    },
  );

  property(
    'holds no number of another bank’s policy and no name of a stranger',
    30,
    fc.tuple(own, strangers),
    async ([payments, others]) => {
      const text = JSON.stringify(await viewsOfX(world(payments, others), others.names[0]));
      for (const secret of [...others.names.map((name) => `"${name}"`), '0.375', '0.8125', 'Y_default'])
        expect(text).not.toContain(secret);
    },
  );

  property('shows only amounts of events that name the bank', 40, fc.tuple(own, strangers), ([payments, others]) => {
    const { events } = simulationRunner.run({ scenario: world(payments, others), ticks: 4 });
    const about = events.filter((log) => /\bX\b/.test(JSON.stringify(log))).map((log) => `${log.tick} ${log.event_type}`);
    for (const { event_type, tick } of visibleTo('X', events).filter((visible) => visible.event_type !== 'EndOfDay'))
      expect(about).toContain(`${tick} ${event_type}`);
  });
});
