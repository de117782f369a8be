import { availableParallelism } from 'node:os';
import { Piscina } from 'piscina';
import type { SweepPlan } from '../cells/plan.js';
import { runJob, type JobResult } from './job.js';

/** Replications of one cell, from one on. */
export interface Portion {
  readonly cell: number;
  readonly from: number;
  readonly to: number;
}

/** Runs portions of a sweep; results come as portions are done, in any order. */
export interface PortionExecutor {
  readonly name: string;
  run(portions: Iterable<Portion>, signal?: AbortSignal): AsyncIterable<readonly JobResult[]>;
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

export function runPortion(
  { cells, measures, seed, sweep }: SweepPlan,
  { cell, from, to }: Portion,
  onWork?: () => void,
): JobResult[] {
  const { scenario } = cells[cell]!;
  return Array.from({ length: to - from }, (_, i) =>
    runJob(scenario, {
      cell,
      replication: from + i,
      seed: seed(cell, from + i),
      measures,
      ticks: sweep.ticks,
      ...(onWork ? { onWork } : {}),
    }),
  );
}

/** What a worker thread needs to know of a portion. */
export interface SentPortion {
  readonly cell: number;
  readonly source: unknown;
  readonly jobs: readonly { readonly replication: number; readonly seed: bigint }[];
  readonly measures: readonly string[];
  readonly ticks: number | null;
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

  #sent({ cell, from, to }: Portion): SentPortion {
    const { cells, measures, seed, sweep } = this.plan;
    return {
      cell,
      source: cells[cell]!.scenario.source,
      jobs: Array.from({ length: to - from }, (_, i) => ({ replication: from + i, seed: seed(cell, from + i) })),
      measures: measures.map(({ name }) => name),
      ticks: sweep.ticks,
    };
  }
}
