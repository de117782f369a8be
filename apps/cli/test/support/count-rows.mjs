// Loaded into a command before it starts: counts what DuckDB hands over to it, and writes the number to a file as it ends.
import { writeFileSync } from 'node:fs';
import { DuckDBResult } from '@duckdb/node-api';

let rows = 0;
const { fetchChunk } = DuckDBResult.prototype;
DuckDBResult.prototype.fetchChunk = async function () {
  const chunk = await fetchChunk.call(this);
  for (const row of chunk?.getRows() ?? []) rows += Math.max(...row.map(linesIn));
  return chunk;
};

/** The lines of many events come as one text: each counts as a row. */
const linesIn = (value) => (typeof value === 'string' ? value.split('\n').length : 1);

process.on('exit', () => writeFileSync(process.env.ROWS_FETCHED, String(rows)));
