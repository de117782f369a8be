import {
  RTGS_PRIORITIES,
  SETTLEMENT_TYPES,
  type RtgsPriority,
  type SettlementType,
  type TransactionDetails,
  type TransactionStatus,
} from '@simcash/protocol';
import { transactionId } from './identifiers.js';

/** Codes of a payment's status. */
export const PENDING = 0;
export const SETTLED = 1;
export const OVERDUE = 2;
const STATUS_NAMES: readonly TransactionStatus[] = ['Pending', 'Settled', 'Overdue'];

/** Where a payment waits. A payment is in one place at a time (spec 01 §4.7). */
export const NOWHERE = 0;
export const IN_QUEUE1 = 1;
export const IN_QUEUE2 = 2;
export const RELEASED = 3;

/** Whether a payment was given up: dropped by its bank's policy (which may bring it back), or cancelled at the end of a day. */
export const NO = 0;
export const DROPPED = 1;
export const CANCELLED = 2;

/** No tick, no payment, no priority. */
export const NONE = -1;

/** Priority code of a payment released without declared wish. */
export const NORMAL = RTGS_PRIORITIES.indexOf('Normal');

/**
 * All payments that are still of interest, one column per field of spec 01 §5.1; a payment is a row number.
 *
 * Rows of payments that nobody can ask about any more are used again, so memory follows what is open, not what has happened.
 */
export class Payments {
  /** Rows in use or free for reuse. */
  #rows = 0;
  #free: number[] = [];
  #rowOfNumber: Map<number, number> = new Map();
  #capacity = 0;
  /** Creation number of the latest payment (spec 01 §5.2). */
  lastNumber = 0;

  number!: Float64Array;
  /** Position among the payments without parent, from 1, in order of creation; parts have their original's (spec 13 §8). */
  arrivalSeq!: Float64Array;
  sender!: Int32Array;
  receiver!: Int32Array;
  amount!: Float64Array;
  remaining!: Float64Array;
  arrivalTick!: Float64Array;
  /** Tick of this payment's own creation; differs from the arrival tick for parts of a split. */
  createdTick!: Float64Array;
  deadlineTick!: Float64Array;
  priority!: Uint8Array;
  originalPriority!: Uint8Array;
  status!: Uint8Array;
  settlementTick!: Float64Array;
  settlementType!: Int8Array;
  /** Tick at which the payment was marked overdue; kept when it settles. */
  overdueSince!: Float64Array;
  divisible!: Uint8Array;
  /** Whether nobody will pay it any more: {@link NO}, {@link DROPPED}, {@link CANCELLED}. */
  givenUp!: Uint8Array;
  /** Whether the liquidity-saving mechanism settled this original payment or a part of it. */
  offset!: Uint8Array;

  /** Row of the payment this one was cut from, NONE if it is an original. */
  parent!: Int32Array;
  /** Position among the parts, from 1; 0 for originals. */
  splitIndex!: Int32Array;
  /** Number of parts this payment was cut into, and how many of them are not yet effectively settled. */
  parts!: Int32Array;
  openParts!: Int32Array;

  rtgsPriority!: Int8Array;
  rtgsSubmissionTick!: Float64Array;
  declaredPriority!: Int8Array;
  scheduledRelease!: Float64Array;

  place!: Uint8Array;
  /** Position key within its queue: ascending in queue order. */
  queueKey!: Float64Array;
  enteredQueueTick!: Float64Array;
  queue1Ticks!: Float64Array;
  queue2Ticks!: Float64Array;
  /** Links of the list the payment is in: Queue 1 of its bank, or the central queue … */
  next!: Int32Array;
  previous!: Int32Array;
  /** … and of the sender's and the pair's part of the central queue. */
  nextOfSender!: Int32Array;
  previousOfSender!: Int32Array;
  nextOfPair!: Int32Array;
  previousOfPair!: Int32Array;
  pair!: Int32Array;

  constructor() {
    this.#grow(64);
  }

  /** Creates a payment with status Pending; `priority` becomes both its current and its original priority (spec 01 §5.3). */
  create(sender: number, receiver: number, amount: number, tick: number, deadline: number, priority: number): number {
    const p = this.#free.pop() ?? this.#newRow();
    const number = ++this.lastNumber;
    this.#rowOfNumber.set(number, p);
    this.number[p] = number;
    this.sender[p] = sender;
    this.receiver[p] = receiver;
    this.amount[p] = amount;
    this.remaining[p] = amount;
    this.arrivalTick[p] = tick;
    this.createdTick[p] = tick;
    this.deadlineTick[p] = deadline;
    this.priority[p] = this.originalPriority[p] = Math.min(priority, 10);
    this.status[p] = PENDING;
    this.settlementTick[p] = NONE;
    this.settlementType[p] = NONE;
    this.overdueSince[p] = NONE;
    this.divisible[p] = 0;
    this.givenUp[p] = NO;
    this.offset[p] = 0;
    this.parent[p] = NONE;
    this.splitIndex[p] = 0;
    this.parts[p] = 0;
    this.openParts[p] = 0;
    this.rtgsPriority[p] = NONE;
    this.rtgsSubmissionTick[p] = NONE;
    this.declaredPriority[p] = NONE;
    this.scheduledRelease[p] = NONE;
    this.place[p] = NOWHERE;
    this.queueKey[p] = 0;
    this.queue1Ticks[p] = 0;
    this.queue2Ticks[p] = 0;
    return p;
  }

  /** Every field of a payment, for snapshots. */
  record(p: number): PaymentRecord {
    return {
      number: this.number[p]!,
      parent: this.parent[p] === NONE ? 0 : this.number[this.parent[p]!]!,
      entered_queue_tick: this.place[p] === IN_QUEUE1 || this.place[p] === IN_QUEUE2 ? this.enteredQueueTick[p]! : NONE,
      fields: RECORDED_COLUMNS.map((name) => (this[name] as Column)[p]!),
    };
  }

  /** Brings back a recorded payment, in no queue yet. Parents come before their parts. */
  load(record: PaymentRecord): void {
    const p = this.#free.pop() ?? this.#newRow();
    this.#rowOfNumber.set(record.number, p);
    this.number[p] = record.number;
    this.parent[p] = record.parent === 0 ? NONE : this.rowOf(record.parent);
    this.place[p] = NOWHERE;
    RECORDED_COLUMNS.forEach((name, i) => ((this[name] as Column)[p] = record.fields[i]!));
  }

  /** Lets a payment go: its row may be used for another one. */
  release(p: number): void {
    this.#rowOfNumber.delete(this.number[p]!);
    this.number[p] = 0;
    this.#free.push(p);
  }

  /** Row of the payment with this creation number, NONE if it does not exist or was let go. */
  rowOf(number: number): number {
    return this.#rowOfNumber.get(number) ?? NONE;
  }

  /** Rows in creation order. */
  rows(): IterableIterator<number> {
    return this.#rowOfNumber.values();
  }

  /** Rows below this one are in use or free for reuse. */
  get rowCount(): number {
    return this.#rows;
  }

  /** Number of payments held. */
  get held(): number {
    return this.#rowOfNumber.size;
  }

  id(p: number): string {
    return transactionId(this.number[p]!);
  }

  /** `t > deadline`: at the deadline tick itself a payment is on time. */
  isPastDeadline(p: number, tick: number): boolean {
    return tick > this.deadlineTick[p]!;
  }

  /** Pending → Overdue; later marks change nothing. */
  markOverdue(p: number, tick: number): void {
    if (this.status[p] !== PENDING) return;
    this.status[p] = OVERDUE;
    this.overdueSince[p] = tick;
  }

  /** The payment as the outside sees it. */
  details(p: number, bankIds: readonly string[]): TransactionDetails {
    const tickOrNull = (tick: number): number | null => (tick === NONE ? null : tick);
    return {
      tx_id: this.id(p),
      parent_tx_id: this.parent[p] === NONE ? null : this.id(this.parent[p]!),
      sender_id: bankIds[this.sender[p]!]!,
      receiver_id: bankIds[this.receiver[p]!]!,
      amount: this.amount[p]!,
      remaining_amount: this.remaining[p]!,
      arrival_tick: this.arrivalTick[p]!,
      deadline_tick: this.deadlineTick[p]!,
      priority: this.priority[p]!,
      original_priority: this.originalPriority[p]!,
      status: STATUS_NAMES[this.status[p]!]!,
      settlement_tick: tickOrNull(this.settlementTick[p]!),
      overdue_since_tick: this.status[p] === OVERDUE ? this.overdueSince[p]! : null,
      rtgs_priority: rtgsPriorityName(this.rtgsPriority[p]!),
      rtgs_submission_tick: tickOrNull(this.rtgsSubmissionTick[p]!),
      declared_rtgs_priority: rtgsPriorityName(this.declaredPriority[p]!),
      scheduled_release_tick: tickOrNull(this.scheduledRelease[p]!),
      is_divisible: this.divisible[p] === 1,
    };
  }

  #newRow(): number {
    if (this.#rows === this.#capacity) this.#grow(this.#capacity * 2);
    return this.#rows++;
  }

  /** All columns share one piece of memory: in short simulations making many small ones would take most of the time. */
  #grow(capacity: number): void {
    const memory = new ArrayBuffer(capacity * BYTES_PER_ROW);
    const columns = this as unknown as Record<string, Column>;
    let offset = 0;
    for (const [name, Column] of COLUMN_ENTRIES) {
      const larger = new Column(memory, offset, capacity);
      if (columns[name] !== undefined) larger.set(columns[name]);
      columns[name] = larger;
      offset += larger.byteLength;
    }
    this.#capacity = capacity;
  }
}

type Column = Float64Array | Int32Array | Uint8Array | Int8Array;

interface ColumnType {
  readonly BYTES_PER_ELEMENT: number;
  new (memory: ArrayBuffer, offset: number, length: number): Column;
}

const COLUMNS: Record<string, ColumnType> = {
  number: Float64Array,
  arrivalSeq: Float64Array,
  sender: Int32Array,
  receiver: Int32Array,
  amount: Float64Array,
  remaining: Float64Array,
  arrivalTick: Float64Array,
  createdTick: Float64Array,
  deadlineTick: Float64Array,
  priority: Uint8Array,
  originalPriority: Uint8Array,
  status: Uint8Array,
  settlementTick: Float64Array,
  settlementType: Int8Array,
  overdueSince: Float64Array,
  divisible: Uint8Array,
  givenUp: Uint8Array,
  offset: Uint8Array,
  parent: Int32Array,
  splitIndex: Int32Array,
  parts: Int32Array,
  openParts: Int32Array,
  rtgsPriority: Int8Array,
  rtgsSubmissionTick: Float64Array,
  declaredPriority: Int8Array,
  scheduledRelease: Float64Array,
  place: Uint8Array,
  queueKey: Float64Array,
  enteredQueueTick: Float64Array,
  queue1Ticks: Float64Array,
  queue2Ticks: Float64Array,
  next: Int32Array,
  previous: Int32Array,
  nextOfSender: Int32Array,
  previousOfSender: Int32Array,
  nextOfPair: Int32Array,
  previousOfPair: Int32Array,
  pair: Int32Array,
};

const COLUMN_ENTRIES = Object.entries(COLUMNS);
const BYTES_PER_ROW = COLUMN_ENTRIES.reduce((sum, [, { BYTES_PER_ELEMENT }]) => sum + BYTES_PER_ELEMENT, 0);

/** Columns that a snapshot keeps as they are; the others follow from the queues. */
export const RECORDED_COLUMNS = [
  ...([
    'sender',
    'receiver',
    'amount',
    'remaining',
    'arrivalTick',
    'createdTick',
    'deadlineTick',
    'priority',
    'originalPriority',
  ] as const),
  ...([
    'status',
    'settlementTick',
    'settlementType',
    'overdueSince',
    'divisible',
    'givenUp',
    'offset',
    'splitIndex',
    'parts',
    'openParts',
  ] as const),
  ...(['rtgsPriority', 'rtgsSubmissionTick', 'declaredPriority', 'scheduledRelease', 'queue1Ticks', 'queue2Ticks'] as const),
  'arrivalSeq' as const,
];

/** A payment in a snapshot. */
export interface PaymentRecord {
  number: number;
  /** Creation number of the payment it was cut from, 0 for originals. */
  parent: number;
  entered_queue_tick: number;
  /** The recorded columns in order. */
  fields: number[];
}

/** Name of an RTGS priority code, null for NONE. */
function rtgsPriorityName(code: number): RtgsPriority | null {
  return code === NONE ? null : RTGS_PRIORITIES[code]!;
}

/** Code of a settlement mechanism. */
export function settlementCode(type: SettlementType): number {
  return SETTLEMENT_TYPES.indexOf(type);
}
