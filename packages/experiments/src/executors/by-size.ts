import type { Executor, SimulationBatch, SimulationOutcome } from '@simcash/protocol';

/** Bank-ticks from which handing work to threads pays. */
const LARGE = 20_000;

/** Runs small jobs here and large ones on threads, which are only started when the first large job comes. */
export class BySizeExecutor implements Executor {
  #threads: Executor | null = null;

  constructor(
    private readonly here: Executor,
    private readonly startThreads: () => Executor,
  ) {}

  /** Executes batches and answers in their order. */
  async runBatches(batches: readonly SimulationBatch[]): Promise<SimulationOutcome[][][]> {
    const size = batches.reduce((total, { draws, scenario, ticks, variants }) => {
      const banks = (scenario.agents as readonly unknown[]).length;
      return total + draws.length * variants.length * ticks * banks;
    }, 0);
    if (size < LARGE) return this.here.runBatches(batches);
    this.#threads ??= this.startThreads();
    return this.#threads.runBatches(batches);
  }

  /** Ends the work and gives back what it held. */
  async close(): Promise<void> {
    await this.here.close();
    await this.#threads?.close();
  }

  /** The same at the end of a block with `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
