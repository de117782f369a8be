import * as fc from 'fast-check';
import { describe, expect } from 'vitest';
import type { EventOf } from './engine.js';
import { ArrivalModel, ModelRng, type ModelArrival } from './arrivals-model.js';
import { create, makeCalls, observe } from './drive.js';
import { partsOf } from './fold.js';
import { isDue } from './grammar.js';
import { property } from './property.js';
import { scenario, anyWorkload, type ScenarioDocument, type Workload } from './scenarios.js';

const CHANGES = ['GlobalArrivalRateChange', 'AgentArrivalRateChange', 'CounterpartyWeightChange', 'DeadlineWindowChange'];

/** Generated payments of every tick: the last arrivals before policies begin, as many as the tick counts. */
function generated(work: Workload): ModelArrival[][] {
  return observe(work).ticks.map(({ events, result }) => {
    const parts = partsOf(events);
    const arrivals = events.filter(
      (event): event is EventOf<'Arrival'> => event.event_type === 'Arrival' && !parts.has(event.tx_id),
    );
    return arrivals.slice(arrivals.length - result.num_arrivals).map(({ amount, deadline, priority, receiver_id, sender_id }) => {
      return { sender_id, receiver_id, amount, deadline, priority };
    });
  });
}

/** Transcendental functions may differ in their last bit, which shows in amounts of billions only. */
function expectArrivals(found: readonly ModelArrival[], expected: readonly ModelArrival[]): void {
  const rest = (arrivals: readonly ModelArrival[]): unknown => arrivals.map(({ amount: _, ...others }) => others);
  expect(rest(found)).toEqual(rest(expected));
  found.forEach(({ amount }, i) => expect(Math.abs(amount - expected[i]!.amount)).toBeLessThanOrEqual(amount < 1e9 ? 0 : 1));
}

describe('arrivals', () => {
  property(
    'are drawn as the plain model draws them, whatever scenario events change',
    100,
    anyWorkload({ minBanks: 2 }),
    (work) => {
      const model = new ArrivalModel(work.scenario);
      const simulation = create(work);
      const arrivals: ModelArrival[][] = [];
      for (let tick = 0; tick < simulation.totalTicks; tick++) {
        makeCalls(simulation, work.calls);
        simulation.tick();
        for (const event of work.scenario.scenario_events ?? []) if (isDue(event, tick)) model.change(event);
        arrivals.push(model.tick(tick));
        expect(simulation.rngState).toBe(model.rng.state);
        for (const id of simulation.agentIds) expect(simulation.arrivalRate(id)).toBe(model.isBanded(id) ? null : model.rate(id));
      }
      generated(work).forEach((found, tick) => expectArrivals(found, arrivals[tick]!));
    },
  );

  property('keep within the bounds of their scenario', 60, anyWorkload({ minBanks: 2 }), (work) => {
    const { deadline_cap_at_eod, simulation } = work.scenario;
    generated(work).forEach((arrivals, tick) => {
      const dawn = (Math.floor(tick / simulation.ticks_per_day) + 1) * simulation.ticks_per_day;
      for (const { amount, deadline, priority, receiver_id, sender_id } of arrivals) {
        expect(amount).toBeGreaterThanOrEqual(1);
        expect(receiver_id).not.toBe(sender_id);
        expect(deadline).toBeGreaterThan(tick);
        expect(deadline).toBeLessThanOrEqual(Math.max(tick + 1, deadline_cap_at_eod ? Math.min(dawn, Infinity) : Infinity));
        expect(deadline).toBeLessThanOrEqual(Math.max(tick + 1, simulation.ticks_per_day * simulation.num_days));
        expect(priority >= 0 && priority <= 10).toBe(true);
      }
    });
  });

  property(
    'do not depend on transfers, orders and caps that scenario events and calls bring in, nor on policies',
    80,
    anyWorkload({ minBanks: 2 }),
    (work) => {
      const { scenario_events = [], agents } = work.scenario;
      const alone: ScenarioDocument = {
        ...work.scenario,
        scenario_events: scenario_events.filter(({ type }) => CHANGES.includes(type)),
        agents: agents.map(({ policy: _, ...agent }) => agent),
      };
      expect(generated({ scenario: alone, calls: [] })).toEqual(generated(work));
    },
  );

  property('are none, and draw nothing, where no bank has any', 60, anyWorkload({ arrivals: false }), (work) => {
    const simulation = create(work);
    const before = simulation.rngState;
    for (const { num_arrivals } of simulation.run()) expect(num_arrivals).toBe(0);
    expect(simulation.rngState).toBe(before);
  });

  property(
    'come up with any seed of 64 bits',
    60,
    fc.tuple(scenario({ minBanks: 2 }), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })),
    ([document, seed]) => {
      const simulation = create({
        scenario: { ...document, simulation: { ...document.simulation, rng_seed: seed as never } },
        calls: [],
      });
      expect(simulation.rngState).toBe(new ModelRng(seed).state);
      expect(simulation.config.rng_seed).toBe(seed);
      simulation.tick();
      expect(simulation.rngState).not.toBe(0n);
    },
  );

  property('change their rates exactly as the log says', 60, anyWorkload({ minBanks: 2 }), (work) => {
    const model = new ArrivalModel(work.scenario);
    for (const { events, tick } of observe(work).ticks) {
      const told = events.filter(
        (event): event is EventOf<'ScenarioEventExecuted'> => event.event_type === 'ScenarioEventExecuted',
      );
      const changes = told
        .filter(({ scenario_event_type }) => scenario_event_type === 'agent_arrival_rate_change')
        .map(({ details_json }) => JSON.parse(details_json) as unknown);
      const expected: unknown[] = [];
      for (const event of work.scenario.scenario_events ?? []) {
        if (!isDue(event, tick)) continue;
        const before = event.type === 'AgentArrivalRateChange' ? model.rate(event.agent) : null;
        model.change(event);
        if (event.type !== 'AgentArrivalRateChange' || before === null) continue;
        expected.push({ agent: event.agent, multiplier: event.multiplier, new_rate: model.rate(event.agent), old_rate: before });
      }
      expect(changes).toEqual(expected);
    }
  });
});
