import { availableParallelism } from 'node:os';
import type { Executor, SimulationBatch, SimulationOutcome } from '@simcash/protocol';
import { Piscina } from 'piscina';
import { assemble, chunksOf } from './chunks.js';

/** Parts per thread: the parts are alike, so few are enough, and each costs the thread some preparation. */
const PARTS_PER_WORKER = 2;

/** Classes of errors by name: an error loses its class on the way between threads, and gets it back from here. */
export type ErrorClasses = Readonly<Record<string, new (...values: never[]) => Error>>;

/** An error as data. */
export interface SentError {
  name: string;
  /** What is wrong, in words. */
  message: string;
  /** Where it went wrong. */
  stack: string | undefined;
  /** Whatever else it says, such as the issues of a scenario. */
  properties: Readonly<Record<string, unknown>>;
}

/** What a worker thread answers. */
export type Answer = { outcomes: SimulationOutcome[][] } | { error: SentError };

/** Makes the default export of a worker module of a simulation runner's `runBatch`. */
export function onWorker(
  runBatch: (batch: SimulationBatch) => SimulationOutcome[][] | Promise<SimulationOutcome[][]>,
): (batch: SimulationBatch) => Promise<Answer> {
  return async (batch) => {
    try {
      return { outcomes: await runBatch(batch) };
    } catch (thrown) {
      const error = thrown as Error;
      const { message, name, stack } = error;
      const properties = Object.fromEntries(Object.entries(error).filter(([key]) => key !== 'name'));
      return { error: { name, message, stack, properties: JSON.parse(JSON.stringify(properties)) as Record<string, unknown> } };
    }
  };
}

/** Runs simulations on worker threads. Results do not depend on how many there are. */
export class WorkerThreadsExecutor implements Executor {
  readonly #pool: Piscina<SimulationBatch, Answer>;
  readonly #workers: number;
  /** Rejects when a thread cannot even begin: its module is missing, or throws. */
  readonly #broken: Promise<never>;

  /**
   * @param worker module whose default export is {@link onWorker} of a runner
   * @param workers number of threads, one for each core unless given
   * @param classes of the errors that the runner throws
   */
  constructor(
    private readonly worker: URL,
    workers = availableParallelism(),
    private readonly classes: ErrorClasses = {},
  ) {
    this.#workers = workers;
    this.#pool = new Piscina({ filename: worker.href, minThreads: workers, maxThreads: workers });
    this.#broken = new Promise((_, reject) => {
      this.#pool.on('error', (error: Error) => reject(this.#useless(error)));
    });
    this.#broken.catch(() => undefined);
  }

  /** @throws what a simulation throws, with its class; Error if the worker module cannot be loaded, when the executor is of no use any more */
  async runBatches(batches: readonly SimulationBatch[]): Promise<SimulationOutcome[][][]> {
    const chunks = chunksOf(batches, this.#workers * PARTS_PER_WORKER);
    const answers = Promise.all(chunks.map(({ part }) => this.#run(part)));
    answers.catch(() => undefined);
    return assemble(batches, chunks, await Promise.race([answers, this.#broken]));
  }

  /** Ends the work and gives back what it held. */
  async close(): Promise<void> {
    await this.#pool.destroy();
  }

  /** The same at the end of a block with `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #run(batch: SimulationBatch): Promise<SimulationOutcome[][]> {
    const answer = await this.#pool.run(batch).catch((error: Error) => {
      throw this.#useless(error);
    });
    if ('outcomes' in answer) return answer.outcomes;
    if ('error' in answer) throw this.#revived(answer.error);
    throw new Error(`worker ${this.worker.href} gave no outcomes: its default export must be made by onWorker`);
  }

  /** What is wrong with the module itself: errors of simulations are answers. */
  #useless({ message }: Error): Error {
    return new Error(`worker ${this.worker.href} cannot run: ${message}`);
  }

  #revived({ message, name, properties, stack }: SentError): Error {
    const prototype = (this.classes[name] ?? Error).prototype as object;
    const hidden = { value: name, configurable: true, writable: true };
    const error = Object.create(prototype, { name: hidden }) as Error;
    Object.defineProperty(error, 'message', { ...hidden, value: message });
    Object.defineProperty(error, 'stack', { ...hidden, value: stack });
    return Object.assign(error, properties);
  }
}
