import type { SweepReportOptions } from '../commands/sweep.js';
import { requireDatabase } from '../database.js';
import { usageError } from '../exit-codes.js';
import type { GlobalOptions } from '../global-options.js';
import { json, print, say } from '../output/streams.js';
import { table } from '../output/table.js';
import { repositoryOf, storedSweep } from './stored.js';
import { statisticsCsv, statisticsText } from './sweep-text.js';

export async function listSweeps(options: GlobalOptions): Promise<void> {
  const rows = await repositoryOf(options, (repository) => repository.list());
  if (options.json) return print(json(rows.map(({ base_config: _, definition: __, ...row }) => row)));
  say(
    `${table(
      ['Sweep', 'Status', 'Cells', 'Replications', 'Runs done', 'Failed', 'Begun (UTC)'],
      rows.map((row) => [
        row.sweep_id,
        row.status,
        row.num_cells,
        row.used_replications ?? `≤ ${row.planned_replications}`,
        row.jobs_done,
        row.jobs_failed,
        row.created_at.slice(0, 16).replace('T', ' '),
      ]),
    )}\n`,
  );
}

export async function sweepStatus(id: string, options: GlobalOptions): Promise<void> {
  const { failures, row } = await repositoryOf(options, async (repository) => {
    await repository.find(id);
    return { row: (await repository.list()).find(({ sweep_id }) => sweep_id === id)!, failures: await repository.failures(id) };
  });
  const planned = row.num_cells * (row.used_replications ?? row.planned_replications);
  if (options.json)
    return print(json({ sweep_id: id, status: row.status, runs_done: row.jobs_done, runs_planned: planned, failures }));
  say(`${id}: ${row.status}, ${row.jobs_done} of ${planned} runs done, ${row.jobs_failed} failed\n`);
  for (const { cell, error_message, replication, seed } of failures.slice(0, 20))
    say(`  cell ${cell}, replication ${replication}, seed ${seed}: ${error_message}\n`);
}

export async function showSweep(id: string, options: GlobalOptions): Promise<void> {
  const { cells, row, shape, statistics } = await storedSweep(id, options);
  if (options.json) return print(json({ ...row, cells, statistics }));
  say(
    `${id}: ${row.status}${row.stop_reason === null ? '' : ` (${row.stop_reason})`}, engine ${row.engine_version}\n\n${table(
      ['Cell', 'Labels', 'Settings'],
      cells.map((cell) => [`${cell.cell}${cell.is_baseline ? ' (baseline)' : ''}`, cell.labels, cell.settings]),
    )}\n\n`,
  );
  if (statistics.length > 0) say(statisticsText(shape, statistics, row.used_replications ?? 0));
}

export async function reportSweep(id: string, options: SweepReportOptions): Promise<void> {
  if (options.json && options.csv) throw usageError('--json and --csv exclude each other');
  const { row, shape, statistics } = await storedSweep(id, options);
  const { measure } = options;
  if (measure !== undefined && !shape.measures.some(({ name }) => name === measure))
    throw usageError(
      `unknown measure '${measure}'`,
      `measures of ${id} are: ${shape.measures.map(({ name }) => name).join(', ')}`,
    );
  const measures = shape.measures.filter(({ name }) => measure === undefined || name === measure);
  const shown = statistics.filter((one) => measure === undefined || one.measure === measure);
  if (options.json)
    return print(json({ schema_version: 1, sweep_id: id, replications: row.used_replications, statistics: shown }));
  if (options.csv) return say(statisticsCsv(shape, shown));
  say(statisticsText({ ...shape, measures }, shown, row.used_replications ?? 0));
}

export async function deleteSweep(id: string, options: GlobalOptions): Promise<void> {
  requireDatabase(options);
  await repositoryOf(options, (repository) => repository.delete(id), false);
  if (!options.quiet) say(`${id}: deleted\n`);
}
