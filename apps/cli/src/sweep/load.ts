import {
  NO_FILES,
  planOfTexts,
  planSweep,
  readSweep,
  SweepError,
  sweepTexts,
  withoutFiles,
  type SweepDocument,
  type SweepInput,
  type SweepFiles,
  type SweepPlan,
  type SweepTexts,
} from '@simcash/sweeps';
import { loadPaymentList, type SimCashDatabase } from '@simcash/persistence';
import type { PaymentList, SimulationStart } from '@simcash/protocol';
import { listRecord, openRun } from '@simcash/runs';
import { checkMeasures } from '@simcash/sweeps/record';
import { withDatabase } from '../database.js';
import { inputError, issuesError, usageError } from '../exit-codes.js';
import { Confines, type PathOptions } from '../files/confines.js';
import { exportsOf } from '../files/plugins.js';
import { readPolicyText } from '../files/policy-text.js';
import { readText } from '../files/reading.js';
import { parseText } from '../files/scenario-text.js';
import type { GlobalOptions } from '../global-options.js';
import { designOf } from '../overrides.js';
import { loadScenario, scenarioName, type LoadedScenario } from '../scenario-file.js';

/** A sweep that has been read and checked. */
export interface LoadedSweep {
  readonly plan: SweepPlan;
  /** As they are stored. */
  readonly texts: SweepTexts;
  readonly warnings: readonly string[];
}

export interface SweepLoadOptions extends GlobalOptions, PathOptions {
  replications?: number;
  seed?: bigint;
}

/**
 * Reads a sweep file, its base and the files that its axes name.
 *
 * @param change of what the file says, before it is checked
 * @throws CommandError with all that is wrong
 */
export async function loadSweep(
  file: string,
  options: SweepLoadOptions,
  change: (document: Record<string, unknown>) => Record<string, unknown> = (document) => document,
): Promise<LoadedSweep> {
  const confines = new Confines(file, options);
  return refusing(file, async () => {
    const { document } = parseText(file, readText(file, 'sweep'));
    const isMapping = typeof document === 'object' && document !== null && !Array.isArray(document);
    const sweep = withOptions(readSweep(isMapping ? change(document as Record<string, unknown>) : document), options);
    const files: SweepFiles = {
      readPolicy: (name) => readPolicyText(confines.policy(name)),
      readDesign: (name) => designOf(confines.resolve(name, 'designs')),
    };
    const loaded = await loadBase(sweep, confines, options);
    refusePlugins(loaded);
    const plan = planSweep(withoutFiles(sweep, files), loaded.scenario, files);
    await checkMeasures(plan);
    return { plan, texts: sweepTexts(plan, loaded.scenario), warnings: [...loaded.warnings, ...plan.warnings] };
  });
}

/** The scenario that a sweep names: a file, or a stored run whose configuration it takes. */
async function loadBase(
  { base, base_run: run }: SweepDocument,
  confines: Confines,
  options: SweepLoadOptions,
): Promise<Pick<LoadedScenario, 'file' | 'plugins' | 'scenario' | 'warnings'>> {
  if (base !== undefined)
    return loadScenario(confines.resolve(base, 'base'), { ...dbOptions(options), allowPath: options.allowPath ?? [] });
  if (run === undefined)
    throw new SweepError([{ path: 'base', message: 'is missing: the scenario that is run; or base_run, a stored run' }]);
  const { scenario } = await withDatabase(options, true, (database) => openRun(database, run));
  return { file: run, scenario, warnings: [], plugins: exportsOf(scenario.config) };
}

/** A sweep of a scenario that has been read, and of no other files. @throws CommandError */
export async function scenarioSweep(loaded: LoadedScenario, document: SweepInput): Promise<LoadedSweep> {
  refusePlugins(loaded);
  return refusing(loaded.file, async () => {
    const plan = planSweep(readSweep(document), loaded.scenario, NO_FILES);
    return Promise.resolve({ plan, texts: sweepTexts(plan, loaded.scenario), warnings: loaded.warnings });
  });
}

/** A name for a sweep of a scenario file, made of that of the file. */
export function sweepName(file: string, otherwise: string): string {
  const name = scenarioName(file)
    .replace(/[^\w.-]|^[^A-Za-z0-9]+/g, '')
    .slice(0, 64);
  return name === '' ? otherwise : name;
}

/** Runs of a sweep may be done in threads, in other processes and years later: none has a file of the user's at hand. */
function refusePlugins({ file, plugins }: Pick<LoadedScenario, 'file' | 'plugins'>): void {
  const [plugin] = Object.keys(plugins);
  if (plugin !== undefined) throw inputError(`${file}: many runs cannot use a settlement algorithm of a file: ${plugin}`);
}

/** A stored sweep, made ready again from its texts; with its payment list, if it has one, for going on. */
export async function reopenSweep(definition: string, base: string, payments: PaymentList | null = null): Promise<LoadedSweep> {
  return refusing('the stored sweep', async () =>
    Promise.resolve({ plan: planOfTexts({ definition, base }, payments), texts: { definition, base }, warnings: [] }),
  );
}

/** What the key `payments` of a scenario says about its list. */
interface ListKey {
  readonly dataset_sha256: string;
  readonly sources: readonly { readonly sample?: unknown }[];
}

/** Whether days of the list are drawn: which ones depends on the seed of a run. */
const drawsDays = ({ sources }: ListKey): boolean => sources.some(({ sample }) => sample != null);

/** The payment list of a stored scenario. @throws CommandError where only the files of the sweep say what it is */
export async function storedList(database: SimCashDatabase, base: string): Promise<PaymentList | null> {
  const { payments } = JSON.parse(base) as { payments?: ListKey };
  if (payments === undefined) return null;
  const { dataset_sha256: sha256 } = payments;
  const [found] = await database.query('SELECT 1 FROM payment_datasets WHERE dataset_sha256 = $1', [sha256]);
  if (found !== undefined && !drawsDays(payments)) return loadPaymentList(database, sha256);
  throw inputError(
    'the payments of this sweep are in files of their own, or drawn for each run',
    'name the file of the sweep, too: simcash sweep run FILE --resume ID',
  );
}

/** What a sweep stores of the payments of its scenario, so that it can go on without their files. */
export function listOf({ cells }: SweepPlan): Pick<SimulationStart, 'payments'> {
  // Cells differ in everything but their payments.
  const { scenario } = cells[0]!;
  const { payments } = scenario.config as { payments?: ListKey };
  return payments === undefined || drawsDays(payments) ? {} : listRecord(scenario);
}

function withOptions(sweep: SweepDocument, { replications, seed }: SweepLoadOptions): SweepDocument {
  if (replications === undefined && seed === undefined) return sweep;
  if (sweep.seeds !== undefined && replications === undefined)
    throw usageError('--seed: the file lists its seeds; give --replications, too, to draw others');
  // A number that is asked for takes the place of a rule.
  const { seeds: _, stop, ...rest } = sweep;
  if (stop !== undefined && replications === undefined)
    return { ...rest, stop, replications: { count: sweep.replications?.count ?? 1, master_seed: seed! } };
  const count = replications ?? sweep.replications?.count ?? 1;
  const master = seed ?? sweep.replications?.master_seed;
  return { ...rest, replications: { count, ...(master === undefined ? {} : { master_seed: master }) } };
}

function dbOptions({ db, dbWait }: GlobalOptions): Pick<GlobalOptions, 'db' | 'dbWait'> {
  return { ...(db === undefined ? {} : { db }), ...(dbWait === undefined ? {} : { dbWait }) };
}

async function refusing<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof SweepError ? issuesError(what, error) : error;
  }
}
