import type { Executor, SimulationBatch, SimulationOutcome, SimulationRunner } from '@simcash/protocol';

/** Runs simulations where it is called; right for small jobs and for tests. */
export class InProcessExecutor implements Executor {
  constructor(private readonly runner: SimulationRunner) {}

  /** Executes batches and answers in their order. */
  async runBatches(batches: readonly SimulationBatch[]): Promise<SimulationOutcome[][][]> {
    const results: SimulationOutcome[][][] = [];
    for (const batch of batches) {
      results.push(this.runner.runBatch(batch));
      // Signals and progress get their turn.
      await new Promise((resolve) => setImmediate(resolve));
    }
    return results;
  }

  /** Ends the work and gives back what it held. */
  async close(): Promise<void> {}
}
