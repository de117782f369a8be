// Loaded into a command before it starts: counts what DuckDB hands over to it, and writes the number to a file as it ends.
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { DuckDBDataChunk } from '@duckdb/node-api';

// The command has a client of its own among its files; below it everybody has the same library, whose functions cannot be replaced
// one by one.
const require = createRequire(import.meta.url);
const library = require.cache[require.resolve('@duckdb/node-bindings')];
const original = library.exports;

let rows = 0;
async function fetchChunk(result) {
  const chunk = await original.fetch_chunk(result);
  if (chunk) for (const row of new DuckDBDataChunk(chunk).getRows()) rows += Math.max(...row.map(linesIn));
  return chunk;
}
library.exports = Object.create(original, { fetch_chunk: { value: fetchChunk } });

/** The lines of many events come as one text: each counts as a row. */
const linesIn = (value) => (typeof value === 'string' ? value.split('\n').length : 1);

process.on('exit', () => writeFileSync(process.env.ROWS_FETCHED, String(rows)));
