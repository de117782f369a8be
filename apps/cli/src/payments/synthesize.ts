import { synthesisSchema, synthesize } from '@simcash/payments';
import { counted } from '@simcash/protocol';
import type { ExportOptions } from '../commands/payments.js';
import { inputError } from '../exit-codes.js';
import { checkListFile, readingText, writeListFile } from '../files/list-files.js';
import { readText } from '../files/reading.js';
import { parseText } from '../files/scenario-text.js';
import { json, note, print } from '../output/streams.js';

const COLUMNS = ['external_ref', 'tick', 'sender', 'receiver', 'amount'] as const;

/** `simcash payments synthesize`: the same file for the same specification, everywhere. */
export async function writeList(file: string, options: ExportOptions): Promise<void> {
  checkListFile(options.out);
  const source = parseText(file, readText(file, 'specification'));
  const spec = synthesisSchema.safeParse(plain(source.document));
  if (!spec.success) {
    const [first, ...others] = spec.error.issues.map((issue) => {
      const place = source.locate(issue.path as (string | number)[]);
      const at = place === null ? file : `${file}:${place.line}:${place.column}`;
      return `${at}: ${issue.path.length === 0 ? '' : `${issue.path.join('.')}: `}${issue.message}`;
    });
    throw inputError(first!, ...others);
  }
  const rows = [...synthesize(spec.data)].map((payment) => ({ ...payment }));
  await writeListFile(options.out, COLUMNS, rows, options, [file]);
  if (options.json) print(json({ file: options.out, payments: rows.length }));
  else if (!options.quiet) note(`${options.out}: ${counted(rows.length, 'payment')}`, readingText(options.out));
}

/** Whole numbers are read as bigints; seeds may need it. */
const plain = (value: unknown): unknown => {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, plain(member)]));
};
