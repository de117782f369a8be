import type { ListedPayment, PaymentList } from '@simcash/protocol';
import { listHash } from '../identity.js';
import type { DayPool } from './pool.js';

/** Which days were drawn, and how. */
export interface DrawnSample {
  readonly days: number;
  readonly seed: string;
  readonly replace: boolean;
  readonly by: 'day' | 'business_date';
  /** Numbers or dates of days of the list, by day of the run. */
  readonly drawn: readonly (number | string)[];
}

/** Days of a pool, one after the other, as the payments of a run (spec 13 §12.2). */
export class DrawnDays implements PaymentList {
  readonly sha256: string;
  readonly length: number;
  readonly totalValue: bigint;
  readonly drawnBy?: NonNullable<PaymentList['drawnBy']>;
  /** Place of the first payment of each day of the run, and in the list that it was drawn from. */
  readonly #starts: readonly { readonly place: number; readonly from: number }[];
  /** Day of the run that was looked at last: payments are taken one after the other. */
  #day = 0;

  /**
   * @param drawn positions in the pool, by day of the run
   * @param sample what was drawn, and how
   * @param drawnBy missing if every run has the same days
   */
  constructor(
    private readonly pool: DayPool,
    private readonly drawn: readonly number[],
    readonly sample: DrawnSample,
    private readonly ticksPerDay: number,
    drawnBy: PaymentList['drawnBy'],
  ) {
    if (drawnBy !== undefined) this.drawnBy = drawnBy;
    let place = 0;
    this.#starts = drawn.map((j) => {
      const { from, to } = pool.range(j);
      const start = { place, from };
      place += to - from;
      return start;
    });
    this.length = place;
    this.sha256 = listHash(this);
    let total = 0n;
    for (const { amount } of this) total += BigInt(amount);
    this.totalValue = total;
  }

  *[Symbol.iterator](): Generator<ListedPayment> {
    for (let i = 0; i < this.length; i++) yield this.at(i);
  }

  get origin(): PaymentList['origin'] {
    return this.pool.origin;
  }

  at(index: number): ListedPayment {
    if (index < this.#starts[this.#day]!.place) this.#day = 0;
    while ((this.#starts[this.#day + 1]?.place ?? Infinity) <= index) this.#day++;
    const { from, place } = this.#starts[this.#day]!;
    return this.pool.moved(from + index - place, this.drawn[this.#day]!, this.#day, this.ticksPerDay);
  }
}
