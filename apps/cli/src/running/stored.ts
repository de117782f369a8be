import { randomBytes } from 'node:crypto';
import { Simulation, SnapshotError } from '@simcash/engine';
import {
  DatabaseError,
  loadCheckpoint,
  SimulationRecorder,
  StandardSimulationPersistenceProvider,
  type LoadedCheckpoint,
  type SimCashDatabase,
} from '@simcash/persistence';
import type { EventBatch, EventSink, PersistenceLevel, SimulationStart } from '@simcash/protocol';
import type { RunOptions } from '../commands/run.js';
import { usageError } from '../exit-codes.js';
import type { LoadedScenario } from '../scenario-file.js';
import { simulationStart } from '../simulation-start.js';
import { countedBefore } from '../stored-figures.js';
import { VERSION } from '../version.js';
import type { Figures } from './figures.js';
import type { EngineSettings, ReadyRun } from './run.js';

interface StoredRunRequest {
  loaded: LoadedScenario;
  options: RunOptions;
  database: SimCashDatabase;
  settings: EngineSettings;
  sink: EventSink;
  untilTick: number;
  figures: Figures;
}

/** A run that is stored while it happens: a new one, or one that goes on from a checkpoint. */
export async function prepareStored(request: StoredRunRequest): Promise<ReadyRun> {
  const { database, figures, loaded, options, settings, sink, untilTick } = request;
  const checkpoint = options.resume === undefined ? null : await loadCheckpoint(database, options.resume, options.id);
  const start = startOf(loaded, options, checkpoint);
  const id = checkpoint?.simulation_id ?? (await unusedId(database, options.id));
  const provider = new StandardSimulationPersistenceProvider(database, VERSION);
  const recorder = new SimulationRecorder(provider, id, start, checkpoint?.cost_before ?? 0);
  const both: EventSink = {
    // What cannot be printed is not stored either: a tick is complete or it is not there.
    write(batch: EventBatch) {
      sink.write(batch);
      recorder.write(batch);
    },
  };
  const complete = {
    ...settings,
    sink: both,
    simulationId: id,
    collectClosed: true,
    recordChosenHolds: start.persistence_level === 'FULL',
  };
  const simulation = checkpoint ? restore(loaded, checkpoint, complete) : Simulation.create(loaded.scenario, complete);
  await provider.persistSimulationStart(id, start);
  if (checkpoint) figures.continue(await countedBefore(database, id), simulation.agentIds);
  return {
    simulation,
    id,
    run: (onTick, stop) =>
      recorder.run(simulation, {
        untilTick,
        onTick,
        stop,
        ...(options.checkpointEvery === undefined ? {} : { checkpointEvery: options.checkpointEvery }),
      }),
  };
}

function startOf(loaded: LoadedScenario, options: RunOptions, checkpoint: LoadedCheckpoint | null): SimulationStart {
  const asked = options.snapshots === false ? 'EVENTS' : (options.level?.toUpperCase() as PersistenceLevel | undefined);
  const level = checkpoint?.persistence_level ?? asked ?? 'FULL';
  const start = simulationStart(loaded.scenario, loaded.document, { level, configFile: loaded.file });
  if (checkpoint === null) return start;
  if (checkpoint.config_hash !== start.config_hash) {
    throw new DatabaseError(
      `Config mismatch: checkpoint ${checkpoint.checkpoint_id} belongs to configuration ${checkpoint.config_hash}, ${loaded.file} with these options is ${start.config_hash}`,
    );
  }
  return { ...start, first_tick: checkpoint.checkpoint_tick };
}

async function unusedId(database: SimCashDatabase, id: string | undefined): Promise<string> {
  if (id === undefined) return freshId();
  const [taken] = await database.query('SELECT 1 AS found FROM simulations WHERE simulation_id = $1', [id]);
  if (taken) throw usageError(`simulation ${id} is stored already in ${database.path}: choose another --id`);
  return id;
}

/** `run-20251214-101530-1a2b3c` */
function freshId(): string {
  const now = new Date().toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15);
  return `run-${now}-${randomBytes(3).toString('hex')}`;
}

function restore(
  { scenario }: LoadedScenario,
  { checkpoint_id, state_json }: LoadedCheckpoint,
  settings: Parameters<typeof Simulation.restore>[2],
): Simulation {
  try {
    return Simulation.restore(scenario, state_json, settings);
  } catch (error) {
    if (!(error instanceof SnapshotError)) throw error;
    throw new DatabaseError(`checkpoint ${checkpoint_id} cannot be restored: ${error.message}`);
  }
}
