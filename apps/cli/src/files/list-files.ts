import path from 'node:path';
import { csv } from '@simcash/protocol';
import { usageError } from '../exit-codes.js';
import { writeParquet } from './parquet.js';
import { writeText, type ForceOptions } from './writing.js';

type Row = Readonly<Record<string, string | number | null>>;

/** @throws CommandError for a name that is neither a CSV nor a Parquet file's */
export function checkListFile(file: string): void {
  if (!['.csv', '.parquet'].includes(path.extname(file))) throw usageError(`--out ${file}: expected a .csv or a .parquet file`);
}

/** How a scenario reads a list that was written here: its amounts are cents. */
export const readingText = (file: string, deadlines = ''): string =>
  `amounts are cents: a scenario reads the list with payments: {file: ${file}, amount: {unit: minor}${deadlines}}`;

/** Writes payments as CSV or Parquet by the file's extension. @throws CommandError */
export async function writeListFile(
  file: string,
  columns: readonly string[],
  rows: readonly Row[],
  options: ForceOptions,
  inputs: readonly string[],
): Promise<void> {
  if (path.extname(file) === '.parquet') return writeParquet(`--out ${file}`, file, columns, rows, options, inputs);
  const lines = rows.map((row) => columns.map((column) => row[column] ?? null));
  writeText(`--out ${file}`, file, csv(columns, lines), options, inputs);
}
