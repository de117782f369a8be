import { Simulation, SimulationError, SnapshotError, type SimulationOptions } from '@simcash/engine';
import type { SimCashDatabase } from '@simcash/persistence';
import { counted, type EventSink, type PersistenceLevel, type TickResult, visible } from '@simcash/protocol';
import type { recordSimulation } from '@simcash/runs';
import { configHash, runFigures } from '@simcash/runs/live';
import type { RunOptions } from '../commands/run.js';
import { CommandError, EXIT, usageError } from '../exit-codes.js';
import { databaseFiles, OutputFile } from '../files/writing.js';
import { eventFilter } from '../event-filter.js';
import { isTold } from '../filter-options.js';
import { untilTickOf } from '../moments.js';
import { databasePath } from '../global-options.js';
import { interruption } from '../interruption.js';
import { failedIn } from '../output/failed-in.js';
import { command } from '../output/invocation.js';
import { Progress } from '../output/progress.js';
import { json, note, noteText, outliveReaders, print, say } from '../output/streams.js';
import { resultDocument, summaryText, type RunReport } from '../output/summary.js';
import { TimingTable } from '../output/timings.js';
import { exportsOf, loadPlugins } from '../files/plugins.js';
import { loadScenario, scenarioName, type LoadedScenario } from '../scenario-file.js';
import { Outputs } from './outputs.js';

/** Options in which times of the clock have become ticks. */
type TimedRunOptions = Omit<RunOptions, 'untilTick'> & { untilTick?: number };

/** `simcash run`: everything that can be refused is refused before the first file is written. */
export async function run(file: string, given: RunOptions): Promise<void> {
  const loaded = await loadScenario(file, given);
  // With --verbose stderr carries the narrative and nothing else, so that it can be compared with a replay's.
  if (!given.quiet && !isTold(given)) for (const warning of loaded.warnings) note(`warning: ${warning}`);
  const { config } = loaded.scenario;
  const { untilTick, ...rest } = given;
  const options: TimedRunOptions = { ...rest, ...(untilTick === undefined ? {} : { untilTick: untilTickOf(untilTick, loaded) }) };
  const totalTicks = config.ticks_per_day * config.num_days;
  const filter = eventFilter(
    options,
    config.agent_configs.map((agent) => agent.id),
    loaded,
    totalTicks - 1,
  );
  const outputs = new Outputs(config, options, filter);
  if (options.eventsOut !== undefined) {
    const stored = options.save || options.resume !== undefined ? databaseFiles(databasePath(options)) : [];
    OutputFile.check(`--events-out ${options.eventsOut}`, options.eventsOut, options, [...loaded.inputs, ...stored]);
  }
  if (options.dryRun) return dryRun(loaded, options);
  if (!options.save && options.resume === undefined) return simulate(loaded, options, outputs, null);
  const { requireDatabase, withDatabase } = await import('../database.js');
  if (options.resume !== undefined) requireDatabase(options);
  await withDatabase(options, false, (database) => simulate(loaded, options, outputs, database));
}

async function simulate(
  loaded: LoadedScenario,
  options: TimedRunOptions,
  outputs: Outputs,
  database: SimCashDatabase | null,
): Promise<void> {
  const { config } = loaded.scenario;
  const totalTicks = config.ticks_per_day * config.num_days;
  const untilTick = options.untilTick ?? totalTicks;
  const timings = options.timings ? new TimingTable() : null;
  const progress = new Progress(untilTick, 'ticks', { ...options, verbose: isTold(options) });
  const stop = interruption(options.timeLimit);
  const settings: SimulationOptions & { sink: EventSink } = {
    sink: outputs,
    history: 'release',
    onWork: stop.onWork,
    ...(timings ? { now: () => performance.now() } : {}),
    warn: (message) => (options.quiet || isTold(options) ? undefined : note(message)),
    algorithms: await loadPlugins(loaded.plugins, exportsOf(config), options.quiet ?? false),
    checkDeterminism: options.checkDeterminism ?? false,
  };
  let simulation: Simulation | null = null;
  const onTick = (result: TickResult, running: Simulation): void => {
    outputs.tick(running, result);
    timings?.add(running.timing!);
    progress.update(running.currentTick);
  };
  const onStart = (started: Simulation): void => {
    simulation = started;
    outputs.open();
  };
  const began = performance.now();
  try {
    const done =
      database === null
        ? await runUnstored(loaded, settings, untilTick, onStart, onTick, stop.signal)
        : await record(loaded, options, database, { ...settings, untilTick, onStart, onTick, signal: stop.signal });
    progress.done();
    outputs.complete();
    outputs.warnAboutUnknownPayments();
    if (!options.quiet && !isTold(options)) warnAboutCutOffs(done.simulation.cutOffs);
    const report: RunReport = {
      ...runFigures(done.simulation),
      config_file: loaded.file,
      seed: config.rng_seed,
      duration_seconds: (performance.now() - began) / 1000,
      ...(database === null ? {} : { simulation_id: done.simulation.id, database: databasePath(options) }),
      config_hash: configHash(loaded.scenario),
      ...(timings ? { timings: timings.totals } : {}),
    };
    if (timings && !options.quiet) noteText(timings.toString());
    tell(report, options);
    if (done.stopped) throw stop.error();
  } catch (error) {
    if (!(error instanceof SimulationError) || simulation === null) throw error;
    outputs.complete();
    throw new CommandError(EXIT.failure, error.message, [failedIn((simulation as Simulation).currentTick)]);
  } finally {
    progress.done();
    outputs.close();
    stop.dispose();
  }
}

interface Done {
  simulation: Simulation;
  stopped: boolean;
}

/** Runs and stores, a new run or one that goes on from a checkpoint. */
async function record(
  { file, scenario }: LoadedScenario,
  options: TimedRunOptions,
  database: SimCashDatabase,
  settings: Parameters<typeof recordSimulation>[2],
): Promise<Done> {
  outliveReaders();
  const [{ loadCheckpoint }, runs] = [await import('@simcash/persistence'), await import('@simcash/runs')];
  const checkpoint = options.resume === undefined ? null : await loadCheckpoint(database, options.resume, options.id);
  if (checkpoint === null && options.id !== undefined) await refuseKnownId(database, options.id);
  const level = options.snapshots === false ? 'EVENTS' : (options.level?.toUpperCase() as PersistenceLevel | undefined);
  try {
    return await runs.recordSimulation(database, scenario, {
      ...settings,
      configFile: file,
      name: options.name ?? scenarioName(file),
      ...(options.description === undefined ? {} : { description: options.description }),
      ...(options.label === undefined ? {} : { labels: options.label }),
      ...(options.id === undefined ? {} : { id: options.id }),
      ...(level === undefined ? {} : { level }),
      ...(checkpoint === null ? {} : { resume: checkpoint }),
      ...(options.checkpointEvery === undefined ? {} : { checkpointEvery: options.checkpointEvery }),
    });
  } catch (error) {
    if (!(error instanceof SnapshotError)) throw error;
    throw new CommandError(EXIT.database, `checkpoint ${checkpoint!.checkpoint_id} cannot be restored: ${error.message}`);
  }
}

async function refuseKnownId(database: SimCashDatabase, id: string): Promise<void> {
  const [taken] = await database.query('SELECT 1 AS found FROM simulations WHERE simulation_id = $1', [id]);
  if (taken) throw usageError(`simulation ${id} is stored already in ${database.path}: choose another --id`);
}

async function runUnstored(
  { scenario }: LoadedScenario,
  settings: SimulationOptions,
  untilTick: number,
  onStart: (simulation: Simulation) => void,
  onTick: (result: TickResult, simulation: Simulation) => void,
  signal: AbortSignal,
): Promise<Done> {
  const simulation = Simulation.create(scenario, settings);
  onStart(simulation);
  let turn = performance.now();
  while (simulation.currentTick < untilTick) {
    onTick(simulation.tick(), simulation);
    if (performance.now() - turn > 20) {
      // Signals are only heard between turns of the event loop.
      await new Promise((resolve) => setImmediate(resolve));
      turn = performance.now();
    }
    if (signal.aborted) return { simulation, stopped: true };
  }
  return { simulation, stopped: false };
}

/** Rings that were not looked for, or not tried, are nowhere in the log (spec 12 §8.3). */
function warnAboutCutOffs({ max_attempts: attempts = 0, max_queue: queue = 0 }: Simulation['cutOffs']): void {
  if (queue > 0)
    note(
      `note: long rings were not searched ${queue} times: more payments were queued than max_queue allows (simcash designs rtgs_lsm)`,
    );
  if (attempts > 0)
    note(`note: ${attempts} times there were more rings than max_attempts, or max_cycles_per_tick, allows to try`);
}

function tell(report: RunReport, options: TimedRunOptions): void {
  if (options.jsonl) return;
  if (options.json) return print(json(resultDocument(report)));
  say(summaryText(report));
  if (report.simulation_id === undefined) return;
  const db = options.db === undefined ? '' : ` --db ${options.db}`;
  const last = Math.max(report.ticks_executed - 1, 0);
  const shown = Math.min(10, last);
  const next = [
    [`replay ${report.simulation_id}${db} --verbose --ticks ${shown}`, 'what happened in this tick'],
    [`report ${report.simulation_id}${db}`, 'the run as a page of pictures'],
    [`explore ${report.simulation_id}${db}`, 'banks, queues and payments in a browser'],
    [`costs ${report.simulation_id}${db}`, 'what it cost whom'],
    [`list${db}`, 'all stored runs'],
  ] as const;
  const width = Math.max(...next.map(([text]) => text.length));
  say(`Stored as ${visible(report.simulation_id)} in ${visible(report.database!)}.\n\nNext:\n`);
  for (const [text, about] of next) say(`  ${command()} ${visible(text).padEnd(width)}   ${about}\n`);
}

/** With --jsonl stdout carries the lines of a run only: of none, as long as nothing runs. */
function dryRun({ file, scenario }: LoadedScenario, options: TimedRunOptions): void {
  const { config } = scenario;
  const totalTicks = config.ticks_per_day * config.num_days;
  const plan = {
    schema_version: 1,
    scenario: file,
    seed: config.rng_seed,
    agents: config.agent_configs.length,
    ticks: Math.min(totalTicks, options.untilTick ?? totalTicks),
    days: config.num_days,
    stored: options.save ? { database: databasePath(options), id: options.id ?? '(generated)' } : null,
  };
  if (options.json) return print(json(plan));
  const until = plan.ticks === totalTicks ? '' : `, ${plan.ticks} of ${totalTicks} ticks would run`;
  const text = `${file} is valid: ${counted(plan.agents, 'bank')}, ${counted(plan.days, 'day')} of ${config.ticks_per_day} ticks, seed ${plan.seed}${until}`;
  if (!options.jsonl) say(`${text}\n`);
  else if (!options.quiet) noteText(text);
}
