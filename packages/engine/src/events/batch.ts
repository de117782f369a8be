import {
  EVENT_CATALOGUE,
  EVENT_TYPES,
  COST_COMPONENTS,
  FIRST_SINGLE_TEXT,
  type EventBatch,
  type EventDefinition,
  type EventType,
  type FieldKind,
  type SimulationEvent,
} from '@simcash/protocol';
import { transactionId } from '../payments/identifiers.js';
import type { TickTexts } from './texts.js';

const FIELDS: readonly (readonly (readonly [name: string, kind: FieldKind])[])[] = EVENT_TYPES.map((type) =>
  Object.entries((EVENT_CATALOGUE[type] as EventDefinition).fields),
);

/** The beginning of the line of each event type up to the tick's number, and the key of each field with its comma. */
const LINE_STARTS = EVENT_TYPES.map((type) => `{"event_type":"${type}","tick":`);
const LINE_KEYS = FIELDS.map((fields) => fields.map(([name]) => `,"${name}":`));

const COST_KEYS = [...COST_COMPONENTS, 'total'].map((name, i) => `${i === 0 ? '{' : ','}"${name}":`);

/** Names that recur, as JSON: escaped once for the whole run. */
const JSON_NAMES = new WeakMap<readonly string[], string[]>();

function jsonName(names: readonly string[], i: number): string {
  let known = JSON_NAMES.get(names);
  if (known === undefined) JSON_NAMES.set(names, (known = []));
  return (known[i] ??= JSON.stringify(names[i]));
}

/** Events of one tick on a tape, decoded on demand (the layout is described at {@link EventBatch}). */
export class TapeBatch implements EventBatch {
  #position = 0;

  constructor(
    readonly tick: number,
    readonly length: number,
    readonly tape: Float64Array,
    readonly starts: Int32Array,
    readonly agentIds: readonly string[],
    private readonly texts: TickTexts,
  ) {}

  get lastingTexts(): readonly string[] {
    return this.texts.lasting;
  }

  get singleTexts(): readonly string[] {
    return this.texts.single;
  }

  text(code: number): string {
    return code >= FIRST_SINGLE_TEXT ? this.texts.single[code - FIRST_SINGLE_TEXT]! : this.texts.lasting[code]!;
  }

  *[Symbol.iterator](): Generator<SimulationEvent> {
    for (let i = 0; i < this.length; i++) yield this.at(i);
  }

  typeAt(i: number): EventType {
    return EVENT_TYPES[this.tape[this.starts[i]!]!]!;
  }

  at(i: number): SimulationEvent {
    const start = this.starts[i]!;
    const code = this.tape[start]!;
    const event: Record<string, unknown> = { event_type: EVENT_TYPES[code], tick: this.tick };
    this.#position = start + 1;
    for (const [name, kind] of FIELDS[code]!) event[name] = this.#value(kind);
    return event as unknown as SimulationEvent;
  }

  toNdjson(): string {
    let text = '';
    for (let i = 0; i < this.length; i++) text += this.line(i);
    return text;
  }

  copy(): TapeBatch {
    const tape = this.tape.slice(0, this.starts[this.length]);
    return new TapeBatch(this.tick, this.length, tape, this.starts.slice(0, this.length + 1), this.agentIds, this.texts);
  }

  /** Event `i` as one NDJSON line, `\n` included. */
  line(i: number): string {
    const start = this.starts[i]!;
    const code = this.tape[start]!;
    let line = LINE_STARTS[code]! + this.tick;
    this.#position = start + 1;
    const fields = FIELDS[code]!;
    const keys = LINE_KEYS[code]!;
    for (let f = 0; f < fields.length; f++) line += keys[f]! + this.#json(fields[f]![1]);
    return line + '}\n';
  }

  #json(kind: FieldKind): string {
    switch (kind) {
      case 'tx':
        return this.tape[this.#position]! >= 0
          ? `"${transactionId(this.tape[this.#position++]!)}"`
          : JSON.stringify(this.#value(kind));
      case 'agent':
        return jsonName(this.agentIds, this.tape[this.#position++]!);
      case 'cents':
      case 'tick':
      case 'int':
        return String(this.tape[this.#position++]! + 0);
      case 'bool':
        return this.tape[this.#position++] === 1 ? 'true' : 'false';
      case 'text': {
        const code = this.tape[this.#position++]!;
        return code < FIRST_SINGLE_TEXT ? jsonName(this.texts.lasting, code) : JSON.stringify(this.text(code));
      }
      case 'costs': {
        let costs = '';
        for (const key of COST_KEYS) costs += key + String(this.tape[this.#position++]! + 0);
        return `${costs}}`;
      }
      case 'float':
        return JSON.stringify(jsonNumber(this.tape[this.#position++]!));
      default:
        return JSON.stringify(this.#value(kind));
    }
  }

  #value(kind: FieldKind): unknown {
    switch (kind) {
      case 'tx':
        return this.#transaction();
      case 'agent':
        return this.agentIds[this.tape[this.#position++]!];
      case 'agent_or_empty': {
        const agent = this.tape[this.#position++]!;
        return agent < 0 ? '' : this.agentIds[agent];
      }
      case 'cents':
      case 'tick':
      case 'int':
      case 'float':
        return this.tape[this.#position++]! + 0;
      case 'cents_or_null': {
        const cents = this.tape[this.#position++]!;
        return Number.isNaN(cents) ? null : cents;
      }
      case 'bool':
        return this.tape[this.#position++] === 1;
      case 'text':
        return this.text(this.tape[this.#position++]!);
      case 'text_or_null':
        return this.#textOrNull();
      case 'txs':
        return this.#list(() => this.#transaction());
      case 'agents':
        return this.#list(() => this.agentIds[this.tape[this.#position++]!]);
      case 'cents_list':
        return this.#list(() => this.tape[this.#position++]!);
      case 'texts_or_null':
        return this.#list(() => this.text(this.tape[this.#position++]!));
      case 'costs': {
        const costs: Record<string, number> = {};
        for (const component of COST_COMPONENTS) costs[component] = this.tape[this.#position++]!;
        costs.total = this.tape[this.#position++]!;
        return costs;
      }
    }
  }

  #transaction(): string {
    const number = this.tape[this.#position++]!;
    return number >= 0 ? transactionId(number) : this.text(-number - 1);
  }

  #textOrNull(): string | null {
    const code = this.tape[this.#position++]!;
    return code < 0 ? null : this.text(code);
  }

  #list<T>(element: () => T): T[] | null {
    const length = this.tape[this.#position++]!;
    if (length < 0) return null;
    return Array.from({ length }, element);
  }
}

/** JSON has no NaN and no infinities; in event lines they are these texts. */
function jsonNumber(x: number): number | string {
  return Number.isFinite(x) ? x : String(x);
}
