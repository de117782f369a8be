import { availableParallelism } from 'node:os';
import type { Executor, SimulationBatch, SimulationOutcome } from '@simcash/protocol';
import { Piscina } from 'piscina';
import { assemble, chunksOf } from './chunks.js';

/** Parts per thread: the parts are alike, so few are enough, and each costs the thread some preparation. */
const PARTS_PER_WORKER = 2;

/** Runs simulations on worker threads. Results do not depend on how many there are. */
export class WorkerThreadsExecutor implements Executor {
  readonly #pool: Piscina<SimulationBatch, SimulationOutcome[][]>;
  readonly #workers: number;

  /**
   * @param worker module whose default export is a simulation runner's `runBatch`
   * @param workers number of threads, one for each core unless given
   */
  constructor(worker: URL, workers = availableParallelism()) {
    this.#workers = workers;
    this.#pool = new Piscina({ filename: worker.href, minThreads: workers, maxThreads: workers });
  }

  async runBatches(batches: readonly SimulationBatch[]): Promise<SimulationOutcome[][][]> {
    const chunks = chunksOf(batches, this.#workers * PARTS_PER_WORKER);
    const results = await Promise.all(chunks.map(({ part }) => this.#pool.run(part)));
    return assemble(batches, chunks, results);
  }

  async close(): Promise<void> {
    await this.#pool.destroy();
  }
}
