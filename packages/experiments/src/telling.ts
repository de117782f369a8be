import type { ExperimentEvent } from '@simcash/protocol';
import type { Emit } from './evaluation/evaluation.js';

/** Passes on what happens, and keeps the events that the next commit stores. */
export class Telling {
  /** Told since the last commit. */
  events: ExperimentEvent[] = [];

  /** @param note hears every event, too */
  constructor(private readonly note: (event: ExperimentEvent) => void) {}

  tell(event: ExperimentEvent): ExperimentEvent {
    this.events.push(event);
    this.note(event);
    return event;
  }

  /** Does some work and passes on the events that it emits. */
  async *collect<T>(work: (emit: Emit) => Promise<T>): AsyncGenerator<ExperimentEvent, T, undefined> {
    const emitted: ExperimentEvent[] = [];
    const result = await work((event) => emitted.push(event));
    for (const event of emitted) yield this.tell(event);
    return result;
  }
}
