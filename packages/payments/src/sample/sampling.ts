import { drawEpisodes } from '@simcash/statistics';
import type { Ticks } from '../arrival-time.js';
import { Calendar } from '../clock/calendar.js';
import { isoDate } from '../clock/dates.js';
import { ColumnsError } from '../columns.js';
import type { DataSet } from '../data-set.js';
import type { Content } from '../load.js';
import { isFile, isTable, type SourceConfig } from '../source/schema.js';
import { DrawnDays } from './drawn-days.js';
import { DayPool } from './pool.js';
import type { SampleConfig } from './schema.js';

/** Days of the list: so many business days from the clock's first one on, or so many days of ticks. */
const MOST_DAYS = 4000;

/** How the days of a run are drawn out of its lists, which are drawn together (spec 13 §12.2). */
export class Sampling {
  /** Ticks of the list, whose days are others than those of the run. */
  readonly listTicks: Ticks;
  readonly #names: 'day' | 'business_date';

  /** @throws ColumnsError for settings that cannot be followed */
  private constructor(
    private readonly sample: SampleConfig,
    private readonly run: Ticks,
    private readonly seed: string,
    knowsDates: boolean,
  ) {
    const { calendar, numDays, ticksPerDay } = run;
    if ((sample.days ?? numDays) !== numDays) throw new ColumnsError(`sample.days is ${sample.days}, but the run has ${numDays}`);
    if (sample.by === 'business_date' && !knowsDates)
      throw new ColumnsError('sample.by is business_date: only lists with a clock have dates');
    this.#names = sample.by ?? (knowsDates ? 'business_date' : 'day');
    const days = calendar === null ? null : new Calendar(calendar.config, MOST_DAYS);
    this.listTicks = { numDays: MOST_DAYS, ticksPerDay: days?.ticksPerDay ?? ticksPerDay, calendar: days };
  }

  /** Null if no source is sampled. @throws ColumnsError if they do not all say the same */
  static of(sources: readonly SourceConfig[], run: Ticks, document: Record<string, unknown>): Sampling | null {
    const [first] = sources.flatMap(({ sample }) => sample ?? []);
    if (first === undefined) return null;
    if (sources.some(({ sample }) => JSON.stringify(sample) !== JSON.stringify(first)))
      throw new ColumnsError('sample: days are drawn out of all sources together, so all must have the same sample');
    for (const key of ['accounts', 'limits'] as const)
      if ((document[key] as { rows?: unknown[] } | undefined)?.rows?.length)
        throw new ColumnsError(`sample: ${key} have rows of days, which are not those that are drawn`);
    const knowsDates = run.calendar !== null && sources.every((source) => isFile(source) || isTable(source));
    const { rng_seed: own } = (document.simulation ?? {}) as { rng_seed?: unknown };
    // As the engine reads it: whole numbers may be written in several ways.
    const ofRun = String(own).trim().replaceAll('_', '').replace(/\.0*$/, '');
    if (first.seed === null && !/^\d{1,20}$/.test(ofRun))
      throw new ColumnsError('sample draws by simulation.rng_seed, which is no seed: give one, or sample.seed');
    return new Sampling(first, run, first.seed ?? BigInt(ofRun).toString(), knowsDates);
  }

  /**
   * The payments of the run.
   *
   * @param configOf the key `payments` of a list
   * @throws ColumnsError if the list has too few days, or a day that is longer than those of the run
   */
  draw(dataSet: DataSet, contents: readonly Content[], configOf: (list: DrawnDays) => object): DrawnDays {
    const all = Math.max(0, ...contents.map((content) => ('payments' in content ? (content.days ?? 0) : 0)));
    const pool = new DayPool(dataSet, this.listTicks, all);
    this.#check(pool);
    const { numDays, ticksPerDay } = this.run;
    const { replace } = this.sample;
    const drawnBy = (seed: string): DrawnDays => {
      const drawn = drawEpisodes(seed, pool.days.length, numDays, replace);
      const again = (other: bigint): { list: DrawnDays; config: object } => {
        const list = drawnBy(String(other));
        return { list, config: configOf(list) };
      };
      const names = drawn.map((j) => (this.#names === 'day' ? pool.days[j]! : this.#dateOf(pool.days[j]!)));
      const sample = { days: numDays, seed, replace, by: this.#names, drawn: names };
      return new DrawnDays(pool, drawn, sample, ticksPerDay, this.sample.seed === null ? again : undefined);
    };
    return drawnBy(this.seed);
  }

  #check(pool: DayPool): void {
    const { calendar, numDays, ticksPerDay } = this.run;
    if (pool.days.length === 0) throw new ColumnsError('sample: the list has no day with payments');
    if (!this.sample.replace && numDays > pool.days.length)
      throw new ColumnsError(`sample: ${numDays} days cannot be drawn out of ${pool.days.length} without replacement`);
    const shortest = calendar?.days.reduce((least, day) => (day.openTicks < least.openTicks ? day : least));
    const open = shortest?.openTicks ?? ticksPerDay;
    const long = pool.days.findIndex((_, j) => pool.lastTick(j) >= open);
    if (long < 0) return;
    const day = pool.days[long]!;
    throw new ColumnsError(
      `sample: ${this.#names === 'day' ? `day ${day}` : this.#dateOf(day)} of the list has payments in tick ${pool.lastTick(long)}, ` +
        `${shortest === undefined ? 'a day of the run' : isoDate(shortest.date)} has ${open} ticks`,
    );
  }

  #dateOf(day: number): string {
    return isoDate(this.listTicks.calendar!.days[day]!.date);
  }
}
