import { OVERDUE, type Payments } from '../payments/payments.js';

/** Priority bands: urgent 8–10, normal 4–7, low 0–3 (spec 01 §5.3). */
export const URGENT_BAND = 0;
export const NORMAL_BAND = 1;
export const LOW_BAND = 2;

export function bandOf(priority: number): number {
  return priority >= 8 ? URGENT_BAND : priority >= 4 ? NORMAL_BAND : LOW_BAND;
}

/** Three bands, each on time or overdue: what delay costs depend on. */
export const WAITING_CLASSES = 6;

/**
 * The value that each bank has waiting in both queues, by band and lateness.
 *
 * Delay costs are linear in these sums, so a tick charges them without looking at a single payment (spec 05 §4.1).
 */
export class WaitingValue {
  readonly #sums: Float64Array;

  constructor(
    private readonly payments: Payments,
    banks: number,
  ) {
    this.#sums = new Float64Array(banks * WAITING_CLASSES);
  }

  /** Cents of bank `b` in a class: `band` on time, `band + 3` overdue. */
  sum(b: number, waitingClass: number): number {
    return this.#sums[b * WAITING_CLASSES + waitingClass]!;
  }

  add(p: number): void {
    this.#sums[this.#position(p)]! += this.payments.remaining[p]!;
  }

  remove(p: number): void {
    this.#sums[this.#position(p)]! -= this.payments.remaining[p]!;
  }

  /** Changes a waiting payment's priority or status while keeping the sums right. */
  reclassify(p: number, change: () => void): void {
    this.remove(p);
    change();
    this.add(p);
  }

  #position(p: number): number {
    const { payments } = this;
    const late = payments.status[p] === OVERDUE ? 3 : 0;
    return payments.sender[p]! * WAITING_CLASSES + bandOf(payments.priority[p]!) + late;
  }
}
