import { describe, expect, it } from 'vitest';
import { readScenario } from '../src/index.js';
import type { ScenarioEvent } from '../src/scenario/config.js';
import type { ResolvedDocument } from '../src/scenario/document-schema.js';
import { documentWarnings } from '../src/scenario/warnings.js';
import { windowProblem } from '../src/stress/windows.js';

/** Checks of a scenario take as many steps as it is long: twice as many for twice as many banks. Counted, not timed. */

/** Counts how often anything is asked of the objects that it gives. */
class Counter {
  count = 0;

  counted = <T extends object>(object: T): T =>
    new Proxy(object, {
      get: (target, key, receiver) => {
        this.count++;
        return Reflect.get(target, key, receiver) as unknown;
      },
      getOwnPropertyDescriptor: (target, key) => {
        this.count++;
        return Reflect.getOwnPropertyDescriptor(target, key);
      },
    });
}

/** Banks that each list one other, and as many changes of their rates, the change of all rates last. */
function stepsFor(banks: number): number {
  const counter = new Counter();
  const id = (i: number): string => `BANK_${i}`;
  const schedule = { type: 'OneTime', tick: 0 };
  const change = { type: 'AgentArrivalRateChange', multiplier: 2, schedule };
  const document = {
    simulation: { ticks_per_day: 10, num_days: 1 },
    cost_rates: {},
    priority_escalation: { curve: 'linear' },
    agents: Array.from({ length: banks }, (_, i) => ({
      id: id(i),
      arrival_config: { amount_distribution: { type: 'Uniform', min: 1 }, counterparty_weights: counter.counted({ [id(0)]: 1 }) },
    })),
    scenario_events: [
      ...Array.from({ length: banks }, (_, i) => counter.counted({ ...change, agent: id(i) })),
      counter.counted({ type: 'GlobalArrivalRateChange', multiplier: 2, schedule }),
    ],
  };
  // Every bank leaves out banks, and every change of its rate multiplies.
  expect(documentWarnings(document as unknown as ResolvedDocument)).toHaveLength(2 * banks);
  return counter.count;
}

describe('the steps of looking for what is worth a warning', () => {
  it('are twice as many for twice as many banks', () => {
    expect(stepsFor(400) / stepsFor(200)).toBeLessThan(2.1);
  });
});

describe('the steps of looking for windows that overlap', () => {
  const stepsOf = (banks: number): number => {
    const counter = new Counter();
    const ids = Array.from({ length: banks }, (_, i) => `BANK_${i}`);
    const outage = { type: 'ParticipantOutage', schedule: 'OneTime', tick: 0, until_tick: 5 } as const;
    const events = ids.map((agent) => counter.counted({ ...outage, agent } as ScenarioEvent));
    expect(windowProblem(events, ids)).toBeNull();
    return counter.count;
  };

  it('are twice as many for twice as many banks with one each', () => {
    expect(stepsOf(400) / stepsOf(200)).toBeLessThan(2.1);
  });

  it('are hardly more than twice as many for twice as many windows of one bank', () => {
    const steps = (windows: number): number => {
      const counter = new Counter();
      const outage = { type: 'ParticipantOutage', schedule: 'OneTime', agent: 'A' } as const;
      const ticks = Array.from({ length: windows }, (_, i) => (i * 7919) % windows);
      const events = ticks.map((tick) =>
        counter.counted({ ...outage, tick: 2 * tick, until_tick: 2 * tick + 1 } as ScenarioEvent),
      );
      expect(windowProblem(events, ['A'])).toBeNull();
      return counter.count;
    };
    expect(steps(2000) / steps(1000)).toBeLessThan(2.3);
  });

  it('are few for series, of which no bank has more than 100', () => {
    const series = Array.from(
      { length: 101 },
      (_, i) =>
        ({
          type: 'ParticipantOutage',
          schedule: 'Repeating',
          agent: 'A',
          start_tick: 2 * i,
          interval: 1000,
          ticks: 1,
        }) as ScenarioEvent,
    );
    expect(windowProblem(series.slice(1), ['A'])).toBeNull();
    expect(windowProblem(series, ['A'])).toMatchObject({
      index: 100,
      message: expect.stringContaining('more than 100 repeated windows'),
    });
  });
});

describe('banks that weights leave out', () => {
  const said = (weights: object, banks = ['A', 'B', 'C', 'D', 'E', 'F']): string | undefined => {
    const amounts = { type: 'Uniform', min: 1, max: 2 };
    const arrivals = { rate_per_tick: 1, amount_distribution: amounts, deadline_range: [1, 2], counterparty_weights: weights };
    const agents = banks.map((id) => ({ id, opening_balance: 1, ...(id === 'B' ? { arrival_config: arrivals } : {}) }));
    const simulation = { ticks_per_day: 2, num_days: 1, rng_seed: 1 };
    return readScenario({ simulation, agents }).warnings[0]?.message;
  };

  it.each([
    ['all', { B: 1 }, '(A, C, D and 2 more)'],
    ['all but one', { C: 1 }, '(A, D, E and 1 more)'],
    ['three', { E: 1, F: 0 }, '(A, C, D)'],
    ['the last one', { A: 1, B: 1, C: 1, D: 1, E: 1 }, '(F)'],
  ])('are counted and named: %s', (_, weights, expected) => expect(said(weights)).toContain(expected));

  it('are none where all others are listed', () => {
    expect(said({ A: 1, C: 1, D: 1, E: 1, F: 1 })).toBeUndefined();
  });
});
