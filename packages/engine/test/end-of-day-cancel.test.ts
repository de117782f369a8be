import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SimulationEvent } from '@simcash/protocol';
import { SettlementError, Simulation, type ScenarioInput } from '../src/index.js';
import { observe, runThrough } from './properties/drive.js';
import { effectivelySettled, LogFold } from './properties/fold.js';
import { property } from './properties/property.js';
import { workload, type Workload } from './properties/scenarios.js';
import { payment, scenario, type ScenarioParts } from './support/scenarios.js';
import { clockOf } from './support/short-days.js';

/** Days that end with the cancellation of what waits (spec 13 §11). */

type Document = Record<string, unknown>;

const CANCEL = { end_of_day: { unsettled: 'cancel' } };
const id = (n: number): string => `T${String(n).padStart(8, '0')}`;
const HOLD = {
  type: 'Inline',
  decision_trees: {
    ...{ version: '1.0', policy_id: 'x' },
    payment_tree: { type: 'action', node_id: 'H', action: 'Hold', parameters: { reason: { value: 'LowPriority' } } },
  },
};

/** Two days of three ticks. */
function document(banks: ScenarioParts['banks'], events: Document[], more: Document = CANCEL): ScenarioInput {
  const parts = { banks, simulation: { ticks_per_day: 3, num_days: 2 }, scenario_events: events, ...more };
  return scenario(parts) as unknown as ScenarioInput;
}

function run(...parts: Parameters<typeof document>): Simulation {
  const simulation = Simulation.create(document(...parts));
  simulation.run();
  return simulation;
}

const typesOf = (simulation: Simulation, tick: number): string[] =>
  [...simulation.events].filter((event) => event.tick === tick).map(({ event_type }) => event_type);
const cancellations = (simulation: Simulation): SimulationEvent[] =>
  [...simulation.events].filter(({ event_type }) => event_type === 'PaymentCancelled');

describe('at the end of a day', () => {
  const banks = { A: {}, B: { policy: HOLD, opening_balance: 100 }, Z: { policy: HOLD, opening_balance: 100 } };
  const events = [
    ...[payment(0, 'Z', 'A', 4), payment(0, 'B', 'A', 3), payment(1, 'A', 'B', 2), payment(1, 'B', 'Z', 1)],
    payment(2, 'A', 'Z', 5),
  ];

  it('every queue is emptied: those of banks in id order, then the central one, in the order in which payments stand', () => {
    const cancelled = (n: number, sender_id: string, receiver_id: string, amount: number, queue: string): Document => ({
      ...{ event_type: 'PaymentCancelled', tick: 2, tx_id: id(n), sender_id, receiver_id, amount },
      ...{ remaining_amount: amount, queue, reason: 'end_of_day' },
    });
    const simulation = run(banks, events);
    expect(cancellations(simulation)).toEqual([
      ...[cancelled(2, 'B', 'A', 3, 'queue1'), cancelled(4, 'B', 'Z', 1, 'queue1'), cancelled(1, 'Z', 'A', 4, 'queue1')],
      ...[cancelled(3, 'A', 'B', 2, 'queue2'), cancelled(5, 'A', 'Z', 5, 'queue2')],
    ]);
    expect([simulation.queue2(), ...['A', 'B', 'Z'].map((bank) => simulation.queue1(bank))]).toEqual([[], [], [], []]);
  });

  it('what waits is counted, and fined, before it goes; liquidity is returned afterwards', () => {
    const pools = { ...banks, A: { liquidity_pool: 1 } };
    const late = [payment(0, 'A', 'B', 2, { deadline: 1 })];
    const simulation = run(pools, late, { ...CANCEL, cost_rates: { eod_penalty: 9 } });
    expect(typesOf(simulation, 2)).toEqual([
      ...['TransactionWentOverdue', 'CostAccrual', 'EndOfDay', 'PaymentCancelled', 'LiquidityReturn'],
    ]);
    const ends = [...simulation.events].filter(({ event_type }) => event_type === 'EndOfDay');
    expect(ends).toMatchObject([
      { unsettled_count: 1, total_penalties: 9 },
      { unsettled_count: 0, total_penalties: 0 },
    ]);
    expect(simulation.runTotals()).toMatchObject({ cancelled: 1, cancelled_value: 2, unsettled: 0, unsettled_value: 0 });
    expect(simulation.dailyMetrics(0).map(({ queue2_eod_size }) => queue2_eod_size)).toEqual([0, 0, 0]);
  });

  it('nothing is cancelled without the key, nor with carry', () => {
    const carried = run(banks, events, { end_of_day: { unsettled: 'carry' } });
    expect(cancellations(carried)).toEqual([]);
    expect(carried.events.toNdjson()).toBe(run(banks, events, {}).events.toNdjson());
    expect(carried.snapshot()).toBe(run(banks, events, {}).snapshot());
    expect(carried.runTotals()).toMatchObject({ cancelled: 0, cancelled_value: 0 });
  });

  it('other words are refused', () => {
    for (const end_of_day of [{ unsettled: 'drop' }, 'cancel', { unsettled: 'cancel', at: 3 }])
      expect(() => run(banks, events, { end_of_day })).toThrow(/end_of_day/);
  });

  it('it happens in the last tick, though that is closed', () => {
    const simulation = run(banks, events.slice(0, 4), { ...CANCEL, clock: clockOf([2, 3]) });
    expect(cancellations(simulation).map((event) => [event.tick, (event as { tx_id: string }).tx_id])).toEqual(
      [2, 4, 1, 3].map((n) => [2, id(n)]),
    );
  });
});

describe('a cancelled payment', () => {
  it('costs nothing more, does not go overdue, and settles never, though its bank could pay it', () => {
    const banks = { A: {}, B: { opening_balance: 100 } };
    const events = [
      payment(0, 'A', 'B', 50, { deadline: 4 }),
      { type: 'DirectTransfer', from_agent: 'B', to_agent: 'A', amount: 60, schedule: { type: 'OneTime', tick: 3 } },
    ];
    const simulation = run(banks, events, { ...CANCEL, cost_rates: { delay_cost_per_tick_per_cent: 0.1, deadline_penalty: 7 } });
    expect(simulation.agentRunCosts('A')).toMatchObject({ delay_cost: 15, deadline_penalty: 0 });
    expect(simulation.transaction(id(1))).toMatchObject({ status: 'Pending', remaining_amount: 50, settlement_tick: null });
    expect(typesOf(simulation, 5)).toEqual(['EndOfDay']);
    expect(cancellations(simulation)).toHaveLength(1);
  });

  const two = (): Simulation => {
    const simulation = Simulation.create(
      document({ A: {}, B: { policy: HOLD } }, [payment(0, 'A', 'B', 5), payment(0, 'B', 'A', 4), payment(0, 'B', 'A', 3)]),
    );
    simulation.run({ untilTick: 3 });
    return simulation;
  };

  it('cannot be withdrawn or resubmitted', () => {
    const simulation = two();
    for (const n of [1, 2, 3]) {
      expect(() => simulation.withdrawFromRtgs(id(n))).toThrow(SettlementError);
      expect(() => simulation.resubmitToRtgs(id(n), 'Urgent')).toThrow(SettlementError);
    }
    expect(() => simulation.resubmitToRtgs(id(2), 'Urgent')).toThrow(`Transaction ${id(2)} was cancelled`);
    simulation.run();
    expect(simulation.transactions().map(({ settlement_tick }) => settlement_tick)).toEqual([null, null, null]);
  });

  // It waited in the central queue, and is said to be there still: `is still in RTGS Queue 2. Withdraw first.`
  it('is told to be cancelled when it is resubmitted, wherever it waited', () => {
    expect(() => two().resubmitToRtgs(id(1), 'Urgent')).toThrow(`Transaction ${id(1)} was cancelled`);
  });

  it('is cancelled in the store, also when it had been dropped and brought back, or was late', () => {
    const drop = {
      ...HOLD,
      decision_trees: { version: '1.0', policy_id: 'x', payment_tree: { type: 'action', node_id: 'D', action: 'Drop' } },
    };
    const simulation = Simulation.create(
      document({ A: { policy: drop }, B: {} }, [payment(0, 'A', 'B', 5), payment(0, 'B', 'A', 4, { deadline: 1 })]),
    );
    simulation.tick();
    simulation.updateAgentPolicy('A', JSON.stringify(HOLD.decision_trees));
    simulation.resubmitToRtgs(id(1), 'Normal');
    const text = simulation.snapshot();
    simulation.run();
    const { columns, length } = simulation.openTransactions();
    // Codes of `cancelled`, which is told before `dropped` and `overdue`.
    expect([...columns.status.slice(0, length)]).toEqual([1, 1]);
    expect(simulation.transactions().map(({ status }) => status)).toEqual(['Overdue', 'Overdue']);
    const again = Simulation.restore(
      document({ A: { policy: drop }, B: {} }, [payment(0, 'A', 'B', 5), payment(0, 'B', 'A', 4, { deadline: 1 })]),
      text,
    );
    again.run();
    expect(again.snapshot()).toBe(simulation.snapshot());
  });

  it('that is a part keeps the whole from settling, and the other parts as they are', () => {
    const split = {
      ...HOLD,
      decision_trees: {
        ...{ version: '1.0', policy_id: 'x' },
        payment_tree: { type: 'action', node_id: 'S', action: 'Split', parameters: { num_splits: { value: 2 } } },
      },
    };
    const simulation = run({ A: { opening_balance: 5, policy: split }, B: {} }, [payment(0, 'A', 'B', 10)]);
    expect(cancellations(simulation)).toMatchObject([{ tx_id: id(3), amount: 5, remaining_amount: 5, queue: 'queue2' }]);
    expect(simulation.transactions()).toMatchObject([
      { tx_id: id(1), remaining_amount: 5, settlement_tick: null },
      { tx_id: id(2), remaining_amount: 0, settlement_tick: 0 },
      { tx_id: id(3), remaining_amount: 5, settlement_tick: null },
    ]);
    expect(simulation.systemMetrics()).toMatchObject({ total_arrivals: 1, total_settlements: 0 });
  });

  it('is gone from what policies see of the central queue the next day', () => {
    const careful = {
      type: 'Inline',
      decision_trees: {
        ...{ version: '1.0', policy_id: 'x' },
        payment_tree: {
          ...{ type: 'condition', node_id: 'C' },
          condition: { op: '==', left: { field: 'queue2_count_for_agent' }, right: { value: 0 } },
          on_true: { type: 'action', node_id: 'R', action: 'Release' },
          on_false: { type: 'action', node_id: 'D', action: 'Drop' },
        },
      },
    };
    const simulation = run({ A: { policy: careful }, B: {} }, [payment(0, 'A', 'B', 10), payment(3, 'A', 'B', 10)]);
    expect(typesOf(simulation, 3)).toEqual([
      ...['Arrival', 'ScenarioEventExecuted', 'RtgsSubmission', 'PolicySubmit', 'QueuedRtgs'],
    ]);
  });

  it('that was to be released later is not', () => {
    const later = {
      type: 'Inline',
      decision_trees: {
        ...{ version: '1.0', policy_id: 'x' },
        payment_tree: {
          ...{ type: 'action', node_id: 'R', action: 'Release' },
          parameters: { timed_for_tick: { value: 4 } },
        },
      },
    };
    const simulation = run({ A: { opening_balance: 50, policy: later }, B: {} }, [payment(0, 'A', 'B', 10)]);
    expect(cancellations(simulation)).toMatchObject([{ tick: 2, queue: 'queue1' }]);
    expect(typesOf(simulation, 4)).toEqual([]);
  });
});

describe('days that end with a cancellation', () => {
  /** Half of the scenarios have stress events, too. */
  const cancelling = fc
    .oneof(workload({ minBanks: 2, large: false }), workload({ minBanks: 2, large: false, stress: true }))
    .map(({ calls, scenario }): Workload => ({ calls, scenario: { ...scenario, end_of_day: { unsettled: 'cancel' } } }));

  property('leave no queue with an entry, and cancel exactly what was counted', 120, cancelling, (work) => {
    for (const { after, endsDay, events } of observe(work).ticks) {
      const gone = events.filter(({ event_type }) => event_type === 'PaymentCancelled');
      if (!endsDay) {
        expect(gone).toEqual([]);
        continue;
      }
      expect([after.queue2, ...after.queue1.values()].flat()).toEqual([]);
      const end = events.find((event) => event.event_type === 'EndOfDay');
      expect(gone).toHaveLength(end!.unsettled_count);
    }
  });

  property('cancel for good: nothing is heard of a payment again', 120, cancelling, (work) => {
    const gone = new Set<string>();
    for (const event of runThrough(work).events) {
      const {
        child_ids = [],
        incoming_tx_id,
        queued_tx_id,
        source_transactions = [],
        tx_id,
        tx_ids = [],
      } = event as unknown as {
        [key: string]: string | undefined;
      } & { child_ids?: string[]; source_transactions?: string[]; tx_ids?: string[] };
      for (const named of [tx_id, incoming_tx_id, queued_tx_id, ...tx_ids, ...child_ids, ...source_transactions])
        if (named !== undefined && gone.has(named)) throw new Error(`${named} is gone: ${JSON.stringify(event)}`);
      if (event.event_type === 'PaymentCancelled') gone.add(event.tx_id);
    }
  });

  property('leave every payment settled, dropped, split or cancelled, and count them', 120, cancelling, (work) => {
    const simulation = runThrough(work);
    const fold = new LogFold(work.scenario);
    fold.applyAll([...simulation.events]);
    const legs = [...fold.payments.values()].filter(({ children }) => children.length === 0);
    const cancelled = legs.filter((leg) => leg.cancelled);
    expect(legs.filter((leg) => !leg.cancelled && !leg.dropped && leg.settledTick === null)).toEqual([]);
    expect(simulation.runTotals()).toMatchObject({
      cancelled: cancelled.length,
      cancelled_value: cancelled.reduce((sum, { amount }) => sum + amount, 0),
      unsettled: 0,
      unsettled_value: 0,
    });
    // Σ over days of what is due = settled + cancelled, where nothing is dropped.
    const value = (list: readonly { amount: number }[]): number => list.reduce((sum, { amount }) => sum + amount, 0);
    const given = legs.filter(({ dropped, cancelled: gone }) => dropped && !gone);
    const originals = [...fold.payments.values()].filter(({ parent }) => parent === null);
    expect(value(originals)).toBe(
      value(legs.filter(({ settledTick }) => settledTick !== null)) + value(cancelled) + value(given),
    );
    for (const { id: whole, parent } of fold.payments.values())
      if (parent !== null && fold.payment(whole).cancelled) expect(effectivelySettled(fold.payments, parent)).toBe(false);
  });

  property('can be cut apart before and after every end of a day', 40, cancelling, (work) => {
    const input = work.scenario as unknown as ScenarioInput;
    const whole = Simulation.create(input);
    whole.run();
    const { num_days: days, ticks_per_day: length } = work.scenario.simulation;
    for (let day = 1; day <= days; day++)
      for (const tick of [day * length - 1, day * length]) {
        const first = Simulation.create(input, { history: day % 2 === 0 ? 'keep' : 'release' });
        first.run({ untilTick: tick });
        const second = Simulation.restore(input, first.snapshot());
        second.run();
        expect(first.events.toNdjson() + second.events.toNdjson()).toBe(whole.events.toNdjson());
      }
  });
});
