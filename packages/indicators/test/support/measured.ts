import type { Simulation } from '../../../engine/src/index.js';
import { runThrough } from '../../../engine/test/properties/drive.js';
import { anyWorkload, type ScenarioOptions, type Workload } from '../../../engine/test/properties/scenarios.js';
import type { SimulationEvent } from '@simcash/protocol';
import { indicatorOpening } from '@simcash/runs/live';
import * as fc from 'fast-check';
import { IndicatorLog, measure, type IndicatorSheet, type Whole } from '../../src/index.js';

/** A random run with everything that can happen in one, and its indicators. */
export interface Measured {
  readonly workload: Workload;
  readonly simulation: Simulation;
  readonly events: readonly SimulationEvent[];
  readonly sheet: IndicatorSheet;
}

export function measured(workload: Workload): Measured {
  const simulation = runThrough(workload);
  const events = [...simulation.events];
  return { workload, simulation, events, sheet: sheetOf(simulation, events, simulation.currentTick) };
}

/** The indicators that follow from events of a run up to a tick, which is not among them. */
export function sheetOf(simulation: Simulation, events: readonly SimulationEvent[], ticks: number): IndicatorSheet {
  const log = new IndicatorLog(indicatorOpening(simulation.config));
  for (const event of events) log.add(event);
  log.ticks = ticks;
  return measure(log);
}

export const runs = (options: ScenarioOptions = {}): fc.Arbitrary<Workload> => anyWorkload(options);

/** Sums of any size, exactly. */
export const total = (values: readonly Whole[]): bigint => values.reduce<bigint>((sum, x) => sum + BigInt(x), 0n);

/** Every number of a sheet with its place, nulls included. */
export function numbersOf(value: unknown, place = ''): [place: string, value: number | bigint | null][] {
  if (typeof value === 'number' || typeof value === 'bigint' || value === null) return [[place, value]];
  if (typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, member]) => numbersOf(member, `${place}.${key}`));
}
