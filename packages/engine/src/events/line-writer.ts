import { utf8ToBytes } from '@noble/hashes/utils.js';
import {
  COST_COMPONENTS,
  EVENT_CATALOGUE,
  EVENT_TYPES,
  FIRST_SINGLE_TEXT,
  type EventDefinition,
  type EventLines,
  type FieldKind,
} from '@simcash/protocol';
import type { TapeReader } from './tape-reader.js';

/** What the lines of one event type have in common, as bytes. */
interface LineForm {
  /** `{"event_type":"…","tick":` */
  readonly head: Uint8Array;
  readonly fields: readonly { readonly key: Uint8Array; readonly kind: FieldKind }[];
  /** Bytes that a line needs at the most, texts and lists aside. */
  readonly room: number;
}

/** Bytes of a number at the most: sign, 16 digits and, between them, point and exponent. */
const NUMBER_ROOM = 26;

const FORMS: readonly LineForm[] = EVENT_TYPES.map((type) => {
  const { fields: kinds } = EVENT_CATALOGUE[type] as EventDefinition;
  const head = utf8ToBytes(`{"event_type":"${type}","tick":`);
  const fields = Object.entries(kinds).map(([name, kind]) => ({ key: utf8ToBytes(`,"${name}":`), kind }));
  const room = fields.reduce((sum, { key }) => sum + key.length + NUMBER_ROOM, head.length + NUMBER_ROOM);
  return { head, fields, room: room + '}\n'.length };
});

const COST_KEYS = [...COST_COMPONENTS, 'total'].map((name, i) => utf8ToBytes(`${i === 0 ? '{' : ','}"${name}":`));
const COSTS_ROOM = COST_KEYS.reduce((sum, key) => sum + key.length + NUMBER_ROOM, 1);

const TRUE = utf8ToBytes('true');
const FALSE = utf8ToBytes('false');
const [MINUS, ZERO, QUOTE, LETTER_T, BRACE, LINE_FEED] = [...utf8ToBytes('-0"T}\n')] as [
  number,
  number,
  number,
  number,
  number,
  number,
];

/** Names that recur, as JSON: escaped and encoded once for the whole run. */
const JSON_NAMES = new WeakMap<readonly string[], Uint8Array[]>();

function jsonName(names: readonly string[], i: number): Uint8Array {
  let known = JSON_NAMES.get(names);
  if (known === undefined) JSON_NAMES.set(names, (known = []));
  return (known[i] ??= utf8ToBytes(JSON.stringify(names[i])));
}

/** Appends the event at the reader's position as one line (spec 08 §2). */
export function writeLine(lines: EventLines, reader: TapeReader, tick: number): void {
  const { fields, head, room } = FORMS[reader.number()]!;
  lines.reserve(room);
  put(lines, head);
  putInteger(lines, tick);
  const firstField = lines.length;
  for (let f = 0; f < fields.length; f++) {
    const { key, kind } = fields[f]!;
    put(lines, key);
    putField(lines, reader, kind, room);
  }
  putByte(lines, BRACE);
  putByte(lines, LINE_FEED);
  lines.endLine(firstField);
}

/** Writes a field; afterwards there is room for the rest of the line again. */
function putField(lines: EventLines, reader: TapeReader, kind: FieldKind, room: number): void {
  switch (kind) {
    case 'tx':
      if (reader.tape[reader.position]! >= 0) return putTransaction(lines, reader.number());
      break;
    case 'agent':
      return putText(lines, jsonName(reader.agentIds, reader.number()), room);
    case 'cents':
    case 'tick':
    case 'int':
      return putInteger(lines, reader.number());
    case 'bool':
      return put(lines, reader.number() === 1 ? TRUE : FALSE);
    case 'text': {
      if (reader.tape[reader.position]! >= FIRST_SINGLE_TEXT) break;
      return putText(lines, jsonName(reader.texts.lasting, reader.number()), room);
    }
    case 'costs':
      lines.reserve(COSTS_ROOM + room);
      for (const key of COST_KEYS) {
        put(lines, key);
        putInteger(lines, reader.number());
      }
      return putByte(lines, BRACE);
  }
  putText(lines, utf8ToBytes(JSON.stringify(jsonValue(reader.field(kind)))), room);
}

/** JSON has no NaN and no infinities; in event lines they are these texts. */
function jsonValue(value: unknown): unknown {
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
}

function putText(lines: EventLines, text: Uint8Array, room: number): void {
  lines.reserve(text.length + room);
  put(lines, text);
}

function put(lines: EventLines, text: Uint8Array): void {
  const { bytes, length } = lines;
  const size = text.length;
  for (let i = 0; i < size; i++) bytes[length + i] = text[i]!;
  lines.length = length + size;
}

function putByte(lines: EventLines, byte: number): void {
  lines.bytes[lines.length++] = byte;
}

/** Transaction ids have eight digits at least (spec 01 §5.2). */
function putTransaction(lines: EventLines, number: number): void {
  putByte(lines, QUOTE);
  putByte(lines, LETTER_T);
  if (number < 1e8) putDigits(lines, number, 8);
  else putInteger(lines, number);
  putByte(lines, QUOTE);
}

/** Writes an integer below 2^53 in absolute value; faster than `String` for what amounts and ticks usually are. */
function putInteger(lines: EventLines, x: number): void {
  if (x < 0) {
    putByte(lines, MINUS);
    x = -x;
  }
  if (x < 1e9) return putDigits(lines, x, digitsOf(x));
  const high = Math.floor(x / 1e9);
  putDigits(lines, high, digitsOf(high));
  putDigits(lines, x - high * 1e9, 9);
}

/** Decimal digits of an integer below 10^9. */
function digitsOf(x: number): number {
  if (x < 1e4) return x < 1e2 ? (x < 1e1 ? 1 : 2) : x < 1e3 ? 3 : 4;
  if (x < 1e6) return x < 1e5 ? 5 : 6;
  return x < 1e8 ? (x < 1e7 ? 7 : 8) : 9;
}

function putDigits(lines: EventLines, number: number, digits: number): void {
  const { bytes, length } = lines;
  let rest = number | 0;
  for (let at = length + digits - 1; at >= length; at--) {
    const tenth = (rest / 10) | 0;
    bytes[at] = ZERO + rest - tenth * 10;
    rest = tenth;
  }
  lines.length = length + digits;
}
