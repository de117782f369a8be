import { EVENT_TYPES } from '@simcash/protocol';
import {
  bank,
  banks,
  bigint,
  computed,
  double,
  integer,
  json,
  name,
  optional,
  payment,
  payments,
  simulation,
  table,
  word,
} from '../column.js';

export const simulation_events = table({
  about: 'The event log: the one source of what happened. Kinds and fields are in the event reference.',
  written: 'From level EVENTS, every tick',
  level: 'EVENTS',
  bulk: true,
  logicalKey: ['simulation_id', 'event_seq'],
  columns: {
    simulation_id: simulation,
    event_seq: bigint('position in the log, from 0 without gap: the total order of events'),
    tick: integer('tick, from 0 over the whole run'),
    day: integer('day, from 0: `tick // ticks_per_day`'),
    event_type: word(EVENT_TYPES, 'name of the event'),
    agent_id: optional(bank('the acting bank, if there is one')),
    tx_id: optional(payment('the payment that the event is about, if it is one')),
    agent_ids: banks('every bank involved, in order of appearance; `[]` for events of the system'),
    tx_ids: payments('every payment involved; `[]` if none'),
    details: json('all fields of the event but `event_type` and `tick`, in their order'),
    event_id: computed(
      "concat(simulation_id, '-e', to_base(event_seq, 10, 9))",
      'computed: `{simulation_id}-e{event_seq}`, 9 digits',
    ),
  },
});

export const agent_state_registers = table({
  about:
    'Registers that policies set: the last value of each tick in which one was set. The value at a tick is that of the latest row up to it.',
  written: 'From level EVENTS, every tick',
  level: 'EVENTS',
  bulk: true,
  logicalKey: ['simulation_id', 'tick', 'agent_id', 'register_key'],
  columns: {
    simulation_id: simulation,
    tick: integer('tick, from 0 over the whole run'),
    agent_id: bank('bank'),
    register_key: name('name of the register'),
    register_value: double('value; the end of a day sets registers to 0'),
  },
});
