// Runs SQL with DuckDB's client and nothing else: node duckdb-alone.mjs FILE read|write STATEMENT…
import { DuckDBInstance } from '@duckdb/node-api';

const [file, mode, ...statements] = process.argv.slice(2);
const instance = await DuckDBInstance.create(file, mode === 'read' ? { access_mode: 'READ_ONLY' } : {});
const connection = await instance.connect();
for (const statement of statements) await connection.run(statement);
connection.closeSync();
instance.closeSync();
