import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readScenario, Simulation, type AmountDistribution } from '../src/index.js';
import './support/seed.js';

const BANKS = ['A', 'B', 'C', 'D'];

/** Arrivals of a bank, with what a test changes about them. */
const arrivals = (changes: object = {}): object => ({
  rate_per_tick: 0.8,
  amount_distribution: { type: 'LogNormal', mean: 1_000, std_dev: 800 },
  counterparty_weights: Object.fromEntries(BANKS.map((bank) => [bank, 1])),
  deadline_range: [2, 9],
  ...changes,
});

function scenario(
  banks: Readonly<Record<string, object | null>>,
  changes: object = {},
  ticks = 20,
  days = 3,
): Record<string, unknown> {
  return {
    simulation: { ticks_per_day: ticks, num_days: days, rng_seed: 42 },
    agents: BANKS.map((id) => {
      const config = banks[id] ?? banks['*'] ?? null;
      return { id, opening_balance: 1_000_000, policy: { type: 'Fifo' }, ...(config === null ? {} : { arrival_config: config }) };
    }),
    ...changes,
  };
}

interface Drawn {
  tick: number;
  sender_id: string;
  receiver_id: string;
  amount: number;
  deadline: number;
  priority: number;
}

/** What was drawn, without the numbers of the payments. */
function drawn(document: Record<string, unknown>): Drawn[] {
  const simulation = Simulation.create(readScenario(document));
  simulation.run();
  return [...simulation.events].flatMap((event) => {
    if (event.event_type !== 'Arrival') return [];
    const { amount, deadline, priority, receiver_id, sender_id, tick } = event;
    return [{ tick, sender_id, receiver_id, amount, deadline, priority }];
  });
}

describe('the profile of the day', () => {
  it('of equal weights changes nothing, draw for draw', () => {
    const plain = drawn(scenario({ '*': arrivals() }));
    expect(drawn(scenario({ '*': arrivals({ profile: [1] }) }))).toEqual(plain);
    expect(drawn(scenario({ '*': arrivals({ profile: [1, 1, 1, 1] }) }))).toEqual(plain);
  });

  it('says in which parts of the day payments arrive, and not how many there are', () => {
    const profile = [0, 3, 1, 0, 4];
    const [ticks, days] = [100, 200];
    const found = drawn(scenario({ A: arrivals({ profile }) }, {}, ticks, days));
    const expected = 0.8 * ticks * days;
    expect(Math.abs(found.length - expected)).toBeLessThan(4 * Math.sqrt(expected));
    profile.forEach((weight, part) => {
      const count = found.filter(({ tick }) => Math.floor(((tick % ticks) * profile.length) / ticks) === part).length;
      const share = (expected * weight) / 8;
      expect(Math.abs(count - share)).toBeLessThanOrEqual(4 * Math.sqrt(share));
    });
  });

  it('is multiplied by events that change rates, and stands in bands, too', () => {
    const band = {
      rate_per_tick: 1,
      amount_distribution: { type: 'Uniform', min: 1, max: 9 },
      deadline_offset_min: 1,
      deadline_offset_max: 5,
    };
    const document = scenario(
      {},
      { scenario_events: [{ type: 'GlobalArrivalRateChange', multiplier: 50, schedule: { type: 'OneTime', tick: 20 } }] },
    );
    (document as { agents: Record<string, unknown>[] }).agents[0]!.arrival_bands = { low: { ...band, profile: [0, 1] } };
    const found = drawn(document);
    expect(found.every(({ tick }) => tick % 20 >= 10)).toBe(true);
    expect(found.filter(({ tick }) => tick >= 20).length).toBeGreaterThan(20 * found.filter(({ tick }) => tick < 20).length);
  });
});

describe('streams of random numbers per bank', () => {
  const perBank = { random_streams: 'per_bank' };

  it('leave what one bank draws as it is, whatever another one does', () => {
    const of = (banks: Readonly<Record<string, object | null>>): Drawn[] =>
      drawn(scenario(banks, perBank)).filter(({ sender_id }) => sender_id === 'B');
    const found = of({ '*': arrivals() });
    expect(found.length).toBeGreaterThan(20);
    expect(of({ B: arrivals() })).toEqual(found);
    expect(of({ B: arrivals(), C: arrivals({ rate_per_tick: 5, profile: [1, 2] }) })).toEqual(found);
    expect(of({ B: arrivals({ rate_per_tick: 0.9 }), C: arrivals() })).not.toEqual(found);
  });

  it('go on from a snapshot, whose numbers are those of the banks', () => {
    const document = scenario({ '*': arrivals() }, perBank);
    const whole = Simulation.create(readScenario(document));
    whole.run();
    let simulation = Simulation.create(readScenario(document));
    expect(simulation.rngState).toBe(42n);
    let log = '';
    while (simulation.currentTick < simulation.totalTicks) {
      simulation.tick();
      log += simulation.events.toNdjson();
      simulation = Simulation.restore(readScenario(document), simulation.snapshot());
    }
    expect(log).toBe(whole.events.toNdjson());
    expect(simulation.rngState).toBe(42n);
    expect((JSON.parse(simulation.snapshot()) as { random_streams: string[] }).random_streams).toHaveLength(BANKS.length);
  });

  it('are one stream unless asked for', () => {
    expect(drawn(scenario({ '*': arrivals() }, { random_streams: 'shared' }))).toEqual(drawn(scenario({ '*': arrivals() })));
  });
});

describe('amounts', () => {
  const amounts = (distribution: AmountDistribution): number[] =>
    drawn(scenario({ A: arrivals({ amount_distribution: distribution, rate_per_tick: 20 }) }, {}, 50, 20)).map(
      ({ amount }) => amount,
    );

  it('of a Pareto distribution are at least the threshold, with its tail', () => {
    const found = amounts({ type: 'Pareto', threshold: 1_000, alpha: 2 });
    expect(Math.min(...found)).toBeGreaterThanOrEqual(1_000);
    const share = found.filter((amount) => amount > 3_000).length / found.length;
    expect(Math.abs(share - 1 / 9)).toBeLessThan(4 * Math.sqrt(8 / 81 / found.length));
  });

  it('of an empirical distribution are its values, by their weights', () => {
    const found = amounts({ type: 'Empirical', values: [10, 20, 30], weights: [1, 0, 3] });
    expect(new Set(found)).toEqual(new Set([10, 30]));
    const share = found.filter((amount) => amount === 30).length / found.length;
    expect(Math.abs(share - 3 / 4)).toBeLessThan(4 * Math.sqrt(3 / 16 / found.length));
    expect(new Set(amounts({ type: 'Empirical', values: [10, 20, 30] }))).toEqual(new Set([10, 20, 30]));
  });

  it('of a mixture come from its parts', () => {
    const found = amounts({
      type: 'Mixture',
      components: [
        { weight: 1, distribution: { type: 'Uniform', min: 1, max: 9 } },
        { weight: 4, distribution: { type: 'Empirical', values: [500] } },
      ],
    });
    const share = found.filter((amount) => amount === 500).length / found.length;
    expect(Math.abs(share - 4 / 5)).toBeLessThan(4 * Math.sqrt(4 / 25 / found.length));
    expect(found.every((amount) => amount === 500 || (amount >= 1 && amount <= 9))).toBe(true);
  });

  it.each([
    [{ type: 'Pareto', threshold: 0, alpha: 1 }, 'threshold'],
    [{ type: 'Empirical', values: [] }, 'at least one amount is needed'],
    [{ type: 'Empirical', values: [1, 2], weights: [1] }, 'must be as long as values (2)'],
    [{ type: 'Empirical', values: [1, 2], weights: [0, 0] }, 'at least one must be above 0'],
    [{ type: 'Mixture', components: [] }, 'at least one weight must be above 0'],
    [{ type: 'Mixture', components: [{ weight: 1, distribution: { type: 'Mixture', components: [] } }] }, 'components'],
    [
      { type: 'Mixture', components: [{ weight: 1, distribution: { type: 'Uniform', min: 5, max: 1 } }] },
      'must be at least min (5)',
    ],
  ])('that cannot be drawn are refused: %j', (distribution, message) => {
    const document = scenario({ A: arrivals({ amount_distribution: distribution }) });
    expect(() => Simulation.create(readScenario(document))).toThrow(message);
  });

  it('are whole cents above zero, whatever the parameters', () => {
    const positive = fc.double({ min: 0.01, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(positive, fc.double({ min: 0.3, max: 9, noNaN: true }), (threshold, alpha) => {
        const found = drawn(scenario({ A: arrivals({ amount_distribution: { type: 'Pareto', threshold, alpha } }) }));
        expect(found.every(({ amount }) => Number.isSafeInteger(amount) && amount >= 1)).toBe(true);
      }),
      { numRuns: 20 },
    );
  });
});

describe('the generator of random numbers', () => {
  const document = (rng: string | undefined, streams: string): Record<string, unknown> => {
    const { simulation, ...rest } = scenario({ '*': arrivals() }, { random_streams: streams });
    return { ...rest, simulation: { ...(simulation as object), ...(rng === undefined ? {} : { rng }) } };
  };
  const logOf = (scenarioDocument: Record<string, unknown>): string => {
    const simulation = Simulation.create(readScenario(scenarioDocument));
    simulation.run();
    return simulation.events.toNdjson();
  };

  it('is xorshift64* unless another one is named: naming it changes neither the log nor the configuration', () => {
    expect(logOf(document('xorshift64star', 'shared'))).toBe(logOf(document(undefined, 'shared')));
    const scenarios = [document('xorshift64star', 'shared'), document(undefined, 'shared')];
    const [named, unnamed] = scenarios.map((one) => readScenario(one));
    expect(named!.config).toEqual(unnamed!.config);
    expect(named!.config).not.toHaveProperty('rng');
  });

  it.each(
    ['xoroshiro128plus', 'xorshift128plus'].flatMap((rng) => ['shared', 'per_bank'].map((streams) => [rng, streams] as const)),
  )('%s draws other payments (%s), the same ones every time, and goes on from snapshots and forks', (rng, streams) => {
    const chosen = readScenario(document(rng, streams));
    const whole = Simulation.create(chosen);
    whole.run();
    const log = whole.events.toNdjson();
    expect(log).not.toBe(logOf(document(undefined, streams)));
    expect(logOf(JSON.parse(JSON.stringify(document(rng, streams))) as Record<string, unknown>)).toBe(log);
    let simulation = Simulation.create(chosen);
    let found = '';
    while (simulation.currentTick < simulation.totalTicks) {
      simulation.tick();
      found += simulation.events.toNdjson();
      simulation = simulation.currentTick % 2 === 0 ? simulation.fork() : Simulation.restore(chosen, simulation.snapshot());
    }
    expect(found).toBe(log);
    // Arrivals of another generator are as many.
    const count = (text: string): number => text.match(/"event_type":"Arrival"/g)!.length;
    expect(Math.abs(count(log) - 192)).toBeLessThan(4 * Math.sqrt(192));
  });

  it.each([
    ['rng_seed', String(2n ** 128n), 'rng_seed: is more than 128 bits'],
    ['random_streams', undefined, 'random_streams: must have 4 states'],
    ['random_streams', ['1', '2', '3'], 'random_streams: must have 4 states'],
    ['random_streams', ['1', '2', '3', String(2n ** 128n)], 'random_streams[3]: is more than 128 bits'],
  ])('refuses a snapshot with %s %j', (key, value, message) => {
    const chosen = readScenario(document('xoroshiro128plus', 'per_bank'));
    const state = { ...(JSON.parse(Simulation.create(chosen).snapshot()) as object), [key]: value };
    expect(() => Simulation.restore(chosen, JSON.stringify(state))).toThrow(message);
  });

  it('is one of those that there are', () => {
    expect(() => readScenario(document('mersenne', 'shared'))).toThrow('simulation.rng');
  });
});
