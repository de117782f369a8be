import { CsvReader } from '../csv/records.js';
import { csvSchema, type CsvConfig } from '../csv/schema.js';
import { FileError } from '../file-error.js';

/** A file as rows of texts: what its name says, or its first record, names the columns. */
export interface Texts {
  /** Null for a file without a header. */
  readonly names: readonly string[] | null;
  /** Texts of each record, in the order of the file. */
  readonly rows: readonly (readonly string[])[];
}

const DELIMITERS = [',', ';', '\t', '|'];
const QUOTES = ['"', "'"];

/** Guesses how a CSV file is written: what makes most of its records equally long, and longest. */
export function guessDialect(file: string, bytes: Uint8Array, isWhole: boolean): { csv: CsvConfig; texts: Texts } {
  const encoding = isUtf8(bytes, isWhole) ? 'utf-8' : 'latin-1';
  let best: { csv: CsvConfig; records: string[][]; score: number } | null = null;
  for (const quote of QUOTES)
    for (const delimiter of DELIMITERS) {
      const csv = csvSchema.parse({ delimiter, quote, encoding });
      const records = recordsOf(file, bytes, csv, isWhole);
      const score = records === null ? -1 : regularity(records);
      if (records !== null && score > (best?.score ?? 0)) best = { csv, records, score };
    }
  if (best === null) throw new FileError(`${file}: no rows with columns that repeat; is it a list of payments?`);
  const { csv, records } = best;
  const width = usualWidth(records);
  const regular = records.filter(({ length }) => length === width);
  const header = hasHeader(regular);
  return {
    csv: { ...csv, header },
    texts: { names: header ? regular[0]! : null, rows: header ? regular.slice(1) : regular },
  };
}

function isUtf8(bytes: Uint8Array, isWhole: boolean): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: !isWhole });
    return true;
  } catch {
    return false;
  }
}

/** Null if a quote is never closed. */
function recordsOf(file: string, bytes: Uint8Array, csv: CsvConfig, isWhole: boolean): string[][] | null {
  const records: string[][] = [];
  const reader = new CsvReader(csv, ({ fault, fields }) => {
    if (fault === null) records.push([...fields]);
  });
  reader.write(bytes);
  if (!isWhole) return records;
  try {
    reader.end(file);
  } catch (error) {
    if (error instanceof FileError) return null;
    throw error;
  }
  return records;
}

function usualWidth(records: readonly (readonly string[])[]): number {
  const counts = new Map<number, number>();
  for (const { length } of records) counts.set(length, (counts.get(length) ?? 0) + 1);
  return [...counts].reduce((most, one) => (one[1] > most[1] ? one : most), [0, 0])[0];
}

/** Share of the records that are as long as most are; more columns decide between equals. One column is none. */
function regularity(records: readonly (readonly string[])[]): number {
  const width = usualWidth(records);
  if (width < 2) return 0;
  const share = records.filter(({ length }) => length === width).length / records.length;
  return share + Math.min(width, 99) / 10_000;
}

/** A first record without a number in it names columns, if the ones below have numbers. */
function hasHeader(records: readonly (readonly string[])[]): boolean {
  const [first, second] = records;
  const hasNumber = (record: readonly string[]): boolean => record.some((text) => /^(?=.*\d)[\d.,:/ '+TZ-]*$/.test(text));
  return first !== undefined && !hasNumber(first) && (second === undefined || hasNumber(second));
}
