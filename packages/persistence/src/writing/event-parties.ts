import { COST_COMPONENTS, EVENT_CATALOGUE, EVENT_FORMS, type EventDefinition, type FieldKind } from '@simcash/protocol';

/** Where on the tape an event type names banks and payments: positions in its list of fields, −1 for none (spec 09 §4). */
export interface Parties {
  readonly kinds: readonly FieldKind[];
  readonly agent: number;
  readonly transaction: number;
  readonly agents: readonly number[];
  readonly transactions: readonly number[];
  /** Offset of each field from the event's beginning, unless lists before it move it. */
  readonly offsets: Int32Array | null;
}

const LISTS: readonly FieldKind[] = ['txs', 'agents', 'cents_list', 'texts_or_null'];

/** By event code. */
export const PARTIES: readonly Parties[] = EVENT_FORMS.map(({ fields, type }) => {
  const { agent, agents, transaction, transactions } = EVENT_CATALOGUE[type] as EventDefinition;
  const names = Object.keys(fields);
  const kinds = Object.values(fields);
  return {
    kinds,
    agent: agent === undefined ? -1 : names.indexOf(agent),
    transaction: transaction === undefined ? -1 : names.indexOf(transaction),
    agents: agents.map((name) => names.indexOf(name)),
    transactions: transactions.map((name) => names.indexOf(name)),
    offsets: kinds.some((kind) => LISTS.includes(kind)) ? null : fieldOffsets(kinds, new Float64Array(), 0),
  };
});

/** Offsets of the fields of the event that begins at `start`. */
export function fieldOffsets(kinds: readonly FieldKind[], tape: Float64Array, start: number): Int32Array {
  const offsets = new Int32Array(kinds.length);
  let offset = 1;
  kinds.forEach((kind, f) => {
    offsets[f] = offset;
    if (kind === 'costs') offset += COST_COMPONENTS.length + 1;
    else if (LISTS.includes(kind)) offset += 1 + Math.max(tape[start + offset]!, 0);
    else offset += 1;
  });
  return offsets;
}
