import type { ScenarioEvent, Schedule } from '../scenario/config.js';

/** Finds the scenario events of a tick without asking each of them. */
export class ScenarioCalendar {
  readonly #events: readonly ScenarioEvent[];
  /** Positions of one-time events by their tick, and of repeating ones. */
  readonly #once = new Map<number, number[]>();
  readonly #repeating: number[] = [];

  constructor(events: readonly ScenarioEvent[]) {
    this.#events = events;
    for (const [i, event] of events.entries()) {
      if (event.schedule === 'Repeating') this.#repeating.push(i);
      else if (this.#once.has(event.tick)) this.#once.get(event.tick)!.push(i);
      else this.#once.set(event.tick, [i]);
    }
  }

  /** Events due in a tick, in the order of the scenario. */
  due(tick: number): ScenarioEvent[] {
    const once = this.#once.get(tick) ?? [];
    const repeating = this.#repeating.filter((i) => isDue(this.#events[i]!, tick));
    const positions = repeating.length === 0 ? once : [...once, ...repeating].sort((a, b) => a - b);
    return positions.map((i) => this.#events[i]!);
  }
}

function isDue(schedule: Schedule, tick: number): boolean {
  if (schedule.schedule === 'OneTime') return tick === schedule.tick;
  return tick >= schedule.start_tick && (tick - schedule.start_tick) % schedule.interval === 0;
}
