import type { EventBatch, EventSink, SimulationEvent } from '@simcash/protocol';

/** A sink that keeps every event, packed; the simulation's own log unless another sink takes the events. */
export class MemoryEventLog implements EventSink, Iterable<SimulationEvent> {
  readonly #batches: EventBatch[] = [];
  #length = 0;

  /** Takes what comes next. */
  write(batch: EventBatch): void {
    if (batch.length === 0) return;
    this.#batches.push(batch.copy());
    this.#length += batch.length;
  }

  /** Number of events kept. */
  get length(): number {
    return this.#length;
  }

  *[Symbol.iterator](): Generator<SimulationEvent> {
    for (const batch of this.#batches) yield* batch;
  }

  /** Events of one tick, in log order. */
  ofTick(tick: number): SimulationEvent[] {
    return this.#batches.filter((batch) => batch.tick === tick).flatMap((batch) => [...batch]);
  }

  /** The whole log as NDJSON. */
  toNdjson(): string {
    return this.#batches.map((batch) => batch.toNdjson()).join('');
  }
}

/** A sink that counts events and keeps none. */
export class CountingSink implements EventSink {
  /** Number of events. */
  events = 0;

  /** Takes what comes next. */
  write(batch: EventBatch): void {
    this.events += batch.length;
  }
}
