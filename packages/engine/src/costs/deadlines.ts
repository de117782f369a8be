import { IN_QUEUE1, IN_QUEUE2, NONE, OVERDUE, PENDING, type Payments } from '../payments/payments.js';
import type { WaitingValue } from '../queues/waiting.js';

/**
 * Payments by deadline, so that a tick looks only at those whose deadline has just passed (spec 04 §16 O4).
 *
 * Entries are creation numbers: a row may be used again before its old entry comes up.
 */
export class DeadlineCalendar {
  readonly #byDeadline = new Map<number, number[]>();
  /** Parts of splits that were created after their deadline, in the running tick. */
  #bornLate: number[] = [];

  constructor(
    private readonly payments: Payments,
    private readonly waiting: WaitingValue,
  ) {}

  /** Enters a new payment. */
  add(p: number, tick: number): void {
    const deadline = this.payments.deadlineTick[p]!;
    const number = this.payments.number[p]!;
    if (deadline < tick) {
      this.#bornLate.push(number);
      return;
    }
    const others = this.#byDeadline.get(deadline);
    if (others === undefined) this.#byDeadline.set(deadline, [number]);
    else others.push(number);
  }

  /** Marks the payments of the central queue whose deadline has passed (spec 04 §6). Nothing is logged yet. */
  markQueue2(tick: number): void {
    const { payments, waiting } = this;
    for (const p of this.#candidates(tick)) {
      if (payments.place[p] !== IN_QUEUE2 || payments.status[p] !== PENDING) continue;
      waiting.reclassify(p, () => payments.markOverdue(p, tick));
    }
  }

  /**
   * Waiting payments found late in this tick, in the order in which they are announced: banks in id order, each with its own
   * queue first, then its payments in the central queue, both in queue order (spec 03 §9, phase 15).
   */
  newlyOverdue(tick: number): number[] {
    const { payments } = this;
    const late = this.#candidates(tick).filter((p) =>
      payments.place[p] === IN_QUEUE1
        ? payments.status[p] === PENDING
        : payments.place[p] === IN_QUEUE2 && payments.status[p] === OVERDUE && payments.overdueSince[p] === tick,
    );
    return late.sort(
      (p, q) =>
        payments.sender[p]! - payments.sender[q]! ||
        payments.place[p]! - payments.place[q]! ||
        payments.queueKey[p]! - payments.queueKey[q]!,
    );
  }

  /** Marks a payment of Queue 1 overdue. */
  markQueue1(p: number, tick: number): void {
    this.waiting.reclassify(p, () => this.payments.markOverdue(p, tick));
  }

  /** The tick is closed: payments whose deadline has passed are found in the next one. */
  defer(tick: number): void {
    const passed = this.#byDeadline.get(tick - 1);
    if (passed === undefined) return;
    this.#byDeadline.set(tick, [...passed, ...(this.#byDeadline.get(tick) ?? [])]);
  }

  /** The tick is over: its deadlines have been dealt with. */
  advance(tick: number, isClosed: boolean): void {
    this.#byDeadline.delete(tick - 1);
    if (!isClosed) this.#bornLate = [];
  }

  #candidates(tick: number): number[] {
    const passed = this.#byDeadline.get(tick - 1);
    if (passed === undefined && this.#bornLate.length === 0) return [];
    return [...(passed ?? []), ...this.#bornLate].map((number) => this.payments.rowOf(number)).filter((p) => p !== NONE);
  }
}
