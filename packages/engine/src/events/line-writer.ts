import { utf8ToBytes } from '@noble/hashes/utils.js';
import { COST_COMPONENTS, EVENT_FORMS, FOUR_DIGITS, type EventLines, type FieldKind } from '@simcash/protocol';
import type { TapeReader } from './tape-reader.js';
import { FIRST_SINGLE_TEXT } from './texts.js';

/** A text as UTF-8, four bytes to a word: it is written word by word, and what follows overwrites the surplus of the last one. */
interface Utf8 {
  readonly words: Uint32Array;
  /** Bytes. */
  readonly size: number;
}

function utf8(text: string): Utf8 {
  const bytes = utf8ToBytes(text);
  const words = new Uint32Array(Math.ceil(bytes.length / 4));
  bytes.forEach((byte, i) => (words[i >> 2]! |= byte << (8 * (i & 3))));
  return { words, size: bytes.length };
}

/** What the lines of one event type have in common. */
interface LineForm {
  /** `{"event_type":"…","tick":` */
  readonly head: Utf8;
  readonly kinds: readonly FieldKind[];
  /** `,"name":` of each field. */
  readonly keys: readonly Utf8[];
  /** Bytes that a line needs at the most, names and rare kinds of fields aside. */
  readonly room: number;
}

/** Bytes of a number at the most: sign, 16 digits and, between them, point and exponent; and the surplus of a last word. */
const NUMBER_ROOM = 28;

const COST_KEYS = [...COST_COMPONENTS, 'total'].map((name, i) => utf8(`${i === 0 ? '{' : ','}"${name}":`));

const FORMS: readonly LineForm[] = EVENT_FORMS.map(({ fields, type }) => {
  const kinds = Object.values(fields);
  const head = utf8(`{"event_type":"${type}","tick":`);
  const keys = Object.keys(fields).map((name) => utf8(`,"${name}":`));
  const costKeys = kinds.includes('costs') ? COST_KEYS : [];
  const numbers = 1 + kinds.length + costKeys.length;
  const room = [head, ...keys, ...costKeys].reduce((sum, { size }) => sum + size, numbers * NUMBER_ROOM + '}}\n'.length);
  return { head, kinds, keys, room };
});

const [TRUE, FALSE, MINUS, BRACE, QUOTE, OPEN_ID, END] = ['true', 'false', '-', '}', '"', '"T', '}\n'].map(utf8) as [
  ...[Utf8, Utf8, Utf8, Utf8, Utf8, Utf8, Utf8],
];

/** Writes events as lines of bytes (spec 08 §2). One for a whole run: names that recur are escaped and encoded once. */
export class LineWriter {
  readonly #agents: readonly Utf8[];
  readonly #texts: Utf8[] = [];
  /** Bytes of the longest of these names. */
  #longest: number;

  constructor(agentIds: readonly string[]) {
    this.#agents = agentIds.map(json);
    this.#longest = this.#agents.reduce((longest, { size }) => Math.max(longest, size), 0);
  }

  /** Appends the events that follow one another from the reader's position on. */
  write(lines: EventLines, reader: TapeReader, tick: number, events: number): void {
    this.#learn(reader.texts.lasting);
    for (let i = 0; i < events; i++) this.#line(lines, reader, tick);
  }

  #line(lines: EventLines, reader: TapeReader, tick: number): void {
    const { head, keys, kinds, room: fixed } = FORMS[reader.number()]!;
    const room = fixed + kinds.length * this.#longest;
    lines.reserve(room);
    let at = putInteger(lines.data, put(lines.data, lines.length, head), tick);
    const fields = at;
    for (let f = 0; f < kinds.length; f++) {
      at = put(lines.data, at, keys[f]!);
      const end = this.#field(lines.data, at, reader, kinds[f]!);
      at = end >= 0 ? end : putOther(lines, at, reader, kinds[f]!, room);
    }
    lines.length = put(lines.data, at, END);
    lines.endLine(fields);
  }

  /** Writes a field of a frequent kind; answers the position behind it, or −1 if it is none of these. */
  #field(data: DataView, at: number, reader: TapeReader, kind: FieldKind): number {
    switch (kind) {
      case 'tx':
        return reader.tape[reader.position]! < 0 ? -1 : putTransaction(data, at, reader.number());
      case 'agent':
        return put(data, at, this.#agents[reader.number()]!);
      case 'cents':
      case 'tick':
      case 'int':
        return putInteger(data, at, reader.number());
      case 'bool':
        return put(data, at, reader.number() === 1 ? TRUE : FALSE);
      case 'text':
        return reader.tape[reader.position]! >= FIRST_SINGLE_TEXT ? -1 : put(data, at, this.#texts[reader.number()]!);
      case 'costs':
        for (const key of COST_KEYS) at = putInteger(data, put(data, at, key), reader.number());
        return put(data, at, BRACE);
      default:
        return -1;
    }
  }

  #learn(texts: readonly string[]): void {
    for (let code = this.#texts.length; code < texts.length; code++) {
      const text = json(texts[code]);
      this.#texts.push(text);
      this.#longest = Math.max(this.#longest, text.size);
    }
  }
}

function json(value: unknown): Utf8 {
  return utf8(JSON.stringify(value));
}

/** Writes a field of any kind; afterwards there is room for the rest of the line again. */
function putOther(lines: EventLines, at: number, reader: TapeReader, kind: FieldKind, room: number): number {
  const value = reader.field(kind);
  // JSON has no NaN and no infinities; in event lines they are these texts.
  const text = json(typeof value === 'number' && !Number.isFinite(value) ? String(value) : value);
  lines.length = at;
  lines.reserve(text.size + room);
  return put(lines.data, at, text);
}

function put(data: DataView, at: number, { size, words }: Utf8): number {
  for (let i = 0; i < words.length; i++) data.setUint32(at + 4 * i, words[i]!, true);
  return at + size;
}

/** Transaction ids have eight digits at least (spec 01 §5.2). */
function putTransaction(data: DataView, at: number, number: number): number {
  const digits = put(data, at, OPEN_ID);
  const end = number < 1e8 ? putEightDigits(data, digits, number) : putInteger(data, digits, number);
  return put(data, end, QUOTE);
}

/** Writes an integer below 2^53 in absolute value. */
function putInteger(data: DataView, at: number, x: number): number {
  if (x < 0) return putInteger(data, put(data, at, MINUS), -x);
  if (x < 1e4) {
    // Leading zeros are shifted out of the word.
    const digits = x < 1e2 ? (x < 10 ? 1 : 2) : x < 1e3 ? 3 : 4;
    data.setUint32(at, FOUR_DIGITS[x]! >>> (8 * (4 - digits)), true);
    return at + digits;
  }
  if (x < 1e8) {
    const high = (x / 1e4) | 0;
    const low = putInteger(data, at, high);
    data.setUint32(low, FOUR_DIGITS[x - high * 1e4]!, true);
    return low + 4;
  }
  const high = Math.floor(x / 1e8);
  return putEightDigits(data, putInteger(data, at, high), x - high * 1e8);
}

function putEightDigits(data: DataView, at: number, number: number): number {
  const high = (number / 1e4) | 0;
  data.setUint32(at, FOUR_DIGITS[high]!, true);
  data.setUint32(at + 4, FOUR_DIGITS[number - high * 1e4]!, true);
  return at + 8;
}
