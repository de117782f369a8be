import { availableParallelism } from 'node:os';
import { ExperimentError, ExperimentInterrupted } from '@simcash/experiments';
import { resultRows, SimCashDatabase } from '@simcash/persistence';
import { issueText, type StoredExperiment, visible } from '@simcash/protocol';
import {
  compareResults,
  createExecutor,
  isRecorded,
  manifestOf,
  repeatExperiment,
  type ExecutorName,
  type ExperimentManifest,
  type ResultDifference,
} from '@simcash/runs/experiments';
import { CommandError, EXIT, inputError } from '../exit-codes.js';
import { readText } from '../files/reading.js';
import { databaseFiles, writeText, type ForceOptions } from '../files/writing.js';
import type { GlobalOptions } from '../global-options.js';
import { interruption } from '../interruption.js';
import { json, note, print, say } from '../output/streams.js';
import { experimentDatabase, experimentRepository, readExperiments, writeExperiments } from './database.js';

/** Prints the manifest of a stored run (spec 17 §22). */
export async function printManifest(id: string, options: GlobalOptions & ForceOptions & { output?: string }): Promise<void> {
  const { output = '-' } = options;
  const manifest = await readExperiments(options, async (repository, database) =>
    manifestOf(database, complete(await repository.find(id))),
  );
  const text = json(manifest);
  if (output === '-') return print(text);
  writeText(`--output ${output}`, output, text, options, databaseFiles(experimentDatabase(options)));
  if (!options.quiet) note(`Manifest written to ${output}`);
}

export interface ReproduceOptions extends GlobalOptions {
  into?: string;
  executor?: ExecutorName;
  workers?: number;
}

/** Runs an experiment again, and says whether the same comes out; exit code 6 if not (spec 17 §22). */
export async function reproduceExperiment(source: string, options: ReproduceOptions): Promise<void> {
  if (source.endsWith('.json')) return withTarget(options, (target) => fromManifest(source, options, target));
  await readExperiments(options, async (repository, database) => {
    const run = complete(await repository.find(source));
    const manifest = await manifestOf(database, run);
    await withTarget(options, async (target) => {
      await repeat(manifest, run, run.run_id, target, options);
      const ofRun = { id: run.run_id, optimizer: run.experiment_type };
      const { difference, rows } = await compareResults({ ...ofRun, database }, { ...ofRun, database: target });
      if (difference !== null) throw differs(difference);
      report(rows, options);
    });
  });
}

async function fromManifest(file: string, options: ReproduceOptions, target: SimCashDatabase): Promise<void> {
  const manifest = readManifest(file);
  const { type } = manifest.optimizer;
  if (isRecorded(type))
    throw inputError(`${file}: what ${type === 'llm' ? 'the model' : 'the program'} proposed is in the database: name the run`);
  await repeat(manifest, null, 'RUN', target, options);
  const run = await experimentRepository(target).find('RUN');
  const again = await manifestOf(target, run);
  if (again.result_sha256 !== manifest.result_sha256)
    throw new CommandError(EXIT.verification, `${file}: something else comes out`, [
      `result_sha256 ${again.result_sha256} instead of ${manifest.result_sha256}; reproduce the stored run to see where`,
    ]);
  let rows = 0;
  for await (const _ of resultRows(target, 'RUN')) rows++;
  report(rows, options);
}

function readManifest(file: string): ExperimentManifest {
  let found: Partial<ExperimentManifest>;
  try {
    found = JSON.parse(readText(file, 'manifest')) as Partial<ExperimentManifest>;
  } catch (error) {
    if (error instanceof CommandError) throw error;
    throw inputError(`${file} is no JSON: ${(error as Error).message}`);
  }
  const { definition, kind, result_sha256, scenario, schema_version } = found;
  const isWhole = typeof definition === 'object' && typeof scenario === 'object' && typeof result_sha256 === 'string';
  if (schema_version !== 1 || kind !== 'experiment' || !isWhole || definition === null || scenario === null)
    throw inputError(`${file} is no manifest of an experiment`, 'simcash experiment manifest RUN writes one');
  return found as ExperimentManifest;
}

/** A run that came to its end by itself. */
function complete(run: StoredExperiment): StoredExperiment {
  if (run.status !== 'completed')
    throw inputError(
      `experiment ${run.run_id} is not complete (${run.error_message ?? run.status}): nothing of it can be compared`,
    );
  const limit = run.result?.ending_detail ?? run.result?.convergence_reason;
  if (limit?.includes('wall_seconds'))
    throw inputError(`experiment ${run.run_id} was ended by the clock (wall_seconds): no other run ends there`);
  return run;
}

async function repeat(
  manifest: ExperimentManifest,
  original: StoredExperiment | null,
  id: string,
  database: SimCashDatabase,
  options: ReproduceOptions,
): Promise<void> {
  const executor = createExecutor(options.executor ?? 'auto', options.workers ?? availableParallelism());
  const stop = interruption();
  try {
    await repeatExperiment(manifest, original, { database, executor, id, signal: stop.signal });
  } catch (error) {
    if (error instanceof ExperimentInterrupted || stop.signal.aborted) throw stop.error();
    if (error instanceof ExperimentError) throw inputError('the manifest is not sound', ...error.issues.map(issueText));
    throw error;
  } finally {
    stop.dispose();
    await executor.close();
  }
}

/** Where the repeated run goes: a database of the user's, or memory. */
async function withTarget(options: ReproduceOptions, work: (database: SimCashDatabase) => Promise<void>): Promise<void> {
  if (options.into !== undefined) return writeExperiments(options.into, options, work);
  const database = await SimCashDatabase.open(':memory:');
  try {
    await work(database);
  } finally {
    database.close();
  }
}

function report(rows: number, options: ReproduceOptions): void {
  if (options.json) return print(json({ reproduced: true, rows }));
  say(`reproduced: ${rows.toLocaleString('en-US')} rows\n`);
}

function differs({ column, repeated, row, stored, table }: ResultDifference): CommandError {
  const shown = (value: unknown): string =>
    visible(JSON.stringify(value, (_, v: unknown) => (typeof v === 'bigint' ? String(v) : v)).slice(0, 200));
  return new CommandError(EXIT.verification, `${table}, row ${row}: something else comes out`, [
    `${column === null ? 'stored' : `${column}: stored`}   ${shown(stored)}`,
    `${column === null ? 'repeated' : `${column}: repeated`} ${shown(repeated)}`,
  ]);
}
