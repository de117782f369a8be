import path from 'node:path';
import { closeSync, constants, fstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { ScenarioError } from '@simcash/engine';
import {
  formatOf,
  identityOf,
  isFile,
  isRun,
  isTable,
  PaymentsError,
  pacsContent,
  paymentSources,
  readPayments,
  RowsRejectedError,
  resolveTables,
  TablesRejectedError,
  ticksPerDayOf,
  type Content,
  type ReadPayments,
  type Rejection,
  type ResolvedTables,
  type SourceConfig,
  type TableReport,
} from '@simcash/payments';
import type { RowsOf, TextRows } from '@simcash/persistence';
import { counted } from '@simcash/protocol';
import { CommandError, EXIT, inputError } from '../exit-codes.js';
import type { GlobalOptions } from '../global-options.js';
import type { Confines } from './confines.js';
import { statusOf } from './status.js';

/** Where the sources of a scenario's payments may lie. */
export interface SourcePlaces {
  readonly confines: Confines;
  /** Files that the user named on the command line: they may lie anywhere. */
  readonly named: ReadonlySet<string>;
  /** The user's own database. */
  readonly database: GlobalOptions;
}

/**
 * Reads the payment lists that a scenario document names: of one without the key `payments` nothing.
 *
 * @param inputs takes every file that is read
 * @throws ScenarioError for keys that are wrong; CommandError for what cannot be read; RowsRejectedError
 */
export async function readPaymentLists(document: unknown, places: SourcePlaces, inputs: string[]): Promise<ReadPayments | null> {
  if (typeof document !== 'object' || document === null) return null;
  const given = document as Record<string, unknown>;
  try {
    const contents: Content[] = [];
    for (const source of paymentSources(given)) contents.push(await contentOf(source, given, places, inputs));
    return readPayments(given, (_, i) => contents[i]!);
  } catch (error) {
    if (error instanceof PaymentsError) throw new ScenarioError(error.issues);
    throw error;
  }
}

/**
 * Reads the accounts and limits that a scenario document names.
 *
 * @param isStrict false to go on without rejected rows
 * @throws ScenarioError, CommandError
 */
export function tablesOf(
  document: Record<string, unknown>,
  { confines, named }: Pick<SourcePlaces, 'confines' | 'named'>,
  inputs: string[],
  isStrict: boolean,
): ResolvedTables {
  const open = (name: string): Generator<Uint8Array> => {
    const file = named.has(name) ? name : confines.resolve(name, 'accounts and limits');
    inputs.push(file);
    return chunksOf(file);
  };
  try {
    return resolveTables(document, open, isStrict);
  } catch (error) {
    if (error instanceof PaymentsError) throw new ScenarioError(error.issues);
    if (error instanceof TablesRejectedError) throw rejectionError(error.report, [error.file]);
    throw error;
  }
}

async function contentOf(
  source: SourceConfig,
  document: Record<string, unknown>,
  { confines, database, named }: SourcePlaces,
  inputs: string[],
): Promise<Content> {
  const resolved = (name: string): string => {
    const isNamed = named.has(name) || named.has(path.dirname(name));
    const file = isNamed ? name : confines.resolve(name, 'payments');
    inputs.push(file);
    return file;
  };
  if (isFile(source)) {
    const file = resolved(source.file);
    const format = formatOf(source);
    if (format === 'pacs')
      return pacsContent(
        filesIn(file).map((name) => (name === '' ? file : resolved(path.join(source.file, name)))),
        chunksOf,
        source.pacs,
      );
    return format === 'parquet'
      ? { ...(await rowsOf({ parquet: file })), identity: identityOf(chunksOf(file)) }
      : { bytes: chunksOf(file) };
  }
  if (isTable(source)) return rowsOf({ database: resolved(source.database), table: source.table, query: source.query });
  const { withDatabase } = await import('../database.js');
  const { arrivalsOfRun, findPaymentList, findSimulation, loadPaymentList } = await import('@simcash/persistence');
  if (!isRun(source))
    return withDatabase(database, true, async (own) => {
      const { dataset_sha256: name, ticks_per_day: stored } = await findPaymentList(own, source.dataset);
      if (stored !== ticksPerDayOf(document))
        throw inputError(`data set ${source.dataset} has days of ${stored} ticks, the scenario of ${ticksPerDayOf(document)}`);
      const list = await loadPaymentList(own, name);
      return { payments: Array.from({ length: list.length }, (_, i) => list.at(i)) };
    });
  const from = source.database === undefined ? database : { ...database, db: resolved(source.database) };
  const ticks = ticksPerDayOf(document);
  return withDatabase(from, true, async (stored) => ({
    payments: await arrivalsOfRun(stored, source.run, ticks, source.include_scenario),
    days: (await findSimulation(stored, source.run)).num_days,
  }));
}

export async function rowsOf(source: RowsOf): Promise<TextRows> {
  const { DatabaseError, readTextRows } = await import('@simcash/persistence');
  try {
    return await readTextRows(source);
  } catch (error) {
    if (error instanceof DatabaseError) throw inputError(error.message);
    throw error;
  }
}

/** Names of the messages in a directory, in their order; an empty one for what is a file itself. @throws CommandError */
function filesIn(place: string): string[] {
  if (!statusOf(place)?.isDirectory()) return [''];
  const names = readdirSync(place).filter((name) => /\.xml$/i.test(name));
  if (names.length === 0) throw inputError(`${place} has no .xml files`);
  return names.sort((a, b) => (a < b ? -1 : 1));
}

const CHUNK_BYTES = 1 << 20;

/** The bytes of a file, piece by piece: lists may be larger than a text can be. @throws CommandError */
export function* chunksOf(file: string): Generator<Uint8Array> {
  let descriptor: number | null = null;
  try {
    descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
    if (!fstatSync(descriptor).isFile()) throw inputError(`${file} is no regular file: payments are read from one`);
    for (;;) {
      const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
      const length = readSync(descriptor, chunk);
      if (length === 0) return;
      yield chunk.subarray(0, length);
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw inputError(`payments file not found: ${file}`);
    if (typeof code === 'string' && /^E[A-Z]+$/.test(code)) throw inputError(`payments file ${file} cannot be read: ${message}`);
    throw error;
  } finally {
    if (descriptor !== null) closeSync(descriptor);
  }
}

/** Rejections that an error shows; programs get all of them. */
const SHOWN_REJECTIONS = 20;

/** A list that is refused because of its rows, as a command reports it (spec 13 §7.2). */
export const refusal = ({ files, read: { report } }: RowsRejectedError): CommandError => rejectionError(report, files);

/** Rows of a list, of accounts or of limits that were not taken, as an error. */
export function rejectionError(report: TableReport, files: readonly string[]): CommandError {
  const { counts, rejected: number, rejections, rows } = report;
  const shown = rejections.slice(0, SHOWN_REJECTIONS).map((rejection) => rejectionText(rejection, files));
  const rest =
    number > shown.length
      ? [`… and ${number - shown.length} more: simcash payments check --rejects FILE writes all of them`]
      : [];
  return new CommandError(
    EXIT.input,
    `${[...new Set(files)].join(', ')}: ${number} of ${counted(rows, 'row')} rejected`,
    [countsText(counts), ...shown, ...rest],
    { counts, rejections },
  );
}

/** `pay.csv:4: row 3: 8 fields, expected 10`. */
function rejectionText({ line, message, row, source }: Rejection, files: readonly string[]): string {
  return `${files[source]}${line === null ? '' : `:${line}`}: row ${row}: ${message}`;
}

/** `amount_format 4, columns 1`. */
export const countsText = (counts: Readonly<Partial<Record<string, number>>>): string =>
  Object.entries(counts)
    .map(([code, count]) => `${code} ${count}`)
    .join(', ');

/** What is told about rows that the scenario lets go. */
export function leftOutText({ dataSet, report }: ReadPayments): string | null {
  const { counts, rejected, rows } = report;
  if (rejected === 0) return null;
  return `${[...new Set(dataSet.origin.names)].join(', ')}: ${rejected} of ${counted(rows, 'row')} left out (${countsText(counts)})`;
}
