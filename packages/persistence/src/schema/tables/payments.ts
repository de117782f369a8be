import { DROP_REASONS, RTGS_PRIORITIES, SETTLEMENT_TYPES, TRANSACTION_OUTCOMES, QUEUE_TYPES } from '@simcash/protocol';
import { bank, bigint, boolean, integer, optional, payment, simulation, table, word } from '../column.js';

export const transactions = table({
  about:
    'Payments and parts of split payments (legs), one row each, as they ended. A row is written once: on the day on which the leg settles, else at the end of the run; so legs that wait are to be seen only when the run has ended. For whole payments see `v_payments`.',
  written: 'From level EVENTS',
  level: 'EVENTS',
  bulk: true,
  logicalKey: ['simulation_id', 'tx_id'],
  columns: {
    simulation_id: simulation,
    tx_id: payment('id: `T` and a number that counts up'),
    sender_id: bank('paying bank'),
    receiver_id: bank('receiving bank'),
    amount: bigint('cents'),
    amount_settled: bigint('cents; 0 or `amount`. A split payment has 0, its parts carry the money'),
    priority: integer('priority in the end, 0 … 10'),
    original_priority: integer('priority on arrival'),
    is_divisible: boolean('as the scenario says; has no effect'),
    arrival_tick: integer("tick of arrival; parts inherit their parent's"),
    arrival_day: integer('its day'),
    created_tick: integer("tick of the leg's own `Arrival` event"),
    deadline_tick: integer('last tick in which it is on time'),
    settlement_tick: optional(integer('tick of settlement')),
    settlement_day: optional(integer('its day')),
    settlement_type: optional(
      word(
        SETTLEMENT_TYPES,
        'how: at once (`rtgs_immediate`), from the central queue (`queue2_release`, `lsm_queue_retry` after an offset of the tick, `receipt_reactive`), against a queued payment at entry (`entry_disposition`), as a pair, a cycle or a netted set (`lsm_bilateral`, `lsm_cycle`, `lsm_netted_…`)',
      ),
    ),
    status: word(TRANSACTION_OUTCOMES, 'the first that holds: `settled`, `cancelled`, `dropped`, `split`, `overdue`, `pending`'),
    overdue_since_tick: optional(integer('tick in which it was found late; kept when it settles')),
    drop_reason: optional(word(DROP_REASONS, 'reason of its `PolicyDrop`')),
    parent_tx_id: optional(payment('payment that it was cut from')),
    split_index: optional(integer('position among the parts, from 1')),
    queue1_ticks: integer("ticks at whose end it stood in its bank's queue"),
    queue2_ticks: integer('ticks at whose end it stood in the central queue'),
    total_delay_ticks: optional(integer('`settlement_tick − arrival_tick`')),
    rtgs_priority: optional(
      word(RTGS_PRIORITIES, 'priority in the central queue: `HighlyUrgent`, `Urgent`, `Normal`; `NULL` unless released'),
    ),
    declared_rtgs_priority: optional(word(RTGS_PRIORITIES, 'priority that its bank wished for')),
    rtgs_submission_tick: optional(integer('tick of its latest release')),
    num_parts: integer('parts that it was cut into; 0 unless it was split'),
    arrival_seq: bigint(
      'position among the payments that are no parts, from 1, in order of arrival; parts have their payment’s. The key across runs of one scenario',
    ),
    list_index: optional(
      integer('position in the payment list of the run, from 1; parts have their payment’s. Its reference and kind are there'),
    ),
  },
});

export const tick_queue_snapshots = table({
  about: 'Contents of all queues at the end of every tick, in order. An empty queue has no row.',
  written: 'Level FULL, every tick',
  level: 'FULL',
  bulk: true,
  logicalKey: ['simulation_id', 'tick', 'queue_type', 'agent_id', 'position'],
  columns: {
    simulation_id: simulation,
    tick: integer('tick at whose end the picture was taken'),
    queue_type: word(QUEUE_TYPES, "`queue1`: a bank's own queue; `queue2`: the central queue"),
    agent_id: bank('owner of the queue; in the central queue the sender'),
    position: integer("from 0; within the owner's queue, or within the whole central queue"),
    tx_id: payment('leg that waits'),
  },
});

export const queue_snapshots = table({
  about: 'Contents of all queues at the end of every day, in order. An empty queue has no row.',
  written: 'From level EVENTS, at the end of each day',
  level: 'EVENTS',
  bulk: true,
  logicalKey: ['simulation_id', 'tick', 'queue_type', 'agent_id', 'position'],
  columns: {
    simulation_id: simulation,
    day: integer('day, from 0: `tick // ticks_per_day`'),
    tick: integer('last tick of the day'),
    queue_type: word(QUEUE_TYPES, "`queue1`: a bank's own queue; `queue2`: the central queue"),
    agent_id: bank('owner of the queue; in the central queue the sender'),
    position: integer("from 0; within the owner's queue, or within the whole central queue"),
    tx_id: payment('leg that waits'),
  },
});
