import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { exportRows, importRows, SweepRepository, type SimCashDatabase, type StoredJob } from '@simcash/persistence';
import { VERSION } from '@simcash/runs';
import { Results, sweepStatistics, type JobResult, type SweepPlan } from '@simcash/sweeps';
import { withDatabase } from '../database.js';
import { CommandError, EXIT } from '../exit-codes.js';
import type { GlobalOptions } from '../global-options.js';
import { json, print, say } from '../output/streams.js';
import { statisticsRow } from './carry-out.js';
import { reopenSweep } from './load.js';
import { beginSweep } from './run.js';
import { statisticsText } from './sweep-text.js';
import { sweepDocument } from './tell.js';

interface MergeOptions extends GlobalOptions {
  partial?: boolean;
}

/** A sweep, or a part of one, in a file. */
interface Part {
  readonly file: string;
  readonly sweepId: string;
  readonly definition: string;
  readonly hash: string;
  readonly base: string;
  readonly version: string;
  /** Numbers of parts into which the sweep was cut. */
  readonly cuts: readonly number[];
}

interface Conflict {
  readonly cell: number;
  readonly replication: number;
  readonly a: Found;
  readonly b: Found;
}

/** A job, and the file in which it was found. */
interface Found {
  readonly job: StoredJob;
  readonly file: string;
}

/** Puts the parts of a sweep together; jobs that are there already count once (spec 15 §13.3). */
export async function mergeShards(out: string, files: readonly string[], options: MergeOptions): Promise<void> {
  const parts: Part[] = [];
  for (const file of files) parts.push(await partIn(file, options));
  checkAlike(parts);
  const [first] = parts as [Part];
  const loaded = await reopenSweep(first.definition, first.base);
  const { plan } = loaded;
  const hasRuns = plan.sweep.store !== 'none';
  const before = existsSync(out) ? await reading(out, options, (database) => sweepLike(database, first)) : undefined;
  const places = [...parts, ...(before === undefined ? [] : [{ file: out, sweepId: before }])];
  if (hasRuns) checkOneName(places);
  const { conflicts, jobs } = await collected(places, plan, options);
  const results = new Results(plan, jobs as unknown as JobResult[]);
  const missing = results.missing(plan.replications);
  if (missing.length > 0 && !options.partial) throw incomplete(plan, missing, parts);
  const id = before ?? parts.map(({ sweepId }) => sweepId).sort()[0]!;
  const statistics = missing.length > 0 ? [] : sweepStatistics(plan, results, plan.replications);
  await withDatabase({ ...options, db: out }, false, async (database) => {
    const repository = new SweepRepository(database);
    if (before === undefined) await beginSweep(database, id, loaded);
    for (let i = 0; i < jobs.length; i += 1000) await repository.addJobs(id, jobs.slice(i, i + 1000), plan.measures);
    for (const { a, b, cell, replication } of conflicts)
      await repository.noteConflict(id, { cell, replication }, [a.job.values, b.job.values], [a.file, b.file]);
    if (missing.length === 0) await repository.finish(id, plan.replications, 'fixed', statistics.map(statisticsRow));
  });
  if (hasRuns) for (const { file } of parts) await copyRuns(file, out, id, options);
  if (options.json)
    print(
      json(
        missing.length > 0
          ? { schema_version: 1, sweep_id: id, runs: jobs.length, missing: missing.length }
          : sweepDocument(id, plan, { replications: plan.replications, stop: 'fixed' }, statistics),
      ),
    );
  else if (!options.quiet)
    say(
      missing.length > 0
        ? `${id}: ${jobs.length} runs in ${out}, ${missing.length} are missing\n`
        : `${statisticsText(plan, statistics, plan.replications)}\nMerged as ${id} in ${out}.\n`,
    );
  if (conflicts.length > 0)
    throw new CommandError(
      EXIT.verification,
      `${conflicts.length} runs have different values in two parts: one of the machines does not compute what the others do`,
      conflicts.slice(0, 10).map(({ cell, replication }) => `cell ${cell}, replication ${replication}`),
    );
}

const reading = <T>(file: string, options: GlobalOptions, work: (database: SimCashDatabase) => Promise<T>): Promise<T> =>
  withDatabase({ ...options, db: file }, true, work);

function partIn(file: string, options: GlobalOptions): Promise<Part> {
  return reading(file, options, async (database) => {
    const repository = new SweepRepository(database);
    const sweeps = await repository.list();
    if (sweeps.length !== 1) throw new CommandError(EXIT.input, `${file} has ${sweeps.length} sweeps; a part has one`);
    const [{ base_config: base, definition, definition_hash: hash, engine_version: version, sweep_id: sweepId }] = sweeps as [
      (typeof sweeps)[number],
    ];
    const cuts = (await repository.shards(sweepId)).map(({ of }) => of);
    return { file, sweepId, definition, hash, base, version, cuts };
  });
}

/** @throws CommandError for parts that are not of one sweep, made by this version */
function checkAlike(parts: readonly Part[]): void {
  const [first] = parts as [Part];
  for (const part of parts)
    if (part.hash !== first.hash || part.base !== first.base || part.version !== first.version)
      throw new CommandError(
        EXIT.input,
        `${first.file} and ${part.file} are parts of different sweeps, or of different versions`,
      );
  if (first.version !== VERSION)
    throw new CommandError(EXIT.input, `${first.file} was made by version ${first.version}, this is ${VERSION}`);
}

/** Stored runs are named after their sweep, and keep their names. @throws CommandError for parts that have different ones */
function checkOneName(places: readonly Pick<Part, 'file' | 'sweepId'>[]): void {
  const [first] = places as [Part];
  const other = places.find(({ sweepId }) => sweepId !== first.sweepId);
  if (other === undefined) return;
  throw new CommandError(
    EXIT.input,
    `the sweep is ${first.sweepId} in ${first.file} and ${other.sweepId} in ${other.file}, and their runs are named after it`,
    ['start all parts with the same --id'],
  );
}

/** Takes over the stored runs of a part that are not there yet. */
async function copyRuns(from: string, to: string, id: string, options: GlobalOptions): Promise<void> {
  const runsIn = (database: SimCashDatabase): Promise<{ run: string }[]> =>
    database.query(
      'SELECT simulation_id AS run FROM sweep_jobs SEMI JOIN simulations USING (simulation_id) WHERE sweep_id = $1',
      [id],
    );
  const there = new Set((await reading(to, options, runsIn)).map(({ run }) => run));
  const directory = mkdtempSync(path.join(tmpdir(), 'simcash-merge-'));
  const rows = path.join(directory, 'rows');
  try {
    const simulations = await withDatabase({ ...options, db: from, directories: [directory] }, true, async (database) => {
      const missing = (await runsIn(database)).map(({ run }) => run).filter((run) => !there.has(run));
      if (missing.length > 0) await exportRows(database, { simulations: missing, experiments: [] }, 'parquet', rows);
      return missing;
    });
    if (simulations.length > 0)
      await withDatabase({ ...options, db: to, directories: [directory] }, false, (database) => importRows(database, rows));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Id of the same sweep in a database that takes the parts. */
async function sweepLike(database: SimCashDatabase, { hash }: Part): Promise<string | undefined> {
  const sweeps = await new SweepRepository(database).list();
  return sweeps.find(({ definition_hash }) => definition_hash === hash)?.sweep_id;
}

/** Jobs of all parts in order, each once, and those that have other values in another part. */
async function collected(
  places: readonly { readonly file: string; readonly sweepId: string }[],
  plan: SweepPlan,
  options: GlobalOptions,
): Promise<{ jobs: StoredJob[]; conflicts: Conflict[] }> {
  const found = new Map<string, Found>();
  const conflicts: Conflict[] = [];
  for (const { file, sweepId } of places)
    for (const job of await reading(file, options, (database) => new SweepRepository(database).jobs(sweepId, plan.measures))) {
      const { cell, replication } = job;
      const known = found.get(`${cell} ${replication}`);
      if (known === undefined) found.set(`${cell} ${replication}`, { job, file });
      else if (JSON.stringify(known.job.values) !== JSON.stringify(job.values) || known.job.event_count !== job.event_count)
        conflicts.push({ cell, replication, a: known, b: { job, file } });
    }
  const jobs = [...found.values()].map(({ job }) => job).sort((a, b) => a.cell - b.cell || a.replication - b.replication);
  return { jobs, conflicts };
}

/** Missing runs, as the parts that have them where all parts were cut alike. */
function incomplete(
  plan: SweepPlan,
  missing: readonly { cell: number; replication: number }[],
  parts: readonly Part[],
): CommandError {
  const cuts = new Set(parts.flatMap((part) => part.cuts));
  const [of] = cuts;
  const named =
    cuts.size === 1
      ? [...new Set(missing.map(({ cell, replication }) => ((replication * plan.cells.length + cell) % of!) + 1))]
          .sort((a, b) => a - b)
          .map((k) => `--shard ${k}/${of}`)
      : missing.map(({ cell, replication }) => `cell ${cell}, replication ${replication}`);
  return new CommandError(EXIT.failure, `${missing.length} of ${plan.replications * plan.cells.length} runs are missing`, [
    ...named.slice(0, 10),
    ...(named.length > 10 ? [`… and ${named.length - 10} more`] : []),
    'merge the other parts, too, or what is there with --partial',
  ]);
}
