import { NONE, NORMAL, type Payments } from '../payments/payments.js';
import { URGENT_BAND, bandOf } from '../queues/waiting.js';
import type { QueueConfig } from '../scenario/settlement/config.js';

const HIGHLY_URGENT = 0;
const NORMAL_CLASS = 2;

/** Classes of payments, read whenever they are needed: priorities change while payments wait (spec 12 §3.1). */
export class Classes {
  readonly #urgentReceivers: Uint8Array | null;

  constructor(
    private readonly payments: Payments,
    private readonly source: QueueConfig['priority'],
    urgentReceivers: readonly number[],
    banks: number,
  ) {
    this.#urgentReceivers = urgentReceivers.length === 0 ? null : new Uint8Array(banks);
    for (const b of urgentReceivers) this.#urgentReceivers![b] = 1;
  }

  /** Whether all payments are of the same class. */
  get areEqual(): boolean {
    return this.source === 'none' && this.#urgentReceivers === null;
  }

  of(p: number): number {
    const { payments } = this;
    if (this.#urgentReceivers !== null && this.#urgentReceivers[payments.receiver[p]!] === 1) return HIGHLY_URGENT;
    switch (this.source) {
      case 'none':
        return NORMAL_CLASS;
      case 'rtgs': {
        const priority = payments.rtgsPriority[p]!;
        return priority === NONE ? NORMAL : priority;
      }
      case 'internal':
        return bandOf(payments.priority[p]!) - URGENT_BAND;
    }
  }
}
