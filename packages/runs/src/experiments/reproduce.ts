import { createOptimizer, initialPolicies, runExperiment, type ExperimentDefinition } from '@simcash/experiments';
import { ExperimentRepository, resultRows, type ResultRow, type SimCashDatabase } from '@simcash/persistence';
import { canonicalJson, type Executor, type StoredExperiment } from '@simcash/protocol';
import { createHost } from './host.js';
import { experimentOf, type ExperimentManifest } from './manifest.js';

/** Where a repeated run differs first; a row is null where one side has none. */
export interface ResultDifference {
  /** The table by name. */
  table: string;
  /** The number of the row. */
  row: number;
  /** The column by name; null if the whole row is meant. */
  column: string | null;
  /** What is stored; null if nothing is. */
  stored: unknown;
  /** What came out this time. */
  repeated: unknown;
}

/** Whether an experiment gave the same results again. */
export interface Reproduction {
  /** Number of rows. */
  rows: number;
  /** The first difference; null if there is none. */
  difference: ResultDifference | null;
}

/**
 * Runs a manifest's experiment again into a database. Proposals of a model come from the stored run.
 *
 * @param id of the repeated run
 * @throws ExperimentError, ExperimentInterrupted
 */
export async function repeatExperiment(
  { definition: document, persist_bootstrap, scenario }: ExperimentManifest,
  original: StoredExperiment | null,
  { database, executor, id, signal }: { database: SimCashDatabase; executor: Executor; id: string; signal?: AbortSignal },
): Promise<void> {
  const { definition } = experimentOf(document, scenario);
  const unused = (): never => {
    throw new Error('a manifest has its policies');
  };
  const run = runExperiment({
    runId: id,
    definition,
    config: document,
    scenarioPath: definition.scenario,
    scenario,
    initial: initialPolicies(definition, scenario, unused),
    optimizer: await createOptimizer(asRecorded(definition, original), { loadRun: async () => original!, llm: unused }),
    host: createHost(executor, null),
    store: new ExperimentRepository(database),
    persistSamples: persist_bootstrap,
    ...(signal === undefined ? {} : { signal }),
  });
  for await (const _ of run);
}

/** What a model or another program proposed cannot be computed again: it comes from the store. */
export const isRecorded = (optimizer: string): boolean => optimizer === 'llm' || optimizer === 'external';

function asRecorded(definition: ExperimentDefinition, original: StoredExperiment | null): ExperimentDefinition {
  if (original === null || !isRecorded(original.experiment_type)) return definition;
  return { ...definition, optimizer: { type: 'recorded', run: original.run_id } };
}

/** A run in a database, and what proposed. */
export interface ResultsOf {
  /** The database it is stored in. */
  database: SimCashDatabase;
  /** `run_id` of the experiment. */
  id: string;
  /** What proposed the policies. */
  optimizer: string;
}

/** Compares two runs row by row; a model's refused answers, which no run makes again, are left out, and what a program tried out. */
export async function compareResults(stored: ResultsOf, repeated: ResultsOf): Promise<Reproduction> {
  return compare(comparable(stored), comparable({ ...repeated, optimizer: stored.optimizer }));
}

async function compare(left: AsyncGenerator<ResultRow>, right: AsyncGenerator<ResultRow>): Promise<Reproduction> {
  const counts = new Map<string, number>();
  for (let rows = 0; ; rows++) {
    const [stored, repeated] = [await left.next(), await right.next()];
    if (stored.done && repeated.done) return { rows, difference: null };
    const table = (stored.value ?? repeated.value)!.table;
    const row = counts.get(table) ?? 0;
    counts.set(table, row + 1);
    if (stored.done || repeated.done || stored.value.table !== repeated.value.table) {
      const sides = { stored: stored.value?.columns ?? null, repeated: repeated.value?.columns ?? null };
      return { rows, difference: { table, row, column: null, ...sides } };
    }
    const [x, y] = [stored.value.columns, repeated.value.columns];
    const column = Object.keys(x).find((name) => canonicalJson(x[name]) !== canonicalJson(y[name]));
    if (column !== undefined) return { rows, difference: { table, row, column, stored: x[column], repeated: y[column] } };
  }
}

async function* comparable({ database, id, optimizer }: ResultsOf): AsyncGenerator<ResultRow> {
  for await (const row of resultRows(database, id)) {
    const { acceptance_reason: reason, attempt } = row.columns;
    if (typeof reason === 'string' && reason.startsWith('invalid: ')) continue;
    if (attempt === undefined || !isRecorded(optimizer)) yield row;
    else {
      const { attempt: _attempt, candidates_searched: _candidates, search_simulations: _simulations, ...columns } = row.columns;
      yield { ...row, columns };
    }
  }
}
