import { assert } from '../errors.js';
import { guard } from '../numeric/integers.js';
import { IN_QUEUE2, NONE, NOWHERE, type Payments } from '../payments/payments.js';
import { Pairs } from './pairs.js';
import type { WaitingValue } from './waiting.js';

/** In a queue with bands the band is the leading part of a queue key, the order of joining the rest. */
const BAND_STEP = 2 ** 48;

/** Bands of a queue, the first ones first; within a band payments are in the order in which they joined. */
export interface Bands {
  readonly count: number;
  /** Whether a payment's band may change while it waits. */
  readonly change: boolean;
  of(p: number): number;
}

/** A payment that was taken from the queue after its index had been published, with the place it had. */
interface StaleEntry {
  payment: number;
  key: number;
}

/**
 * Queue 2: the central queue of released payments, with its lists by sender and by pair (spec 04 §4).
 *
 * Order is first in, first out, or by band, then first in, first out (spec 04 §16 O2).
 */
export class Queue2 {
  readonly pairs: Pairs;
  #head = NONE;
  #tail = NONE;
  /** Last payment of each band that is in its sorted place. */
  readonly #bandTail: number[];
  /** Payments that joined since the last sort, in order; they stand at the tail. */
  readonly #unsorted = new Set<number>();
  #nextKey = 1;

  /** Payments in the queue and the sum of their remaining amounts. */
  size = 0;
  value = 0;
  /** Counts changes of the queue's content. */
  version = 0;
  readonly #headOfSender: Int32Array;
  readonly #tailOfSender: Int32Array;
  /** Payments in the queue, per sender. */
  readonly countOfSender: Int32Array;

  /** The per-sender index as of the end of the last tick's settlement: number and earliest deadline (Infinity: none). */
  readonly publishedCount: Int32Array;
  readonly publishedDeadline: Float64Array;
  #changedSenders = new Set<number>();
  #stale = new Map<number, StaleEntry[]>();

  constructor(
    private readonly payments: Payments,
    private readonly waiting: WaitingValue,
    banks: number,
    private readonly bands: Bands | null,
  ) {
    this.#bandTail = new Array<number>(bands?.count ?? 0).fill(NONE);
    this.pairs = new Pairs(payments, banks);
    this.#headOfSender = new Int32Array(banks).fill(NONE);
    this.#tailOfSender = new Int32Array(banks).fill(NONE);
    this.countOfSender = new Int32Array(banks);
    this.publishedCount = new Int32Array(banks);
    this.publishedDeadline = new Float64Array(banks).fill(Infinity);
  }

  /** First payment of the queue, NONE if it is empty; follow with {@link after}. */
  first(): number {
    return this.#head;
  }

  after(p: number): number {
    return this.payments.next[p]!;
  }

  firstOfSender(b: number): number {
    return this.#headOfSender[b]!;
  }

  /** Appends a released payment. */
  append(p: number, tick: number): void {
    const { payments } = this;
    assert(payments.place[p] === NOWHERE, 'a payment is in one queue at most');
    const sequence = this.#nextKey++;
    payments.queueKey[p] = (this.bands?.of(p) ?? 0) * BAND_STEP + sequence;
    payments.place[p] = IN_QUEUE2;
    payments.enteredQueueTick[p] = tick;
    this.#linkAfter(p, this.#tail);
    if (this.bands) this.#unsorted.add(p);
    this.#linkOfSender(p);
    this.pairs.add(p);
    this.size++;
    this.value = guard(this.value + payments.remaining[p]!, 'the value of the central queue');
    this.version++;
    this.waiting.add(p);
  }

  /** Takes a payment out: it settles or is withdrawn. Its remaining amount must still be what it was in the queue. */
  remove(p: number, tick: number): void {
    const { payments } = this;
    assert(payments.place[p] === IN_QUEUE2, 'only a queued payment leaves Queue 2');
    this.#unlink(p);
    this.#unsorted.delete(p);
    this.#unlinkOfSender(p);
    this.pairs.remove(p);
    payments.place[p] = NOWHERE;
    payments.queue2Ticks[p]! += tick - payments.enteredQueueTick[p]!;
    this.size--;
    this.value -= payments.remaining[p]!;
    this.version++;
    this.waiting.remove(p);
  }

  /** Moves what joined since the last sort, or changed its band since, to its place (spec 04 §4.2, spec 12 §3.3). */
  sort(): void {
    if (this.bands === null) return;
    if (this.bands.change && this.#hasChanged(this.bands)) return this.#rebuild(this.bands);
    for (const p of this.#unsorted) {
      const band = this.#band(p);
      this.#unlink(p);
      let after = NONE;
      for (let k = band; k >= 0 && after === NONE; k--) after = this.#bandTail[k]!;
      this.#linkAfter(p, after);
      this.#bandTail[band] = p;
    }
    this.#unsorted.clear();
  }

  /** Whether nothing joined since the last sort, in a queue with bands. */
  get isSorted(): boolean {
    return this.#unsorted.size === 0;
  }

  /** Whether a payment stands before another one in the queue as it is now: what joined since the last sort is at its end. */
  comesBefore(p: number, q: number): boolean {
    const [isNew, isOtherNew] = [this.#unsorted.has(p), this.#unsorted.has(q)];
    if (isNew !== isOtherNew) return isOtherNew;
    const { queueKey } = this.payments;
    return isNew ? queueKey[p]! % BAND_STEP < queueKey[q]! % BAND_STEP : queueKey[p]! < queueKey[q]!;
  }

  /** All payments in queue order. */
  list(): number[] {
    const list: number[] = [];
    for (let p = this.#head; p !== NONE; p = this.payments.next[p]!) list.push(p);
    return list;
  }

  /** Payments of one sender in queue order. */
  listOfSender(b: number): number[] {
    const list: number[] = [];
    for (let p = this.#headOfSender[b]!; p !== NONE; p = this.payments.nextOfSender[p]!) list.push(p);
    return list;
  }

  /** Publishes the per-sender index; between two publications its readers see the queue as it was (spec 04 §4.3). */
  publishIndex(): void {
    const { payments } = this;
    for (const b of this.#changedSenders) {
      let deadline = Infinity;
      for (let p = this.#headOfSender[b]!; p !== NONE; p = payments.nextOfSender[p]!) {
        if (payments.deadlineTick[p]! < deadline) deadline = payments.deadlineTick[p]!;
      }
      this.publishedCount[b] = this.countOfSender[b]!;
      this.publishedDeadline[b] = deadline;
    }
    this.#changedSenders.clear();
    this.#stale.clear();
  }

  /** Notes a withdrawal by a call between ticks: the published index goes on listing the payment. */
  keepInIndex(p: number, key: number): void {
    const b = this.payments.sender[p]!;
    const entries = this.#stale.get(b) ?? [];
    entries.push({ payment: p, key });
    this.#stale.set(b, entries);
  }

  /** Payments of a sender as the published index lists them. Valid until the tick settles anything. */
  publishedList(b: number): number[] {
    const list = this.listOfSender(b);
    const stale = this.#stale.get(b);
    if (stale === undefined) return list;
    const entries = [...list.map((payment) => ({ payment, key: this.payments.queueKey[payment]! })), ...stale];
    return entries.sort((x, y) => x.key - y.key).map((entry) => entry.payment);
  }

  /** Brings back the index of a sender as it was published: payments in order, some of which may have left the queue since. */
  restoreIndex(b: number, published: readonly number[], deadline: number): void {
    const { payments } = this;
    this.#changedSenders.delete(b);
    this.publishedCount[b] = published.length;
    this.publishedDeadline[b] = deadline;
    let key = 0;
    for (const p of published) {
      if (payments.place[p] === IN_QUEUE2) key = payments.queueKey[p]!;
      else this.keepInIndex(p, (key += 2 ** -10));
    }
    // What the calls between ticks changed must be published again.
    this.#changedSenders.add(b);
  }

  /** The band in which a payment stands. */
  #band(p: number): number {
    return Math.floor(this.payments.queueKey[p]! / BAND_STEP);
  }

  #hasChanged(bands: Bands): boolean {
    for (let p = this.#head; p !== NONE; p = this.payments.next[p]!) if (this.#band(p) !== bands.of(p)) return true;
    return false;
  }

  /** Puts all payments in the order of their bands now, those of a band in the order in which they stand. */
  #rebuild(bands: Bands): void {
    const { payments } = this;
    const inBands = Array.from({ length: bands.count }, (): number[] => []);
    for (const p of this.list()) inBands[bands.of(p)]!.push(p);
    this.#head = this.#tail = NONE;
    this.#headOfSender.fill(NONE);
    this.#tailOfSender.fill(NONE);
    this.countOfSender.fill(0);
    inBands.forEach((list, band) => {
      for (const p of list) {
        this.pairs.remove(p);
        payments.queueKey[p] = band * BAND_STEP + this.#nextKey++;
      }
      this.#bandTail[band] = list.at(-1) ?? NONE;
    });
    for (const p of inBands.flat()) {
      this.#linkAfter(p, this.#tail);
      this.#linkOfSender(p);
      this.pairs.add(p);
    }
    this.#unsorted.clear();
    this.version++;
  }

  #linkAfter(p: number, after: number): void {
    const { payments } = this;
    const before = after === NONE ? this.#head : payments.next[after]!;
    payments.previous[p] = after;
    payments.next[p] = before;
    if (after === NONE) this.#head = p;
    else payments.next[after] = p;
    if (before === NONE) this.#tail = p;
    else payments.previous[before] = p;
  }

  #unlink(p: number): void {
    const { payments } = this;
    const next = payments.next[p]!;
    const previous = payments.previous[p]!;
    if (previous === NONE) this.#head = next;
    else payments.next[previous] = next;
    if (next === NONE) this.#tail = previous;
    else payments.previous[next] = previous;
    if (this.bands) {
      const band = this.#band(p);
      if (this.#bandTail[band] === p) this.#bandTail[band] = previous !== NONE && this.#band(previous) === band ? previous : NONE;
    }
  }

  #linkOfSender(p: number): void {
    const { payments } = this;
    const b = payments.sender[p]!;
    let after = this.#tailOfSender[b]!;
    while (after !== NONE && payments.queueKey[after]! > payments.queueKey[p]!) after = payments.previousOfSender[after]!;
    const before = after === NONE ? this.#headOfSender[b]! : payments.nextOfSender[after]!;
    payments.previousOfSender[p] = after;
    payments.nextOfSender[p] = before;
    if (after === NONE) this.#headOfSender[b] = p;
    else payments.nextOfSender[after] = p;
    if (before === NONE) this.#tailOfSender[b] = p;
    else payments.previousOfSender[before] = p;
    this.countOfSender[b]!++;
    this.#changedSenders.add(b);
  }

  #unlinkOfSender(p: number): void {
    const { payments } = this;
    const b = payments.sender[p]!;
    const next = payments.nextOfSender[p]!;
    const previous = payments.previousOfSender[p]!;
    if (previous === NONE) this.#headOfSender[b] = next;
    else payments.nextOfSender[previous] = next;
    if (next === NONE) this.#tailOfSender[b] = previous;
    else payments.previousOfSender[next] = previous;
    this.countOfSender[b]!--;
    this.#changedSenders.add(b);
  }
}
