import { RTGS_PRIORITIES, SETTLEMENT_TYPES } from '@simcash/protocol';
import { SnapshotError } from '../errors.js';
import { STATISTICS } from '../metrics/statistics.js';
import { transactionId } from '../payments/identifiers.js';
import { CANCELLED, NO, OVERDUE, RECORDED_COLUMNS, SETTLED, type PaymentRecord } from '../payments/payments.js';
import { jsonPath, refuse } from './read.js';
import type { State } from './state.js';

/** The payments of a snapshot by number. */
export type HeldPayments = ReadonlyMap<number, PaymentRecord>;

const COLUMN = Object.fromEntries(RECORDED_COLUMNS.map((name, i) => [name, i])) as Record<
  (typeof RECORDED_COLUMNS)[number],
  number
>;

/** A recorded column of a payment. */
export const field = ({ fields }: PaymentRecord, name: (typeof RECORDED_COLUMNS)[number]): number => fields[COLUMN[name]]!;

/** Checks the payments of a snapshot: their fields, split ones and their parts, and that each waits where it must. */
export function checkPayments(state: State): HeldPayments {
  const payments = checkFields(state);
  checkFamilies(state, payments);
  checkNobodyIsLost(state, checkQueues(state, payments));
  return payments;
}

/** Every payment by itself. */
function checkFields(state: State): HeldPayments {
  const { current_tick: tick, last_transaction: last } = state;
  const banks = state.agents.length;
  const known = new Map<number, PaymentRecord>();
  const ranges: Record<(typeof RECORDED_COLUMNS)[number], [low: number, high: number]> = {
    sender: [0, banks - 1],
    receiver: [0, banks - 1],
    amount: [1, Infinity],
    remaining: [0, Infinity],
    arrivalTick: [0, tick],
    createdTick: [0, tick],
    deadlineTick: [0, Infinity],
    priority: [0, 10],
    originalPriority: [0, 10],
    status: [0, OVERDUE],
    settlementTick: [-1, tick - 1],
    settlementType: [-1, SETTLEMENT_TYPES.length - 1],
    overdueSince: [-1, tick],
    divisible: [0, 1],
    givenUp: [NO, CANCELLED],
    offset: [0, 1],
    splitIndex: [0, last],
    parts: [0, last],
    openParts: [0, last],
    rtgsPriority: [-1, RTGS_PRIORITIES.length - 1],
    rtgsSubmissionTick: [-1, tick],
    declaredPriority: [-1, RTGS_PRIORITIES.length - 1],
    scheduledRelease: [-1, Infinity],
    queue1Ticks: [0, tick],
    queue2Ticks: [0, tick],
    arrivalSeq: [1, state.statistics[STATISTICS.indexOf('arrivals')]!],
  };
  const bounds = RECORDED_COLUMNS.map((name) => ranges[name]);
  let previous = 0;
  state.transactions.forEach((payment, i) => {
    const path = ['transactions', i];
    const { number } = payment;
    if (number <= previous) refuse([...path, 'number'], 'must be above the one before it');
    if (number > last) refuse([...path, 'number'], `is above last_transaction, ${last}`);
    previous = number;
    payment.fields.forEach((value, k) => {
      const [low, high] = bounds[k]!;
      if (value < low || value > high) refuse([...path, 'fields', k], `${RECORDED_COLUMNS[k]} ${value} is out of range`);
    });
    known.set(number, payment);
    const about = (name: (typeof RECORDED_COLUMNS)[number], why: string): never =>
      refuse([...path, 'fields', COLUMN[name]], `${name} ${why}`);
    if (field(payment, 'remaining') > field(payment, 'amount')) about('remaining', 'is more than the amount');
    if (field(payment, 'arrivalTick') > field(payment, 'createdTick')) about('arrivalTick', 'is after createdTick');
    const settled = field(payment, 'status') === SETTLED;
    if (settled !== (field(payment, 'remaining') === 0)) about('status', 'does not fit what remains');
    if (settled !== field(payment, 'settlementTick') >= 0) about('settlementTick', 'does not fit the status');
    if (field(payment, 'status') === OVERDUE && field(payment, 'overdueSince') < 0)
      about('overdueSince', 'does not fit the status');
    if (field(payment, 'status') === 0 && field(payment, 'overdueSince') >= 0) about('overdueSince', 'does not fit the status');
    const split = field(payment, 'parts') > 0;
    if (field(payment, 'parts') === 1) about('parts', 'must be 0, or more than 1');
    if (!split && !settled && field(payment, 'remaining') < field(payment, 'amount'))
      about('remaining', 'is neither all nor nothing');
    if ((settled && !split) !== field(payment, 'settlementType') >= 0) about('settlementType', 'does not fit the status');
    if (field(payment, 'rtgsPriority') < 0 !== field(payment, 'rtgsSubmissionTick') < 0)
      about('rtgsSubmissionTick', 'goes with an RTGS priority');
    if (settled && field(payment, 'settlementTick') < field(payment, 'createdTick'))
      about('settlementTick', 'is before createdTick');
    if (field(payment, 'offset') === 1 && payment.parent !== 0) about('offset', 'belongs to payments without parent');
    if (field(payment, 'openParts') > field(payment, 'parts')) about('openParts', 'is more than parts');
  });
  return known;
}

/** Split payments and their parts: a parent comes first, hands on what its parts are and knows how many are open. */
function checkFamilies(state: State, payments: HeldPayments): void {
  const open = new Map<number, number>();
  const places = new Set<string>();
  state.transactions.forEach((part, i) => {
    const path = ['transactions', i];
    if (part.parent === 0) {
      if (field(part, 'splitIndex') !== 0) refuse(path, 'has a splitIndex, but no parent');
      return;
    }
    const parent = payments.get(part.parent);
    if (parent === undefined || part.parent >= part.number) return refuse([...path, 'parent'], 'is not a payment before it');
    for (const name of ['sender', 'receiver', 'deadlineTick', 'arrivalTick', 'arrivalSeq'] as const)
      if (field(part, name) !== field(parent, name)) refuse([...path, 'fields', COLUMN[name]], `${name} is not its parent’s`);
    if (field(part, 'splitIndex') < 1 || field(part, 'splitIndex') > field(parent, 'parts'))
      refuse([...path, 'fields', COLUMN.splitIndex], 'splitIndex is not among its parent’s parts');
    const place = `${part.parent} ${field(part, 'splitIndex')}`;
    if (places.has(place)) refuse([...path, 'fields', COLUMN.splitIndex], 'splitIndex is that of another part');
    places.add(place);
    if (isOpen(part)) open.set(part.parent, (open.get(part.parent) ?? 0) + 1);
  });
  state.transactions.forEach((payment, i) => {
    const parts = open.get(payment.number) ?? 0;
    if (field(payment, 'openParts') !== parts)
      refuse(['transactions', i, 'fields', COLUMN.openParts], `openParts is not the number of its open parts, ${parts}`);
  });
}

/** Neither settled itself nor through all its parts. */
export function isOpen(payment: PaymentRecord): boolean {
  return field(payment, 'parts') > 0 ? field(payment, 'openParts') > 0 : field(payment, 'remaining') > 0;
}

interface Waiting {
  number: number;
  path: PropertyKey[];
  place: string;
  /** The bank whose own queue it is; null for the central queue. */
  bank: number | null;
}

/** What waits is open, belongs to its queue and waits once. Returns the numbers of all waiting payments. */
function checkQueues(state: State, payments: HeldPayments): ReadonlySet<number> {
  const own = state.agents.flatMap(({ id, queue1 }, bank) =>
    queue1.map((number, i): Waiting => ({ number, path: ['agents', bank, 'queue1', i], place: `agent ${id}`, bank })),
  );
  const central = state.queue2.map((number, i): Waiting => ({ number, path: ['queue2', i], place: 'RTGS queue', bank: null }));
  const waiting = [...own, ...central];
  const places = new Map<number, string>();
  for (const { bank, number, path, place } of waiting) {
    const id = transactionId(number);
    const queue = bank === null ? place : `${place} queue`;
    if (!payments.has(number))
      throw new SnapshotError(`State validation error: Orphaned transaction in ${queue}: ${id} (${jsonPath(path)})`);
    const other = places.get(number);
    if (other !== undefined)
      throw new SnapshotError(
        `State validation error: Duplicate transaction ${id} in multiple queues: ${other} and ${place} (${jsonPath(path)})`,
      );
    places.set(number, place);
  }
  for (const { bank, number, path } of waiting) {
    const payment = payments.get(number)!;
    if (!isOpen(payment) || field(payment, 'parts') > 0) refuse(path, `${transactionId(number)} has nothing left to pay itself`);
    if (bank !== null && field(payment, 'sender') !== bank) refuse(path, `${transactionId(number)} is another bank’s`);
    if (bank !== null && field(payment, 'rtgsPriority') >= 0) refuse(path, `${transactionId(number)} was submitted already`);
    if (payment.entered_queue_tick < field(payment, 'createdTick') || payment.entered_queue_tick > state.current_tick)
      refuse(path, `${transactionId(number)} has not entered a queue by then`);
  }
  return new Set(places.keys());
}

/** What is neither paid nor split nor dropped waits somewhere. */
function checkNobodyIsLost(state: State, queued: ReadonlySet<number>): void {
  state.transactions.forEach((payment, i) => {
    const path = ['transactions', i];
    const waits = queued.has(payment.number);
    const done = field(payment, 'remaining') === 0 || field(payment, 'parts') > 0 || field(payment, 'givenUp') !== NO;
    if (!waits && !done) refuse(path, `${transactionId(payment.number)} is open and in no queue`);
    if (!waits && payment.entered_queue_tick !== -1)
      refuse([...path, 'entered_queue_tick'], 'of a payment in no queue must be -1');
  });
}
