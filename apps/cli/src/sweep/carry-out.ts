import { SweepRepository, type SimCashDatabase, type StoredJob } from '@simcash/persistence';
import {
  jobId,
  runSweep,
  sweepStatistics,
  Results,
  type CellStatistics,
  type Conflict,
  type JobResult,
  type SweepOutcome,
  type SweepPlan,
} from '@simcash/sweeps';
import type { QueueExecutor } from '@simcash/sweeps/queue';
import { RecordingExecutor } from '@simcash/sweeps/record';
import type { RunOptions } from '../commands/run.js';
import type { Failures, SweepRunOptions } from '../commands/sweep.js';
import { CommandError, EXIT, usageError } from '../exit-codes.js';
import { databasePath, type GlobalOptions } from '../global-options.js';
import { interruption } from '../interruption.js';
import { Progress } from '../output/progress.js';
import { json, note, print, say } from '../output/streams.js';
import type { LoadedSweep } from './load.js';
import { openQueue } from './queue.js';
import type { Shard } from './shard.js';
import { tellStress, tellSweep, type TellSweep } from './tell.js';

export interface CarryOutOptions
  extends
    GlobalOptions,
    Partial<Pick<SweepRunOptions, 'blobs' | 'executor' | 'maxFailures' | 'queue' | 'timeLimit' | 'workers'>> {
  /** Lines are for sweeps of a file. */
  jsonl?: SweepRunOptions['jsonl'] | RunOptions['jsonl'];
}

export async function carryOut(
  database: SimCashDatabase,
  id: string,
  sweep: LoadedSweep,
  shard: Shard | null,
  options: CarryOutOptions,
  tell: TellSweep = sweep.plan.isStress ? tellStress : tellSweep,
): Promise<void> {
  const { plan } = sweep;
  checkExecutor(plan, options);
  const repository = new SweepRepository(database);
  const stop = interruption(options.timeLimit);
  const progress = new Progress(plan.replications * plan.cells.length, 'runs', options);
  const lines = options.jsonl ? new OrderedLines(plan) : null;
  const add = (results: readonly JobResult[]): Promise<void> =>
    repository.addJobs(
      id,
      results.map((result) => storedJob(plan, result)),
      plan.measures,
    );
  let [conflicts, failed] = [0, 0];
  const noteConflicts = async (found: readonly Conflict[]): Promise<void> => {
    conflicts += found.length;
    for (const { first, second } of found)
      // A result does not say where it was computed.
      await repository.noteConflict(id, first, [first.values, second.values], [null, null]);
  };
  let queue: QueueExecutor | null = null;
  try {
    const done = new Results(plan, (await repository.jobs(id, plan.measures)) as (StoredJob & JobResult)[]);
    if (options.executor === 'bullmq') {
      queue = await openQueue(id, sweep, options);
      for await (const results of queue.left()) {
        const left = done.add(results);
        await noteConflicts(left.conflicts);
        await add(left.added);
      }
    }
    const { executor = 'auto' } = options;
    const recording = plan.sweep.store === 'none' ? null : new RecordingExecutor(plan, database, id, stop.onWork);
    const outcome = await runSweep(plan, {
      executor: queue ?? recording ?? (executor as Exclude<typeof executor, 'bullmq'>),
      ...(options.workers === undefined ? {} : { workers: options.workers }),
      ...(shard === null ? {} : { shard }),
      done: [...done.list()],
      signal: stop.signal,
      onWork: stop.onWork,
      onJobs: (jobs) => lines?.expect(jobs),
      onConflicts: noteConflicts,
      onResults: async (results, count) => {
        await add(results);
        lines?.add(results);
        progress.update(count);
        failed += results.filter(({ error }) => error !== null).length;
        if (tooMany(failed, count, options.maxFailures)) throw new TooManyFailures(failed);
      },
    });
    progress.done();
    if (outcome.stop === 'interrupted') {
      note(`${id}: ${outcome.results.size} runs are stored; go on with simcash sweep run --resume ${id}`);
      throw stop.error();
    }
    await conclude(repository, id, plan, outcome, shard, options, tell);
    if (conflicts > 0) throw conflictError(conflicts, id);
  } catch (error) {
    if (!(error instanceof TooManyFailures)) throw error;
    await repository.fail(id);
    throw new CommandError(EXIT.failure, `stopped after ${error.failed} failed runs`, [
      `what is done is stored; go on with simcash sweep run --resume ${id}`,
    ]);
  } finally {
    progress.done();
    stop.dispose();
    await queue?.close();
  }
}

/** @throws CommandError for runs that are to be stored and to be run elsewhere */
export function checkExecutor({ sweep: { store } }: SweepPlan, { executor, quiet, workers = 1 }: CarryOutOptions): void {
  if (store === 'none') return;
  if (executor === 'worker-threads' || executor === 'bullmq')
    throw usageError(
      `--executor ${executor}: runs of which more than figures is stored (store: ${store}) run where the database is`,
    );
  if (workers > 1 && !quiet) note('note: runs that are stored run one after the other, where the database is');
}

const SHARE_OF_FAILURES = 0.1;
const FAILURES_ALLOWED = 20;

function tooMany(failed: number, finished: number, { count, share = SHARE_OF_FAILURES }: Failures = {}): boolean {
  return count === undefined ? failed > Math.max(FAILURES_ALLOWED, share * finished) : failed >= count;
}

const conflictError = (conflicts: number, id: string): CommandError =>
  new CommandError(
    EXIT.verification,
    `${conflicts} runs came twice with different values: one of the machines does not compute what the others do`,
    [`both are in the table sweep_conflicts of ${id}; the first ones count`],
  );

class TooManyFailures extends Error {
  constructor(readonly failed: number) {
    super();
  }
}

const storedJob = (plan: SweepPlan, result: JobResult): StoredJob => ({
  ...result,
  job_id: jobId(plan, result.cell, BigInt(result.seed)),
  simulation_id: result.simulation_id ?? null,
});

async function conclude(
  repository: SweepRepository,
  id: string,
  plan: SweepPlan,
  outcome: SweepOutcome,
  shard: Shard | null,
  options: CarryOutOptions,
  tell: TellSweep,
): Promise<void> {
  const { results, stop } = outcome;
  if (shard !== null) {
    await repository.finishShard(id, shard, results.size);
    if (options.jsonl) return refuseFailures(results);
    if (options.json) print(json({ schema_version: 1, sweep_id: id, shard: shard.k, of: shard.n, runs: results.size }));
    else if (!options.quiet)
      say(`${id}: shard ${shard.k} of ${shard.n} is complete, ${results.size} runs in ${databasePath(options)}\n`);
    return refuseFailures(results);
  }
  const statistics = sweepStatistics(plan, results, outcome.replications);
  await repository.finish(id, outcome.replications, stop, statistics.map(statisticsRow));
  tell(id, plan, outcome, statistics, options);
  refuseFailures(results);
}

/** Failed runs are told last, below the figures of the others. @throws CommandError if there are any */
export function refuseFailures({ failed, size }: Results): void {
  if (failed.length === 0) return;
  throw new CommandError(
    EXIT.failure,
    `${failed.length} of ${size} runs failed; figures are those of the others`,
    failed
      .slice(0, 10)
      .map(({ cell, error, replication, seed }) => `cell ${cell}, replication ${replication}, seed ${seed}: ${error}`),
  );
}

export const statisticsRow = ({ quantiles, ...row }: CellStatistics) => ({ ...row, quantiles: JSON.stringify(quantiles) });

/** Lines of `--jsonl` in the order of cells and replications, whatever came first. */
class OrderedLines {
  readonly #waiting = new Map<string, JobResult>();
  /** Jobs that are to come, the next one last. */
  #expected: string[] = [];

  constructor(private readonly plan: SweepPlan) {}

  expect(jobs: readonly { cell: number; replication: number }[]): void {
    this.#expected = jobs.map(keyOf).reverse();
  }

  add(results: readonly JobResult[]): void {
    for (const result of results) this.#waiting.set(keyOf(result), result);
    for (;;) {
      const next = this.#waiting.get(this.#expected.at(-1) ?? '');
      if (next === undefined) return;
      this.#expected.pop();
      const values = Object.fromEntries(this.plan.measures.map(({ name }, m) => [name, next.values[m]]));
      print(
        `${JSON.stringify({ cell: next.cell, replication: next.replication, seed: next.seed, values, error: next.error })}\n`,
      );
    }
  }
}

const keyOf = ({ cell, replication }: { cell: number; replication: number }): string => `${cell} ${replication}`;
