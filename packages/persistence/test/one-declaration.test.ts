import { DuckDBInstance } from '@duckdb/node-api';
import { afterEach, expect, it } from 'vitest';
import { double, optional, type Column } from '../src/schema/column.js';
import { comments, createTable } from '../src/schema/ddl.js';
import { TABLES } from '../src/schema/tables.js';
import { rowStageOf } from '../src/staging/stage-of.js';
import { Vocabulary } from '../src/staging/vocabulary.js';

/** A column is declared in one place: statements, comments and rows follow (docs/guide/extending.md). */

const { tick_summaries: table } = TABLES;
const columns = table.columns as unknown as Record<string, Column>;

afterEach(() => {
  delete columns['temperature'];
});

it('a column that is declared is created, explained and filled', async () => {
  columns['temperature'] = optional(double('degrees in the room of the computer'));
  const connection = await (await DuckDBInstance.create()).connect();
  await connection.run(createTable('tick_summaries', table));
  for (const comment of comments('TABLE', 'tick_summaries', table.about, columns)) await connection.run(comment);
  const stage = rowStageOf('tick_summaries', 'warm', new Vocabulary()) as unknown as {
    add(row: Record<string, number>): void;
    names: readonly string[];
  };
  expect(stage.names.at(-1)).toBe('temperature');
  stage.add({ tick: 1, day: 0, temperature: 36.5 });
  const explained = await connection.runAndReadAll(
    "SELECT comment FROM duckdb_columns() WHERE table_name = 'tick_summaries' AND column_name = 'temperature'",
  );
  expect(explained.getRows()).toEqual([['degrees in the room of the computer']]);
});
