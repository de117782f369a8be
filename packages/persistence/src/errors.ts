import { isSimcashError, SimcashError } from '@simcash/protocol';

/** Something is wrong with a database: missing, locked, too old, too new, full. One sentence says what and how to mend it. */
export class DatabaseError extends SimcashError {
  override name = 'DatabaseError';
  override readonly code = 'database_failed';
}

/** A simulation, checkpoint or experiment with this id is not stored. */
export class NotStoredError extends SimcashError {
  override name = 'NotStoredError';
  override readonly code = 'not_stored';
  constructor(
    message: string,
    /** Ids that are, newest first. */
    readonly known: readonly string[] = [],
  ) {
    super(message);
  }
}

/** A query of the user's that cannot be carried out: what is wrong with it, in the database's words. */
export class QueryError extends SimcashError {
  override name = 'QueryError';
  override readonly code = 'invalid_query';
}

/** A provider was called out of order. */
export class PersistenceOrderError extends SimcashError {
  override name = 'PersistenceOrderError';
  override readonly code = 'out_of_order';
}

/** Whether another process holds the file. */
export function isLock(error: unknown): boolean {
  return (error as Error).message.includes('Could not set lock');
}

/** Whether the log of a process that was killed could not be taken into the file. */
export function isUnreplayed(error: unknown): boolean {
  return (error as Error).message.includes('Failure while replaying WAL');
}

/** Turns DuckDB's plain errors into one sentence each. */
export function translate(error: unknown, path: string): Error {
  if (isSimcashError(error)) return error;
  const message = error instanceof Error ? error.message : String(error);
  const full = (): Error => new DatabaseError(`the disk is full: writing to ${path} failed; everything committed before is kept`);
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC') return full();
  if (code !== undefined) return new DatabaseError(`database ${path} cannot be opened: ${reasonOf(message)}`);
  const pid = /Conflicting lock is held in (.*?)(?: \(PID (\d+)\))/.exec(message)?.[2];
  if (message.includes('Could not set lock on file')) {
    const holder = pid === undefined ? 'another process' : `process ${pid}`;
    return new DatabaseError(
      `database ${path} is locked by ${holder}: wait until it has finished, or use another file with --db`,
    );
  }
  if (message.includes('Failure while replaying WAL'))
    return new DatabaseError(
      `database ${path} was left by a process that was killed: open it for writing once, with simcash db migrate`,
    );
  if (message.includes('database does not exist')) return new DatabaseError(`database ${path} does not exist`);
  if (message.includes('not a valid DuckDB database file')) return new DatabaseError(`${path} is not a DuckDB database`);
  if (message.includes('No space left on device')) return full();
  const refused = /^IO Error: (?:Cannot open|Could not read from) file ".*": (.+)$/m.exec(message)?.[1];
  if (refused !== undefined) return new DatabaseError(`database ${path} cannot be opened: ${refused}`);
  if (/^(INTERNAL|Serialization) Error/.test(message))
    return new DatabaseError(`database ${path} is damaged: ${message.split('\n')[0]}`);
  if (/^(FATAL|IO|TransactionContext) Error/.test(message))
    return new DatabaseError(`database ${path}: ${message.split('\n')[0]}`);
  return error instanceof Error ? error : new Error(message);
}

/** `Permission denied` of `EACCES: permission denied, open '…'`. */
export function reasonOf(message: string): string {
  const reason = /^\w+: ([^,]+)/.exec(message)?.[1] ?? message;
  return reason.charAt(0).toUpperCase() + reason.slice(1);
}
