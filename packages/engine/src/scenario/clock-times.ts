import { Calendar, CalendarError, clockSchema, isClockTime, tickOfClockTime } from '@simcash/payments/schema';
import { ScenarioError, type ScenarioIssue } from './issues.js';
import { isMapping, type Mapping } from './paths.js';

/**
 * A document in which times of the clock have become ticks, and `from` and `until` of scenario events the keys that they stand for
 * (spec 13 §2.6, 15 §1).
 *
 * @throws ScenarioError for times that are none, and for any without a clock
 */
export function withTicksForTimes<T extends object>(document: T): T {
  const { scenario_events: events } = document as { scenario_events?: unknown };
  if (!Array.isArray(events)) return document;
  const times = new ClockTimes(document);
  const changed = events.map((event, i) => times.event(event, i));
  if (times.issues.length > 0) throw new ScenarioError(times.issues);
  return { ...document, scenario_events: changed };
}

/** Whether an event names its ticks as numbers, and by their own keys, as nearly all do where a scenario has thousands. */
function namesTicks(event: Record<string, unknown>): boolean {
  if (['from', 'until', 'until_tick'].some((key) => Object.hasOwn(event, key))) return false;
  const { schedule } = event;
  return !isMapping(schedule) || (typeof schedule.tick !== 'string' && typeof schedule.start_tick !== 'string');
}

class ClockTimes {
  readonly issues: ScenarioIssue[] = [];
  #calendar: Calendar | null | undefined;

  constructor(private readonly document: object) {}

  event(event: unknown, index: number): unknown {
    if (!isMapping(event) || namesTicks(event)) return event;
    const path = ['scenario_events', index];
    for (const [key, instead] of [
      ['from', 'schedule'],
      ['until', 'until_tick'],
    ] as const)
      if (event[key] !== undefined && event[instead] !== undefined)
        this.issues.push({ path: [...path, key], message: `${key} and ${instead} are mutually exclusive - specify only one` });
    // Keys keep their places: what is wrong is told in the order of the document.
    return Object.fromEntries(
      Object.entries(event).map(([key, value]): [string, unknown] => {
        const at = [...path, key];
        if (key === 'schedule') return [key, this.#schedule(value, at)];
        if (key === 'from') return ['schedule', { type: 'OneTime', tick: this.#tick(value, at) }];
        return key === 'until' || key === 'until_tick' ? ['until_tick', this.#tick(value, at)] : [key, value];
      }),
    );
  }

  #schedule(schedule: unknown, path: ScenarioIssue['path']): unknown {
    if (!isMapping(schedule)) return schedule;
    const copy = { ...schedule };
    for (const key of ['tick', 'start_tick'] as const)
      if (copy[key] !== undefined) copy[key] = this.#tick(copy[key], [...path, key]);
    return copy;
  }

  #tick(value: unknown, path: ScenarioIssue['path']): unknown {
    if (typeof value !== 'string' || !isClockTime(value)) return value;
    if ((this.document as { clock?: unknown }).clock === undefined) {
      this.issues.push({ path, message: `${value} is a time of day, and the scenario has no clock: give a tick` });
      return value;
    }
    const calendar = this.#calendarOfRun();
    if (calendar === null) return value;
    try {
      return tickOfClockTime(calendar, value);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.issues.push({ path, message: error.message });
      return value;
    }
  }

  /** Null for a clock that is wrong: the check of the document will tell. */
  #calendarOfRun(): Calendar | null {
    if (this.#calendar !== undefined) return this.#calendar;
    const { clock, simulation } = this.document as { clock?: unknown; simulation?: Mapping };
    const config = clockSchema.safeParse(clock);
    const [days, ticks] = [Number(simulation?.num_days), simulation?.ticks_per_day];
    this.#calendar = null;
    try {
      if (config.success && days > 0)
        this.#calendar = new Calendar(config.data, days, ticks === undefined ? undefined : Number(ticks));
    } catch (error) {
      if (!(error instanceof CalendarError)) throw error;
    }
    return this.#calendar;
  }
}
