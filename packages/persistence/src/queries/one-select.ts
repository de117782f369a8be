import { StatementType, type DuckDBConnection, type DuckDBPreparedStatement } from '@duckdb/node-api';
import { QueryError } from '../errors.js';

/** The text of a stranger, made ready to be asked. @throws QueryError unless it is one statement that reads */
export async function oneSelect(connection: DuckDBConnection, query: string): Promise<DuckDBPreparedStatement> {
  const statements = await connection.extractStatements(query).catch((error: unknown) => {
    const [, line] = /Error: (.*)/.exec((error as Error).message) ?? [];
    throw new QueryError(`the query is no SQL: ${line ?? 'it cannot be read'}`);
  });
  const only = statements.count === 1 ? await statements.prepare(0) : null;
  if (only?.statementType !== StatementType.SELECT) throw new QueryError('the query must be one SELECT');
  return only;
}
