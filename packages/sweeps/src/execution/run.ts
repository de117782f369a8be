import { stoppingPoint } from '@simcash/statistics';
import type { SweepPlan } from '../cells/plan.js';
import { BASELINES_KEPT } from '../stress/baselines.js';
import { InProcess, WorkerThreads, type Portion, type PortionExecutor } from './executors.js';
import { jobOf, runJob, type JobResult } from './job.js';
import { Results, type Conflict } from './results.js';

/** How a sweep is run. */
export interface SweepOptions {
  /** `auto`: threads if they pay. Another executor is closed with the sweep. */
  readonly executor?: 'auto' | 'in-process' | 'worker-threads' | PortionExecutor;
  /** How many threads. */
  readonly workers?: number;
  /** As of {@link SimulationOptions}, for runs in this thread. */
  readonly onWork?: () => void;
  /** Ends the work early. */
  readonly signal?: AbortSignal;
  /** Jobs that are done already: of an earlier session, or of another shard. */
  readonly done?: readonly JobResult[];
  /** Only jobs whose number n = replication × cells + cell is k − 1 modulo n. */
  readonly shard?: { readonly k: number; readonly n: number };
  /** Told of the jobs that are to be run next, in order of cell and replication. */
  readonly onJobs?: (jobs: readonly { readonly cell: number; readonly replication: number }[]) => void;
  /** Told of results that contradict earlier ones, which count. */
  readonly onConflicts?: (conflicts: readonly Conflict[]) => void | Promise<void>;
  /** Told of results as they come, each once, in any order; what it does with them is done before the next ones are taken. */
  readonly onResults?: (results: readonly JobResult[], done: number, planned: number) => void | Promise<void>;
}

/** What a sweep led to. */
export interface SweepOutcome {
  /** What was measured. */
  readonly results: Results;
  /** Replications of every cell that were used. */
  readonly replications: number;
  /** Why it ended. */
  readonly stop: 'fixed' | 'precision' | 'max' | 'interrupted';
  /** Largest half width by what was asked for, where precision decides. */
  readonly precision: number | null;
}

/** Seconds of work that a portion should take, and from which threads pay. */
const PORTION_SECONDS = 0.5;
const THREADS_FROM_SECONDS = 2;

/**
 * Runs the jobs of a sweep that are not done yet. What comes out is a function of the plan: neither executor, nor order, nor how often
 * it was interrupted matter (spec 15 §13.1).
 */
export async function runSweep(plan: SweepPlan, options: SweepOptions = {}): Promise<SweepOutcome> {
  const { cells, replications, sweep } = plan;
  const results = new Results(plan, options.done ?? []);
  const { signal } = options;
  const looks = looksOf(plan);
  let executor = typeof options.executor === 'object' ? options.executor : null;
  let isFirst = true;
  try {
    for (const upTo of looks) {
      const missing = results.missing(upTo, options.shard);
      if (missing.length > 0) {
        options.onJobs?.(missing);
        if (isFirst && !executor?.runsAll) {
          await tryFirst(plan, options, results, missing[0]!);
          executor ??= chosen(plan, options, results, missing.length);
          isFirst = false;
        }
        const portions = portionsOf(
          inOrder(plan, missing).filter((job) => !results.has(job.cell, job.replication)),
          results.secondsPerJob,
        );
        const planned = results.planned(sweep.stop === undefined ? replications : upTo, options.shard);
        for await (const part of executor!.run(portions, signal)) {
          const fresh = part.filter(({ replication }) => replication < upTo);
          const { added, conflicts } = results.add(fresh);
          if (conflicts.length > 0) await options.onConflicts?.(conflicts);
          if (added.length > 0) await options.onResults?.(added, results.size, planned);
        }
      }
      if (signal?.aborted) return { results, replications: results.complete, stop: 'interrupted', precision: null };
      if (sweep.stop === undefined) return { results, replications: upTo, stop: 'fixed', precision: null };
      const { isReached, width } = precisionOf(plan, results, upTo);
      if (isReached) return { results, replications: upTo, stop: 'precision', precision: width };
      if (upTo === looks.at(-1)) return { results, replications: upTo, stop: 'max', precision: width };
    }
  } finally {
    await executor?.close();
  }
  return { results, replications: cells.length === 0 ? 0 : replications, stop: 'fixed', precision: null };
}

/** How long the first run takes: an estimate of the others. */
export function secondsOfOneRun(plan: SweepPlan): number {
  const begin = performance.now();
  runJob(plan.cells[0]!.scenario, jobOf(plan, 0, 0));
  return (performance.now() - begin) / 1000;
}

/** Numbers of replications after which precision is looked at; once, where their number is fixed. */
function looksOf({ replications, sweep: { stop } }: SweepPlan): number[] {
  if (stop === undefined) return [replications];
  const looks: number[] = [];
  for (let n = stop.min; n < stop.max; n += stop.batch) looks.push(n);
  return [...looks, stop.max];
}

/** Whether every cell, or every difference to the baseline, is known as precisely as asked for: a function of the values alone. */
function precisionOf(
  { baseline, cells, measures, sweep }: SweepPlan,
  results: Results,
  n: number,
): { isReached: boolean; width: number } {
  const { absolute, measure: names, of, relative } = sweep.stop!;
  let [isReached, width] = [true, 0];
  for (const name of names) {
    const m = measures.findIndex((one) => one.name === name);
    const base = results.values(baseline, m, n);
    for (let cell = 0; cell < cells.length; cell++) {
      if (of === 'difference' && cell === baseline) continue;
      const own = results.values(cell, m, n);
      const values = of === 'mean' ? own : own.map((x, r) => (x === null || base[r] === null ? null : x - base[r]!));
      const known = values.filter((x) => x !== null);
      if (known.length < 2) {
        isReached = false;
        continue;
      }
      const scale = of === 'mean' ? known : base.filter((x) => x !== null);
      const bound = absolute ?? relative! * Math.abs(scale.reduce((sum, x) => sum + x, 0) / Math.max(scale.length, 1));
      const [look] = stoppingPoint(known, {
        absolute: bound,
        min: known.length,
        batch: 1,
        confidence: sweep.statistics.confidence,
      }).trace;
      width = Math.max(width, look![2]);
      isReached &&= look![3];
    }
  }
  return { isReached, width };
}

/** The first job is run here: it tells how long the others will take. */
async function tryFirst(
  plan: SweepPlan,
  { onResults, onWork, shard }: SweepOptions,
  results: Results,
  { cell, replication }: { readonly cell: number; readonly replication: number },
): Promise<void> {
  const begin = performance.now();
  const first = runJob(plan.cells[cell]!.scenario, jobOf(plan, cell, replication, onWork));
  results.secondsPerJob = (performance.now() - begin) / 1000;
  results.add([first]);
  await onResults?.([first], results.size, results.planned(plan.replications, shard));
}

/** Threads where they pay. */
function chosen(
  plan: SweepPlan,
  { executor, onWork, workers }: SweepOptions,
  { secondsPerJob }: Results,
  missing: number,
): PortionExecutor {
  const hasList = plan.cells.some(({ scenario }) => scenario.payments !== null);
  const isLong = secondsPerJob * missing > THREADS_FROM_SECONDS;
  const wanted = executor === 'worker-threads' || (executor !== 'in-process' && isLong && workers !== 1);
  return wanted && !hasList ? new WorkerThreads(plan, workers) : new InProcess(plan, onWork);
}

/** Jobs as they are best run: those of a stress test by blocks of seeds, whose runs without stress are kept. */
function inOrder<T extends { readonly replication: number }>({ isStress }: SweepPlan, jobs: readonly T[]): readonly T[] {
  const block = ({ replication }: T): number => Math.floor(replication / BASELINES_KEPT);
  return isStress ? jobs.toSorted((a, b) => block(a) - block(b)) : jobs;
}

/** Jobs of one cell that follow each other, about as many as take half a second. */
function* portionsOf(jobs: readonly { cell: number; replication: number }[], secondsPerJob: number): Generator<Portion> {
  const most = Math.min(Math.max(Math.round(PORTION_SECONDS / Math.max(secondsPerJob, 1e-5)), 1), 500);
  for (let i = 0; i < jobs.length;) {
    const { cell, replication: from } = jobs[i]!;
    let to = from + 1;
    i++;
    while (i < jobs.length && jobs[i]!.cell === cell && jobs[i]!.replication === to && to - from < most) {
      to++;
      i++;
    }
    yield { cell, from, to };
  }
}
