import { createHash } from 'node:crypto';
import { Simulation, withSeed, type Scenario } from '@simcash/engine';
import { canonicalJson } from '@simcash/protocol';
import { configHash, IndicatorSink } from '@simcash/runs/live';
import { costOf, needIndicators, type Measure } from '../measures.js';

/** What a job found: a pure function of its content. */
export interface JobResult {
  readonly cell: number;
  readonly replication: number;
  readonly seed: string;
  /** By measure, in order; all null if the run failed. */
  readonly values: readonly (number | null)[];
  readonly event_count: number;
  /** Why the simulation ended before its time. */
  readonly error: string | null;
}

/** Runs one replication of a cell. */
export function runJob(
  scenario: Scenario,
  {
    cell,
    measures,
    onWork,
    replication,
    seed,
    ticks,
  }: { onWork?: () => void; cell: number; replication: number; seed: bigint; measures: readonly Measure[]; ticks: number | null },
): JobResult {
  const base = { cell, replication, seed: String(seed) };
  const drawn = withSeed(scenario, seed);
  const sink = needIndicators(measures) ? new IndicatorSink(drawn) : null;
  let simulation: Simulation | null = null;
  let isStopped = false;
  // A run that is stopped has not failed.
  const stopping = (): void => {
    isStopped = true;
    onWork?.();
    isStopped = false;
  };
  try {
    simulation = Simulation.create(drawn, {
      sink: sink ?? { write: () => undefined },
      history: 'release',
      ...(onWork ? { onWork: stopping } : {}),
    });
    simulation.run(ticks === null ? {} : { untilTick: ticks });
  } catch (error) {
    if (isStopped) throw error;
    const { message, name } = error as Error;
    return { ...base, values: measures.map(() => null), event_count: simulation?.eventCount ?? 0, error: `${name}: ${message}` };
  }
  const sheet = sink?.sheet(simulation.currentTick);
  const values = measures.map((one) => (one.cost === null ? one.read(sheet!) : costOf(simulation, one.cost)));
  return { ...base, values, event_count: simulation.eventCount, error: null };
}

/** Names a job by its content (spec 15 §13.1). */
export function jobId(scenario: Scenario, seed: bigint, ticks: number | null, measures: readonly Measure[]): string {
  const content = { config: configHash(withSeed(scenario, seed)), ticks, measures: measures.map(({ name }) => name).sort() };
  return `j-${createHash('sha256').update(canonicalJson(content)).digest('hex').slice(0, 32)}`;
}
