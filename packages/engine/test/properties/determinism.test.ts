import * as fc from 'fast-check';
import { describe, expect } from 'vitest';
import { Simulation, type EventOf } from './engine.js';
import { create, look, makeCalls, observe, runThrough } from './drive.js';
import { property } from './property.js';
import { scenario, anyWorkload, type ScenarioDocument, type Workload } from './scenarios.js';

const log = (work: Workload): string => runThrough(work).events.toNdjson();

/** What can be asked at the end of a run. */
function records(simulation: Simulation, days: number): unknown {
  return Array.from({ length: days }, (_, day) => [
    simulation.dailyMetrics(day),
    simulation.collateralRecords(day),
    simulation.lsmRecords(day),
  ]);
}

/** What can be asked after every tick. */
function queries(simulation: Simulation): string {
  const perBank = simulation.agentIds.map((id) => [
    simulation.queue1(id),
    simulation.agentCosts(id),
    simulation.agentDayCounters(id),
  ]);
  return JSON.stringify([
    simulation.agents(),
    perBank,
    simulation.queue2(),
    simulation.systemMetrics(),
    simulation.transactionCounts(),
  ]);
}

describe('a run', () => {
  property('is the same every time, byte for byte', 50, anyWorkload(), (work) => {
    const days = work.scenario.simulation.num_days;
    const first = runThrough(work);
    const second = runThrough(structuredClone(work));
    expect(second.events.toNdjson()).toBe(first.events.toNdjson());
    expect(records(second, days)).toEqual(records(first, days));
    expect(second.rngState).toBe(first.rngState);
  });

  property('is not disturbed by being watched', 50, anyWorkload(), (work) => {
    const watched = observe(work);
    const results = watched.ticks.map(({ result }) => result);
    const simulation = create(work);
    const plain: unknown[] = [];
    while (simulation.currentTick < simulation.totalTicks) {
      makeCalls(simulation, work.calls);
      plain.push(simulation.tick());
    }
    expect(plain).toEqual(results);
    expect(simulation.events.toNdjson()).toBe(watched.simulation.events.toNdjson());
  });

  property('can be explained while it runs', 60, anyWorkload(), (work) => {
    const simulation = create(work);
    while (simulation.currentTick < simulation.totalTicks) {
      makeCalls(simulation, work.calls);
      simulation.explainTick();
    }
    expect(simulation.events.toNdjson()).toBe(log(work));
  });

  property('is the same tick by tick, in one go, or as an iteration', 80, scenario(), (document) => {
    const work = { scenario: document, calls: [] };
    const all = create(work);
    const results = all.run();
    const half = create(work);
    const middle = Math.floor(half.totalTicks / 2);
    expect([...half.run({ untilTick: middle }), ...half]).toEqual(results);
    expect(half.events.toNdjson()).toBe(all.events.toNdjson());
    expect(log(work)).toBe(all.events.toNdjson());
  });

  property('hands the same events to a sink', 80, anyWorkload(), (work) => {
    let text = '';
    const simulation = runThrough(work, { sink: { write: (batch) => void (text += batch.toNdjson()) } });
    expect(text).toBe(log(work));
    expect(simulation.eventCount).toBe(text.split('\n').length - 1);
  });

  property('is the same, in events and in records, when it lets go of its history', 80, anyWorkload(), (work) => {
    const days = work.scenario.simulation.num_days;
    const kept = create(work);
    const released = create(work, { history: 'release' });
    while (kept.currentTick < kept.totalTicks) {
      for (const simulation of [kept, released]) {
        makeCalls(simulation, work.calls);
        simulation.tick();
      }
      expect(queries(released)).toBe(queries(kept));
    }
    const held = new Set(released.transactions().map(({ tx_id }) => tx_id));
    expect(released.transactions()).toEqual(kept.transactions().filter(({ tx_id }) => held.has(tx_id)));
    expect(released.openTransactions()).toEqual(kept.openTransactions());
    expect(released.events.toNdjson()).toBe(kept.events.toNdjson());
    expect(records(released, days)).toEqual(records(kept, days));
  });

  property(
    'does not depend on the order of the banks in the document when nothing is drawn at random',
    60,
    fc.tuple(anyWorkload({ arrivals: false, minBanks: 2 }), fc.infiniteStream(fc.nat())),
    ([work, stream]) => {
      const agents = shuffled(work.scenario.agents, stream);
      expect(log({ ...work, scenario: { ...work.scenario, agents } })).toBe(log(work));
    },
  );

  property(
    'with another order of the banks differs in nothing but the receivers of generated payments',
    50,
    fc.tuple(scenario({ minBanks: 2, policies: 'fifo' }), fc.infiniteStream(fc.nat())),
    ([document, stream]) => {
      const arrivals = (d: ScenarioDocument): unknown[] =>
        [...runThrough({ scenario: d, calls: [] }).events]
          .filter((event): event is EventOf<'Arrival'> => event.event_type === 'Arrival')
          .map(({ receiver_id: _, ...rest }) => rest);
      expect(arrivals({ ...document, agents: shuffled(document.agents, stream) })).toEqual(arrivals(document));
    },
  );

  property(
    'has another seed only where payments arrive at random',
    60,
    fc.tuple(anyWorkload({ arrivals: false }), fc.nat()),
    ([work, rng_seed]) => {
      const other = { ...work, scenario: { ...work.scenario, simulation: { ...work.scenario.simulation, rng_seed } } };
      expect(log(other)).toBe(log(work));
    },
  );

  property('goes on beyond its configured end', 60, scenario(), (document) => {
    const simulation = create({ scenario: document, calls: [] });
    simulation.run();
    const total = document.agents.reduce((sum, agent) => sum + agent.opening_balance, 0);
    for (let i = 0; i < document.simulation.ticks_per_day; i++) {
      expect(simulation.tick().tick).toBe(simulation.totalTicks + i);
      const agents = [...look(simulation).agents.values()];
      expect(agents.reduce((sum, { allocated_liquidity, balance }) => sum + balance - allocated_liquidity, 0)).toBe(total);
    }
  });
});

function shuffled<T>(list: readonly T[], stream: Iterator<number>): T[] {
  const keyed = list.map((element) => ({ element, key: stream.next().value as number }));
  return keyed.sort((x, y) => x.key - y.key).map(({ element }) => element);
}
