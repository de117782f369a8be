import { closeSync, openSync, writeSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { Command, Option } from 'commander';
import { Simulation, transactionId } from '@simcash/engine';
import {
  DatabaseError,
  loadCheckpoint,
  SimulationRecorder,
  StandardSimulationPersistenceProvider,
  type SimCashDatabase,
} from '@simcash/persistence';
import { PERSISTENCE_LEVELS, type EventBatch, type EventSink, type PersistenceLevel, type TickResult } from '@simcash/protocol';
import { agentStates, Narrative, queueContents } from '@simcash/replay';
import { withDatabase } from '../database.js';
import { displayContext } from '../display-context.js';
import { CommandError, EXIT, usageError } from '../exit-codes.js';
import { eventFilter, selectsEvents, withFilterOptions, type FilterOptions } from '../filter-options.js';
import { databasePath, withGlobalOptions, type GlobalOptions } from '../global-options.js';
import { interruption } from '../interruption.js';
import { checkSeed, wholeNumber } from '../numbers.js';
import { Progress } from '../output/progress.js';
import { json, note, print } from '../output/streams.js';
import { narrativeStyle } from '../output/style.js';
import { agentFigures, resultDocument, summaryText, type RunFigures } from '../output/summary.js';
import { TimingTable } from '../output/timings.js';
import { loadScenario, readText, type LoadedScenario, type ScenarioFileOptions } from '../scenario-file.js';
import { sha256, simulationStart } from '../simulation-start.js';
import { VERSION } from '../version.js';

interface RunOptions extends GlobalOptions, FilterOptions, ScenarioFileOptions {
  untilTick?: string;
  jsonl?: 'ticks' | 'events';
  eventsOut?: string;
  save?: boolean;
  id?: string;
  level?: string;
  snapshots?: boolean;
  timings?: boolean;
  checkpointEvery?: string;
  resume?: string;
  dryRun?: boolean;
}

const repeatable = (value: string, previous: string[] = []): string[] => [...previous, value];

export function runCommand(): Command {
  const command = withFilterOptions(withGlobalOptions(new Command('run')))
    .description('simulate a scenario')
    .argument('<scenario>', 'scenario file (.yaml, .yml, .json, or - for stdin)')
    .option('--seed <n>', 'random seed, 0 … 2^64−1')
    .option('--days <n>', 'number of days')
    .option('--ticks-per-day <n>', 'ticks of a day')
    .option('--until-tick <n>', 'stop after so many ticks; days stay as they are')
    .option('--set <path=value>', 'override a key of the scenario, e.g. agents.NORTH.unsecured_cap=0 (repeatable)', repeatable)
    .option('--policy <agent=file>', 'replace the policy of a bank (repeatable)', repeatable)
    .addOption(new Option('--jsonl <what>', 'print JSON lines instead of the summary').choices(['ticks', 'events']))
    .option('--events-out <file>', 'also write the whole event log to a file, as JSON lines')
    .option('--save', 'store the run in the database')
    .option('--id <id>', 'id of the stored run')
    .addOption(
      new Option('--level <level>', 'how much is stored').choices(PERSISTENCE_LEVELS.map((level) => level.toLowerCase())),
    )
    .option('--no-snapshots', 'do not store the state of banks and queues after each tick (same as --level events)')
    .option('--timings', 'print how long the parts of a tick took')
    .option('--checkpoint-every <n>', 'store a state to resume from after every so many ticks, or every day (with --save)')
    .option('--resume <checkpoint>', 'go on with a stored run from a checkpoint (its id, or latest with --id)')
    .option('--no-strict', 'unknown scenario keys are warnings, not errors')
    .option('--dry-run', 'check everything, print what would run')
    .addHelpText(
      'after',
      `
Examples:
  simcash run scenario.yaml --seed 7 --save --id trial-7
  simcash run scenario.yaml --jsonl events --agent NORTH --ticks 10..20
  simcash run scenario.yaml --verbose --ticks 40..50
  simcash run scenario.yaml --save --id long --checkpoint-every day
  simcash run scenario.yaml --resume latest --id long`,
    );
  return command.action((file: string, options: RunOptions) => run(file, options));
}

async function run(file: string, options: RunOptions): Promise<void> {
  checkCombinations(options);
  const loaded = loadScenario(file, options);
  // With --verbose stderr carries the narrative and nothing else, so that it can be compared with a replay's.
  if (!options.quiet && !options.verbose) for (const warning of loaded.warnings) note(`warning: ${warning}`);
  if (options.dryRun) return dryRun(loaded, options);
  if (options.save || options.resume !== undefined)
    await withDatabase(options, false, (database) => simulate(loaded, options, database));
  else await simulate(loaded, options, null);
}

function checkCombinations(options: RunOptions): void {
  checkSeed(options.seed);
  if (options.json && options.jsonl) throw usageError('--json and --jsonl exclude each other');
  if (selectsEvents(options) && !options.verbose && options.jsonl !== 'events') {
    throw usageError('--event-type, --agent, --tx and --ticks need --verbose or --jsonl events');
  }
  const stores = options.save || options.resume !== undefined;
  for (const [flag, given] of [
    ['--id', options.id],
    ['--level', options.level],
    ['--checkpoint-every', options.checkpointEvery],
  ] as const) {
    if (given !== undefined && !stores) throw usageError(`${flag} needs --save`);
  }
}

/** What is printed while a simulation runs. */
interface Outputs {
  sink: EventSink;
  onTick(simulation: Simulation, result: TickResult): void;
  close(): void;
}

async function simulate(loaded: LoadedScenario, options: RunOptions, database: SimCashDatabase | null): Promise<void> {
  const { scenario } = loaded;
  const { config } = scenario;
  const totalTicks = config.ticks_per_day * config.num_days;
  const untilTick = Math.min(
    totalTicks,
    options.untilTick === undefined ? totalTicks : wholeNumber(options.untilTick, '--until-tick', 1),
  );
  const outputs = openOutputs(loaded, options);
  const progress = new Progress(untilTick, 'ticks', options);
  const timings = options.timings ? new TimingTable() : null;
  const lowest = new Float64Array(config.agent_configs.length).fill(Infinity);
  const stop = interruption();
  let lsmOperations = 0;
  let overdue = 0;
  const counting: EventSink = {
    write(batch) {
      overdue += countOverdue(batch);
      outputs.sink.write(batch);
    },
  };
  const watch = (simulation: Simulation) => (result: TickResult) => {
    const { balance } = simulation.agentColumns().columns;
    for (let b = 0; b < lowest.length; b++) if (balance[b]! < lowest[b]!) lowest[b] = balance[b]!;
    lsmOperations += result.num_lsm_releases;
    outputs.onTick(simulation, result);
    timings?.add(simulation.timing!);
    progress.update(simulation.currentTick);
  };
  const common = {
    history: 'release',
    ...(timings ? { now: () => performance.now() } : {}),
    warn: (message: string) => (options.quiet || options.verbose ? undefined : note(message)),
  } as const;
  const began = performance.now();
  let simulation: Simulation;
  let reason: string | null;
  let stored: { id: string } | null = null;
  try {
    if (database === null) {
      simulation = create(() => Simulation.create(scenario, { ...common, sink: counting }));
      reason = await runUnstored(simulation, untilTick, watch(simulation), stop.reason);
    } else {
      const run = await startStored(loaded, options, database, untilTick, counting, common);
      simulation = run.simulation;
      stored = { id: run.recorder.simulationId };
      const checkpointEvery = checkpointInterval(options.checkpointEvery);
      reason = await run.recorder.run(simulation, {
        untilTick,
        onTick: watch(simulation),
        stop: stop.reason,
        ...(checkpointEvery === null ? {} : { checkpointEvery }),
      });
    }
  } finally {
    progress.done();
    outputs.close();
    stop.dispose();
  }
  const figures: RunFigures = {
    config_file: loaded.file,
    seed: config.rng_seed,
    ticks_executed: simulation.currentTick,
    total_ticks: totalTicks,
    completed: simulation.currentTick === totalTicks,
    duration_seconds: (performance.now() - began) / 1000,
    ...(stored ? { simulation_id: stored.id, database: databasePath(options) } : {}),
    ...totals(simulation),
    lsm_operations: lsmOperations,
    overdue,
    agents: agentFigures(simulation, lowest),
    scenario_sha256: sha256(loaded.file === '-' ? '' : readText(loaded.file, 'scenario')),
  };
  report(figures, options, timings);
  if (reason !== null) throw new CommandError(stop.exitCode(), reason);
}

function totals(
  simulation: Simulation,
): Pick<RunFigures, 'total_arrivals' | 'total_settlements' | 'total_lsm_releases' | 'total_cost'> {
  const { total_arrivals, total_settlements } = simulation.systemMetrics();
  const total_cost = simulation.agentIds.reduce((sum, id) => sum + simulation.agentRunCosts(id).total_cost, 0);
  return { total_arrivals, total_settlements, total_lsm_releases: simulation.offsetPayments, total_cost };
}

/** The engine's refusals of a scenario are bad input, not failures of a run. */
function create(work: () => Simulation): Simulation {
  try {
    return work();
  } catch (error) {
    throw new CommandError(EXIT.input, `Invalid configuration: ${(error as Error).message}`);
  }
}

async function runUnstored(
  simulation: Simulation,
  untilTick: number,
  onTick: (result: TickResult) => void,
  stop: () => string | null,
): Promise<string | null> {
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
}

async function startStored(
  loaded: LoadedScenario,
  options: RunOptions,
  database: SimCashDatabase,
  untilTick: number,
  outputs: EventSink,
  common: object,
): Promise<{ simulation: Simulation; recorder: SimulationRecorder }> {
  const { scenario } = loaded;
  const provider = new StandardSimulationPersistenceProvider(database, VERSION);
  const level = (options.snapshots === false ? 'EVENTS' : (options.level?.toUpperCase() ?? 'FULL')) as PersistenceLevel;
  const start = simulationStart(scenario, loaded.document, { level, totalTicks: untilTick, configFile: loaded.file });
  const checkpoint = options.resume === undefined ? null : await loadCheckpoint(database, options.resume, options.id);
  if (checkpoint && checkpoint.config_hash !== start.config_hash) {
    throw new DatabaseError(
      `Config mismatch: the checkpoint belongs to configuration ${checkpoint.config_hash}, ${loaded.file} is ${start.config_hash}`,
    );
  }
  const id = checkpoint?.simulation_id ?? options.id ?? freshId();
  const recorder = new SimulationRecorder(
    provider,
    id,
    { ...start, ...(checkpoint ? { persistence_level: checkpoint.persistence_level } : {}) },
    checkpoint?.cost_before ?? 0,
  );
  const sink: EventSink = {
    write(batch: EventBatch) {
      recorder.write(batch);
      outputs.write(batch);
    },
  };
  const settings = { ...common, sink, simulationId: id, collectClosed: true, recordChosenHolds: level === 'FULL' };
  const simulation = create(() =>
    checkpoint ? Simulation.restore(scenario, checkpoint.state_json, settings) : Simulation.create(scenario, settings),
  );
  await provider.persistSimulationStart(id, {
    ...start,
    ...(checkpoint ? { persistence_level: checkpoint.persistence_level, first_tick: checkpoint.checkpoint_tick } : {}),
  });
  return { simulation, recorder };
}

/** `run-20251214-101530-1a2b3c` */
function freshId(): string {
  const now = new Date().toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15);
  return `run-${now}-${randomBytes(3).toString('hex')}`;
}

function checkpointInterval(text: string | undefined): number | 'day' | null {
  if (text === undefined) return null;
  return text === 'day' ? 'day' : wholeNumber(text, '--checkpoint-every', 1);
}

function openOutputs(loaded: LoadedScenario, options: RunOptions): Outputs {
  const { config } = loaded.scenario;
  const filter = eventFilter(
    options,
    config.agent_configs.map((agent) => agent.id),
  );
  const file = options.eventsOut === undefined ? null : openFile(options.eventsOut);
  const narrative = options.verbose ? new Narrative(displayContext(config), { filter, style: narrativeStyle(options) }) : null;
  let events: EventBatch | null = null;
  return {
    sink: {
      write(batch) {
        if (file !== null) writeSync(file, batch.toNdjson());
        if (options.jsonl === 'events') {
          if (filter.passesAll) print(batch.toNdjson());
          else for (const event of batch) if (filter.matches(event)) print(`${JSON.stringify(event)}\n`);
        }
        if (narrative) events = batch.copy();
      },
    },
    onTick(simulation, result) {
      if (options.jsonl === 'ticks') print(`${JSON.stringify(tickLine(result, config.ticks_per_day))}\n`);
      if (!narrative) return;
      const text = narrative.render({
        result,
        events: [...(events ?? [])],
        agents: agentStates(simulation.agentIds, simulation.agentColumns()),
        queues: queueContents(simulation.agentIds, simulation.queueColumns(), transactionId),
      });
      if (text !== '') note(text.replace(/\n$/, ''));
    },
    close() {
      if (file !== null) closeSync(file);
    },
  };
}

function openFile(path: string): number {
  try {
    return openSync(path, 'w');
  } catch (error) {
    throw usageError(`--events-out ${path} cannot be written: ${(error as Error).message}`);
  }
}

function tickLine(result: TickResult, ticksPerDay: number): object {
  return {
    tick: result.tick,
    arrivals: result.num_arrivals,
    settlements: result.num_settlements,
    lsm_releases: result.num_lsm_releases,
    costs: result.total_cost,
    day: Math.floor(result.tick / ticksPerDay),
  };
}

function countOverdue(batch: EventBatch): number {
  let count = 0;
  for (let i = 0; i < batch.length; i++) if (batch.typeAt(i) === 'TransactionWentOverdue') count++;
  return count;
}

function report(figures: RunFigures, options: RunOptions, timings: TimingTable | null): void {
  if (timings && !options.quiet) note(timings.toString());
  if (options.jsonl) return;
  if (options.json) {
    print(json({ ...resultDocument(figures), ...(timings ? { timings: timings.totals } : {}) }));
    return;
  }
  print(summaryText(figures));
  if (figures.simulation_id === undefined) return;
  const db = options.db === undefined ? '' : ` --db ${options.db}`;
  print(
    [
      `Stored as ${figures.simulation_id} in ${figures.database}.`,
      '',
      'Next:',
      `  npx simcash replay ${figures.simulation_id}${db} --verbose --ticks 10..12   what happened in these ticks`,
      `  npx simcash replay ${figures.simulation_id}${db} --jsonl events             the event log as JSON lines`,
      `  npx simcash db simulations${db}                    all stored runs`,
      '',
    ].join('\n'),
  );
}

function dryRun({ file, scenario }: LoadedScenario, options: RunOptions): void {
  const { config } = scenario;
  create(() => Simulation.create(scenario));
  const plan = {
    scenario: file,
    seed: config.rng_seed,
    agents: config.agent_configs.length,
    ticks: config.ticks_per_day * config.num_days,
    days: config.num_days,
    stored: options.save ? { database: databasePath(options), id: options.id ?? '(generated)' } : null,
  };
  if (options.json) print(json(plan));
  else print(`${file} is valid: ${plan.agents} agents, ${plan.days} days of ${config.ticks_per_day} ticks, seed ${plan.seed}\n`);
}
