import type { EventDocument, ScenarioDocument, StressDocument } from './scenarios.js';

/** The stress event of a type, as a scenario document has it. */
export type Of<T extends StressDocument['type']> = Extract<EventDocument, { type: T }>;

/** A stress event with the ticks of one of its windows: from the first one to the first one after it. */
export interface Window<T extends StressDocument['type']> {
  event: Of<T>;
  from: number;
  to: number;
}

/** The windows of a type that are open in a tick. */
export function openWindows<T extends StressDocument['type']>(
  { scenario_events: events = [] }: ScenarioDocument,
  type: T,
  tick: number,
): Window<T>[] {
  return events
    .filter((event): event is Of<T> => event.type === type)
    .flatMap((event) => {
      const window = windowOf(event, tick);
      return window === null ? [] : [{ event, ...window }];
    });
}

/** The windows of a type that end in a tick, which is not among theirs. */
export const endingWindows = <T extends StressDocument['type']>(
  scenario: ScenarioDocument,
  type: T,
  tick: number,
): Window<T>[] => (tick === 0 ? [] : openWindows(scenario, type, tick - 1).filter(({ to }) => to === tick));

/** The window of a stress event in which a tick lies; null if it lies in none. */
export function windowOf(event: StressDocument & EventDocument, tick: number): { from: number; to: number } | null {
  const { schedule, ticks, until_tick } = event;
  const starts: number[] = [];
  if (schedule.type === 'OneTime') starts.push(schedule.tick);
  else for (let t = schedule.start_tick; t <= tick; t += schedule.interval) starts.push(t);
  for (const from of starts) {
    const to = until_tick ?? (ticks === undefined ? Infinity : from + ticks);
    if (from <= tick && tick < to) return { from, to };
  }
  return null;
}
