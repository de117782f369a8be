import type { DuckDBConnection, DuckDBPreparedStatement } from '@duckdb/node-api';
import type { SimCashDatabase } from '../database.js';
import { DatabaseError, QueryError, translate } from '../errors.js';
import { oneSelect } from './one-select.js';

/** Under this name the id of a run stands in a query that measures it: `… WHERE simulation_id = $run`. */
const RUN = 'run';
const MOST_SECONDS = 60;
const NUMBER = /^(U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|DOUBLE|FLOAT|DECIMAL\(.*\))$/;

/**
 * Looks at a query before anything runs.
 *
 * @throws QueryError for a query that cannot measure a run: whatever a run may hold, it gives no number
 */
export async function checkRunMeasure(database: SimCashDatabase, sql: string): Promise<void> {
  await reading(database, async (connection) => void (await prepared(connection, sql)));
}

/**
 * The one number that a query of a stranger's says of a stored run; null if it says nothing. It is asked where nothing can be written,
 * and no file, extension or setting be reached.
 *
 * @throws QueryError for what it cannot do, for more than one row, and after a minute
 */
export function measureRun(database: SimCashDatabase, sql: string, simulationId: string): Promise<number | null> {
  return reading(database, async (connection) => {
    const query = await prepared(connection, sql);
    query.bind({ [RUN]: simulationId });
    const timer = setTimeout(() => connection.interrupt(), MOST_SECONDS * 1000);
    try {
      const reader = await query.runAndReadUntil(2);
      if (reader.currentRowCount > 1) throw new QueryError('it gives more than one row');
      const [row] = reader.getRowsJson();
      const found = row?.[0] ?? null;
      if (found === null) return null;
      const value = Number(found);
      if (!Number.isFinite(value)) throw new QueryError(`it gives ${String(found)}`);
      return value;
    } catch (error) {
      if ((error as Error).message.includes('INTERRUPT')) throw new QueryError(`it was not done after ${MOST_SECONDS} s`);
      throw error;
    } finally {
      clearTimeout(timer);
    }
  });
}

async function prepared(connection: DuckDBConnection, sql: string): Promise<DuckDBPreparedStatement> {
  const query = await oneSelect(connection, sql);
  const names = Array.from({ length: query.parameterCount }, (_, i) => query.parameterName(i + 1));
  if (names.length !== 1 || names[0] !== RUN)
    throw new QueryError(`the query must say whose rows it reads: WHERE simulation_id = $${RUN}, and no other parameter`);
  if (query.columnCount !== 1 || !NUMBER.test(String(query.columnType(0))))
    throw new QueryError('the query must give one number');
  return query;
}

/** Works on a connection of its own, in a transaction that cannot write. */
async function reading<T>(database: SimCashDatabase, work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
  const connection = await database.connect();
  try {
    await connection.run('BEGIN TRANSACTION READ ONLY');
    return await work(connection);
  } catch (error) {
    if (error instanceof QueryError) throw error;
    const translated = translate(error, database.path);
    if (translated instanceof DatabaseError) throw translated;
    throw new QueryError(translated.message.split('\n')[0]!);
  } finally {
    connection.closeSync();
  }
}
