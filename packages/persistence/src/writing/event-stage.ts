import { EVENT_TYPES, FIRST_SINGLE_TEXT, type EventBatch } from '@simcash/protocol';
import { LineStage } from '../staging/lines.js';
import { TapeStage } from '../staging/tape.js';
import { TEXT_FIELDS } from './event-sql.js';

/**
 * Collects events for the store: a copy of the tick's tape, from which SQL takes the names of banks and payments, and the lines of
 * the log, from which it takes the details. Texts of single ticks are numbered on through all ticks that are written together.
 */
export class EventStage {
  readonly tape = new TapeStage('stage_events');
  readonly lines = new LineStage('stage_lines');
  /** Which event types are staged, by code. */
  readonly #seen = new Uint8Array(EVENT_TYPES.length);
  #lasting: readonly string[] = [];
  #single: string[] = [];

  append(batch: EventBatch): void {
    const { length, singleTexts, starts, tape, tick } = batch;
    const firstSingle = this.#single.length;
    this.#lasting = batch.lastingTexts;
    for (const text of singleTexts) this.#single.push(text);
    let from = 0;
    for (let i = 0; i < length; i++) {
      const code = tape[starts[i]!]!;
      this.#seen[code] = 1;
      if (singleTexts.length === 0) continue;
      this.tape.append(tick, tape, starts, from, i);
      this.tape.add(tick, this.#translate(batch, i, firstSingle));
      from = i + 1;
    }
    this.tape.append(tick, tape, starts, from, length);
  }

  /** Codes of the event types that are staged. */
  get types(): ReadonlySet<number> {
    return new Set([...this.#seen.keys()].filter((code) => this.#seen[code] === 1));
  }

  /** Texts of the whole run so far, and those of the ticks that are staged. */
  get texts(): { lasting: readonly string[]; single: readonly string[] } {
    return { lasting: this.#lasting, single: this.#single };
  }

  /** Forgets what only rows that have been moved needed. */
  tidy(): void {
    if (this.tape.length > 0) return;
    this.#single = [];
    this.#seen.fill(0);
  }

  #translate(batch: EventBatch, i: number, firstSingle: number): number[] {
    const record = Array.from(batch.tape.subarray(batch.starts[i]!, batch.starts[i + 1]!));
    const { texts, txs } = TEXT_FIELDS[record[0]!]!;
    for (const at of texts) if (record[at]! >= FIRST_SINGLE_TEXT) record[at]! += firstSingle;
    // The id of a settlement without payment is a text, written as a negative number.
    for (const at of txs) if (record[at]! < 0) record[at]! -= firstSingle;
    return record;
  }
}
