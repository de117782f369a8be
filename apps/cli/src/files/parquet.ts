import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { SimCashDatabase } from '@simcash/persistence';
import { OutputFile, type ForceOptions } from './writing.js';

type Value = string | number | null;

/**
 * Writes rows to a Parquet file: whole numbers, doubles or texts, by what a column holds.
 *
 * @param option with its value, as the user wrote it
 * @throws CommandError
 */
export async function writeParquet(
  option: string,
  file: string,
  names: readonly string[],
  rows: readonly Readonly<Record<string, Value>>[],
  options: ForceOptions,
  inputs: readonly string[],
): Promise<void> {
  OutputFile.check(option, file, options, inputs);
  const directory = mkdtempSync(path.join(tmpdir(), 'simcash-parquet-'));
  try {
    const made = path.join(directory, 'rows.parquet');
    await copyToParquet(made, names, rows, directory);
    const output = OutputFile.open(option, file);
    try {
      output.write(readFileSync(made));
      output.complete();
    } finally {
      output.discard();
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function copyToParquet(
  file: string,
  names: readonly string[],
  rows: readonly Readonly<Record<string, Value>>[],
  directory: string,
): Promise<void> {
  const types = names.map((name) => columnType(rows.map((row) => row[name] ?? null)));
  const database = await SimCashDatabase.open(':memory:', { directories: [directory] });
  try {
    const quoted = names.map((name, i) => `"${name}" ${types[i]}`);
    await database.execute(`CREATE TEMP TABLE rows (${quoted.join(', ')})`);
    const appender = await database.connection.createAppender('rows');
    for (const row of rows) {
      names.forEach((name, i) => {
        const value = row[name] ?? null;
        if (value === null) appender.appendNull();
        else if (types[i] === 'VARCHAR') appender.appendVarchar(String(value));
        else if (types[i] === 'BIGINT') appender.appendBigInt(BigInt(value));
        else appender.appendDouble(Number(value));
      });
      appender.endRow();
    }
    appender.closeSync();
    await database.execute(`COPY rows TO '${file.replaceAll("'", "''")}' (FORMAT parquet, COMPRESSION zstd)`);
  } finally {
    database.close();
  }
}

function columnType(values: readonly Value[]): 'VARCHAR' | 'BIGINT' | 'DOUBLE' {
  if (values.some((value) => typeof value === 'string')) return 'VARCHAR';
  return values.every((value) => value === null || Number.isSafeInteger(value)) ? 'BIGINT' : 'DOUBLE';
}
