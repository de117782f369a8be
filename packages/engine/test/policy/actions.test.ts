import type { SimulationEvent } from '@simcash/protocol';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Simulation } from '../../src/index.js';
import type { ActionName, ActionNode, PolicyDocument, PolicyNode } from '../../src/policy/document.js';
import {
  HOLD,
  NO,
  RELEASE,
  YES,
  act,
  compute,
  failing,
  field,
  is,
  literal,
  param,
  paying,
  policy,
  text,
  when,
  type Operand,
} from './support/documents.js';
import { decisions, eventsOf, failureOf, pair, pay, simulate, tickEvents, types, type Bank } from './support/simulations.js';
import '../support/seed.js';

/** A tree that does something else in each of the first ticks. */
function byTick(leaves: Record<number, PolicyNode>, otherwise: PolicyNode): PolicyNode {
  return Object.entries(leaves).reduceRight<PolicyNode>(
    (rest, [tick, leaf]) => when(`at ${tick}`, is(field('current_tick'), '==', Number(tick)), leaf, rest),
    otherwise,
  );
}

/** A tree that does something else for each amount. */
function byAmount(leaves: Record<number, PolicyNode>, otherwise: PolicyNode): PolicyNode {
  return Object.entries(leaves).reduceRight<PolicyNode>(
    (rest, [amount, leaf]) => when(`amount ${amount}`, is(field('amount'), '==', Number(amount)), leaf, rest),
    otherwise,
  );
}

const NOTHING = act('nothing', 'NoAction');
const KEEP = act('keep', 'HoldCollateral');
const submitted = ['RtgsSubmission', 'PolicySubmit'];
const reasons = (events: readonly SimulationEvent[]): string[] =>
  events.flatMap((event) => (event.event_type === 'PolicyHold' ? [event.reason] : []));

/** The same number written in every way that an action parameter can have. */
const WAYS = (value: number): [string, Operand][] => [
  ['a literal', literal(value)],
  ['a parameter', param('given')],
  ['a computation', compute('-', value, 0)],
  ['a computation on a field', compute('+', value, compute('*', 0, field('total_agents')))],
];

/** Every value that is no number for a parameter that needs one. */
const NO_NUMBERS = [true, false, null, '3', [], [3], {}, { value: 3 }];

describe.each(['Release', 'ReleaseWithCredit'] as const)('%s', (action) => {
  it('submits the payment and logs it', () => {
    const simulation = pair(paying(act('a', action)), { balance: 500 });
    const id = pay(simulation, 'A', 'B', 300, { priority: 7 });
    expect(decisions(simulation)).toEqual([
      {
        event_type: 'RtgsSubmission',
        tick: 0,
        tx_id: id,
        sender: 'A',
        receiver: 'B',
        amount: 300,
        internal_priority: 7,
        rtgs_priority: 'Normal',
      },
      { event_type: 'PolicySubmit', tick: 0, agent_id: 'A', tx_id: id },
      {
        event_type: 'RtgsImmediateSettlement',
        tick: 0,
        tx_id: id,
        sender: 'A',
        receiver: 'B',
        amount: 300,
        sender_balance_before: 500,
        sender_balance_after: 200,
      },
    ]);
    expect(simulation.queue1('A')).toEqual([]);
    expect(simulation.transaction(id)).toMatchObject({
      rtgs_priority: 'Normal',
      rtgs_submission_tick: 0,
      declared_rtgs_priority: null,
    });
  });

  it('uses the declared RTGS priority', () => {
    const simulation = pair(paying(act('a', action)), { balance: 0 });
    const id = pay(simulation, 'A', 'B', 300, { rtgs: 'HighlyUrgent' });
    expect(decisions(simulation)[0]).toMatchObject({ event_type: 'RtgsSubmission', rtgs_priority: 'HighlyUrgent' });
    expect(simulation.transaction(id)!.rtgs_priority).toBe('HighlyUrgent');
  });

  describe('priority_flag', () => {
    const flagged = (flag: Operand): [number, number] => {
      const simulation = pair(paying(act('a', action, { priority_flag: flag }), { given: 3 }), { balance: 0 });
      const id = pay(simulation, 'A', 'B', 300, { priority: 7 });
      const [submission] = decisions(simulation);
      expect(simulation.transaction(id)).toMatchObject({
        priority: (submission as { internal_priority: number }).internal_priority,
        original_priority: 7,
      });
      return [simulation.transaction(id)!.priority, simulation.transaction(id)!.original_priority];
    };

    it.each([
      ['HIGH', 10],
      ['MEDIUM', 5],
      ['LOW', 1],
      ['high', 5],
      ['', 5],
      ['10', 5],
      ['constructor', 5],
      ['__proto__', 5],
    ])('%j sets the priority to %d', (flag, priority) => {
      expect(flagged(text(flag))).toEqual([priority, 7]);
    });

    it.each([10, true, null, ['HIGH'], { HIGH: 1 }])('%j is ignored: no text', (flag) => {
      expect(flagged(literal(flag))).toEqual([7, 7]);
    });

    it.each([field('balance'), param('given'), compute('+', 1, 2), compute('/', 1, compute('-', 1, 1))])(
      '%j is ignored: no literal',
      (flag) => {
        expect(flagged(flag)).toEqual([7, 7]);
      },
    );

    it('counts even if the payment is not released: no budget', () => {
      const simulation = pair(
        policy({
          payment_tree: act('a', action, { priority_flag: text('HIGH') }),
          bank_tree: act('b', 'SetReleaseBudget', { max_value_to_release: 0 }),
        }),
      );
      const id = pay(simulation, 'A', 'B', 300, { priority: 2 });
      expect(reasons(decisions(simulation))).toEqual(['BudgetExhausted']);
      expect(simulation.transaction(id)).toMatchObject({ priority: 10, original_priority: 2 });
      expect(simulation.queue1('A')).toEqual([id]);
    });

    it('counts even if the payment is not released: later', () => {
      const simulation = pair(paying(act('a', action, { priority_flag: text('LOW'), timed_for_tick: 3 })));
      const id = pay(simulation, 'A', 'B', 300, { priority: 8 });
      expect(types(decisions(simulation))).toEqual(['PolicyHold']);
      expect(simulation.transaction(id)!.priority).toBe(1);
    });
  });

  describe('timed_for_tick', () => {
    it.each(WAYS(4))('as %s', (_, at) => {
      const simulation = pair(paying(act('a', action, { timed_for_tick: at }), { given: 4 }));
      const id = pay(simulation, 'A', 'B', 300);
      expect(decisions(simulation)).toEqual([
        { event_type: 'PolicyHold', tick: 0, agent_id: 'A', tx_id: id, reason: 'ScheduledRelease { tick: 4 }' },
      ]);
      expect(simulation.transaction(id)!.scheduled_release_tick).toBe(4);
      for (let tick = 1; tick < 4; tick++) expect(decisions(simulation)).toEqual([]);
      expect(types(decisions(simulation))).toEqual([...submitted, 'RtgsImmediateSettlement']);
      expect(simulation.transaction(id)!.scheduled_release_tick).toBeNull();
    });

    it.each([
      [3, 3],
      [3.999, 3],
      [1.5, 1],
    ])('%d means tick %d', (at, tick) => {
      const simulation = pair(paying(act('a', action, { timed_for_tick: at })));
      pay(simulation, 'A', 'B', 300);
      expect(reasons(decisions(simulation))).toEqual([`ScheduledRelease { tick: ${tick} }`]);
    });

    it.each([0, 0.99, -1, -1e300, compute('-', compute('*', 1e308, 10), compute('*', 1e308, 10)), compute('*', -1e308, 10)])(
      '%j is not in the future: at once',
      (at) => {
        const simulation = pair(paying(act('a', action, { timed_for_tick: at })));
        pay(simulation, 'A', 'B', 300);
        expect(types(decisions(simulation))).toEqual([...submitted, 'RtgsImmediateSettlement']);
      },
    );

    it('the current tick is not in the future, the next one is', () => {
      const simulation = pair(paying(act('a', action, { timed_for_tick: compute('+', field('current_tick'), byFlag()) })));
      simulation.run({ untilTick: 5 });
      pay(simulation, 'A', 'B', 1);
      pay(simulation, 'A', 'B', 2);
      expect(types(decisions(simulation)).filter((type) => type !== 'RtgsImmediateSettlement')).toEqual([
        ...submitted,
        'PolicyHold',
      ]);
    });
    /** 0 for a payment of 1, else 1. */
    const byFlag = (): Operand => compute('-', field('amount'), 1);

    it.each([1e18, compute('*', 1e308, 10)])('%j is never reached', (at) => {
      const simulation = pair(paying(act('a', action, { timed_for_tick: at })));
      const id = pay(simulation, 'A', 'B', 300);
      simulation.run();
      expect(simulation.queue1('A')).toEqual([id]);
      expect(simulation.transaction(id)!.scheduled_release_tick).toBeGreaterThanOrEqual(Number.MAX_SAFE_INTEGER);
    });

    it.each(NO_NUMBERS)('the literal %j is an error', (value) => {
      const simulation = pair(paying(act('a', action, { timed_for_tick: literal(value) })));
      const id = pay(simulation, 'A', 'B', 300);
      expect(failureOf(simulation)).toContain(`for tx ${id}: InvalidActionParameter("timed_for_tick")`);
    });
  });
});

describe('scheduled releases (spec 03 §8e)', () => {
  it('worked example S2: timed releases', () => {
    const tree = byAmount(
      {
        20: act('t20', 'Release', { timed_for_tick: 3, priority_flag: text('HIGH') }),
        10: act('t10', 'Release', { timed_for_tick: 4 }),
        30: act('t30', 'Release', { timed_for_tick: compute('+', field('current_tick'), 2) }),
      },
      RELEASE,
    );
    const simulation = pair(paying(tree), { balance: 100 });
    const t1 = pay(simulation, 'A', 'B', 20);
    expect(reasons(decisions(simulation))).toEqual(['ScheduledRelease { tick: 3 }']);
    expect(simulation.transaction(t1)!.priority).toBe(10);
    const t2 = pay(simulation, 'A', 'B', 10);
    expect(reasons(decisions(simulation))).toEqual(['ScheduledRelease { tick: 4 }']);
    const t3 = pay(simulation, 'A', 'B', 30);
    expect(reasons(decisions(simulation))).toEqual(['ScheduledRelease { tick: 4 }']);
    expect(decisions(simulation)).toMatchObject([
      { event_type: 'RtgsSubmission', tx_id: t1, internal_priority: 10 },
      { event_type: 'PolicySubmit', tx_id: t1 },
      { event_type: 'RtgsImmediateSettlement', tx_id: t1, sender_balance_after: 80 },
    ]);
    const t4 = pay(simulation, 'A', 'B', 40);
    const t5 = pay(simulation, 'A', 'B', 10);
    const events = decisions(simulation);
    expect(
      events.filter(({ event_type }) => event_type === 'PolicySubmit').map((event) => (event as { tx_id: string }).tx_id),
    ).toEqual([t2, t3, t4, t5]);
    expect(events.slice(8)).toMatchObject([
      { event_type: 'RtgsImmediateSettlement', tx_id: t2, sender_balance_after: 70 },
      { event_type: 'RtgsImmediateSettlement', tx_id: t3, sender_balance_after: 40 },
      { event_type: 'RtgsImmediateSettlement', tx_id: t4, sender_balance_after: 0 },
      { event_type: 'QueuedRtgs', tx_id: t5 },
    ]);
  });

  it('ask neither tree nor budget and charge no budget', () => {
    const document = policy({
      payment_tree: byAmount({ 10: act('t', 'Release', { timed_for_tick: 1 }) }, RELEASE),
      bank_tree: byTick({ 1: act('b', 'SetReleaseBudget', { max_value_to_release: 5 }) }, NOTHING),
    });
    const simulation = pair(document);
    const timed = pay(simulation, 'A', 'B', 10);
    simulation.tick();
    simulation.updateAgentPolicy('A', JSON.stringify({ ...document, payment_tree: byAmount({ 10: act('d', 'Drop') }, RELEASE) }));
    const within = pay(simulation, 'A', 'B', 5);
    const beyond = pay(simulation, 'A', 'B', 1);
    expect(decisions(simulation)).toMatchObject([
      { event_type: 'BankBudgetSet', max_value: 5 },
      { event_type: 'RtgsSubmission', tx_id: timed },
      { event_type: 'PolicySubmit', tx_id: timed },
      { event_type: 'RtgsSubmission', tx_id: within },
      { event_type: 'PolicySubmit', tx_id: within },
      { event_type: 'PolicyHold', tx_id: beyond, reason: 'BudgetExhausted' },
      { event_type: 'RtgsImmediateSettlement', tx_id: timed },
      { event_type: 'RtgsImmediateSettlement', tx_id: within },
    ]);
  });

  it('keep their place in the queue and the declared priority of the day', () => {
    const simulation = pair(paying(byAmount({ 10: act('t', 'Release', { timed_for_tick: 2 }) }, HOLD)));
    const ids = [pay(simulation, 'A', 'B', 1), pay(simulation, 'A', 'B', 10), pay(simulation, 'A', 'B', 2)];
    simulation.tick();
    expect(simulation.queue1('A')).toEqual(ids);
    simulation.resubmitToRtgs(ids[1]!, 'Urgent');
    simulation.tick();
    expect(simulation.queue1('A')).toEqual(ids);
    expect(decisions(simulation)[0]).toMatchObject({ event_type: 'RtgsSubmission', tx_id: ids[1], rtgs_priority: 'Urgent' });
    expect(simulation.queue1('A')).toEqual([ids[0], ids[2]]);
  });

  it('leave in the order of their ticks, then of creation', () => {
    const at = compute('-', 8, field('amount'));
    const simulation = pair(
      paying(when('timed', is(field('amount'), '<', 9), act('t', 'Release', { timed_for_tick: at }), HOLD)),
    );
    const ids = [2, 5, 2, 5, 3].map((amount) => pay(simulation, 'A', 'B', amount));
    simulation.run({ untilTick: 8 });
    expect(eventsOf(simulation, 'PolicySubmit').map(({ tick, tx_id }) => [tick, tx_id])).toEqual([
      [3, ids[1]],
      [3, ids[3]],
      [5, ids[4]],
      [6, ids[0]],
      [6, ids[2]],
    ]);
  });

  it('survive the end of the day and go overdue like any other', () => {
    const simulation = pair(paying(act('t', 'Release', { timed_for_tick: 7 })), {}, { ticks_per_day: 3 });
    const id = pay(simulation, 'A', 'B', 10, { deadline: 2 });
    simulation.run({ untilTick: 7 });
    expect(simulation.transaction(id)).toMatchObject({ status: 'Overdue', overdue_since_tick: 3, scheduled_release_tick: 7 });
    expect(types(decisions(simulation))).toEqual([...submitted, 'OverdueTransactionSettled', 'RtgsImmediateSettlement']);
  });
});

describe('release budgets', () => {
  const budget = (parameters: Record<string, Operand>): ActionNode => act('b', 'SetReleaseBudget', parameters);
  const withBudget = (parameters: Record<string, Operand>, given?: number): PolicyDocument =>
    policy({ payment_tree: RELEASE, bank_tree: budget(parameters), ...(given === undefined ? {} : { parameters: { given } }) });
  const setBy = (parameters: Record<string, Operand>, given?: number): unknown => {
    const simulation = pair(withBudget(parameters, given), { balance: 0 });
    simulation.tick();
    const [event] = eventsOf(simulation, 'BankBudgetSet');
    return event;
  };
  const event = (max: number, focus: string[] | null, each: number | null): unknown => ({
    event_type: 'BankBudgetSet',
    tick: 0,
    agent_id: 'A',
    max_value: max,
    focus_counterparties: focus,
    max_per_counterparty: each,
  });

  it.each(WAYS(1234))('max_value_to_release as %s', (_, max) => {
    expect(setBy({ max_value_to_release: max }, 1234)).toEqual(event(1234, null, null));
  });

  it.each(WAYS(77))('max_per_counterparty as %s', (_, each) => {
    expect(setBy({ max_value_to_release: 5, max_per_counterparty: each }, 77)).toEqual(event(5, null, 77));
  });

  it.each([
    [3.99, 3],
    [-3.99, -3],
    [-0.5, 0],
    [compute('-', compute('*', 1e308, 10), compute('*', 1e308, 10)), 0],
  ] as [Operand, number][])('%j is cut to %d', (given, max) => {
    expect(setBy({ max_value_to_release: given, max_per_counterparty: given })).toEqual(event(max, null, max));
  });

  it.each([
    [['B'], ['B']],
    [
      ['B', 'nobody'],
      ['B', 'nobody'],
    ],
    [
      [1, 'B', null, ['B'], true, 'C'],
      ['B', 'C'],
    ],
    [[], null],
    [[1, null], null],
    ['B', null],
    [7, null],
    [null, null],
    [{ B: 1 }, null],
  ] as [unknown, string[] | null][])('focus_counterparties %j means %j', (list, focus) => {
    expect(setBy({ max_value_to_release: 9, focus_counterparties: literal(list) })).toEqual(event(9, focus, null));
  });

  it.each([field('balance'), param('given'), compute('+', 1, 1), compute('/', 1, compute('-', 1, 1))])(
    'focus_counterparties %j means no list',
    (value) => {
      expect(setBy({ max_value_to_release: 9, focus_counterparties: value }, 1)).toEqual(event(9, null, null));
    },
  );

  /** Payments of A in one tick: which are released, and why the others stay. */
  const released = (parameters: Record<string, Operand>, orders: [receiver: string, amount: number][]): boolean[] => {
    const simulation = simulate([
      { id: 'A', balance: 1e6, policy: withBudget(parameters) },
      { id: 'B', policy: paying(RELEASE) },
      { id: 'C', policy: paying(RELEASE) },
    ]);
    const ids = orders.map(([receiver, amount]) => pay(simulation, 'A', receiver, amount));
    const events = decisions(simulation);
    const gone = new Set(events.flatMap((found) => (found.event_type === 'PolicySubmit' ? [found.tx_id] : [])));
    const held = events.flatMap((found) => (found.event_type === 'PolicyHold' ? [[found.tx_id, found.reason]] : []));
    expect(held).toEqual(ids.filter((id) => !gone.has(id)).map((id) => [id, 'BudgetExhausted']));
    expect(simulation.queue1('A')).toEqual(ids.filter((id) => !gone.has(id)));
    return ids.map((id) => gone.has(id));
  };

  it('a payment may use up exactly what is left', () => {
    expect(
      released({ max_value_to_release: 100 }, [
        ['B', 60],
        ['B', 41],
        ['B', 40],
        ['B', 1],
      ]),
    ).toEqual([true, false, true, false]);
  });

  it.each([0, -5])('a maximum of %d refuses everything', (max) => {
    expect(
      released({ max_value_to_release: max }, [
        ['B', 1],
        ['C', 100],
      ]),
    ).toEqual([false, false]);
  });

  it('only listed counterparties are paid', () => {
    expect(
      released({ max_value_to_release: 1000, focus_counterparties: literal(['C']) }, [
        ['B', 1],
        ['C', 1],
      ]),
    ).toEqual([false, true]);
    expect(
      released({ max_value_to_release: 1000, focus_counterparties: literal(['nobody']) }, [
        ['B', 1],
        ['C', 1],
      ]),
    ).toEqual([false, false]);
  });

  it('each counterparty has its own limit', () => {
    const orders: [string, number][] = [
      ['B', 30],
      ['B', 21],
      ['C', 50],
      ['B', 20],
      ['C', 1],
      ['B', 1],
    ];
    expect(released({ max_value_to_release: 1000, max_per_counterparty: 50 }, orders)).toEqual([
      true,
      false,
      true,
      true,
      false,
      false,
    ]);
    expect(released({ max_value_to_release: 1000, max_per_counterparty: 0 }, orders)).toEqual([
      false,
      false,
      false,
      false,
      false,
      false,
    ]);
    expect(released({ max_value_to_release: 1000, max_per_counterparty: -1 }, orders)).toEqual([
      false,
      false,
      false,
      false,
      false,
      false,
    ]);
  });

  it('what is refused uses nothing up', () => {
    expect(
      released({ max_value_to_release: 100, max_per_counterparty: 60, focus_counterparties: literal(['B', 'C']) }, [
        ['B', 70],
        ['B', 60],
        ['C', 50],
        ['C', 40],
      ]),
    ).toEqual([false, true, false, true]);
  });

  it('follow the rules for random budgets and payments (spec 06 §14.11)', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -10, max: 300 }),
        fc.option(fc.integer({ min: -10, max: 150 }), { nil: null }),
        fc.option(fc.subarray(['B', 'C', 'D'], { minLength: 1 }), { nil: null }),
        fc.array(fc.tuple(fc.constantFrom('B', 'C'), fc.integer({ min: 1, max: 100 })), { minLength: 1, maxLength: 10 }),
        (max, each, focus, orders) => {
          let remaining = max;
          const used: Record<string, number> = { B: 0, C: 0 };
          const expected = orders.map(([to, amount]) => {
            const allowed =
              amount <= remaining && (focus === null || focus.includes(to)) && (each === null || used[to]! + amount <= each);
            if (allowed) {
              remaining -= amount;
              used[to]! += amount;
            }
            return allowed;
          });
          const parameters: Record<string, Operand> = { max_value_to_release: max };
          if (each !== null) parameters.max_per_counterparty = each;
          if (focus !== null) parameters.focus_counterparties = literal(focus);
          expect(released(parameters, orders)).toEqual(expected);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('hold for their tick only, whatever the bank tree does next (correction C10)', () => {
    for (const next of [
      NOTHING,
      act('s', 'SetState', { key: text('bank_state_x'), value: 1 }),
      act('s', 'AddState', { key: text('bank_state_x'), value: 1 }),
      null,
    ]) {
      const bank_tree = next === null ? null : byTick({ 0: budget({ max_value_to_release: 10 }) }, next);
      const simulation = pair(policy({ payment_tree: RELEASE, bank_tree }));
      const id = pay(simulation, 'A', 'B', 50);
      if (next !== null) {
        expect(reasons(decisions(simulation))).toEqual(['BudgetExhausted']);
        expect(simulation.queue1('A')).toEqual([id]);
      }
      simulation.tick();
      expect(simulation.queue1('A')).toEqual([]);
    }
  });

  it('start afresh in every tick', () => {
    const simulation = pair(withBudget({ max_value_to_release: 50 }));
    for (let tick = 0; tick < 3; tick++) {
      pay(simulation, 'A', 'B', 50);
      expect(types(decisions(simulation))).toEqual(['BankBudgetSet', ...submitted, 'RtgsImmediateSettlement']);
    }
  });

  it('do not concern splits (Quirk Q14) nor other banks', () => {
    const document = policy({
      payment_tree: byAmount({ 40: act('s', 'Split', { num_splits: 2 }) }, RELEASE),
      bank_tree: budget({ max_value_to_release: 30 }),
    });
    const simulation = pair(document);
    pay(simulation, 'A', 'B', 40);
    pay(simulation, 'A', 'B', 30);
    pay(simulation, 'B', 'A', 999);
    const events = decisions(simulation);
    expect(events.filter(({ event_type }) => event_type === 'PolicySubmit')).toHaveLength(2);
    expect(events.filter(({ event_type }) => event_type === 'PolicySplit')).toHaveLength(1);
    expect(reasons(events)).toEqual([]);
  });

  it.each(['max_value_to_release', 'max_per_counterparty'])('%s: literals that are no numbers are errors', (name) => {
    for (const value of NO_NUMBERS) {
      expect(failureOf(pair(withBudget({ max_value_to_release: 1, [name]: literal(value) })))).toBe(
        `Invalid config: Failed to evaluate bank_tree for A: Tree evaluation failed: Invalid action parameter type: ${name}`,
      );
    }
  });

  it('need a maximum', () => {
    expect(failureOf(pair(withBudget({ budget: 5 })))).toBe(
      'Invalid config: Failed to evaluate bank_tree for A: Tree evaluation failed: Missing required action parameter: max_value_to_release',
    );
  });
});

describe.each(['Split', 'PaceAndRelease'] as const)('%s', (action) => {
  const splitting = (parts: Operand, given?: number): PolicyDocument =>
    paying(act('a', action, { num_splits: parts }), given === undefined ? undefined : { given });

  it('cuts the payment and releases all parts', () => {
    const simulation = pair(
      splitting(3),
      { balance: 60 },
      { cost_rates: { split_friction_cost: 25, deadline_penalty: 0, eod_penalty: 0, delay_cost_per_tick_per_cent: 0 } },
    );
    const id = pay(simulation, 'A', 'B', 100, { deadline: 30, priority: 6, rtgs: 'Urgent' });
    const parts = ['T00000002', 'T00000003', 'T00000004'];
    const amounts = [33, 33, 34];
    const part = (i: number): unknown[] => [
      {
        event_type: 'Arrival',
        tick: 0,
        tx_id: parts[i],
        sender_id: 'A',
        receiver_id: 'B',
        amount: amounts[i],
        deadline: 30,
        priority: 6,
        is_divisible: false,
      },
      {
        event_type: 'RtgsSubmission',
        tick: 0,
        tx_id: parts[i],
        sender: 'A',
        receiver: 'B',
        amount: amounts[i],
        internal_priority: 6,
        rtgs_priority: 'Urgent',
      },
    ];
    const events = tickEvents(simulation);
    const none = { liquidity_cost: 0, delay_cost: 0, collateral_cost: 0, penalty_cost: 0, liquidity_opportunity_cost: 0 };
    expect(events.slice(1, 9)).toEqual([
      ...part(0),
      ...part(1),
      ...part(2),
      { event_type: 'CostAccrual', tick: 0, agent_id: 'A', costs: { ...none, split_friction_cost: 50, total: 50 } },
      { event_type: 'PolicySplit', tick: 0, agent_id: 'A', tx_id: id, num_splits: 3, child_ids: parts },
    ]);
    expect(types(events.slice(9))).toEqual(['RtgsImmediateSettlement', 'QueuedRtgs', 'QueuedRtgs']);
    expect(simulation.agentCosts('A').split_friction_cost).toBe(50);
    expect(simulation.queue1('A')).toEqual([]);
    expect(simulation.queue2()).toEqual(parts.slice(1));
    expect(simulation.transaction(id)).toMatchObject({
      amount: 100,
      remaining_amount: 67,
      status: 'Pending',
      rtgs_priority: null,
      declared_rtgs_priority: 'Urgent',
    });
    for (const [i, child] of parts.entries()) {
      expect(simulation.transaction(child)).toMatchObject({
        parent_tx_id: id,
        amount: amounts[i],
        arrival_tick: 0,
        deadline_tick: 30,
        rtgs_priority: 'Urgent',
        rtgs_submission_tick: 0,
        declared_rtgs_priority: null,
      });
    }
  });

  it('parts have the current priority of the whole as both of their priorities', () => {
    const tree = byTick({ 0: act('r', 'Reprioritize', { new_priority: 9 }) }, act('s', action, { num_splits: 2 }));
    const simulation = pair(paying(tree));
    pay(simulation, 'A', 'B', 10, { priority: 4 });
    simulation.tick();
    simulation.tick();
    expect(simulation.transaction('T00000002')).toMatchObject({
      priority: 9,
      original_priority: 9,
      arrival_tick: 0,
      rtgs_submission_tick: 1,
    });
  });

  it.each(WAYS(4))('num_splits as %s', (_, parts) => {
    const simulation = pair(splitting(parts, 4));
    pay(simulation, 'A', 'B', 100);
    simulation.tick();
    expect(eventsOf(simulation, 'PolicySplit')).toMatchObject([{ num_splits: 4 }]);
  });

  it.each([
    // wanted, amount → parts made
    [2.99, 10, 2],
    [5, 3, 3],
    [10, 10, 10],
    [1e300, 4, 4],
    [2, 2, 2],
  ])('%d parts of %d cents: %d', (wanted, amount, made) => {
    const simulation = pair(splitting(wanted));
    pay(simulation, 'A', 'B', amount);
    simulation.tick();
    expect(eventsOf(simulation, 'PolicySplit')).toMatchObject([{ num_splits: made }]);
    const children = simulation.transactions().filter(({ parent_tx_id }) => parent_tx_id !== null);
    expect(children.map((child) => child.amount)).toEqual([
      ...Array.from({ length: made - 1 }, () => Math.floor(amount / made)),
      amount - Math.floor(amount / made) * (made - 1),
    ]);
  });

  it('a single cent cannot be split', () => {
    const simulation = pair(splitting(2));
    const id = pay(simulation, 'A', 'B', 1);
    expect(decisions(simulation)).toEqual([
      { event_type: 'PolicyHold', tick: 0, agent_id: 'A', tx_id: id, reason: 'AmountTooSmallToSplit' },
    ]);
    expect(simulation.queue1('A')).toEqual([id]);
  });

  it.each([1.99, 1, 0, -3, compute('-', compute('*', 1e308, 10), compute('*', 1e308, 10))])('%j parts are an error', (parts) => {
    const simulation = pair(splitting(parts));
    const id = pay(simulation, 'A', 'B', 100);
    expect(failureOf(simulation)).toContain(`for tx ${id}: InvalidActionParameter("num_splits must be >= 2")`);
  });

  it.each(NO_NUMBERS)('the literal %j is an error', (value) => {
    const simulation = pair(splitting(literal(value)));
    const id = pay(simulation, 'A', 'B', 100);
    expect(failureOf(simulation)).toContain(`for tx ${id}: InvalidActionParameter("num_splits")`);
  });

  it('needs a number of parts', () => {
    const simulation = pair(paying(act('a', action)));
    const id = pay(simulation, 'A', 'B', 100);
    expect(failureOf(simulation)).toContain(`for tx ${id}: MissingActionParameter("num_splits")`);
  });

  it('without friction there is no cost event', () => {
    const simulation = pair(splitting(2));
    pay(simulation, 'A', 'B', 10);
    const part = ['Arrival', 'RtgsSubmission'];
    const settled = 'RtgsImmediateSettlement';
    expect(types(tickEvents(simulation).slice(1))).toEqual([...part, ...part, 'PolicySplit', settled, settled]);
  });

  it('conserves the amount (spec 06 §14.10)', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 100_000 }), fc.integer({ min: 2, max: 30 }), (amount, wanted) => {
        const simulation = pair(splitting(wanted), { balance: amount }, { cost_rates: { split_friction_cost: 7 } });
        const id = pay(simulation, 'A', 'B', amount);
        simulation.tick();
        const parts = simulation.transactions().filter(({ parent_tx_id }) => parent_tx_id === id);
        const sizes = parts.map((part) => part.amount);
        expect(sizes.length).toBe(Math.min(wanted, amount));
        expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(amount);
        expect(new Set(sizes.slice(0, -1)).size).toBeLessThanOrEqual(1);
        expect(Math.min(...sizes)).toBeGreaterThanOrEqual(1);
        expect(simulation.agentCosts('A').split_friction_cost).toBe(7 * (sizes.length - 1));
        expect(simulation.transaction(id)).toMatchObject({ remaining_amount: 0, status: 'Settled' });
      }),
      { numRuns: 50 },
    );
  });
});

describe('StaggerSplit', () => {
  const stagger = (parts: Operand, first: Operand, gap: Operand, boost: Operand): ActionNode =>
    act('s', 'StaggerSplit', {
      num_splits: parts,
      stagger_first_now: first,
      stagger_gap_ticks: gap,
      priority_boost_children: boost,
    });
  const whole = (node: PolicyNode): PolicyDocument => paying(when('part', is(field('is_split'), '==', 1), HOLD, node));

  it('worked example S1: under a budget of nothing', () => {
    const document = policy({
      payment_tree: byAmount({ 1000: stagger(3, 1, 2, 7) }, HOLD),
      bank_tree: byTick({ 0: NOTHING }, act('b', 'SetReleaseBudget', { max_value_to_release: 0 })),
    });
    const simulation = pair(document, { balance: 700 });
    const id = pay(simulation, 'A', 'B', 1000, { priority: 5 });
    expect(tickEvents(simulation).slice(1)).toMatchObject([
      { event_type: 'Arrival', tx_id: 'T00000002', amount: 333, priority: 10 },
      { event_type: 'Arrival', tx_id: 'T00000003', amount: 333, priority: 10 },
      { event_type: 'Arrival', tx_id: 'T00000004', amount: 334, priority: 10 },
      { event_type: 'PolicySplit', tx_id: id, num_splits: 3, child_ids: ['T00000002', 'T00000003', 'T00000004'] },
      { event_type: 'PolicyHold', tx_id: 'T00000003', reason: 'ScheduledRelease { tick: 2 }' },
      { event_type: 'PolicyHold', tx_id: 'T00000004', reason: 'ScheduledRelease { tick: 4 }' },
      { event_type: 'RtgsImmediateSettlement', tx_id: 'T00000002', sender_balance_before: 700, sender_balance_after: 367 },
    ]);
    expect(types(decisions(simulation))).toEqual(['BankBudgetSet']);
    expect(decisions(simulation)).toMatchObject([
      { event_type: 'BankBudgetSet', max_value: 0 },
      { event_type: 'RtgsSubmission', tx_id: 'T00000003', rtgs_priority: 'Normal' },
      { event_type: 'PolicySubmit', tx_id: 'T00000003' },
      { event_type: 'RtgsImmediateSettlement', tx_id: 'T00000003', sender_balance_before: 367, sender_balance_after: 34 },
    ]);
    expect(types(decisions(simulation))).toEqual(['BankBudgetSet']);
    expect(types(decisions(simulation))).toEqual(['BankBudgetSet', ...submitted, 'QueuedRtgs']);
    expect(simulation.queue2()).toEqual(['T00000004']);
  });

  it('worked example S3: past the deadline, and without a gap', () => {
    const tree = when(
      'part',
      is(field('is_split'), '==', 1),
      act('again', 'Split', { num_splits: 2 }),
      when('nine', is(field('amount'), '==', 9), stagger(4, 0, 1, 0), { ...stagger(2, 0, 0, 0), node_id: 's2' }),
    );
    const simulation = pair(
      paying(tree),
      { balance: 6 },
      {
        cost_rates: {
          deadline_penalty: 100,
          eod_penalty: 0,
          delay_cost_per_tick_per_cent: 0,
          split_friction_cost: 0,
          overdraft_bps_per_tick: 0,
        },
      },
    );
    pay(simulation, 'A', 'B', 9, { deadline: 2 });
    expect(reasons(decisions(simulation))).toEqual([1, 2, 3, 4].map((tick) => `ScheduledRelease { tick: ${tick} }`));
    pay(simulation, 'A', 'B', 4);
    const second = tickEvents(simulation).slice(1);
    expect(second.map((event) => [event.event_type, (event as { tx_id?: string }).tx_id])).toEqual([
      ['RtgsSubmission', 'T00000002'],
      ['PolicySubmit', 'T00000002'],
      ['Arrival', 'T00000007'],
      ['Arrival', 'T00000008'],
      ['PolicySplit', 'T00000006'],
      ['RtgsImmediateSettlement', 'T00000002'],
      ['RtgsImmediateSettlement', 'T00000007'],
      ['RtgsImmediateSettlement', 'T00000008'],
    ]);
    expect(simulation.agent('A').balance).toBe(0);
    expect(types(tickEvents(simulation))).toEqual([...submitted, 'QueuedRtgs']);
    const fourth = tickEvents(simulation);
    expect(types(fourth)).toEqual([
      ...submitted,
      'QueuedRtgs',
      'TransactionWentOverdue',
      'TransactionWentOverdue',
      'TransactionWentOverdue',
      'CostAccrual',
    ]);
    expect(fourth.flatMap((event) => (event.event_type === 'TransactionWentOverdue' ? [event.tx_id] : []))).toEqual(
      expect.arrayContaining(['T00000003', 'T00000004', 'T00000005']),
    );
    expect(fourth.at(-1)).toMatchObject({ costs: { penalty_cost: 300 } });
    expect(types(tickEvents(simulation))).toEqual([...submitted, 'QueuedRtgs']);
    expect(simulation.queue2()).toEqual(['T00000003', 'T00000004', 'T00000005']);
    expect(eventsOf(simulation, 'PolicySplit')).toHaveLength(2);
  });

  it('parts released at once carry no RTGS priority and are not announced', () => {
    const simulation = pair(whole(stagger(3, 2, 5, 0)), { balance: 0 });
    pay(simulation, 'A', 'B', 30, { rtgs: 'Urgent' });
    expect(types(decisions(simulation))).toEqual([...'PolicySplit PolicyHold QueuedRtgs QueuedRtgs'.split(' ')]);
    for (const id of ['T00000002', 'T00000003'])
      expect(simulation.transaction(id)).toMatchObject({ rtgs_priority: null, rtgs_submission_tick: null });
    expect(simulation.queue1('A')).toEqual(['T00000004']);
    simulation.run({ untilTick: 5 });
    // The declared priority of the whole is not that of a scheduled part.
    expect(decisions(simulation)[0]).toMatchObject({ event_type: 'RtgsSubmission', tx_id: 'T00000004', rtgs_priority: 'Normal' });
  });

  it.each([
    // parts, first, gap, amount → ticks at which the parts leave
    [4, 0, 1, 40, [1, 2, 3, 4]],
    [4, 1, 3, 40, [0, 3, 6, 9]],
    [4, 3, 2, 40, [0, 0, 0, 2]],
    [4, 4, 2, 40, [0, 0, 0, 0]],
    [4, 0, 0, 40, [0, 0, 0, 0]],
    [4, 2, 0, 40, [0, 0, 0, 0]],
    [10, 5, 1, 3, [0, 0, 0]], // three parts, so the first five are all
    [10, 1, 1, 3, [0, 1, 2]],
    [3.9, 1.9, 2.9, 40, [0, 2, 4]],
    [3, -2, 2, 40, [2, 4, 6]],
    [3, 1, -2, 40, [0, 0, 0]],
  ] as [number, number, number, number, number[]][])(
    '%d parts, %d now, %d ticks apart, of %d: at %j',
    (parts, first, gap, amount, ticks) => {
      const simulation = pair(whole(stagger(parts, first, gap, 0)));
      pay(simulation, 'A', 'B', amount);
      simulation.run({ untilTick: 12 });
      expect(eventsOf(simulation, 'RtgsImmediateSettlement').map(({ tick }) => tick)).toEqual(ticks);
      expect(reasons([...simulation.events]).filter((reason) => reason.startsWith('Scheduled'))).toEqual(
        ticks.filter((tick) => tick > 0).map((tick) => `ScheduledRelease { tick: ${tick} }`),
      );
    },
  );

  it('friction is charged before the split is logged, schedules after it', () => {
    const simulation = pair(whole(stagger(3, 1, 2, 0)), {}, { cost_rates: { split_friction_cost: 5 } });
    pay(simulation, 'A', 'B', 30);
    const events = tickEvents(simulation).slice(1);
    expect(types(events.slice(0, 8))).toEqual([
      ...['Arrival', 'Arrival', 'Arrival', 'CostAccrual', 'PolicySplit', 'PolicyHold', 'PolicyHold'],
      'RtgsImmediateSettlement',
    ]);
    expect(events[3]).toMatchObject({ agent_id: 'A', costs: { split_friction_cost: 10, total: 10 } });
  });

  it('parts that wait stand at the end of the queue in the order of creation', () => {
    const simulation = pair(paying(byAmount({ 30: stagger(3, 1, 5, 0) }, HOLD)));
    const others = [pay(simulation, 'A', 'B', 30), pay(simulation, 'A', 'B', 7)];
    simulation.tick();
    expect(simulation.queue1('A')).toEqual([others[1], 'T00000004', 'T00000005']);
  });

  it.each([
    [0, 5],
    [3, 8],
    [5, 10],
    [250, 10],
    [300, 10],
    [-4, 5],
    [2.9, 7],
    [compute('*', 1e308, 10), 10],
  ] as [Operand, number][])('a boost of %j makes priority 5 to %d', (boost, priority) => {
    const simulation = pair(whole(stagger(2, 0, 5, boost)));
    pay(simulation, 'A', 'B', 30, { priority: 5 });
    simulation.tick();
    expect(simulation.transaction('T00000002')).toMatchObject({ priority, original_priority: priority });
  });

  it('a single cent cannot be split', () => {
    const simulation = pair(whole(stagger(3, 1, 1, 0)));
    pay(simulation, 'A', 'B', 1);
    expect(reasons(decisions(simulation))).toEqual(['AmountTooSmallToSplit']);
  });

  it('errors come in the order of the parameters', () => {
    const bad = literal('x');
    const cases: [PolicyNode, string][] = [
      [stagger(bad, bad, bad, bad), 'InvalidActionParameter("num_splits")'],
      [stagger(1, bad, bad, bad), 'InvalidActionParameter("stagger_first_now")'],
      [stagger(1, 1, bad, bad), 'InvalidActionParameter("stagger_gap_ticks")'],
      [stagger(1, 1, 1, bad), 'InvalidActionParameter("priority_boost_children")'],
      [stagger(1, 5, 1, 1), 'InvalidActionParameter("num_splits must be >= 2")'],
      [stagger(2, 3, 1, 1), 'InvalidActionParameter("stagger_first_now cannot exceed num_splits")'],
      [act('s', 'StaggerSplit', { interval_ticks: 2 }), 'MissingActionParameter("num_splits")'],
      [act('s', 'StaggerSplit', { num_splits: 2 }), 'MissingActionParameter("stagger_first_now")'],
      [act('s', 'StaggerSplit', { num_splits: 2, stagger_first_now: 1 }), 'MissingActionParameter("stagger_gap_ticks")'],
      [
        act('s', 'StaggerSplit', { num_splits: 2, stagger_first_now: 1, stagger_gap_ticks: 1 }),
        'MissingActionParameter("priority_boost_children")',
      ],
    ];
    for (const [node, error] of cases) {
      const simulation = pair(paying(node));
      const id = pay(simulation, 'A', 'B', 10);
      expect(failureOf(simulation)).toContain(`for tx ${id}: ${error}`);
    }
  });
});

describe('Hold', () => {
  const reasonOf = (parameters?: Record<string, Operand>, deadline?: number): string => {
    const simulation = pair(paying(act('h', 'Hold', parameters), { given: 1 }));
    const id = pay(simulation, 'A', 'B', 10, deadline === undefined ? {} : { deadline });
    const events = decisions(simulation);
    expect(events).toMatchObject([{ event_type: 'PolicyHold', tick: 0, agent_id: 'A', tx_id: id }]);
    expect(simulation.queue1('A')).toEqual([id]);
    return (events[0] as { reason: string }).reason;
  };

  it.each([
    ['InsufficientLiquidity', 'InsufficientLiquidity'],
    ['AwaitingInflows', 'AwaitingInflows'],
    ['LowPriority', 'LowPriority'],
    ['EOD-NoLiquidity', 'Custom("EOD-NoLiquidity")'],
    ['insufficientliquidity', 'Custom("insufficientliquidity")'],
    ['BudgetExhausted', 'Custom("BudgetExhausted")'],
    ['', 'Custom("")'],
    ['say "no"', 'Custom("say \\"no\\"")'],
    ["it's", 'Custom("it\'s")'],
    ['a\\b', 'Custom("a\\\\b")'],
    ['a\nb\rc\td\0e', 'Custom("a\\nb\\rc\\td\\0e")'],
    ['\u0001\u001b\u007f\u0085', 'Custom("\\u{1}\\u{1b}\\u{7f}\\u{85}")'],
    ['naïve – 銀行 🏦 ½', 'Custom("naïve – 銀行 🏦 ½")'],
    ['e\u0301', 'Custom("e\\u{301}")'],
    ['\u200b\u202e\ufeff', 'Custom("\\u{200b}\\u{202e}\\u{feff}")'],
    ['a\u00a0b\u2028', 'Custom("a\\u{a0}b\\u{2028}")'],
    ['\ue000', 'Custom("\\u{e000}")'],
    ['NearDeadline { ticks_remaining: 3 }', 'Custom("NearDeadline { ticks_remaining: 3 }")'],
  ])('reason %j is logged as %j', (given, logged) => {
    expect(reasonOf({ reason: text(given) })).toBe(logged);
  });

  it('without a reason', () => {
    expect(reasonOf()).toBe('Custom("Policy decision")');
    expect(reasonOf({})).toBe('Custom("Policy decision")');
    expect(reasonOf({ hold_reason: text('LowPriority') })).toBe('Custom("Policy decision")');
  });

  it.each([
    literal(1),
    literal(null),
    literal(['LowPriority']),
    literal(true),
    field('balance'),
    param('given'),
    compute('/', 1, compute('-', 1, 1)),
  ])('reason %j counts as none', (reason) => {
    expect(reasonOf({ reason })).toBe('Custom("Policy decision")');
  });

  it('near the deadline: with the ticks that remain, never less than 0', () => {
    const simulation = pair(paying(act('h', 'Hold', { reason: text('NearDeadline') })));
    pay(simulation, 'A', 'B', 10, { deadline: 2 });
    const seen = Array.from({ length: 5 }, () => reasons(tickEvents(simulation))[0]);
    expect(seen).toEqual([2, 1, 0, 0, 0].map((ticks) => `NearDeadline { ticks_remaining: ${ticks} }`));
  });
});

describe('Drop', () => {
  const COSTS = {
    delay_cost_per_tick_per_cent: 1,
    deadline_penalty: 500,
    eod_penalty: 700,
    split_friction_cost: 0,
    overdraft_bps_per_tick: 0,
  };

  it('removes the payment for good: overdue at once, no penalty, no further cost (Quirk Q17)', () => {
    const simulation = pair(paying(byTick({ 0: HOLD }, act('d', 'Drop'))), {}, { cost_rates: COSTS, ticks_per_day: 4 });
    const id = pay(simulation, 'A', 'B', 10, { deadline: 2 });
    simulation.tick();
    expect(decisions(simulation)).toEqual([
      { event_type: 'PolicyDrop', tick: 1, agent_id: 'A', tx_id: id, reason: 'Expired deadline' },
    ]);
    expect(simulation.queue1('A')).toEqual([]);
    expect(simulation.transaction(id)).toMatchObject({ status: 'Overdue', overdue_since_tick: 1, remaining_amount: 10 });
    simulation.run({ untilTick: 8 });
    expect(eventsOf(simulation, 'TransactionWentOverdue')).toEqual([]);
    expect(simulation.agentRunCosts('A')).toMatchObject({ total_cost: 10, delay_cost: 10 });
    expect(simulation.agentRunCounters('A').num_dropped).toBe(1);
  });

  it('a payment that was overdue stays overdue since then', () => {
    const simulation = pair(paying(byTick({ 5: act('d', 'Drop') }, HOLD)));
    const id = pay(simulation, 'A', 'B', 10, { deadline: 1 });
    simulation.run({ untilTick: 6 });
    expect(simulation.transaction(id)).toMatchObject({ status: 'Overdue', overdue_since_tick: 2 });
  });

  it('drops the others of a queue without harm', () => {
    const simulation = pair(paying(byAmount({ 2: act('d', 'Drop') }, HOLD)));
    const ids = [1, 2, 3, 2, 4].map((amount) => pay(simulation, 'A', 'B', amount));
    simulation.tick();
    expect(simulation.queue1('A')).toEqual([ids[0], ids[2], ids[4]]);
  });
});

describe('Reprioritize', () => {
  const reprioritizing = (priority: Operand): PolicyDocument =>
    paying(act('r', 'Reprioritize', { new_priority: priority }), { given: 8 });

  it.each(WAYS(8))('new_priority as %s', (_, priority) => {
    const simulation = pair(reprioritizing(priority));
    const id = pay(simulation, 'A', 'B', 10, { priority: 3 });
    expect(decisions(simulation)).toEqual([
      { event_type: 'TransactionReprioritized', tick: 0, agent_id: 'A', tx_id: id, old_priority: 3, new_priority: 8 },
    ]);
    expect(simulation.transaction(id)).toMatchObject({ priority: 8, original_priority: 3 });
    expect(simulation.queue1('A')).toEqual([id]);
  });

  it.each([
    // given → logged (Quirk Q18), stored
    [0, 0, 0],
    [10, 10, 10],
    [11, 11, 10],
    [50, 50, 10],
    [255, 255, 10],
    [256, 255, 10],
    [1e300, 255, 10],
    [-1, 0, 0],
    [3.99, 3, 3],
    [compute('*', 1e308, 10), 255, 10],
    [compute('-', compute('*', 1e308, 10), compute('*', 1e308, 10)), 0, 0],
  ] as [Operand, number, number][])('%j is logged as %d and stored as %d', (given, logged, stored) => {
    const simulation = pair(reprioritizing(given));
    const id = pay(simulation, 'A', 'B', 10, { priority: 3 });
    expect(decisions(simulation)).toMatchObject([{ old_priority: 3, new_priority: logged }]);
    expect(simulation.transaction(id)!.priority).toBe(stored);
  });

  it('is logged every tick, also when nothing changes', () => {
    const simulation = pair(reprioritizing(5));
    pay(simulation, 'A', 'B', 10, { priority: 5 });
    for (let tick = 0; tick < 3; tick++)
      expect(decisions(simulation)).toMatchObject([{ event_type: 'TransactionReprioritized', old_priority: 5, new_priority: 5 }]);
  });

  it('needs a number', () => {
    for (const [parameters, error] of [
      [{}, 'MissingActionParameter("new_priority")'],
      [{ new_priority: text('HIGH') }, 'InvalidActionParameter("new_priority")'],
    ] as [Record<string, Operand>, string][]) {
      const simulation = pair(paying(act('r', 'Reprioritize', parameters)));
      const id = pay(simulation, 'A', 'B', 10);
      expect(failureOf(simulation)).toContain(`for tx ${id}: ${error}`);
    }
  });
});

describe('RTGS actions on a bank’s own queue', () => {
  it('WithdrawFromRtgs always fails', () => {
    const simulation = pair(paying(act('w', 'WithdrawFromRtgs')));
    const id = pay(simulation, 'A', 'B', 10);
    const reason = `WithdrawFromRtgs failed: Settlement error: Transaction ${id} not found in RTGS Queue 2`;
    for (let tick = 0; tick < 2; tick++)
      expect(decisions(simulation)).toEqual([{ event_type: 'PolicyHold', tick, agent_id: 'A', tx_id: id, reason }]);
    expect(simulation.queue1('A')).toEqual([id]);
  });

  it('ResubmitToRtgs declares a priority, releases nothing and is logged every time', () => {
    const simulation = pair(
      paying(
        byTick(
          {
            0: act('a', 'ResubmitToRtgs', { rtgs_priority: text('Urgent') }),
            1: act('b', 'ResubmitToRtgs', { rtgs_priority: text('HighlyUrgent') }),
          },
          RELEASE,
        ),
      ),
    );
    const id = pay(simulation, 'A', 'B', 10);
    expect(decisions(simulation)).toEqual([
      { event_type: 'RtgsResubmission', tick: 0, tx_id: id, sender: 'A', old_rtgs_priority: 'None', new_rtgs_priority: 'Urgent' },
    ]);
    expect(simulation.queue1('A')).toEqual([id]);
    expect(simulation.transaction(id)).toMatchObject({ declared_rtgs_priority: 'Urgent', rtgs_priority: null });
    expect(decisions(simulation)).toMatchObject([
      { event_type: 'RtgsResubmission', old_rtgs_priority: 'Urgent', new_rtgs_priority: 'HighlyUrgent' },
    ]);
    expect(simulation.queue1('A')).toEqual([id]);
    expect(decisions(simulation)[0]).toMatchObject({ event_type: 'RtgsSubmission', rtgs_priority: 'HighlyUrgent' });
  });

  it.each([
    [{}, 'MissingActionParameter("rtgs_priority")'],
    [{ rtgs_priority: literal(1) }, 'InvalidActionParameter("rtgs_priority must be a string")'],
    [{ rtgs_priority: literal(null) }, 'InvalidActionParameter("rtgs_priority must be a string")'],
    [{ rtgs_priority: literal(['Urgent']) }, 'InvalidActionParameter("rtgs_priority must be a string")'],
    [{ rtgs_priority: field('priority') }, 'InvalidActionParameter("rtgs_priority must be a direct string value")'],
    [{ rtgs_priority: param('given') }, 'InvalidActionParameter("rtgs_priority must be a direct string value")'],
    [{ rtgs_priority: compute('+', 1, 1) }, 'InvalidActionParameter("rtgs_priority must be a direct string value")'],
    [
      { rtgs_priority: text('urgent') },
      `InvalidActionParameter("rtgs_priority must be 'HighlyUrgent', 'Urgent', or 'Normal', got 'urgent'")`,
    ],
    [
      { rtgs_priority: text('') },
      `InvalidActionParameter("rtgs_priority must be 'HighlyUrgent', 'Urgent', or 'Normal', got ''")`,
    ],
    [
      { rtgs_priority: text('None') },
      `InvalidActionParameter("rtgs_priority must be 'HighlyUrgent', 'Urgent', or 'Normal', got 'None'")`,
    ],
  ] as [Record<string, Operand>, string][])('ResubmitToRtgs with %j is an error', (parameters, error) => {
    const simulation = pair(paying(act('r', 'ResubmitToRtgs', parameters), { given: 1 }));
    const id = pay(simulation, 'A', 'B', 10);
    expect(failureOf(simulation)).toContain(`for tx ${id}: ${error}`);
  });
});

describe('RTGS actions on the central queue', () => {
  const queued = (inQueue2: PolicyNode, own: PolicyNode = RELEASE): PolicyDocument =>
    paying(when('queued', is(field('is_in_queue2'), '==', 1), inQueue2, own));
  const withdraw = act('w', 'WithdrawFromRtgs');
  const resubmit = (priority: string): ActionNode => act('u', 'ResubmitToRtgs', { rtgs_priority: text(priority) });

  it('WithdrawFromRtgs brings a payment to the tail of the own queue, to be decided in the next tick', () => {
    const simulation = pair(queued(withdraw, byTick({ 0: RELEASE, 1: HOLD }, act('d', 'Drop'))), { balance: 0 });
    const id = pay(simulation, 'A', 'B', 10, { rtgs: 'Urgent' });
    simulation.tick();
    expect(simulation.queue2()).toEqual([id]);
    const waiting = pay(simulation, 'A', 'B', 20);
    expect(decisions(simulation)).toMatchObject([
      { event_type: 'PolicyHold', tx_id: waiting },
      { event_type: 'RtgsWithdrawal', tick: 1, tx_id: id, sender: 'A', original_rtgs_priority: 'Urgent' },
    ]);
    expect(simulation.queue1('A')).toEqual([waiting, id]);
    expect(simulation.queue2()).toEqual([]);
    expect(simulation.transaction(id)).toMatchObject({
      rtgs_priority: null,
      rtgs_submission_tick: null,
      declared_rtgs_priority: 'Urgent',
    });
    expect(decisions(simulation).map((event) => [event.event_type, (event as { tx_id: string }).tx_id])).toEqual([
      ['PolicyDrop', waiting],
      ['PolicyDrop', id],
    ]);
  });

  it('a part that was released without an RTGS priority is withdrawn from "None"', () => {
    const tree = when(
      'part',
      is(field('is_split'), '==', 1),
      withdraw,
      act('s', 'StaggerSplit', { num_splits: 2, stagger_first_now: 2, stagger_gap_ticks: 0, priority_boost_children: 0 }),
    );
    const simulation = pair(paying(tree), { balance: 0 });
    pay(simulation, 'A', 'B', 10);
    simulation.tick();
    expect(decisions(simulation)).toMatchObject([
      { event_type: 'RtgsWithdrawal', tx_id: 'T00000002', original_rtgs_priority: 'None' },
      { event_type: 'RtgsWithdrawal', tx_id: 'T00000003', original_rtgs_priority: 'None' },
    ]);
  });

  it('ResubmitToRtgs withdraws and declares; the next release uses it and joins at the end', () => {
    const simulation = pair(
      paying(
        when(
          'first',
          is(field('amount'), '==', 10),
          when('once', is(field('current_tick'), '==', 1), resubmit('HighlyUrgent'), RELEASE),
          act('r2', 'Release'),
        ),
      ),
      { balance: 0 },
    );
    const id = pay(simulation, 'A', 'B', 10);
    const other = pay(simulation, 'A', 'B', 20);
    simulation.tick();
    expect(simulation.queue2()).toEqual([id, other]);
    expect(decisions(simulation)).toEqual([
      { event_type: 'RtgsWithdrawal', tick: 1, tx_id: id, sender: 'A', original_rtgs_priority: 'Normal' },
      {
        event_type: 'RtgsResubmission',
        tick: 1,
        tx_id: id,
        sender: 'A',
        old_rtgs_priority: 'None',
        new_rtgs_priority: 'HighlyUrgent',
      },
    ]);
    expect(simulation.queue1('A')).toEqual([id]);
    expect(decisions(simulation)[0]).toMatchObject({ event_type: 'RtgsSubmission', tx_id: id, rtgs_priority: 'HighlyUrgent' });
    expect(simulation.queue2()).toEqual([other, id]);
  });

  it('both act in the order of agents and of the queue, after all trees', () => {
    const simulation = simulate([
      { id: 'B', balance: 0, policy: queued(withdraw, byTick({ 0: RELEASE }, HOLD)) },
      { id: 'A', balance: 0, policy: queued(resubmit('Urgent'), byTick({ 0: RELEASE }, HOLD)) },
    ]);
    const ids = [
      pay(simulation, 'B', 'A', 1),
      pay(simulation, 'A', 'B', 2),
      pay(simulation, 'A', 'B', 3),
      pay(simulation, 'B', 'A', 4),
    ];
    simulation.tick();
    const events = decisions(simulation);
    expect(events.map((event) => [event.event_type, (event as { tx_id: string }).tx_id])).toEqual([
      ['RtgsWithdrawal', ids[1]],
      ['RtgsResubmission', ids[1]],
      ['RtgsWithdrawal', ids[2]],
      ['RtgsResubmission', ids[2]],
      ['RtgsWithdrawal', ids[0]],
      ['RtgsWithdrawal', ids[3]],
    ]);
  });

  const INERT: [string, PolicyNode][] = [
    ['Release', RELEASE],
    ['Release with a flag', act('x', 'Release', { priority_flag: text('HIGH'), timed_for_tick: 9 })],
    ['Split', act('x', 'Split', { num_splits: 2 })],
    [
      'StaggerSplit',
      act('x', 'StaggerSplit', { num_splits: 2, stagger_first_now: 1, stagger_gap_ticks: 1, priority_boost_children: 1 }),
    ],
    ['Hold', HOLD],
    ['Drop', act('x', 'Drop')],
    ['Reprioritize', act('x', 'Reprioritize', { new_priority: 9 })],
    [
      'a division by zero',
      when(
        'x',
        is(compute('/', 1, field('liquidity_buffer')), '>', 0),
        act('y', 'WithdrawFromRtgs'),
        act('z', 'WithdrawFromRtgs'),
      ),
    ],
    ['an empty list', when('x', is(failing.EmptyValueList, '>', 0), act('y', 'WithdrawFromRtgs'), act('z', 'WithdrawFromRtgs'))],
    ['a missing parameter', act('x', 'ResubmitToRtgs')],
    ['a wrong parameter', act('x', 'ResubmitToRtgs', { rtgs_priority: text('soon') })],
    ['a missing number', act('x', 'Reprioritize')],
  ];
  it.each(INERT)('%s has no effect there and leaves no event (spec 06 §14.14)', (_, node) => {
    // The unused branch makes the tree one that can act on queued payments.
    const tree = when(
      'queued',
      is(field('is_in_queue2'), '==', 1),
      node,
      when('never', NO, act('never w', 'WithdrawFromRtgs'), act('own', 'Release')),
    );
    const simulation = pair(paying(tree), { balance: 0 });
    const id = pay(simulation, 'A', 'B', 10, { priority: 3 });
    simulation.tick();
    const before = simulation.transaction(id);
    expect(types(tickEvents(simulation))).toEqual([]);
    expect(simulation.transaction(id)).toEqual(before);
    expect(simulation.queue2()).toEqual([id]);
  });

  it('a payment that a call between ticks withdrew is still looked at, and refused softly', () => {
    for (const [action, reason] of [
      [withdraw, 'WithdrawFromRtgs failed'],
      [resubmit('Urgent'), 'ResubmitToRtgs withdraw step failed'],
    ] as [PolicyNode, string][]) {
      const simulation = pair(paying(byTick({ 0: RELEASE, 1: action }, HOLD)), { balance: 0 });
      const id = pay(simulation, 'A', 'B', 10);
      simulation.tick();
      simulation.withdrawFromRtgs(id);
      const error = `Settlement error: Transaction ${id} not found in RTGS Queue 2`;
      const events = tickEvents(simulation).filter(({ event_type }) => event_type !== 'RtgsWithdrawal');
      // Once for the own queue, once for the index that still lists it.
      expect(events.at(-1)).toMatchObject({ event_type: 'PolicyHold', tx_id: id, reason: `${reason}: ${error}` });
      expect(simulation.queue1('A')).toEqual([id]);
    }
  });

  it('a payment is looked at from the tick after it was queued', () => {
    const simulation = pair(queued(withdraw, byTick({ 0: RELEASE }, HOLD)), { balance: 0 });
    pay(simulation, 'A', 'B', 10);
    expect(types(decisions(simulation))).toEqual([...submitted, 'QueuedRtgs']);
    expect(types(decisions(simulation))).toEqual(['RtgsWithdrawal']);
  });
});

describe('registers', () => {
  const banking = (tree: PolicyNode, parameters?: Record<string, number>): PolicyDocument =>
    policy({ payment_tree: HOLD, bank_tree: tree, ...(parameters ? { parameters } : {}) });
  const register = (
    action: 'SetState' | 'AddState',
    key: string,
    value: Operand,
    more: Record<string, Operand> = {},
    id = 'n',
  ): ActionNode => act(id, action, { key: text(key), value, ...more });

  it('SetState writes, AddState adds; both are logged with path and reason', () => {
    const tree = byTick(
      {
        0: register('AddState', 'bank_state_x', 0.1, {}, 'add'),
        1: register('AddState', 'bank_state_x', 0.2, { reason: text('more "x"') }, 'again'),
        2: register('SetState', 'bank_state_x', -7, { reason: text('') }, 'set'),
        3: register('SetState', 'bank_state_x', -7, {}, 'same'),
      },
      NOTHING,
    );
    const simulation = pair(banking(tree));
    simulation.run({ untilTick: 5 });
    const event = (tick: number, old: number, value: number, reason: string, path: string): unknown => ({
      event_type: 'StateRegisterSet',
      tick,
      agent_id: 'A',
      register_key: 'bank_state_x',
      old_value: old,
      new_value: value,
      reason,
      decision_path: path,
    });
    expect(eventsOf(simulation, 'StateRegisterSet')).toEqual([
      event(0, 0, 0.1, 'policy_action', 'at 0(true) → add'),
      event(1, 0.1, 0.30000000000000004, 'more "x"', 'at 0(false) → at 1(true) → again'),
      event(2, 0.30000000000000004, -7, '', 'at 0(false) → at 1(false) → at 2(true) → set'),
      event(3, -7, -7, 'policy_action', 'at 0(false) → at 1(false) → at 2(false) → at 3(true) → same'),
    ]);
    expect(simulation.agentRegisters('A')).toEqual([['bank_state_x', -7]]);
  });

  it.each(WAYS(2.5))('value as %s', (_, value) => {
    const simulation = pair(banking(register('SetState', 'bank_state_x', value), { given: 2.5 }));
    simulation.tick();
    expect(simulation.agentRegisters('A')).toEqual([['bank_state_x', 2.5]]);
  });

  it('hold NaN and infinities', () => {
    const infinite = compute('*', 1e308, 10);
    const tree = byTick(
      {
        0: register('SetState', 'bank_state_x', infinite),
        1: register('AddState', 'bank_state_x', compute('-', 0, infinite), {}, 'm'),
        2: register('SetState', 'bank_state_x', compute('-', 0, infinite), {}, 'o'),
      },
      NOTHING,
    );
    const simulation = pair(banking(tree));
    simulation.run({ untilTick: 3 });
    expect(eventsOf(simulation, 'StateRegisterSet').map(({ old_value, new_value }) => [old_value, new_value])).toEqual([
      [0, Infinity],
      [Infinity, NaN],
      [NaN, -Infinity],
    ]);
  });

  it('only ten per bank: the eleventh gives a warning, no event, and the tick goes on', () => {
    const warnings: string[] = [];
    const keys = Array.from({ length: 12 }, (_, i) => `bank_state_${i}`);
    const writes = Object.fromEntries(keys.map((key, i) => [i, register(i % 2 ? 'AddState' : 'SetState', key, 0, {}, `n${i}`)]));
    const tree = byTick({ ...writes, 12: register('AddState', 'bank_state_3', 5, {}, 'known') }, NOTHING);
    const simulation = simulate(
      [{ id: 'A', policy: banking(tree) }],
      { ticks_per_day: 20 },
      { warn: (message) => warnings.push(message) },
    );
    simulation.run({ untilTick: 13 });
    expect(warnings).toEqual([
      'WARN: SetState failed for agent A at tick 10: Maximum 10 state registers per agent',
      'WARN: AddState failed for agent A at tick 11: Maximum 10 state registers per agent',
    ]);
    expect(simulation.agentRegisters('A')).toEqual(keys.slice(0, 10).map((key) => [key, key === 'bank_state_3' ? 5 : 0]));
    expect(eventsOf(simulation, 'StateRegisterSet').map(({ tick }) => tick)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 12]);
  });

  it('a key without the prefix is refused first', () => {
    const warnings: string[] = [];
    const writes = Object.fromEntries(
      Array.from({ length: 10 }, (_, i) => [i, register('SetState', `bank_state_${i}`, 1, {}, `n${i}`)]),
    );
    const tree = byTick(
      {
        ...writes,
        10: register('SetState', 'mode', 1, {}, 'x'),
        11: register('AddState', '', 1, {}, 'y'),
        12: register('SetState', 'bank_stateX', 1, {}, 'z'),
      },
      NOTHING,
    );
    const simulation = simulate(
      [{ id: 'A', policy: banking(tree) }],
      { ticks_per_day: 20 },
      { warn: (message) => warnings.push(message) },
    );
    simulation.run({ untilTick: 13 });
    expect(warnings).toEqual([
      "WARN: SetState failed for agent A at tick 10: Register key must start with 'bank_state_', got: 'mode'",
      "WARN: AddState failed for agent A at tick 11: Register key must start with 'bank_state_', got: ''",
      "WARN: SetState failed for agent A at tick 12: Register key must start with 'bank_state_', got: 'bank_stateX'",
    ]);
  });

  it('are cleared at the end of the day, agent by agent, key by key', () => {
    const writing = (...keys: string[]): PolicyDocument =>
      banking(byTick(Object.fromEntries(keys.map((key, i) => [i, register('SetState', key, i, {}, `n${i}`)])), NOTHING));
    const simulation = simulate(
      [
        { id: 'B', policy: writing('bank_state_b', 'bank_state_B', 'bank_state_ä', 'bank_state_') },
        { id: 'A', policy: writing('bank_state_z', 'bank_state_10', 'bank_state_9') },
      ],
      { ticks_per_day: 4 },
    );
    simulation.run({ untilTick: 4 });
    const events = simulation.events.ofTick(3);
    const cleared = (agent: string, key: string, old: number): unknown => ({
      event_type: 'StateRegisterSet',
      tick: 3,
      agent_id: agent,
      register_key: key,
      old_value: old,
      new_value: 0,
      reason: 'eod_reset',
      decision_path: null,
    });
    expect(events.slice(-8)).toEqual([
      cleared('A', 'bank_state_10', 1),
      cleared('A', 'bank_state_9', 2),
      cleared('A', 'bank_state_z', 0),
      cleared('B', 'bank_state_', 3),
      cleared('B', 'bank_state_B', 1),
      cleared('B', 'bank_state_b', 0),
      cleared('B', 'bank_state_ä', 2),
      { event_type: 'EndOfDay', tick: 3, day: 0, unsettled_count: 0, total_penalties: 0 },
    ]);
    expect(simulation.agentRegisters('A')).toEqual([]);
  });

  it('a cleared place can be used again on the next day', () => {
    const tree = register('SetState', 'bank_state_x', field('current_tick'));
    const simulation = pair(banking(tree), {}, { ticks_per_day: 1 });
    simulation.run({ untilTick: 12 });
    expect(eventsOf(simulation, 'StateRegisterSet')).toHaveLength(24);
  });

  it('sums of AddState are exactly what was added (spec 06 §14.12)', () => {
    const simulation = pair(
      banking(register('AddState', 'bank_state_sum', compute('/', field('current_tick'), 7))),
      {},
      { ticks_per_day: 10 },
    );
    let sum = 0;
    for (let tick = 0; tick < 9; tick++) {
      simulation.tick();
      sum += tick / 7;
      expect(simulation.agentRegisters('A')).toEqual([['bank_state_sum', sum]]);
    }
  });

  describe.each(['SetState', 'AddState'] as const)('%s fails on', (action) => {
    const failure = (parameters: Record<string, Operand>): string | null =>
      failureOf(pair(banking(act('n', action, parameters), { given: 1 })))?.replace(
        'Invalid config: Failed to evaluate bank_tree for A: Tree evaluation failed: ',
        '',
      ) ?? null;
    const good = { key: text('bank_state_x'), value: literal(1) };

    it.each([
      [{ value: 1 }, 'Missing required action parameter: key'],
      [{ key: text('bank_state_x') }, 'Missing required action parameter: value'],
      [{ key: text('bank_state_x'), delta: 1 }, 'Missing required action parameter: value'],
      [{ ...good, key: literal(5) }, 'Invalid action parameter type: key'],
      [{ ...good, key: literal(null) }, 'Invalid action parameter type: key'],
      [{ ...good, key: literal(['bank_state_x']) }, 'Invalid action parameter type: key'],
      [
        { ...good, key: field('balance') },
        "Invalid action parameter type: String parameter 'key' does not support field references",
      ],
      [
        { ...good, key: param('given') },
        "Invalid action parameter type: String parameter 'key' does not support param references",
      ],
      [
        { ...good, key: compute('+', 1, 1) },
        "Invalid action parameter type: String parameter 'key' does not support computed values",
      ],
      [{ ...good, reason: literal(5) }, 'Invalid action parameter type: reason'],
      [{ ...good, reason: literal(null) }, 'Invalid action parameter type: reason'],
      [
        { ...good, reason: field('balance') },
        "Invalid action parameter type: String parameter 'reason' does not support field references",
      ],
      [
        { ...good, reason: param('given') },
        "Invalid action parameter type: String parameter 'reason' does not support param references",
      ],
      [
        { ...good, reason: compute('+', 1, 1) },
        "Invalid action parameter type: String parameter 'reason' does not support computed values",
      ],
      [{ ...good, value: text('1') }, 'Invalid action parameter type: value'],
      [{ ...good, value: literal(true) }, 'Invalid action parameter type: value'],
      [{ ...good, value: compute('/', 1, compute('-', 1, 1)) }, 'Division by zero in computation'],
      // The first parameter that is wrong counts.
      [{ key: literal(5), value: text('x'), reason: literal(5) }, 'Invalid action parameter type: key'],
      [{ key: text('bank_state_x'), value: text('x'), reason: literal(5) }, 'Invalid action parameter type: value'],
    ] as [Record<string, Operand>, string][])('%j', (parameters, message) => {
      expect(failure(parameters)).toBe(message);
    });

    it('nothing else', () => {
      expect(failure(good)).toBeNull();
    });
  });
});

describe('collateral', () => {
  const strategic = (tree: PolicyNode, parameters?: Record<string, number>): PolicyDocument =>
    policy({ payment_tree: RELEASE, strategic_collateral_tree: tree, ...(parameters ? { parameters } : {}) });
  const post = (amount: Operand, more: Record<string, Operand> = {}, id = 'p'): ActionNode =>
    act(id, 'PostCollateral', { amount, ...more });
  const withdraw = (amount: Operand, more: Record<string, Operand> = {}, id = 'w'): ActionNode =>
    act(id, 'WithdrawCollateral', { amount, ...more });
  const once = (node: PolicyNode): PolicyNode => byTick({ 0: node }, KEEP);

  describe('PostCollateral', () => {
    it('posts, logs and records', () => {
      const simulation = pair(strategic(once(post(400, { reason: text('PreemptivePosting') }))), {
        balance: 50,
        cap: 100,
        posted: 30,
      });
      expect(decisions(simulation)).toEqual([
        { event_type: 'CollateralPost', tick: 0, agent_id: 'A', amount: 400, reason: 'PreemptivePosting', new_total: 430 },
      ]);
      expect(simulation.agent('A')).toMatchObject({ posted_collateral: 430, allowed_overdraft_limit: 100 + 421 });
      expect(simulation.collateralRecords(0)).toMatchObject([
        {
          agent_id: 'A',
          tick: 0,
          day: 0,
          action: 'post',
          amount: 400,
          reason: 'PreemptivePosting',
          layer: 'strategic',
          balance_before: 50,
          posted_collateral_before: 30,
          posted_collateral_after: 430,
          available_capacity_after: 570,
        },
      ]);
      expect(simulation.agentDayCounters('A').num_collateral_posts).toBe(1);
    });

    it('in the end-of-tick tree, too', () => {
      const simulation = pair(policy({ payment_tree: RELEASE, end_of_tick_collateral_tree: once(post(70)) }), { cap: 100 });
      pay(simulation, 'A', 'B', 5);
      expect(types(decisions(simulation))).toEqual([...submitted, 'RtgsImmediateSettlement', 'CollateralPost']);
      expect(simulation.collateralRecords(0)).toMatchObject([{ layer: 'end_of_tick', action: 'post', amount: 70 }]);
    });

    it.each(WAYS(250))('amount as %s', (_, amount) => {
      const simulation = pair(strategic(once(post(amount)), { given: 250 }), { cap: 100 });
      simulation.tick();
      expect(eventsOf(simulation, 'CollateralPost')).toMatchObject([{ amount: 250 }]);
    });

    it.each([
      // wanted → posted, with 1,000 of capacity and 100 posted
      [899.99, 899],
      [900, 900],
      [901, 900],
      [1e300, 900],
      [compute('*', 1e308, 10), 900],
      [1.9, 1],
    ] as [Operand, number][])('of %j posts %d', (wanted, posted) => {
      const simulation = pair(strategic(once(post(wanted))), { cap: 100, posted: 100 });
      simulation.tick();
      expect(eventsOf(simulation, 'CollateralPost').map(({ amount }) => amount)).toEqual([posted]);
      expect(simulation.agent('A').posted_collateral).toBe(100 + posted);
    });

    it.each([0, 0.99, -0.5, -1, -1e300, compute('-', compute('*', 1e308, 10), compute('*', 1e308, 10))])(
      'of %j does nothing: no event, no record',
      (wanted) => {
        const simulation = pair(strategic(once(post(wanted, { auto_withdraw_after_ticks: 1 }))), { cap: 100 });
        simulation.run({ untilTick: 3 });
        expect([...simulation.events]).toEqual([]);
        expect(simulation.collateralRecords(0)).toEqual([]);
      },
    );

    it('of nothing does not compute what comes behind the amount', () => {
      const broken = { auto_withdraw_after_ticks: compute('/', 1, compute('-', 1, 1)) };
      expect(failureOf(pair(strategic(post(0, broken)), { cap: 100 }))).toBeNull();
      expect(failureOf(pair(strategic(post(1, broken)), { cap: 100 }))).toContain('Division by zero in computation');
    });

    it.each([0, 5_000])('beyond the capacity (%d more than it) leaves a record that says hold, no timer', (excess) => {
      const simulation = pair(strategic(once(post(5, { reason: text('CostOptimization'), auto_withdraw_after_ticks: 1 }))), {
        balance: 9,
        capacity: 1_000,
        posted: 1_000 + excess,
      });
      simulation.run({ untilTick: 3 });
      expect([...simulation.events]).toEqual([]);
      expect(simulation.collateralRecords(0)).toMatchObject([
        {
          agent_id: 'A',
          tick: 0,
          day: 0,
          action: 'hold',
          amount: 0,
          reason: 'CostOptimization',
          layer: 'strategic',
          balance_before: 9,
          posted_collateral_before: 1_000 + excess,
          posted_collateral_after: 1_000 + excess,
          available_capacity_after: -excess + 0,
        },
      ]);
    });

    it.each([
      'UrgentLiquidityNeed',
      'PreemptivePosting',
      'LiquidityRestored',
      'EndOfDayCleanup',
      'DeadlineEmergency',
      'CostOptimization',
    ])('reason %s is kept', (reason) => {
      const simulation = pair(strategic(once(post(5, { reason: text(reason) }))), { cap: 100 });
      simulation.tick();
      expect(eventsOf(simulation, 'CollateralPost')).toMatchObject([{ reason }]);
    });

    it.each([
      undefined,
      text('panic'),
      text(''),
      text('preemptiveposting'),
      literal(5),
      literal(null),
      field('balance'),
      param('given'),
      compute('/', 1, compute('-', 1, 1)),
    ])('reason %j counts as UrgentLiquidityNeed', (reason) => {
      const simulation = pair(strategic(once(post(5, reason === undefined ? {} : { reason })), { given: 1 }), { cap: 100 });
      simulation.tick();
      expect(eventsOf(simulation, 'CollateralPost')).toMatchObject([{ reason: 'UrgentLiquidityNeed' }]);
    });

    it.each(['strategic_collateral_tree', 'end_of_tick_collateral_tree'] as const)('errors in %s', (tree) => {
      const prefix = `Invalid config: Failed to evaluate ${tree === 'strategic_collateral_tree' ? 'strategic' : 'end-of-tick'} collateral for A: Tree evaluation failed: `;
      const failure = (node: ActionNode): string | null =>
        failureOf(pair(policy({ payment_tree: RELEASE, [tree]: node }), { cap: 100, posted: 5 }));
      expect(failure(act('p', 'PostCollateral'))).toBe(`${prefix}Missing required action parameter: amount`);
      expect(failure(act('p', 'WithdrawCollateral'))).toBe(`${prefix}Missing required action parameter: amount`);
      expect(failure(post(text('all')))).toBe(`${prefix}Invalid action parameter type: amount`);
      expect(failure(withdraw(literal(true)))).toBe(`${prefix}Invalid action parameter type: amount`);
      expect(failure(post(5, { auto_withdraw_after_ticks: text('soon') }))).toBe(
        `${prefix}Invalid action parameter type: auto_withdraw_after_ticks`,
      );
      expect(failure(post(compute('/', 1, field('liquidity_buffer'))))).toBe(`${prefix}Division by zero in computation`);
    });
  });

  describe('WithdrawCollateral', () => {
    it('withdraws, logs and records', () => {
      const simulation = pair(
        policy({ payment_tree: RELEASE, end_of_tick_collateral_tree: once(withdraw(40, { reason: text('EndOfDayCleanup') })) }),
        { balance: 10, cap: 100, posted: 100 },
      );
      expect(decisions(simulation)).toEqual([
        { event_type: 'CollateralWithdraw', tick: 0, agent_id: 'A', amount: 40, reason: 'EndOfDayCleanup', new_total: 60 },
      ]);
      expect(simulation.collateralRecords(0)).toMatchObject([
        {
          agent_id: 'A',
          tick: 0,
          day: 0,
          action: 'withdraw',
          amount: 40,
          reason: 'EndOfDayCleanup',
          layer: 'end_of_tick',
          balance_before: 10,
          posted_collateral_before: 100,
          posted_collateral_after: 60,
          available_capacity_after: 940,
        },
      ]);
      expect(simulation.agentDayCounters('A').num_collateral_withdrawals).toBe(1);
    });

    it.each([
      // balance, cap, posted, haircut, wanted → withdrawn
      [0, 0, 1_000, 0.02, 400, 400],
      [0, 0, 1_000, 0.02, 5_000, 1_000],
      [-100, 100, 1_000, 0.02, 5_000, 1_000],
      [-100, 0, 1_000, 0.02, 5_000, 897], // 103 · 0.98 = 100.94, 102 · 0.98 = 99.96
      [-100, 0, 1_000, 0.5, 5_000, 800],
      [-100, 0, 1_000, 0, 5_000, 900],
      [-100, 40, 1_000, 0.5, 5_000, 880],
      [-100, 0, 200, 0.5, 5_000, 0],
      [-100, 0, 201, 0.5, 5_000, 1],
      [-101, 0, 200, 0.5, 5_000, 0],
      [-100, 0, 1_000, 1, 5_000, 0],
      [100, 0, 1_000, 1, 5_000, 1_000],
      [-980, 0, 1_000, 0.02, 5_000, 0],
      [-979, 0, 1_000, 0.02, 5_000, 1],
      // 1 − 0.3 is a little less than 0.7: 90 give 62, and 30 give 21 although 21 / 0.7 is a little more than 30.
      [-63, 0, 1_000, 0.3, 5_000, 909],
      [-21, 0, 1_000, 0.3, 5_000, 970],
    ])('at balance %d, cap %d, %d posted, haircut %d, of %d: %d', (balance, cap, posted, haircut, wanted, withdrawn) => {
      const simulation = pair(strategic(once(withdraw(wanted))), { balance, cap, posted, haircut });
      simulation.tick();
      expect(eventsOf(simulation, 'CollateralWithdraw').map(({ amount }) => amount)).toEqual(withdrawn > 0 ? [withdrawn] : []);
      expect(simulation.agent('A').posted_collateral).toBe(posted - withdrawn);
      if (withdrawn === 0)
        expect(simulation.collateralRecords(0)).toMatchObject([
          { action: 'hold', amount: 0, reason: 'UrgentLiquidityNeed', posted_collateral_after: posted },
        ]);
    });

    it.each([0, -5, 0.9])('of %j does nothing: no event, no record', (wanted) => {
      const simulation = pair(strategic(once(withdraw(wanted))), { cap: 100, posted: 50 });
      simulation.tick();
      expect([...simulation.events]).toEqual([]);
      expect(simulation.collateralRecords(0)).toEqual([]);
    });

    it('is the largest that leaves the limit at or above used credit (spec 06 §14.13)', () => {
      fc.assert(
        fc.property(
          fc.integer({ min: -600, max: 50 }),
          fc.nat(300),
          fc.nat(400),
          fc.oneof(fc.constantFrom(0, 0.02, 0.1, 0.3, 0.5, 1), fc.double({ min: 0, max: 1, noNaN: true })),
          fc.integer({ min: 1, max: 600 }),
          (balance, cap, posted, haircut, wanted) => {
            const weight = Math.max(1 - haircut, 0);
            const need = Math.max(Math.max(-balance, 0) - cap, 0);
            let kept = 0;
            while (kept <= posted && Math.floor(kept * weight) < need) kept++;
            const most = kept > posted ? 0 : posted - kept;
            const simulation = pair(strategic(once(withdraw(wanted))), { balance, cap, posted, haircut });
            simulation.tick();
            expect(simulation.agent('A').posted_collateral).toBe(posted - Math.min(wanted, most));
          },
        ),
        { numRuns: 150 },
      );
    });

    it('knows no holding period, not even after a posting by hand', () => {
      const simulation = pair(strategic(withdraw(30)), { cap: 100 });
      simulation.postCollateral('A', 30);
      expect(types(tickEvents(simulation))).toEqual(['CollateralPost', 'CollateralWithdraw']);
    });
  });

  describe('timers', () => {
    const rich = { balance: 0, cap: 1_000 };

    it('withdraw what was posted after so many ticks, before payments are decided', () => {
      const simulation = pair(
        strategic(once(post(300, { reason: text('PreemptivePosting'), auto_withdraw_after_ticks: 3 }))),
        rich,
      );
      simulation.run({ untilTick: 3 });
      expect(simulation.agent('A').posted_collateral).toBe(300);
      pay(simulation, 'A', 'B', 5);
      const events = tickEvents(simulation).slice(1);
      expect(types(events)).toEqual(['CollateralTimerWithdrawn', ...submitted, 'RtgsImmediateSettlement']);
      expect(events[0]).toEqual({
        event_type: 'CollateralTimerWithdrawn',
        tick: 3,
        agent_id: 'A',
        amount: 300,
        original_reason: 'PreemptivePosting',
        posted_at_tick: 0,
        new_total: 0,
      });
      simulation.run({ untilTick: 9 });
      expect(eventsOf(simulation, 'CollateralTimerWithdrawn')).toHaveLength(1);
    });

    it.each(WAYS(2))('auto_withdraw_after_ticks as %s', (_, after) => {
      const simulation = pair(strategic(once(post(300, { auto_withdraw_after_ticks: after })), { given: 2 }), rich);
      simulation.run({ untilTick: 5 });
      expect(eventsOf(simulation, 'CollateralTimerWithdrawn')).toMatchObject([{ tick: 2 }]);
    });

    it.each([
      [2.99, [2]],
      [0, []],
      [-3, []],
      [compute('-', compute('*', 1e308, 10), compute('*', 1e308, 10)), []],
      [1e300, []],
    ] as [Operand, number[]][])('after %j ticks: at %j', (after, ticks) => {
      const simulation = pair(strategic(once(post(300, { auto_withdraw_after_ticks: after }))), rich);
      simulation.run({ untilTick: 20 });
      expect(eventsOf(simulation, 'CollateralTimerWithdrawn').map(({ tick }) => tick)).toEqual(ticks);
    });

    it('after less than one tick: in the same tick, and never from the end of a tick (Quirk Q23)', () => {
      const soon = post(300, { auto_withdraw_after_ticks: 0.5 });
      const early = pair(strategic(once(soon)), rich);
      expect(types(decisions(early))).toEqual(['CollateralPost', 'CollateralTimerWithdrawn']);
      const late = pair(policy({ payment_tree: RELEASE, end_of_tick_collateral_tree: once(soon) }), rich);
      late.run({ untilTick: 5 });
      expect(types([...late.events])).toEqual(['CollateralPost']);
      expect(late.agent('A').posted_collateral).toBe(300);
    });

    it('take back what was really posted', () => {
      const simulation = pair(strategic(once(post(5_000, { auto_withdraw_after_ticks: 1 }))), { ...rich, capacity: 700 });
      simulation.run({ untilTick: 2 });
      expect(eventsOf(simulation, 'CollateralTimerWithdrawn')).toMatchObject([{ amount: 700, new_total: 0 }]);
    });

    it('of one tick fire in the order in which they were set', () => {
      const tree = byTick(
        {
          0: post(300, { auto_withdraw_after_ticks: 3, reason: text('CostOptimization') }, 'a'),
          1: post(200, { auto_withdraw_after_ticks: 2 }, 'b'),
          2: post(100, { auto_withdraw_after_ticks: 1, reason: text('DeadlineEmergency') }, 'c'),
        },
        KEEP,
      );
      const simulation = pair(strategic(tree), rich);
      simulation.run({ untilTick: 4 });
      expect(
        eventsOf(simulation, 'CollateralTimerWithdrawn').map(({ amount, new_total, original_reason, posted_at_tick, tick }) => [
          tick,
          amount,
          original_reason,
          posted_at_tick,
          new_total,
        ]),
      ).toEqual([
        [3, 300, 'CostOptimization', 0, 300],
        [3, 200, 'UrgentLiquidityNeed', 1, 100],
        [3, 100, 'DeadlineEmergency', 2, 0],
      ]);
    });

    it('keep 100 cents of credit free: small banks do not get everything back, and the rest stays (Quirk Q106)', () => {
      const simulation = pair(strategic(once(post(1_000, { auto_withdraw_after_ticks: 1 }))), {
        balance: 0,
        cap: 0,
        capacity: 5_000,
      });
      simulation.run({ untilTick: 6 });
      expect(eventsOf(simulation, 'CollateralTimerWithdrawn')).toMatchObject([{ tick: 1, amount: 897, new_total: 103 }]);
    });

    it('are blocked when nothing is free, once', () => {
      const simulation = pair(strategic(once(post(1_000, { auto_withdraw_after_ticks: 2 }))), {
        balance: 0,
        cap: 0,
        capacity: 5_000,
        haircut: 0.1,
      });
      pay(simulation, 'A', 'B', 850);
      simulation.run({ untilTick: 5 });
      expect(eventsOf(simulation, 'CollateralTimerBlocked')).toEqual([
        {
          event_type: 'CollateralTimerBlocked',
          tick: 2,
          agent_id: 'A',
          requested_amount: 1_000,
          reason: 'No headroom available for withdrawal: credit_used=850, allowed_limit=900, headroom=50',
          original_reason: 'UrgentLiquidityNeed',
          posted_at_tick: 0,
        },
      ]);
      expect(eventsOf(simulation, 'CollateralTimerWithdrawn')).toEqual([]);
    });

    it('are blocked when the collateral is gone already', () => {
      const simulation = pair(
        strategic(byTick({ 0: post(300, { auto_withdraw_after_ticks: 2 }), 1: withdraw(300) }, KEEP)),
        rich,
      );
      simulation.run({ untilTick: 3 });
      expect(eventsOf(simulation, 'CollateralTimerBlocked')).toMatchObject([
        {
          tick: 2,
          requested_amount: 300,
          reason: 'No headroom available for withdrawal: credit_used=0, allowed_limit=1000, headroom=1000',
        },
      ]);
    });

    it('wait for the holding period of a posting by hand, which is checked first', () => {
      const simulation = pair(strategic(byTick({ 1: post(300, { auto_withdraw_after_ticks: 2 }) }, KEEP)), rich);
      simulation.tick();
      simulation.tick();
      simulation.postCollateral('A', 50);
      simulation.run({ untilTick: 4 });
      expect(eventsOf(simulation, 'CollateralTimerBlocked')).toMatchObject([
        { tick: 3, reason: 'Minimum holding period not met: 4 tick(s) remaining (posted at tick 2)', posted_at_tick: 1 },
      ]);
    });

    it.each([
      [4, 'Minimum holding period not met: 1 tick(s) remaining (posted at tick 0)'],
      [5, null],
    ])('%d ticks after a posting by hand: %j', (after, refusal) => {
      const simulation = pair(strategic(once(post(300, { auto_withdraw_after_ticks: after }))), rich);
      simulation.postCollateral('A', 50);
      simulation.run({ untilTick: 6 });
      expect(eventsOf(simulation, 'CollateralTimerBlocked').map(({ reason }) => reason)).toEqual(
        refusal === null ? [] : [refusal],
      );
      expect(eventsOf(simulation, 'CollateralTimerWithdrawn')).toHaveLength(refusal === null ? 1 : 0);
    });

    it('withdraw everything when collateral gives no credit at all', () => {
      const simulation = pair(strategic(once(post(300, { auto_withdraw_after_ticks: 1 }))), {
        balance: -50,
        cap: 60,
        haircut: 1,
      });
      simulation.run({ untilTick: 2 });
      expect(eventsOf(simulation, 'CollateralTimerWithdrawn')).toMatchObject([{ amount: 300 }]);
    });

    it('survive a change of policy', () => {
      const simulation = pair(strategic(once(post(300, { auto_withdraw_after_ticks: 2 }))), rich);
      simulation.tick();
      simulation.updateAgentPolicy('A', JSON.stringify(paying(HOLD)));
      simulation.run({ untilTick: 3 });
      expect(eventsOf(simulation, 'CollateralTimerWithdrawn')).toMatchObject([{ tick: 2, amount: 300 }]);
    });
  });

  it('HoldCollateral and trees that are not there leave everything as it is', () => {
    for (const tree of [KEEP, null]) {
      const simulation = pair(
        policy({
          payment_tree: RELEASE,
          strategic_collateral_tree: tree,
          end_of_tick_collateral_tree: tree && { ...tree, node_id: 'e' },
        }),
        { cap: 100, posted: 70 },
      );
      simulation.run({ untilTick: 3 });
      expect([...simulation.events]).toEqual([]);
      expect(simulation.collateralRecords(0)).toEqual([]);
      expect(simulation.agent('A').posted_collateral).toBe(70);
    }
  });

  it('agents decide one after the other, in the order of their ids', () => {
    const banks: Bank[] = ['C', 'A', 'B'].map((id) => ({ id, cap: 100, policy: strategic(once(post(10))) }));
    const simulation = simulate(banks);
    simulation.tick();
    expect(eventsOf(simulation, 'CollateralPost').map(({ agent_id }) => agent_id)).toEqual(['A', 'B', 'C']);
  });

  it('never leaves 0 ≤ posted ≤ capacity, nor negative headroom, nor a failed tick (spec 06 §14.13)', () => {
    const amount = fc.constantFrom<Operand>(
      -5,
      0,
      1,
      99,
      500,
      1e9,
      field('remaining_collateral_capacity'),
      field('posted_collateral'),
      field('queue1_liquidity_gap'),
      compute('*', field('balance'), -1),
    );
    const node = fc.oneof(
      amount.map((cents) => post(cents)),
      fc.tuple(amount, fc.integer({ min: 0, max: 4 })).map(([cents, after]) => post(cents, { auto_withdraw_after_ticks: after })),
      amount.map((cents) => withdraw(cents)),
    );
    fc.assert(
      fc.property(
        node,
        node,
        node,
        node,
        fc.nat(300),
        fc.nat(2_000),
        fc.array(fc.integer({ min: 1, max: 900 }), { maxLength: 8 }),
        (a, b, c, d, cap, capacity, amounts) => {
          const alternate = (x: ActionNode, y: ActionNode, id: string): PolicyNode =>
            when(id, is(field('ticks_remaining_in_day'), '>', 4), { ...x, node_id: `${id}x` }, { ...y, node_id: `${id}y` });
          const simulation = pair(
            policy({
              payment_tree: RELEASE,
              strategic_collateral_tree: alternate(a, b, 's'),
              end_of_tick_collateral_tree: alternate(c, d, 'e'),
            }),
            { balance: 100, cap, capacity },
          );
          amounts.forEach((cents, i) => pay(simulation, i % 3 === 2 ? 'B' : 'A', i % 3 === 2 ? 'A' : 'B', cents));
          for (let tick = 0; tick < 12; tick++) {
            simulation.tick();
            const { overdraft_headroom, posted_collateral } = simulation.agent('A');
            expect(posted_collateral).toBeGreaterThanOrEqual(0);
            expect(posted_collateral).toBeLessThanOrEqual(capacity);
            expect(overdraft_headroom).toBeGreaterThanOrEqual(0);
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('decisions of a turn', () => {
  it('are all made before the first is carried out', () => {
    const simulation = pair(paying(when('n', is(field('outgoing_queue_size'), '==', 3), RELEASE, HOLD)));
    for (const amount of [1, 2, 3]) pay(simulation, 'A', 'B', amount);
    expect(decisions(simulation).filter(({ event_type }) => event_type === 'PolicySubmit')).toHaveLength(3);
  });

  it('one bank decision per tick: a budget or a register', () => {
    const tree = byTick(
      { 0: act('s', 'SetState', { key: text('bank_state_x'), value: 1 }) },
      act('b', 'SetReleaseBudget', { max_value_to_release: 1 }),
    );
    const simulation = pair(policy({ payment_tree: RELEASE, bank_tree: tree }));
    expect(types(decisions(simulation))).toEqual(['StateRegisterSet']);
    expect(types(decisions(simulation))).toEqual(['BankBudgetSet']);
  });

  it('NoAction and a missing bank tree do nothing', () => {
    for (const tree of [NOTHING, null]) {
      const simulation = pair(policy({ payment_tree: RELEASE, bank_tree: tree }));
      expect(decisions(simulation)).toEqual([]);
    }
  });

  it('parameters that an action does not know are never read', () => {
    const broken = compute('/', 1, compute('-', 1, 1));
    const actions: [ActionName, Record<string, Operand>][] = [
      ['Release', { num_splits: broken, new_priority: broken }],
      ['Hold', { timed_for_tick: broken }],
      ['Drop', { reason: broken, amount: broken }],
      ['WithdrawFromRtgs', { rtgs_priority: broken }],
    ];
    for (const [action, parameters] of actions) {
      const simulation = pair(paying(act('a', action, parameters)));
      pay(simulation, 'A', 'B', 10);
      expect(failureOf(simulation), action).toBeNull();
    }
  });
});

describe('errors at run time (spec 06 §10.2)', () => {
  const division = is(compute('/', 1, field('liquidity_buffer')), '>', 0);
  const failingIn = (
    tree: 'payment_tree' | 'bank_tree' | 'strategic_collateral_tree' | 'end_of_tick_collateral_tree',
    idle: PolicyNode,
  ): PolicyDocument =>
    policy({ payment_tree: RELEASE, [tree]: when('n', division, idle, { ...idle, node_id: 'other' } as PolicyNode) });

  it('a condition of a payment tree: the tick fails and names the payment', () => {
    const simulation = pair(failingIn('payment_tree', HOLD));
    const id = pay(simulation, 'A', 'B', 10);
    expect(failureOf(simulation)).toBe(`Tree traversal failed for tx ${id}: DivisionByZero`);
  });

  it('an action of a payment tree: the tick fails and says that the action could not be built', () => {
    const cases: [PolicyNode, string][] = [
      [act('a', 'Split'), 'MissingActionParameter("num_splits")'],
      [act('a', 'Split', { num_splits: 1 }), 'InvalidActionParameter("num_splits must be >= 2")'],
      [act('a', 'Reprioritize', { new_priority: text('9') }), 'InvalidActionParameter("new_priority")'],
      [act('a', 'Reprioritize', { new_priority: compute('/', 1, field('liquidity_buffer')) }), 'DivisionByZero'],
      [act('a', 'Release', { timed_for_tick: compute('max') }), 'EmptyValueList'],
      [act('a', 'ResubmitToRtgs'), 'MissingActionParameter("rtgs_priority")'],
    ];
    for (const [node, error] of cases) {
      const simulation = pair(paying(node));
      const id = pay(simulation, 'A', 'B', 10);
      expect(failureOf(simulation)).toBe(`Action building failed for tx ${id}: ${error}`);
    }
  });

  it.each([
    ['strategic_collateral_tree', KEEP, 'strategic collateral'],
    ['bank_tree', NOTHING, 'bank_tree'],
    ['end_of_tick_collateral_tree', KEEP, 'end-of-tick collateral'],
  ] as const)('a condition of %s: the tick fails and names the agent', (tree, idle, name) => {
    expect(failureOf(pair(failingIn(tree, idle)))).toBe(
      `Invalid config: Failed to evaluate ${name} for A: Tree evaluation failed: Division by zero in computation`,
    );
  });

  it('a missing payment tree fails when a payment must be decided, not before', () => {
    const simulation = pair(policy({ bank_tree: NOTHING }));
    expect(failureOf(simulation)).toBeNull();
    const id = pay(simulation, 'A', 'B', 10);
    expect(failureOf(simulation)).toBe(`Tree traversal failed for tx ${id}: InvalidTree("payment_tree is not defined")`);
  });

  it('a missing payment tree is no hindrance to scheduled releases and queued payments', () => {
    const simulation = pair(paying(byAmount({ 10: act('t', 'Release', { timed_for_tick: 2 }) }, RELEASE)), { balance: 15 });
    pay(simulation, 'A', 'B', 10);
    pay(simulation, 'A', 'B', 20);
    simulation.tick();
    simulation.updateAgentPolicy('A', JSON.stringify(policy({})));
    simulation.run({ untilTick: 4 });
    expect(eventsOf(simulation, 'RtgsImmediateSettlement')).toMatchObject([{ tick: 2, amount: 10 }]);
    expect(simulation.queue2()).toHaveLength(1);
  });

  it('what happened before the error stays, the turn of the failing bank is lost, time does not advance', () => {
    const simulation = simulate([
      {
        id: 'A',
        balance: 100,
        cap: 50,
        policy: policy({ payment_tree: RELEASE, bank_tree: act('b', 'AddState', { key: text('bank_state_x'), value: 1 }) }),
      },
      { id: 'B', balance: 100, policy: paying(byAmount({ 7: when('n', division, HOLD, act('x', 'Hold')) }, RELEASE)) },
      { id: 'C', balance: 100, policy: paying(act('c', 'Reprioritize', { new_priority: 9 })) },
    ]);
    const a = pay(simulation, 'A', 'B', 5);
    const b = pay(simulation, 'B', 'A', 6);
    const bad = pay(simulation, 'B', 'A', 7);
    pay(simulation, 'C', 'A', 8);
    expect(failureOf(simulation)).toBe(`Tree traversal failed for tx ${bad}: DivisionByZero`);
    expect(simulation.currentTick).toBe(0);
    expect(types(simulation.events.ofTick(0)).slice(4)).toEqual(['StateRegisterSet', ...submitted]);
    expect(eventsOf(simulation, 'PolicySubmit')).toMatchObject([{ tx_id: a }]);
    expect(simulation.queue1('A')).toEqual([]);
    expect(simulation.queue1('B')).toEqual([b, bad]);
    expect(simulation.agentRegisters('A')).toEqual([['bank_state_x', 1]]);
  });

  it('a tick that failed can be run again after the policy was mended', () => {
    const simulation = pair(failingIn('bank_tree', NOTHING));
    pay(simulation, 'A', 'B', 10);
    expect(failureOf(simulation)).not.toBeNull();
    simulation.updateAgentPolicy('A', JSON.stringify(paying(RELEASE)));
    expect(failureOf(simulation)).toBeNull();
    expect(simulation.currentTick).toBe(1);
    expect(eventsOf(simulation, 'RtgsImmediateSettlement')).toHaveLength(1);
  });

  it('a tree that does not reach its mistakes never fails', () => {
    const hidden = (idle: PolicyNode, bad: PolicyNode): PolicyNode => when(`${idle.node_id} n`, YES, idle, bad);
    const simulation = pair(
      policy({
        payment_tree: hidden(RELEASE, act('p', 'Split')),
        bank_tree: hidden(NOTHING, act('b', 'SetState')),
        strategic_collateral_tree: hidden(KEEP, act('s', 'PostCollateral')),
        end_of_tick_collateral_tree: hidden({ ...KEEP, node_id: 'keep 2' }, act('e', 'WithdrawCollateral')),
      }),
    );
    pay(simulation, 'A', 'B', 10);
    expect(failureOf(simulation)).toBeNull();
  });
});

describe('a change of policy between ticks', () => {
  it('leaves registers, scheduled releases and budgets of the past alone', () => {
    const first = policy({
      payment_tree: act('t', 'Release', { timed_for_tick: 4 }),
      bank_tree: act('b', 'SetState', { key: text('bank_state_x'), value: 3 }),
    });
    const simulation: Simulation = pair(first);
    const id = pay(simulation, 'A', 'B', 10);
    simulation.tick();
    simulation.updateAgentPolicy(
      'A',
      JSON.stringify(
        policy({
          payment_tree: act('d', 'Drop'),
          bank_tree: act('b', 'AddState', { key: text('bank_state_x'), value: field('bank_state_x') }),
        }),
      ),
    );
    simulation.tick();
    expect(simulation.agentRegisters('A')).toEqual([['bank_state_x', 6]]);
    expect(simulation.queue1('A')).toEqual([id]);
    simulation.run({ untilTick: 5 });
    expect(eventsOf(simulation, 'PolicyDrop')).toEqual([]);
    expect(eventsOf(simulation, 'RtgsImmediateSettlement')).toMatchObject([{ tick: 4, tx_id: id }]);
  });
});
