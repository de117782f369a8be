import { SimcashError } from '@simcash/protocol';
import { isoDate, parseIsoDate, weekday } from './dates.js';
import { minutesOf, tickSeconds, WEEKDAYS, type ClockConfig } from './schema.js';
import { DAY_MICROS, MICROS, Zone } from './zone.js';

/** A business day of a run. Times are instants in microseconds. */
export interface BusinessDay {
  /** Days are counted from 0. */
  readonly day: number;
  /** Number of days since 1970-01-01. */
  readonly date: number;
  /** When the day opens. */
  readonly opening: number;
  /** When the day closes. */
  readonly closing: number;
  /** Ticks in which the system is open; the rest of the day's ticks are closed. */
  readonly openTicks: number;
}

/** Where a time falls that is in no open tick of the run (spec 13 §2.3). */
export type Outside =
  | {
      readonly code: 'before_opening' | 'after_closing' | 'non_business_day';
      readonly next: BusinessDay | null;
      readonly day: BusinessDay | null;
    }
  | { readonly code: 'before_first_day' | 'after_last_day' };

/** A day or time that the calendar does not have. */
export class CalendarError extends SimcashError {
  override name = 'CalendarError';
  override readonly code = 'invalid_clock';
}

/** The business days of a run and their ticks (spec 13 §2). */
export class Calendar {
  /** The time zone. */
  readonly zone: Zone;
  /** Microseconds. */
  readonly tickLength: number;
  /** The business days in order. */
  readonly days: readonly BusinessDay[];
  /** Ticks of a day. */
  readonly ticksPerDay: number;
  readonly #byDate: ReadonlyMap<number, BusinessDay>;
  /** The day in which an instant was found before. */
  #latest = 0;

  /**
   * @param ticksPerDay that of the scenario; the longest day's unless given
   * @throws CalendarError for days that cannot be: first_day is none, hours that overlap, more ticks than ticksPerDay
   */
  constructor(
    /** The configuration as the engine takes it. */
    readonly config: ClockConfig,
    numDays: number,
    ticksPerDay?: number,
  ) {
    this.zone = new Zone(config.time_zone);
    this.tickLength = tickSeconds(config.tick)! * MICROS;
    this.days = this.#businessDays(numDays);
    this.#byDate = new Map(this.days.map((day) => [day.date, day]));
    const longest = this.days.reduce((most, day) => (day.openTicks > most.openTicks ? day : most));
    if (ticksPerDay !== undefined && ticksPerDay < longest.openTicks)
      throw new CalendarError(
        `simulation.ticks_per_day is ${ticksPerDay}, but ${isoDate(longest.date)} has ${longest.openTicks} ticks`,
      );
    this.ticksPerDay = ticksPerDay ?? longest.openTicks;
  }

  /** The day in which an instant lies, or where it lies instead. */
  dayAt(instant: number, businessDate: number | null): BusinessDay | Outside {
    return businessDate === null ? this.#dayAt(instant) : this.#onDate(instant, businessDate);
  }

  /** Tick of the run in which an instant of an open day lies. */
  tickAt(day: BusinessDay, instant: number): number {
    return day.day * this.ticksPerDay + Math.floor((instant - day.opening) / this.tickLength);
  }

  /** The first tick of a day. */
  firstTick({ day }: BusinessDay): number {
    return day * this.ticksPerDay;
  }

  /** The last tick of a day in which payments settle. */
  lastOpenTick({ day, openTicks }: BusinessDay): number {
    return day * this.ticksPerDay + openTicks - 1;
  }

  #dayAt(instant: number): BusinessDay | Outside {
    const { days } = this;
    // Rows follow each other in time.
    const latest = days[this.#latest]!;
    if (latest.opening <= instant && instant < latest.closing) return latest;
    const next = days.findIndex(({ opening }) => opening > instant);
    const before = next < 0 ? days.at(-1)! : days[next - 1];
    if (before !== undefined && instant < before.closing) {
      this.#latest = before.day;
      return before;
    }
    const after = next < 0 ? null : days[next]!;
    const date = this.#localDate(instant);
    if (after !== null && date === this.#localDate(after.opening)) return { code: 'before_opening', day: after, next: after };
    if (before !== undefined && date === this.#localDate(before.closing))
      return { code: 'after_closing', day: before, next: after };
    if (before === undefined) return { code: 'before_first_day' };
    if (after === null) return { code: 'after_last_day' };
    return { code: 'non_business_day', day: null, next: after };
  }

  #onDate(instant: number, date: number): BusinessDay | Outside {
    const day = this.#byDate.get(date);
    if (day === undefined) {
      if (date < this.days[0]!.date) return { code: 'before_first_day' };
      if (date > this.days.at(-1)!.date) return { code: 'after_last_day' };
      return { code: 'non_business_day', day: null, next: this.days.find((one) => one.date > date) ?? null };
    }
    if (instant < day.opening) return { code: 'before_opening', day, next: day };
    if (instant >= day.closing) return { code: 'after_closing', day, next: this.days[day.day + 1] ?? null };
    return day;
  }

  #localDate(instant: number): number {
    return Math.floor(this.zone.localAt(instant) / DAY_MICROS);
  }

  #businessDays(count: number): BusinessDay[] {
    const { first_day } = this.config;
    const days: BusinessDay[] = [];
    const first = parseIsoDate(first_day)!;
    if (this.#hoursOf(first) === null) throw new CalendarError(`clock.first_day: ${first_day} is no business day`);
    for (let date = first; days.length < count; date++) {
      if (date - first > MOST_DATES) throw new CalendarError(`clock: fewer than ${count} business days within a thousand years`);
      const hours = this.#hoursOf(date);
      if (hours === null) continue;
      const [opening, closing] = [this.#instant(date, hours.opening), this.#instant(date, hours.closing)];
      if (closing <= opening) throw new CalendarError(`clock: ${isoDate(date)} closes before it opens`);
      const last = days.at(-1);
      if (last !== undefined && last.closing > opening)
        throw new CalendarError(`clock: ${isoDate(date)} opens before ${isoDate(last.date)} closes`);
      days.push({ day: days.length, date, opening, closing, openTicks: Math.ceil((closing - opening) / this.tickLength) });
    }
    return days;
  }

  /** Opening and closing in minutes from midnight; null for days that are no business days. */
  #hoursOf(date: number): { opening: number; closing: number } | null {
    const { closing, exceptions, holidays, opening, weekdays } = this.config;
    const exception = exceptions[isoDate(date)];
    const usual = { opening: minutesOf(opening)!, closing: minutesOf(closing)! };
    if (exception === 'closed') return null;
    if (exception === 'open') return usual;
    if (exception !== undefined)
      return {
        opening: exception.opening === undefined ? usual.opening : minutesOf(exception.opening)!,
        closing: exception.closing === undefined ? usual.closing : minutesOf(exception.closing)!,
      };
    const isOff = holidays.includes(isoDate(date)) || !weekdays.includes(WEEKDAYS[weekday(date)]!);
    return isOff ? null : usual;
  }

  #instant(date: number, minutes: number): number {
    return this.zone.instantOf(date * DAY_MICROS + minutes * 60 * MICROS, 'later') as number;
  }
}

const MOST_DATES = 365_250;
