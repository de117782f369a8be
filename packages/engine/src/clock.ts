/** Simulated time. While tick t runs `tick` is t; between ticks it is the number of the next one (spec 01 §2). */
export class Clock {
  tick = 0;
  /** First tick after the configured run: deadlines are capped there, but ticking on is allowed. */
  readonly episodeEnd: number;

  /** `openTicks` of each day; all ticks are open without it (spec 13 §2.2). */
  constructor(
    readonly ticksPerDay: number,
    readonly numDays: number,
    private readonly openTicks: readonly number[] | null = null,
  ) {
    this.episodeEnd = ticksPerDay * numDays;
  }

  get day(): number {
    return Math.floor(this.tick / this.ticksPerDay);
  }

  get tickOfDay(): number {
    return this.tick % this.ticksPerDay;
  }

  /** Outside the opening hours of its day. */
  get isClosed(): boolean {
    return this.openTicks !== null && this.tickOfDay >= (this.openTicks[this.day] ?? this.ticksPerDay);
  }

  /** Number of open ticks of the day. */
  get openTicksOfDay(): number {
    return this.openTicks?.[this.day] ?? this.ticksPerDay;
  }

  /** First tick of any day but the first. */
  get startsDay(): boolean {
    return this.tick > 0 && this.tickOfDay === 0;
  }

  get endsDay(): boolean {
    return this.tickOfDay === this.ticksPerDay - 1;
  }
}
