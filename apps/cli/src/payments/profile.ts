import path from 'node:path';
import { stringify } from 'yaml';
import {
  dialectBlock,
  FileError,
  formatOf,
  guessDialect,
  PaymentsError,
  profileList,
  readPayments,
  type Content,
  type ListProfile,
  type ReadPayments,
} from '@simcash/payments';
import { money } from '@simcash/protocol';
import { inputError } from '../exit-codes.js';
import { chunksOf, countsText, rowsOf } from '../files/payment-lists.js';
import type { GlobalOptions } from '../global-options.js';
import { json, print, say } from '../output/streams.js';
import { table } from '../output/table.js';

/** So much of a file is looked at. */
const MOST_BYTES = 16 << 20;
const SHOWN = 5;

/** `simcash payments profile`: guesses once, so that reading never has to (spec 13 §16). */
export async function profile(file: string, options: GlobalOptions): Promise<void> {
  const { content, guess, isWhole } = await guessed(file);
  const found = understood(guess, content);
  const rows = found === null ? [] : [...found.dataSet].slice(0, SHOWN);
  if (options.json) return print(json({ schema_version: 1, ...guess, report: found?.report ?? null, rows }));
  const { banks, clock, num_days: days, payments, remarks } = guess;
  const blocks = { ...(clock === null ? {} : { clock }), payments };
  say(`${stringify(blocks, { version: '1.1', lineWidth: 120 })}
# simulation: {num_days: ${days}}
# ${banks.length} banks: ${banks.slice(0, 30).join(', ')}${banks.length > 30 ? ', …' : ''}
${remarks.map((remark) => `# check ${remark}\n`).join('')}${isWhole ? '' : `# guessed from the first ${MOST_BYTES >> 20} MiB\n`}`);
  say(found === null ? '\nNo row can be read so.\n' : rowsText(found, rows));
}

async function guessed(file: string): Promise<{ guess: ListProfile; content: () => Content; isWhole: boolean }> {
  const source = { file: path.basename(file) };
  const format = formatOf({ file });
  if (format === 'pacs') throw inputError(`${file}: messages of ISO 20022 need no profile: payments: {file: ${source.file}}`);
  if (format === 'parquet') {
    const rows = await rowsOf({ parquet: file });
    const texts = { names: rows.names, rows: rows.rows.map((row) => row.map((text) => text ?? '')) };
    return { guess: profileList(texts, source, {}), content: () => rows, isWhole: true };
  }
  const { bytes, isWhole } = beginning(file);
  const { csv, texts } = guessDialect(file, bytes, isWhole);
  return { guess: profileList(texts, source, dialectBlock(csv)), content: () => ({ bytes: [bytes] }), isWhole };
}

/** What is looked at of a file: whole lines. */
function beginning(file: string): { bytes: Uint8Array; isWhole: boolean } {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (const chunk of chunksOf(file)) {
    if (size >= MOST_BYTES) {
      const bytes = Buffer.concat(chunks);
      return { bytes: bytes.subarray(0, bytes.lastIndexOf(10) + 1 || bytes.length), isWhole: false };
    }
    chunks.push(chunk);
    size += chunk.length;
  }
  return { bytes: Buffer.concat(chunks), isWhole: true };
}

/** The list as these blocks read it; null if they cannot. */
function understood({ banks, clock, num_days, payments }: ListProfile, content: () => Content): ReadPayments | null {
  const document = {
    simulation: { num_days, ...(clock === null ? { ticks_per_day: MOST_TICKS } : {}) },
    ...(clock === null ? {} : { clock }),
    agents: banks.map((id) => ({ id })),
    payments: { ...payments, on_error: 'skip' },
  };
  try {
    return readPayments(document, content);
  } catch (error) {
    if (error instanceof PaymentsError || error instanceof FileError) return null;
    throw error;
  }
}

/** A list of ticks does not say how many a day has. */
const MOST_TICKS = 1_000_000;

function rowsText({ report }: ReadPayments, rows: readonly ReturnType<ReadPayments['dataSet']['at']>[]): string {
  const head = ['Row', 'Tick', 'Sender', 'Receiver', 'Amount', 'Priority', 'Deadline', 'Reference'];
  const lines = rows.map((row) => [
    row.source_row,
    row.tick,
    row.sender_id,
    row.receiver_id,
    money(row.amount),
    row.priority,
    row.deadline_tick,
    row.external_ref ?? '–',
  ]);
  const rejected = report.rejected === 0 ? '' : `; ${report.rejected} would be rejected (${countsText(report.counts)})`;
  return `\n${report.accepted} of ${report.rows} rows can be read so${rejected}\n\n${table(head, lines)}\n`;
}
