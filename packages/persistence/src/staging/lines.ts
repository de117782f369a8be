import type { DuckDBConnection } from '@duckdb/node-api';

/** Event lines, tick by tick, copied into a temporary table `(text VARCHAR, first INTEGER)`; SQL cuts them apart. */
export class LineStage {
  readonly #ticks: { text: string; events: number }[] = [];
  #marked = 0;

  constructor(readonly table: string) {}

  get ddl(): string {
    return `CREATE OR REPLACE TEMP TABLE ${this.table} (text VARCHAR, first INTEGER)`;
  }

  /** Appends the lines of a tick's events, each ended by a line break. */
  add(lines: string, events: number): void {
    if (events > 0) this.#ticks.push({ text: lines.slice(0, -1), events });
  }

  /** Lines up to here belong to days that are complete. */
  mark(): void {
    this.#marked = this.#ticks.length;
  }

  /** Ticks that {@link move} would take. */
  rows(onlyMarked: boolean): number {
    return onlyMarked ? this.#marked : this.#ticks.length;
  }

  /** Copies lines into the temporary table, with the number of the first event among them, and forgets them. */
  async move(connection: DuckDBConnection, onlyMarked: boolean): Promise<void> {
    const appender = await connection.createAppender(this.table, null, 'temp');
    let first = 0;
    for (const { events, text } of this.#ticks.splice(0, this.rows(onlyMarked))) {
      appender.appendVarchar(text);
      appender.appendInteger(first);
      appender.endRow();
      first += events;
    }
    appender.closeSync();
    this.#marked = 0;
  }
}
