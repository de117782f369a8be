import type { Executor, SimulationBatch, SimulationOutcome, SimulationRunner } from '@simcash/protocol';

/** Runs simulations where it is called; right for small jobs and for tests. */
export class InProcessExecutor implements Executor {
  constructor(private readonly runner: SimulationRunner) {}

  async runBatches(batches: readonly SimulationBatch[]): Promise<SimulationOutcome[][][]> {
    const results: SimulationOutcome[][][] = [];
    for (const batch of batches) {
      results.push(this.runner.runBatch(batch));
      // Signals and progress get their turn.
      await new Promise((resolve) => setImmediate(resolve));
    }
    return results;
  }

  async close(): Promise<void> {}
}
