import type { PaymentOrder, RtgsPriority, SimulationEvent } from '@simcash/protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  readScenario,
  AgentNotFoundError,
  InvalidConfigError,
  SettlementError,
  Simulation,
  SimulationError,
} from '../src/index.js';
import { action, HOLD, inline, policyDocument, RELEASE, when, type Trees } from './support/policies.js';
import { once, payment, scenario, simulate } from './support/scenarios.js';

const T1 = 'T00000001';
const T2 = 'T00000002';

const order = { sender: 'A', receiver: 'B', amount: 500, deadline_tick: 20, priority: 5, divisible: false };

const json = (trees: Trees): string => JSON.stringify(policyDocument(trees));
const allEvents = (simulation: Simulation): SimulationEvent[] => {
  simulation.flush();
  return [...simulation.events];
};

describe('submitting a payment (spec 03 §11.1)', () => {
  let simulation: Simulation;
  beforeEach(() => {
    simulation = simulate({ banks: { A: { opening_balance: 1000, policy: RELEASE }, B: { policy: HOLD } } });
    simulation.run({ untilTick: 3 });
  });

  it('creates it in the tick about to run, whose policies see it', () => {
    expect(simulation.submitTransaction(order)).toBe(T1);
    expect(simulation.queue1('A')).toEqual([T1]);
    expect(simulation.transaction(T1)).toEqual({
      tx_id: T1,
      parent_tx_id: null,
      sender_id: 'A',
      receiver_id: 'B',
      amount: 500,
      remaining_amount: 500,
      arrival_tick: 3,
      deadline_tick: 20,
      priority: 5,
      original_priority: 5,
      status: 'Pending',
      settlement_tick: null,
      overdue_since_tick: null,
      rtgs_priority: null,
      rtgs_submission_tick: null,
      declared_rtgs_priority: null,
      scheduled_release_tick: null,
      is_divisible: false,
    });
    const { num_arrivals, num_settlements } = simulation.tick();
    expect({ num_arrivals, num_settlements }).toEqual({ num_arrivals: 0, num_settlements: 1 });
    expect(simulation.events.ofTick(3).map(({ event_type }) => event_type)).toEqual([
      'Arrival',
      'RtgsSubmission',
      'PolicySubmit',
      'RtgsImmediateSettlement',
    ]);
  });

  it('logs the arrival with the priority as given, which the payment has at most 10 of', () => {
    simulation.submitTransaction({ ...order, priority: 99, divisible: true });
    expect(allEvents(simulation)).toEqual([
      {
        event_type: 'Arrival',
        tick: 3,
        tx_id: T1,
        sender_id: 'A',
        receiver_id: 'B',
        amount: 500,
        deadline: 20,
        priority: 99,
        is_divisible: true,
      },
    ]);
    expect(simulation.transaction(T1)).toMatchObject({ priority: 10, original_priority: 10 });
  });

  it('keeps a priority of 0', () => {
    simulation.submitTransaction({ ...order, priority: 0 });
    expect(simulation.transaction(T1)).toMatchObject({ priority: 0, original_priority: 0 });
  });

  it('allows a bank to pay itself', () => {
    simulation.submitTransaction({ ...order, receiver: 'A' });
    simulation.tick();
    expect(simulation.transaction(T1)!.status).toBe('Settled');
    expect(simulation.agent('A').balance).toBe(1000);
  });

  it('caps the deadline at the end of the run', () => {
    simulation.submitTransaction({ ...order, deadline_tick: 5000 });
    expect(simulation.transaction(T1)!.deadline_tick).toBe(100);
  });

  it('declares an RTGS priority', () => {
    simulation.submitTransaction({ ...order, amount: 5000, rtgs_priority: 'HighlyUrgent' });
    expect(simulation.transaction(T1)).toMatchObject({ rtgs_priority: null, declared_rtgs_priority: 'HighlyUrgent' });
    simulation.tick();
    expect(simulation.transaction(T1)).toMatchObject({ rtgs_priority: 'HighlyUrgent', rtgs_submission_tick: 3 });
  });

  it.each([
    [{ sender: 'X', receiver: 'Y', amount: 0 }, new AgentNotFoundError('X'), 'Agent not found: X'],
    [{ receiver: 'Y', amount: 0 }, new AgentNotFoundError('Y'), 'Agent not found: Y'],
    [
      { amount: 0, deadline_tick: 1 },
      new InvalidConfigError('Transaction amount must be positive, got 0'),
      'Invalid config: Transaction amount must be positive, got 0',
    ],
    [
      { amount: -5 },
      new InvalidConfigError('Transaction amount must be positive, got -5'),
      'Invalid config: Transaction amount must be positive, got -5',
    ],
    [
      { deadline_tick: 3 },
      new InvalidConfigError('Transaction deadline 3 is in the past (current tick: 3)'),
      'Invalid config: Transaction deadline 3 is in the past (current tick: 3)',
    ],
    [
      { rtgs_priority: 'urgent' },
      new SimulationError("Invalid RTGS priority 'urgent'. Must be 'HighlyUrgent', 'Urgent', or 'Normal'"),
      "Invalid RTGS priority 'urgent'. Must be 'HighlyUrgent', 'Urgent', or 'Normal'",
    ],
  ])('refuses %o and leaves everything as it was', (change, error, text) => {
    const wrong = { ...order, ...change } as PaymentOrder;
    expect(() => simulation.submitTransaction(wrong)).toThrow(error);
    expect(() => simulation.submitTransaction(wrong)).toThrow(text);
    expect(simulation.transactions()).toEqual([]);
    expect(allEvents(simulation)).toEqual([]);
    expect(simulation.submitTransaction(order)).toBe(T1);
  });
});

describe('deadlines of submissions that are capped at the end of the day', () => {
  const capped = (): Simulation =>
    simulate({ simulation: { ticks_per_day: 4, num_days: 3 }, deadline_cap_at_eod: true, banks: { A: { policy: HOLD }, B: {} } });

  it('fall on the last tick of the day', () => {
    const simulation = capped();
    simulation.submitTransaction(order);
    expect(simulation.transaction(T1)!.deadline_tick).toBe(3);
    simulation.run({ untilTick: 5 });
    simulation.submitTransaction(order);
    expect(simulation.transaction(T2)!.deadline_tick).toBe(7);
  });

  it('come at least one tick after the arrival', () => {
    const simulation = capped();
    simulation.run({ untilTick: 3 });
    simulation.submitTransaction(order);
    expect(simulation.transaction(T1)!.deadline_tick).toBe(4);
  });
});

describe('withdrawing from the central queue and resubmitting (spec 03 §11.2)', () => {
  let simulation: Simulation;
  beforeEach(() => {
    const twice = action('StaggerSplit', {
      num_splits: 2,
      stagger_first_now: 2,
      stagger_gap_ticks: 0,
      priority_boost_children: 0,
    });
    simulation = simulate({
      banks: {
        A: {
          policy: inline({
            payment_tree: when('amount', '==', 7, action('Drop'), when('amount', '==', 8, twice, action('Release'))),
          }),
        },
        B: { opening_balance: 1 },
      },
    });
  });

  const queueCentrally = (change: Record<string, unknown> = {}): void => {
    simulation.submitTransaction({ ...order, ...change });
    simulation.tick();
  };

  it('takes a payment to the tail of its sender’s queue', () => {
    queueCentrally({ rtgs_priority: 'Urgent' });
    simulation.submitTransaction(order);
    simulation.withdrawFromRtgs(T1);
    expect(simulation.queue2()).toEqual([]);
    expect(simulation.queue1('A')).toEqual([T2, T1]);
    expect(simulation.transaction(T1)).toMatchObject({
      rtgs_priority: null,
      rtgs_submission_tick: null,
      declared_rtgs_priority: 'Urgent',
    });
    expect(allEvents(simulation).at(-1)).toEqual({
      event_type: 'RtgsWithdrawal',
      tick: 1,
      tx_id: T1,
      sender: 'A',
      original_rtgs_priority: 'Urgent',
    });
    simulation.tick();
    expect(simulation.queue2()).toEqual([T2, T1]);
  });

  it('declares another priority for the next release', () => {
    queueCentrally();
    simulation.withdrawFromRtgs(T1);
    simulation.resubmitToRtgs(T1, 'HighlyUrgent');
    simulation.resubmitToRtgs(T1, 'Urgent');
    expect(simulation.queue1('A')).toEqual([T1]);
    expect(allEvents(simulation).slice(-2)).toEqual([
      {
        event_type: 'RtgsResubmission',
        tick: 1,
        tx_id: T1,
        sender: 'A',
        old_rtgs_priority: 'None',
        new_rtgs_priority: 'HighlyUrgent',
      },
      {
        event_type: 'RtgsResubmission',
        tick: 1,
        tx_id: T1,
        sender: 'A',
        old_rtgs_priority: 'HighlyUrgent',
        new_rtgs_priority: 'Urgent',
      },
    ]);
    simulation.tick();
    expect(simulation.transaction(T1)).toMatchObject({ rtgs_priority: 'Urgent', rtgs_submission_tick: 1 });
  });

  it('brings a dropped payment back', () => {
    queueCentrally({ amount: 7 });
    expect(simulation.queue1('A')).toEqual([]);
    expect(simulation.transaction(T1)!.status).toBe('Overdue');
    simulation.resubmitToRtgs(T1, 'Normal');
    expect(simulation.queue1('A')).toEqual([T1]);
    expect(simulation.queue2()).toEqual([]);
  });

  it('changes nothing but the declared priority of a scheduled payment', () => {
    const scheduled = simulate({
      banks: { A: { policy: inline({ payment_tree: action('Release', { timed_for_tick: 3 }) }) }, B: {} },
    });
    scheduled.submitTransaction(order);
    scheduled.tick();
    scheduled.resubmitToRtgs(T1, 'Urgent');
    expect(scheduled.transaction(T1)).toMatchObject({ scheduled_release_tick: 3, declared_rtgs_priority: 'Urgent' });
    scheduled.run({ untilTick: 4 });
    expect(scheduled.transaction(T1)).toMatchObject({ rtgs_priority: 'Urgent', rtgs_submission_tick: 3 });
  });

  it('leaves a queued part without priority in the central queue', () => {
    queueCentrally({ amount: 8 });
    expect(simulation.queue2()).toEqual([T2, 'T00000003']);
    simulation.resubmitToRtgs(T2, 'Urgent');
    expect(simulation.queue1('A')).toEqual([]);
    expect(simulation.queue2()).toEqual([T2, 'T00000003']);
    simulation.withdrawFromRtgs(T2);
    expect(allEvents(simulation).at(-1)).toMatchObject({ event_type: 'RtgsWithdrawal', original_rtgs_priority: 'None' });
  });

  const withdrawal =
    (id: string): (() => void) =>
    () =>
      simulation.withdrawFromRtgs(id);
  const resubmission =
    (id: string, priority = 'Normal'): (() => void) =>
    () =>
      simulation.resubmitToRtgs(id, priority as RtgsPriority);

  it('refuses payments that never existed', () => {
    expect(withdrawal(T1)).toThrow(new SettlementError(`Transaction ${T1} not found`));
    expect(resubmission(T1)).toThrow(new SettlementError(`Transaction ${T1} not found`));
    expect(withdrawal(T1)).toThrow(`Settlement error: Transaction ${T1} not found`);
  });

  it('refuses what is no id at all by the name that was given', () => {
    queueCentrally();
    for (const id of ['nonsense', 'T1', 't00000001', 'T000000001', '']) {
      expect(withdrawal(id)).toThrow(new SettlementError(`Transaction ${id} not found`));
      expect(resubmission(id)).toThrow(new SettlementError(`Transaction ${id} not found`));
    }
  });

  it('refuses to withdraw what is not in the central queue', () => {
    simulation.submitTransaction(order);
    const text = `Settlement error: Transaction ${T1} not found in RTGS Queue 2`;
    expect(withdrawal(T1)).toThrow(text);
    simulation.tick();
    simulation.withdrawFromRtgs(T1);
    expect(withdrawal(T1)).toThrow(text);
  });

  it('refuses to resubmit what is in the central queue', () => {
    queueCentrally();
    expect(resubmission(T1)).toThrow(new SettlementError(`Transaction ${T1} is still in RTGS Queue 2. Withdraw first.`));
    expect(simulation.transaction(T1)!.declared_rtgs_priority).toBeNull();
  });

  it('refuses to resubmit what has settled; a payment with an RTGS priority counts as still queued', () => {
    queueCentrally({ sender: 'B', receiver: 'A', amount: 1 });
    expect(simulation.transaction(T1)!.status).toBe('Settled');
    expect(resubmission(T1)).toThrow(new SettlementError(`Transaction ${T1} is still in RTGS Queue 2. Withdraw first.`));

    // Parts that a staggered split releases at once have none.
    simulation.submitTransaction({ ...order, amount: 8 });
    simulation.tick();
    const part = 'T00000003';
    simulation.postCollateral('A', 100);
    simulation.tick();
    expect(simulation.transaction(part)).toMatchObject({ status: 'Settled', rtgs_priority: null });
    expect(resubmission(part)).toThrow(new SettlementError(`Transaction ${part} is already settled`));
  });

  it('refuses to resubmit what was split', () => {
    queueCentrally({ amount: 8 });
    expect(resubmission(T1)).toThrow(new SettlementError(`Transaction ${T1} was split`));
  });

  it('refuses priorities that do not exist', () => {
    simulation.submitTransaction(order);
    expect(resubmission(T1, 'Soon')).toThrow("Invalid RTGS priority 'Soon'. Must be 'HighlyUrgent', 'Urgent', or 'Normal'");
    expect(simulation.transaction(T1)!.declared_rtgs_priority).toBeNull();
  });

  it('leaves no event behind when it refuses', () => {
    queueCentrally();
    const before = simulation.eventCount;
    expect(withdrawal('T00000009')).toThrow();
    expect(resubmission(T1)).toThrow();
    expect(resubmission(T1, 'Soon')).toThrow();
    expect(simulation.eventCount).toBe(before);
  });

  it('refuses payments that have settled and were let go', () => {
    const released = simulate({ banks: { A: { opening_balance: 500 }, B: {} } }, { history: 'release' });
    released.submitTransaction(order);
    released.tick();
    expect(released.transaction(T1)).toBeNull();
    expect(() => released.withdrawFromRtgs(T1)).toThrow(new SettlementError(`Transaction ${T1} not found in RTGS Queue 2`));
    expect(() => released.resubmitToRtgs(T1, 'Normal')).toThrow(SettlementError);
    expect(() => released.withdrawFromRtgs(T2)).toThrow(new SettlementError(`Transaction ${T2} not found`));
  });
});

describe('manual collateral (spec 03 §11.3)', () => {
  let simulation: Simulation;
  beforeEach(() => {
    simulation = simulate({ banks: { A: { opening_balance: -490, unsecured_cap: 100, posted_collateral: 1000 }, B: {} } });
    simulation.run({ untilTick: 2 });
  });

  it('is posted without regard to capacity', () => {
    expect(simulation.agent('A').max_collateral_capacity).toBe(1000);
    expect(simulation.postCollateral('A', 700)).toEqual({ success: true, message: 'Posted 700 cents collateral at tick 2' });
    expect(simulation.agent('A')).toMatchObject({
      posted_collateral: 1700,
      remaining_collateral_capacity: -700,
      allowed_overdraft_limit: 1766,
    });
    expect(allEvents(simulation)).toEqual([
      { event_type: 'CollateralPost', tick: 2, agent_id: 'A', amount: 700, reason: 'ManualPost', new_total: 1700 },
    ]);
    expect(simulation.agentRunCounters('A').num_collateral_posts).toBe(1);
  });

  it('is not posted for a wrong amount or bank', () => {
    const notPositive = { success: false, message: 'Collateral amount must be positive' };
    expect(simulation.postCollateral('A', 0)).toEqual(notPositive);
    expect(simulation.postCollateral('A', -1)).toEqual(notPositive);
    expect(simulation.postCollateral('X', 0)).toEqual(notPositive);
    expect(simulation.postCollateral('X', 5)).toEqual({ success: false, message: "Agent 'X' not found" });
    expect(allEvents(simulation)).toEqual([]);
  });

  it('is withdrawn up to what used credit needs', () => {
    // 390 of 490 are covered by collateral: 390 / 0.98 = 397.96
    expect(simulation.agent('A').max_withdrawable_collateral).toBe(602);
    expect(simulation.withdrawCollateral('A', 603)).toEqual({
      success: false,
      message:
        'Withdrawal would breach collateralized headroom. Max withdrawable: 602, requested: 603. ' +
        'Current state: credit_used=490, allowed_limit=1080, headroom=590. ' +
        'Ensure balance is restored or post more collateral before withdrawing.',
    });
    expect(simulation.agent('A').posted_collateral).toBe(1000);
    expect(simulation.withdrawCollateral('A', 602)).toEqual({ success: true, message: 'Withdrew 602 cents collateral' });
    expect(simulation.agent('A')).toMatchObject({ posted_collateral: 398, overdraft_headroom: 0 });
    expect(allEvents(simulation)).toEqual([
      { event_type: 'CollateralWithdraw', tick: 2, agent_id: 'A', amount: 602, reason: 'ManualWithdraw', new_total: 398 },
    ]);
    expect(simulation.agentRunCounters('A').num_collateral_withdrawals).toBe(1);
  });

  it('is not withdrawn for a wrong amount or bank', () => {
    expect(simulation.withdrawCollateral('A', 0)).toEqual({ success: false, message: 'Withdrawal amount must be positive' });
    expect(simulation.withdrawCollateral('X', 5)).toMatchObject({ success: false });
  });

  it('is held for five ticks after a manual posting', () => {
    simulation.postCollateral('A', 10);
    for (const remaining of [5, 4, 3, 2, 1]) {
      expect(simulation.withdrawCollateral('A', 10)).toEqual({
        success: false,
        message: `Minimum holding period not met. ${remaining} tick(s) remaining`,
      });
      simulation.tick();
    }
    expect(simulation.withdrawCollateral('A', 10).success).toBe(true);
  });

  it('holds back the timers of policies, too', () => {
    const post = action('PostCollateral', { amount: 500, auto_withdraw_after_ticks: 2, reason: 'PreemptivePosting' });
    const timed = simulate({
      banks: {
        A: {
          max_collateral_capacity: 1000,
          policy: inline({
            payment_tree: action('Hold'),
            strategic_collateral_tree: when('current_tick', '==', 0, post, action('HoldCollateral')),
          }),
        },
      },
    });
    timed.tick();
    timed.postCollateral('A', 1);
    timed.run({ untilTick: 3 });
    expect(timed.events.ofTick(2)).toEqual([
      {
        event_type: 'CollateralTimerBlocked',
        tick: 2,
        agent_id: 'A',
        requested_amount: 500,
        reason: 'Minimum holding period not met: 4 tick(s) remaining (posted at tick 1)',
        original_reason: 'PreemptivePosting',
        posted_at_tick: 0,
      },
    ]);
  });

  it('leaves no record among the decisions of policies', () => {
    simulation.postCollateral('A', 700);
    expect(simulation.collateralRecords(0).filter(({ layer }) => layer === 'strategic' || layer === 'end_of_tick')).toEqual([]);
  });
});

/** What a call throws. */
function thrown(call: () => void): InvalidConfigError {
  try {
    call();
  } catch (error) {
    return error as InvalidConfigError;
  }
  throw new Error('nothing was thrown');
}

describe('updating a policy (spec 03 §11.5)', () => {
  const update = (simulation: Simulation, document: string, agentId = 'A'): (() => void) => {
    return () => simulation.updateAgentPolicy(agentId, document);
  };

  it('takes effect in the next tick', () => {
    const simulation = simulate({
      banks: { A: { opening_balance: 1000, policy: HOLD }, B: {} },
      scenario_events: [payment(0, 'A', 'B', 5)],
    });
    simulation.tick();
    expect(simulation.queue1('A')).toEqual([T1]);
    const document = json({ payment_tree: action('Release') });
    simulation.updateAgentPolicy('A', document);
    expect(simulation.agentPolicies()[0]).toEqual({ agent_id: 'A', policy_config: { type: 'FromJson', json: document } });
    simulation.tick();
    expect(simulation.transaction(T1)!.status).toBe('Settled');
  });

  it('leaves registers, timers, scheduled releases and today’s liquidity, and tomorrow’s follows the new document', () => {
    const post = action('PostCollateral', { amount: 300, auto_withdraw_after_ticks: 3 });
    const simulation = simulate({
      simulation: { ticks_per_day: 5, num_days: 2 },
      banks: {
        A: {
          unsecured_cap: 1000,
          liquidity_pool: 1001,
          liquidity_allocation_fraction: 0.5,
          policy: inline({
            payment_tree: action('Release', { timed_for_tick: 4 }),
            bank_tree: action('SetState', { key: 'bank_state_x', value: 7 }),
            strategic_collateral_tree: when('current_tick', '==', 0, post, action('HoldCollateral')),
          }),
        },
        B: {},
      },
      scenario_events: [payment(0, 'A', 'B', 50)],
    });
    simulation.tick();
    simulation.updateAgentPolicy('A', json({ payment_tree: action('Hold'), parameters: { initial_liquidity_fraction: 0.25 } }));
    simulation.run({ untilTick: 4 });
    expect(simulation.agentRegisters('A')).toEqual([['bank_state_x', 7]]);
    expect(simulation.agent('A')).toMatchObject({ allocated_liquidity: 500, posted_collateral: 0 });
    expect(simulation.events.ofTick(3).map(({ event_type }) => event_type)).toEqual(['CollateralTimerWithdrawn']);
    simulation.tick();
    expect(simulation.transaction(T1)).toMatchObject({ status: 'Settled', settlement_tick: 4 });
    simulation.tick();
    expect(simulation.agent('A').allocated_liquidity).toBe(250);
  });

  it('goes on after saving and restoring with the original configuration', () => {
    const parts = scenario({ banks: { A: { opening_balance: 1000, policy: RELEASE }, B: {} } });
    const simulation = Simulation.create(readScenario(parts));
    simulation.tick();
    simulation.updateAgentPolicy('A', json({ payment_tree: action('Hold') }));
    const restored = Simulation.restore(readScenario(parts), simulation.snapshot());
    restored.submitTransaction(order);
    restored.tick();
    expect(restored.queue1('A')).toEqual([T1]);
    expect(restored.agentPolicies()).toEqual(simulation.agentPolicies());
  });

  describe('that is refused', () => {
    let simulation: Simulation;
    beforeEach(() => {
      simulation = simulate({
        banks: { A: { opening_balance: 1000, policy: RELEASE }, B: {} },
        scenario_events: [payment(0, 'A', 'B', 5)],
      });
    });

    it('names an unknown bank', () => {
      expect(update(simulation, '{}', 'GHOST')).toThrow(new InvalidConfigError('Unknown agent: GHOST'));
      expect(update(simulation, '{}', 'GHOST')).toThrow('Invalid config: Unknown agent: GHOST');
    });

    it.each(['', '{', '[]', '{"version": 1, "policy_id": "x"}', '{"policy_id": "x"}', 'null'])(
      'says that %j cannot be parsed',
      (text) => {
        expect(update(simulation, text)).toThrow(InvalidConfigError);
        expect(update(simulation, text)).toThrow(/^Invalid config: Invalid policy JSON for A: Failed to parse JSON: ./);
      },
    );

    it('lists everything that is wrong with a document', () => {
      const sameId = { type: 'action', node_id: 'x', action: 'Release' };
      const document = {
        version: '1.0',
        policy_id: 'wrong',
        payment_tree: {
          type: 'condition',
          node_id: 'x',
          condition: {
            op: '<',
            left: { field: 'moon_phase' },
            right: { compute: { op: '/', left: { param: 'p' }, right: { value: 0 } } },
          },
          on_true: sameId,
          on_false: { type: 'action', node_id: 'y', action: 'NoAction' },
        },
        bank_tree: {
          type: 'action',
          node_id: 'z',
          action: 'SetState',
          parameters: { key: { value: 'bank_state_a' }, value: { field: 'amount' } },
        },
      };
      const messages = [
        'Duplicate node ID: x',
        "Invalid field reference: 'moon_phase'",
        "Invalid field reference: 'amount'",
        "Parameter 'p' not found in tree parameters",
        'Potential division by zero at node x',
        "Action 'NoAction' is not allowed in payment_tree (node y)",
      ];
      const error = thrown(update(simulation, JSON.stringify(document)));
      expect(error).toBeInstanceOf(InvalidConfigError);
      expect(error.message).toBe(`Invalid config: Invalid policy JSON for A: ${messages.join('; ')}`);
      expect(error.issues.map(({ agent_id, message }) => [agent_id, message])).toEqual(messages.map((text) => ['A', text]));
    });

    it.each([1.5, -0.25])('names an initial_liquidity_fraction of %d', (initial_liquidity_fraction) => {
      const document = json({ payment_tree: action('Hold'), parameters: { initial_liquidity_fraction } });
      const text = `Agent A: policy parameter initial_liquidity_fraction must be between 0.0 and 1.0, got ${initial_liquidity_fraction}`;
      expect(update(simulation, document)).toThrow(new InvalidConfigError(text, { agentId: 'A' }));
    });

    it('changes nothing', () => {
      const before = simulation.agentPolicies();
      expect(update(simulation, '{')).toThrow();
      expect(update(simulation, json({ payment_tree: action('NoAction') }))).toThrow();
      expect(update(simulation, json({ payment_tree: action('Hold'), parameters: { initial_liquidity_fraction: 2 } }))).toThrow();
      expect(simulation.agentPolicies()).toEqual(before);
      simulation.tick();
      expect(simulation.transaction(T1)!.status).toBe('Settled');
    });
  });
});

describe('explaining a tick', () => {
  const parts = scenario({
    banks: {
      A: {
        opening_balance: 100,
        max_collateral_capacity: 50,
        policy: inline({
          parameters: { limit: 60 },
          payment_tree: when(
            'amount',
            '<=',
            { param: 'limit' },
            action('Release', { priority_flag: 'HIGH' }),
            when('ticks_to_deadline', '>', 1, action('Hold', { reason: 'LowPriority' }), action('Drop')),
          ),
          bank_tree: action('SetReleaseBudget', { max_value_to_release: { field: 'balance' } }),
          strategic_collateral_tree: action('PostCollateral', {
            amount: { compute: { op: '+', left: { value: 1 }, right: { field: 'balance' } } },
          }),
        }),
      },
      B: { policy: RELEASE },
    },
    scenario_events: [payment(0, 'A', 'B', 50), payment(0, 'A', 'B', 70, { deadline: 30 }), payment(0, 'B', 'A', 5)],
  });

  it('tells the path, the values and the parameters of every decision in the order in which they were made', () => {
    const { result, traces } = Simulation.create(readScenario(parts)).explainTick();
    expect(result).toMatchObject({ tick: 0, num_settlements: 2 });
    const limit = { text: 'param limit', value: 60 };
    expect(traces).toEqual([
      {
        tick: 0,
        agent_id: 'A',
        tree: 'strategic_collateral_tree',
        tx_id: null,
        decided_by: 'policy',
        steps: [],
        node_id: 'N7',
        action: 'PostCollateral',
        parameters: [{ text: 'amount = (1 + balance)', value: 101 }],
      },
      {
        tick: 0,
        agent_id: 'A',
        tree: 'bank_tree',
        tx_id: null,
        decided_by: 'policy',
        steps: [],
        node_id: 'N6',
        action: 'SetReleaseBudget',
        parameters: [{ text: 'max_value_to_release = balance', value: 100 }],
      },
      {
        tick: 0,
        agent_id: 'A',
        tree: 'payment_tree',
        tx_id: T1,
        decided_by: 'policy',
        steps: [
          {
            node_id: 'N1',
            description: null,
            condition: 'amount <= param limit',
            outcome: true,
            values: [{ text: 'amount', value: 50 }, limit],
          },
        ],
        node_id: 'N2',
        action: 'Release',
        parameters: [{ text: 'priority_flag = "HIGH"', value: null }],
      },
      {
        tick: 0,
        agent_id: 'A',
        tree: 'payment_tree',
        tx_id: T2,
        decided_by: 'policy',
        steps: [
          {
            node_id: 'N1',
            description: null,
            condition: 'amount <= param limit',
            outcome: false,
            values: [{ text: 'amount', value: 70 }, limit],
          },
          {
            node_id: 'N3',
            description: null,
            condition: 'ticks_to_deadline > 1',
            outcome: true,
            values: [{ text: 'ticks_to_deadline', value: 30 }],
          },
        ],
        node_id: 'N4',
        action: 'Hold',
        parameters: [{ text: 'reason = "LowPriority"', value: null }],
      },
      {
        tick: 0,
        agent_id: 'B',
        tree: 'payment_tree',
        tx_id: 'T00000003',
        decided_by: 'policy',
        steps: [],
        node_id: 'N1',
        action: 'Release',
        parameters: [],
      },
    ]);
  });

  it('can be about one payment or one bank', () => {
    expect(
      Simulation.create(readScenario(parts))
        .explainTick({ tx_id: T2 })
        .traces.map(({ tx_id }) => tx_id),
    ).toEqual([T2]);
    expect(
      Simulation.create(readScenario(parts))
        .explainTick({ agent_id: 'B' })
        .traces.map(({ agent_id }) => agent_id),
    ).toEqual(['B']);
    expect(Simulation.create(readScenario(parts)).explainTick({ tx_id: 'T00000099' }).traces).toEqual([]);
  });

  it('changes nothing about the run', () => {
    const explained = Simulation.create(readScenario(parts));
    const plain = Simulation.create(readScenario(parts));
    for (let tick = 0; tick < 5; tick++) expect(explained.explainTick().result).toEqual(plain.tick());
    expect(explained.events.toNdjson()).toBe(plain.events.toNdjson());
    expect(explained.snapshot()).toBe(plain.snapshot());
  });

  it('ends with its tick, also when that fails', () => {
    const failing = simulate({
      banks: { A: {}, B: {} },
      scenario_events: [once(0, { type: 'CollateralAdjustment', agent: 'A', delta: -1 })],
    });
    expect(() => failing.explainTick()).toThrow(
      'Invalid config: Scenario event failed: Credit limit cannot go negative (current: 0, delta: -1)',
    );
    expect(failing.currentTick).toBe(0);
  });
});

describe('a tick that fails (spec 03 §13)', () => {
  const failing = (): Simulation =>
    simulate({
      banks: { A: { unsecured_cap: 10 }, B: {} },
      scenario_events: [
        once(2, { type: 'CollateralAdjustment', agent: 'A', delta: 5 }),
        once(2, { type: 'CollateralAdjustment', agent: 'A', delta: -100 }),
        payment(2, 'A', 'B', 5),
      ],
    });

  it('keeps what it did, does not advance time, and does it again when it is repeated', () => {
    const simulation = failing();
    simulation.run({ untilTick: 2 });
    const negative = (cap: number): string =>
      `Invalid config: Scenario event failed: Credit limit cannot go negative (current: ${cap}, delta: -100)`;
    expect(() => simulation.tick()).toThrow(negative(15));
    expect(simulation.currentTick).toBe(2);
    expect(simulation.agent('A').unsecured_cap).toBe(15);
    expect(simulation.events.ofTick(2).map(({ event_type }) => event_type)).toEqual(['ScenarioEventExecuted']);
    expect(() => simulation.tick()).toThrow(negative(20));
    expect(simulation.events.ofTick(2)).toHaveLength(2);
    expect(simulation.transactions()).toEqual([]);
  });

  it('hands its events to the sink', () => {
    let events = 0;
    const simulation = simulate(
      {
        banks: { A: { opening_balance: 100 }, B: {} },
        scenario_events: [payment(0, 'A', 'B', 5), once(0, { type: 'CollateralAdjustment', agent: 'A', delta: -1 })],
      },
      { sink: { write: (batch) => void (events += batch.length) } },
    );
    expect(() => simulation.tick()).toThrow(InvalidConfigError);
    expect(events).toBe(2);
    expect(simulation.eventCount).toBe(2);
  });
});

describe('time', () => {
  it('goes on past the end of the configured run', () => {
    const simulation = simulate({ simulation: { ticks_per_day: 2, num_days: 2 }, banks: { A: {} } });
    expect(simulation.run().map(({ tick }) => tick)).toEqual([0, 1, 2, 3]);
    expect(simulation.run()).toEqual([]);
    expect(simulation.tick().tick).toBe(4);
    expect({ tick: simulation.currentTick, day: simulation.currentDay, total: simulation.totalTicks }).toEqual({
      tick: 5,
      day: 2,
      total: 4,
    });
  });

  it('is measured only with a clock', () => {
    const timed = simulate({ banks: { A: {} } }, { now: () => 5 });
    expect(timed.timing).toBeNull();
    timed.tick();
    expect(timed.timing).toEqual({
      arrivals_micros: 0,
      policy_eval_micros: 0,
      rtgs_settlement_micros: 0,
      rtgs_queue_micros: 0,
      lsm_micros: 0,
      cost_accrual_micros: 0,
      total_micros: 0,
    });
    const plain = simulate({ banks: { A: {} } });
    plain.tick();
    expect(plain.timing).toBeNull();
  });
});

describe('the id of a simulation (spec 01 §3.5)', () => {
  it('is made of the seed, or given', () => {
    const parts = { banks: { A: {} }, simulation: { rng_seed: 18446744073709551615n } };
    expect(simulate(parts).id).toBe('sim-18446744073709551615');
    expect(simulate(parts, { simulationId: 'mine' }).id).toBe('mine');
  });

  it('stays the same during the run', () => {
    const arrivals = {
      rate_per_tick: 3,
      amount_distribution: { type: 'Uniform', min: 1, max: 9 },
      counterparty_weights: { B: 1 },
      deadline_range: [1, 2],
    };
    const parts = scenario({ banks: { A: { arrival_config: arrivals }, B: {} }, simulation: { rng_seed: 5 } });
    const simulation = Simulation.create(readScenario(parts));
    simulation.run({ untilTick: 4 });
    expect(simulation.rngState).not.toBe(5n);
    expect(simulation.id).toBe('sim-5');
    expect(Simulation.restore(readScenario(parts), simulation.snapshot()).id).toBe('sim-5');
  });
});

describe('queries about payments (spec 03 §12)', () => {
  const waiting = (): Simulation =>
    simulate({
      banks: {
        A: { policy: inline({ payment_tree: when('amount', '==', 9, action('Drop'), action('Hold')) }) },
        B: { opening_balance: 10 },
      },
      scenario_events: [
        payment(0, 'A', 'B', 1, { deadline: 1 }),
        payment(0, 'A', 'B', 2, { deadline: 3 }),
        payment(0, 'A', 'B', 3, { deadline: 4 }),
        payment(0, 'A', 'B', 9, { deadline: 5 }),
        payment(0, 'B', 'A', 4, { deadline: 3 }),
      ],
    });

  it('find those whose deadline is near', () => {
    const simulation = waiting();
    simulation.run({ untilTick: 3 });
    expect(simulation.transactionsNearDeadline(0)).toEqual([
      { tx_id: T2, sender_id: 'A', receiver_id: 'B', amount: 2, remaining_amount: 2, deadline_tick: 3, ticks_until_deadline: 0 },
    ]);
    expect(simulation.transactionsNearDeadline(1).map(({ tx_id }) => tx_id)).toEqual([T2, 'T00000003']);
    expect(simulation.transactionsNearDeadline(90).map(({ tx_id }) => tx_id)).toEqual([T2, 'T00000003']);
  });

  it('find those that are overdue, dropped ones included', () => {
    const simulation = waiting();
    simulation.run({ untilTick: 3 });
    expect(
      simulation
        .overdueTransactions()
        .map(({ tx_id, overdue_since_tick, ticks_overdue }) => [tx_id, overdue_since_tick, ticks_overdue]),
    ).toEqual([
      [T1, 2, 1],
      ['T00000004', 0, 3],
    ]);
  });

  it('count them and measure delays by their settlement', () => {
    const simulation = waiting();
    simulation.run({ untilTick: 10 });
    expect(simulation.transactionCounts()).toEqual({
      total_transactions: 5,
      arrivals: 5,
      children: 0,
      settled_arrivals: 1,
      settled_children: 0,
    });
    expect(simulation.systemMetrics()).toEqual({
      total_arrivals: 5,
      total_settlements: 1,
      settlement_rate: 0.2,
      avg_delay_ticks: 0,
      max_delay_ticks: 0,
      queue1_total_size: 3,
      queue2_total_size: 0,
      peak_overdraft: 0,
      agents_in_overdraft: 0,
    });
    expect(simulation.transactionsOfDay(0)).toEqual(simulation.transactions());
    expect(simulation.transactionsOfDay(1)).toEqual([]);
  });

  it('know no bank that does not exist', () => {
    const simulation = waiting();
    const questions = [
      () => simulation.agent('X'),
      () => simulation.agentCosts('X'),
      () => simulation.agentRunCosts('X'),
      () => simulation.agentLimits('X'),
      () => simulation.agentOutflows('X'),
    ];
    for (const question of questions) expect(question).toThrow(new AgentNotFoundError('X'));
  });
});
