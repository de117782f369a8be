import { IndicatorSink, indicatorOpening, indicatorsOf } from '@simcash/runs/live';
import { byCodePoint, type SimulationEvent } from '@simcash/protocol';
import { describe, expect } from 'vitest';
import { Simulation, type Scenario } from '../../engine/src/index.js';
import { create, makeCalls } from '../../engine/test/properties/drive.js';
import { property } from '../../engine/test/properties/property.js';
import { IndicatorLog, INDICATOR_EVENTS, measure, type IndicatorSheet } from '../src/index.js';
import { measured, runs, sheetOf, type Measured } from './support/measured.js';

/** What does not change the indicators of a run (spec 14 §17): how its log came in, how its banks are called, what it costs. */

const anyRun = runs();

/** The same log of banks with other names, and the sheet it gives. */
function renamed({ events, simulation }: Measured, name: (bank: string) => string): IndicatorSheet {
  const known = new Set(simulation.agentIds);
  const rename = (value: unknown, key?: string): unknown => {
    if (typeof value === 'string' && key === 'details_json') return JSON.stringify(rename(JSON.parse(value)));
    if (typeof value === 'string') return known.has(value) ? name(value) : value;
    if (Array.isArray(value)) return value.map((member) => rename(member));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, rename(member, key)]));
  };
  const { agents, ...opening } = indicatorOpening(simulation.config);
  const others = agents.map((bank) => ({ ...bank, agent_id: name(bank.agent_id) }));
  const log = new IndicatorLog({ ...opening, agents: others.sort((a, b) => byCodePoint(a.agent_id, b.agent_id)) });
  for (const event of events) log.add(rename(event) as SimulationEvent);
  log.ticks = simulation.currentTick;
  return measure(log);
}

const sortedBy = <T>(rows: readonly T[], key: (row: T) => string): T[] => [...rows].sort((a, b) => byCodePoint(key(a), key(b)));

describe('the indicators of a run are the same', () => {
  property('whether its events are read one by one, or in columns while it runs', 25, anyRun, (workload) => {
    const config = create(workload).config;
    const sink = new IndicatorSink({ config });
    const simulation = create(workload, { sink });
    while (simulation.currentTick < simulation.totalTicks) {
      makeCalls(simulation, workload.calls);
      simulation.tick();
    }
    const one = measured(workload);
    expect(sink.sheet(simulation.currentTick)).toEqual(one.sheet);
    // A simulation of the sources, where the built package knows only its own.
    expect(indicatorsOf(one.simulation as unknown as Parameters<typeof indicatorsOf>[0])).toEqual(one.sheet);
  });

  property('without the events that no indicator is made of', 25, anyRun, (workload) => {
    const { events, sheet, simulation } = measured(workload);
    const needed = events.filter(({ event_type }) => INDICATOR_EVENTS.has(event_type));
    expect(sheetOf(simulation, needed, simulation.currentTick)).toEqual(sheet);
  });

  property('when it is continued from a snapshot', 25, anyRun, (workload) => {
    const whole = measured(workload);
    const first = create(workload);
    const middle = Math.floor(first.totalTicks / 2);
    while (first.currentTick < middle) {
      makeCalls(first, workload.calls);
      first.tick();
    }
    const second = Simulation.restore(workload.scenario as unknown as Scenario, first.snapshot());
    while (second.currentTick < second.totalTicks) {
      makeCalls(second, workload.calls);
      second.tick();
    }
    const events = [...first.events, ...second.events];
    expect(sheetOf(second, events, second.currentTick)).toEqual(whole.sheet);
  });

  property('up to a tick, whatever comes after it', 25, anyRun, (workload) => {
    const { events, sheet, simulation } = measured(workload);
    const end = Math.ceil(simulation.currentTick / 2);
    const { profile } = sheetOf(
      simulation,
      events.filter(({ tick }) => tick < end),
      end,
    );
    for (const [name, values] of Object.entries(profile))
      expect([name, values]).toEqual([name, sheet.profile[name as keyof typeof profile].slice(0, end)]);
  });

  property('but for costs, whatever is charged', 25, anyRun, (workload) => {
    const { events, sheet, simulation } = measured(workload);
    const free = sheetOf(
      simulation,
      events.filter(({ event_type }) => event_type !== 'CostAccrual'),
      simulation.currentTick,
    );
    const withoutCosts = ({ bank_days, banks, days, system, ...rest }: IndicatorSheet): object => ({
      ...rest,
      system: { ...system, costs: null, cost_bps_of_value: null },
      banks: banks.map((bank) => ({ ...bank, costs: null })),
      days: days.map((day) => ({ ...day, total_cost: null })),
      bank_days: bank_days.map((day) => ({ ...day, total_cost: null })),
    });
    expect(withoutCosts(free)).toEqual(withoutCosts(sheet));
    expect(Object.values(free.system.costs).every((cents) => cents === 0)).toBe(true);
  });
});

describe('other names for its banks', () => {
  property('in the same order: the same sheet with these names', 25, anyRun, (workload) => {
    const run = measured(workload);
    const texts = JSON.stringify(
      renamed(run, (bank) => `~${bank}`),
      exact,
    );
    expect(JSON.parse(texts.replaceAll('"~', '"'))).toEqual(JSON.parse(JSON.stringify(run.sheet, exact)));
  });

  property('in another order: the same rows in that order', 25, anyRun, (workload) => {
    const run = measured(workload);
    const ids = run.simulation.agentIds;
    const name = (bank: string): string => `bank ${String(99 - ids.indexOf(bank)).padStart(2, '0')}`;
    const back = new Map(ids.map((id) => [name(id), id]));
    const other = renamed(run, name);
    const restored = <T extends { bank: string }>(rows: readonly T[]): T[] =>
      rows.map((row) => ({ ...row, bank: back.get(row.bank)! }));
    const pairs = other.pairs.map((pair) => ({ ...pair, sender: back.get(pair.sender)!, receiver: back.get(pair.receiver)! }));
    const byDay = (row: { bank: string; day: number }): string => `${row.bank}\0${String(row.day).padStart(3, '0')}`;
    expect(other.profile).toEqual(run.sheet.profile);
    expect(other.days).toEqual(run.sheet.days);
    expect(sortedBy(restored(other.bank_days), byDay)).toEqual(sortedBy(run.sheet.bank_days, byDay));
    expect(sortedBy(restored(other.banks), ({ bank }) => bank)).toEqual(sortedBy(run.sheet.banks, ({ bank }) => bank));
    const pairKey = ({ receiver, sender }: { receiver: string; sender: string }): string => `${sender}\0${receiver}`;
    expect(sortedBy(pairs, pairKey)).toEqual(sortedBy(run.sheet.pairs, pairKey));
    const { core_periphery: core, ...network } = other.network;
    expect(core?.errors).toBe(run.sheet.network.core_periphery?.errors);
    for (const key of ['links', 'value', 'density', 'reciprocity_value', 'reachable_share', 'largest_scc'] as const)
      expect([key, network[key]]).toEqual([key, run.sheet.network[key]]);
    for (const node of restored(network.banks)) {
      const before = run.sheet.network.banks.find(({ bank }) => bank === node.bank)!;
      expect(node.pagerank).toBeCloseTo(before.pagerank, 10);
      expect(node.betweenness).toBeCloseTo(before.betweenness!, 10);
    }
  });
});

function exact(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}
