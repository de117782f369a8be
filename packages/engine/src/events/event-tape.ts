import {
  EVENT_CATALOGUE,
  EVENT_CODE,
  type EventCatalogue,
  type EventDefinition,
  type EventType,
  type FieldKind,
} from '@simcash/protocol';
import { TapeBatch } from './batch.js';
import { LineWriter } from './line-writer.js';
import { Texts } from './texts.js';

/** What stands on the tape for null, where it is not −1. */
const NULLS: Partial<Record<FieldKind, number>> = { cents_or_null: NaN, int_or_null: NaN, tx_or_null: 0 };

/** A field as it is logged: banks and payments by number. */
type TapeValue<K> = K extends 'txs' | 'agents' | 'cents_list'
  ? readonly number[]
  : K extends 'texts_or_null'
    ? readonly string[] | null
    : K extends 'text'
      ? string
      : K extends 'text_or_null'
        ? string | null
        : K extends 'cents_or_null' | 'int_or_null' | 'tx_or_null' | 'agent_or_null'
          ? number | null
          : number;

/** The fields of an event, as they are logged. */
export type TapeFields<T extends EventType> = {
  [F in keyof EventCatalogue[T]['fields']]: TapeValue<EventCatalogue[T]['fields'][F]>;
};

/**
 * A tape of doubles on which the events of the running tick are written.
 *
 * Banks and payments are given by number, so logging costs a few array writes; texts and objects are made only when somebody
 * reads them (the layout is described at `EventBatch` in the protocol).
 */
export abstract class EventTape {
  readonly texts = new Texts();
  // They grow with the busiest tick; short simulations have small ones.
  protected tape = new Float64Array(256);
  #starts = new Int32Array(33);
  #end = 0;
  #count = 0;
  /** Events of the whole run so far, those of the open tick included. */
  total = 0;

  readonly #writer: LineWriter;

  constructor(readonly agentIds: readonly string[]) {
    this.#writer = new LineWriter(agentIds);
  }

  /** Goes on where another tape stands, with the same events of the open tick. */
  continueFrom(other: EventTape): void {
    this.texts.continueFrom(other.texts);
    this.tape = other.tape.slice();
    this.#starts = other.#starts.slice();
    this.#end = other.#end;
    this.#count = other.#count;
    this.total = other.total;
  }

  /** Hands over what was logged since the last call as the batch of `tick`. The batch is valid until the next event. */
  close(tick: number): TapeBatch {
    const batch = new TapeBatch(tick, this.#count, this.tape, this.#starts, this.agentIds, this.texts.take(), this.#writer);
    this.#end = 0;
    this.#count = 0;
    return batch;
  }

  /** Number of events logged since the last {@link close}. */
  get open(): number {
    return this.#count;
  }

  /** Logs an event that is too rare to need a method of its own; banks and payments are given by number, −1 for no bank. */
  rare<T extends EventType>(type: T, fields: TapeFields<T>): void {
    const values: number[] = [];
    const { texts } = this;
    for (const [name, kind] of Object.entries((EVENT_CATALOGUE[type] as EventDefinition).fields)) {
      const value = (fields as Record<string, unknown>)[name];
      if (Array.isArray(value)) {
        values.push(value.length);
        for (const element of value as (number | string)[])
          values.push(typeof element === 'string' ? texts.keep(element) : element);
      } else if (typeof value === 'string') values.push(texts.keep(value));
      else if (value === null) values.push(NULLS[kind] ?? -1);
      else values.push(Number(value));
    }
    const at = this.begin(EVENT_CODE[type], values.length);
    this.tape.set(values, at);
  }

  protected begin(code: number, width: number): number {
    const start = this.#end;
    const end = start + width + 1;
    if (end > this.tape.length) {
      const larger = new Float64Array(Math.max(end, this.tape.length * 2));
      larger.set(this.tape);
      this.tape = larger;
    }
    if (this.#count + 2 > this.#starts.length) {
      const larger = new Int32Array(this.#starts.length * 2);
      larger.set(this.#starts);
      this.#starts = larger;
    }
    this.tape[start] = code;
    this.#end = end;
    this.#count++;
    this.total++;
    this.#starts[this.#count] = end;
    return start + 1;
  }

  protected list(at: number, elements: readonly number[]): number {
    this.tape[at] = elements.length;
    this.tape.set(elements, at + 1);
    return at + 1 + elements.length;
  }

  protected write2(code: number, a: number, b: number): void {
    const at = this.begin(code, 2);
    this.tape[at] = a;
    this.tape[at + 1] = b;
  }

  protected write3(code: number, a: number, b: number, c: number): void {
    const at = this.begin(code, 3);
    this.tape[at] = a;
    this.tape[at + 1] = b;
    this.tape[at + 2] = c;
  }

  protected write4(code: number, a: number, b: number, c: number, d: number): void {
    const at = this.begin(code, 4);
    this.tape[at] = a;
    this.tape[at + 1] = b;
    this.tape[at + 2] = c;
    this.tape[at + 3] = d;
  }

  protected write5(code: number, a: number, b: number, c: number, d: number, e: number): void {
    const at = this.begin(code, 5);
    this.tape[at] = a;
    this.tape[at + 1] = b;
    this.tape[at + 2] = c;
    this.tape[at + 3] = d;
    this.tape[at + 4] = e;
  }

  protected write6(code: number, a: number, b: number, c: number, d: number, e: number, f: number): void {
    const at = this.begin(code, 6);
    this.tape[at] = a;
    this.tape[at + 1] = b;
    this.tape[at + 2] = c;
    this.tape[at + 3] = d;
    this.tape[at + 4] = e;
    this.tape[at + 5] = f;
  }
}
