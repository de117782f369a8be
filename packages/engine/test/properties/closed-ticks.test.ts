import * as fc from 'fast-check';
import { describe, expect } from 'vitest';
import { clockOf } from '../support/short-days.js';
import { create, look, makeCalls, observe } from './drive.js';
import { Simulation, type ScenarioInput } from './engine.js';
import { property } from './property.js';
import { anyWorkload, type ScheduleDocument, type Workload } from './scenarios.js';
import { endingWindows } from './windows.js';

/** Spec 13 §2.2 for any scenario: whatever it has, its closed ticks have nothing but scenario events and the end of the day. */

interface ShortDays {
  work: Workload;
  isClosed: (tick: number) => boolean;
}

const isDue = (schedule: ScheduleDocument, tick: number): boolean =>
  schedule.type === 'OneTime'
    ? schedule.tick === tick
    : tick >= schedule.start_tick && (tick - schedule.start_tick) % schedule.interval === 0;

/** A workload with a clock, without payments that arrive in closed ticks: those have tests of their own. */
const shortDays: fc.Arbitrary<ShortDays> = fc
  .tuple(anyWorkload(), fc.array(fc.nat(), { minLength: 50, maxLength: 50 }))
  .map(([work, picks]) => {
    const { num_days: days, ticks_per_day: length } = work.scenario.simulation;
    const open = Array.from({ length: days }, (_, day) => 1 + (picks[day]! % length));
    const isClosed = (tick: number): boolean => tick < days * length && tick % length >= open[Math.floor(tick / length)]!;
    const closed = Array.from({ length: days * length }, (_, tick) => tick).filter(isClosed);
    const events = work.scenario.scenario_events?.filter(
      ({ schedule, type }) => type !== 'CustomTransactionArrival' || !closed.some((tick) => isDue(schedule, tick)),
    );
    const scenario = { ...work.scenario, ...(events && { scenario_events: events }), clock: clockOf(open) };
    const calls = work.calls.filter((call) => call.call !== 'submit' || !isClosed(call.before_tick));
    return { work: { scenario, calls }, isClosed };
  });

describe('closed ticks', () => {
  /** Scenario events take place, and windows of stress events end. */
  const EVER = ['ScenarioEventExecuted', 'OutageEnded'];
  /** Registers are cleared when the day ends. */
  const AT_THE_END = ['EndOfDay', 'PaymentCancelled', 'LiquidityReturn', 'CostAccrual', 'StateRegisterSet'];

  property('have no arrivals, decisions, settlements or costs', 120, shortDays, ({ isClosed, work }) => {
    for (const { before, after, endsDay, events, result, tick } of observe(work).ticks.filter(({ tick }) => isClosed(tick))) {
      const { total_cost, ...counts } = result;
      expect(counts).toEqual({ tick, num_arrivals: 0, num_settlements: 0, num_lsm_releases: 0 });
      if (!endsDay) expect(total_cost).toBe(0);
      const happened = work.scenario.scenario_events?.filter(({ schedule }) => isDue(schedule, tick)) ?? [];
      const types = new Set(events.map(({ event_type }) => event_type));
      if (!happened.some(({ type }) => type === 'ScheduledSettlement'))
        expect([...types].filter((type) => !(endsDay && AT_THE_END.includes(type)) && !EVER.includes(type))).toEqual([]);
      const kinds = ['SystemOutage', 'ParticipantOutage', 'LiquidityShock'] as const;
      const ended = kinds.flatMap((type) => endingWindows(work.scenario, type, tick));
      if (happened.length > 0 || ended.length > 0 || endsDay) continue;
      expect(events).toEqual([]);
      expect(after).toEqual(before);
    }
  });

  property('can be cut apart by snapshots, as all others', 15, shortDays, ({ work }) => {
    const whole = create(work);
    while (whole.currentTick < whole.totalTicks) {
      makeCalls(whole, work.calls);
      whole.tick();
    }
    let simulation = create(work);
    let log = '';
    while (simulation.currentTick < simulation.totalTicks) {
      makeCalls(simulation, work.calls);
      simulation.flush();
      simulation.tick();
      log += simulation.events.toNdjson();
      simulation = Simulation.restore(work.scenario as unknown as ScenarioInput, simulation.snapshot());
    }
    expect(log).toBe(whole.events.toNdjson());
    expect(simulation.snapshot()).toBe(whole.snapshot());
    const { transactions: _, ...present } = look(simulation);
    const { transactions: __, ...expected } = look(whole);
    expect(present).toEqual(expected);
  });

  property('at the end of no day are as if there were no clock', 30, anyWorkload(), (work) => {
    const { num_days: days, ticks_per_day: length } = work.scenario.simulation;
    const open = Array.from({ length: days }, () => length);
    const log = (one: Workload): string => observe(one).simulation.events.toNdjson();
    expect(log({ ...work, scenario: { ...work.scenario, ...{ clock: clockOf(open) } } })).toBe(log(work));
  });
});
