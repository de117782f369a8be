import { createHash } from 'node:crypto';
import { listLine, type ListedPayment, type PaymentList, type PaymentListRecord, type SimulationStart } from '@simcash/protocol';
import { DatabaseError } from '../errors.js';
import type { Session } from '../session.js';
import { literal, UTC_NOW } from '../sql-text.js';

/** Stores the list of a run, unless it is there, and the days of its clock (spec 13 §9.2, §9.3). */
export async function insertList(session: Session, simulationId: string, { calendar, payments }: SimulationStart): Promise<void> {
  if (payments !== undefined) await insertDataSet(session, payments);
  if (calendar === undefined || calendar.days.length === 0) return;
  const stamp = (micros: number): string => `make_timestamp(${micros})`;
  const rows = calendar.days.map(
    ({ business_date, closing, day, open_ticks, opening }) =>
      `(${[literal(simulationId), day, literal(business_date), stamp(opening), stamp(closing), open_ticks, literal(calendar.time_zone), calendar.tick_seconds].join(', ')})`,
  );
  await session.execute(`INSERT INTO simulation_calendar VALUES ${rows.join(', ')}`);
}

/** Stores a list, unless it is there. */
export async function insertDataSet(session: Session, record: PaymentListRecord): Promise<void> {
  const { list } = record;
  const [known] = await session.query('SELECT 1 AS yes FROM payment_datasets WHERE dataset_sha256 = $1', [list.sha256]);
  if (known) return;
  const ticks = list.length === 0 ? ['NULL', 'NULL'] : [list.at(0).tick, list.at(list.length - 1).tick];
  const values = [
    literal(list.sha256),
    list.length,
    record.total_value,
    ...ticks,
    record.ticks_per_day,
    record.currency === null ? 'NULL' : literal(record.currency),
    literal(record.sources),
    record.num_rows,
    record.num_rejected,
    UTC_NOW,
  ];
  await session.execute(`INSERT INTO payment_datasets VALUES (${values.join(', ')})`);
  await appendRows(session, list);
  await appendRejections(session, list);
}

async function appendRows({ connection }: Session, list: PaymentList): Promise<void> {
  const appender = await connection.createAppender('payment_dataset_rows');
  const text = (value: string | null): void => (value === null ? appender.appendNull() : appender.appendVarchar(value));
  for (let i = 0; i < list.length; i++) {
    const payment = list.at(i);
    appender.appendVarchar(list.sha256);
    appender.appendBigInt(BigInt(i + 1));
    appender.appendInteger(payment.tick);
    appender.appendVarchar(payment.sender_id);
    appender.appendVarchar(payment.receiver_id);
    appender.appendBigInt(BigInt(payment.amount));
    appender.appendInteger(payment.deadline_tick);
    appender.appendInteger(payment.priority);
    text(payment.rtgs_priority);
    appender.appendBoolean(payment.is_divisible);
    text(payment.external_ref);
    text(payment.payment_type);
    text(payment.on_behalf_of);
    appender.appendBoolean(payment.time_critical);
    appender.appendInteger(payment.source);
    appender.appendBigInt(BigInt(payment.source_row));
    appender.endRow();
  }
  appender.closeSync();
}

async function appendRejections({ connection }: Session, list: PaymentList): Promise<void> {
  const appender = await connection.createAppender('payment_dataset_rejects');
  const text = (value: string | null): void => (value === null ? appender.appendNull() : appender.appendVarchar(value));
  for (const { code, column, line, row, source, value } of list.origin?.rejections ?? []) {
    appender.appendVarchar(list.sha256);
    appender.appendInteger(source);
    appender.appendBigInt(BigInt(row));
    if (line === null) appender.appendNull();
    else appender.appendBigInt(BigInt(line));
    text(column);
    appender.appendVarchar(code);
    text(value === null ? null : String(value));
    appender.endRow();
  }
  appender.closeSync();
}

/** A stored payment list. @throws DatabaseError if it is not there, or not the one that was stored */
export async function loadPaymentList(database: Session, sha256: string): Promise<PaymentList> {
  const payments = await database.query<ListedPayment>(
    `SELECT tick, sender_id, receiver_id, amount, deadline_tick, priority, rtgs_priority, is_divisible, external_ref, payment_type,
       on_behalf_of, time_critical, source, source_row
     FROM payment_dataset_rows WHERE dataset_sha256 = $1 ORDER BY arrival_index`,
    [sha256],
  );
  const hash = createHash('sha256');
  for (const payment of payments) hash.update(listLine(payment));
  if (hash.digest('hex') !== sha256)
    throw new DatabaseError(`the payment list ${sha256.slice(0, 12)}… is not in ${database.path}, or damaged`);
  return { sha256, length: payments.length, at: (index) => payments[index]! };
}
