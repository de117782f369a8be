import { Simulation, SimulationError } from '@simcash/engine';
import type { SimCashDatabase } from '@simcash/persistence';
import type { EventBatch, EventSink, TickResult } from '@simcash/protocol';
import type { RunOptions } from '../commands/run.js';
import { CommandError, EXIT } from '../exit-codes.js';
import { eventFilter } from '../filter-options.js';
import { databasePath } from '../global-options.js';
import { interruption } from '../interruption.js';
import { failedIn } from '../output/failed-in.js';
import { Progress } from '../output/progress.js';
import { json, note, print } from '../output/streams.js';
import { resultDocument, summaryText, type RunFigures } from '../output/summary.js';
import { TimingTable } from '../output/timings.js';
import { loadScenario, type LoadedScenario } from '../scenario-file.js';
import { configHash } from '../simulation-start.js';
import { Figures } from './figures.js';
import { checkWritable, Outputs } from './outputs.js';

/** `simcash run`: everything that can be refused is refused before the first file is written. */
export async function run(file: string, options: RunOptions): Promise<void> {
  const loaded = loadScenario(file, options);
  // With --verbose stderr carries the narrative and nothing else, so that it can be compared with a replay's.
  if (!options.quiet && !options.verbose) for (const warning of loaded.warnings) note(`warning: ${warning}`);
  const agentIds = loaded.scenario.config.agent_configs.map((agent) => agent.id);
  const outputs = new Outputs(loaded.scenario.config, options, eventFilter(options, agentIds));
  if (options.eventsOut !== undefined) checkWritable(options.eventsOut);
  if (options.dryRun) return dryRun(loaded, options);
  if (!options.save && options.resume === undefined) return simulate(loaded, options, outputs, null);
  const { requireDatabase, withDatabase } = await import('../database.js');
  if (options.resume !== undefined) requireDatabase(options);
  await withDatabase(options, false, (database) => simulate(loaded, options, outputs, database));
}

/** A simulation that is ready to run, and what runs it. */
export interface ReadyRun {
  simulation: Simulation;
  /** Id in the database, for runs that are stored. */
  id?: string;
  /** Runs to the end or until it is stopped; the reason why it was, or null. */
  run(onTick: (result: TickResult) => void, stop: () => string | null): Promise<string | null>;
}

/** What the engine is told besides the scenario. */
export interface EngineSettings {
  history: 'release';
  now?: () => number;
  warn: (message: string) => void;
}

async function simulate(
  loaded: LoadedScenario,
  options: RunOptions,
  outputs: Outputs,
  database: SimCashDatabase | null,
): Promise<void> {
  const { config } = loaded.scenario;
  const totalTicks = config.ticks_per_day * config.num_days;
  const untilTick = Math.min(totalTicks, options.untilTick ?? totalTicks);
  const timings = options.timings ? new TimingTable() : null;
  const figures = new Figures(config.agent_configs.length);
  const settings: EngineSettings = {
    history: 'release',
    ...(timings ? { now: () => performance.now() } : {}),
    warn: (message) => (options.quiet || options.verbose ? undefined : note(message)),
  };
  const sink: EventSink = {
    write(batch: EventBatch) {
      figures.write(batch);
      outputs.write(batch);
    },
  };
  const began = performance.now();
  const ready =
    database === null
      ? unstored(loaded, settings, sink, untilTick)
      : await (await import('./stored.js')).prepareStored({ loaded, options, database, settings, sink, untilTick, figures });
  const { simulation } = ready;
  const reason = await runTo(untilTick, ready, options, outputs, (result) => {
    figures.tick(simulation, result);
    outputs.tick(simulation, result);
    timings?.add(simulation.timing!);
  });
  const document: RunFigures = {
    config_file: loaded.file,
    seed: config.rng_seed,
    ticks_executed: simulation.currentTick,
    total_ticks: totalTicks,
    completed: simulation.currentTick === totalTicks,
    duration_seconds: (performance.now() - began) / 1000,
    ...(ready.id === undefined ? {} : { simulation_id: ready.id, database: databasePath(options) }),
    ...figures.of(simulation),
    config_hash: configHash(loaded.document),
    ...(timings ? { timings: timings.totals } : {}),
  };
  if (timings && !options.quiet) note(timings.toString());
  report(document, options);
  if (reason !== null) throw new CommandError(reason.exitCode, reason.text);
}

/** Runs, and cleans up whatever happens. An error of the simulation says in which tick. */
async function runTo(
  untilTick: number,
  ready: ReadyRun,
  options: RunOptions,
  outputs: Outputs,
  onTick: (result: TickResult) => void,
): Promise<{ text: string; exitCode: CommandError['exitCode'] } | null> {
  const progress = new Progress(untilTick, 'ticks', options);
  const stop = interruption();
  try {
    outputs.open();
    const reason = await ready.run((result) => {
      onTick(result);
      progress.update(ready.simulation.currentTick);
    }, stop.reason);
    return reason === null ? null : { text: reason, exitCode: stop.exitCode() };
  } catch (error) {
    if (!(error instanceof SimulationError)) throw error;
    throw new CommandError(EXIT.failure, error.message, [failedIn(ready.simulation.currentTick)]);
  } finally {
    progress.done();
    outputs.close();
    stop.dispose();
  }
}

function unstored({ scenario }: LoadedScenario, settings: EngineSettings, sink: EventSink, untilTick: number): ReadyRun {
  const simulation = Simulation.create(scenario, { ...settings, sink });
  return {
    simulation,
    async run(onTick, stop) {
      let turn = performance.now();
      while (simulation.currentTick < untilTick) {
        onTick(simulation.tick());
        if (performance.now() - turn > 20) {
          // Signals are only heard between turns of the event loop.
          await new Promise((resolve) => setImmediate(resolve));
          turn = performance.now();
        }
        const reason = stop();
        if (reason !== null) return reason;
      }
      return null;
    },
  };
}

function report(figures: RunFigures, options: RunOptions): void {
  if (options.jsonl) return;
  if (options.json) return print(json(resultDocument(figures)));
  print(summaryText(figures));
  if (figures.simulation_id === undefined) return;
  const db = options.db === undefined ? '' : ` --db ${options.db}`;
  const next = [
    [`replay ${figures.simulation_id}${db} --verbose --ticks 10..12`, 'what happened in these ticks'],
    [`replay ${figures.simulation_id}${db} --jsonl events`, 'the event log as JSON lines'],
    [`db simulations${db}`, 'all stored runs'],
  ] as const;
  const width = Math.max(...next.map(([command]) => command.length));
  print(`Stored as ${figures.simulation_id} in ${figures.database}.\n\nNext:\n`);
  for (const [command, about] of next) print(`  npx simcash ${command.padEnd(width)}   ${about}\n`);
}

/** With --jsonl stdout carries the lines of a run only: of none, as long as nothing runs. */
function dryRun({ file, scenario }: LoadedScenario, options: RunOptions): void {
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
  const text = `${file} is valid: ${plan.agents} agents, ${plan.days} days of ${config.ticks_per_day} ticks, seed ${plan.seed}${until}`;
  if (!options.jsonl) print(`${text}\n`);
  else if (!options.quiet) note(text);
}
