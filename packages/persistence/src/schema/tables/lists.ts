import { RTGS_PRIORITIES } from '@simcash/protocol';
import { bigint, boolean, instant, integer, json, name, optional, simulation, table, text, timestamp, word } from '../column.js';

const dataset_sha256 = text('SHA-256 over the payments in order: it names the list');

export const payment_datasets = table({
  about: 'Payment lists, each once, whatever the number of runs that were made from it.',
  written: 'From level SUMMARY, with the first run that uses the list',
  level: null,
  primaryKey: ['dataset_sha256'],
  columns: {
    dataset_sha256,
    num_payments: bigint('payments'),
    total_value: bigint('cents; sum of their amounts'),
    first_tick: optional(integer('tick of the first payment')),
    last_tick: optional(integer('tick of the last payment')),
    ticks_per_day: integer('ticks of a day'),
    currency: optional(text('ISO 4217, if the list says it')),
    sources: json('how each source was read: mapping, size and hash of its file, rows, accepted, rejected'),
    num_rows: bigint('rows of the sources'),
    num_rejected: bigint('rows that were not taken'),
    created_at: timestamp('UTC'),
  },
});

export const payment_dataset_rows = table({
  about: 'The payments of lists in the order in which they arrive.',
  written: 'With their list',
  level: null,
  bulk: true,
  logicalKey: ['dataset_sha256', 'arrival_index'],
  columns: {
    dataset_sha256: name('list, → `payment_datasets.dataset_sha256`'),
    arrival_index: bigint('position in the list, from 1'),
    tick: integer('tick of arrival'),
    sender_id: name('paying bank'),
    receiver_id: name('receiving bank'),
    amount: bigint('cents'),
    deadline_tick: integer('raw deadline, before the engine caps it'),
    priority: integer('0 … 10'),
    rtgs_priority: optional(word(RTGS_PRIORITIES, 'priority that the list declares')),
    is_divisible: boolean('as the list says'),
    external_ref: optional(text('reference of the sender or the system')),
    payment_type: optional(name('kind of payment')),
    on_behalf_of: optional(name('customer that it is made for')),
    time_critical: boolean('whether it must settle by its deadline'),
    source: integer('position of its source, from 0'),
    source_row: bigint('its row there, from 1'),
  },
});

export const payment_dataset_rejects = table({
  about: 'Rows of lists that were not taken, and why.',
  written: 'With their list',
  level: null,
  logicalKey: ['dataset_sha256', 'source', 'source_row'],
  columns: {
    dataset_sha256: name('list, → `payment_datasets.dataset_sha256`'),
    source: integer('position of the source, from 0'),
    source_row: bigint('row, from 1'),
    line: optional(bigint('physical line on which it begins')),
    column_name: optional(text('field')),
    code: text('reason'),
    value: optional(text('the text as it was given')),
  },
});

export const simulation_calendar = table({
  about: 'Business days of runs with a clock.',
  written: 'From level SUMMARY, when a simulation with a clock begins',
  level: 'SUMMARY',
  primaryKey: ['simulation_id', 'day'],
  columns: {
    simulation_id: simulation,
    day: integer('day, from 0'),
    business_date: text('`YYYY-MM-DD`'),
    opening: instant('UTC'),
    closing: instant('UTC'),
    open_ticks: integer('ticks in which the system is open; the rest of the day’s ticks are closed'),
    time_zone: text('of the clock'),
    tick_seconds: integer('length of a tick'),
  },
});

/** Tables of payment lists, the list itself first. */
export const LIST_TABLES = ['payment_datasets', 'payment_dataset_rows', 'payment_dataset_rejects'] as const;
