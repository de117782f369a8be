import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { SimCashDatabase } from '../database.js';
import { DatabaseError, NotStoredError, reasonOf } from '../errors.js';
import { statusOf } from '../file-status.js';
import { findSimulation } from '../queries/simulations.js';
import type { Column, Table } from '../schema/column.js';
import { sqlType } from '../schema/ddl.js';
import { SCHEMA_VERSION } from '../schema/migrations.js';
import { EXPERIMENT_TABLES, keyOf, SIMULATION_TABLES, TABLES, type TableName } from '../schema/tables.js';
import { LIST_TABLES } from '../schema/tables/lists.js';
import { ownViews, SIMULATION_VIEWS } from '../schema/views.js';
import { literal } from '../sql-text.js';

/** Formats that a database can be exported to. */
export const EXPORT_FORMATS = ['parquet', 'csv', 'ndjson'] as const;
/** A format that a database can be exported to. */
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** What is exported: simulations and experiments by id; of an experiment all its simulations, too. */
export interface ExportSelection {
  /** Simulations by id. */
  simulations: readonly string[];
  /** Experiments by id. */
  experiments: readonly string[];
  /** Write views beside the tables. */
  views?: boolean;
}

/** `manifest.json` of an export. */
export interface Manifest {
  /** The format of the files. */
  format: ExportFormat;
  /** The version of the schema. */
  schema_version: number;
  /** Simulations by id. */
  simulations: readonly string[];
  /** Experiments by id. */
  experiments: readonly string[];
  /** Rows by table. */
  tables: Readonly<Record<string, number>>;
}

const MANIFEST = 'manifest.json';

/**
 * Writes rows of simulations and experiments to files in a directory, which gets its name when all of them are complete.
 *
 * @returns the files
 * @throws NotStoredError, DatabaseError if the directory exists
 */
export async function exportRows(
  database: SimCashDatabase,
  selection: ExportSelection,
  format: ExportFormat,
  directory: string,
): Promise<string[]> {
  if (existsSync(directory)) throw new DatabaseError(`${directory} exists already: name another directory`);
  const simulations = await selectedSimulations(database, selection);
  const { experiments } = selection;
  const temporary = `${directory}.new-${process.pid}`;
  try {
    mkdirSync(temporary, { recursive: true });
    const lists = await listsOf(database, simulations);
    const chosen = [
      ...LIST_TABLES.map((name) => ({ name, key: 'dataset_sha256', ids: lists })),
      ...SIMULATION_TABLES.map((name) => ({ name, key: 'simulation_id', ids: simulations })),
      ...EXPERIMENT_TABLES.map((name) => ({ name, key: 'run_id', ids: experiments })),
    ].filter(({ ids }) => ids.length > 0);
    const counts: Record<string, number> = {};
    for (const { ids, key, name } of chosen.reverse()) {
      const condition = `${key} IN (${ids.map(literal).join(', ')})`;
      const [rows] = await database.query<{ n: number }>(`SELECT count(*) AS n FROM ${name} WHERE ${condition}`);
      counts[name] = rows!.n;
      const columns = stored(TABLES[name]).map(([column, declaration]) => written(column, declaration, format));
      await copy(
        database,
        `SELECT ${columns.join(', ')} FROM ${name} WHERE ${condition} ORDER BY ${keyOf(name).join(', ')}`,
        temporary,
        name,
        format,
      );
    }
    const views = selection.views && simulations.length > 0 ? SIMULATION_VIEWS : [];
    if (views.length > 0) await database.execute(ownViews(views));
    for (const name of views) {
      const condition = `simulation_id IN (${simulations.map(literal).join(', ')})`;
      await copy(database, `SELECT * FROM ${name} WHERE ${condition}`, temporary, name, format);
    }
    const manifest: Manifest = { format, schema_version: SCHEMA_VERSION, simulations, experiments, tables: counts };
    writeFileSync(path.join(temporary, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`);
    renameSync(temporary, directory);
    return [...Object.keys(counts), ...views].map((name) => path.join(directory, `${name}.${format}`));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new DatabaseError(`${directory} cannot be written: ${reasonOf(message)}`);
  } finally {
    if (existsSync(temporary)) rmSync(temporary, { recursive: true });
  }
}

/** Payment lists that simulations were made from. */
async function listsOf(database: SimCashDatabase, simulations: readonly string[]): Promise<string[]> {
  const rows = await database.query<{ list: string }>(
    `SELECT DISTINCT dataset_sha256 AS list FROM simulations WHERE dataset_sha256 IS NOT NULL
       AND list_contains([${simulations.map(literal).join(', ')}]::VARCHAR[], simulation_id) ORDER BY list`,
  );
  return rows.map(({ list }) => list);
}

async function selectedSimulations(
  database: SimCashDatabase,
  { experiments, simulations }: ExportSelection,
): Promise<readonly string[]> {
  for (const id of simulations) await findSimulation(database, id);
  const ids = new Set(simulations);
  for (const run of experiments) {
    const [found] = await database.query('SELECT 1 AS yes FROM experiments WHERE run_id = $1', [run]);
    if (!found) throw new NotStoredError(`experiment ${run} not found in ${database.path}`);
    const own = await database.query<{ id: string }>('SELECT simulation_id AS id FROM simulations WHERE experiment_run_id = $1', [
      run,
    ]);
    for (const { id } of own) ids.add(id);
  }
  return [...ids].sort();
}

const OPTIONS: Readonly<Record<ExportFormat, string>> = {
  parquet: 'FORMAT parquet, COMPRESSION zstd',
  csv: "FORMAT csv, HEADER, NULLSTR ''",
  ndjson: 'FORMAT json',
};

async function copy(
  database: SimCashDatabase,
  query: string,
  directory: string,
  name: string,
  format: ExportFormat,
): Promise<void> {
  const file = path.join(directory, `${name}.${format}`);
  await database.execute(`COPY (${query}) TO ${literal(file)} (${OPTIONS[format]})`);
}

const stored = ({ columns }: Table): [string, Column][] =>
  Object.entries(columns).filter(([, { computed }]) => computed === undefined);

const isText = ({ type }: Column): boolean => type === 'VARCHAR' || type === 'JSON';

/** Texts that a spreadsheet would take for a formula get an apostrophe before them, and so do those that have one; lists become JSON. */
function written(name: string, column: Column, format: ExportFormat): string {
  if (format !== 'csv') return `"${name}"`;
  if (column.type.endsWith('[]')) return `to_json("${name}") AS "${name}"`;
  if (!isText(column)) return `"${name}"`;
  return `CASE WHEN regexp_matches("${name}", '^[=+@\\t\\r''-]') THEN '''' || "${name}" ELSE "${name}" END AS "${name}"`;
}

/** The value of a column as it was before it was written. */
function read(name: string, column: Column, format: ExportFormat): string {
  const type = sqlType(column, true);
  if (format !== 'csv') return `CAST("${name}" AS ${type})`;
  if (column.type.endsWith('[]')) return `CAST(CAST("${name}" AS JSON) AS ${type})`;
  if (!isText(column)) return `CAST("${name}" AS ${type})`;
  return `CASE WHEN starts_with("${name}", '''') THEN "${name}"[2:] ELSE "${name}" END`;
}

/**
 * Takes in what {@link exportRows} wrote, all of it or nothing.
 *
 * @returns ids of the simulations and experiments
 * @throws DatabaseError for a directory that is no export, another schema, or ids that are stored already
 */
export async function importRows(
  database: SimCashDatabase,
  directory: string,
): Promise<Pick<Manifest, 'simulations' | 'experiments'>> {
  const { experiments, format, schema_version: version, simulations, tables } = readManifest(directory);
  if (version !== SCHEMA_VERSION)
    throw new DatabaseError(
      `${directory} has schema version ${version}, this program ${SCHEMA_VERSION}: export it again with this version of simcash`,
    );
  await refuseKnown(database, 'simulations', 'simulation_id', simulations);
  await refuseKnown(database, 'experiments', 'run_id', experiments);
  const known = await database.query<{ list: string }>('SELECT dataset_sha256 AS list FROM payment_datasets');
  const isNew = `NOT list_contains([${known.map(({ list }) => literal(list)).join(', ')}]::VARCHAR[], dataset_sha256)`;
  const names = (Object.keys(TABLES) as TableName[]).filter((name) => Object.hasOwn(tables, name));
  await database.transaction(async (session) => {
    for (const name of names) {
      const file = path.join(directory, `${name}.${format}`);
      const columns = stored(TABLES[name]);
      const list = columns.map(([column]) => `"${column}"`).join(', ');
      const values = columns.map(([column, declaration]) => read(column, declaration, format)).join(', ');
      try {
        // Lists that are here already are not taken a second time.
        const condition = (LIST_TABLES as readonly string[]).includes(name) ? isNew : 'true';
        await session.execute(
          `INSERT INTO ${name} (${list}) SELECT ${values} FROM ${reader(file, TABLES[name], format)} WHERE ${condition}`,
        );
      } catch (error) {
        if (error instanceof DatabaseError) throw error;
        throw new DatabaseError(`${file} cannot be taken in: ${(error as Error).message.split('\n')[0]}`);
      }
    }
  });
  return { simulations, experiments };
}

function readManifest(directory: string): Manifest {
  const file = path.join(directory, MANIFEST);
  if (!statusOf(directory)?.isDirectory() || !statusOf(file)?.isFile())
    throw new DatabaseError(`${directory} is no export of simcash: it has no ${MANIFEST}`);
  try {
    const manifest = JSON.parse(readFileSync(file, 'utf8')) as Manifest;
    const { experiments, format, simulations, tables } = manifest;
    const isList = (ids: unknown): boolean => Array.isArray(ids) && ids.every((id) => typeof id === 'string');
    if (isList(simulations) && isList(experiments) && EXPORT_FORMATS.includes(format) && typeof tables === 'object')
      return manifest;
  } catch {
    // Said below.
  }
  throw new DatabaseError(`${file} is not what simcash db export writes`);
}

async function refuseKnown(database: SimCashDatabase, table: string, key: string, ids: readonly string[]): Promise<void> {
  const known = await database.query<{ id: string }>(
    `SELECT ${key} AS id FROM ${table} WHERE list_contains([${ids.map(literal).join(', ')}]::VARCHAR[], ${key}) ORDER BY id LIMIT 3`,
  );
  if (known.length > 0)
    throw new DatabaseError(`${known.map(({ id }) => id).join(', ')}: stored already in ${database.path}; delete them first`);
}

function reader(file: string, table: Table, format: ExportFormat): string {
  if (format === 'parquet') return `read_parquet(${literal(file)})`;
  const types = stored(table).map(
    ([name, column]) => `${literal(name)}: ${literal(format === 'csv' ? 'VARCHAR' : plainType(column))}`,
  );
  const columns = `columns = {${types.join(', ')}}`;
  return format === 'csv'
    ? `read_csv(${literal(file)}, header = true, nullstr = '', allow_quoted_nulls = false, auto_detect = false, quote = '"', escape = '"', delim = ',', ${columns})`
    : `read_json(${literal(file)}, format = 'newline_delimited', ${columns})`;
}

const plainType = (column: Column): string => (column.type === 'WORD' ? 'VARCHAR' : column.type);
