import type { DuckDBConnection } from '@duckdb/node-api';
import { translate } from '../errors.js';
import { ROW_GROUP_ROWS, type Portion, type Stage, type TakenRows } from '../staging/stage.js';

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
    return this.stages.some((stage) => stage.packed(completeDays) >= ROW_GROUP_ROWS);
  }

  /** Whether so many rows wait that no more should come. */
  get overflows(): boolean {
    return this.stages.some((stage) => stage.packed(false) >= WAITING_ROW_GROUPS * ROW_GROUP_ROWS);
  }

  /** Brings waiting rows into DuckDB's form. */
  pack(): void {
    for (const stage of this.stages) stage.pack();
  }

  /** Notes that all rows belong to days that are complete. */
  completeDay(): void {
    for (const stage of this.stages) stage.completeDay();
  }

  /** Lets DuckDB write whole row groups of complete days, or of all days, into the open transaction. */
  async write(completeDays: boolean): Promise<void> {
    await this.#write({ completeDays, rowGroups: true }, []);
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

  /**
   * Appending compresses full row groups on this thread; moved from a temporary table they are compressed on one of DuckDB's. So
   * many rows go through temporary tables, and few go directly into their tables, which saves planning statements.
   */
  async #write(portion: Portion, statements: readonly string[]): Promise<void> {
    await this.settled();
    this.#busy = true;
    const moving = this.stages.map((stage) => ({ stage, ...stage.take(portion) })).filter(({ rows }) => rows > 0);
    const many = moving.filter(({ rows }) => rows >= ROW_GROUP_ROWS);
    const few = moving.filter(({ rows }) => rows < ROW_GROUP_ROWS);
    try {
      if (!this.#inTransaction) await this.connection.run('BEGIN');
      for (const { stage } of many) await this.connection.run(stage.createTemporary);
      for (const { chunks, stage } of many) await stage.append(this.connection, chunks, 'temporary');
    } catch (error) {
      await this.#fail(error);
      this.#busy = false;
      this.check();
    }
    this.#inFlight = this.#run(many, few, statements);
  }

  async #run(many: readonly Moving[], few: readonly Moving[], statements: readonly string[]): Promise<void> {
    try {
      for (const { stage } of many) await this.connection.run(stage.moveFromTemporary);
      for (const { chunks, stage } of few) await stage.append(this.connection, chunks, 'table');
      if (statements.length > 0) await this.connection.run(statements.join(';\n'));
    } catch (error) {
      await this.#fail(error);
    } finally {
      this.#busy = false;
    }
  }

  async #fail(error: unknown): Promise<void> {
    this.#failure = translate(error, this.path);
    await this.connection.run('ROLLBACK').catch(() => undefined);
    this.#inTransaction = false;
  }
}

/** Rows on their way into a table. */
interface Moving extends TakenRows {
  readonly stage: Stage;
}
