import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { detailsJson, Double, doubleText } from '../src/scenario-events/details.js';
import type { Simulation } from '../src/index.js';
import { once, simulate, type ScenarioParts } from './support/scenarios.js';
import './support/seed.js';

describe('doubles (spec 08 §4)', () => {
  it.each([
    [2, '2.0'],
    [0.1, '0.1'],
    [0.35, '0.35'],
    [-1.5, '-1.5'],
    [0, '0.0'],
    [-0, '-0.0'],
    [0.00001, '0.00001'],
    [0.000012345, '0.000012345'],
    [0.0000099, '9.9e-6'],
    [1e-6, '1e-6'],
    [1.25e-7, '1.25e-7'],
    [1e-7, '1e-7'],
    [100, '100.0'],
    [123456.789, '123456.789'],
    [1e15, '1000000000000000.0'],
    [9007199254740992, '9007199254740992.0'],
    [1e16, '1e16'],
    [12345678901234568, '1.2345678901234568e16'],
    [1.2345678901234568e17, '1.2345678901234568e17'],
    [1e21, '1e21'],
    [1.5e300, '1.5e300'],
    [-1e-6, '-1e-6'],
    [5e-324, '5e-324'],
    [0.30000000000000004, '0.30000000000000004'],
    [1 / 3, '0.3333333333333333'],
  ])('%d is written %s', (x, text) => {
    expect(doubleText(x)).toBe(text);
  });

  it('read back as the same double, and never look like whole numbers', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (x) => {
        const text = doubleText(x);
        expect(Object.is(Number(text), x)).toBe(true);
        expect(text).toMatch(/[.e]/);
        expect(text).not.toContain('+');
      }),
      { numRuns: 2000 },
    );
  });
});

describe('objects', () => {
  it('have their keys in the order given, and no blanks', () => {
    expect(detailsJson({ amount: 5, from_agent: 'A', to_agent: 'B' })).toBe('{"amount":5,"from_agent":"A","to_agent":"B"}');
    expect(detailsJson({ b: true, max: null, min: new Double(1.5) })).toBe('{"b":true,"max":null,"min":1.5}');
  });

  it('escape texts as JSON does and keep other characters', () => {
    expect(detailsJson({ id: 'Ä"\\\n\u0001☃' })).toBe('{"id":"Ä\\"\\\\\\n\\u0001☃"}');
  });
});

describe('details of scenario events', () => {
  /** `details_json` of every executed event. */
  function details(parts: ScenarioParts): string[] {
    const simulation: Simulation = simulate(parts);
    simulation.run({ untilTick: 5 });
    return [...simulation.events].flatMap((event) => (event.event_type === 'ScenarioEventExecuted' ? [event.details_json] : []));
  }

  const arrivals = {
    arrival_config: {
      rate_per_tick: 0.5,
      amount_distribution: { type: 'Uniform', min: 1, max: 2 },
      counterparty_weights: { B: 1 },
      deadline_range: [1, 2],
    },
  };

  it('are those of each type', () => {
    const scenario_events = [
      { type: 'DirectTransfer', from_agent: 'A', to_agent: 'B', amount: 5 },
      { type: 'ScheduledSettlement', from_agent: 'B', to_agent: 'A', amount: 5 },
      { type: 'ScheduledSettlement', from_agent: 'B', to_agent: 'A', amount: 500 },
      { type: 'CollateralAdjustment', agent: 'A', delta: -20 },
      { type: 'CustomTransactionArrival', from_agent: 'B', to_agent: 'A', amount: 7 },
      { type: 'GlobalArrivalRateChange', multiplier: 2 },
      { type: 'AgentArrivalRateChange', agent: 'A', multiplier: 0.1 },
      { type: 'CounterpartyWeightChange', agent: 'A', counterparty: 'B', new_weight: 1 },
      { type: 'DeadlineWindowChange', min_ticks_multiplier: 1.5 },
    ];
    const events = scenario_events.map((event) => once(0, event));
    expect(
      details({ banks: { A: { ...arrivals, opening_balance: 10, unsecured_cap: 20 }, B: {} }, scenario_events: events }),
    ).toEqual([
      '{"amount":5,"from_agent":"A","to_agent":"B"}',
      '{"amount":5,"from_agent":"B","settled":true,"to_agent":"A"}',
      '{"amount":500,"from_agent":"B","reason":"insufficient_liquidity","settled":false,"to_agent":"A"}',
      '{"agent":"A","delta":-20}',
      '{"amount":7,"deadline":10,"from_agent":"B","is_divisible":false,"priority":5,"to_agent":"A","tx_id":"T00000001"}',
      '{"multiplier":2.0}',
      '{"agent":"A","multiplier":0.1,"new_rate":0.1,"old_rate":1.0}',
      '{"agent":"A","auto_balance_others":false,"counterparty":"B","new_weight":1.0}',
      '{"max_ticks_multiplier":null,"min_ticks_multiplier":1.5}',
    ]);
  });

  it('of an ordered payment give the uncapped deadline', () => {
    const parts = {
      simulation: { ticks_per_day: 4 },
      deadline_cap_at_eod: true,
      banks: { A: {}, B: {} },
      scenario_events: [
        once(1, {
          type: 'CustomTransactionArrival',
          from_agent: 'A',
          to_agent: 'B',
          amount: 7,
          deadline: 30,
          priority: 0,
          is_divisible: true,
        }),
      ],
    };
    expect(details(parts)).toEqual([
      '{"amount":7,"deadline":31,"from_agent":"A","is_divisible":true,"priority":0,"to_agent":"B","tx_id":"T00000001"}',
    ]);
    const simulation = simulate(parts);
    simulation.run({ untilTick: 2 });
    expect(simulation.transaction('T00000001')).toMatchObject({ deadline_tick: 3, priority: 0 });
  });

  it('are not logged for changes of arrivals where nobody has any', () => {
    const events = [
      { type: 'GlobalArrivalRateChange', multiplier: 2 },
      { type: 'AgentArrivalRateChange', agent: 'A', multiplier: 2 },
      { type: 'CounterpartyWeightChange', agent: 'A', counterparty: 'B', new_weight: 1 },
      { type: 'DeadlineWindowChange', max_ticks_multiplier: 2 },
    ];
    expect(details({ banks: { A: {}, B: {} }, scenario_events: events.map((event) => once(0, event)) })).toEqual([]);
  });

  it('are logged for the weights of a bank without arrivals if another one has some, but not for its rate', () => {
    const events = [
      { type: 'AgentArrivalRateChange', agent: 'B', multiplier: 2 },
      { type: 'CounterpartyWeightChange', agent: 'B', counterparty: 'A', new_weight: 0.25, auto_balance_others: true },
    ];
    expect(details({ banks: { A: arrivals, B: {} }, scenario_events: events.map((event) => once(0, event)) })).toEqual([
      '{"agent":"B","auto_balance_others":true,"counterparty":"A","new_weight":0.25}',
    ]);
  });
});
