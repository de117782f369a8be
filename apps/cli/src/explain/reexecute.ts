import type { SettlementPlugin, Simulation } from '@simcash/engine';
import { executedTo, type StoredRun } from '@simcash/runs';
import { usageError } from '../exit-codes.js';
import { exportsOf, loadPlugins, storedPlugins } from '../files/plugins.js';
import type { GlobalOptions } from '../global-options.js';

export interface ReexecuteOptions extends GlobalOptions {
  /** Files of settlement algorithms that the run had. */
  plugin?: readonly string[];
}

/** A stored run executed again to the beginning of a tick; the calls that preceded it have been made. @throws CommandError */
export async function simulationBefore(run: StoredRun, tick: number, options: ReexecuteOptions): Promise<Simulation> {
  return executedTo(run, tick, await algorithmsOf(run, options));
}

/** Settlement algorithms of its own that a stored run had, loaded. @throws CommandError */
export async function algorithmsOf(
  { scenario: { config } }: StoredRun,
  { plugin = [], quiet = false }: ReexecuteOptions,
): Promise<Readonly<Record<string, SettlementPlugin>>> {
  return loadPlugins(storedPlugins(config, plugin), exportsOf(config), quiet);
}

/** @throws CommandError for a tick that the run does not have */
export function checkStoredTick({ simulation }: StoredRun, tick: number | undefined): void {
  const { last_tick: last } = simulation;
  if (tick === undefined || tick <= (last ?? -1)) return;
  const ticks = last === null ? 'which ended in its first one' : `its ticks are 0 to ${last}`;
  throw usageError(`--tick: tick ${tick} lies outside the run, ${ticks}`);
}
