import { withSeed } from '@simcash/engine';
import { definitionHash, SweepRepository, type SimCashDatabase } from '@simcash/persistence';
import { canonicalJson, counted, exactJson } from '@simcash/protocol';
import { configHash, freshId, VERSION } from '@simcash/runs';
import { secondsOfOneRun, type SweepPlan } from '@simcash/sweeps';
import type { SweepRunOptions } from '../commands/sweep.js';
import { requireDatabase, withDatabase } from '../database.js';
import { CommandError, inputError, usageError } from '../exit-codes.js';
import { json, note, print, say } from '../output/streams.js';
import { carryOut, checkExecutor } from './carry-out.js';
import { chartSweep, checkChart } from './chart.js';
import { listOf, loadSweep, reopenSweep, storedList, type LoadedSweep } from './load.js';
import { checkQueue } from './queue.js';
import { shardOf } from './shard.js';

/** `simcash sweep run`: everything is checked before the first run. */
export async function runStoredSweep(file: string | undefined, options: SweepRunOptions): Promise<void> {
  if (options.resume !== undefined) {
    requireDatabase(options);
    return resume(file, options.resume, options);
  }
  const loaded = await loadSweep(file!, options);
  const shard = shardOf(options.shard);
  if (shard !== null && loaded.plan.sweep.stop !== undefined)
    throw usageError('--shard: stop cannot be used, as a shard cannot see the others’ results; give --replications');
  if (shard !== null && loaded.plan.sweep.store !== 'none' && options.id === undefined)
    throw usageError('--shard: stored runs are named after their sweep; give --id, the same one for all shards');
  if (!options.quiet) for (const warning of loaded.warnings) note(`warning: ${warning}`);
  if (options.dryRun) return dryRun(loaded.plan, options);
  const { chart } = options;
  if (chart !== undefined) checkChart('--chart', chart, options);
  checkExecutor(loaded.plan, { ...options, quiet: true });
  if (options.executor === 'bullmq') await checkQueue(options);
  const done = await withDatabase(options, false, async (database) => {
    const existing = shard === null ? null : await shardBegun(database, loaded);
    const id = existing ?? options.id ?? freshId(loaded.plan.name);
    if (existing === null) await beginSweep(database, id, loaded);
    await carryOut(database, id, loaded, shard, options);
    return id;
  });
  if (chart !== undefined) await chartSweep(done, { ...options, out: chart, measure: loaded.plan.measures[0]!.name }, '--chart');
}

async function resume(file: string | undefined, id: string, options: SweepRunOptions): Promise<void> {
  await withDatabase(options, false, async (database) => {
    const repository = new SweepRepository(database);
    const found = await repository.find(id);
    const loaded =
      file === undefined
        ? await reopenSweep(found.definition, found.base_config, await storedList(database, found.base_config))
        : await sameSweep(file, found, options);
    if (options.dryRun) return dryRun(loaded.plan, options, (await repository.jobs(id, loaded.plan.measures)).length);
    if (options.retryFailed) await repository.forgetFailures(id);
    await carryOut(database, id, loaded, shardOf(options.shard), options);
  });
}

/** The sweep of a file, which must be the one that is stored. @throws CommandError */
async function sameSweep(
  file: string,
  stored: Awaited<ReturnType<SweepRepository['find']>>,
  options: SweepRunOptions,
): Promise<LoadedSweep> {
  const given = await loadSweep(file, options);
  const isOther = (what: string): CommandError =>
    inputError(`${file} is another sweep than ${stored.sweep_id}: their ${what} differ`);
  if (definitionHash(given.texts.definition) !== stored.definition_hash) throw isOther('definitions');
  if (given.texts.base !== stored.base_config) throw isOther('scenarios');
  return given;
}

/** A shard that is started again goes on with its file. */
async function shardBegun(database: SimCashDatabase, { texts: { definition } }: LoadedSweep): Promise<string | null> {
  const hash = definitionHash(definition);
  return (await new SweepRepository(database).list()).find(({ definition_hash }) => definition_hash === hash)?.sweep_id ?? null;
}

export async function beginSweep(
  database: SimCashDatabase,
  id: string,
  { plan, texts: { base, definition } }: LoadedSweep,
): Promise<void> {
  const repository = new SweepRepository(database);
  if ((await repository.list()).some(({ sweep_id }) => sweep_id === id))
    throw usageError(`sweep ${id} is stored already in ${database.path}: choose another --id`);
  await repository.begin({
    sweep_id: id,
    kind: plan.isStress ? 'stress' : 'sweep',
    definition,
    base_config: base,
    master_seed: plan.masterSeed,
    planned_replications: plan.replications,
    engine_version: VERSION,
    ...listOf(plan),
    cells: plan.cells.map(({ index, labels, scenario, settings, stress }) => ({
      labels: JSON.stringify(labels),
      settings: canonicalJson(settings),
      config_hash: configHash(withSeed(scenario, 0n)),
      is_baseline: index === plan.baseline,
      case_name: stress?.name ?? null,
      stricken_agent_id: stress?.stricken ?? null,
      events: stress === null ? null : exactJson(stress.events),
    })),
  });
}

/** @param done runs that are stored already */
function dryRun(plan: SweepPlan, options: SweepRunOptions, done = 0): void {
  const { cells, measures, replications, sweep } = plan;
  const seconds = secondsOfOneRun(plan);
  const document = {
    sweep: plan.name,
    cells: cells.map(({ index, labels, settings }) => ({ cell: index, labels, settings })),
    baseline: plan.baseline,
    measures: measures.map(({ name }) => name),
    replications,
    runs: replications * cells.length,
    at_most: sweep.stop !== undefined,
    runs_done: done,
    seconds_of_one_run: seconds,
  };
  if (options.json) return print(json(document));
  const rest = (document.runs - done) * seconds;
  say(
    `${plan.name}: ${counted(cells.length, 'cell')} × ${counted(replications, 'replication')} = ${counted(document.runs, 'run')}${document.at_most ? ' at most' : ''}` +
      `${done > 0 ? `, of which ${done} are done` : ''}; about ${rest < 1 ? 'a second' : `${Math.ceil(rest)} seconds`} on one core\n`,
  );
  for (const { index, labels } of cells)
    say(
      `  cell ${index}${index === plan.baseline ? ' (baseline)' : ''}  ${Object.entries(labels)
        .map(([axis, label]) => `${axis} ${label}`)
        .join(', ')}\n`,
    );
}
