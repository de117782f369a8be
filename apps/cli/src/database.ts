import { existsSync } from 'node:fs';
import { SimCashDatabase, type OpenOptions } from '@simcash/persistence';
import { CommandError, EXIT } from './exit-codes.js';
import { databasePath, type GlobalOptions } from './global-options.js';

/** Opens the database, lets a command work with it, and closes it whatever happens. */
export async function withDatabase<T>(
  options: GlobalOptions & Pick<OpenOptions, 'directories'>,
  readOnly: boolean,
  work: (database: SimCashDatabase) => Promise<T>,
): Promise<T> {
  const database = await SimCashDatabase.open(databasePath(options), {
    readOnly,
    waitSeconds: options.dbWait ?? 0,
    directories: options.directories ?? [],
  });
  try {
    return await work(database);
  } finally {
    database.close();
  }
}

/** Opening for writing creates a database; commands that need what is stored call this before. @throws CommandError */
export function requireDatabase(options: GlobalOptions): void {
  const path = databasePath(options);
  if (!existsSync(path)) throw new CommandError(EXIT.database, `database ${path} does not exist`);
}

/** Whether an id is an experiment run's and no simulation's (spec 09 §8.4). */
export async function isExperiment(database: SimCashDatabase, id: string): Promise<boolean> {
  const [found] = await database.query(
    'SELECT 1 AS yes FROM experiments WHERE run_id = $1 AND NOT EXISTS (FROM simulations WHERE simulation_id = $1)',
    [id],
  );
  return found !== undefined;
}
