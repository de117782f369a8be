import { createHash } from 'node:crypto';
import { listLine, type ListedPayment, type PaymentList } from '@simcash/protocol';
import type { DayPool } from './pool.js';

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
   * @param seed that drew them
   * @param drawnBy missing if every run has the same days
   */
  constructor(
    private readonly pool: DayPool,
    private readonly drawn: readonly number[],
    readonly seed: string,
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
    const hash = createHash('sha256');
    let total = 0n;
    for (let i = 0; i < this.length; i++) {
      const payment = this.at(i);
      hash.update(listLine(payment));
      total += BigInt(payment.amount);
    }
    this.sha256 = hash.digest('hex');
    this.totalValue = total;
  }

  get origin(): PaymentList['origin'] {
    return this.pool.origin;
  }

  /** Days of the list, by day of the run. */
  get days(): number[] {
    return this.drawn.map((j) => this.pool.days[j]!);
  }

  at(index: number): ListedPayment {
    if (index < this.#starts[this.#day]!.place) this.#day = 0;
    while ((this.#starts[this.#day + 1]?.place ?? Infinity) <= index) this.#day++;
    const { from, place } = this.#starts[this.#day]!;
    return this.pool.moved(from + index - place, this.drawn[this.#day]!, this.#day, this.ticksPerDay);
  }
}
