import type { SweepExportOptions } from '../commands/sweep.js';
import { databasePath } from '../global-options.js';
import { checkListFile, writeListFile } from '../files/list-files.js';
import { databaseFiles } from '../files/writing.js';
import { json, note, print } from '../output/streams.js';
import { counted } from '@simcash/protocol';
import { repositoryOf, storedSweep, type StoredSweep } from './stored.js';

type Row = Readonly<Record<string, string | number | null>>;

/** `simcash sweep export`: a table as CSV or Parquet, with the labels of cells in columns of their own. */
export async function exportSweep(id: string, options: SweepExportOptions): Promise<void> {
  checkListFile(options.out);
  const sweep = await storedSweep(id, options);
  const rows = await rowsOf(id, sweep, options);
  const columns = [...new Set(rows.flatMap(Object.keys))];
  await writeListFile(options.out, columns, rows, options, databaseFiles(databasePath(options)));
  if (options.json) print(json({ sweep_id: id, table: options.table, file: options.out, rows: rows.length }));
  else if (!options.quiet) note(`${options.out}: ${counted(rows.length, 'row')}`);
}

async function rowsOf(id: string, { cells, statistics }: StoredSweep, options: SweepExportOptions): Promise<Row[]> {
  const labels = cells.map((cell) =>
    Object.fromEntries(
      Object.entries(JSON.parse(cell.labels) as Record<string, string>).map(([axis, label]) => [`axis_${axis}`, label]),
    ),
  );
  const labelled = <T extends { cell: number }>({ cell, ...row }: T): Row => ({ cell, ...labels[cell], ...row }) as Row;
  switch (options.table) {
    case 'values':
      return (await repositoryOf(options, (repository) => repository.values(id))).map(labelled);
    case 'jobs':
      return (await repositoryOf(options, (repository) => repository.runs(id))).map(labelled);
    case 'statistics':
      return statistics.map(({ quantiles, ...row }) =>
        labelled({ ...row, ...Object.fromEntries(Object.entries(quantiles ?? {}).map(([q, value]) => [`q_${q}`, value])) }),
      );
    case 'cells':
      return cells.map(({ cell, config_hash, is_baseline, settings }) =>
        labelled({ cell, settings, config_hash, is_baseline: String(is_baseline) }),
      );
  }
}
