import { describe, expect, it } from 'vitest';
import { CEILINGS, CeilingError, readScenario, Simulation } from '../src/index.js';
import { action, inline } from './support/policies.js';

const bank = (id: string, more: object = {}): object => ({ id, opening_balance: 1_000_000, ...more });
const scenario = (agents: readonly object[], more: object = {}): object => ({
  simulation: { ticks_per_day: 3, num_days: 1, rng_seed: 1 },
  agents,
  ...more,
});
const arrivals = (rate_per_tick: number): object => ({
  arrival_config: {
    rate_per_tick,
    amount_distribution: { type: 'Uniform', min: 1, max: 9 },
    counterparty_weights: { B: 1 },
    deadline_range: [1, 2],
  },
});

function outcome(document: object): unknown {
  try {
    const simulation = Simulation.create(readScenario(document));
    simulation.tick();
    return null;
  } catch (error) {
    return error;
  }
}

describe('a scenario that asks for too much fails before it gets it', () => {
  it('by the rate of a bank', () => {
    expect(outcome(scenario([bank('A', arrivals(1e12)), bank('B')]))).toEqual(
      new CeilingError('arrivals_per_bank_and_tick', 'rate of A', 1e12, CEILINGS.arrivals_per_bank_and_tick),
    );
    expect(outcome(scenario([bank('A', arrivals(1000)), bank('B')]))).toBeNull();
  });

  it('by the payments of a tick', () => {
    const busy = Array.from({ length: 12 }, (_, i) => bank(`A${i}`, arrivals(CEILINGS.arrivals_per_bank_and_tick)));
    expect(outcome(scenario([...busy, bank('B')]))).toMatchObject({
      ceiling: 'payments_per_tick',
      found: CEILINGS.payments_per_tick + 1,
    });
  });

  it.each([CEILINGS.parts_per_split, CEILINGS.parts_per_split + 1])('by the parts of a payment: %i', (parts) => {
    const split = action('Split', { num_splits: { value: parts } });
    const policy = inline({ payment_tree: split });
    const payment = { type: 'CustomTransactionArrival', from_agent: 'A', to_agent: 'B', amount: 900_000, deadline: 2 };
    const events = { scenario_events: [{ ...payment, schedule: { type: 'OneTime', tick: 0 } }] };
    const found = outcome(scenario([bank('A', { policy }), bank('B')], events));
    if (parts > CEILINGS.parts_per_split) expect(found).toMatchObject({ ceiling: 'parts_per_split', found: parts });
    else expect(found).toBeNull();
  });

  it('by its banks', () => {
    const banks = Array.from({ length: CEILINGS.banks + 1 }, (_, i) => ({
      id: `B${i}`,
      opening_balance: 0,
      unsecured_cap: 0,
      policy: { type: 'Fifo' },
    }));
    const simple = Simulation.create.bind(Simulation);
    expect(() => simple({ ticks_per_day: 1, num_days: 1, rng_seed: 1, agent_configs: banks } as never)).toThrow(CeilingError);
  });
});
