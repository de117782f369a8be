import type { EventOf, EventType } from '@simcash/protocol';
import { describe, expect, it } from 'vitest';
import { readScenario, Simulation } from '../src/index.js';
import { action, inline, when } from './support/policies.js';
import { clockOf } from './support/short-days.js';

/** Three days of ten ticks, of which the first has four open ones, the second one, the third all (spec 13 §2.2). */
const OPEN = [4, 1, 10];

function scenario(policy: unknown, changes: object = {}): Record<string, unknown> {
  return {
    simulation: { ticks_per_day: 10, num_days: 3, rng_seed: 7 },
    agents: [
      { id: 'A', opening_balance: 100_000, unsecured_cap: 5_000, max_collateral_capacity: 100_000, policy },
      { id: 'B', opening_balance: 0, policy: { type: 'Fifo' } },
    ],
    clock: clockOf(OPEN),
    ...changes,
  };
}

const payment = (tick: number, changes: object = {}): object => ({
  type: 'CustomTransactionArrival',
  from_agent: 'A',
  to_agent: 'B',
  amount: 1_000,
  schedule: { type: 'OneTime', tick },
  ...changes,
});

const eventsOf = <T extends EventType>(simulation: Simulation, type: T): EventOf<T>[] =>
  [...simulation.events].filter(({ event_type }) => event_type === type) as EventOf<T>[];

/** All ticks; taken out of its snapshot before each of them if asked for. */
function run(document: Record<string, unknown>, isCut = false): Simulation {
  const whole = Simulation.create(readScenario(document));
  whole.run();
  if (!isCut) return whole;
  let simulation = Simulation.create(readScenario(document));
  let log = '';
  while (simulation.currentTick < simulation.totalTicks) {
    simulation.tick();
    log += simulation.events.toNdjson();
    simulation = Simulation.restore(readScenario(document), simulation.snapshot());
  }
  expect(log).toBe(whole.events.toNdjson());
  return whole;
}

const HOLD = inline({ payment_tree: action('Hold') });

describe('a closed tick', () => {
  it('gives an overdue payment time until the next open one', () => {
    const costs = { delay_cost_per_tick_per_cent: 0.01, deadline_penalty: 70, overdue_delay_multiplier: 5, eod_penalty: 11 };
    // Deadlines in the last open tick of a day, in the middle of the night, in its last tick, and in the first tick of the next day.
    const deadlines = [3, 5, 9, 10];
    const document = scenario(HOLD, {
      cost_rates: costs,
      scenario_events: deadlines.map((tick) => payment(0, { deadline: tick })),
    });
    const simulation = run(document, true);
    const overdue = eventsOf(simulation, 'TransactionWentOverdue').map(({ deadline_tick, tick }) => [deadline_tick, tick]);
    expect(overdue).toEqual([
      [3, 10],
      [5, 10],
      [9, 10],
      [10, 20],
    ]);
    const charged = new Set(eventsOf(simulation, 'CostAccrual').map(({ tick }) => tick));
    expect([...charged].filter((tick) => ![9, 19].includes(tick))).toEqual([
      0,
      1,
      2,
      3,
      10,
      ...Array.from({ length: 10 }, (_, i) => 20 + i),
    ]);
  });

  it('ends its day with the penalty for what waits, and nothing else', () => {
    const document = scenario(HOLD, { cost_rates: { eod_penalty: 11 }, scenario_events: [payment(0, { deadline: 2 })] });
    const simulation = Simulation.create(readScenario(document));
    const results = simulation.run();
    const zero = { num_arrivals: 0, num_settlements: 0, num_lsm_releases: 0, total_cost: 0 };
    for (const tick of [4, 5, 6, 7, 8, 11, 15, 18]) expect(results[tick]).toEqual({ tick, ...zero });
    expect([results[9], results[19]]).toEqual([9, 19].map((tick) => ({ tick, ...zero, total_cost: 11 })));
    expect(eventsOf(simulation, 'EndOfDay').map(({ day, tick, unsettled_count }) => [day, tick, unsettled_count])).toEqual([
      [0, 9, 1],
      [1, 19, 1],
      [2, 29, 1],
    ]);
  });

  it('leaves what waits in the central queue where it is, although there is money', () => {
    const document = scenario(
      { type: 'Fifo' },
      {
        scenario_events: [
          payment(3, { amount: 200_000, deadline: 25 }),
          { type: 'DirectTransfer', from_agent: 'B', to_agent: 'A', amount: 150_000, schedule: { type: 'OneTime', tick: 4 } },
        ],
      },
    );
    const simulation = run(document, true);
    expect(eventsOf(simulation, 'ScenarioEventExecuted').map(({ tick }) => tick)).toEqual([3, 4]);
    expect(eventsOf(simulation, 'Queue2LiquidityRelease').map(({ tick }) => tick)).toEqual([10]);
  });

  it('keeps collateral whose timer is up until the next open one, before what is due there', () => {
    const post = (amount: number, after: number, otherwise: ReturnType<typeof action>): ReturnType<typeof when> =>
      when(
        'system_tick_in_day',
        '==',
        amount - 1,
        action('PostCollateral', { amount, auto_withdraw_after_ticks: after }),
        otherwise,
      );
    const policy = inline({
      payment_tree: action('Hold'),
      // One cent in tick 0 until tick 10, two cents in tick 1 until tick 6, three in tick 2 until tick 9.
      strategic_collateral_tree: when(
        'current_tick',
        '<',
        4,
        post(1, 10, post(2, 5, post(3, 7, action('HoldCollateral')))),
        action('HoldCollateral'),
      ),
    });
    const simulation = run(scenario(policy), true);
    const timers = [...simulation.events].filter(({ event_type }) => event_type.startsWith('CollateralTimer'));
    expect(timers.map((event) => [event.tick, (event as { posted_at_tick?: number }).posted_at_tick])).toEqual([
      [10, 1],
      [10, 2],
      [10, 0],
    ]);
  });

  it('keeps the parts of a payment that were to be released in it until the next open one', () => {
    const stagger = action('StaggerSplit', {
      num_splits: 4,
      stagger_first_now: 1,
      stagger_gap_ticks: 3,
      priority_boost_children: 0,
    });
    const simulation = run(
      scenario(inline({ payment_tree: stagger }), { scenario_events: [payment(2, { is_divisible: true, deadline: 25 })] }),
      true,
    );
    expect(eventsOf(simulation, 'RtgsImmediateSettlement').map(({ tick }) => tick)).toEqual([2, 10, 10, 20]);
  });

  it('draws no payments: those of the open ticks are as if it were not there', () => {
    const arrival_config = {
      rate_per_tick: 1.5,
      amount_distribution: { type: 'Uniform', min: 1, max: 90 },
      counterparty_weights: { B: 1 },
      deadline_range: [1, 9],
    };
    const [short, long] = [OPEN, [10, 10, 10]].map((open) => {
      const document = scenario({ type: 'Fifo' }, { clock: clockOf(open) }) as { agents: object[] };
      Object.assign(document.agents[0]!, { arrival_config });
      return eventsOf(run(document, true), 'Arrival').map(({ amount, tick }) => ({ amount, tick }));
    });
    const openTicks = [0, 1, 2, 3, 10, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29];
    expect(short!.every(({ tick }) => openTicks.includes(tick))).toBe(true);
    // The same numbers are drawn; fewer ticks take them.
    expect(short!.map(({ amount }) => amount)).toEqual(long!.slice(0, short!.length).map(({ amount }) => amount));
    expect(long!.length).toBeGreaterThan(short!.length);
  });
});

describe('a payment in a closed tick', () => {
  it('fails the run, if it comes from the scenario', () => {
    const simulation = Simulation.create(readScenario(scenario(HOLD, { scenario_events: [payment(3), payment(6)] })));
    expect(() => simulation.run()).toThrow('payment arrives in closed tick 6');
    expect(simulation.currentTick).toBe(6);
    expect(eventsOf(simulation, 'Arrival')).toHaveLength(1);
  });

  it('is refused as a call, and has changed nothing', () => {
    const simulation = Simulation.create(readScenario(scenario(HOLD)));
    const order = { sender: 'A', receiver: 'B', amount: 5, deadline_tick: 25, priority: 5, divisible: false };
    const refused: number[] = [];
    while (simulation.currentTick < simulation.totalTicks) {
      const before = simulation.snapshot();
      try {
        simulation.submitTransaction({ ...order, deadline_tick: simulation.currentTick + 3 });
      } catch (error) {
        expect((error as Error).message).toContain(`payment arrives in closed tick ${simulation.currentTick}`);
        expect(simulation.snapshot()).toBe(before);
        refused.push(simulation.currentTick);
      }
      simulation.tick();
    }
    expect(refused).toEqual([4, 5, 6, 7, 8, 9, 11, 12, 13, 14, 15, 16, 17, 18, 19]);
  });
});
