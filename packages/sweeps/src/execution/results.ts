import type { SweepPlan } from '../cells/plan.js';
import type { JobResult } from './job.js';

/** A job that gave something else than before: one of two machines does not compute what the other does. */
export interface Conflict {
  /** The result that came first. */
  readonly first: JobResult;
  /** The result that came later. */
  readonly second: JobResult;
}

/**
 * What the jobs of a sweep found, by cell and replication: in columns of numbers, as a million objects would cost more time to keep than
 * small simulations take.
 */
export class Results {
  readonly #cells: CellResults[];
  #size = 0;
  /** As the first job took. */
  secondsPerJob = 0.01;

  constructor(
    private readonly plan: SweepPlan,
    done: readonly JobResult[],
  ) {
    this.#cells = plan.cells.map(() => new CellResults(plan.measures.length));
    this.add(done);
  }

  /** Jobs that are done. */
  get size(): number {
    return this.#size;
  }

  /** What is there already stays. @returns what is new, and what contradicts */
  add(results: readonly JobResult[]): { added: JobResult[]; conflicts: Conflict[] } {
    const added: JobResult[] = [];
    const conflicts: Conflict[] = [];
    for (const second of results) {
      const own = this.#cells[second.cell]!;
      if (!own.has(second.replication)) {
        own.set(second);
        added.push(second);
        this.#size++;
        continue;
      }
      const first = this.#job(second.cell, second.replication);
      if (!isSame(first, second)) conflicts.push({ first, second });
    }
    return { added, conflicts };
  }

  /** Whether there is a result. */
  has(cell: number, replication: number): boolean {
    return this.#cells[cell]!.has(replication);
  }

  /** Jobs in order of cell and replication. */
  *list(): Generator<JobResult> {
    for (const [cell, own] of this.#cells.entries())
      for (let replication = 0; replication < own.length; replication++)
        if (own.has(replication)) yield this.#job(cell, replication);
  }

  /** Jobs with fewer replications than so many that are not done, cell by cell. */
  missing(upTo: number, shard?: { k: number; n: number }): { cell: number; replication: number }[] {
    const jobs: { cell: number; replication: number }[] = [];
    for (let cell = 0; cell < this.plan.cells.length; cell++)
      for (let replication = 0; replication < upTo; replication++)
        if (this.#isMine(cell, replication, shard) && !this.has(cell, replication)) jobs.push({ cell, replication });
    return jobs;
  }

  /** How many runs are planned. */
  planned(upTo: number, shard?: { k: number; n: number }): number {
    const all = upTo * this.plan.cells.length;
    return shard === undefined ? all : Math.floor((all - shard.k) / shard.n) + 1;
  }

  /** Values of a measure in a cell, in the order of replications; null where the run failed or has none. */
  values(cell: number, measure: number, n: number): (number | null)[] {
    const own = this.#cells[cell]!;
    return Array.from({ length: Math.min(n, own.length) }, (_, replication) => own.value(replication, measure));
  }

  /** Replications that all cells have. */
  get complete(): number {
    let n = 0;
    while (this.#cells.every((own) => own.has(n))) n++;
    return n;
  }

  /** The runs that failed. */
  get failed(): JobResult[] {
    return this.#cells.flatMap((own, cell) =>
      [...own.errors.keys()].sort((a, b) => a - b).map((replication) => this.#job(cell, replication)),
    );
  }

  #job(cell: number, replication: number): JobResult {
    const own = this.#cells[cell]!;
    return {
      cell,
      replication,
      seed: String(this.plan.seed(cell, replication)),
      values: this.plan.measures.map((_, m) => own.value(replication, m)),
      event_count: own.events(replication),
      error: own.errors.get(replication) ?? null,
    };
  }

  #isMine(cell: number, replication: number, shard?: { k: number; n: number }): boolean {
    return shard === undefined || (replication * this.plan.cells.length + cell) % shard.n === shard.k - 1;
  }
}

/** Of a replication: the number of its events, −1 before it is done, then its values, NaN for null. */
class CellResults {
  readonly errors = new Map<number, string>();
  readonly #stride: number;
  #rows = new Float64Array();
  length = 0;

  constructor(measures: number) {
    this.#stride = measures + 1;
  }

  has(replication: number): boolean {
    return replication < this.length && this.events(replication) >= 0;
  }

  events(replication: number): number {
    return this.#rows[replication * this.#stride]!;
  }

  value(replication: number, measure: number): number | null {
    const value = this.#rows[replication * this.#stride + 1 + measure]!;
    return this.has(replication) && !Number.isNaN(value) ? value : null;
  }

  set({ error, event_count, replication, values }: JobResult): void {
    const at = replication * this.#stride;
    if (at >= this.#rows.length) {
      const rows = new Float64Array(Math.max(2 * this.#rows.length, at + this.#stride)).fill(-1);
      rows.set(this.#rows);
      this.#rows = rows;
    }
    this.#rows[at] = event_count;
    values.forEach((value, m) => (this.#rows[at + 1 + m] = value ?? NaN));
    if (error !== null) this.errors.set(replication, error);
    this.length = Math.max(this.length, replication + 1);
  }
}

const isSame = (a: JobResult, b: JobResult): boolean =>
  a.event_count === b.event_count && a.values.every((value, m) => value === (b.values[m] ?? null));
