import { randomBytes } from 'node:crypto';
import { resolvedScenario, Simulation, type ScenarioInput, type SimulationOptions } from '@simcash/engine';
import {
  DatabaseError,
  SimulationRecorder,
  StandardSimulationPersistenceProvider,
  type LoadedCheckpoint,
  type RecordingOptions,
  type SimCashDatabase,
} from '@simcash/persistence';
import type { CallRecord, EventSink, PersistenceLevel, RunIndicators, SimulationStart, TickResult } from '@simcash/protocol';
import { CallSequence } from './call-sequence.js';
import { describeRun, type RunDescription } from './describe.js';
import { runFigures, type RunFigures } from './figures.js';
import { IndicatorSink } from './indicators.js';
import { readEvents } from './stored-indicators.js';
import { VERSION } from './version.js';

/** How a run is executed and stored. */
export interface RecordOptions
  extends
    Partial<RunDescription>,
    Pick<SimulationOptions, 'algorithms' | 'checkDeterminism' | 'deciders' | 'now' | 'onWork' | 'sources' | 'warn'> {
  /** Id of the stored run; `run-{date}-{time}-{6 hex digits}` (UTC) unless given. */
  id?: string;
  /** Calls from outside that are made on the way, in order: those of an episode in which banks learned, or of another run. */
  calls?: readonly CallRecord[];
  /** Goes on with the run of this checkpoint. */
  resume?: LoadedCheckpoint;
  /** First tick that is not run; the end of the configured run unless given. */
  untilTick?: number;
  /** How often checkpoints are stored. */
  checkpointEvery?: RecordingOptions['checkpointEvery'];
  /** Stops the run after the running tick; it is stored as failed, with what it has done. */
  signal?: AbortSignal;
  /** Takes the events of each tick before they are stored. */
  sink?: EventSink;
  /** Told about every tick that is done, before the next one: calls may be made here. */
  onTick?: (result: TickResult, simulation: Simulation) => void;
  /** Told before the first tick. */
  onStart?: (simulation: Simulation, id: string) => void;
  /** What the store is told besides: why it is run, and for whom. */
  context?: Partial<SimulationStart>;
}

/** A simulation that was recorded. */
export interface RecordedRun {
  /** The simulation's id. */
  simulation_id: string;
  /** As it stands after the last tick. */
  simulation: Simulation;
  /** Up to the last tick, as the command prints them. */
  figures: RunFigures;
  /** Whether the signal stopped it. */
  stopped: boolean;
}

/** Bank-ticks from which a run's series are stored: of smaller ones views fold the events in less time than it takes to store series. */
const SERIES_FROM = 20_000;

function storedMeasures(indicators: IndicatorSink, { agentIds, currentTick }: Simulation): RunIndicators {
  const measures = indicators.measures(currentTick);
  return agentIds.length * currentTick < SERIES_FROM ? { ...measures, bank_days: [] } : measures;
}

const NOWHERE: EventSink = { write: () => undefined };
const INTERRUPTED = 'interrupted';

/**
 * Runs a scenario and stores it while it runs, in the one way there is (INV-11).
 *
 * @throws ScenarioError, InvalidConfigError for the scenario; DatabaseError if the id is taken, or a checkpoint belongs to another
 * configuration; whatever the simulation throws, when the run is stored as failed
 */
export async function recordSimulation(
  database: SimCashDatabase,
  input: ScenarioInput,
  options: RecordOptions = {},
): Promise<RecordedRun> {
  const {
    algorithms,
    checkDeterminism,
    checkpointEvery,
    deciders,
    now,
    onTick,
    onWork,
    resume,
    signal,
    sink = NOWHERE,
    sources,
    untilTick,
    warn,
  } = options;
  const calls = new CallSequence(options.calls ?? []);
  const scenario = resolvedScenario(input);
  const level: PersistenceLevel = resume?.persistence_level ?? options.level ?? 'FULL';
  const description = describeRun(scenario, { ...options, level });
  const start: SimulationStart = {
    ...description,
    ...options.context,
    ...(resume === undefined ? {} : { first_tick: resume.checkpoint_tick }),
  };
  if (resume !== undefined && resume.config_hash !== start.config_hash)
    throw new DatabaseError(
      `Config mismatch: checkpoint ${resume.checkpoint_id} belongs to configuration ${resume.config_hash}, this scenario with these options is ${start.config_hash}`,
    );
  const id = resume?.simulation_id ?? options.id ?? freshId('run');
  const indicators = new IndicatorSink(scenario);
  if (resume !== undefined && level !== 'SUMMARY') await readEvents(database, id, indicators, resume.checkpoint_tick);
  const settings: SimulationOptions = {
    sink: level === 'SUMMARY' ? sink : both(sink, indicators),
    simulationId: id,
    history: 'release',
    ...(algorithms === undefined ? {} : { algorithms }),
    ...(checkDeterminism === undefined ? {} : { checkDeterminism }),
    ...(deciders === undefined ? {} : { deciders }),
    ...(now === undefined ? {} : { now }),
    ...(sources === undefined ? {} : { sources }),
    ...(onWork === undefined ? {} : { onWork }),
    ...(warn === undefined ? {} : { warn }),
  };
  const simulation =
    resume === undefined ? Simulation.create(scenario, settings) : Simulation.restore(scenario, resume.state_json, settings);
  const recorder = new SimulationRecorder(new StandardSimulationPersistenceProvider(database, VERSION), id, start);
  options.onStart?.(simulation, id);
  calls.makeBefore(simulation);
  const reason = await recorder.run(simulation, {
    onTick: (result) => {
      onTick?.(result, simulation);
      calls.makeBefore(simulation);
    },
    stop: () => (signal?.aborted ? INTERRUPTED : null),
    indicators: () => storedMeasures(indicators, simulation),
    ...(untilTick === undefined ? {} : { untilTick }),
    ...(checkpointEvery === undefined ? {} : { checkpointEvery }),
  });
  return { simulation_id: id, simulation, figures: runFigures(simulation), stopped: reason !== null };
}

const both = (first: EventSink, second: EventSink): EventSink => ({
  write: (batch) => {
    first.write(batch);
    second.write(batch);
  },
});

/** `run-20251214-101530-1a2b3c`: a name, the time in UTC, chance. */
export function freshId(name: string): string {
  const now = new Date().toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15);
  return `${name}-${now}-${randomBytes(3).toString('hex')}`;
}
