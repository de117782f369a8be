import type { ScenarioEvent } from '../scenario/config.js';

/** Finds the scenario events of a tick without asking each of them. */
export class ScenarioCalendar {
  readonly #events: readonly ScenarioEvent[];
  /** Positions of one-time events by their tick. */
  readonly #once = new Map<number, number[]>();
  readonly #repeating: { position: number; start_tick: number; interval: number }[] = [];

  constructor(events: readonly ScenarioEvent[]) {
    this.#events = events;
    for (const [i, event] of events.entries()) {
      if (event.schedule === 'Repeating')
        this.#repeating.push({ position: i, start_tick: event.start_tick, interval: event.interval });
      else if (this.#once.has(event.tick)) this.#once.get(event.tick)!.push(i);
      else this.#once.set(event.tick, [i]);
    }
  }

  /** Events due in a tick, in the order of the scenario. */
  due(tick: number): ScenarioEvent[] {
    const once = this.#once.get(tick) ?? [];
    const repeating = this.#repeating.filter(
      ({ interval, start_tick }) => tick >= start_tick && (tick - start_tick) % interval === 0,
    );
    const positions =
      repeating.length === 0 ? once : [...once, ...repeating.map(({ position }) => position)].sort((a, b) => a - b);
    return positions.map((i) => this.#events[i]!);
  }
}
