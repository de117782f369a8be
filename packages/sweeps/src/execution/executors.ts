import { availableParallelism } from 'node:os';
import { Piscina } from 'piscina';
import type { SweepPlan } from '../cells/plan.js';
import type { SweepDocument } from '../definition/schema.js';
import { jobOf, runJob, stressOf, type JobResult } from './job.js';

/** Replications of one cell, from one on. */
export interface Portion {
  /** The number of the cell, counted from 0. */
  readonly cell: number;
  /** The first day or replication. */
  readonly from: number;
  /** The day or replication after the last. */
  readonly to: number;
}

/** Runs portions of a sweep; results come as portions are done, in any order. */
export interface PortionExecutor {
  /** What it is called. */
  readonly name: string;
  /** Every run is its own: none is tried elsewhere first. */
  readonly runsAll?: boolean;
  run(portions: Iterable<Portion>, signal?: AbortSignal): AsyncIterable<readonly JobResult[]>;
  /** Ends the work and gives back what it held. */
  close(): Promise<void>;
}

/** Runs them where it is called; between portions signals and progress get their turn. */
export class InProcess implements PortionExecutor {
  readonly name = 'in-process';

  constructor(
    private readonly plan: SweepPlan,
    private readonly onWork?: () => void,
  ) {}

  async *run(portions: Iterable<Portion>, signal?: AbortSignal): AsyncGenerator<readonly JobResult[]> {
    for (const portion of portions) {
      if (signal?.aborted) return;
      yield runPortion(this.plan, portion, this.onWork);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  async close(): Promise<void> {}
}

const runPortion = (plan: SweepPlan, { cell, from, to }: Portion, onWork?: () => void): JobResult[] =>
  Array.from({ length: to - from }, (_, i) => runJob(plan.cells[cell]!.scenario, jobOf(plan, cell, from + i, onWork)));

/** What a worker thread needs to know of a portion. */
export interface SentPortion {
  readonly cell: number;
  readonly source: unknown;
  readonly jobs: readonly { readonly replication: number; readonly seed: bigint }[];
  readonly measures: SweepDocument['measures'];
  readonly ticks: number | null;
  /** Of a stress test. */
  readonly stress: { readonly base: unknown; readonly stricken: string | null; readonly firstTick: number } | null;
}

/** A portion on its way to a worker thread. */
export function sentPortion(plan: SweepPlan, cell: number, jobs: SentPortion['jobs']): SentPortion {
  const { cells, sweep } = plan;
  const stress = stressOf(plan, cells[cell]!);
  return {
    cell,
    source: cells[cell]!.scenario.source,
    jobs,
    measures: sweep.measures,
    ticks: sweep.ticks,
    stress: stress === null ? null : { ...stress, base: stress.base.source },
  };
}

/** Runs them on worker threads. Results do not depend on how many there are. */
export class WorkerThreads implements PortionExecutor {
  readonly name = 'worker-threads';
  readonly #pool: Piscina<SentPortion, JobResult[]>;
  readonly #workers: number;

  constructor(
    private readonly plan: SweepPlan,
    workers = availableParallelism(),
  ) {
    this.#workers = workers;
    this.#pool = new Piscina({
      filename: new URL('./worker.js', import.meta.url).href,
      minThreads: workers,
      maxThreads: workers,
    });
  }

  async *run(portions: Iterable<Portion>, signal?: AbortSignal): AsyncGenerator<readonly JobResult[]> {
    const waiting = portions[Symbol.iterator]();
    const running = new Map<number, Promise<{ key: number; results: JobResult[] }>>();
    let next = 0;
    const fill = (): void => {
      while (running.size < 2 * this.#workers) {
        if (signal?.aborted) return;
        const { done, value } = waiting.next();
        if (done) return;
        const key = next++;
        running.set(
          key,
          this.#pool.run(this.#sent(value)).then((results) => ({ key, results })),
        );
      }
    };
    for (fill(); running.size > 0; fill()) {
      const { key, results } = await Promise.race(running.values());
      running.delete(key);
      yield results;
    }
  }

  async close(): Promise<void> {
    await this.#pool.destroy();
  }

  /** The same at the end of a block with `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #sent({ cell, from, to }: Portion): SentPortion {
    const { plan } = this;
    const jobs = Array.from({ length: to - from }, (_, i) => ({ replication: from + i, seed: plan.seed(cell, from + i) }));
    return sentPortion(plan, cell, jobs);
  }
}
