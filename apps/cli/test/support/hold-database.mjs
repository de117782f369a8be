// Holds a DuckDB file open for writing for so many milliseconds: node hold-database.mjs FILE MILLISECONDS
import { createRequire } from 'node:module';

// DuckDB as the package that depends on it finds it.
const require = createRequire(new URL('../../../../packages/persistence/package.json', import.meta.url));
const { DuckDBInstance } = require('@duckdb/node-api');

const [, , file, milliseconds] = process.argv;
const instance = await DuckDBInstance.create(file);
process.stdout.write(`held by ${process.pid}\n`);
setTimeout(() => instance.closeSync(), Number(milliseconds));
