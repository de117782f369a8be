/**
 * Clocks and deadlines as spec 13 §2 and §6 describe them, the slow way: local times are looked up in a table of instants, ticks and
 * days are searched one by one. Instants and local times are seconds.
 */

export type Disambiguation = 'reject' | 'compatible' | 'earlier' | 'later';

const DAY = 86_400;
const STEP = 300;

/** What the clocks on the wall of a zone show, every five minutes of forty days. */
export class SlowZone {
  /** `[instant, local]` in order of instants. */
  readonly #shown: readonly (readonly [number, number])[];
  /** Instants by local time. */
  readonly #instants = new Map<number, number[]>();

  constructor(name: string, around: string) {
    const format = new Intl.DateTimeFormat('sv-SE', { timeZone: name, dateStyle: 'short', timeStyle: 'medium' });
    const from = dateSeconds(around) - 10 * DAY;
    this.#shown = Array.from({ length: (40 * DAY) / STEP }, (_, i) => {
      const instant = from + i * STEP;
      return [instant, Date.parse(`${format.format(instant * 1000).replace(' ', 'T')}Z`) / 1000] as const;
    });
    for (const [instant, local] of this.#shown) this.#instants.set(local, [...(this.#instants.get(local) ?? []), instant]);
  }

  localAt(instant: number): number {
    const [at, local] = this.#shown.findLast(([other]) => other <= instant)!;
    return local + instant - at;
  }

  /** The instant of a local time, or what is wrong with it. */
  instantOf(local: number, disambiguation: Disambiguation): number | 'time_gap' | 'time_ambiguous' {
    const rest = local % STEP;
    const there = (this.#instants.get(local - rest) ?? []).map((instant) => instant + rest);
    if (there.length === 1) return there[0]!;
    if (disambiguation === 'reject') return there.length === 0 ? 'time_gap' : 'time_ambiguous';
    if (there.length > 1) return disambiguation === 'later' ? Math.max(...there) : Math.min(...there);
    const before = this.#shown.findLast(([, shown]) => shown <= local)!;
    const after = this.#shown.find(([, shown]) => shown > local)!;
    const both = [before, after].map(([instant, shown]) => local - (shown - instant));
    return disambiguation === 'earlier' ? Math.min(...both) : Math.max(...both);
  }
}

export interface ClockDocument {
  time_zone: string;
  tick: string;
  opening: string;
  closing: string;
  first_day: string;
  weekdays: string[];
  holidays: string[];
  exceptions: Record<string, 'open' | 'closed' | { opening?: string; closing?: string }>;
  disambiguation: Disambiguation;
}

export interface SlowDay {
  day: number;
  date: string;
  opening: number;
  closing: number;
  /** Beginnings of its open ticks. */
  starts: number[];
  /** Latest time of day that a deadline may have. */
  latest: number;
}

export interface OutsideHours {
  before_opening: 'reject' | 'first_tick';
  after_closing: 'reject' | 'last_tick' | 'next_day';
  non_business_day: 'reject' | 'next_day';
}

export const dateSeconds = (date: string): number => Date.parse(`${date}T00:00:00Z`) / 1000;
export const dateText = (seconds: number): string => new Date(seconds * 1000).toISOString().slice(0, 10);

/** Seconds from the midnight of the business date. */
function wallTime(text: string): number {
  const [sign, time] = text.startsWith('-1 ') ? [-DAY, text.slice(3)] : [0, text];
  return sign + Number(time.slice(0, 2)) * 3600 + Number(time.slice(3, 5)) * 60;
}

export class SlowClock {
  readonly days: SlowDay[] = [];
  readonly ticksPerDay: number;

  /** @throws Error for days that cannot be */
  constructor(
    private readonly clock: ClockDocument,
    numDays: number,
    private readonly zone: SlowZone,
  ) {
    const length = Number(clock.tick.slice(0, -1)) * { s: 1, m: 60, h: 3600 }[clock.tick.at(-1) as 's' | 'm' | 'h'];
    if (this.#hours(clock.first_day) === null) throw new Error('the first day is no business day');
    for (let at = dateSeconds(clock.first_day); this.days.length < numDays; at += DAY) {
      const date = dateText(at);
      const hours = this.#hours(date);
      if (hours === null) continue;
      const [opening, closing] = hours.map((text) => zone.instantOf(at + wallTime(text), 'later') as number) as [number, number];
      if (closing <= opening || opening < (this.days.at(-1)?.closing ?? -Infinity)) throw new Error('hours that cannot be');
      const starts: number[] = [];
      for (let start = opening; start < closing; start += length) starts.push(start);
      const latest = wallTime(hours[1]) >= DAY ? wallTime(hours[1]) : DAY - 1;
      this.days.push({ day: this.days.length, date, opening, closing, starts, latest });
    }
    this.ticksPerDay = Math.max(...this.days.map(({ starts }) => starts.length));
  }

  /** Tick in which a payment arrives, or why it does not. */
  arrival(instant: number, businessDate: string | null, outside: OutsideHours): number | string {
    const { code, day, next } = this.#place(instant, businessDate);
    const first = this.days[0]!;
    if (code === null)
      return this.#tick(
        day!,
        day!.starts.findLastIndex((start) => start <= instant),
      );
    if (code === 'before_first_day' || code === 'after_last_day') return code;
    const rule = outside[code];
    if (rule === 'reject') return code;
    if (rule === 'last_tick') return this.#tick(day!, day!.starts.length - 1);
    const target = rule === 'first_tick' ? (day ?? first) : next;
    return target === undefined ? 'after_last_day' : this.#tick(target, 0);
  }

  lastOpenTick(tick: number): number {
    const day = this.#dayOf(tick);
    return this.#tick(day, day.starts.length - 1);
  }

  /** Raw deadline of a time of day on the date of an arrival, or why there is none. */
  deadlineAt(seconds: number, arrival: number): number | string {
    const day = this.#dayOf(arrival);
    if (seconds > day.latest) return 'deadline';
    const instant = this.zone.instantOf(dateSeconds(day.date) + seconds, this.clock.disambiguation);
    return typeof instant === 'string' ? instant : this.#tickBefore(day, instant);
  }

  deadlineOn(instant: number): number {
    return this.#tickBefore(this.days.find(({ closing }) => closing >= instant) ?? this.days.at(-1)!, instant);
  }

  #tickBefore(day: SlowDay, instant: number): number {
    const end = Math.min(instant, day.closing);
    return this.#tick(day, day.starts.filter((start) => start < end).length - 1);
  }

  #tick = ({ day }: SlowDay, k: number): number => day * this.ticksPerDay + k;

  #dayOf = (tick: number): SlowDay => this.days[Math.floor(tick / this.ticksPerDay)]!;

  #hours(date: string): [opening: string, closing: string] | null {
    const { closing, exceptions, holidays, opening, weekdays } = this.clock;
    const exception = exceptions[date];
    if (exception === 'closed') return null;
    if (exception === 'open') return [opening, closing];
    if (exception !== undefined) return [exception.opening ?? opening, exception.closing ?? closing];
    const name = new Date(`${date}T12:00:00Z`).toUTCString().slice(0, 3).toLowerCase();
    return holidays.includes(date) || !weekdays.includes(name) ? null : [opening, closing];
  }

  #place(
    instant: number,
    businessDate: string | null,
  ): {
    code: null | keyof OutsideHours | 'before_first_day' | 'after_last_day';
    day?: SlowDay | undefined;
    next?: SlowDay | undefined;
  } {
    const { days } = this;
    const following = (one: SlowDay): SlowDay | undefined => days[one.day + 1];
    if (businessDate !== null) {
      const day = days.find(({ date }) => date === businessDate);
      if (day === undefined) {
        if (businessDate < days[0]!.date) return { code: 'before_first_day' };
        if (businessDate > days.at(-1)!.date) return { code: 'after_last_day' };
        return { code: 'non_business_day', next: days.find(({ date }) => date > businessDate) };
      }
      if (instant < day.opening) return { code: 'before_opening', day };
      return instant >= day.closing ? { code: 'after_closing', day, next: following(day) } : { code: null, day };
    }
    const day = days.find(({ closing, opening }) => opening <= instant && instant < closing);
    if (day !== undefined) return { code: null, day };
    const next = days.find(({ opening }) => opening > instant);
    const prev = days.findLast(({ closing }) => closing <= instant);
    const date = (at: number): string => dateText(this.zone.localAt(at));
    if (next !== undefined && date(instant) === date(next.opening)) return { code: 'before_opening', day: next };
    if (prev !== undefined && date(instant) === date(prev.closing)) return { code: 'after_closing', day: prev, next };
    if (prev === undefined) return { code: 'before_first_day' };
    return next === undefined ? { code: 'after_last_day' } : { code: 'non_business_day', next };
  }
}
