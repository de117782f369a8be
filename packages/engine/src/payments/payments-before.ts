import type { Payments } from './payments.js';

/** What a tick may change about a payment that existed before it, as far as a store wants to know. */
const CHANGING = [
  ...(['remaining', 'priority', 'status', 'settlementTick', 'settlementType', 'overdueSince', 'givenUp'] as const),
  ...(['parts', 'openParts', 'rtgsPriority', 'rtgsSubmissionTick', 'declaredPriority'] as const),
  ...(['place', 'enteredQueueTick', 'queue1Ticks', 'queue2Ticks'] as const),
];

/** The payments as they were before a tick: if it fails, only what the ticks before it did may be stored (spec 09 §5.5). */
export class PaymentsBefore {
  /** Columns that change are copies, the others are those of the payments themselves; rows of later payments mean nothing. */
  readonly view: Payments;

  constructor(private readonly payments: Payments) {
    this.view = Object.create(payments) as Payments;
  }

  note(): void {
    const { payments, view } = this;
    for (const name of CHANGING) {
      const now = payments[name];
      if (!Object.hasOwn(view, name) || view[name].length < now.length) Object.assign(view, { [name]: now.slice() });
      else view[name].set(now.subarray(0, payments.rowCount));
    }
  }
}
