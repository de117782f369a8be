import type { EventLines } from './event-lines.js';
import type { EventType, SimulationEvent } from './events.js';

/**
 * The events of one tick as the engine hands them over, readable three ways: as objects (iterate), as NDJSON lines, or raw.
 *
 * The raw form is a tape of doubles. Event `i` occupies `tape[starts[i]] … tape[starts[i + 1] - 1]`: its code in
 * {@link EVENT_FORMS}, then its fields in catalogue order. `tx` is the transaction number n of id `T…n` or, when negative,
 * text −n−1 (ids of settlements that have no transaction). `agent` is an index into `agentIds` (−1: none). `text` is an
 * argument for `text()` (−1: null, where null is possible). `bool` is 0 or 1. A null number is NaN. A list is
 * its length followed by its elements (length −1: null). `costs` are seven numbers.
 *
 * A batch is valid until the sink that received it returns; {@link EventBatch.copy} gives one that stays.
 */
export interface EventBatch extends Iterable<SimulationEvent> {
  /** Tick whose events these are; events of calls between ticks belong to the tick about to run. */
  readonly tick: number;
  /** Number of events. */
  readonly length: number;
  /** The events as numbers. */
  readonly tape: Float64Array;
  /** Positions on the tape; the first `length + 1` count. */
  readonly starts: Int32Array;
  /** Bank ids in agent order (ascending by code point). */
  readonly agentIds: readonly string[];
  /** Text behind a code. */
  text(code: number): string;
  /** Type of event `i`. */
  typeAt(i: number): EventType;
  /** Event `i` as an object. */
  at(i: number): SimulationEvent;
  /** Appends all events as NDJSON, one line each, every line ended by `\n`. */
  writeLines(lines: EventLines): void;
  /** The same lines as one text. */
  toNdjson(): string;
  /** The same batch on a tape of its own, which may be that of another copy that nobody needs any more. */
  copy(spare?: EventBatch): EventBatch;
}

/** Receives the events of every tick while the tick is being closed. */
export interface EventSink {
  /** Takes what comes next. */
  write(batch: EventBatch): void;
}
