/**
 * The event catalogue: every event the engine can log, with its fields in the order in which they are written.
 *
 * One table serves everybody. The engine encodes and prints events from it, the store derives its columns from it, the
 * reference documentation is generated from it, and {@link SimulationEvent} is its TypeScript type (spec 08 §3).
 *
 * @module
 */

import { DECISIONS } from './events/decisions.js';
import type { Costs, EventDefinition, FieldKind } from './events/definition.js';
import { SETTLEMENT } from './events/settlement.js';
import { SYSTEM } from './events/system.js';

/** All events by name, in the order of spec 08 §3; the position is the event's code on the tape. */
export const EVENT_CATALOGUE = { ...DECISIONS, ...SETTLEMENT, ...SYSTEM };

/** The type of the catalogue of events. */
export type EventCatalogue = typeof EVENT_CATALOGUE;
/** An event by the name of its kind. */
export type EventType = keyof EventCatalogue;

/** Event names by code: the position of an event in the catalogue is its code on the tape. */
export const EVENT_TYPES = Object.keys(EVENT_CATALOGUE) as EventType[];

/** Tape code of each event. */
export const EVENT_CODE = Object.fromEntries(EVENT_TYPES.map((name, code) => [name, code])) as Record<EventType, number>;

/** Keys of an `Arrival` in a run with a payment list, after the others (spec 13 §8). */
export const LISTED_ARRIVAL_FIELDS = { arrival_seq: 'int', external_ref: 'text_or_null' } as const satisfies Record<
  string,
  FieldKind
>;

/** What stands on a tape behind each code: the types in order, then the longer form of `Arrival`. */
export const EVENT_FORMS: readonly { readonly type: EventType; readonly fields: Readonly<Record<string, FieldKind>> }[] = [
  ...EVENT_TYPES.map((type) => ({ type, fields: (EVENT_CATALOGUE[type] as EventDefinition).fields })),
  { type: 'Arrival', fields: { ...EVENT_CATALOGUE.Arrival.fields, ...LISTED_ARRIVAL_FIELDS } },
];
/** The code of the event of an arrival from a payment list. */
export const LISTED_ARRIVAL_CODE = EVENT_TYPES.length;

/** Events that settle payments, and those of them that settle queued payments against each other. */
export const SETTLING_EVENTS = EVENT_TYPES.filter((type) => (EVENT_CATALOGUE[type] as EventDefinition).settles !== undefined);
/** Events in which payments settle against one another. */
export const OFFSETTING_EVENTS = EVENT_TYPES.filter((type) => (EVENT_CATALOGUE[type] as EventDefinition).offsets === true);

/** The type of the value that a field of a kind holds. */
export type FieldValue<K> = K extends 'tx' | 'agent' | 'agent_or_empty' | 'text'
  ? string
  : K extends 'cents' | 'tick' | 'int' | 'float'
    ? number
    : K extends 'cents_or_null' | 'int_or_null'
      ? number | null
      : K extends 'bool'
        ? boolean
        : K extends 'text_or_null' | 'tx_or_null' | 'agent_or_null'
          ? string | null
          : K extends 'txs' | 'agents'
            ? string[]
            : K extends 'cents_list'
              ? number[]
              : K extends 'texts_or_null'
                ? string[] | null
                : K extends 'costs'
                  ? Costs
                  : never;

/** Payments and parts that an event settles. */
export function settledBy(event: SimulationEvent): readonly string[] {
  const fields: readonly string[] = (EVENT_CATALOGUE[event.event_type] as EventDefinition).settles ?? [];
  return fields.flatMap((field) => (event as unknown as Record<string, string | string[]>)[field]!);
}

/** The event of one type, as it is displayed, stored and compared: `event_type`, `tick`, then its fields. */
export type EventOf<T extends EventType> = {
  /** The kind of the event. */ event_type: T;
  /** Ticks are counted from 0 over all days. */ tick: number;
} & {
  -readonly [F in keyof EventCatalogue[T]['fields']]: FieldValue<EventCatalogue[T]['fields'][F]>;
} & (T extends 'Arrival' ? { arrival_seq?: number; external_ref?: string | null } : unknown);

/** Any event of the log; narrow it by `event_type`. */
export type SimulationEvent = { [T in EventType]: EventOf<T> }[EventType];
