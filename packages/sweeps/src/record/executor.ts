import type { Simulation } from '@simcash/engine';
import {
  DatabaseError,
  deleteSimulation,
  measureRun,
  PersistenceOrderError,
  QueryError,
  type SimCashDatabase,
} from '@simcash/persistence';
import type { PersistenceLevel } from '@simcash/protocol';
import { recordSimulation } from '@simcash/runs';
import type { SweepPlan } from '../cells/plan.js';
import type { Portion, PortionExecutor } from '../execution/executors.js';
import { jobOf, JobReader, Stopping, storedRunId, type JobResult } from '../execution/job.js';
import type { Measure } from '../measures.js';

/**
 * Runs a sweep where its database is open, and stores every run there like any other (spec 15 §11): one after the other, as one process
 * writes. A run that an earlier session left without its result is stored anew.
 */
export class RecordingExecutor implements PortionExecutor {
  readonly name = 'recording';
  readonly runsAll = true;
  readonly #level: PersistenceLevel;

  /** For a sweep that has a level at which its runs are stored. */
  constructor(
    private readonly plan: SweepPlan,
    private readonly database: SimCashDatabase,
    private readonly sweepId: string,
    private readonly onWork: () => void = () => undefined,
  ) {
    const { store } = plan.sweep;
    if (store === 'none') throw new RangeError(`runs of ${sweepId} are not to be stored`);
    this.#level = store.toUpperCase() as PersistenceLevel;
  }

  async *run(portions: Iterable<Portion>, signal?: AbortSignal): AsyncGenerator<readonly JobResult[]> {
    for (const { cell, from, to } of portions)
      for (let replication = from; replication < to; replication++) {
        if (signal?.aborted) return;
        yield [await this.#recorded(cell, replication)];
        await new Promise((resolve) => setImmediate(resolve));
      }
  }

  async close(): Promise<void> {}

  async #recorded(cell: number, replication: number): Promise<JobResult> {
    const { database, plan, sweepId } = this;
    const { isStress, name, sweep } = plan;
    const id = storedRunId(sweepId, cell, replication);
    await this.#forget(id);
    const stopping = new Stopping(this.onWork);
    const reader = new JobReader(plan.cells[cell]!.scenario, jobOf(plan, cell, replication, stopping.check));
    let simulation: Simulation | null = null;
    try {
      await recordSimulation(database, reader.scenario, {
        id,
        name,
        level: this.#level,
        sink: reader.sink,
        onWork: stopping.check,
        onStart: (begun) => void (simulation = begun),
        ...(sweep.ticks === null ? {} : { untilTick: sweep.ticks }),
        context: {
          run_purpose: isStress ? 'stress' : 'sweep',
          sweep_id: sweepId,
          sweep_cell: cell,
          sweep_replication: replication,
        },
      });
      const result = reader.result(simulation!);
      return { ...result, values: await this.#asked(id, result.values), simulation_id: id };
    } catch (error) {
      if (stopping.isStopped || error instanceof DatabaseError || error instanceof PersistenceOrderError) throw error;
      return { ...reader.failure(error, simulation), ...(simulation === null ? {} : { simulation_id: id }) };
    }
  }

  /** What of a run is there although its job is not done. */
  async #forget(id: string): Promise<void> {
    const [left] = await this.database.query('SELECT 1 AS yes FROM simulations WHERE simulation_id = $1 AND sweep_id = $2', [
      id,
      this.sweepId,
    ]);
    if (left !== undefined) await deleteSimulation(this.database, id);
  }

  /** Values of a run with those that queries give of it. */
  async #asked(id: string, values: JobResult['values']): Promise<(number | null)[]> {
    const asked = [...values];
    for (const [m, measure] of this.plan.measures.entries())
      if (measure.sql !== null) asked[m] = await valueOf(this.database, measure, measure.sql, id);
    return asked;
  }
}

/** @throws QueryError that names the measure */
async function valueOf(database: SimCashDatabase, { isMoney, name }: Measure, sql: string, id: string): Promise<number | null> {
  try {
    const value = await measureRun(database, sql, id);
    if (value !== null && isMoney && !Number.isSafeInteger(value)) throw new QueryError(`${value} are no whole cents`);
    return value;
  } catch (error) {
    if (error instanceof QueryError) throw new QueryError(`measure ${name}: ${error.message}`);
    throw error;
  }
}
