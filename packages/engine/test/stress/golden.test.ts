import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { EVENT_CATALOGUE, settledBy, type SimulationEvent } from '@simcash/protocol';
import { Simulation, type ScenarioInput } from '../../src/index.js';

/** The cases of spec 15 §14 that were worked out by hand: what settles when, what is logged, and who has what in the end. */

interface Case {
  name: string;
  scenario: ScenarioInput;
  baseline: ScenarioInput;
  expected: {
    settlement_ticks: Record<string, number | null>;
    baseline_settlement_ticks: Record<string, number | null>;
    final_balances: Record<string, number>;
    log: unknown[];
  };
}

const DIRECTORY = path.join(import.meta.dirname, '..', 'reference', 'stress');
const cases = readdirSync(DIRECTORY).map((file) => JSON.parse(readFileSync(path.join(DIRECTORY, file), 'utf8')) as Case);

function run(scenario: ScenarioInput): { ticks: Record<string, number | null>; simulation: Simulation; log: SimulationEvent[] } {
  const simulation = Simulation.create(scenario);
  simulation.run();
  const log = [...simulation.events];
  const ticks: Record<string, number | null> = {};
  const places = new Map<string, number>();
  for (const event of log) {
    if (event.event_type === 'Arrival') {
      places.set(event.tx_id, places.size + 1);
      ticks[places.size] = null;
    }
    for (const id of settledBy(event)) ticks[places.get(id)!] = event.tick;
  }
  return { ticks, simulation, log };
}

/** The events that a case lists, in its short form. */
function listed(log: readonly SimulationEvent[]): unknown[] {
  return log.flatMap((event): unknown[] => {
    switch (event.event_type) {
      case 'OutageEnded':
        return [[event.event_type, event.tick, event.agent_id, event.unsent_count, event.unsent_value]];
      case 'CounterpartyReaction':
        return [[event.event_type, event.tick, event.agent_id, event.counterparty_id, event.trigger, event.exposure]];
      case 'PolicyHold':
        return [[event.event_type, event.tick, event.agent_id, Number(event.tx_id.slice(3)), event.reason]];
      default:
        return [];
    }
  });
}

describe.each(cases)('stress case $name', ({ baseline, expected, scenario }) => {
  it('settles as worked out by hand', () => {
    const { log, simulation, ticks } = run(scenario);
    expect(ticks).toEqual(expected.settlement_ticks);
    expect(Object.fromEntries(simulation.agents().map(({ agent_id, balance }) => [agent_id, balance]))).toEqual(
      expected.final_balances,
    );
    expect(listed(log)).toEqual(expected.log);
  });

  it('settles without its stress events as worked out by hand', () => {
    expect(run(baseline).ticks).toEqual(expected.baseline_settlement_ticks);
  });

  it('goes on from a snapshot between any two ticks as if nothing had happened', () => {
    const whole = run(scenario).log;
    for (let tick = 0; tick <= Simulation.create(scenario).totalTicks; tick++) {
      const first = Simulation.create(scenario);
      first.run({ untilTick: tick });
      const second = Simulation.restore(scenario, first.snapshot());
      second.run();
      expect([...first.events, ...second.events]).toEqual(whole);
    }
  });
});

it('the events of outages are in the catalogue', () => {
  expect(Object.keys(EVENT_CATALOGUE)).toEqual(
    expect.arrayContaining(['OutageEnded', 'CounterpartyReaction', 'PaymentCancelled']),
  );
});
