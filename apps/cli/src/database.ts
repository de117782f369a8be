import { DatabaseError, NotStoredError, SimCashDatabase } from '@simcash/persistence';
import { CommandError, EXIT } from './exit-codes.js';
import { databasePath, waitSeconds, type GlobalOptions } from './global-options.js';

/** Opens the database, lets a command work with it, and closes it whatever happens. */
export async function withDatabase<T>(
  options: GlobalOptions,
  readOnly: boolean,
  work: (database: SimCashDatabase) => Promise<T>,
): Promise<T> {
  try {
    const database = await SimCashDatabase.open(databasePath(options), { readOnly, waitSeconds: waitSeconds(options) });
    try {
      return await work(database);
    } finally {
      database.close();
    }
  } catch (error) {
    throw asCommandError(error);
  }
}

/** Errors of the store with the exit code that the table gives them. */
export function asCommandError(error: unknown): unknown {
  if (error instanceof NotStoredError) {
    const known = error.known.length > 0 ? [`stored are: ${error.known.join(', ')}`] : [];
    return new CommandError(EXIT.notFound, error.message, known);
  }
  return error instanceof DatabaseError ? new CommandError(EXIT.database, error.message) : error;
}
