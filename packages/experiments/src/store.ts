import type {
  ExperimentEvent,
  ExperimentIteration,
  ExperimentResult,
  ExperimentStart,
  ExperimentStore,
  StoredExperiment,
} from '@simcash/protocol';

/** Keeps runs in memory; for tests, and for whoever wants no database. */
export class MemoryExperimentStore implements ExperimentStore {
  readonly #runs = new Map<string, { run: StoredExperiment; events: ExperimentEvent[] }>();

  /** Stores that it has begun. */
  async begin(start: ExperimentStart): Promise<void> {
    if (this.#runs.has(start.run_id)) throw new Error(`experiment ${start.run_id} exists already`);
    const run: StoredExperiment = {
      ...start,
      status: 'running',
      created_at: new Date().toISOString(),
      completed_at: null,
      error_message: null,
      result: null,
      iterations: [],
    };
    this.#runs.set(start.run_id, { run, events: [] });
  }

  async append(runId: string, events: readonly ExperimentEvent[]): Promise<void> {
    this.#of(runId).events.push(...events);
  }

  async commitIteration(runId: string, iteration: ExperimentIteration, events: readonly ExperimentEvent[]): Promise<void> {
    const { run } = this.#of(runId);
    this.#change(runId, { iterations: [...run.iterations, iteration] });
    await this.append(runId, events);
  }

  /** Stores that it has ended, with its results. */
  async finish(runId: string, result: ExperimentResult, events: readonly ExperimentEvent[]): Promise<void> {
    this.#change(runId, { result, status: 'completed', completed_at: new Date().toISOString() });
    await this.append(runId, events);
  }

  /** Stores that it failed, and why. */
  async fail(runId: string, message: string): Promise<void> {
    if (this.#runs.has(runId)) this.#change(runId, { status: 'failed', error_message: message });
  }

  async reopen(runId: string): Promise<void> {
    this.#change(runId, { status: 'running', error_message: null });
  }

  /** What is stored of it; null if there is nothing. */
  async load(runId: string): Promise<StoredExperiment | null> {
    return this.#runs.get(runId)?.run ?? null;
  }

  async events(runId: string): Promise<readonly ExperimentEvent[]> {
    return this.#of(runId).events;
  }

  #of(runId: string): { run: StoredExperiment; events: ExperimentEvent[] } {
    const found = this.#runs.get(runId);
    if (!found) throw new Error(`there is no experiment ${runId}`);
    return found;
  }

  #change(runId: string, members: Partial<StoredExperiment>): void {
    const stored = this.#of(runId);
    stored.run = { ...stored.run, ...members };
  }
}
