import type { BusinessDay, Calendar, Outside } from './clock/calendar.js';
import { isoDate, parseIsoDate } from './clock/dates.js';
import { MICROS, type Disambiguation } from './clock/zone.js';
import { ColumnsError, type Columns } from './columns.js';
import { timeReader, type TimeReader } from './fields/time.js';
import { RowFault } from './rejection.js';
import type { Field, Mapping } from './source/schema.js';

/** When a payment arrives. */
export interface ArrivalTime {
  readonly tick: number;
  /** Instants for the order of payments in a tick; −Infinity for lists of ticks. */
  readonly effective: number;
  readonly own: number;
}

/** Ticks of a run. */
export interface Ticks {
  /** Number of days. */
  readonly numDays: number;
  /** Ticks of a day. */
  readonly ticksPerDay: number;
  /** Null without a clock. */
  readonly calendar: Calendar | null;
}

/** Reads when the payments of a source arrive (spec 13 §2.3, §4). */
export class ArrivalTimeReader {
  readonly #read: TimeReader;
  readonly #disambiguation: Disambiguation;

  /** @throws ColumnsError for times without a clock */
  constructor(
    private readonly config: Mapping,
    private readonly columns: Columns,
    private readonly ticks: Ticks,
  ) {
    const saysTimes = columns.way === 'time' || columns.way === 'date and time';
    if (saysTimes && ticks.calendar === null) throw new ColumnsError('the list has times: the scenario needs a clock');
    const isTyped = columns.typed.has('time') || columns.typed.has('date');
    this.#read = timeReader(isTyped ? 'iso' : config.time.format);
    this.#disambiguation = config.time.disambiguation ?? ticks.calendar?.config.disambiguation ?? 'reject';
  }

  /** @throws RowFault */
  of(text: (field: Field) => string): ArrivalTime {
    switch (this.columns.way) {
      case 'time':
        return this.#atTime(text('time'), text('business_date'));
      case 'date and time': {
        const [date, time] = [text('date'), text('time_of_day')];
        return this.#atTime(date === '' || time === '' ? '' : `${date} ${time}`, text('business_date'));
      }
      case 'tick':
        return this.#atTick(text('tick'), (value) => value);
      case 'day and tick':
        return this.#atDay(text('day'), text('tick_of_day'));
    }
  }

  #atTime(text: string, dateText: string): ArrivalTime {
    if (text === '') throw new RowFault('required', 'time', null, 'time is missing');
    const read = this.#read(text);
    if (read === null)
      throw new RowFault(
        'time_format',
        'time',
        text,
        `time '${text}' is not of the format ${this.config.time.format}, or no such time`,
      );
    const calendar = this.ticks.calendar!;
    const instant = read.isInstant ? read.micros : calendar.zone.instantOf(read.micros, this.#disambiguation);
    if (typeof instant === 'string') {
      const why = instant === 'time_gap' ? 'does not exist: the clock skips it' : 'is there twice: the clock is put back';
      throw new RowFault(instant, 'time', text, `time '${text}' ${why}; time.disambiguation says which is meant`);
    }
    const date = dateText === '' ? null : parseIsoDate(dateText);
    if (dateText !== '' && date === null)
      throw new RowFault('time_format', 'business_date', dateText, `business date '${dateText}' is no date as 2024-03-27`);
    const place = calendar.dayAt(instant, date);
    return 'opening' in place
      ? { tick: calendar.tickAt(place, instant), effective: instant, own: instant }
      : this.#moved(place, instant, text);
  }

  /** A payment outside the hours, where the source says that it goes. */
  #moved(outside: Outside, instant: number, text: string): ArrivalTime {
    const calendar = this.ticks.calendar!;
    if (!('next' in outside)) throw outsideFault(outside.code, text, calendar, null);
    const { code, day, next } = outside;
    const rule = this.config.outside_hours[code];
    if (rule === 'reject') throw outsideFault(code, text, calendar, day ?? next);
    if (rule === 'last_tick') return { tick: calendar.lastOpenTick(day!), effective: day!.closing, own: instant };
    if (next === null) throw outsideFault('after_last_day', text, calendar, null);
    return { tick: calendar.firstTick(next), effective: next.opening, own: instant };
  }

  #atTick(text: string, tickOf: (value: number) => number): ArrivalTime {
    const field = 'tick';
    if (text === '') throw new RowFault('required', field, null, 'tick is missing');
    const value = integer(text);
    if (value === null) throw new RowFault('time_format', field, text, `tick '${text}' is no whole number`);
    return arrivalInTick(this.ticks, tickOf(value), text);
  }

  #atDay(dayText: string, tickText: string): ArrivalTime {
    const text = dayText === '' || tickText === '' ? null : `${dayText} ${tickText}`;
    if (text === null) throw new RowFault('required', 'tick', null, 'day or tick_of_day is missing');
    const [day, tick] = [integer(dayText), integer(tickText)];
    if (day === null || tick === null)
      throw new RowFault('time_format', 'tick', text, `day and tick '${text}' are no whole numbers`);
    const { ticksPerDay } = this.ticks;
    return arrivalInTick(this.ticks, tick >= 0 && tick < ticksPerDay ? day * ticksPerDay + tick : Infinity, text);
  }
}

/** A payment that arrives in a tick. @throws RowFault unless the tick is an open one of the run */
export function arrivalInTick({ calendar, numDays, ticksPerDay }: Ticks, tick: number, text: string): ArrivalTime {
  const last = numDays * ticksPerDay - 1;
  if (!(tick >= 0 && tick <= last))
    throw new RowFault('tick_range', 'tick', text, `tick '${text}' lies outside the run, whose ticks are 0 to ${last}`);
  const isClosed = calendar !== null && tick % ticksPerDay >= calendar.days[Math.floor(tick / ticksPerDay)]!.openTicks;
  if (isClosed) throw new RowFault('tick_range', 'tick', text, `tick '${text}' is closed`);
  return { tick, effective: -Infinity, own: -Infinity };
}

/** A whole number of any size; null for other texts. What is too large or negative lies outside of every range. */
export const integer = (text: string): number | null => (/^-?\d+$/.test(text) ? Number(text) : null);

export const wholeNumber = (text: string): number | null => (/^\d{1,15}$/.test(text) ? Number(text) : null);

function outsideFault(code: Outside['code'], text: string, calendar: Calendar, day: BusinessDay | null): RowFault {
  const hours = (instant: number): string => localTime(calendar, instant);
  const why = {
    before_opening: () =>
      `is before opening (${hours(day!.opening)} ${calendar.zone.name}); outside_hours: first_tick would move it to tick ${calendar.firstTick(day!)}`,
    after_closing: () =>
      `is after closing (${hours(day!.closing)} ${calendar.zone.name}); outside_hours: next_day would move it to the next day`,
    non_business_day: () => 'falls on no business day; outside_hours: next_day would move it to the next one',
    before_first_day: () => `is before the first day of the run, ${isoDate(calendar.days[0]!.date)}`,
    after_last_day: () => `is after the last day of the run, ${isoDate(calendar.days.at(-1)!.date)}`,
  }[code]();
  return new RowFault(code, 'time', text, `time '${text}' ${why}`);
}

/** `07:00` */
function localTime({ zone }: Calendar, instant: number): string {
  return new Date(Math.floor(zone.localAt(instant) / MICROS) * 1000).toISOString().slice(11, 16);
}
