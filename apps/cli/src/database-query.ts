import { csvOf, fieldOf, queryAny, type AnyRows, type AnyValue } from '@simcash/persistence';
import { exactJson } from '@simcash/protocol';
import { withDatabase } from './database.js';
import { usageError } from './exit-codes.js';
import { readText } from './files/reading.js';
import type { GlobalOptions } from './global-options.js';
import { note, print, say } from './output/streams.js';
import { table } from './output/table.js';

export interface QueryOptions extends GlobalOptions {
  csv?: boolean;
  jsonl?: boolean;
  limit?: number;
}

/** Rows that a table for people has at most, unless more are asked for. */
const MOST_ROWS = 1000;

/** `simcash db query`: the user's own SQL, for reading only; `-` is standard input. */
export async function queryDatabase(given: string, options: QueryOptions): Promise<void> {
  const forms = [options.json, options.csv, options.jsonl].filter(Boolean).length;
  if (forms > 1) throw usageError('--json, --jsonl and --csv exclude each other');
  const sql = given === '-' ? readText('-', 'query') : given;
  await withDatabase(options, true, async (database) => {
    const rows = await queryAny(database, sql);
    if (options.csv) {
      for await (const text of csvOf({ ...rows, pages: limited(rows, options.limit) })) print(text);
      return;
    }
    if (options.json || options.jsonl) return printJson(rows, options.limit, options.jsonl ?? false);
    await sayTable(rows, options);
  });
}

/** Rows up to a number, page by page. */
async function* limited({ pages }: AnyRows, limit = Infinity): AsyncGenerator<readonly (readonly AnyValue[])[]> {
  let left = limit;
  for await (const page of pages) {
    yield page.slice(0, left);
    left -= page.length;
    if (left <= 0) return;
  }
}

/** An array of objects, or an object a line; written as rows come. */
async function printJson(rows: AnyRows, limit: number | undefined, isLines: boolean): Promise<void> {
  let isFirst = true;
  if (!isLines) print('[');
  for await (const page of limited(rows, limit))
    for (const row of page) {
      const text = exactJson(Object.fromEntries(row.map((value, i) => [rows.columns[i]!, value])));
      print(isLines ? `${text}\n` : `${isFirst ? '' : ','}\n${text}`);
      isFirst = false;
    }
  if (!isLines) print('\n]\n');
}

async function sayTable(rows: AnyRows, { limit = MOST_ROWS, quiet }: QueryOptions): Promise<void> {
  const shown: string[][] = [];
  for await (const page of limited(rows, limit + 1))
    shown.push(...page.map((row) => row.map((value) => String(fieldOf(value) ?? '–'))));
  const isCut = shown.length > limit;
  say(`${table(rows.columns, shown.slice(0, limit))}\n`);
  if (isCut && !quiet) note(`The first ${limit} rows; --limit shows more, --csv and --jsonl print all.`);
}
