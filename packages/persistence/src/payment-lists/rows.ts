import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { DatabaseError, reasonOf } from '../errors.js';
import { statusOf } from '../file-status.js';
import { oneSelect } from '../queries/one-select.js';
import { closedSettings } from '../settings.js';
import { literal } from '../sql-text.js';

/** Rows of a stranger's table: texts under names, null where nothing is. */
export interface TextRows {
  /** Names of the columns. */
  readonly names: readonly string[];
  /** Columns of times: their texts are ISO. */
  readonly times: readonly string[];
  /** Columns of numbers: their texts have a point and no other marks. */
  readonly numbers: readonly string[];
  /** In the order of the table or query. */
  readonly rows: readonly (readonly (string | null)[])[];
}

/** What rows are read from: a Parquet file, or a table or query of a DuckDB file. */
export type RowsOf =
  | { readonly parquet: string }
  | {
      /** The database it is stored in. */ readonly database: string;
      /** The table in it. */ readonly table?: string | undefined;
      /** A query in it. */ readonly query?: string | undefined;
    };

/**
 * Reads rows as texts, in their order (spec 13 §3.2): numbers and decimals exactly, doubles by their shortest text, times as ISO texts
 * (instants with their offset). A DuckDB file is opened for reading, and nothing in it reaches another file.
 *
 * @throws DatabaseError
 */
export async function readTextRows(source: RowsOf): Promise<TextRows> {
  const file = 'parquet' in source ? source.parquet : source.database;
  const from =
    'parquet' in source
      ? `read_parquet(${literal(file)})`
      : source.table === undefined
        ? `(${source.query}\n)`
        : source.table
            .split('.')
            .map((part) => `"${part.replaceAll('"', '""')}"`)
            .join('.');
  if (!statusOf(file)?.isFile()) throw new DatabaseError(`${file} is no file that rows can be read from`);
  let instance: DuckDBInstance | undefined;
  try {
    instance = await ('parquet' in source ? DuckDBInstance.create() : DuckDBInstance.create(file, { access_mode: 'READ_ONLY' }));
    const connection = await instance.connect();
    const timer = setTimeout(() => connection.interrupt(), MOST_SECONDS * 1000);
    try {
      const allowed = 'parquet' in source ? [`SET allowed_paths = [${literal(path.resolve(file))}, ${literal(file)}]`] : [];
      await connection.run(closedSettings([...ORDER_AND_TIMES, ...allowed]));
      if ('query' in source && source.query !== undefined) await oneSelect(connection, source.query);
      const described = await connection.runAndReadAll(`DESCRIBE SELECT * FROM ${from} AS given`);
      const columns = described.getRowsJS() as [name: string, type: string][];
      const texts = columns.map(([name, type]) => textOf(`"${name.replaceAll('"', '""')}"`, type));
      const reader = await connection.runAndReadAll(`SELECT ${texts.join(', ')} FROM ${from} AS given LIMIT ${MOST_ROWS + 1}`);
      if (reader.currentRowCount > MOST_ROWS)
        throw new DatabaseError(`it has more than ${MOST_ROWS.toLocaleString('en')} rows, and no list may have more`);
      const rows = reader.getRowsJS() as (string | null)[][];
      columns.forEach(([, type], c) => {
        if (type === 'DOUBLE' || type === 'FLOAT') for (const row of rows) row[c] = decimalText(row[c]!);
      });
      const ofType = (shape: RegExp): string[] => columns.flatMap(([name, type]) => (shape.test(type) ? [name] : []));
      return {
        names: columns.map(([name]) => name),
        times: ofType(/^(TIMESTAMP|DATE|TIME)/),
        numbers: ofType(/^(DECIMAL|DOUBLE|FLOAT|U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?$)/),
        rows,
      };
    } finally {
      clearTimeout(timer);
      connection.closeSync();
    }
  } catch (error) {
    if ((error as Error).message.includes('INTERRUPT'))
      throw new DatabaseError(`${file} cannot be read: the query was not done after ${MOST_SECONDS} s`);
    throw new DatabaseError(`${file} cannot be read: ${reasonOf((error as Error).message)}`);
  } finally {
    instance?.closeSync();
  }
}

/** So many rows are still read; a query can make as many as it likes of none. */
const MOST_ROWS = 5_000_000;
const MOST_SECONDS = 60;

const ORDER_AND_TIMES = ["SET TimeZone = 'UTC'", 'SET preserve_insertion_order = true'];

/** The shortest text of a number as digits alone: `1e-05` is `0.00001`, `5.0` is `5`. */
function decimalText(text: string | null): string | null {
  const match = text === null ? null : /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(text);
  if (!match) return text;
  const [, sign, whole = '', fraction = '', exponent = '0'] = match;
  const digits = `${whole}${fraction}`;
  const point = whole.length + Number(exponent);
  const padded = point <= 0 ? digits.padStart(digits.length - point + 1, '0') : digits.padEnd(point, '0');
  const at = Math.max(point, 1);
  const behind = padded.slice(at).replace(/0+$/, '');
  return `${sign}${padded.slice(0, at)}${behind === '' ? '' : `.${behind}`}`;
}

function textOf(column: string, type: string): string {
  if (type === 'TIMESTAMP WITH TIME ZONE') return `strftime(${column}, '%Y-%m-%d %H:%M:%S.%f+00:00')`;
  if (type.startsWith('TIMESTAMP')) return `strftime(${column}, '%Y-%m-%d %H:%M:%S.%f')`;
  return `CAST(${column} AS VARCHAR)`;
}
