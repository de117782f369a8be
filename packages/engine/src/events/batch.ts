import { EVENT_FORMS, EventLines, type EventBatch, type EventType, type SimulationEvent } from '@simcash/protocol';
import type { LineWriter } from './line-writer.js';
import { TapeReader } from './tape-reader.js';
import type { TickTexts } from './texts.js';

const FIELDS = EVENT_FORMS.map(({ fields }) => Object.entries(fields));

/** Every browser and every Node has it; the types that the engine is compiled with know neither. */
declare const TextDecoder: new () => { decode(bytes: Uint8Array): string };

/** Events of one tick on a tape, decoded on demand (the layout is described at {@link EventBatch}). */
export class TapeBatch implements EventBatch {
  readonly #reader: TapeReader;

  constructor(
    readonly tick: number,
    readonly length: number,
    readonly tape: Float64Array,
    readonly starts: Int32Array,
    readonly agentIds: readonly string[],
    private readonly texts: TickTexts,
    private readonly writer: LineWriter,
  ) {
    this.#reader = new TapeReader(tape, agentIds, texts);
  }

  text(code: number): string {
    return this.#reader.text(code);
  }

  *[Symbol.iterator](): Generator<SimulationEvent> {
    for (let i = 0; i < this.length; i++) yield this.at(i);
  }

  typeAt(i: number): EventType {
    return EVENT_FORMS[this.tape[this.starts[i]!]!]!.type;
  }

  at(i: number): SimulationEvent {
    const reader = this.#reader;
    reader.position = this.starts[i]!;
    const code = reader.number();
    const event: Record<string, unknown> = { event_type: EVENT_FORMS[code]!.type, tick: this.tick };
    for (const [name, kind] of FIELDS[code]!) event[name] = reader.field(kind);
    return event as unknown as SimulationEvent;
  }

  writeLines(lines: EventLines): void {
    const reader = this.#reader;
    reader.position = this.starts[0]!;
    this.writer.write(lines, reader, this.tick, this.length);
  }

  toNdjson(): string {
    const lines = new EventLines();
    this.writeLines(lines);
    return new TextDecoder().decode(lines.view);
  }

  copy(spare?: EventBatch): TapeBatch {
    const tape = copied(this.tape, this.starts[this.length]!, spare?.tape);
    const starts = copied(this.starts, this.length + 1, spare?.starts);
    return new TapeBatch(this.tick, this.length, tape, starts, this.agentIds, this.texts, this.writer);
  }
}

/** The first numbers, in `target` if there is room. */
function copied<Numbers extends Float64Array | Int32Array>(
  numbers: Numbers,
  count: number,
  target: Numbers | undefined,
): Numbers {
  const first = numbers.subarray(0, count) as Numbers;
  if (target === undefined || target.length < count) return first.slice() as Numbers;
  target.set(first);
  return target;
}
