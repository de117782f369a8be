import type { SimulationEvent } from '@simcash/protocol';
import { describe, expect, it } from 'vitest';
import { readScenario, Simulation } from '../src/index.js';
import { HOLD } from './support/policies.js';
import { once, payment, scenario, simulate } from './support/scenarios.js';

type Arrival = Extract<SimulationEvent, { event_type: 'Arrival' }>;

const arrivals = (simulation: Simulation): Arrival[] => [...simulation.events].filter((event) => event.event_type === 'Arrival');

/** Receiver, amount, deadline and priority as the tables of the specification write them. */
const brief = ({ receiver_id, amount, deadline, priority }: Arrival): string =>
  `${receiver_id} ${amount} ${deadline} ${priority}`;

describe('vector 1: amounts, weighted receivers, categorical priorities (spec 02 §9)', () => {
  const expected: Record<string, { amounts: Record<string, unknown>; payments: string[]; state: bigint }> = {
    Uniform: {
      amounts: { type: 'Uniform', min: 100, max: 200 },
      payments: ['1 B 103 12 5', '1 B 127 7 2', '1 B 139 7 9', '1 B 156 12 5', '1 B 121 21 5', '2 C 178 16 9', '2 B 115 7 5'],
      state: 230717397909541545n,
    },
    Normal: {
      amounts: { type: 'Normal', mean: 100000, std_dev: 30000 },
      payments: [
        '1 B 87436 19 5',
        '1 C 105834 10 5',
        '1 B 145802 15 5',
        '1 B 76996 21 5',
        '1 B 78405 13 2',
        '2 B 120417 7 5',
        '2 B 85995 22 9',
      ],
      state: 5194646421569115821n,
    },
    LogNormal: {
      amounts: { type: 'LogNormal', mean: 100000, std_dev: 50000 },
      payments: [
        '1 B 73388 19 5',
        '1 C 98048 10 5',
        '1 B 183974 15 5',
        '1 B 62263 21 5',
        '1 B 63660 13 2',
        '2 B 123357 7 5',
        '2 B 71742 22 9',
      ],
      state: 5194646421569115821n,
    },
    Exponential: {
      amounts: { type: 'Exponential', lambda: 0.00001 },
      payments: [
        '1 B 82141 12 5',
        '1 B 107837 7 2',
        '1 B 49019 7 9',
        '1 B 110823 12 5',
        '1 B 106924 21 5',
        '2 C 164085 16 9',
        '2 B 55276 7 5',
      ],
      state: 230717397909541545n,
    },
  };

  it.each(Object.entries(expected))('%s', (_, { amounts, payments, state }) => {
    const simulation = Simulation.create(
      readScenario(
        scenario({
          simulation: { ticks_per_day: 10, num_days: 10, rng_seed: 42 },
          banks: {
            C: {},
            A: {
              policy: HOLD,
              arrival_config: {
                rate_per_tick: 1,
                amount_distribution: amounts,
                counterparty_weights: { B: 3 },
                deadline_range: [5, 20],
                priority_distribution: { type: 'Categorical', values: [2, 5, 9], weights: [1, 2, 1] },
              },
            },
            B: {},
          },
        }),
      ),
    );
    const results = simulation.run({ untilTick: 3 });
    expect(arrivals(simulation).map((event) => `${event.tick} ${brief(event)}`)).toEqual(payments);
    expect(results.map(({ num_arrivals }) => num_arrivals)).toEqual([0, 5, 2]);
    expect(simulation.rngState).toBe(state);
    expect(simulation.queue1('A')).toEqual(payments.map((_, i) => `T0000000${i + 1}`));
  });
});

describe('vector 2: bands, uniform receivers, deadlines capped at the end of the day (spec 02 §9)', () => {
  const band = (
    rate_per_tick: number,
    amount_distribution: Record<string, unknown>,
    min: number,
    max: number,
  ): Record<string, unknown> => ({
    rate_per_tick,
    amount_distribution,
    deadline_offset_min: min,
    deadline_offset_max: max,
  });

  it('gives the payments and generator states of every tick', () => {
    const simulation = Simulation.create(
      readScenario(
        scenario({
          simulation: { ticks_per_day: 3, num_days: 2, rng_seed: 7 },
          deadline_cap_at_eod: true,
          banks: {
            A: {},
            B: {
              arrival_bands: {
                urgent: band(0.5, { type: 'Uniform', min: 1000, max: 2000 }, 1, 3),
                low: band(1, { type: 'Exponential', lambda: 0.001 }, 4, 8),
              },
            },
            C: {},
          },
        }),
      ),
    );
    const rows: [payments: string, state: bigint][] = [];
    for (const { tick } of simulation) {
      const ofTick = arrivals(simulation).filter((event) => event.tick === tick);
      rows.push([ofTick.map(brief).join(' · '), simulation.rngState]);
    }
    expect(rows).toEqual([
      ['C 1028 2 10 · A 1174 3 10 · A 1098 3 1 · C 314 3 1 · C 580 3 2', 15848513004234851978n],
      ['A 1874 2 8', 7765198895508343272n],
      ['A 1387 3 9 · C 1673 3 8', 10706858449555620560n],
      ['C 1879 6 9 · C 2393 6 1 · C 455 6 1 · A 178 6 3', 11745179706624908207n],
      ['C 684 6 2', 2254996498520258274n],
      ['A 1222 6 2', 10180988772396464302n],
    ]);
  });
});

describe('generation', () => {
  const arrivalConfig = (rest: Record<string, unknown> = {}): Record<string, unknown> => ({
    rate_per_tick: 1,
    amount_distribution: { type: 'Uniform', min: 100, max: 200 },
    counterparty_weights: { B: 1 },
    deadline_range: [3, 3],
    ...rest,
  });

  it('keeps a priority of 0', () => {
    const banks = { A: { arrival_config: arrivalConfig({ priority: 0 }) }, B: {} };
    const simulation = simulate({ banks });
    simulation.run({ untilTick: 20 });
    expect(arrivals(simulation).length).toBeGreaterThan(5);
    expect(new Set(arrivals(simulation).map(({ priority }) => priority))).toEqual(new Set([0]));
  });

  it('caps generated deadlines at the first tick of the next day, ordered ones at the last tick of the day', () => {
    const simulation = simulate({
      simulation: { ticks_per_day: 10, num_days: 2 },
      deadline_cap_at_eod: true,
      banks: { A: { arrival_config: arrivalConfig({ deadline_range: [30, 30] }) }, B: {} },
      scenario_events: [payment(7, 'A', 'B', 5, { deadline: 5 })],
    });
    simulation.run();
    const ordered = arrivals(simulation).filter(({ amount }) => amount === 5);
    expect(ordered.map(({ deadline }) => deadline)).toEqual([9]);
    const generated = arrivals(simulation).filter(({ amount }) => amount !== 5);
    expect(generated.filter(({ tick }) => tick < 10).every(({ deadline }) => deadline === 10)).toBe(true);
    expect(generated.filter(({ tick }) => tick >= 10).every(({ deadline }) => deadline === 20)).toBe(true);
  });

  it('gives a bank that is missing from the weights the weight 1', () => {
    const banks = { A: { arrival_config: arrivalConfig({ rate_per_tick: 20, counterparty_weights: { B: 0.5 } }) }, B: {}, C: {} };
    const simulation = simulate({ banks });
    simulation.run();
    const received = arrivals(simulation);
    const share = received.filter(({ receiver_id }) => receiver_id === 'C').length / received.length;
    expect(share).toBeGreaterThan(0.6);
    expect(share).toBeLessThan(0.73);
  });

  it('draws nothing for banks without arrivals', () => {
    const simulation = simulate({ banks: { A: {}, B: {} }, simulation: { rng_seed: 99 } });
    simulation.run();
    expect(simulation.rngState).toBe(99n);
  });
});

describe('changes of rates, weights and windows (spec 02 §12)', () => {
  const bands = (rates: Record<string, number>): Record<string, unknown> => ({
    arrival_bands: Object.fromEntries(
      Object.entries(rates).map(([name, rate_per_tick]) => [
        name,
        {
          rate_per_tick,
          amount_distribution: { type: 'Uniform', min: 1, max: 9 },
          deadline_offset_min: 1,
          deadline_offset_max: 2,
        },
      ]),
    ),
  });
  const details = (simulation: Simulation): unknown[] =>
    [...simulation.events].flatMap((event) =>
      event.event_type === 'ScenarioEventExecuted' ? [JSON.parse(event.details_json)] : [],
    );

  it('scales the rates of bands and makes scaled rates the new base', () => {
    const simulation = simulate({
      banks: { A: bands({ urgent: 1.5, low: 0.7 }), B: {} },
      scenario_events: [
        once(1, { type: 'GlobalArrivalRateChange', multiplier: 2 }),
        once(2, { type: 'AgentArrivalRateChange', agent: 'A', multiplier: 0.1 }),
        once(3, { type: 'GlobalArrivalRateChange', multiplier: 1 }),
        once(4, { type: 'AgentArrivalRateChange', agent: 'A', multiplier: 1 }),
      ],
    });
    simulation.run({ untilTick: 5 });
    expect(details(simulation)).toEqual([
      { multiplier: 2 },
      { agent: 'A', multiplier: 0.1, new_rate: 0.44000000000000006, old_rate: 4.4 },
      { multiplier: 1 },
      { agent: 'A', multiplier: 1, new_rate: 0.44000000000000006, old_rate: 0.44000000000000006 },
    ]);
  });

  it('compounds changes of one bank but not global ones', () => {
    const config = {
      rate_per_tick: 0.5,
      amount_distribution: { type: 'Uniform', min: 1, max: 9 },
      counterparty_weights: { B: 1 },
      deadline_range: [1, 2],
    };
    const simulation = simulate({
      banks: { A: { arrival_config: config }, B: {} },
      scenario_events: [
        once(1, { type: 'GlobalArrivalRateChange', multiplier: 2 }),
        once(2, { type: 'GlobalArrivalRateChange', multiplier: 3 }),
        once(3, { type: 'GlobalArrivalRateChange', multiplier: 2 }),
        once(4, { type: 'AgentArrivalRateChange', agent: 'A', multiplier: 2 }),
        once(5, { type: 'GlobalArrivalRateChange', multiplier: 1 }),
      ],
    });
    const rates = Array.from({ length: 6 }, () => {
      simulation.tick();
      return simulation.arrivalRate('A');
    });
    expect(rates).toEqual([0.5, 1, 1.5, 1, 2, 2]);
    expect(simulation.arrivalRate('B')).toBeNull();
  });

  it('never inverts a deadline window', () => {
    const config = {
      rate_per_tick: 3,
      amount_distribution: { type: 'Uniform', min: 1, max: 9 },
      counterparty_weights: { B: 1 },
      deadline_range: [4, 6],
    };
    const simulation = simulate({
      banks: { A: { arrival_config: config }, B: {} },
      scenario_events: [once(2, { type: 'DeadlineWindowChange', min_ticks_multiplier: 2.5 })],
    });
    simulation.run({ untilTick: 10 });
    const offsets = arrivals(simulation)
      .filter(({ tick }) => tick >= 2)
      .map(({ deadline, tick }) => deadline - tick);
    expect(new Set(offsets)).toEqual(new Set([10]));
  });
});
