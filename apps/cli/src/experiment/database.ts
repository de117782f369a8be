import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { ExperimentRepository, type SimCashDatabase } from '@simcash/persistence';
import type { ExperimentDefinition } from '@simcash/experiments';
import { withDatabase } from '../database.js';
import type { GlobalOptions } from '../global-options.js';

/** Where experiments are stored unless something else is said (spec 11 §14). */
const DEFAULT_PATH = path.join('results', 'experiments.db');

/** The database of commands that read experiments: flag, environment, default. */
export function experimentDatabase(options: GlobalOptions): string {
  return options.db ?? process.env.SIMCASH_DB ?? DEFAULT_PATH;
}

/** The database that a run writes: an explicit flag, the environment, or what the file's `output` says; null for none. */
export function outputDatabase({ output }: ExperimentDefinition, options: GlobalOptions): string | null {
  const named = options.db ?? process.env.SIMCASH_DB;
  if (named !== undefined) return named;
  return output === null ? null : path.join(output.directory, output.database);
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
