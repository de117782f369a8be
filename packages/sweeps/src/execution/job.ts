import { createHash } from 'node:crypto';
import { Simulation, withSeed, type Scenario } from '@simcash/engine';
import { stressFacts, stressMeasures } from '@simcash/indicators';
import { canonicalJson, type EventSink } from '@simcash/protocol';
import { configHash, IndicatorSink } from '@simcash/runs/live';
import type { Cell, SweepPlan } from '../cells/plan.js';
import { costOf, needIndicators, type Measure } from '../measures.js';
import { baselineFacts } from '../stress/baselines.js';

/** What a job found: a pure function of its content. */
export interface JobResult {
  /** The number of the cell, counted from 0. */
  readonly cell: number;
  /** The number of the replication, counted from 0. */
  readonly replication: number;
  /** The seed of the random numbers. */
  readonly seed: string;
  /** By measure, in order; all null if the run failed. */
  readonly values: readonly (number | null)[];
  /** Number of events. */
  readonly event_count: number;
  /** Why the simulation ended before its time. */
  readonly error: string | null;
  /** Of the run, where it was stored. */
  readonly simulation_id?: string;
}

/** One replication of a cell. */
export interface Job {
  readonly cell: number;
  readonly replication: number;
  readonly seed: bigint;
  readonly measures: readonly Measure[];
  readonly ticks: number | null;
  /** What it is compared with in a stress test. */
  readonly stress: StressJob | null;
  readonly onWork?: () => void;
}

export interface StressJob {
  /** The scenario without stress. */
  readonly base: Scenario;
  readonly stricken: string | null;
  readonly firstTick: number;
}

/** A job of a plan. */
export function jobOf(plan: SweepPlan, cell: number, replication: number, onWork?: () => void): Job {
  const { cells, measures, seed, sweep } = plan;
  return {
    ...{ cell, replication, seed: seed(cell, replication), measures, ticks: sweep.ticks },
    stress: stressOf(plan, cells[cell]!),
    ...(onWork ? { onWork } : {}),
  };
}

/** The runs without stress are compared with themselves. */
export const stressOf = ({ base, isStress }: SweepPlan, { stress }: Cell): StressJob | null =>
  isStress ? { base, stricken: stress?.stricken ?? null, firstTick: stress?.firstTick ?? 0 } : null;

/** Takes what a run of a job does, and says what was measured. */
export class JobReader {
  /** As it is run. */
  readonly scenario: Scenario;
  readonly sink: EventSink;
  readonly #indicators: IndicatorSink | null;

  constructor(
    scenario: Scenario,
    private readonly job: Job,
  ) {
    this.scenario = withSeed(scenario, job.seed);
    this.#indicators = needIndicators(job.measures) ? new IndicatorSink(this.scenario) : null;
    this.sink = this.#indicators ?? { write: () => undefined };
  }

  /** @throws what the run without stress throws */
  result(simulation: Simulation): JobResult {
    const { measures, onWork, seed, stress, ticks } = this.job;
    const sheet = this.#indicators?.sheet(simulation.currentTick);
    const found =
      stress === null
        ? null
        : stressMeasures(
            baselineFacts(stress.base, seed, ticks, onWork),
            stressFacts(this.#indicators!.log),
            stress.stricken,
            stress.firstTick,
          );
    const values = measures.map((one) => (one.cost === null ? one.read(sheet!, found) : costOf(simulation, one.cost)));
    return { ...this.#id, values, event_count: simulation.eventCount, error: null };
  }

  failure(error: unknown, simulation: Simulation | null): JobResult {
    const { message, name } = error as Error;
    const values = this.job.measures.map(() => null);
    return { ...this.#id, values, event_count: simulation?.eventCount ?? 0, error: `${name}: ${message}` };
  }

  get #id(): Pick<JobResult, 'cell' | 'replication' | 'seed'> {
    const { cell, replication, seed } = this.job;
    return { cell, replication, seed: String(seed) };
  }
}

/** Calls something while a simulation works; what it throws has stopped the run, and the run has not failed. */
export class Stopping {
  isStopped = false;

  constructor(private readonly onWork: () => void) {}

  readonly check = (): void => {
    this.isStopped = true;
    this.onWork();
    this.isStopped = false;
  };
}

/** Runs one replication of a cell. */
export function runJob(scenario: Scenario, { onWork, ...job }: Job): JobResult {
  const stopping = new Stopping(onWork ?? (() => undefined));
  const watched = onWork ? { onWork: stopping.check } : {};
  const reader = new JobReader(scenario, { ...job, ...watched });
  let simulation: Simulation | null = null;
  try {
    simulation = Simulation.create(reader.scenario, { sink: reader.sink, history: 'release', ...watched });
    simulation.run(job.ticks === null ? {} : { untilTick: job.ticks });
    return reader.result(simulation);
  } catch (error) {
    if (stopping.isStopped) throw error;
    return reader.failure(error, simulation);
  }
}

/** Names a job of a plan by its content (spec 15 §13.1). */
export function jobId(plan: SweepPlan, cell: number, seed: bigint): string {
  const { cells, measures, sweep } = plan;
  const { scenario } = cells[cell]!;
  const stress = stressOf(plan, cells[cell]!);
  const content = {
    config: configHash(withSeed(scenario, seed)),
    ticks: sweep.ticks,
    measures: measures.map(({ name, sql }) => (sql === null ? name : `${name}: ${sql}`)).sort(),
    ...(stress === null
      ? {}
      : { stress: { base: configHash(stress.base), stricken: stress.stricken, first_tick: stress.firstTick } }),
  };
  return `j-${createHash('sha256').update(canonicalJson(content)).digest('hex').slice(0, 32)}`;
}

/** The id of a run that is stored (spec 15 §11). */
export const storedRunId = (sweepId: string, cell: number, replication: number): string =>
  `${sweepId}-c${String(cell).padStart(4, '0')}-r${String(replication).padStart(6, '0')}`;
