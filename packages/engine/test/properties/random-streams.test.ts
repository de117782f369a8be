import * as fc from 'fast-check';
import { describe, expect } from 'vitest';
import { clockOf } from '../support/short-days.js';
import { readScenario, Simulation, type EventOf } from './engine.js';
import { property } from './property.js';

/** Spec 13 §13 and §19, invariant 7, for any banks, profiles and closed ticks. */

const BANKS = ['A', 'B', 'C', 'D'];
const [LENGTH, DAYS] = [15, 3];

const weight = fc.constantFrom(0, 0.5, 1, 3);
const amounts = fc.constantFrom(
  { type: 'Uniform', min: 1, max: 500 },
  { type: 'LogNormal', mean: 1_000, std_dev: 800 },
  { type: 'Pareto', threshold: 100, alpha: 1.5 },
  { type: 'Empirical', values: [5, 6, 7], weights: [1, 0, 2] },
  {
    type: 'Mixture',
    components: [
      { weight: 1, distribution: { type: 'Exponential', lambda: 0.01 } },
      { weight: 2, distribution: { type: 'Pareto', threshold: 10, alpha: 2 } },
    ],
  },
);
const config = fc.record(
  {
    rate_per_tick: fc.constantFrom(0.3, 1, 2.5),
    amount_distribution: amounts,
    counterparty_weights: fc
      .tuple(weight, weight, weight, fc.constant(1))
      .map((list) => Object.fromEntries(BANKS.map((id, i) => [id, list[i]]))),
    deadline_range: fc.constantFrom([1, 4], [3, 30]),
    priority: fc.nat({ max: 10 }),
    profile: fc.array(weight, { minLength: 1, maxLength: 20 }).map((list) => [...list, 1]),
  },
  { requiredKeys: ['rate_per_tick', 'amount_distribution', 'counterparty_weights', 'deadline_range'] },
);
const configs = fc.tuple(...BANKS.map(() => fc.option(config, { freq: 4 })));
const openTicks = fc.tuple(...Array.from({ length: DAYS }, () => fc.integer({ min: 1, max: LENGTH })));
const events = fc.array(
  fc.record({
    type: fc.constant('AgentArrivalRateChange'),
    agent: fc.constantFrom(...BANKS),
    multiplier: fc.constantFrom(0.25, 0.5, 4),
    schedule: fc.record({ type: fc.constant('OneTime'), tick: fc.nat({ max: LENGTH * DAYS - 1 }) }),
  }),
  { maxLength: 3 },
);

type Configs = readonly (object | null)[];

function arrivals(of: Configs, changes: object): EventOf<'Arrival'>[] {
  const simulation = Simulation.create(
    readScenario({
      simulation: { ticks_per_day: LENGTH, num_days: DAYS, rng_seed: 42 },
      agents: BANKS.map((id, i) => ({
        id,
        opening_balance: 1_000,
        policy: { type: 'Fifo' },
        ...(of[i] && { arrival_config: of[i] }),
      })),
      ...changes,
    }),
  );
  simulation.run();
  return [...simulation.events].filter((event): event is EventOf<'Arrival'> => event.event_type === 'Arrival');
}

/** Without the numbers of the payments. */
const drawn = (of: Configs, changes: object): unknown[] => arrivals(of, changes).map(({ tx_id: _, ...rest }) => rest);

describe('streams per bank', () => {
  property(
    'give a bank the same payments whatever the others do',
    100,
    fc.tuple(configs, configs, openTicks, events),
    ([of, others, open, happened]) => {
      const changes = (who: string[]): object => ({
        random_streams: 'per_bank',
        clock: clockOf(open),
        scenario_events: happened.filter(({ agent }) => who.includes(agent)),
      });
      const ofA = (list: EventOf<'Arrival'>[]): unknown[] =>
        list.filter(({ sender_id }) => sender_id === 'A').map(({ tx_id: _, ...rest }) => rest);
      const found = ofA(arrivals(of, changes(BANKS)));
      expect(ofA(arrivals([of[0]!, ...others.slice(1)], changes(BANKS)))).toEqual(found);
      expect(ofA(arrivals([of[0]!, null, null, null], changes(['A'])))).toEqual(found);
    },
  );
});

describe.each(['shared', 'per_bank'])('with streams %s', (streams) => {
  property(
    `a profile of equal weights changes nothing (${streams})`,
    40,
    fc.tuple(configs, openTicks, fc.integer({ min: 1, max: 40 })),
    ([of, open, parts]) => {
      const changes = { random_streams: streams, clock: clockOf(open) };
      const profiled = (profile: number[]): Configs => of.map((one) => one && { ...one, profile });
      const plain = of.map((one) => {
        const { profile: _, ...rest } = (one ?? {}) as { profile?: unknown };
        return one && rest;
      });
      expect(drawn(profiled([1]), changes)).toEqual(drawn(plain, changes));
      expect(drawn(profiled(Array.from({ length: parts }, () => 1)), changes)).toEqual(drawn(plain, changes));
    },
  );

  property(
    `payments arrive in open ticks of parts with a weight, and in no others (${streams})`,
    60,
    fc.tuple(configs, openTicks),
    ([of, open]) => {
      for (const { sender_id, tick } of arrivals(of, { random_streams: streams, clock: clockOf(open) })) {
        expect(tick % LENGTH).toBeLessThan(open[Math.floor(tick / LENGTH)]!);
        const { profile = [1] } = of[BANKS.indexOf(sender_id)] as { profile?: number[] };
        expect(profile[Math.floor(((tick % LENGTH) * profile.length) / LENGTH)]).toBeGreaterThan(0);
      }
    },
  );
});
