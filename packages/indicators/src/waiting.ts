import { ExactSum, ratio, type Whole } from './exact.js';
import type { Leg } from './legs.js';
import type { OpeningCalendar, Transaction } from './log.js';
import type { QueueTimes } from './queue-times.js';

/** Days of a run: of so many ticks, the last one perhaps cut short. */
export interface Days {
  readonly ticks: number;
  readonly ticksPerDay: number;
  /** Of runs with a clock. */
  readonly calendar: OpeningCalendar | null;
}

export const dayOf = (tick: number, { ticksPerDay }: Days): number => Math.floor(tick / ticksPerDay);

/** First tick after a day. */
export const endOfDay = (day: number, { ticks, ticksPerDay }: Days): number => Math.min((day + 1) * ticksPerDay, ticks);

/** First tick after the open ticks of a day. */
const endOfOpenTicks = (day: number, { calendar, ticks, ticksPerDay }: Days): number =>
  Math.min(day * ticksPerDay + (calendar?.open_ticks[day] ?? ticksPerDay), ticks);

export const isOpen = (tick: number, { calendar, ticksPerDay }: Days): boolean =>
  calendar === null || tick % ticksPerDay < (calendar.open_ticks[Math.floor(tick / ticksPerDay)] ?? ticksPerDay);

export const numberOfDays = ({ ticks, ticksPerDay }: Days): number => Math.ceil(ticks / ticksPerDay);

/** How long value waited on its day, over how long it could have (spec 14 §4). */
export class DelaySums {
  readonly #numerator = new ExactSum();
  readonly #denominator = new ExactSum();

  add({ amount, arrival, settled }: Leg, days: Days): void {
    const end = endOfOpenTicks(dayOf(arrival, days), days);
    this.#numerator.addProduct(amount, Math.min(settled ?? Infinity, end) - arrival);
    this.#denominator.addProduct(amount, end - arrival);
  }

  get figures(): { delay_numerator: Whole; delay_denominator: Whole; delay_indicator: number | null } {
    const [delay_numerator, delay_denominator] = [this.#numerator.value, this.#denominator.value];
    return { delay_numerator, delay_denominator, delay_indicator: ratio(delay_numerator, delay_denominator) };
  }
}

/** How long value waited in the whole run, and where (spec 14 §4). */
export class WaitSums {
  readonly #delay = new DelaySums();
  readonly #delayed = new ExactSum();
  readonly #waited = new ExactSum();
  readonly #central = new ExactSum();
  readonly #internal = new ExactSum();
  #settled = 0;
  #due = 0;
  #relative = 0;

  addLeg(leg: Leg, days: Days): void {
    const { amount, arrival, deadline, settled } = leg;
    this.#delay.add(leg, days);
    this.#due += amount;
    this.#waited.addProduct(amount, (settled ?? days.ticks) - arrival);
    if (settled === null) return;
    this.#settled += amount;
    this.#delayed.addProduct(amount, settled - arrival);
    if (settled > arrival) this.#relative += (amount * (settled - arrival)) / (deadline - arrival);
  }

  addQueues({ amount, index }: Transaction, { central, own }: QueueTimes): void {
    this.#internal.addProduct(amount, own[index]!);
    this.#central.addProduct(amount, central[index]!);
  }

  get figures() {
    const [delay_value_ticks, wait_value_ticks] = [this.#delayed.value, this.#waited.value];
    return {
      ...this.#delay.figures,
      delay_value_ticks,
      avg_delay_value: ratio(delay_value_ticks, this.#settled),
      wait_value_ticks,
      avg_wait_value: ratio(wait_value_ticks, this.#due),
      avg_relative_delay: ratio(this.#relative, this.#settled),
      internal_value_ticks: this.#internal.value,
      central_value_ticks: this.#central.value,
    };
  }
}
