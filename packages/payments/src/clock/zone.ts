/** Microseconds: instants since 1970-01-01T00:00Z, and local times as if they were UTC. Safe integers for 285 years. */
export const MICROS = 1_000_000;
export const DAY_MICROS = 86_400 * MICROS;

/** What to do with a local time that a change of the clock skips or repeats (spec 13 §2.4). */
export const DISAMBIGUATIONS = ['reject', 'compatible', 'earlier', 'later'] as const;
/** Which of two moments is meant by a local time that occurs twice. */
export type Disambiguation = (typeof DISAMBIGUATIONS)[number];

/** A time zone of the IANA data base, as the language knows it. */
export class Zone {
  readonly #format: Intl.DateTimeFormat;
  /** Offsets by day, where a day has one only. */
  readonly #known = new Map<number, number | null>();
  readonly #quarters = new Map<number, number>();

  /** @throws RangeError for an unknown name */
  constructor(readonly name: string) {
    this.#format = new Intl.DateTimeFormat('en-US', {
      timeZone: name,
      calendar: 'gregory',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      ...{ year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' },
    });
  }

  /** Local time minus UTC at an instant. */
  offsetAt(instant: number): number {
    const seconds = Math.floor(instant / MICROS);
    const parts: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
    for (const { type, value } of this.#format.formatToParts(seconds * 1000)) parts[type] = Number(value);
    const local = Date.UTC(parts.year!, parts.month! - 1, parts.day, parts.hour, parts.minute, parts.second) / 1000;
    return (local - seconds) * MICROS;
  }

  /** Local time of an instant. */
  localAt(instant: number): number {
    return instant + this.offsetAt(instant);
  }

  /** The instant of a local time; what is wrong with it if it is refused. */
  instantOf(local: number, disambiguation: Disambiguation): number | 'time_gap' | 'time_ambiguous' {
    const only = this.#onlyOffset(Math.floor(local / DAY_MICROS));
    if (only !== null) return local - only;
    const [before, after] = [this.offsetAt(local - DAY_MICROS), this.offsetAt(local + DAY_MICROS)];
    const candidates = [local - before, local - after];
    const isThere = candidates.filter((instant, i) => this.offsetAt(instant) === [before, after][i]);
    if (before === after || isThere.length === 1) return isThere[0] ?? candidates[0]!;
    const isGap = isThere.length === 0;
    if (disambiguation === 'reject') return isGap ? 'time_gap' : 'time_ambiguous';
    const takesLater = disambiguation === 'later' || (disambiguation === 'compatible' && isGap);
    return takesLater ? Math.max(...candidates) : Math.min(...candidates);
  }

  /** Offsets at every sixth hour: days share them with their neighbours. */
  #offsetOfQuarter(quarter: number): number {
    let offset = this.#quarters.get(quarter);
    if (offset === undefined) {
      offset = this.offsetAt((quarter * DAY_MICROS) / 4);
      this.#quarters.set(quarter, offset);
    }
    return offset;
  }

  /** The offset of a day and the days around it, if they have one only: nearly always. */
  #onlyOffset(day: number): number | null {
    const known = this.#known.get(day);
    if (known !== undefined) return known;
    const offsets = new Set<number>();
    for (let quarter = -4; quarter <= 8; quarter++) offsets.add(this.#offsetOfQuarter(4 * day + quarter));
    const only = offsets.size === 1 ? [...offsets][0]! : null;
    this.#known.set(day, only);
    return only;
  }
}
