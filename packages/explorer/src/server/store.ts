import { SimCashDatabase } from '@simcash/persistence';
import type { RunFigures } from '@simcash/pictures';
import { openRun, type StoredRun } from '@simcash/runs';
import { reportFigures } from '@simcash/runs/report';

/** Files by their names. */
export type Site = ReadonlyMap<string, Buffer>;

/** Milliseconds without a request after which the file is let go, so that a writer gets in. */
const IDLE_MILLIS = 2000;
/** Runs whose figures are kept. */
const KEPT = 4;

/** The database of the explorer: opened when it is asked for, let go when nobody asks. */
export class Store {
  #opening: Promise<SimCashDatabase> | null = null;
  #users = 0;
  #timer: NodeJS.Timeout | undefined;
  readonly #figures = new Map<string, Promise<RunFigures>>();

  /** `site` is the playground, file by file; null where there is none. */
  constructor(
    readonly path: string,
    readonly site: Site | null = null,
  ) {}

  /** Lets `work` use the open database. @throws DatabaseError if it cannot be opened now */
  async use<T>(work: (database: SimCashDatabase) => Promise<T>): Promise<T> {
    clearTimeout(this.#timer);
    this.#users++;
    try {
      this.#opening ??= SimCashDatabase.open(this.path, { readOnly: true, waitSeconds: 5 });
      return await work(await this.#opening);
    } catch (error) {
      if (this.#users === 1) await this.close();
      throw error;
    } finally {
      this.#users--;
      if (this.#users === 0) this.#timer = setTimeout(() => void this.close(), IDLE_MILLIS).unref();
    }
  }

  /** What pictures show of a run, computed once as long as the stored run is the same. */
  async figures(database: SimCashDatabase, run: StoredRun): Promise<RunFigures> {
    const { event_count, event_log_hash, simulation_id } = run.simulation;
    const key = JSON.stringify([simulation_id, event_log_hash, event_count, run.simulation.last_tick]);
    const known = this.#figures.get(key);
    if (known !== undefined) return known;
    const computed = reportFigures(database, run);
    this.#figures.set(key, computed);
    computed.catch(() => this.#figures.delete(key));
    for (const old of [...this.#figures.keys()].slice(0, -KEPT)) this.#figures.delete(old);
    return computed;
  }

  /** @throws NotStoredError */
  run(database: SimCashDatabase, id: string): Promise<StoredRun> {
    return openRun(database, id);
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer);
    const opening = this.#opening;
    this.#opening = null;
    const database = await opening?.catch(() => null);
    database?.close();
  }
}
