import { existsSync, realpathSync, statSync, type Stats } from 'node:fs';
import path from 'node:path';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { DatabaseError, isLock, isUnreplayed, reasonOf, translate } from './errors.js';
import { statusOf } from './file-status.js';
import { DESCRIPTION, SCHEMA } from './schema/current.js';
import { MIGRATIONS, recordMigration, SCHEMA_VERSION, type Migration } from './schema/migrations.js';
import { createFile } from './schema/new-file.js';
import { TABLES } from './schema/tables.js';
import { ownViews, QUERIED_VIEWS } from './schema/views.js';
import { INTERRUPTED, RECORDING_VARIABLE } from './schema/views/runs.js';
import { Session } from './session.js';
import { closedSettings } from './settings.js';
import { literal, UTC_NOW } from './sql-text.js';

/** How a database is opened. */
export interface OpenOptions {
  /** Read-only: never creates or changes anything; several processes may read together. */
  readOnly?: boolean;
  /** Directories that statements may read and write besides the database; none unless given. */
  directories?: readonly string[];
  /** Keep trying so many seconds while another process holds the file. */
  waitSeconds?: number;
}

const MEMORY = ':memory:';

/** Names of our tables, as SQL. */
const OWN_NAMES = Object.keys(TABLES).map(literal).join(', ');

/** Files that are open, under their real names: a second instance in the same process would not see the first one's lock. */
const openFiles = new Set<string>();

/** A SimCash database: a DuckDB file with the unified schema. */
export class SimCashDatabase extends Session {
  /** Simulations that this process is recording. */
  readonly #recording = new Set<string>();
  readonly #inode = inodeOf(this.path);

  private constructor(
    path: string,
    connection: DuckDBConnection,
    /** Whether nothing can be written. */
    readonly readOnly: boolean,
    private readonly instance: DuckDBInstance,
    private readonly file: string,
  ) {
    super(path, connection);
  }

  /**
   * Opens a database. For writing, a new file gets the schema, an older one its pending migrations, and simulations whose process
   * died are marked as failed.
   *
   * @throws DatabaseError
   */
  static async open(
    path: string,
    { directories = [], readOnly = false, waitSeconds = 0 }: OpenOptions = {},
  ): Promise<SimCashDatabase> {
    if (readOnly && path === MEMORY)
      throw new DatabaseError('a database in memory cannot be opened for reading: it would be empty');
    const file = claim(path);
    let database: SimCashDatabase | undefined;
    const isNew = path !== MEMORY && !existsSync(path);
    try {
      if (isNew) {
        if (readOnly) throw new DatabaseError(`database ${path} does not exist`);
        await createFile(path);
      }
      const instance = await openInstance(path, readOnly, waitSeconds);
      await lock(instance, path, directories);
      database = new SimCashDatabase(path, await instance.connect(), readOnly, instance, file);
      await database.#refuseForeignCode();
      if (readOnly) await database.#checkVersion();
      else {
        await database.migrate();
        // A new file is a copy of one that was made long ago.
        if (isNew) await database.execute(`UPDATE schema_migrations SET applied_at = ${UTC_NOW}`);
        await database.#failAbandonedRuns();
      }
      await database.execute(ownViews(QUERIED_VIEWS));
      return database;
    } catch (error) {
      database?.close();
      openFiles.delete(file);
      throw translate(error, path);
    }
  }

  /** Runs statements as one transaction, on a connection of its own: any number of them may be under way. */
  async transaction<T>(work: (session: Session) => Promise<T>): Promise<T> {
    const session = new Session(this.path, await this.connect());
    try {
      await session.execute('BEGIN');
      const result = await work(session);
      await session.execute('COMMIT');
      return result;
    } catch (error) {
      await session.connection.run('ROLLBACK').catch(() => undefined);
      throw error;
    } finally {
      session.connection.closeSync();
    }
  }

  /** Makes the schema, or applies all pending migrations or none; returns those applied. */
  async migrate(): Promise<readonly Migration[]> {
    const applied = await this.#appliedMigrations();
    if (applied === null) {
      await this.#refuseForeignTables();
      await this.transaction((session) => session.execute(SCHEMA.join(';\n')));
      return MIGRATIONS;
    }
    const pending = MIGRATIONS.filter((migration) => !applied.has(migration.version));
    if (pending.length > 0)
      await this.transaction(async (session) => {
        for (const migration of pending) await apply(session, migration);
        await session.execute(DESCRIPTION.join(';\n'));
      });
    return pending;
  }

  /** A further connection to the same file, for a writer with transactions of its own. */
  connect(): Promise<DuckDBConnection> {
    return this.instance.connect();
  }

  /** Notes which simulations are being recorded here; of others that are `running` views say that their process died. @throws DatabaseError for one that is being recorded */
  async noteRecording(simulationId: string, isRecording: boolean): Promise<void> {
    if (isRecording && this.#recording.has(simulationId))
      throw new DatabaseError(`simulation ${simulationId} is being recorded in ${this.path} already: choose another --id`);
    if (isRecording) this.#recording.add(simulationId);
    else this.#recording.delete(simulationId);
    const ids = [...this.#recording].map(literal);
    await this.execute(`SET VARIABLE ${RECORDING_VARIABLE} = [${ids.join(', ')}]::VARCHAR[]`);
  }

  /** What was written is in the file of this name. @throws DatabaseError if it was removed or replaced meanwhile */
  checkInPlace(): void {
    if (inodeOf(this.path) !== this.#inode)
      throw new DatabaseError(`database ${this.path} was removed or replaced while it was written: nothing of this is in it`);
  }

  /** Ends the work and gives back what it held. */
  close(): void {
    this.connection.closeSync();
    this.instance.closeSync();
    openFiles.delete(this.file);
  }

  /** The same at the end of a block with `using`. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** Versions of the migrations that a file has; null if it has no schema at all. @throws DatabaseError for versions of others */
  async #appliedMigrations(): Promise<ReadonlySet<number> | null> {
    const [found] = await this.query("SELECT 1 AS yes FROM duckdb_tables() WHERE table_name = 'schema_migrations'");
    if (!found) return null;
    const rows = await this.query<{ version: number; checksum: string }>(
      'SELECT version, checksum FROM schema_migrations ORDER BY version',
    );
    for (const row of rows) {
      const known = MIGRATIONS.find((migration) => migration.version === row.version);
      if (!known) {
        throw new DatabaseError(
          `database ${this.path} has schema version ${row.version}, this program knows ${SCHEMA_VERSION}: update simcash`,
        );
      }
      if (!known.checksums.includes(row.checksum)) {
        throw new DatabaseError(
          `database ${this.path}: migration ${row.version} was applied with another text; the file cannot be trusted`,
        );
      }
    }
    return new Set(rows.map((row) => row.version));
  }

  /** Tables are data; what computes is not taken from a file that somebody else may have made (macros stand in for functions). */
  async #refuseForeignCode(): Promise<void> {
    const macros = await this.query<{ name: string }>(
      "SELECT DISTINCT function_name AS name FROM duckdb_functions() WHERE NOT internal AND database_name NOT IN ('system', 'temp')",
    );
    const views = await this.query<{ name: string }>(
      `SELECT view_name AS name FROM duckdb_views() WHERE NOT internal AND NOT temporary AND view_name IN (${OWN_NAMES})`,
    );
    const [first] = [...macros, ...views];
    if (first)
      throw new DatabaseError(
        `database ${this.path} has code of somebody else: ${macros.length > 0 ? 'macro' : 'view'} ${first.name}; export its tables and import them into a new file`,
      );
  }

  /** A file without our schema may have tables of somebody else, but none that stand where ours have to be made. */
  async #refuseForeignTables(): Promise<void> {
    const [foreign] = await this.query<{ name: string }>(
      `SELECT table_name AS name FROM duckdb_tables() WHERE NOT internal AND table_name IN (${OWN_NAMES}) ORDER BY name LIMIT 1`,
    );
    if (foreign)
      throw new DatabaseError(
        `${this.path} is not a SimCash database: it has a table ${foreign.name} of another program; name another file`,
      );
  }

  async #checkVersion(): Promise<void> {
    const applied = await this.#appliedMigrations();
    if (applied === null) throw new DatabaseError(`${this.path} is not a SimCash database: it has no schema_migrations table`);
    if (applied.size < MIGRATIONS.length)
      throw new DatabaseError(`database ${this.path} has an older schema: run 'simcash db migrate --db ${this.path}'`);
  }

  /** One process owns the file, so a run that is still `running` belongs to nobody any more (spec 09 §5.5). */
  async #failAbandonedRuns(): Promise<void> {
    for (const table of ['simulations', 'experiments'])
      await this.execute(
        `UPDATE ${table} SET status = 'failed', error_message = ${literal(INTERRUPTED)} WHERE status = 'running'`,
      );
  }
}

/** Notes that a file is open. @returns its real name @throws DatabaseError if it is open already, by whatever name */
function claim(name: string): string {
  const file = realName(name);
  if (file !== MEMORY && openFiles.has(file)) throw new DatabaseError(`database ${name} is open in this process already`);
  openFiles.add(file);
  return file;
}

/** One name for a file that may be reached by several: relative, through links, or not made yet. */
function realName(name: string): string {
  if (name === MEMORY) return MEMORY;
  const directory = path.dirname(name);
  if (!statusOf(directory)?.isDirectory())
    throw new DatabaseError(`database ${name} cannot be opened: there is no directory ${directory}`);
  const there = databaseStatus(name);
  // Of a pipe or a device, the opening alone could last for ever.
  if (there && !there.isFile() && !there.isDirectory())
    throw new DatabaseError(`database ${name} cannot be opened: it is no regular file`);
  return there ? realpathSync(name) : path.join(realpathSync(directory), path.basename(name));
}

/** Undefined for a file that is not there. @throws DatabaseError for a name that cannot be one */
function databaseStatus(name: string): Stats | undefined {
  try {
    return statSync(name, { throwIfNoEntry: false });
  } catch (error) {
    throw new DatabaseError(`database ${name} cannot be opened: ${reasonOf((error as Error).message)}`);
  }
}

async function openInstance(file: string, readOnly: boolean, waitSeconds: number): Promise<DuckDBInstance> {
  const options: Record<string, string> = readOnly ? { access_mode: 'READ_ONLY' } : { checkpoint_threshold: '1GB' };
  const deadline = Date.now() + waitSeconds * 1000;
  for (;;) {
    try {
      return await DuckDBInstance.create(file, options);
    } catch (error) {
      if (!readOnly && isUnreplayed(error)) {
        await replayLog(file);
        continue;
      }
      if (!isLock(error) || Date.now() >= deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}

/**
 * Takes the log of a process that was killed into its file. What defines views and comments DuckDB can only replay for a database
 * that is attached to another one.
 */
async function replayLog(file: string): Promise<void> {
  const instance = await DuckDBInstance.create(MEMORY);
  const connection = await instance.connect();
  try {
    await connection.run(`ATTACH ${literal(file)} AS killed; CHECKPOINT killed; DETACH killed`);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** A file may be a stranger's: nothing in it can read, write or load anything but the file itself, whatever is asked of it. */
async function lock(instance: DuckDBInstance, file: string, directories: readonly string[]): Promise<void> {
  const connection = await instance.connect();
  const allowed = [...directories, ...(file === MEMORY ? [] : [`${file}.tmp`])].map((directory) =>
    literal(`${path.resolve(directory)}/`),
  );
  try {
    await connection.run(closedSettings([`SET allowed_directories = [${allowed.join(', ')}]`]));
  } finally {
    connection.closeSync();
  }
}

async function apply(session: Session, migration: Migration): Promise<void> {
  try {
    for (const statement of [...migration.statements, recordMigration(migration)]) await session.execute(statement);
  } catch (error) {
    throw new DatabaseError(`Migration ${migration.version} failed: ${(error as Error).message}`);
  }
}

/** Tells a file from another one of the same name; null if there is none, as in memory. */
const inodeOf = (path: string): bigint | null => statSync(path, { bigint: true, throwIfNoEntry: false })?.ino ?? null;
