import type { DuckDBConnection } from '@duckdb/node-api';
import { translate } from '../errors.js';
import { ROW_GROUP_CHUNKS, type Portion, type Stage } from '../staging/stage.js';

/** Chunks with which a transaction begins: few, so that DuckDB is not idle until there is a row group. */
const FIRST_CHUNKS = 16;
/** Row groups that may wait for their turn. */
const WAITING_ROW_GROUPS = 3;

/**
 * Hands staged rows to DuckDB, which writes them on its own threads while the next ticks are computed. At most one write is under
 * way; a second one waits for it. Writes form one transaction until one of them commits (spec 09 §5.4).
 */
export class WritePipeline {
  #inTransaction = false;
  #busy = false;
  #inFlight: Promise<void> = Promise.resolve();
  #failure: Error | null = null;

  constructor(
    private readonly connection: DuckDBConnection,
    private readonly path: string,
    private readonly stages: readonly Stage[],
  ) {}

  /** Whether a write is under way. */
  get isBusy(): boolean {
    return this.#busy;
  }

  /** Whether so many rows wait that DuckDB should have them. */
  isFull(completeDays: boolean): boolean {
    const enough = this.#inTransaction ? ROW_GROUP_CHUNKS : FIRST_CHUNKS;
    return this.stages.some((stage) => stage.packed(completeDays) >= enough);
  }

  /** Whether so many rows wait that no more should come. */
  get overflows(): boolean {
    return this.stages.some((stage) => stage.packed(false) >= WAITING_ROW_GROUPS * ROW_GROUP_CHUNKS);
  }

  /** Brings waiting rows into DuckDB's form. */
  pack(): void {
    for (const stage of this.stages) stage.pack();
  }

  /** Notes that all rows belong to days that are complete. */
  completeDay(): void {
    for (const stage of this.stages) stage.completeDay();
  }

  /** Lets DuckDB write rows of complete days, or of all days, into the open transaction. */
  async write(completeDays: boolean): Promise<void> {
    await this.#write({ completeDays, rowGroups: this.#inTransaction }, []);
    this.#inTransaction = true;
  }

  /** Lets DuckDB write the rows of complete days, carry out some statements, and commit. */
  async commit(statements: readonly string[]): Promise<void> {
    await this.#write({ completeDays: true, rowGroups: false }, [...statements, 'COMMIT']);
    this.#inTransaction = false;
  }

  /** Waits for the write that is under way. @throws DatabaseError if a write failed */
  async settled(): Promise<void> {
    await this.#inFlight;
    this.check();
  }

  /** @throws DatabaseError if a write failed */
  check(): void {
    if (this.#failure) throw this.#failure;
  }

  /** Takes back what the open transaction has written. */
  async abandon(): Promise<void> {
    await this.#inFlight;
    if (this.#inTransaction) await this.connection.run('ROLLBACK').catch(() => undefined);
    this.#inTransaction = false;
  }

  async #write(portion: Portion, statements: readonly string[]): Promise<void> {
    await this.settled();
    this.#busy = true;
    try {
      const moving = this.stages.filter((stage) => stage.hasRows(portion));
      if (moving.length > 0) await this.connection.run(moving.map((stage) => stage.ddl).join(';\n'));
      for (const stage of moving) await stage.move(this.connection, portion);
      const inserts = moving.flatMap((stage) => [stage.insert, stage.drop]);
      this.#inFlight = this.#run([...(this.#inTransaction ? [] : ['BEGIN']), ...inserts, ...statements]);
    } catch (error) {
      this.#busy = false;
      throw translate(error, this.path);
    }
  }

  async #run(sql: readonly string[]): Promise<void> {
    try {
      await this.connection.run(sql.join(';\n'));
    } catch (error) {
      this.#failure = translate(error, this.path);
      await this.connection.run('ROLLBACK').catch(() => undefined);
      this.#inTransaction = false;
    } finally {
      this.#busy = false;
    }
  }
}
