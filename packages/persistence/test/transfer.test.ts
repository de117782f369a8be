import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  DatabaseError,
  diffRows,
  EXPORT_FORMATS,
  exportRows,
  importRows,
  SIMULATION_VIEWS,
  verifySimulation,
  type SimCashDatabase,
  SCHEMA_VERSION,
} from '../src/index.js';
import { rowCounts, simulationTables, storedLog } from './support/comparing.js';
import { earlierFile, openDatabase, reference, storeWhole, temporaryDirectory } from './support/storing.js';

const ID = "x'; DROP TABLE simulations; --";

describe('an export', () => {
  let database: SimCashDatabase;
  beforeAll(async () => {
    database = await openDatabase(earlierFile(), { directories: [tmpdir()] });
    const context = { description: '=1+1', config_file: "'+mine", labels: { '@a': '-b' } };
    await storeWhole(database, ID, reference('ids-byte-order'), { checkpointEvery: 'day', context });
    await storeWhole(database, 'x', reference('mixed-five-days'), {
      onTick: (simulation) => void (simulation.currentTick === 2 && simulation.postCollateral(simulation.agentIds[0]!, 100)),
    });
  });

  const fresh = (): string => path.join(temporaryDirectory(), "it's", 'new');

  it.each(EXPORT_FORMATS)('as %s comes back by an import, row by row, and nothing else does', async (format) => {
    const directory = fresh();
    const selection = { simulations: [ID, 'x'], experiments: ['exp-old'] };
    await exportRows(database, selection, format, directory);
    const other = await openDatabase(undefined, { directories: [tmpdir()] });
    const imported = await importRows(other, directory);
    expect(imported.experiments).toEqual(['exp-old']);
    const members = await database.query("SELECT 1 FROM simulations WHERE experiment_run_id = 'exp-old'");
    expect(imported.simulations).toHaveLength(2 + members.length);
    for (const id of imported.simulations) {
      expect(await rowCounts(other, id)).toEqual(await rowCounts(database, id));
      expect(await storedLog(other, id)).toBe(await storedLog(database, id));
      expect(await verifySimulation(other, id)).toEqual([]);
    }
    for (const table of [
      'simulations',
      'simulation_checkpoints',
      'experiments',
      'experiment_iterations',
      'policy_evaluations',
      'experiment_events',
    ]) {
      const key = table.startsWith('simulation') ? 'simulation_id' : 'run_id';
      const ids = [...imported.simulations, ...imported.experiments].map((id) => `'${id.replaceAll("'", "''")}'`).join(', ');
      const rows = (file: SimCashDatabase): Promise<unknown> =>
        file.query(`SELECT * FROM ${table} WHERE ${key} IN (${ids}) ORDER BY ALL`);
      expect(await rows(other), table).toEqual(await rows(database));
    }
    await storeWhole(other, 'again', reference('mixed-five-days'));
    expect((await diffRows(other, 'x', 'again')).map(({ table }) => table)).toContain('simulation_calls');
  });

  it('has a file per table and says in manifest.json what they are', async () => {
    const directory = fresh();
    const files = await exportRows(database, { simulations: ['x'], experiments: [], views: true }, 'parquet', directory);
    const views = [...SIMULATION_VIEWS];
    expect(files.map((file) => path.basename(file)).sort()).toEqual(
      [...(await simulationTables(database)), ...views].map((name) => `${name}.parquet`).sort(),
    );
    expect(readdirSync(directory).sort()).toEqual([...files.map((file) => path.basename(file)), 'manifest.json'].sort());
    const manifest = JSON.parse(readFileSync(path.join(directory, 'manifest.json'), 'utf8')) as {
      tables: Record<string, number>;
    };
    expect(manifest).toMatchObject({ format: 'parquet', schema_version: SCHEMA_VERSION, simulations: ['x'], experiments: [] });
    expect(Object.fromEntries(Object.entries(manifest.tables).filter(([, rows]) => rows > 0))).toEqual(
      await rowCounts(database, 'x'),
    );
    const [payments] = await database.query<{ n: number }>(
      `SELECT count(*) AS n FROM '${path.join(directory, 'v_payments.parquet').replaceAll("'", "''")}'`,
    );
    const [stored] = await database.query<{ n: number }>("SELECT count(*) AS n FROM v_payments WHERE simulation_id = 'x'");
    expect(payments).toEqual(stored);
  });

  it('as csv gives a spreadsheet no formula to run', async () => {
    const directory = fresh();
    await exportRows(database, { simulations: [ID], experiments: [] }, 'csv', directory);
    const text = readFileSync(path.join(directory, 'simulations.csv'), 'utf8');
    expect(text).toContain(",'=1+1,");
    expect(text).toContain(",''+mine,");
  });

  it('is in the order of the log', async () => {
    const directory = fresh();
    await exportRows(database, { simulations: ['x'], experiments: [] }, 'ndjson', directory);
    const lines = readFileSync(path.join(directory, 'simulation_events.ndjson'), 'utf8').trimEnd().split('\n');
    const positions = lines.map((line) => (JSON.parse(line) as { event_seq: number }).event_seq);
    expect(positions).toEqual(positions.map((_, i) => i));
    expect(positions.length).toBe((await rowCounts(database, 'x')).simulation_events);
  });

  it('of what is not there, or into what is there, makes no files', async () => {
    const directory = fresh();
    await expect(exportRows(database, { simulations: ['y'], experiments: [] }, 'ndjson', directory)).rejects.toThrow(
      /simulation y not found/,
    );
    await expect(exportRows(database, { simulations: [], experiments: ['e'] }, 'ndjson', directory)).rejects.toThrow(
      /experiment e not found/,
    );
    expect(existsSync(directory)).toBe(false);
    mkdirSync(directory, { recursive: true });
    await expect(exportRows(database, { simulations: ['x'], experiments: [] }, 'ndjson', directory)).rejects.toThrow(
      new DatabaseError(`${directory} exists already: name another directory`),
    );
    const file = path.join(temporaryDirectory(), 'file');
    writeFileSync(file, '');
    await expect(exportRows(database, { simulations: ['x'], experiments: [] }, 'ndjson', path.join(file, 'new'))).rejects.toThrow(
      new DatabaseError(`${path.join(file, 'new')} cannot be written: Not a directory`),
    );
  });

  it('is taken in wholly or not at all', async () => {
    const directory = fresh();
    await exportRows(database, { simulations: ['x'], experiments: [] }, 'ndjson', directory);
    await expect(importRows(database, directory)).rejects.toThrow(
      new DatabaseError(`x: stored already in ${database.path}; delete them first`),
    );
    appendFileSync(path.join(directory, 'simulations.ndjson'), '{"simulation_id":');
    const other = await openDatabase(undefined, { directories: [tmpdir()] });
    await expect(importRows(other, directory)).rejects.toThrow(DatabaseError);
    for (const table of await simulationTables(other)) expect(await other.query(`SELECT 1 FROM ${table}`), table).toEqual([]);
    writeFileSync(path.join(directory, 'manifest.json'), '{"simulations": 1}');
    await expect(importRows(other, directory)).rejects.toThrow(/manifest.json is not what simcash db export writes/);
    await expect(importRows(other, temporaryDirectory())).rejects.toThrow(/is no export of simcash: it has no manifest.json/);
  });
});
