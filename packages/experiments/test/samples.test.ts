import type { SimulationEvent } from '@simcash/protocol';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { simulationRunner } from '../../engine/src/index.js';
import {
  collectHistories,
  defaultPolicy,
  resample,
  sandbox,
  sandboxDraw,
  sandboxScenario,
  type HistoryRecord,
} from '../src/index.js';
import { scenarios } from './support/paper.js';
import { property } from './support/property.js';

/** Histories, samples drawn from them, and the day in which a sample is played (spec 11 §7). */
const TICKS = 12;

const record = fc.record({
  tx_id: fc.stringMatching(/^[0-9A-F]{8}$/),
  sender_id: fc.constant('X'),
  receiver_id: fc.constant('Y'),
  amount: fc.integer({ min: 1, max: 1_000_000 }),
  priority: fc.integer({ min: 0, max: 10 }),
  arrival_tick: fc.nat(TICKS - 1),
  deadline_offset: fc.integer({ min: 0, max: 30 }),
  settlement_offset: fc.option(fc.nat(TICKS)),
}) as fc.Arbitrary<HistoryRecord>;
const history = fc.record({
  outgoing: fc.array(record, { maxLength: 30 }),
  incoming: fc.array(record, { maxLength: 30 }),
});
const seed = fc.nat(2 ** 31 - 1);

describe('a sample', () => {
  property('has as many payments as the history, each at some tick of the day', 300, fc.tuple(history, seed), ([past, value]) => {
    const { incoming, outgoing } = resample(past, 0, value, TICKS);
    const settled = past.incoming.filter(({ settlement_offset }) => settlement_offset !== null);
    expect([outgoing.length, incoming.length]).toEqual([past.outgoing.length, settled.length]);
    for (const { arrival_tick, deadline_tick, settlement_tick } of [...outgoing, ...incoming]) {
      expect(arrival_tick).toBeGreaterThanOrEqual(0);
      expect(arrival_tick).toBeLessThan(TICKS);
      expect(deadline_tick).toBeGreaterThanOrEqual(arrival_tick);
      expect(deadline_tick).toBeLessThanOrEqual(TICKS);
      if (settlement_tick !== null) expect(settlement_tick).toBeLessThanOrEqual(TICKS);
    }
    for (const { settlement_tick } of incoming) expect(settlement_tick).not.toBeNull();
    const known = (from: readonly HistoryRecord[]): string[] => from.map(({ amount, priority }) => `${amount} ${priority}`);
    expect(known(past.outgoing)).toEqual(expect.arrayContaining(outgoing.map(({ amount, priority }) => `${amount} ${priority}`)));
    expect(known(settled)).toEqual(expect.arrayContaining(incoming.map(({ amount, priority }) => `${amount} ${priority}`)));
  });

  property('depends on its seed alone', 100, fc.tuple(history, seed), ([past, value]) => {
    const alone = resample(past, 3, value, TICKS);
    for (const other of [1, 2, 3]) resample(past, other, other, TICKS);
    expect(resample(past, 3, value, TICKS)).toEqual(alone);
  });
});

describe('a history', () => {
  const arrival = (tx_id: string, tick: number, deadline: number): SimulationEvent =>
    ({
      event_type: 'Arrival',
      tick,
      tx_id,
      sender_id: 'X',
      receiver_id: 'Y',
      amount: 100,
      priority: 5,
      deadline,
    }) as SimulationEvent;
  const offsets = (events: readonly object[], asReference = false): (number | null)[] =>
    collectHistories(events as SimulationEvent[], ['X'], { asReference }).X!.outgoing.map((known) => known.settlement_offset);

  it('knows when a payment was settled, by whatever way', () => {
    const events = [
      arrival('A', 1, 9),
      arrival('B', 1, 9),
      arrival('C', 2, 9),
      arrival('D', 2, 9),
      arrival('E', 3, 9),
      { event_type: 'RtgsImmediateSettlement', tick: 1, tx_id: 'A' },
      { event_type: 'Queue2LiquidityRelease', tick: 4, tx_id: 'B' },
      { event_type: 'LsmBilateralOffset', tick: 5, tx_ids: ['C', 'unknown'] },
      { event_type: 'LsmCycleSettlement', tick: 6, tx_ids: ['D'] },
      { event_type: 'RtgsSubmission', tick: 7, tx_id: 'E' },
    ];
    expect(offsets(events)).toEqual([0, 3, 3, 4, null]);
  });

  it('holds the parts of a split payment; by the rules of the reference the whole, too', () => {
    const events = [
      arrival('A', 1, 9),
      { event_type: 'PolicySplit', tick: 1, tx_id: 'A', child_ids: ['A1', 'A2'] },
      arrival('A1', 1, 9),
      arrival('A2', 1, 9),
    ];
    expect(offsets(events)).toHaveLength(2);
    expect(offsets(events, true)).toHaveLength(3);
  });

  it('is a bank’s own: what it sends and what it receives', () => {
    const histories = collectHistories([arrival('A', 0, 5)], ['X', 'Y', 'Z'], { asReference: false });
    expect(Object.entries(histories).map(([id, { incoming, outgoing }]) => [id, outgoing.length, incoming.length])).toEqual([
      ['X', 1, 0],
      ['Y', 0, 1],
      ['Z', 0, 0],
    ]);
  });
});

describe('the sandbox', () => {
  const [entry] = scenarios[2].agents as { id: string; liquidity_pool: number }[];
  const drawn = (past: { outgoing: HistoryRecord[]; incoming: HistoryRecord[] }, value: number): ReturnType<typeof sandboxDraw> =>
    sandboxDraw(resample(past, 0, value, TICKS), 'BANK_A', TICKS);

  const costAt = (fraction: number, past: Parameters<typeof drawn>[0], value: number, asReference: boolean): number => {
    const policy = { ...defaultPolicy('BANK_A'), parameters: { initial_liquidity_fraction: fraction } };
    const scenario = sandboxScenario(sandbox(scenarios[2], entry!, { ticks: TICKS, asReference }), drawn(past, value), 'BANK_A', {
      policy: { type: 'InlineJson', json_string: JSON.stringify(policy) },
    });
    return simulationRunner.run({ scenario, ticks: TICKS }).agents.BANK_A!.run.total_cost;
  };

  const small = record.map((known) => ({ ...known, amount: 1 + (known.amount % 30_000) }));
  const smallHistory = fc.record({ outgoing: fc.array(small, { maxLength: 20 }), incoming: fc.array(small, { maxLength: 20 }) });

  property(
    'with enough money costs that money and nothing else',
    100,
    fc.tuple(smallHistory, seed, fc.boolean()),
    ([past, value, asReference]) => {
      const needed = drawn(past, value).payments.reduce((sum, { amount }) => sum + amount, 0);
      const fraction = Math.min(1, (needed + 1) / entry!.liquidity_pool);
      const allocated = Math.floor(fraction * entry!.liquidity_pool);
      const price = TICKS * Math.floor((allocated * 83) / 10_000 + 0.5);
      expect(costAt(fraction, past, value, asReference)).toBe(price);
    },
  );

  const share = fc.double({ min: 0, max: 1, noNaN: true });
  property('never costs less than nothing', 60, fc.tuple(smallHistory, seed, share), ([past, value, fraction]) => {
    expect(costAt(fraction, past, value, false)).toBeGreaterThanOrEqual(0);
  });

  it('works like the scenario’s system; by the rules of the reference only its prices count', () => {
    const right = sandbox(scenarios[2], entry!, { ticks: TICKS, asReference: false });
    const asReference = sandbox(scenarios[2], entry!, { ticks: TICKS, asReference: true });
    expect(right).toMatchObject({ deferred_crediting: true, deadline_cap_at_eod: true, cost_rates: scenarios[2].cost_rates });
    expect(Object.keys(asReference).sort()).toEqual(['agents', 'cost_rates', 'simulation']);
    expect(asReference).toMatchObject({ cost_rates: scenarios[2].cost_rates });
  });

  it('keeps the bank’s credit and money, and puts it between a source and a sink', () => {
    const bank = {
      id: 'B',
      opening_balance: 7,
      unsecured_cap: 8,
      liquidity_pool: 9,
      collateral_haircut: 0.1,
      arrival_config: {},
    };
    const { agents } = sandbox(scenarios[2], bank, { ticks: 3, asReference: false }) as { agents: object[] };
    expect(agents).toEqual([
      { id: 'SOURCE', opening_balance: 10_000_000_000, unsecured_cap: 0, policy: { type: 'Fifo' } },
      { id: 'B', opening_balance: 7, unsecured_cap: 8, liquidity_pool: 9, collateral_haircut: 0.1, policy: { type: 'Fifo' } },
      { id: 'SINK', opening_balance: 0, unsecured_cap: 10_000_000_000, policy: { type: 'Fifo' } },
    ]);
  });

  it('loses money that would come after the day, and gives every payment a tick', () => {
    const draw = sandboxDraw(
      {
        index: 0,
        seed: 1,
        outgoing: [{ id: 'o', amount: 5, priority: 1, arrival_tick: 11, deadline_tick: 11, settlement_tick: null }],
        incoming: [
          { id: 'a', amount: 1, priority: 5, arrival_tick: 0, deadline_tick: 9, settlement_tick: 11 },
          { id: 'b', amount: 2, priority: 5, arrival_tick: 0, deadline_tick: 9, settlement_tick: 12 },
        ],
      },
      'B',
      TICKS,
    );
    expect(draw.settlements).toEqual([{ tick: 11, from_agent: 'SOURCE', to_agent: 'B', amount: 1 }]);
    expect(draw.payments).toEqual([{ tick: 11, from_agent: 'B', to_agent: 'SINK', amount: 5, priority: 1, deadline: 1 }]);
  });
});
