import { assert } from '../errors.js';
import { guard } from '../numeric/integers.js';
import { IN_QUEUE1, NONE, NOWHERE, type Payments } from '../payments/payments.js';
import type { WaitingValue } from './waiting.js';

/** Queue 1: each bank's own queue of payments it has not released, in order (spec 01 §4.7). */
export class Queue1 {
  readonly #head: Int32Array;
  readonly #tail: Int32Array;
  #nextKey = 1;
  /** Payments waiting, per bank. */
  readonly size: Int32Array;
  /** Sum of their remaining amounts, per bank. */
  readonly value: Float64Array;
  /** Payments waiting for a tick set in advance, per bank. */
  readonly scheduled: Int32Array;

  constructor(
    private readonly payments: Payments,
    private readonly waiting: WaitingValue,
    banks: number,
  ) {
    this.#head = new Int32Array(banks).fill(NONE);
    this.#tail = new Int32Array(banks).fill(NONE);
    this.size = new Int32Array(banks);
    this.value = new Float64Array(banks);
    this.scheduled = new Int32Array(banks);
  }

  /** First payment of a bank's queue, NONE if it is empty; follow with {@link after}. */
  first(b: number): number {
    return this.#head[b]!;
  }

  after(p: number): number {
    return this.payments.next[p]!;
  }

  /** Appends a payment to its sender's queue. */
  append(p: number, tick: number): void {
    const { payments } = this;
    assert(payments.place[p] === NOWHERE, 'a payment is in one queue at most');
    const b = payments.sender[p]!;
    const tail = this.#tail[b]!;
    payments.place[p] = IN_QUEUE1;
    payments.queueKey[p] = this.#nextKey++;
    payments.enteredQueueTick[p] = tick;
    payments.next[p] = NONE;
    payments.previous[p] = tail;
    if (tail === NONE) this.#head[b] = p;
    else payments.next[tail] = p;
    this.#tail[b] = p;
    this.size[b]!++;
    this.value[b] = guard(this.value[b]! + payments.remaining[p]!, 'the value of a queue');
    if (payments.scheduledRelease[p] !== NONE) this.scheduled[b]!++;
    this.waiting.add(p);
  }

  /** Takes a payment out of its sender's queue. */
  remove(p: number, tick: number): void {
    const { payments } = this;
    assert(payments.place[p] === IN_QUEUE1, 'only a waiting payment leaves Queue 1');
    const b = payments.sender[p]!;
    const next = payments.next[p]!;
    const previous = payments.previous[p]!;
    if (previous === NONE) this.#head[b] = next;
    else payments.next[previous] = next;
    if (next === NONE) this.#tail[b] = previous;
    else payments.previous[next] = previous;
    payments.place[p] = NOWHERE;
    payments.queue1Ticks[p]! += tick - payments.enteredQueueTick[p]!;
    this.size[b]!--;
    this.value[b]! -= payments.remaining[p]!;
    if (payments.scheduledRelease[p] !== NONE) this.scheduled[b]!--;
    this.waiting.remove(p);
  }

  /** Marks a waiting payment for release at `tick`; it keeps its place. */
  schedule(p: number, tick: number): void {
    this.payments.scheduledRelease[p] = tick;
    this.scheduled[this.payments.sender[p]!]!++;
  }

  /** Payments of a bank in queue order. */
  list(b: number): number[] {
    const list: number[] = [];
    for (let p = this.#head[b]!; p !== NONE; p = this.payments.next[p]!) list.push(p);
    return list;
  }

  /** Sorts a bank's queue by priority (high first), then deadline (early first); equal entries keep their order. */
  sortByPriorityAndDeadline(b: number): void {
    if (this.size[b]! < 2) return;
    const { payments } = this;
    const list = this.list(b);
    const keys = list.map((p) => payments.queueKey[p]!);
    list.sort((p, q) => payments.priority[q]! - payments.priority[p]! || payments.deadlineTick[p]! - payments.deadlineTick[q]!);
    let previous = NONE;
    list.forEach((p, i) => {
      payments.queueKey[p] = keys[i]!;
      payments.previous[p] = previous;
      payments.next[p] = NONE;
      if (previous === NONE) this.#head[b] = p;
      else payments.next[previous] = p;
      previous = p;
    });
    this.#tail[b] = previous;
  }
}
