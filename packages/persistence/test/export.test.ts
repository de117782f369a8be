import { readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { exportSimulation, type SimCashDatabase } from '../src/index.js';
import { rowCounts, simulationTables } from './support/comparing.js';
import { openDatabase, reference, storeWhole, temporaryDirectory } from './support/storing.js';

const ID = "x'; DROP TABLE simulations; --";

describe('an export', () => {
  let database: SimCashDatabase;
  beforeAll(async () => {
    database = await openDatabase();
    await storeWhole(database, ID, reference('ids-byte-order'), { checkpointEvery: 'day' });
    await storeWhole(database, 'x', reference('mixed-five-days'));
  });

  it.each(['parquet', 'ndjson'] as const)('as %s gives back every row of every table, and of no other run', async (format) => {
    const directory = path.join(temporaryDirectory(), "it's", 'new');
    const files = await exportSimulation(database, ID, format, directory);
    expect(files.map((file) => path.basename(file)).sort()).toEqual(
      (await simulationTables(database)).map((table) => `${table}.${format}`),
    );
    const counts = await rowCounts(database, ID);
    for (const file of files) {
      const table = path.basename(file, `.${format}`);
      const quoted = `'${file.replaceAll("'", "''")}'`;
      if (counts[table] === undefined && format === 'ndjson') {
        expect(readFileSync(file, 'utf8')).toBe('');
        continue;
      }
      const read = format === 'parquet' ? `read_parquet(${quoted})` : await ndjson(database, table, quoted);
      const [differences] = await database.query<{ n: number; rows: number }>(
        `WITH stored AS (SELECT * FROM ${table} WHERE simulation_id = $1), exported AS (SELECT * FROM ${read})
         SELECT (SELECT count(*) FROM (FROM stored EXCEPT ALL FROM exported)) + (SELECT count(*) FROM (FROM exported EXCEPT ALL FROM stored)) AS n,
           (SELECT count(*) FROM exported) AS rows`,
        [ID],
      );
      expect(differences, table).toEqual({ n: 0, rows: counts[table] ?? 0 });
    }
  });

  it('is in the order of the log', async () => {
    const directory = temporaryDirectory();
    await exportSimulation(database, 'x', 'ndjson', directory);
    const lines = readFileSync(path.join(directory, 'simulation_events.ndjson'), 'utf8').trimEnd().split('\n');
    const positions = lines.map((line) => (JSON.parse(line) as { event_seq: number }).event_seq);
    expect(positions).toEqual(positions.map((_, i) => i));
    expect(positions.length).toBe((await rowCounts(database, 'x')).simulation_events);
  });

  it('of a simulation that is not there makes no files', async () => {
    const directory = path.join(temporaryDirectory(), 'new');
    await expect(exportSimulation(database, 'y', 'ndjson', directory)).rejects.toThrow(/simulation y not found/);
    expect(() => readFileSync(path.join(directory, 'simulations.ndjson'))).toThrow(/ENOENT/);
  });
});

/** Reads JSON lines with the types of the table, without guessing. */
async function ndjson(database: SimCashDatabase, table: string, file: string): Promise<string> {
  const columns = await database.query<{ name: string; type: string }>(
    `SELECT column_name AS name, data_type AS type FROM duckdb_columns() WHERE table_name = '${table}' ORDER BY column_index`,
  );
  const types = columns.map(({ name, type }) => `"${name}": '${type}'`).join(', ');
  return `read_json(${file}, format = 'newline_delimited', columns = {${types}})`;
}
