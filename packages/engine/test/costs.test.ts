import fc from 'fast-check';
import type { AgentCosts, Costs } from '@simcash/protocol';
import { describe, expect, it } from 'vitest';
import { CostFormulas, resolvePenalty } from '../src/costs/rates.js';
import { readScenario, Simulation } from '../src/index.js';
import { DEFAULT_COST_RATES, type CostRates } from '../src/scenario/config.js';
import { action, HOLD, inline, RELEASE, when } from './support/policies.js';
import { once, payment, scenario, simulate } from './support/scenarios.js';
import './support/seed.js';

type Component = Exclude<keyof AgentCosts, 'total_cost'>;

/** What bank A is charged for one component in each of the next ticks. */
function charges(simulation: Simulation, component: Component, ticks: number): number[] {
  return Array.from({ length: ticks }, () => {
    const before = simulation.agentRunCosts('A')[component];
    simulation.tick();
    return simulation.agentRunCosts('A')[component] - before;
  });
}

/** The costs of all `CostAccrual` events of a tick. */
function accruals(simulation: Simulation, tick: number): Costs[] {
  return simulation.events.ofTick(tick).flatMap((event) => (event.event_type === 'CostAccrual' ? [event.costs] : []));
}

describe('costs per tick (spec 05 §4.2)', () => {
  it.each([
    [-4999, 1, 0],
    [-5000, 1, 1],
    [-50_000_000, 0.001, 5],
    [-50_000_000, 0.0005, 5],
    [-50_000_000, 0.0004, 0],
    [-11_767_926, 0.8, 941],
    [-123_456_789, 0.3333, 4111],
    [0, 1000, 0],
    [5000, 1000, 0],
  ])('overdraft of a balance of %d at %d bps is %d', (balance, rate, cents) => {
    const simulation = simulate({ banks: { A: { opening_balance: balance } }, cost_rates: { overdraft_bps_per_tick: rate } });
    expect(charges(simulation, 'liquidity_cost', 2)).toEqual([cents, cents]);
  });

  const stocks: [amount: number, rate: number, cents: number][] = [
    [1_000_000_000, 0.0002, 20],
    [24_999_999, 0.0002, 0],
    [25_000_000, 0.0002, 1],
    [1_000_000_000, 0.0000004, 0],
    [123_456_789, 1.2345678, 15242],
  ];

  it.each(stocks)('posted collateral of %d at %d bps costs %d', (posted, rate, cents) => {
    const simulation = simulate({
      banks: { A: { posted_collateral: posted } },
      cost_rates: { collateral_cost_per_tick_bps: rate },
    });
    expect(charges(simulation, 'collateral_cost', 2)).toEqual([cents, cents]);
  });

  it.each(stocks)('allocated liquidity of %d at %d bps costs %d', (pool, rate, cents) => {
    const simulation = simulate({ banks: { A: { liquidity_pool: pool } }, cost_rates: { liquidity_cost_per_tick_bps: rate } });
    expect(charges(simulation, 'liquidity_opportunity_cost', 2)).toEqual([cents, cents]);
  });

  /** Delay cost of payments that A holds, on time in ticks 0 and 1 and overdue in tick 2. */
  function delays(amounts: number[], cost_rates: Record<string, unknown>, priority = 5): number[] {
    const simulation = simulate({
      banks: { A: { policy: HOLD }, B: {} },
      cost_rates,
      scenario_events: amounts.map((amount) => payment(0, 'A', 'B', amount, { deadline: 1, priority })),
    });
    return charges(simulation, 'delay_cost', 3);
  }

  const bands = (urgent_multiplier: number, normal_multiplier: number, low_multiplier: number): Record<string, unknown> => ({
    priority_delay_multipliers: { urgent_multiplier, normal_multiplier, low_multiplier },
  });

  it.each<{ amounts: number[]; rates: Record<string, unknown>; priority?: number; onTime: number; overdue: number }>([
    { amounts: [5000], rates: { delay_cost_per_tick_per_cent: 0.0001 }, onTime: 1, overdue: 3 },
    { amounts: [4999], rates: { delay_cost_per_tick_per_cent: 0.0001 }, onTime: 0, overdue: 2 },
    { amounts: [4999, 1], rates: { delay_cost_per_tick_per_cent: 0.0001 }, onTime: 1, overdue: 3 },
    {
      amounts: [1e8],
      rates: { delay_cost_per_tick_per_cent: 0.0001, ...bands(2, 1, 0.5) },
      priority: 9,
      onTime: 20_000,
      overdue: 100_000,
    },
    {
      amounts: [1e8],
      rates: { delay_cost_per_tick_per_cent: 0.0001, ...bands(2, 1, 0.5) },
      priority: 2,
      onTime: 5000,
      overdue: 25_000,
    },
    { amounts: [333], rates: { delay_cost_per_tick_per_cent: 0.00333, ...bands(1.2345, 1.2345, 1.2345) }, onTime: 1, overdue: 7 },
    { amounts: [1e6], rates: { delay_cost_per_tick_per_cent: 5e-7, overdue_delay_multiplier: 1 }, onTime: 1, overdue: 1 },
    { amounts: [1e6], rates: { delay_cost_per_tick_per_cent: 4e-7, overdue_delay_multiplier: 1 }, onTime: 0, overdue: 0 },
  ])('delay of $amounts with $rates is $onTime on time and $overdue overdue', ({ amounts, rates, priority, onTime, overdue }) => {
    expect(delays(amounts, rates, priority)).toEqual([onTime, onTime, overdue]);
  });

  it.each([
    [10, 2000],
    [8, 2000],
    [7, 1000],
    [4, 1000],
    [3, 500],
    [0, 500],
  ])('delay of priority %d belongs to its band', (priority, cents) => {
    expect(delays([1e7], { delay_cost_per_tick_per_cent: 0.0001, ...bands(2, 1, 0.5) }, priority)[0]).toBe(cents);
  });

  describe('agree with rational arithmetic at scaled rates, rounding halves up', () => {
    const amount = fc.oneof(fc.integer({ min: 1, max: 1_000_000 }), fc.integer({ min: 1, max: 1e14 }));
    const rate = fc.double({ min: 0, max: 100, noNaN: true });
    const halfUp = (numerator: bigint, denominator: bigint): number =>
      Number((2n * numerator + denominator) / (2n * denominator));
    const scaled = (x: number, scale: number): bigint => BigInt(Math.floor(x * scale + 0.5));
    const formulas = (rates: Partial<CostRates>): CostFormulas => new CostFormulas({ ...DEFAULT_COST_RATES, ...rates });

    it('overdraft', () => {
      fc.assert(
        fc.property(amount, rate, (cents, bps) => {
          expect(formulas({ overdraft_bps_per_tick: bps }).overdraft(-cents)).toBe(
            halfUp(BigInt(cents) * scaled(bps, 1e3), 10n ** 7n),
          );
        }),
      );
    });

    it('collateral and opportunity', () => {
      fc.assert(
        fc.property(amount, rate, (cents, bps) => {
          const expected = halfUp(BigInt(cents) * scaled(bps, 1e6), 10n ** 10n);
          expect(formulas({ collateral_cost_per_tick_bps: bps }).collateral(cents)).toBe(expected);
          expect(formulas({ liquidity_cost_per_tick_bps: bps }).opportunity(cents)).toBe(expected);
        }),
      );
    });
  });

  it('are 0 at rates that are no rates', () => {
    for (const rate of [-1, NaN, Infinity, -Infinity]) {
      const formulas = new CostFormulas({
        ...DEFAULT_COST_RATES,
        overdraft_bps_per_tick: rate,
        collateral_cost_per_tick_bps: rate,
        liquidity_cost_per_tick_bps: rate,
      });
      expect([formulas.overdraft(-1e9), formulas.collateral(1e9), formulas.opportunity(1e9)]).toEqual([0, 0, 0]);
    }
  });
});

describe('which payments bear delay cost (spec 05 §4.3)', () => {
  const rates = { delay_cost_per_tick_per_cent: 0.01 };

  it('one that settles in the tick of its arrival does not', () => {
    const simulation = simulate({
      banks: { A: { opening_balance: 100, policy: RELEASE }, B: {} },
      cost_rates: rates,
      scenario_events: [payment(0, 'A', 'B', 100)],
    });
    expect(charges(simulation, 'delay_cost', 1)).toEqual([0]);
  });

  it('one that waits in either queue does, from the tick of its arrival on', () => {
    const simulation = simulate({
      banks: { A: { policy: inline({ payment_tree: when('amount', '==', 100, action('Hold'), action('Release')) }) }, B: {} },
      cost_rates: rates,
      scenario_events: [payment(1, 'A', 'B', 100), payment(2, 'A', 'B', 500)],
    });
    expect(charges(simulation, 'delay_cost', 4)).toEqual([0, 1, 6, 6]);
  });

  it('a split one does not, its waiting parts do', () => {
    const simulation = simulate({
      banks: { A: { opening_balance: 500, policy: inline({ payment_tree: action('Split', { num_splits: 2 }) }) }, B: {} },
      cost_rates: rates,
      scenario_events: [payment(0, 'A', 'B', 1000)],
    });
    expect(charges(simulation, 'delay_cost', 2)).toEqual([5, 5]);
  });

  it('one that waits for its scheduled tick does', () => {
    const simulation = simulate({
      banks: { A: { opening_balance: 100, policy: inline({ payment_tree: action('Release', { timed_for_tick: 2 }) }) }, B: {} },
      cost_rates: rates,
      scenario_events: [payment(0, 'A', 'B', 100)],
    });
    expect(charges(simulation, 'delay_cost', 3)).toEqual([1, 1, 0]);
  });

  it('one that was taken back from the central queue does', () => {
    const simulation = simulate({
      banks: { A: { policy: RELEASE }, B: {} },
      cost_rates: rates,
      scenario_events: [payment(0, 'A', 'B', 100)],
    });
    simulation.tick();
    simulation.withdrawFromRtgs('T00000001');
    expect(charges(simulation, 'delay_cost', 1)).toEqual([1]);
  });

  it('a dropped one does not', () => {
    const simulation = simulate({
      banks: { A: { policy: inline({ payment_tree: when('current_tick', '<', 1, action('Hold'), action('Drop')) }) }, B: {} },
      cost_rates: rates,
      scenario_events: [payment(0, 'A', 'B', 100)],
    });
    expect(charges(simulation, 'delay_cost', 3)).toEqual([1, 0, 0]);
  });
});

describe('penalties (spec 05 §5)', () => {
  it.each([
    [100, 1_000_000, 10_000],
    [100, 99, 0],
    [100, 100, 1],
    [100, -1000, 10],
    [0.29, 1_000_000, 29],
    [4.35, 1_000_000, 435],
    [1.1, 123_456_789, 13_580],
    [-1, 1_000_000, 0],
    [Infinity, 1_000_000, 0],
    [NaN, 1_000_000, 0],
  ])('of %d bps on %d are %d', (bps_per_event, amount, cents) => {
    expect(resolvePenalty({ mode: 'rate', bps_per_event }, amount)).toBe(cents);
  });

  it('that are fixed do not depend on the amount', () => {
    expect(resolvePenalty({ mode: 'fixed', amount: 700 }, 1)).toBe(700);
    expect(resolvePenalty({ mode: 'fixed', amount: -700 }, 1e9)).toBe(-700);
  });

  describe('for a missed deadline', () => {
    const rates = { deadline_penalty: 100 };

    it('are charged once, in the tick after the deadline', () => {
      const simulation = simulate({
        banks: { A: { policy: HOLD }, B: {} },
        cost_rates: rates,
        scenario_events: [payment(0, 'A', 'B', 5, { deadline: 2 })],
      });
      expect(charges(simulation, 'deadline_penalty', 6)).toEqual([0, 0, 0, 100, 0, 0]);
    });

    it('at a rate are resolved on the total amount', () => {
      const simulation = simulate({
        banks: { A: { policy: HOLD }, B: {} },
        cost_rates: { deadline_penalty: { mode: 'rate', bps_per_event: 100 } },
        scenario_events: [payment(0, 'A', 'B', 1_000_000, { deadline: 1 })],
      });
      expect(charges(simulation, 'deadline_penalty', 3)).toEqual([0, 0, 10_000]);
    });

    it('are spared by a payment that settles in the tick after its deadline', () => {
      const late = simulate({
        banks: { A: { policy: RELEASE }, B: {} },
        cost_rates: rates,
        scenario_events: [
          payment(0, 'A', 'B', 5, { deadline: 2 }),
          once(3, { type: 'DirectTransfer', from_agent: 'B', to_agent: 'A', amount: 5 }),
        ],
      });
      expect(charges(late, 'deadline_penalty', 5)).toEqual([0, 0, 0, 0, 0]);
      expect(late.transaction('T00000001')).toMatchObject({ status: 'Settled', settlement_tick: 3 });
    });

    it('are spared by a dropped payment', () => {
      const simulation = simulate({
        banks: { A: { policy: inline({ payment_tree: action('Drop') }) }, B: {} },
        cost_rates: rates,
        scenario_events: [payment(0, 'A', 'B', 5, { deadline: 2 })],
      });
      expect(charges(simulation, 'deadline_penalty', 5)).toEqual([0, 0, 0, 0, 0]);
    });

    it('are charged again for every waiting part of an overdue payment that is split', () => {
      const simulation = simulate({
        banks: {
          A: {
            policy: inline({ payment_tree: when('is_overdue', '==', 1, action('Split', { num_splits: 3 }), action('Hold')) }),
          },
          B: {},
        },
        cost_rates: rates,
        scenario_events: [payment(0, 'A', 'B', 9, { deadline: 1 })],
      });
      expect(charges(simulation, 'deadline_penalty', 5)).toEqual([0, 0, 100, 300, 0]);
    });
  });

  describe('at the end of a day', () => {
    const days = { ticks_per_day: 5, num_days: 3 };

    it('are charged for late payments in both queues, on every day again', () => {
      const simulation = simulate({
        simulation: days,
        banks: { A: { policy: inline({ payment_tree: when('amount', '==', 7, action('Release'), action('Hold')) }) }, B: {} },
        cost_rates: { eod_penalty: 50 },
        scenario_events: [
          payment(0, 'A', 'B', 7, { deadline: 2 }),
          payment(0, 'A', 'B', 8, { deadline: 2 }),
          payment(1, 'A', 'B', 9, { deadline: 7 }),
        ],
      });
      expect(charges(simulation, 'deadline_penalty', 15)).toEqual([0, 0, 0, 0, 100, 0, 0, 0, 0, 150, 0, 0, 0, 0, 150]);
      const ends = [...simulation.events].flatMap((event) => (event.event_type === 'EndOfDay' ? [event.total_penalties] : []));
      expect(ends).toEqual([100, 150, 150]);
    });

    it('are not charged for a deadline at the last tick of the day', () => {
      const simulation = simulate({
        simulation: days,
        banks: { A: { policy: HOLD }, B: {} },
        cost_rates: { eod_penalty: 50 },
        scenario_events: [payment(0, 'A', 'B', 7, { deadline: 4 })],
      });
      expect(charges(simulation, 'deadline_penalty', 10)).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 50]);
    });

    it('are logged even if they are 0', () => {
      const simulation = simulate({
        simulation: days,
        banks: { A: { policy: HOLD }, B: {} },
        scenario_events: [payment(0, 'A', 'B', 7, { deadline: 1 })],
      });
      simulation.run({ untilTick: 5 });
      expect([0, 1, 2, 3].flatMap((tick) => accruals(simulation, tick))).toEqual([]);
      expect(accruals(simulation, 4)).toEqual([
        {
          liquidity_cost: 0,
          delay_cost: 0,
          collateral_cost: 0,
          penalty_cost: 0,
          split_friction_cost: 0,
          liquidity_opportunity_cost: 0,
          total: 0,
        },
      ]);
    });

    it('are resolved on what remains', () => {
      const simulation = simulate({
        simulation: days,
        banks: { A: { policy: HOLD }, B: {} },
        cost_rates: { eod_penalty: { mode: 'rate', bps_per_event: 200 } },
        scenario_events: [payment(0, 'A', 'B', 1000, { deadline: 1 })],
      });
      expect(charges(simulation, 'deadline_penalty', 5)[4]).toBe(20);
    });
  });
});

describe('split friction (spec 05 §6)', () => {
  const splitting = (amount: number): Simulation =>
    simulate({
      banks: { A: { opening_balance: 1000, policy: inline({ payment_tree: action('Split', { num_splits: 5 }) }) }, B: {} },
      cost_rates: { split_friction_cost: 30 },
      scenario_events: [payment(0, 'A', 'B', amount)],
    });

  it('is charged per further part and counts in the tick’s total', () => {
    const simulation = splitting(1000);
    const { total_cost } = simulation.tick();
    expect(total_cost).toBe(120);
    expect(accruals(simulation, 0)).toMatchObject([{ split_friction_cost: 120, total: 120 }]);
    expect(simulation.agentCosts('A')).toMatchObject({ split_friction_cost: 120, total_cost: 120 });
  });

  it('counts the parts that were made', () => {
    expect(splitting(3).tick().total_cost).toBe(60);
  });

  it('is not charged when a payment of one cent is held instead', () => {
    const simulation = splitting(1);
    expect(simulation.tick().total_cost).toBe(0);
    expect(accruals(simulation, 0)).toEqual([]);
  });
});

describe('opportunity cost (spec 05 §6)', () => {
  const pool = (rest: Record<string, unknown>): Simulation =>
    simulate({
      simulation: { ticks_per_day: 3, num_days: 2 },
      banks: { A: { opening_balance: 1_000_000, liquidity_pool: 20_000, liquidity_allocation_fraction: 0.5 } },
      cost_rates: { liquidity_cost_per_tick_bps: 10 },
      ...rest,
    });

  it('is charged on the allocation in all ticks of a day', () => {
    expect(charges(pool({}), 'liquidity_opportunity_cost', 6)).toEqual([10, 10, 10, 10, 10, 10]);
  });

  it('goes on without daily reallocation', () => {
    const simulation = pool({ daily_liquidity_reallocation: false });
    expect(charges(simulation, 'liquidity_opportunity_cost', 6)).toEqual([10, 10, 10, 10, 10, 10]);
    expect(simulation.agent('A')).toMatchObject({ balance: 1_010_000, allocated_liquidity: 10_000 });
  });
});

describe('sums (spec 05 §2, §8)', () => {
  const PARTS = {
    simulation: { ticks_per_day: 4, num_days: 3 },
    banks: {
      A: {
        opening_balance: -50_000,
        posted_collateral: 30_000,
        unsecured_cap: 1000,
        liquidity_pool: 5000,
        policy: inline({ payment_tree: when('amount', '==', 9000, action('Split', { num_splits: 3 }), action('Hold')) }),
      },
      B: { opening_balance: 100_000 },
    },
    cost_rates: {
      overdraft_bps_per_tick: 3,
      collateral_cost_per_tick_bps: 2,
      liquidity_cost_per_tick_bps: 7,
      delay_cost_per_tick_per_cent: 0.001,
      deadline_penalty: 11,
      eod_penalty: 13,
      split_friction_cost: 17,
    },
    scenario_events: [payment(0, 'A', 'B', 9000, { deadline: 2 }), payment(5, 'A', 'B', 4000, { deadline: 1 })],
  };
  const everything = (): Simulation => simulate(PARTS);

  it('the listed parts of every event add up to its total', () => {
    const simulation = everything();
    simulation.run();
    const costs = [...simulation.events].flatMap((event) => (event.event_type === 'CostAccrual' ? [event.costs] : []));
    expect(costs.length).toBeGreaterThan(12);
    for (const { total, ...parts } of costs) expect(Object.values(parts).reduce((sum, cents) => sum + cents, 0)).toBe(total);
  });

  it('the tick result is the sum of the tick’s events', () => {
    const simulation = everything();
    for (const { tick, total_cost } of simulation) {
      expect(accruals(simulation, tick).reduce((sum, { total }) => sum + total, 0)).toBe(total_cost);
    }
  });

  it('the day’s costs start anew with the day’s first tick, those of the run never do', () => {
    const simulation = everything();
    const ofDays: AgentCosts[] = [];
    for (const { tick } of simulation) if (tick % 4 === 3) ofDays.push(simulation.agentCosts('A'));
    expect(ofDays.map((costs) => costs.total_cost)).toEqual([0, 1, 2].map((day) => simulation.dailyMetrics(day)[0]!.total_cost));
    const run = simulation.agentRunCosts('A');
    for (const component of Object.keys(run) as (keyof AgentCosts)[]) {
      expect(ofDays.reduce((sum, costs) => sum + costs[component], 0)).toBe(run[component]);
      expect(run[component]).toBeGreaterThan(0);
    }
  });

  it('the most negative balance at the charging of costs is kept for the day', () => {
    const simulation = simulate({
      simulation: { ticks_per_day: 3, num_days: 2 },
      banks: { A: { opening_balance: -100 }, B: {} },
      scenario_events: [
        once(1, { type: 'DirectTransfer', from_agent: 'A', to_agent: 'B', amount: 50 }),
        once(2, { type: 'DirectTransfer', from_agent: 'B', to_agent: 'A', amount: 120 }),
      ],
    });
    const peaks: number[] = [];
    for (const { tick } of simulation) peaks[tick] = simulation.agentPeakNetDebit('A');
    expect(peaks).toEqual([-100, -150, -150, -30, -30, -30]);
  });

  it('costs never move a balance', () => {
    const expensive = everything();
    const { agents, simulation: times, scenario_events } = scenario(PARTS);
    const free = Simulation.create(readScenario({ ...scenario({ banks: {} }), agents, simulation: times, scenario_events }));
    expensive.run();
    free.run();
    expect(free.agents()).toEqual(expensive.agents());
  });
});

describe('estimates of overdue payments (spec 05 §7)', () => {
  const rates = {
    delay_cost_per_tick_per_cent: 0.0033,
    overdue_delay_multiplier: 2.5,
    deadline_penalty: { mode: 'rate', bps_per_event: 100 },
  };
  const release = inline({ payment_tree: when('current_tick', '>=', 6, action('Release'), action('Hold')) });

  it('are those of the query and of the settlement event', () => {
    const simulation = simulate({
      banks: { A: { opening_balance: 10_000, policy: release }, B: {} },
      cost_rates: rates,
      scenario_events: [payment(0, 'A', 'B', 1234, { deadline: 1 })],
    });
    simulation.run({ untilTick: 6 });
    // Marked in tick 2; 1234 · 0.0033 · 2.5 · 4 = 40.722
    expect(simulation.overdueTransactions()).toEqual([
      {
        tx_id: 'T00000001',
        sender_id: 'A',
        receiver_id: 'B',
        amount: 1234,
        remaining_amount: 1234,
        deadline_tick: 1,
        overdue_since_tick: 2,
        ticks_overdue: 4,
        estimated_delay_cost: 41,
        deadline_penalty_cost: 12,
        total_overdue_cost: 53,
      },
    ]);
    simulation.tick();
    expect(simulation.events.ofTick(6).find(({ event_type }) => event_type === 'OverdueTransactionSettled')).toEqual({
      event_type: 'OverdueTransactionSettled',
      tick: 6,
      tx_id: 'T00000001',
      sender_id: 'A',
      receiver_id: 'B',
      amount: 1234,
      settled_amount: 1234,
      deadline_tick: 1,
      overdue_since_tick: 2,
      total_ticks_overdue: 4,
      deadline_penalty_cost: 12,
      estimated_delay_cost: 41,
    });
  });
});

describe('rates of a scenario that says nothing about costs (spec 05 §1)', () => {
  it('are the documented ones', () => {
    const { cost_rates: _, ...silent } = scenario({ banks: { A: {} } });
    expect(Simulation.create(readScenario(silent)).config.cost_rates).toEqual({
      overdraft_bps_per_tick: 0.001,
      delay_cost_per_tick_per_cent: 0.0001,
      collateral_cost_per_tick_bps: 0.0002,
      liquidity_cost_per_tick_bps: 0,
      eod_penalty: { mode: 'fixed', amount: 10_000 },
      deadline_penalty: { mode: 'fixed', amount: 50_000 },
      split_friction_cost: 1000,
      overdue_delay_multiplier: 5,
      priority_delay_multipliers: null,
    });
  });
});
