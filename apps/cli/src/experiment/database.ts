import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { ExperimentRepository, type SimCashDatabase } from '@simcash/persistence';
import { withDatabase } from '../database.js';
import type { GlobalOptions } from '../global-options.js';
import type { LoadedExperiment } from './load.js';

/** Where experiments are stored unless something else is said (spec 11 §14). */
const DEFAULT_PATH = path.join('results', 'experiments.db');

/** The database of commands that read experiments: flag, environment, default. */
export function experimentDatabase(options: GlobalOptions): string {
  return options.db ?? process.env.SIMCASH_DB ?? DEFAULT_PATH;
}

/** The database that a run writes: an explicit flag, the environment, or what the file's `output` says; null for none. */
export function outputDatabase({ output }: LoadedExperiment, options: GlobalOptions): string | null {
  return options.db ?? process.env.SIMCASH_DB ?? output;
}

export const experimentRepository = (database: SimCashDatabase): ExperimentRepository => new ExperimentRepository(database);

/** Opens a database of experiments to read it. */
export function readExperiments<T>(
  options: GlobalOptions,
  work: (repository: ExperimentRepository, database: SimCashDatabase) => Promise<T>,
): Promise<T> {
  const db = experimentDatabase(options);
  return withDatabase({ ...options, db }, true, (database) => work(experimentRepository(database), database));
}

/** Opens a database to write a run, and makes its directory. */
export function writeExperiments<T>(
  db: string,
  options: GlobalOptions,
  work: (database: SimCashDatabase) => Promise<T>,
): Promise<T> {
  mkdirSync(path.dirname(path.resolve(db)), { recursive: true });
  return withDatabase({ ...options, db }, false, work);
}
