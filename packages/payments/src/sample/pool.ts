import type { ListedPayment, PaymentList } from '@simcash/protocol';
import type { Ticks } from '../arrival-time.js';
import type { DataSet } from '../data-set.js';

/** The days of a list that days of a run are drawn from, ascending, each with its payments. */
export class DayPool {
  /** Days of the source, from 0. */
  readonly days: readonly number[];
  readonly #first: readonly number[];

  /**
   * @param ticks those of the list
   * @param all also days without payments, before this one; 0 for lists, which know no others
   */
  constructor(
    private readonly list: DataSet,
    readonly ticks: Ticks,
    all: number,
  ) {
    const found = new Map<number, number>();
    for (let i = 0; i < list.length; i++) {
      const day = this.dayOf(list.at(i).tick);
      if (!found.has(day)) found.set(day, i);
    }
    for (let day = 0; day < all; day++) if (!found.has(day)) found.set(day, NaN);
    this.days = [...found.keys()].sort((a, b) => a - b);
    this.#first = this.days.map((day) => found.get(day)!);
  }

  /** Where the payments of the j-th day begin, and where they end. */
  range(j: number): { from: number; to: number } {
    const from = this.#first[j]!;
    if (Number.isNaN(from)) return { from: 0, to: 0 };
    const next = this.#first.slice(j + 1).find((first) => !Number.isNaN(first));
    return { from, to: next ?? this.list.length };
  }

  /** Last tick of the j-th day in which a payment arrives, from the day's first; −1 for none. */
  lastTick(j: number): number {
    const { from, to } = this.range(j);
    return from === to ? -1 : this.list.at(to - 1).tick % this.ticks.ticksPerDay;
  }

  /** A payment of the j-th day on another day of a run whose days have another number of ticks: at the same tick of the day. */
  moved(index: number, j: number, day: number, ticksPerDay: number): ListedPayment {
    const payment = this.list.at(index);
    const moved = (tick: number): number =>
      (this.dayOf(tick) - this.days[j]! + day) * ticksPerDay + (tick - this.dayOf(tick) * this.ticks.ticksPerDay);
    return { ...payment, tick: moved(payment.tick), deadline_tick: Math.max(moved(payment.deadline_tick), -1) };
  }

  get origin(): PaymentList['origin'] {
    return this.list.origin;
  }

  private dayOf(tick: number): number {
    return Math.floor(tick / this.ticks.ticksPerDay);
  }
}
