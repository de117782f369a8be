import {
  deletePaymentList,
  EXPORT_COLUMNS,
  findPaymentList,
  listPaymentLists,
  paymentsOfRun,
  rejectedRows,
  type StoredPaymentList,
} from '@simcash/persistence';
import { counted, money } from '@simcash/protocol';
import type { ExportOptions } from '../commands/payments.js';
import { confirm } from '../confirm.js';
import { requireDatabase, withDatabase } from '../database.js';
import { usageError } from '../exit-codes.js';
import { checkListFile, readingText, writeListFile } from '../files/list-files.js';
import { databaseFiles } from '../files/writing.js';
import { databasePath, type GlobalOptions } from '../global-options.js';
import { json, note, print, say } from '../output/streams.js';
import { table } from '../output/table.js';

const short = ({ dataset_sha256: name }: StoredPaymentList): string => name.slice(0, 12);

export async function listLists(options: GlobalOptions): Promise<void> {
  const lists = await withDatabase(options, true, listPaymentLists);
  if (options.json) return print(json(lists));
  if (lists.length === 0) return say(`${databasePath(options)} has no payment lists.\n`);
  const head = ['Payment list', 'Payments', 'Value', 'Rejected', 'Ticks', 'Runs', 'Stored (UTC)'];
  const rows = lists.map((one) => [
    short(one),
    one.num_payments,
    money(one.total_value),
    one.num_rejected,
    one.first_tick === null ? '–' : `${one.first_tick}..${one.last_tick}`,
    one.num_runs,
    one.created_at.slice(0, 16).replace('T', ' '),
  ]);
  say(`${table(head, rows)}\n`);
}

interface StoredSource {
  name: string | null;
  /** Only of files. */
  file?: { bytes: number; sha256: string };
  rows: number;
  accepted: number;
  rejected: number;
}

export async function showList(name: string, options: GlobalOptions): Promise<void> {
  const found = await withDatabase(options, true, async (database) => {
    const stored = await findPaymentList(database, name);
    const { sources, ...rest } = stored;
    return {
      ...rest,
      sources: JSON.parse(sources) as StoredSource[],
      rejects: await rejectedRows(database, stored.dataset_sha256),
    };
  });
  if (options.json) return print(json(found));
  const { currency, first_tick: first, last_tick: last, rejects, sources } = found;
  say(`Payment list ${found.dataset_sha256}\n\n`);
  say(`  ${counted(found.num_payments, 'payment')}, ${money(found.total_value)}${currency === null ? '' : ` ${currency}`}\n`);
  if (first !== null) say(`  ticks ${first} … ${last}, ${found.ticks_per_day} a day\n`);
  say(`  ${counted(found.num_runs, 'stored run')}\n\n`);
  const head = ['Source', 'Bytes', 'SHA-256', 'Rows', 'Accepted', 'Rejected'];
  const rows = sources.map(({ accepted, file, name: source, rejected, rows: count }) => [
    source ?? '–',
    file?.bytes ?? '–',
    file?.sha256.slice(0, 12) ?? '–',
    count,
    accepted,
    rejected,
  ]);
  say(`${table(head, rows)}\n`);
  if (rejects.length === 0) return;
  const rejected = rejects.map(({ code, column_name: column, line, source, source_row: row, value }) => [
    sources[source]?.name ?? String(source),
    row,
    line ?? '–',
    column ?? '–',
    code,
    value ?? '–',
  ]);
  say(`\n${table(['Source', 'Row', 'Line', 'Column', 'Reason', 'Value'], rejected)}\n`);
}

export async function deleteList(name: string, options: GlobalOptions & { yes?: boolean }): Promise<void> {
  requireDatabase(options);
  if (!options.yes && !(await confirm(`Delete the payment list ${name} from ${databasePath(options)}?`, options)))
    throw usageError(`deleting ${name} needs a confirmation: add --yes`);
  await withDatabase(options, false, (database) => deletePaymentList(database, name));
  if (!options.quiet) note(`deleted ${name}`);
}

export async function exportPayments(id: string, options: ExportOptions): Promise<void> {
  checkListFile(options.out);
  const payments = await withDatabase(options, true, (database) => paymentsOfRun(database, id));
  const rows = payments.map(({ divisible, time_critical, ...payment }) => ({
    ...payment,
    time_critical: String(time_critical),
    divisible: String(divisible),
  }));
  await writeListFile(options.out, EXPORT_COLUMNS, rows, options, databaseFiles(databasePath(options)));
  if (options.json) print(json({ simulation_id: id, file: options.out, payments: rows.length }));
  else if (!options.quiet)
    note(`${options.out}: ${counted(rows.length, 'payment')}`, readingText(options.out, ', deadline: {as: tick}'));
}
