import type { BusinessDay } from './clock/calendar.js';
import { ColumnsError, type Columns } from './columns.js';
import { minutesOf } from './clock/schema.js';
import { DAY_MICROS, MICROS, type Disambiguation } from './clock/zone.js';
import { isoDate } from './clock/dates.js';
import { timeOfDaySeconds, timeReader, type TimeReader } from './fields/time.js';
import { RowFault } from './rejection.js';
import type { Mapping } from './source/schema.js';
import { wholeNumber, type Ticks } from './arrival-time.js';

/** Reads the deadlines of a source: raw ticks, before the engine caps them (spec 13 §6). */
export class DeadlineReader {
  readonly #as: 'time' | 'datetime' | 'tick' | 'ticks_after';
  readonly #read: TimeReader;
  readonly #disambiguation: Disambiguation;
  /** Deadlines by day and time of day. */
  readonly #known = new Map<string, number>();

  /** @throws ColumnsError for times without a clock */
  constructor(
    private readonly config: Mapping,
    { typed }: Pick<Columns, 'typed'>,
    private readonly ticks: Ticks,
  ) {
    this.#as = config.deadline.as ?? (ticks.calendar === null ? 'tick' : 'time');
    const saysTimes = this.#as === 'time' || this.#as === 'datetime';
    if (saysTimes && ticks.calendar === null) throw new ColumnsError(`deadline.as is ${this.#as}: the scenario needs a clock`);
    this.#read = timeReader(typed.has('deadline') ? 'iso' : config.time.format);
    this.#disambiguation = config.time.disambiguation ?? ticks.calendar?.config.disambiguation ?? 'reject';
  }

  /** @throws RowFault */
  of(text: string, tick: number): number {
    if (text === '') return this.#missing(tick);
    switch (this.#as) {
      case 'tick':
        return this.#atTick(text, 0, 'a tick');
      case 'ticks_after':
        return this.#atTick(text, tick, 'a number of ticks');
      case 'time':
        return this.#atTime(text, tick);
      case 'datetime':
        return this.#atDateTime(text);
    }
  }

  #missing(tick: number): number {
    const { default: missing } = this.config.deadline;
    if (missing !== 'end_of_day') return tick + missing.ticks_after;
    const { calendar, ticksPerDay } = this.ticks;
    const day = Math.floor(tick / ticksPerDay);
    return calendar === null ? (day + 1) * ticksPerDay - 1 : calendar.lastOpenTick(calendar.days[day]!);
  }

  #atTick(text: string, from: number, what: string): number {
    const number = wholeNumber(text) ?? this.#fail(text, what);
    return from + number <= LATEST ? from + number : this.#fail(text, `${what}, at most ${LATEST - from}`);
  }

  /** A time of day on the business date of the arrival's day; lists have few of them. */
  #atTime(text: string, tick: number): number {
    const { calendar, ticksPerDay } = this.ticks;
    const day = calendar!.days[Math.floor(tick / ticksPerDay)]!;
    const key = `${day.day} ${text}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const found = this.#timeOn(day, text);
    if (this.#known.size < MOST_KNOWN) this.#known.set(key, found);
    return found;
  }

  #timeOn(day: BusinessDay, text: string): number {
    const seconds = timeOfDaySeconds(text);
    if (seconds === null || seconds > this.#latest(day)) return this.#fail(text, 'a time of day, as 12:00');
    return this.#tickBefore(this.#instant(day.date * DAY_MICROS + seconds * MICROS, text), day);
  }

  #atDateTime(text: string): number {
    const read = this.#read(text);
    if (read === null) return this.#fail(text, `a time of the format ${this.config.time.format}`);
    const { days } = this.ticks.calendar!;
    const instant = read.isInstant ? read.micros : this.#instant(read.micros, text);
    return this.#tickBefore(instant, days.find(({ closing }) => closing >= instant) ?? days.at(-1)!);
  }

  /** Seconds from midnight: the end of the date, or the closing of a day that closes later. */
  #latest({ date }: BusinessDay): number {
    const { closing, exceptions } = this.ticks.calendar!.config;
    const exception = exceptions[isoDate(date)];
    const own = typeof exception === 'object' ? (exception.closing ?? closing) : closing;
    const minutes = minutesOf(own)!;
    return minutes >= 24 * 60 ? minutes * 60 : 24 * 3600 - 1;
  }

  /** The tick that ends at or before a time, or that it cuts. */
  #tickBefore(instant: number, { closing, day, opening, openTicks }: BusinessDay): number {
    const { tickLength } = this.ticks.calendar!;
    const tick = Math.ceil((Math.min(instant, closing) - opening) / tickLength) - 1;
    return day * this.ticks.ticksPerDay + Math.max(-1, Math.min(tick, openTicks - 1));
  }

  #instant(local: number, text: string): number {
    const instant = this.ticks.calendar!.zone.instantOf(local, this.#disambiguation);
    if (typeof instant === 'number') return instant;
    throw new RowFault(
      instant,
      'deadline',
      text,
      `deadline '${text}' ${instant === 'time_gap' ? 'does not exist' : 'is there twice'} on that day`,
    );
  }

  #fail(text: string, what: string): never {
    throw new RowFault('deadline', 'deadline', text, `deadline '${text}' is not ${what}`);
  }
}

/** Ticks are stored as whole numbers of 32 bits. */
const LATEST = 2 ** 31 - 1;
const MOST_KNOWN = 100_000;
