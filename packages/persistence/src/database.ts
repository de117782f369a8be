import { createHash } from 'node:crypto';
import { existsSync, realpathSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { DuckDBInstance, type DuckDBConnection, type DuckDBValue } from '@duckdb/node-api';
import { DatabaseError, translate } from './errors.js';
import { MIGRATIONS, SCHEMA_VERSION, type Migration } from './schema/migrations.js';

/** A value of a result row: money, counts and ticks are numbers, guarded to the exact range; seeds stay bigints. */
export type SqlValue = string | number | bigint | boolean | null | SqlValue[];
export type SqlRow = Record<string, SqlValue>;

export interface OpenOptions {
  /** Read-only: never creates or changes anything; several processes may read together. */
  readOnly?: boolean;
  /** Keep trying so many seconds while another process holds the file. */
  waitSeconds?: number;
}

const MEMORY = ':memory:';

/** Files that are open, under their real names: a second instance in the same process would not see the first one's lock. */
const openFiles = new Set<string>();

/** A SimCash database: a DuckDB file with the unified schema. */
export class SimCashDatabase {
  private constructor(
    readonly path: string,
    readonly connection: DuckDBConnection,
    readonly readOnly: boolean,
    private readonly instance: DuckDBInstance,
    private readonly file: string,
  ) {}

  /**
   * Opens a database. For writing, a new file gets the schema, an older one its pending migrations, and simulations whose process
   * died are marked as failed.
   *
   * @throws DatabaseError
   */
  static async open(path: string, { readOnly = false, waitSeconds = 0 }: OpenOptions = {}): Promise<SimCashDatabase> {
    const exists = path === MEMORY || existsSync(path);
    if (readOnly && !exists) throw new DatabaseError(`database ${path} does not exist`);
    const file = claim(path);
    let database: SimCashDatabase | undefined;
    try {
      const instance = await openInstance(path, readOnly, waitSeconds);
      database = new SimCashDatabase(path, await instance.connect(), readOnly, instance, file);
      if (readOnly) await database.#checkVersion();
      else {
        await database.migrate();
        await database.#failAbandonedRuns();
      }
      return database;
    } catch (error) {
      database?.close();
      openFiles.delete(file);
      // What could not be made complete is not left behind, unless somebody else is making it now.
      if (!exists && !isLock(error)) rmSync(path, { force: true });
      throw translate(error, path);
    }
  }

  /** Runs SQL without result. */
  async execute(sql: string, values?: DuckDBValue[]): Promise<void> {
    try {
      await this.connection.run(sql, values);
    } catch (error) {
      throw translate(error, this.path);
    }
  }

  /** Runs a query and gives its rows as plain objects. */
  async query<Row = SqlRow>(sql: string, values?: DuckDBValue[]): Promise<Row[]> {
    try {
      const reader = await this.connection.runAndReadAll(sql, values);
      const seeds = reader.columnTypes().map((type) => String(type) === 'UBIGINT');
      const names = reader.deduplicatedColumnNames();
      return reader
        .getRowsJS()
        .map((row) => Object.fromEntries(row.map((value, i) => [names[i]!, plain(value, seeds[i]!)])) as Row);
    } catch (error) {
      throw translate(error, this.path);
    }
  }

  /** Runs statements as one transaction. */
  async transaction(work: () => Promise<void>): Promise<void> {
    await this.execute('BEGIN');
    try {
      await work();
      await this.execute('COMMIT');
    } catch (error) {
      await this.connection.run('ROLLBACK').catch(() => undefined);
      throw error;
    }
  }

  /** Applies pending migrations, each in a transaction of its own; returns those applied. */
  async migrate(): Promise<Migration[]> {
    await this.execute(
      'CREATE TABLE IF NOT EXISTS schema_migrations (version INTEGER PRIMARY KEY, description VARCHAR NOT NULL, checksum VARCHAR NOT NULL, applied_at TIMESTAMP NOT NULL)',
    );
    const applied = await this.#appliedMigrations();
    const pending = MIGRATIONS.filter((migration) => !applied.has(migration.version));
    for (const migration of pending) await this.#apply(migration);
    return pending;
  }

  /** A further connection to the same file, for a writer with transactions of its own. */
  connect(): Promise<DuckDBConnection> {
    return this.instance.connect();
  }

  close(): void {
    this.connection.closeSync();
    this.instance.closeSync();
    openFiles.delete(this.file);
  }

  async #apply(migration: Migration): Promise<void> {
    try {
      await this.transaction(async () => {
        for (const statement of migration.statements) await this.execute(statement);
        const { version, description } = migration;
        await this.execute('INSERT INTO schema_migrations VALUES ($1, $2, $3, now()::TIMESTAMP)', [
          version,
          description,
          checksum(migration),
        ]);
      });
    } catch (error) {
      throw new DatabaseError(`Migration ${migration.version} failed: ${(error as Error).message}`);
    }
  }

  async #appliedMigrations(): Promise<Set<number>> {
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
      if (checksum(known) !== row.checksum && !known.equivalents?.includes(row.checksum)) {
        throw new DatabaseError(
          `database ${this.path}: migration ${row.version} was applied with another text; the file cannot be trusted`,
        );
      }
    }
    return new Set(rows.map((row) => row.version));
  }

  async #checkVersion(): Promise<void> {
    const [found] = await this.query("SELECT 1 AS yes FROM duckdb_tables() WHERE table_name = 'schema_migrations'");
    if (!found) throw new DatabaseError(`${this.path} is not a SimCash database: it has no schema_migrations table`);
    const applied = await this.#appliedMigrations();
    if (applied.size < MIGRATIONS.length)
      throw new DatabaseError(`database ${this.path} has an older schema: run 'simcash db migrate --db ${this.path}'`);
  }

  /** One process owns the file, so a run that is still `running` belongs to nobody any more (spec 09 §5.5). */
  async #failAbandonedRuns(): Promise<void> {
    await this.execute(
      "UPDATE simulations SET status = 'failed', error_message = 'interrupted (process ended)' WHERE status = 'running'",
    );
    await this.execute(
      "UPDATE experiments SET status = 'failed', error_message = 'interrupted (process ended)' WHERE status = 'running'",
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
  if (!statSync(directory, { throwIfNoEntry: false })?.isDirectory())
    throw new DatabaseError(`database ${name} cannot be opened: there is no directory ${directory}`);
  return existsSync(name) ? realpathSync(name) : path.join(realpathSync(directory), path.basename(name));
}

async function openInstance(file: string, readOnly: boolean, waitSeconds: number): Promise<DuckDBInstance> {
  const options: Record<string, string> = readOnly ? { access_mode: 'READ_ONLY' } : { checkpoint_threshold: '1GB' };
  const deadline = Date.now() + waitSeconds * 1000;
  for (;;) {
    try {
      return await DuckDBInstance.create(file, options);
    } catch (error) {
      if (!isLock(error) || Date.now() >= deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}

function isLock(error: unknown): boolean {
  return (error as Error).message.includes('Could not set lock');
}

function checksum(migration: Migration): string {
  return createHash('sha256').update(migration.statements.join(';\n')).digest('hex');
}

function plain(value: unknown, keepBigints: boolean): SqlValue {
  if (typeof value === 'bigint') {
    if (keepBigints) return value;
    if (value > BigInt(Number.MAX_SAFE_INTEGER) || value < -BigInt(Number.MAX_SAFE_INTEGER)) {
      throw new DatabaseError(`a stored number is outside the exact range: ${value}`);
    }
    return Number(value);
  }
  if (Array.isArray(value)) return value.map((element) => plain(element, keepBigints));
  if (value instanceof Date) return value.toISOString();
  return value as SqlValue;
}
